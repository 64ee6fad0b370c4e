"""Something that is seen away from any point, written down without a network."""

from datetime import timedelta
from typing import Any

import pytest

from jimu.core import clock
from jimu.core.ids import new_id
from jimu.field.patrol import offline
from jimu.field.patrol.models import Seen
from jimu.field.patrol.tests.conftest import Watch
from jimu.sync.registry import Holder
from jimu.sync.tests.conftest import Phone, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(watch: Watch) -> Phone:
    return enrolled(watch.town, watch.town.account("member", "第1网格块"), "第1网格块")


def op(phone: Phone, watch: Watch, unit: str = "1号楼", **more: Any) -> dict[str, Any]:
    payload = {"unit": str(watch.town[unit].pk), "kind": "hazard", "text": "楼道堆着纸箱", **more}
    return {"op_id": str(new_id()), "kind": offline.SEEN, "at": (phone.now() - timedelta(hours=3)).isoformat(), "based_on": None, "payload": payload}


def test_a_keeper_s_phone_lists_its_part_and_takes_what_was_seen_there_once(watch: Watch, phone: Phone) -> None:
    for work in ((offline.AT_GATE,), (offline.AT_POINTS,)):
        block = watch.town["第1网格块"]
        items = offline.watched_places(Holder(watch.guard, block.pk, block.path, clock.now(), work), clock.now(), None).items
        assert {item["title"] for item in items} >= {"第1网格块", "1号楼"}
        assert "乙一居民区" not in str(items)
    one = op(phone, watch)
    assert phone.outcomes(one, one, one) == ["done", "already_done", "already_done"]
    seen = Seen.objects.get()
    assert (seen.point, seen.unit, seen.text) == (None, watch.town["1号楼"], "楼道堆着纸箱")
    assert clock.now() - seen.at > timedelta(hours=2)


def test_another_part_all_well_and_no_words_are_refused(watch: Watch, phone: Phone) -> None:
    sent = [op(phone, watch, "乙一居民区"), op(phone, watch, kind="well"), op(phone, watch, text="")]
    assert phone.outcomes(*sent) == ["refused"] * 3
    assert not Seen.objects.exists()

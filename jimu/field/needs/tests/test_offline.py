"""A need heard at a door without a network."""

from typing import Any

import pytest

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.needs import offline, queries
from jimu.field.needs.models import Need
from jimu.field.needs.tests.conftest import AT, HOUR, PHONE, Ward
from jimu.sync.registry import Answer, Holder, Incoming, kinds, packs

pytestmark = pytest.mark.django_db


def heard(ward: Ward, actor: Actor, unit: str = "") -> Answer:
    """As the server hands it on: read by the kind's own fields."""
    kind = kinds()[offline.KIND]
    sent: dict[str, Any] = {"unit": unit or str(ward.building.pk), "kind": "medicine_urgent", "text": "胰岛素只够今晚", "room": "502", "phone": PHONE}
    data = {field.name: field.read(sent.get(field.name)) for field in kind.fields}
    came = Incoming(new_id(), kind.name, new_id(), actor, AT, AT, AT + 5 * HOUR, "", ward.building.path, data)
    answer = kind.action(came)
    assert answer is not None
    return answer


def test_its_limit_counts_from_when_it_was_heard(ward: Ward) -> None:
    answer = heard(ward, ward.finder)
    need = Need.objects.get()
    assert (need.way, need.reported_at, need.due_at) == (Need.Way.DOOR, AT, AT + 2 * HOUR)
    assert need.finder_id == ward.finder.person_id
    assert answer.data["receipt"] == need.receipt


def test_a_door_of_elsewhere_is_refused(ward: Ward) -> None:
    with pytest.raises(NotFound):
        heard(ward, ward.finder, str(ward.town["乙一居民区"].pk))


def test_a_phone_gets_the_buildings_of_its_part_and_no_others(ward: Ward) -> None:
    pack = next(one for one in packs() if one.name == "needs.places")
    path = ward.building.path[:-4]
    items = pack.items(Holder(ward.finder, ward.building.pk, path, AT), AT, None).items
    assert str(ward.building.pk) in {item["id"] for item in items}
    assert offline.places([{"unit": str(ward.building.pk)}, {"unit": "x"}]) == [ward.building.path, None]
    assert len(items) == len(set(offline.places([item["preset"] for item in items])))


def test_a_photo_shows_the_need_to_who_may_read_it_and_to_nobody_else(ward: Ward) -> None:
    answer = heard(ward, ward.finder)
    subject = offline.shows(new_id(), {}, answer.data)
    need = Need.objects.get()
    assert offline.may_see(ward.finder, subject, need.unit.path)
    assert not offline.may_see(ward.town.actor("secretary", "乙一居民区"), subject, need.unit.path)
    assert not offline.may_see(ward.finder, "need:nothing", need.unit.path)
    # While nobody has closed it somebody may not agree: its photos stay.
    subject = queries.photo_subject(need.receipt)
    assert offline.undecided([subject, "need:nothing"]) == {subject}
    Need.objects.update(closed_at=clock.now())
    assert offline.undecided([subject]) == set()
    # A restricted one is not even its part's leaders' to see.
    Need.objects.update(restricted=True, finder=None, finder_account=None)
    assert not offline.may_see(ward.town.actor("block_leader", "第1网格块"), subject, need.unit.path)

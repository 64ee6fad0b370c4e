"""A need of one house and who leads the house next door: neither read, nor acted on, nor written down there."""

import pytest
from django.test import Client

from jimu.field.needs import queries
from jimu.field.needs.models import Need, NeedEvent
from jimu.field.needs.tests.conftest import Ward
from jimu.sync.tests.conftest import enrolled

pytestmark = pytest.mark.django_db
TEXT = "家里没有米了"
OTHERS = [("building_leader", "2号楼"), ("block_leader", "2号楼"), ("building_leader", "3号楼"), ("block_leader", "第2网格块")]


@pytest.fixture(params=OTHERS, ids=lambda one: "-".join(one))
def beside(ward: Ward, request: pytest.FixtureRequest) -> Client:
    return ward.town.client(*request.param)


PAGES = ["/needs/{need}/", "/api/v1/needs/{need}", "/api/v1/needs/{need}/proposals", "/needs/of-unit/{unit}/"]
LISTS = ["/needs/", "/needs/?part=closed", "/needs/mine/", "/api/v1/needs", "/api/v1/needs/mine", "/api/v1/needs/group", "/search/?q=没有米", "/"]


def test_its_leader_reads_it_and_the_one_next_door_does_not(ward: Ward, beside: Client) -> None:
    need, own = ward.need(), ward.town.client("building_leader", ward.building.name)
    where = {"need": need.pk, "unit": ward.building.pk}
    assert TEXT in own.get(PAGES[0].format(**where)).content.decode()
    assert TEXT in own.get(LISTS[0]).content.decode()
    assert {beside.get(path.format(**where)).status_code for path in PAGES} <= {403, 404}
    for path in LISTS:
        told = beside.get(path, follow=True).content.decode()
        assert not [words for words in (TEXT, need.receipt, str(need.pk)) if words in told], path


@pytest.mark.parametrize("act", ["accept", "finish", "close", "note", "reopen"])
@pytest.mark.parametrize("unit", ["2号楼", "3号楼"])
def test_the_leader_next_door_does_nothing_with_it(ward: Ward, unit: str, act: str) -> None:
    need, beside = ward.need(), ward.town.client("building_leader", unit)
    before = (Need.objects.values().get(), NeedEvent.objects.count())
    for path, body in ((f"acts/{act}", {"note": "好"}), ("assign", {"person_id": str(ward.hand.person_id)}), ("merge", {"into_id": str(need.pk)}), ("revoke-link", {})):
        assert beside.post(f"/api/v1/needs/{need.pk}/{path}", body, content_type="application/json").status_code >= 400
    for path in ("reveal/", f"do/{act}/", "assign/", "link/revoke/"):
        assert beside.post(f"/needs/{need.pk}/{path}", {"note": "好", "person": str(ward.hand.person_id)}).status_code in (403, 404)
    assert (Need.objects.values().get(), NeedEvent.objects.count()) == before


@pytest.mark.parametrize("who", OTHERS, ids=lambda one: "-".join(one))
def test_a_phone_next_door_neither_lists_the_house_nor_writes_one_down_for_it(ward: Ward, who: tuple[str, str]) -> None:
    phone = enrolled(ward.town, ward.town.account(*who), who[1])
    assert str(ward.building.pk) not in phone.pack().content.decode()
    op = {**phone.op("need.report"), "payload": {"unit": str(ward.building.pk), "kind": "food", "text": TEXT, "room": "502"}}
    assert phone.outcomes(op) == ["refused"]
    assert not Need.objects.exists()
    own = enrolled(ward.town, ward.town.account("building_leader", ward.building.name), ward.building.name)
    assert own.outcomes({**op, "op_id": own.op()["op_id"]}) == ["done"]
    assert not queries.needs_for(ward.town.actor(*who)).exists()

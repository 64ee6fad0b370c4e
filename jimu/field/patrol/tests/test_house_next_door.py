"""A gate, a pass and a round of one house, and who leads the house next door: neither read, nor watched, nor written down there."""

from datetime import timedelta

import pytest
from django.test import Client

from jimu.core import clock
from jimu.field.patrol import actions
from jimu.field.patrol.models import Crossing, Gate, PatrolRound, Seen
from jimu.field.patrol.tests.conftest import Watch
from jimu.sync.tests.conftest import enrolled

pytestmark = pytest.mark.django_db
OTHERS = [("building_leader", "2号楼"), ("block_leader", "2号楼"), ("building_leader", "3号楼"), ("block_leader", "第2网格块")]


@pytest.fixture
def house(watch: Watch) -> tuple[Gate, PatrolRound]:
    """A gate and a round of 第1网格块's first house alone."""
    unit, at = watch.town["1号楼"].pk, clock.now()
    gate = actions.open_gate(actor=watch.secretary, at=at, unit_id=watch.town["第1网格块"].pk, name="独门", basis="街道第 3 号通告", ends_on=clock.today() + timedelta(days=7))
    Gate.objects.filter(pk=gate.pk).update(unit_id=unit)
    made = actions.open_round(actor=watch.secretary, at=at, unit_id=watch.town["第1网格块"].pk, title="楼内夜巡", points=["顶楼"])
    PatrolRound.objects.filter(pk=made.pk).update(unit_id=unit)
    return Gate.objects.get(pk=gate.pk), PatrolRound.objects.get(pk=made.pk)


@pytest.fixture(params=OTHERS, ids=lambda one: "-".join(one))
def beside(watch: Watch, request: pytest.FixtureRequest) -> Client:
    return watch.town.client(*request.param)


def test_its_leader_sees_the_gate_and_the_round_and_the_one_next_door_does_not(watch: Watch, house: tuple[Gate, PatrolRound], beside: Client) -> None:
    gate, made = house
    card, own = watch.card(place="1号楼"), watch.town.client("building_leader", "1号楼")
    pages = [f"/patrol/gates/{gate.pk}/", f"/patrol/rounds/{made.pk}/"]
    assert {own.get(path).status_code for path in pages} == {200}
    more = [f"/patrol/passes/{card.pk}/", f"/api/v1/patrol/gates/{gate.pk}/check?number={card.number}"]
    assert {beside.get(path).status_code for path in pages + more} <= {403, 404}
    for path in ("/patrol/", "/patrol/passes/", "/api/v1/patrol/passes", "/search/?q=独门", "/"):
        told = beside.get(path, follow=True).content.decode()
        assert not [words for words in ("独门</", "楼内夜巡", card.number, "陈某某", str(gate.pk), str(made.pk)) if words in told], path


def test_nobody_next_door_writes_anything_down_there(watch: Watch, house: tuple[Gate, PatrolRound], beside: Client) -> None:
    gate, made = house
    point = made.points.get()
    for path in (f"gates/{gate.pk}/cross/", f"gates/{gate.pk}/keep/", f"gates/{gate.pk}/note/", f"gates/{gate.pk}/close/", f"rounds/{made.pk}/close/", f"rounds/{made.pk}/points/{point.pk}/"):
        answer = beside.post(f"/patrol/{path}", {"way": "out", "what": "visitor", "who": "某某", "kind": "well", "text": "好", "act": "come"})
        assert answer.status_code >= 400, path
    assert (Crossing.objects.count(), Seen.objects.count()) == (0, 0)
    assert (Gate.objects.get(pk=gate.pk).closed_at, PatrolRound.objects.get(pk=made.pk).closed_at) == (None, None)


@pytest.mark.parametrize("who", OTHERS, ids=lambda one: "-".join(one))
def test_a_phone_next_door_holds_nothing_of_it_and_is_refused(watch: Watch, house: tuple[Gate, PatrolRound], who: tuple[str, str]) -> None:
    gate, made = house
    watch.card(place="1号楼")
    phone = enrolled(watch.town, watch.town.account(*who), who[1])
    told = phone.pack().content.decode()
    assert not [words for words in (str(gate.pk), str(made.pk), str(made.points.get().pk)) if words in told]
    medical = {"gate": str(gate.pk), "way": "out", "note": ""}
    ops = [("patrol.medical", medical), ("patrol.point", {"point": str(made.points.get().pk), "kind": "well", "text": ""})]
    assert phone.outcomes(*({**phone.op(kind), "payload": payload} for kind, payload in ops)) == ["refused", "refused"]
    assert (Crossing.objects.count(), Seen.objects.count()) == (0, 0)
    own = enrolled(watch.town, watch.town.account("building_leader", "1号楼"), "1号楼")
    assert own.outcomes(*({**own.op(kind), "payload": payload} for kind, payload in ops)) == ["done", "done"]

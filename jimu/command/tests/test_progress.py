"""Who leads a block sees how far each of its buildings is today, and is one step from the drawing; nobody sees the block beside."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jimu.command.progress_queries import Line, Part, progress
from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.households import actions, round_actions
from jimu.field.households.models import Answer, FormVersion, Room, SurveyForm, Visit
from jimu.field.screening.models import Slot
from jimu.field.screening.tests.conftest import MINUTE, Yard, yard_of
from jimu.grid.models import Unit
from jimu.grid.tests.town import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def yard(db: None) -> Yard:
    """Five doors in 1号楼 and one each in 2号楼 and 3号楼, twelve people, a round of sampling at work."""
    return yard_of(build(), at=clock.now() - 60 * MINUTE)


def shown(yard: Yard, role: str = "block_leader", unit: str = "第1网格块") -> dict[str, Line]:
    actor = yard.town.actor(role, unit)
    return {line.building.name: line for line in progress(actor, [yard.town[unit]]).lines}


def begun(yard: Yard, unit: str, **more: object):
    return round_actions.open_round(actor=SYSTEM, at=clock.now(), unit_id=yard.town[unit].pk, title="摸排", pairs=1, **more)


def knocked(found, number: str, building: Unit, result: Visit.Result) -> None:
    room = Room.objects.get(number=number, building=building)
    round_actions.knock_all(actor=SYSTEM, told=[round_actions.Knock(new_id(), found.pk, room.pk, result, clock.now(), "")])


def test_a_block_has_a_line_for_each_building_with_what_goes_on_there(yard: Yard) -> None:
    first = yard.town["1号楼"]
    actions.edit_room(actor=SYSTEM, at=clock.now(), room_id=Room.objects.get(number="101", building=first).pk, seen=None, changes={"state": "checked"})
    quiet = shown(yard)
    assert list(quiet) == ["1号楼", "2号楼"]
    assert (quiet["1号楼"].ledger, quiet["2号楼"].ledger) == (Part(1, 5), Part(0, 1))
    assert (quiet["1号楼"].doors, quiet["1号楼"].forms) == (None, None)
    found = begun(yard, "第1网格块")
    knocked(found, "201", first, Visit.Result.ANSWERED)
    knocked(found, "301", first, Visit.Result.SECOND)
    for person in yard.people[:3]:
        yard.scan(person, "T1", at=clock.now())
    lines = shown(yard)
    address = reverse("households:round", args=[found.pk])
    assert (lines["1号楼"].doors, lines["2号楼"].doors) == (Part(1, 5, 1, address), Part(0, 1, 0, address))
    assert lines["1号楼"].sampled == Part(3, 10, 0, reverse("screening:building", args=[yard.round.pk, first.pk]))


def test_the_nearest_round_counts_and_the_form_that_it_asks(yard: Yard) -> None:
    at, first = clock.now(), yard.town["1号楼"]
    form = SurveyForm.objects.create(unit=yard.town["甲一居民区"], form_id="check", title="排查表", made_at=at)
    version = FormVersion.objects.create(form=form, number=1, definition={}, made_at=at, made_by="甲")
    around, own = begun(yard, "第1网格块", form_id=form.pk), begun(yard, "2号楼")
    room = Room.objects.get(number="101", building=first)
    for _again in range(2):
        Answer.objects.create(version=version, room=room, round=around, answers_sealed="", at=at, by="甲")
    lines = shown(yard)
    assert (lines["1号楼"].doors.url, lines["1号楼"].forms) == (reverse("households:round", args=[around.pk]), 1)
    assert (lines["2号楼"].doors.url, lines["2号楼"].forms) == (reverse("households:round", args=[own.pk]), None)


def test_whoever_leads_sees_their_own_buildings_and_who_does_not_read_the_ledger_sees_none(yard: Yard) -> None:
    assert list(shown(yard, "building_leader", "2号楼")) == ["2号楼"]
    assert shown(yard, "member", "第1网格块") == {}
    far = yard.town.actor("block_leader", "第2网格块")
    assert progress(far, [yard.town["第1网格块"]]).lines == []
    assert [line.building.name for line in progress(far, [yard.town["第2网格块"]]).lines] == ["3号楼"]


def test_the_page_links_each_building_s_drawing_and_the_block_s(yard: Yard) -> None:
    begun(yard, "第1网格块")
    client = yard.town.client("block_leader", "第1网格块")
    page = client.get(reverse("command:mine")).content.decode()
    for name in ("第1网格块", "1号楼", "2号楼"):
        address = reverse("households:place", args=[yard.town[name].pk])
        assert address in page
        assert client.get(address).status_code == 200
    assert reverse("households:place", args=[yard.town["3号楼"].pk]) not in page
    for words in ("各楼进度", "敲门", "采样", "摸排", "0/5"):
        assert words in page, words
    assert "填了表" not in page
    assert "各楼进度" not in yard.town.client("member", "甲一居民区").get(reverse("command:mine")).content.decode()


def test_more_buildings_and_doors_cost_no_more_queries(yard: Yard, django_assert_max_num_queries) -> None:
    begun(yard, "第1网格块")
    actor: Actor = yard.town.actor("block_leader", "第1网格块")
    with CaptureQueriesContext(connection) as before:
        progress(actor, [yard.town["第1网格块"]])
    for n in range(5):
        Unit.objects.add_child(yard.town["第1网格块"], {"kind": "building", "name": f"{n + 20}号楼", "short_name": str(n)})
        actions.add_rooms(actor=SYSTEM, at=clock.now(), building_id=Unit.objects.get(name=f"{n + 20}号楼").pk, entrance="", words="101,102")
    Slot.objects.filter(round=yard.round).delete()
    with django_assert_max_num_queries(len(before)):
        assert len(progress(actor, [yard.town["第1网格块"]]).lines) == 7

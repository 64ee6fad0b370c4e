"""What the board reads: each reader's own part, as it stands now, at a fixed number of queries."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jimu.command import queries, sharing
from jimu.command.queries import board
from jimu.command.rules import GRACE, Seats, Status
from jimu.command.sharing import Shared
from jimu.command.unit_queries import drawer
from jimu.core import clock, live
from jimu.core.errors import NotFound, NotPermitted
from jimu.core.journal import record
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.people.models import Person, UnitLeader
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

from .conftest import DAY, TEN, World


def places(world: World, role: str = "commander", unit: str = "") -> dict[str, queries.Place]:
    shown = board(world.actor(role, world.units[unit] if unit else None), world.at)
    return {place.unit.short_name: place for place in shown.places}


def test_each_neighborhood_stands_as_its_shifts_do(world: World) -> None:
    found = places(world)
    assert found["甲一"].seats == Seats(needed=4, filled=3, unseen=3)
    assert found["甲一"].status == Status.SHORT
    assert found["甲二"].seats == Seats(needed=2, filled=1, critical=1, unseen=1)
    assert found["甲二"].status == Status.CRITICAL
    assert found["乙一"].status == Status.IDLE
    assert [name for name, place in found.items() if place.under_incident] == ["甲一", "甲二"]


def test_those_asked_for_from_other_commands_are_no_open_seats(world: World) -> None:
    # Four medics are asked for in 甲一; only the patrol seat counts as open.
    assert places(world)["甲一"].seats.open == 1


def test_the_newest_mark_of_each_person_counts(world: World) -> None:
    first, second = Assignment.objects.filter(shift=world.shifts["甲一 门岗"]).order_by("seat")
    world.mark(first, CheckIn.Mark.ABSENT, minutes_ago=30)
    world.mark(first, CheckIn.Mark.ARRIVED, minutes_ago=10)
    world.mark(second, CheckIn.Mark.ARRIVED, minutes_ago=60)
    world.mark(second, CheckIn.Mark.LEFT, minutes_ago=5)
    assert places(world)["甲一"].seats == Seats(needed=4, filled=3, arrived=1, unseen=1)


def test_somebody_missing_opens_the_seat(world: World) -> None:
    before = places(world)["甲二"].seats.open
    world.mark(Assignment.objects.get(shift=world.shifts["甲二 门岗"]), CheckIn.Mark.ABSENT)
    assert places(world)["甲二"].seats.open == before + 1


def test_somebody_missing_is_among_the_gaps_with_the_reason(world: World) -> None:
    assert "门岗" not in {gap.shift.post.title for gap in board(world.actor("secretary", world.units["甲一"]), world.at).gaps}
    first, second = Assignment.objects.filter(shift=world.shifts["甲一 门岗"]).order_by("seat")
    world.mark(first, CheckIn.Mark.ABSENT)
    world.mark(second, CheckIn.Mark.ABSENT, minutes_ago=9)
    world.mark(second, CheckIn.Mark.ARRIVED, minutes_ago=1)
    gap = board(world.actor("secretary", world.units["甲一"]), world.at).gaps[0]
    assert (gap.shift.post.title, gap.open, gap.critical, gap.on_now) == ("门岗", 1, True, True)
    assert gap.reason == "登记了 1 人未到岗"


def test_a_tile_is_as_grave_as_the_gap_that_is_listed_for_it(world: World) -> None:
    # A patrol (second rank) and then somebody of the gate (first rank) do not come.
    secretary = world.actor("secretary", world.units["甲一"])
    tile = board(secretary, world.at).places[0]
    assert (tile.status, [gap.critical for gap in board(secretary, world.at).gaps]) == (Status.SHORT, [False])
    world.mark(Assignment.objects.filter(shift=world.shifts["甲一 门岗"]).earliest("seat"), CheckIn.Mark.ABSENT)
    tile = board(secretary, world.at).places[0]
    assert (tile.status, tile.seats.critical) == (Status.CRITICAL, 1)
    assert [gap.critical for gap in board(secretary, world.at).gaps] == [True, False]
    shown = drawer(secretary, world.units["甲一"].pk, world.at)
    assert (shown.status, shown.seats.critical) == (Status.CRITICAL, 1)


def test_a_missing_person_opens_no_seat_where_one_too_many_was_planned(world: World) -> None:
    shift = world.shifts["甲一 门岗"]
    Shift.objects.filter(pk=shift.pk).update(needed=1)
    world.mark(Assignment.objects.filter(shift=shift).earliest("seat"), CheckIn.Mark.ABSENT)
    gaps = board(world.actor("secretary", world.units["甲一"]), world.at).gaps
    assert "门岗" not in {gap.shift.post.title for gap in gaps}


def test_who_has_not_been_seen_is_asked_for_after_a_while_and_not_before(world: World) -> None:
    start = clock.at_minute(DAY, 480)
    commander = world.actor("commander")
    assert board(commander, start + GRACE - timedelta(seconds=1)).unseen == []
    late = board(commander, start + GRACE)
    assert [(place.unit.short_name, place.seats.unseen) for place in late.unseen] == [("甲一", 3), ("甲二", 1)]
    first = Assignment.objects.filter(shift=world.shifts["甲一 门岗"]).first()
    for mark in (CheckIn.Mark.ARRIVED, CheckIn.Mark.LEFT):
        world.mark(first, mark)
        assert places(world)["甲一"].seats.unseen == 2
    assert board(world.actor("secretary", world.units["甲二"]), world.at).seats.unseen == 1


def test_who_commands_is_named_and_the_system_is_not(world: World) -> None:
    UnitLeader.objects.all().delete()
    assert board(world.actor("secretary", world.units["甲一"]), world.at).commanders == ["顾指挥"]
    commander = world.account("commander")
    assert board(world.actor("secretary", world.units["甲二"]), world.at).commanders == [commander.display_name]
    leader = UnitLeader.objects.create(unit=world.top, person=world.people[1], role="leader", since=world.at)
    assert board(world.actor("auditor"), world.at).commanders == [leader.person.name]


def test_a_mark_of_another_shift_does_not_count_now(world: World) -> None:
    world.mark(Assignment.objects.filter(shift=world.shifts["甲一 夜门岗"]).first(), CheckIn.Mark.ARRIVED)
    assert places(world)["甲一"].seats.arrived == 0


def test_the_total_is_the_sum_of_the_places(world: World) -> None:
    shown = board(world.actor("commander"), world.at)
    assert shown.seats == Seats(needed=6, filled=4, critical=1, unseen=4)
    assert shown.counts == {"short": 1, "critical": 1, "idle": 1}
    assert shown.hours[0] == Seats(needed=6, filled=4, critical=1)
    assert shown.hours[6] == Seats(needed=3, filled=2)
    assert shown.short_ahead == 2


def test_the_shift_that_is_on_and_the_one_that_comes(world: World) -> None:
    shown = board(world.actor("commander"), world.at)
    assert (shown.turn.starts_at, shown.turn.ends_at) == (clock.at_minute(DAY, 480), clock.at_minute(DAY, 960))
    assert (shown.next_turn.starts_at, shown.next_turn.open) == (clock.at_minute(DAY, 960), 1)


def test_the_gravest_gap_is_first_and_says_why(world: World) -> None:
    Shift.objects.filter(pk=world.shifts["甲二 门岗"].pk).update(open_reason={"sentence": "夜里可来的人不够"})
    gaps = board(world.actor("commander"), world.at).gaps
    assert [(gap.shift.unit.short_name, gap.open, gap.critical) for gap in gaps] == [("甲二", 1, True), ("甲一", 1, False)]
    assert gaps[0].reason == "夜里可来的人不够"


def test_a_gap_that_is_far_away_is_not_pressing_yet(world: World) -> None:
    names = {gap.shift.post.title for gap in board(world.actor("commander"), world.at + timedelta(hours=3)).gaps}
    assert "夜门岗" in names
    assert "夜门岗" not in {gap.shift.post.title for gap in board(world.actor("commander"), world.at).gaps}


# Whose board ----------------------------------------------------------------------------------------------------


def test_a_secretary_sees_only_her_own_neighborhood(world: World) -> None:
    secretary = world.actor("secretary", world.units["甲一"])
    shown = board(secretary, world.at)
    assert [place.unit.short_name for place in shown.places] == ["甲一"]
    assert shown.seats == Seats(needed=4, filled=3, unseen=3)
    assert {gap.shift.unit.short_name for gap in shown.gaps} == {"甲一"}
    assert [zone.name for zone in shown.zones] == ["甲片区"]
    assert sum(hour.needed for hour in shown.hours) < sum(
        hour.needed for hour in board(world.actor("commander"), world.at).hours
    )


def test_a_member_has_no_board(world: World) -> None:
    with pytest.raises(NotPermitted):
        board(world.actor("member"), world.at)


def test_the_timeline_keeps_to_the_readers_part_and_to_today(world: World) -> None:
    commander = world.actor("commander")
    for verb, unit, hours in (("roster.published", None, 1), ("attendance.absent", "甲二", 2), ("roster.moved", "甲一", 3), ("roster.moved", "甲一", 20), ("people.revealed", "甲一", 1)):  # fmt: skip
        scope = (world.units[unit] if unit else world.top).path
        record(actor=commander, at=world.at - timedelta(hours=hours), verb=verb, target="x", scope=scope)
    told = board(commander, world.at).events
    assert [event.place for event in told] == ["", "甲二", "甲一"]
    assert told[0].sentence == f"{commander.name}发布了排班"
    own = board(world.actor("secretary", world.units["甲一"]), world.at).events
    assert [event.place for event in own] == ["甲一"]


def test_the_drawer_shows_posts_people_and_marks_of_one_neighborhood(world: World) -> None:
    assignment = Assignment.objects.filter(shift=world.shifts["甲一 门岗"]).order_by("seat").first()
    world.mark(assignment, CheckIn.Mark.ARRIVED)
    found = drawer(world.actor("secretary", world.units["甲一"]), world.units["甲一"].pk, world.at)
    assert [post.shift.post.title for post in found.on_now] == ["门岗", "采样", "巡逻"]
    assert [(person.name, person.mark) for person in found.on_now[0].people] == [("人0", "arrived"), ("人1", "")]
    assert [post.shift.post.title for post in found.coming] == ["夜门岗"]
    assert found.seats == Seats(needed=4, filled=3, arrived=1)
    assert found.on_now[1].requested


def test_a_neighborhood_outside_ones_part_is_not_found(world: World) -> None:
    secretary = world.actor("secretary", world.units["甲一"])
    for unit_id in (world.units["甲二"].pk, UUID(int=0)):
        with pytest.raises(NotFound):
            drawer(secretary, unit_id, world.at)


# Before there is anything to watch --------------------------------------------------------------------------------


def test_the_board_says_what_is_still_missing(bare: World) -> None:
    commander = bare.actor("commander")
    assert board(commander, TEN).step == ""
    Roster.objects.update(state=Roster.State.DRAFT)
    assert board(commander, TEN).step == "roster"
    IncidentUnit.objects.update(ended_at=TEN)
    Incident.objects.update(state=Incident.State.STOOD_DOWN)
    assert board(commander, TEN).step == "people"
    Person.objects.create(name="甲", created_at=TEN, updated_at=TEN)
    assert board(commander, TEN).step == "incident"


def test_a_stood_down_incident_leaves_the_board(world: World) -> None:
    assert places(world)["甲一"].seats.needed
    Incident.objects.update(state=Incident.State.STOOD_DOWN)
    IncidentUnit.objects.update(ended_at=TEN)
    assert places(world)["甲一"].seats.needed == 0


# Cost -------------------------------------------------------------------------------------------------------------


def test_more_neighborhoods_shifts_and_people_cost_no_more_queries(world: World) -> None:
    commander = world.actor("commander")

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            board(commander, world.at)
        return len(captured)

    few = count()
    for n in range(6):
        parent = Unit.objects.get(path=world.units["乙一"].path[:8])
        unit = Unit.objects.add_child(parent, {"kind": "neighborhood", "name": f"丙{n}居民区", "short_name": f"丙{n}", "households": 500})
        world.units[f"丙{n}"] = unit
        IncidentUnit.objects.create(incident=world.incident, unit=unit, hazard="epidemic")
        world.fill(world.shift("门岗", f"丙{n}", start=480, end=960, needed=5), 4)
    assert count() == few


def test_a_drawer_with_more_posts_costs_no_more_queries(world: World) -> None:
    commander, unit = world.actor("commander"), world.units["甲一"].pk

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            drawer(commander, unit, world.at)
        return len(captured)

    few = count()
    for n in range(5):
        world.fill(world.shift(f"岗{n}", "甲一", start=480, end=960, needed=3), 3)
    assert count() == few


# Sharing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def _sharing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boards are shared for a minute, beginning with none."""
    monkeypatch.setattr(sharing, "SECONDS", 60.0)
    monkeypatch.setattr(queries, "_boards", Shared())


@pytest.mark.usefixtures("_sharing")
def test_viewers_of_one_part_share_a_board_until_a_change_is_announced(world: World) -> None:
    one, other = world.actor("commander"), world.actor("commander")
    first = board(one, world.at)
    world.fill(world.shift("加岗", "甲一", start=480, end=960, needed=9), 0)
    assert board(other, world.at + timedelta(seconds=1)).seats == first.seats
    assert board(other, world.at + timedelta(seconds=1)).at == world.at + timedelta(seconds=1)
    live._raise(("board",))
    assert board(other, world.at).seats.needed == first.seats.needed + 9


@pytest.mark.usefixtures("_sharing")
def test_readers_of_different_parts_never_share(world: World) -> None:
    board(world.actor("commander"), world.at)
    assert [place.unit.short_name for place in board(world.actor("secretary", world.units["甲二"]), world.at).places] == ["甲二"]

"""Who stands by: planned by the no-show rate, judged as any seat, steps in at once; hours shared over the whole incident."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.errors import Invalid
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.incidents.models import Post
from jimu.roster import actions, file_queries, paper, queries, standby, taking
from jimu.roster.errors import SeatTaken
from jimu.roster.history import credit, past_of
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.problem import build
from jimu_engine.errors import BadProblem
from jimu_engine.spares import spares

from .conftest import DAY, EVE, TEN, World, broken, small_world
from .test_publishing import together

EIGHT = clock.at_minute(DAY, 480)


def critical(world: World, needed: int = 2, people: int = 5) -> World:
    world.post("门岗", 480, 720, needed=needed, priority=1)
    for name in ("张一", "王二", "李三", "赵四", "孙五")[:people]:
        world.person(name)
    return world


def in_force(world: World) -> Roster:
    roster = world.solved()
    return actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)


def here(roster: Roster, *, stands_by: bool) -> set[str]:
    return set(Assignment.objects.filter(shift__roster=roster, standby=stands_by).values_list("person__name", flat=True))


@pytest.mark.parametrize(("seats", "rate", "more"), [(1, 0.15, 1), (2, 0.15, 1), (4, 0.15, 1), (6, 0.15, 2), (4, 0.02, 0), (5, 0.02, 1), (0, 0.5, 0)])
def test_stand_bys_are_as_many_as_the_no_show_rate_asks_for(seats: int, rate: float, more: int) -> None:
    assert spares(seats, rate) == more


def test_a_rate_that_is_no_chance_is_refused() -> None:
    with pytest.raises(BadProblem):
        spares(2, 1.0)


def test_a_critical_post_has_stand_bys_and_others_have_none(world: World) -> None:
    world.post("夜岗", 1320, 1440, priority=1, kinds=["social_worker"])
    world.post("巡逻", 840, 1080, priority=2)
    world.post("采样", 480, 720, priority=1, requested_only=True)
    roster = critical(world).draft()
    assert {shift.post.title: shift.spare for shift in Shift.objects.filter(roster=roster).select_related("post")} == {
        "门岗": 1, "夜岗": 0, "巡逻": 0, "采样": 0,
    }  # fmt: skip


def test_the_engine_seats_them_beside_the_post_and_its_seats_come_first(world: World) -> None:
    roster = critical(world).solved()
    assert (len(here(roster, stands_by=False)), len(here(roster, stands_by=True))) == (2, 1)
    assert {key: roster.summary[key] for key in ("needed", "filled", "standby", "open")} == {"needed": 2, "filled": 2, "standby": 1, "open": 0}
    assert world.shift(roster, "门岗").filled == 2
    assert broken(roster) == set()


def test_with_too_few_people_the_seats_are_filled_and_nobody_stands_by(world: World) -> None:
    roster = critical(world, people=2).solved()
    assert (len(here(roster, stands_by=False)), len(here(roster, stands_by=True))) == (2, 0)
    assert roster.summary["open"] == 0
    assert world.shift(roster, "门岗").open_reason == {}


def test_a_stand_by_rests_as_anybody_else(world: World) -> None:
    world.post("午岗", 780, 1020, needed=3, priority=3)
    roster = critical(world, people=3).solved()
    waits = here(roster, stands_by=True)
    assert len(waits) == 1
    assert not waits & set(Assignment.objects.filter(shift__post__title="午岗").values_list("person__name", flat=True))


def test_who_does_not_come_is_replaced_at_once_and_nothing_stays_open(world: World) -> None:
    roster = in_force(critical(world))
    (waits,) = here(roster, stands_by=True)
    seat = Assignment.objects.filter(shift__roster=roster, standby=False).select_related("person", "shift").first()
    assert seat is not None
    stands = Assignment.objects.get(shift__roster=roster, standby=True)
    actions.mark(actor=world.actor("secretary", "甲一"), at=EIGHT, assignment_id=stands.pk, mark="arrived")
    actions.mark(actor=world.actor("secretary", "甲一"), at=EIGHT, assignment_id=seat.pk, mark="absent")
    assert waits in here(roster, stands_by=False)
    assert here(roster, stands_by=True) == set()
    assert taking.free_seats(seat.shift) == 0
    assert Assignment.objects.get(pk=stands.pk).check_ins.count() == 1
    assert JournalEntry.objects.filter(verb="roster.stepped_in").count() == 1


def test_a_stand_by_who_is_missing_too_does_not_step_in(world: World) -> None:
    roster = in_force(critical(world))
    stands = Assignment.objects.get(shift__roster=roster, standby=True)
    seat = Assignment.objects.filter(shift__roster=roster, standby=False).select_related("shift").first()
    assert seat is not None
    actions.mark(actor=SYSTEM, at=EIGHT, assignment_id=stands.pk, mark="absent")
    assert taking.free_seats(seat.shift) == 0
    actions.mark(actor=SYSTEM, at=EIGHT, assignment_id=seat.pk, mark="absent")
    assert Assignment.objects.get(pk=stands.pk).standby
    assert taking.free_seats(seat.shift) == 1


def test_a_seat_given_up_is_left_to_the_lead_until_two_hours_before(world: World) -> None:
    roster = in_force(critical(world))
    seat = Assignment.objects.filter(shift__roster=roster, standby=False).first()
    assert seat is not None
    actions.unassign(actor=SYSTEM, at=EVE, roster_id=roster.pk, assignment_id=seat.pk)
    assert standby.sweep(EVE) == 0
    assert not standby.waiting(EVE)
    assert standby.sweep(EIGHT - timedelta(hours=2)) == 1
    assert standby.sweep(EIGHT) == 0
    assert here(roster, stands_by=True) == set()


def test_a_lead_lets_somebody_stand_by_and_no_more_than_asked_for(world: World) -> None:
    roster = critical(world).draft()
    shift = world.shift(roster, "门岗")
    ask = {"actor": SYSTEM, "at": EVE, "roster_id": roster.pk, "shift_id": shift.pk, "stands_by": True}
    edit = actions.assign(person_id=world.people["张一"].pk, **ask)
    with pytest.raises(SeatTaken):
        actions.assign(person_id=world.people["王二"].pk, **ask)
    shift.refresh_from_db()
    assert shift.filled == 0
    assert edit.assignment is not None
    actions.unassign(actor=SYSTEM, at=EVE, roster_id=roster.pk, assignment_id=edit.assignment.pk)
    standby.set_spare(actor=SYSTEM, at=EVE, shift=shift, spare=0)
    with pytest.raises(SeatTaken):
        actions.assign(person_id=world.people["张一"].pk, **ask)
    with pytest.raises(Invalid):
        standby.set_spare(actor=SYSTEM, at=EVE, shift=shift, spare=10)


def test_two_change_places_and_the_one_stands_by_in_the_others_stead(world: World) -> None:
    world.post("午岗", 780, 1020)
    roster = critical(world).draft()
    one = world.seat(roster, "门岗", "张一", standby=True)
    two = world.seat(roster, "午岗", "王二")
    actions.swap(actor=SYSTEM, at=EVE, roster_id=roster.pk, assignment_id=one.pk, with_assignment_id=two.pk)
    assert here(roster, stands_by=True) == {"王二"}


def test_the_next_roster_keeps_who_was_promised_to_stand_by(world: World) -> None:
    before = in_force(critical(world))
    after = world.draft()
    promised = build(after, at=EVE).problem.published
    assert {standby.read(shift)[1] for shift, _person in promised} == {True, False}
    waits = Assignment.objects.get(shift__roster=before, standby=True)
    assert (standby.seat_id(world.shift(after, "门岗").pk, standby=True), str(waits.person_id)) in promised


def test_the_wall_the_file_and_the_page_say_who_stands_by(world: World, client: Client, ten: datetime) -> None:
    roster = critical(world).solved()
    (waits,) = here(roster, stands_by=True)
    (sheet,) = paper.week_sheets(SYSTEM, roster, [DAY])
    slot = sheet.rows[0].slots[0]
    assert slot is not None
    assert (f"{waits}（待命）" in slot.names, slot.open, len(slot.names)) == (True, 0, 3)
    assert [line.name for line in file_queries.lines(SYSTEM, roster) if line.post == "门岗（待命）"] == [waits]
    shift = world.shift(roster, "门岗")
    client.force_login(world.account("commander"))
    assert "另有待命 1/1 人" in client.get(f"/roster/shift/{shift.pk}/").content.decode()
    assert client.post(f"/roster/shift/{shift.pk}/spare/", {"spare": "2"}).status_code == 302
    assert Shift.objects.get(pk=shift.pk).spare == 2
    client.force_login(world.account("member", world.units["甲一块"]))
    assert client.post(f"/roster/shift/{shift.pk}/spare/", {"spare": "0"}).status_code in (403, 404)


def test_a_first_shift_is_marked_on_the_wall(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = critical(world).solved()
    Post.objects.update(qualifications=["scanning"])
    novice = Assignment.objects.filter(shift__roster=roster, standby=False).select_related("person").first()
    assert novice is not None
    monkeypatch.setattr(paper.first_shift, "sides_of", lambda shifts: [({novice.person_id}, set()) for _ in shifts])
    (sheet,) = paper.week_sheets(SYSTEM, roster, [DAY])
    slot = sheet.rows[0].slots[0]
    assert slot is not None
    assert f"{novice.person.name}（首班带教）" in slot.names


def test_hours_of_months_ago_count_for_fairness_but_not_for_rest(world: World) -> None:
    critical(world)
    roster = world.draft(first_day=DAY - timedelta(days=40))
    world.seat(roster, "门岗", "张一")
    gone = world.seat(roster, "门岗", "王二")
    actions.publish(actor=SYSTEM, at=EVE - timedelta(days=41), roster_id=roster.pk, expected_version=roster.version)
    actions.mark(actor=SYSTEM, at=EIGHT - timedelta(days=40), assignment_id=gone.pk, mark="absent")
    past = past_of(world.draft(), None)
    first, second = (past.get(world.people[name].pk) for name in ("张一", "王二"))
    assert first is not None
    assert (first.load, first.duties) == (240, [])
    assert second is None or second.load == 0
    held = build(world.draft(), at=TEN).problem
    history = held.people[held.person_at[str(world.people["张一"].pk)]].history
    assert (history.load, history.last_end) == (240, None)


def test_what_was_worn_in_a_suit_the_night_before_is_told_to_the_engine(world: World) -> None:
    world.post("夜里转运", 1320, 1500, suit=True)
    world.post("傍晚门岗", 1080, 1200)
    roster = world.draft(first_day=DAY - timedelta(days=1))
    for title, name in (("夜里转运", "张一"), ("傍晚门岗", "王二")):
        world.person(name)
        world.seat(roster, title, name)
    actions.publish(actor=SYSTEM, at=EVE - timedelta(days=1), roster_id=roster.pk, expected_version=roster.version)
    held = build(world.draft(), at=TEN).problem
    worn = [[(w.start, w.end) for w in held.people[held.person_at[str(world.people[name].pk)]].history.suits] for name in ("张一", "王二")]
    assert worn == [[(-120, 60)], []]


def test_of_rosters_that_followed_each_other_the_newest_counts_each_day_once(world: World) -> None:
    critical(world)
    old = DAY - timedelta(days=40)
    for number, first in enumerate((old, old + timedelta(days=1))):
        roster = world.draft(2, first_day=first)
        for day in range(2):
            world.seat(roster, "门岗", "张一", day)
        at = EVE - timedelta(days=41 - number)
        actions.publish(actor=SYSTEM, at=at, roster_id=roster.pk, expected_version=roster.version)
    assert past_of(world.draft(), None)[world.people["张一"].pk].load == 3 * 240


def test_who_joins_in_the_middle_need_not_catch_up_with_months(world: World) -> None:
    since, until = date(2026, 3, 1), date(2026, 4, 10)
    first, second, new = (world.person(name).pk for name in ("张一", "王二", "李三"))
    loads, kinds = {first: 4000, second: 2000}, dict.fromkeys((first, second, new), "volunteer")
    assert credit(loads, {new: date(2026, 3, 21)}, kinds, since=since, until=until) == {new: 1500}
    assert credit(loads, {}, kinds, since=since, until=until) == {}
    assert credit(loads, {new: until}, kinds, since=until, until=until) == {}


def test_the_tally_of_a_roster_leaves_stand_bys_out(world: World) -> None:
    roster = critical(world).solved()
    (place,) = queries.places(SYSTEM, roster)
    assert (place.seats.needed, place.seats.filled) == (2, 2)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_leads_miss_two_people_at_once_and_the_one_stand_by_steps_in_once() -> None:
    world = small_world()
    roster = in_force(critical(world))
    first, second = Assignment.objects.filter(shift__roster=roster, standby=False).values_list("pk", flat=True)
    one, two = world.actor("secretary", "甲一"), world.actor()
    found = together(
        lambda: actions.mark(actor=one, at=EIGHT, assignment_id=first, mark="absent"),
        lambda: actions.mark(actor=two, at=EIGHT, assignment_id=second, mark="absent"),
    )
    assert [type(answer).__name__ for answer in found] == ["CheckIn", "CheckIn"]
    assert here(roster, stands_by=True) == set()
    assert JournalEntry.objects.filter(verb="roster.stepped_in").count() == 1
    assert taking.free_seats(world.shift(roster, "门岗")) == 1


def test_undoing_puts_somebody_back_to_standing_by(world: World) -> None:
    world.post("午岗", 780, 1020)
    roster = critical(world).draft()
    seat = world.seat(roster, "门岗", "张一", standby=True)
    actor = world.actor()
    to = world.shift(roster, "午岗")
    moved = actions.move(actor=actor, at=EVE, roster_id=roster.pk, assignment_id=seat.pk, to_shift_id=to.pk)
    actions.undo(actor=actor, at=EVE, roster_id=roster.pk, entry_id=moved.entry.pk)
    assert here(roster, stands_by=True) == {"张一"}
    stands = Assignment.objects.get(shift__roster=roster, standby=True)
    off = actions.unassign(actor=actor, at=EVE, roster_id=roster.pk, assignment_id=stands.pk)
    actions.undo(actor=actor, at=EVE, roster_id=roster.pk, entry_id=off.entry.pk)
    assert here(roster, stands_by=True) == {"张一"}

"""Numbers: capacity, crew, waits and advice, clocks, and the order of a round."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.core.ids import new_id
from jimu.field.screening import planning, rules
from jimu.field.screening.planning import Door, Post
from jimu.field.screening.tests.conftest import AT
from jimu.playbooks.schema import Screening

NUMBERS = Screening()


def test_a_neighborhood_of_2100_needs_one_site_three_tables_six_samplers() -> None:
    found = rules.capacity(2100, NUMBERS)
    assert (found.sites, found.tables, found.samplers, found.tubes) == (1, 3, 6, 210)
    assert found.hours == pytest.approx(2100 / 360)
    more = rules.capacity(2501, NUMBERS)
    assert (more.sites, more.tables, more.samplers) == (2, 4, 7)
    assert rules.capacity(0, NUMBERS).sites == 1


def test_the_crew_of_a_site_of_two_tables_is_that_of_the_field() -> None:
    crew = dict(rules.crew(2, NUMBERS))
    assert crew == {
        "site_leader": 1, "sampler": 4, "scanner": 2, "labeller": 2, "order": 2, "temperature": 2, "grouping": 2, "caller": 1, "disinfection": 1,
        "courier": 1, "float": 2,
    }  # fmt: skip
    assert dict(rules.crew(3, NUMBERS))["scanner"] == 3


def test_the_wait_is_the_line_over_what_the_site_gets_done() -> None:
    assert rules.wait_minutes(96, 120) == 48
    assert (rules.wait_minutes(0, 120), rules.wait_minutes(5, 0)) == (0, 0)
    quarter = timedelta(minutes=15)
    assert rules.measured_rate(40, quarter, 2, NUMBERS) == 160
    assert [rules.measured_rate(rules.ENOUGH_SCANS - n, quarter, 2, NUMBERS) for n in (0, 1)] == [4 * rules.ENOUGH_SCANS, 240]
    # In the moment a round begins no time has passed.
    assert rules.measured_rate(40, timedelta(), 2, NUMBERS) == 240


def test_advice_is_the_fewest_tables_that_make_the_wait_bearable() -> None:
    told = rules.advice(96, 120, 2, NUMBERS)
    assert told is not None
    assert (told.more, told.samplers, told.scanners, told.before, told.after) == (2, 4, 2, 48, 24)
    third = rules.advice(80, 120, 2, NUMBERS)
    assert third is not None
    assert (third.more, third.samplers, third.scanners, third.before, third.after) == (1, 2, 1, 40, 27)
    assert rules.advice(60, 120, 2, NUMBERS) is None
    assert rules.advice(96, 120, 0, NUMBERS) is None


def test_tables_that_the_site_has_are_told_apart_from_those_to_bring() -> None:
    few, all_open = (rules.advice(600, 240, 2, NUMBERS, there=there) for there in (4, 2))
    assert few is not None
    assert all_open is not None
    assert (few.more, few.own, few.beyond) == (8, 2, 6)
    assert (all_open.more, all_open.own, all_open.beyond) == (8, 0, 8)


def test_where_no_table_can_be_had_nobody_is_called_until_the_line_is_bearable() -> None:
    told = rules.advice(600, 240, 2, NUMBERS, there=2)
    assert told is not None
    assert (told.before, told.pause, told.line) == (150, 120, 120)
    assert rules.wait_minutes(600 - 240 * told.pause // 60, 240) == NUMBERS.wait_minutes
    assert rules.wait_minutes(told.line, 240) == NUMBERS.wait_minutes


def test_no_more_tables_are_advised_than_a_site_can_have() -> None:
    for tables in (1, 8, rules.MOST_TABLES):
        told = rules.advice(5000, 120 * tables, tables, NUMBERS)
        assert told is not None
        assert tables + told.more == rules.MOST_TABLES or told.after <= NUMBERS.wait_minutes
    assert told.more == 0
    assert told.pause > 0


@given(waiting=st.integers(0, 3000), rate=st.integers(1, 600), tables=st.integers(1, 8))
def test_help_never_makes_the_wait_longer(waiting: int, rate: int, tables: int) -> None:
    told = rules.advice(waiting, rate, tables, NUMBERS)
    if told:
        assert told.after <= told.before
        assert told.before > NUMBERS.wait_minutes


def test_the_clock_of_a_tube_warns_and_alarms_before_it_is_over() -> None:
    tones = [(m, rules.countdown(AT, AT + timedelta(minutes=m), 120)) for m in (0, 59, 60, 60.5, 61, 96, 97, 120, 125)]
    assert [(clock.minutes, clock.tone) for _m, clock in tones] == [(120, "good"), (61, "good"), (60, "good"), (59, "warn"), (59, "warn"), (24, "warn"), (23, "bad"), (0, "bad"), (-5, "bad")]


def test_a_turnout_is_whole_only_when_nobody_is_left() -> None:
    assert [rules.turnout(*pair) for pair in ((0, 0), (0, 5), (199, 200), (200, 200))] == [0, 0, 99, 100]


HOUSES = [new_id() for _n in range(3)]


def doors(counts: list[tuple[int, int, int]]) -> list[Door]:
    """(house, persons, visits) in order."""
    return [Door(new_id(), HOUSES[h], f"{h + 1}号楼", str(n % 2), f"{n}01", p, min(v, p)) for n, (h, p, v) in enumerate(sorted(counts))]


def test_a_round_goes_staff_buildings_closed_buildings_homes() -> None:
    homes = doors([(h, 3, 1 if d == 0 else 0) for h in range(3) for d in range(4)])
    plan = planning.propose(homes, [Post(new_id(), 2)], staff=12, closed=frozenset([HOUSES[0]]), start=AT, numbers=NUMBERS)
    kinds = [one.kind for one in plan]
    assert kinds == sorted(kinds, key=["staff", "building", "door", "home"].index)
    assert {one.building_id for one in plan if one.kind == "door"} == {HOUSES[0]}
    assert [one.starts_at for one in plan] == sorted(one.starts_at for one in plan)
    assert sum(one.persons for one in plan) == 12 + 36
    assert all(one.why for one in plan)


@given(counts=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.integers(0, 2)), max_size=60), sites=st.integers(1, 3))
def test_nobody_is_left_out_of_a_plan_or_in_it_twice(counts: list[tuple[int, int, int]], sites: int) -> None:
    homes = doors(counts)
    posts = [Post(new_id(), n) for n in range(1, sites + 1)]
    plan = planning.propose(homes, posts, staff=0, closed=frozenset([HOUSES[2]]), start=AT, numbers=NUMBERS)
    assert sum(one.persons for one in plan) == sum(door.persons for door in homes)
    down = [room for one in plan if one.kind != "home" for room in one.rooms]
    assert len(down) == len(set(down)) == sum(1 for door in homes if door.persons > door.visits)
    by_room = {str(door.room_id): door for door in homes}
    for one in plan:
        if one.kind != "home":
            assert one.households <= NUMBERS.batch_households
            assert one.persons <= NUMBERS.batch_persons or one.households == 1
            assert len({(by_room[room].building_id, by_room[room].entrance) for room in one.rooms}) == 1
    for post in posts:
        own = [one for one in plan if one.site_id == post.site_id]
        assert all(a.starts_at + timedelta(minutes=a.minutes) <= b.starts_at for a, b in pairwise(own))


def test_ids_are_what_the_plan_keeps() -> None:
    plan = planning.propose(doors([(0, 2, 0)]), [Post(new_id(), 1)], staff=0, closed=frozenset(), start=AT, numbers=NUMBERS)
    assert [UUID(room) for one in plan for room in one.rooms]

"""A large problem as separate jobs: parts share nobody, and together they are the whole."""

import pytest
from hypothesis import given, settings

from jimu_engine import BadRoster, Problem, Roster, check, rules, solve
from jimu_engine.parts import merge, split
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import optimum, person, problem, roster, shift
from jimu_engine.tests.worlds import problems

HERE, THERE = frozenset({"a"}), frozenset({"b"})


def two_places(*bridge: object) -> Problem:
    people = [person("li", places=HERE), person("wu", places=THERE), *bridge]
    return problem([shift("s"), shift("t", place="b"), shift("u", 1)], people, rule=rules.standard())  # type: ignore[arg-type]


def test_places_that_share_nobody_are_parts_of_their_own() -> None:
    assert [[s.id for s in part.shifts] for part in split(two_places())] == [["s", "u"], ["t"]]
    assert [[p.id for p in part.people] for part in split(two_places())] == [["li"], ["wu"]]


@pytest.mark.parametrize("places", [None, HERE | THERE])
def test_one_shared_person_joins_them_unless_sent_home(places: frozenset[str] | None) -> None:
    case = two_places(person("he", places=places))
    assert len(split(case)) == 1
    parts = split(case, homes={"he": "b"})
    assert [[p.id for p in part.people] for part in parts] == [["li"], ["wu", "he"]]


def test_nobody_is_sent_where_they_may_not_serve() -> None:
    assert [[p.id for p in part.people] for part in split(two_places(), homes={"li": "b"})] == [["li"], ["wu"]]


def test_pins_and_promises_go_with_their_part() -> None:
    pairs = frozenset({("s", "li"), ("t", "wu")})
    assert [part.pinned for part in split(two_places().replace(pinned=pairs, published=pairs))] == [{("s", "li")}, {("t", "wu")}]


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(problems(most_seats=4))
def test_the_parts_together_cost_what_the_whole_costs(case: Problem) -> None:
    parts = split(case)
    lost = sum(rules.Stability().weight for s, p in case.published if not any((s, p) in part.published for part in parts))
    assert sum(optimum(part) for part in parts) + lost == pytest.approx(optimum(case))


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(problems(most_seats=8, most_people=6))
def test_merged_rosters_keep_every_rule(case: Problem) -> None:
    found = merge(solve(part, stop=MaxRounds(3)).roster for part in split(case))
    assert not check(case, found).hard


def test_parts_that_fill_the_same_shift_do_not_merge() -> None:
    assert merge([roster({"s": "li"}), roster({"t": "wu"})]) == roster({"s": "li", "t": "wu"})
    with pytest.raises(BadRoster):
        merge([roster({"s": "li"}), roster({"s": "wu"})])
    assert merge([]) == Roster({})

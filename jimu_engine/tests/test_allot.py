"""Allotment: the optimum is that of trying all ways; shares say why."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu_engine.allot import Deployable, Unit, UnitShare, Weights, allot, fair_shares, judge, unfairness
from jimu_engine.errors import BadProblem

SKILLS = ("drive", "scan")
unit_ids = ("a", "b", "c")


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Unit], list[Deployable]]:
    units = [
        Unit(name, draw(st.sampled_from((0.0, 1.0, 2.5))), draw(st.dictionaries(st.sampled_from(SKILLS), st.integers(0, 2))))
        for name in unit_ids[: draw(st.integers(1, 3))]
    ]
    staff = [
        Deployable(
            f"p{i}", draw(st.frozensets(st.sampled_from(SKILLS))), draw(st.sampled_from(("", "a", "c"))),
            draw(st.dictionaries(st.sampled_from(unit_ids), st.sampled_from((0.7, 9.0)))), draw(st.none() | st.frozensets(st.sampled_from(unit_ids))),
        )
        for i in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    return units, staff


def least(units: list[Unit], staff: list[Deployable]) -> float:
    """The least cost of any way that sends everybody who may go somewhere, by trying all."""
    ways: list[list[str]] = [[u.id for u in units if p.allowed is None or u.id in p.allowed] for p in staff]
    going = [(p, way) for p, way in zip(staff, ways, strict=True) if way]
    return min(judge(units, staff, {p.id: u for (p, _), u in zip(going, each, strict=True)}).cost for each in product(*(way for _, way in going)))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(worlds())
def test_no_other_way_costs_less(world: tuple[list[Unit], list[Deployable]]) -> None:
    found = allot(*world)
    assert found.cost == pytest.approx(least(*world))
    assert {*found.where, *found.left_over} == {person.id for person in world[1]}


def units(**fields: Any) -> list[Unit]:
    return [Unit("a", 1.0, **fields), Unit("b", 3.0)]


def people(count: int, **fields: Any) -> list[Deployable]:
    return [Deployable(f"p{i}", **fields) for i in range(count)]


def people_named(name: str, count: int) -> list[Deployable]:
    return [Deployable(f"{name}{i}") for i in range(count)]


def test_people_go_where_the_work_is() -> None:
    found = allot(units(), people(8))
    assert [len(share.people) for share in found.units] == [2, 6]
    assert [share.fair for share in found.units] == fair_shares(units(), 8) == [2, 6]
    assert [share.reason for share in found.units] == ["fair", "fair"]


def test_a_need_outweighs_distance_and_habit() -> None:
    able = Deployable("able", frozenset({"scan"}), "b", {"a": 8.0})
    assert allot(units(), [able, *people(7)]).where["able"] == "b"
    found = allot(units(needs={"scan": 1}), [able, *people(7)])
    assert found.where["able"] == "a"
    assert found.units[0].missing == {}


def test_one_person_fills_one_need() -> None:
    able = Deployable("able", frozenset({"scan", "drive"}), allowed=frozenset({"a"}))
    found = allot(units(needs={"scan": 1, "drive": 1}), [able, *people(3)])
    assert sum(found.units[0].missing.values()) == 1


def test_who_fills_another_need_to_make_room_for_somebody_is_counted_once() -> None:
    # The first takes to driving, then leaves it to the second: the third need is nobody's.
    needs = {"drive": 1, "scan": 1, "wipe": 1}
    staff = [Deployable("p0", frozenset({"drive", "scan"})), Deployable("p1", frozenset({"drive", "wipe"}))]
    (share,) = judge([Unit("a", 1.0, needs)], staff, {"p0": "a", "p1": "a"}).units
    assert sum(share.missing.values()) == 1


    staff = [*people(2, last="a"), *(Deployable(f"q{i}", last="b") for i in range(6))]
    found = allot(units(), staff)
    assert [share.stayed for share in found.units] == [2, 6]
    assert allot(units(), staff, Weights(moved=0.0)).cost == found.cost == 0


@pytest.mark.parametrize(("given", "fair", "expected"), [(3, 1.0, 4.0), (3, 2.0, 0.5), (1, 0.5, 0.25), (0, 0.0, 0.0), (2, 0.0, 4.0)])
def test_unfairness_is_the_square_by_the_share_which_counts_as_one_at_least(given: int, fair: float, expected: float) -> None:
    assert unfairness(given, fair) == expected


def test_without_work_anywhere_people_are_spread_evenly() -> None:
    assert fair_shares([Unit("a", 0.0), Unit("b", 0.0)], 6) == [3, 3]
    assert fair_shares([Unit("a", 0.125), Unit("b", 0.375)], 8) == [2, 6]


@pytest.mark.parametrize(("count", "fair", "reason"), [(3, 2.5, "fair"), (3, 2.0, "near"), (1, 2.0, "short"), (2, 2.9, "fair")])
def test_within_one_of_its_share_a_unit_is_called_fair(count: int, fair: float, reason: str) -> None:
    assert UnitShare("a", fair, tuple(f"p{i}" for i in range(count)), 0, {}, 0, 0.0).reason == reason


def test_nobody_who_may_go_somewhere_is_left_at_home_however_far_it_is() -> None:
    far = [Deployable("far", distance={"a": 1e6}, allowed=frozenset({"a"})), *people(2)]
    found = allot(units(), far, Weights(distance=1e5))
    assert (found.left_over, found.where["far"]) == ((), "a")


def test_whoever_may_go_nowhere_is_left_over() -> None:
    found = allot(units(), [*people(4), Deployable("ill", allowed=frozenset())])
    assert found.left_over == ("ill",)
    assert "ill" not in found.where


def test_a_unit_that_only_few_may_serve_is_called_short() -> None:
    staff = [Deployable(f"p{i}", allowed=frozenset({"a"})) for i in range(8)]
    assert [share.reason for share in allot(units(), staff).units] == ["near", "short"]
    found = allot(units(needs={"scan": 3}), [*people(3, skills=frozenset({"scan"})), *people_named("q", 5)])
    assert [share.reason for share in found.units] == ["needs", "short"]


@pytest.mark.parametrize(("given_units", "staff", "weights"), [
    ([], people(1), Weights()),
    ([Unit("a", float("nan"))], people(1), Weights()),
    ([Unit("a", -1.0)], people(1), Weights()),
    ([Unit("a", 1.0), Unit("a", 1.0)], people(1), Weights()),
    ([Unit("a", 1.0)], [*people(1), *people(1)], Weights()),
    ([Unit("a", 1.0)], people(1, distance={"a": float("inf")}), Weights()),
    ([Unit("a", 1.0)], people(1), Weights(fairness=float("nan"))),
    ([Unit("a", 2e6)], people(1), Weights()),
])  # fmt: skip
def test_what_means_nothing_is_refused(given_units: list[Unit], staff: list[Deployable], weights: Weights) -> None:
    assert allot([Unit("a", 1.0)], people(1)).cost == 0
    with pytest.raises(BadProblem):
        allot(given_units, staff, weights)


@pytest.mark.parametrize(("given_units", "staff", "weights"), [
    ([Unit("a", 1.0, {"scan": -1})], people(1), Weights()), ([Unit("a", 1.0)], people(1, distance={"a": -1.0}), Weights()),
    *(([Unit("a", 1.0)], people(1), Weights(**{name: -1.0})) for name in ("fairness", "missing", "distance", "moved")),
])  # fmt: skip
def test_every_number_lies_between_nothing_and_a_million(given_units: list[Unit], staff: list[Deployable], weights: Weights) -> None:
    assert allot([Unit("a", 1e6)], people(1, distance={"a": 0.0}), Weights(0.0, 0.0, 0.0, 0.0)).where == {"p0": "a"}
    with pytest.raises(BadProblem):
        allot(given_units, staff, weights)


def test_what_a_way_costs_and_what_each_unit_gets_is_told_in_full() -> None:
    staff = [Deployable("p0", frozenset({"scan"}), "b", {"a": 2.0}), Deployable("p1"), Deployable("p2", last="b"), Deployable("p3")]
    told = judge(units(needs={"scan": 2}), staff, {"p0": "a", "p1": "a", "p2": "b"})
    # One too many for a share of 1, two too few for one of 3, a need, two kilometres, one who moved.
    assert told.cost == 10 + 13.333 + 20 + 1 + 1
    assert told.left_over == ("p3",)
    assert told.units == (UnitShare("a", 1.0, ("p0", "p1"), 2, {"scan": 1}, 0, 2.0), UnitShare("b", 3.0, ("p2",), 0, {}, 1, 0.0))
    # Who comes from nowhere has not moved.
    assert judge(units(), [Deployable("p1")], {"p1": "b"}, Weights(fairness=0.0)).cost == 0


@pytest.mark.parametrize("unit", ["b", "nowhere"])
def test_sending_somebody_where_they_may_not_go_or_to_a_unit_that_is_not_there_is_refused(unit: str) -> None:
    staff = people(1, allowed=frozenset({"a", "nowhere"}))
    assert judge(units(), staff, {"p0": "a"}).where == {"p0": "a"}
    with pytest.raises(BadProblem):
        judge(units(), staff, {"p0": unit})

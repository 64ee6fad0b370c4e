"""Seats of teams: required ones first, then as many as can be, then the cheapest; judged without a solver."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu_engine.assemble import EMPTY, assemble, augmenting_path, complete
from jimu_engine.errors import BadProblem

INF = np.inf


def solve(cost: list[list[float]], required: list[bool], capacity: list[int]) -> list[int]:
    return assemble(np.array(cost, float), np.array(required, bool), np.array(capacity, np.int64)).tolist()


def test_a_required_seat_is_filled_before_a_cheaper_one() -> None:
    assert solve([[0.0], [5.0]], [False, False], [1]) == [0, EMPTY]
    assert solve([[0.0], [5.0]], [False, True], [1]) == [EMPTY, 0]


def test_two_seats_filled_beat_one_cheap_one() -> None:
    assert solve([[0.0, 100.0], [0.0, INF]], [False, False], [1, 1]) == [1, 0]


def test_somebody_with_room_for_two_takes_two() -> None:
    assert solve([[1.0], [1.0], [1.0]], [True, True, False], [2]) == [0, 0, EMPTY]


def test_nobody_takes_a_seat_that_they_may_not() -> None:
    assert solve([[INF, INF]], [True], [1, 1]) == [EMPTY]
    assert assemble(np.empty((0, 3)), np.empty(0, bool), np.ones(3, np.int64)).tolist() == []


@pytest.mark.parametrize("bad", [np.nan, -INF])
def test_a_cost_that_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(BadProblem):
        solve([[bad, 1.0]], [True], [1, 1])


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadProblem):
        solve([[1.0, 1.0]], [True, False], [1, 1])


def worth(cost: np.ndarray, required: np.ndarray, found: tuple[int, ...]) -> tuple[int, int, float]:
    filled = [seat for seat, person in enumerate(found) if person >= 0]
    return -sum(required[seat] for seat in filled), -len(filled), round(sum(cost[seat, found[seat]] for seat in filled), 6)


def brute_force(cost: np.ndarray, required: np.ndarray, capacity: np.ndarray) -> tuple[int, int, float]:
    choices = [[EMPTY, *np.flatnonzero(np.isfinite(row)).tolist()] for row in cost]
    lawful = (
        found for found in itertools.product(*choices)
        if all(found.count(person) <= room for person, room in enumerate(capacity.tolist()))
    )  # fmt: skip
    return min(worth(cost, required, found) for found in lawful)


SMALL = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.tuples(
        st.lists(st.lists(st.one_of(st.just(INF), st.integers(0, 9).map(float)), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]),
        st.lists(st.booleans(), min_size=size[0], max_size=size[0]),
        st.lists(st.integers(0, 2), min_size=size[1], max_size=size[1]),
    )
)


@settings(max_examples=150, deadline=None)
@given(SMALL)
def test_nothing_beats_it_and_no_seat_that_can_be_filled_stays_empty(case: tuple[list[list[float]], list[bool], list[int]]) -> None:
    cost, required, capacity = np.array(case[0], float), np.array(case[1], bool), np.array(case[2], np.int64)
    found = assemble(cost, required, capacity)
    assert worth(cost, required, tuple(found.tolist())) == brute_force(cost, required, capacity)
    assert augmenting_path(np.isfinite(cost), capacity, found) == []


def test_the_judge_sees_a_seat_that_a_chain_would_fill() -> None:
    allowed = np.array([[True, True], [True, False]])
    assert augmenting_path(allowed, np.ones(2, np.int64), np.array([0, EMPTY])) == [1, 0]
    assert augmenting_path(allowed, np.ones(2, np.int64), np.array([1, 0])) == []
    assert augmenting_path(allowed, np.array([1, 0]), np.array([0, EMPTY])) == []


@settings(max_examples=150, deadline=None)
@given(SMALL, st.randoms(use_true_random=False))
def test_a_filling_found_part_by_part_is_completed(case: tuple[list[list[float]], list[bool], list[int]], dice) -> None:
    cost, required, capacity = np.array(case[0], float), np.array(case[1], bool), np.array(case[2], np.int64)
    allowed = np.isfinite(cost)
    options = [np.flatnonzero(row).tolist() for row in allowed]
    found = np.full(len(cost), EMPTY, np.int64)
    for seat, people in enumerate(options):
        person = dice.choice([EMPTY, *people])
        if person >= 0 and (found == person).sum() < capacity[person]:
            found[seat] = person
    full = complete(options, required.tolist(), capacity.tolist(), found)
    assert all(person < 0 or allowed[seat, person] for seat, person in enumerate(full.tolist()))
    assert (np.bincount(full[full >= 0], minlength=len(capacity)) <= capacity).all()
    best = brute_force(cost, required, capacity)
    assert worth(cost, required, tuple(full.tolist()))[:2] == best[:2]
    assert augmenting_path(allowed, capacity, full) == []

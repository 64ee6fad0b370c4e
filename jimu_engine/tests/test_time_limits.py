"""Whenever it is told to end, a solve ends there: by a clock that counts how often it is asked, never by the time of day."""

import math
from importlib import import_module

import numpy as np
import pytest

from jimu_engine import Problem, Roster, check, rules, seating, solve
from jimu_engine.index import Index
from jimu_engine.state import Board
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import person, problem, roster, shift

#: The module, whose name in its package is that of the function.
SOLVE = import_module("jimu_engine.solve")


class Asked:
    """A stop that says yes from the n-th question on."""

    def __init__(self, last: int) -> None:
        self.last, self.count, self.after = last, 0, 0

    def __call__(self, rounds: int = 0, best: float = 0.0, bound: float = 0.0) -> bool:
        self.count += 1
        self.after += self.count > self.last
        return self.count >= self.last


def crowd(seats: int = 10**6, people: int = 30) -> Problem:
    """Far more seats than people, who each may do one of four shifts a day."""
    shifts = [shift(f"{d}-{h}", d, h, required=seats, under=1000.0) for d in range(5) for h in (6, 10, 14, 18)]
    return problem(shifts, [person(f"p{i}") for i in range(people)], rule=rules.standard(), days=5)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions after every few people looked at, so that there are many of them."""
    monkeypatch.setattr("jimu_engine.state.LOOKS", 90)
    monkeypatch.setattr(SOLVE, "MOVES", 50)
    monkeypatch.setattr("jimu_engine.index.LOOK_UP", 1)
    monkeypatch.setattr("jimu_engine.index.AT_ONCE", 0)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("last", [1, 2, 5, 15, 20, 21, 22, 30, 60, 120, 300, 1000])
def test_told_to_end_at_any_moment_a_solve_has_a_lawful_roster_and_counts_its_open_seats(last: int) -> None:
    case, stop = crowd(), Asked(last)
    found = solve(case, stop=stop)
    assert found.report == check(case, found.roster)
    assert found.report.feasible
    assert found.report.open_seats == case.seats - sum(1 for _ in found.roster.pairs())
    assert found.bound <= found.objective + 1e-6
    assert stop.count >= last


@pytest.mark.usefixtures("small_steps")
def test_what_is_open_gets_less_the_later_a_solve_is_told_to_end() -> None:
    filled = [solve(crowd(), stop=Asked(last), with_bound=False).report.filled_seats for last in (1, 22, 26, 40, 200)]
    assert filled == sorted(filled)
    assert filled[0] == 0
    assert filled[1] < filled[3] < filled[4]


@pytest.mark.parametrize("part", ["fill", "chains"])
def test_between_two_questions_a_board_looks_at_so_many_people_and_no_more(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr("jimu_engine.state.LOOKS", 90)
    board, stop = Board(Index(crowd())), Asked(3)
    seats, rng = np.arange(400), np.ones(1, np.uint64)
    if part == "fill":
        board.fill(seats, board.shifts.under, rng, stop)
    else:
        board.chains(seats, 1, np.zeros(30, np.int64), 0, 1000, stop=stop)
    # Two or three stretches of ninety looks, thirty people a seat, and the seat at which each stretch ends.
    taken = int((board.state.seat_person >= 0).sum())
    assert 2 <= taken <= 12
    assert stop.count == 3


def test_one_seat_alone_gets_no_more_looks_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    case = problem([shift("s"), shift("t", 0, 14)], [person("li"), person("wu", places=frozenset("b"))], rule=rules.standard())
    board = Board(Index(case))
    board.load(roster({"t": "li"}), lawful=True)
    monkeypatch.setattr("jimu_engine.state.LOOKS", 0)
    board.chains(board.open_seats(), 1, np.zeros(2, np.int64), 0, 1000)
    assert board.roster() == roster({"t": "li"})


@pytest.mark.parametrize("workers", [1, 2])
def test_by_count_a_roster_does_not_depend_on_how_often_a_solve_asks(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    shifts = [shift(f"{d}-{h}-{p}", d, h, required=3, place=p) for d in range(4) for h in (6, 12, 18) for p in "ab"]
    people = [person(f"p{i}", places=frozenset("ab"[i % 2])) for i in range(9)]
    case = problem(shifts, people, rule=rules.standard(), days=4)
    seldom = solve(case, seed=3, stop=MaxRounds(4), workers=workers)
    monkeypatch.setattr("jimu_engine.state.LOOKS", 40)
    monkeypatch.setattr(SOLVE, "MOVES", 7)
    often = solve(case, seed=3, stop=MaxRounds(4), workers=workers)
    assert (often.roster, often.bound) == (seldom.roster, seldom.bound)


def test_a_small_problem_is_filled_and_bounded_however_little_time_there_is() -> None:
    case = problem([shift(f"s{d}", d) for d in range(5)], [person("li"), person("wu")], rule=rules.standard(), days=5)
    found = solve(case, stop=Asked(1))
    assert found.report.open_seats == 0
    assert math.isfinite(found.bound)


def test_without_time_to_look_for_people_pins_and_a_lawful_start_stay_and_no_bound_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jimu_engine.index.AT_ONCE", 0)
    pins = frozenset({("0-6", "p1")})
    case = crowd().replace(pinned=pins)
    none = solve(case, stop=Asked(1))
    assert none.roster == Roster.of(pins)
    assert none.bound == -math.inf
    start = Roster.of({*pins, ("1-6", "p2"), ("2-6", "p3")})
    assert solve(case, stop=Asked(1), start=start).roster == start


@pytest.mark.usefixtures("small_steps")
def test_a_round_ends_in_the_middle_when_it_is_told_to() -> None:
    shifts = [shift(f"{d}-{h}", d, h, under=100.0) for d in range(5) for h in (6, 12, 18)]
    case = problem(shifts, [person(f"p{i}") for i in range(6)], rule=rules.standard(), days=5)
    whole, begun = Asked(10**9), Asked(10**9)
    solve(case, stop=lambda *told: whole(*told) or told[0] >= 0, with_bound=False)
    solve(case, stop=lambda *told: begun(*told) or told[0] >= 1, with_bound=False)
    # A round of fifteen seats: 900 moves, fifty between two questions.
    assert begun.count - whole.count >= 18
    for last in range(whole.count + 1, begun.count, 5):
        stop = Asked(last)
        found = solve(case, stop=stop, with_bound=False)
        assert found.report.feasible
        # Each thing under way asks once more, sees the answer and ends.
        assert stop.after <= 3


def test_a_shift_tried_in_vain_is_tried_again_only_after_somebody_was_seated() -> None:
    failed = np.array([0, 0, 1])
    assert not seating.has_failed(failed, 0)
    seating.mark_failed(failed, 0, True)
    assert (seating.has_failed(failed, 0), seating.has_failed(failed, 1)) == (True, False)
    seating.mark_failed(failed, 1, False)
    assert not seating.has_failed(failed, 0)
    seating.mark_failed(failed, 0, True)
    assert seating.has_failed(failed, 0)

"""Long horizons: answers in a corridor, agreement on prices, and clocks that are watched."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.curtois_family import Size, instance
from jimu_engine.columns.averaging import Averaging
from jimu_engine.columns.check import breaches, person_breaches
from jimu_engine.columns.climb import PASSES, Climb
from jimu_engine.columns.clock import Clock, Pace
from jimu_engine.columns.loose import Loose, Relaxed
from jimu_engine.columns.master import Pool
from jimu_engine.columns.model import DayModel, Floats, objective, presence
from jimu_engine.columns.person import Planner
from jimu_engine.columns.search import construct, part_of
from jimu_engine.columns.solve import solve_days
from jimu_engine.formats.curtois import read
from jimu_engine.tests.test_curtois_solve import optimum

EVERYTHING_IS_LONG = {"jimu_engine.columns.climb.ROOT_ROWS": 0, "jimu_engine.columns.person.BRISK_STATES": 50}


def family(people: int, days: int, shifts: int, seed: int) -> DayModel:
    return read(instance(Size(people, days, shifts), seed))


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in EVERYTHING_IS_LONG.items():
        monkeypatch.setattr(name, value)


def averaging_of(problem: DayModel, seed: int) -> Averaging:
    people, days, types = problem.size
    planners = [Planner(problem, p) for p in range(people)]
    rng = np.random.default_rng(seed)
    roster = construct(problem, planners, rng)
    assert roster is not None
    part = part_of(problem, planners, roster, presence(roster, types), np.arange(people), np.ones(days, bool))
    return Averaging(part, Pool(problem), np.zeros((days, types)), rng)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), shifts=st.integers(2, 8), spread=st.sampled_from([1.0, 30.0]))
def test_an_answer_keeps_every_rule_and_is_no_cheaper_than_the_plan(seed: int, shifts: int, spread: float) -> None:
    problem = family(3, 42, shifts, seed % 11)
    planner = Planner(problem, seed % 3)
    planner._brisk = 2
    work = np.random.default_rng(seed).normal(0.0, spread, (42, shifts))
    for _ in range(3):
        row = planner.answer(work, 1.0)
        assert row is not None
        assert person_breaches(problem, planner.person, row) == []
        held = np.nonzero(row >= 0)[0]
        low = planner.plan(work, np.zeros(42))[0]
        assert work[held, row[held]].sum() >= low - 1e-6


def pressed(seed: int, spread: float) -> tuple[Planner, Floats]:
    """Somebody whose nights are few, of another length, and what all want to pay for."""
    problem = family(3, 42, 5, 2 * (seed % 9) + 1)
    work = np.random.default_rng(seed).normal(0.0, spread, (42, 5))
    work[:, 4] -= 2 * spread
    return Planner(problem, seed % 3), work


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6), spread=st.sampled_from([1.0, 30.0]), toll=st.sampled_from([0.0, 0.5, 40.0]),
    rate=st.sampled_from([-0.1, -0.001, 0.0, 0.001, 0.1]),
)  # fmt: skip
def test_a_floor_is_below_every_plan_whatever_is_paid(seed: int, spread: float, toll: float, rate: float) -> None:
    planner, work = pressed(seed, spread)
    loose = Loose(planner)
    loose.toll, loose.rate = np.random.default_rng(seed).random(5) * toll, rate
    assert loose.floor(work)[0] <= planner.plan(work, np.zeros(42))[0] + 1e-6


def test_a_floor_without_binding_limits_is_the_plan() -> None:
    planner, work = pressed(2, 10.0)
    work[:, 4] = 50.0
    low, row = planner.unlimited(work)
    # Hours that happen to fit, and no night at all: nothing of what is relaxed binds.
    minutes = int(planner.model.minutes[row[row >= 0]].sum())
    one = replace(planner.model, min_minutes=np.full(3, minutes), max_minutes=np.full(3, minutes))
    assert Planner(one, planner.person).plan(work, np.zeros(42))[0] == pytest.approx(low) == pytest.approx(Loose(planner).floor(work)[0])
    held = np.nonzero(row >= 0)[0]
    assert work[held, row[held]].sum() == pytest.approx(low)


def test_types_far_over_their_limit_are_rationed_rather_than_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    # At the beginning every seat is worth a hundred: no toll of the size of a request keeps anybody from a post they may hold twice.
    problem = family(3, 84, 6, 2)
    caps = problem.max_type.copy()
    caps[1, [1, 4]] = 6, 3
    problem = replace(problem, max_type=caps)
    work = np.zeros((84, 6))
    work[:, 1], work[:, 4] = -100.0 - np.arange(84), -183.0 + np.arange(84)
    planner = Planner(problem, 1)
    planner._brisk = 2

    def plan(*told: object) -> None:
        raise AssertionError("counting takes seconds on a year")

    monkeypatch.setattr(planner, "plan", plan)
    row = planner.answer(work, 1.0)
    assert row is not None
    assert person_breaches(problem, 1, row) == []
    # What is worth most is kept, and no more is given up than must be.
    assert np.isin(row, [1, 4]).sum() >= 7
    assert [np.flatnonzero(row == 1).min() >= 70, np.flatnonzero(row == 4).max() < 10] == [True, True]


def test_work_given_steps_and_seconds_is_done_by_whichever_is_farther(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("jimu_engine.columns.clock.time.monotonic", lambda: now[0])
    timed, counted = Clock(120.0).pace(10, 0.5), Clock().pace(10, 0.5)
    assert [timed(3), counted(3)] == [0.3, 0.3]
    now[0] = 108.0
    assert [timed(3), timed(9), counted(3)] == [0.8, 0.9, 0.3]
    now[0] = 110.0
    assert [timed(3), counted(10)] == [1.0, 1.0]


def test_agreement_on_a_machine_that_gets_slower_ends_in_time_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = family(6, 28, 4, 1)
    now = [0.0]
    monkeypatch.setattr("jimu_engine.columns.clock.time.monotonic", lambda: now[0])
    averaging, firm = averaging_of(problem, 1), list[float]()
    given, late = averaging._pass, Clock()

    def slow(stop: Clock, step: float, stick: float) -> None:
        firm.append(stick)
        now[0] += 9.0
        given(stop, step, stick)

    monkeypatch.setattr(averaging, "_pass", slow)
    for _ in averaging.learn(Clock(100.0).pace(50, 0.3), late):
        pass
    assert len(firm) == 4
    for _ in averaging.agree(Clock(100.0).pace(50, 0.5), late):
        pass
    assert now[0] < 80.0
    assert breaches(problem, averaging.roster) == []


def dearer(people: list[int]) -> float:
    """By how much more than plans answers cost, once tolls had time to settle: the mean of these people."""
    extra = []
    for seed in people:
        planner, work = pressed(seed, 1.0)
        planner._brisk = 4
        low = planner.plan(work, np.zeros(42))[0]
        for turn in range(60):
            row = planner.answer(work, 1.0)
            assert row is not None
            held = np.nonzero(row >= 0)[0]
            extra += [work[held, row[held]].sum() - low] * (turn >= 20)
    return float(np.mean(extra))


def test_tolls_that_move_gently_make_better_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [1, 2, 4, 5, 7, 8, 10, 11]
    gently = dearer(people)
    for name, value in (("RAISE", 0.1), ("SPARE", 0.98)):
        monkeypatch.setattr(f"jimu_engine.columns.person.{name}", value)
    assert gently < 0.7 * dearer(people)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), shifts=st.integers(1, 5))
def test_counting_a_type_that_nothing_limits_changes_no_cost(seed: int, shifts: int) -> None:
    # two ways through the compiled planner: with a tally, and without
    problem = family(2, 28, shifts, seed % 13)
    planner = Planner(problem, seed % 2)
    free = [t for t in range(shifts) if planner._usable[t] and problem.max_type[planner.person, t] >= 28]
    work, off = np.random.default_rng(seed).normal(0.0, 10.0, (28, shifts)), np.zeros(28)
    plain, rows = planner._call(work, off, (), 3, 0)
    counted, _ = planner._call(work, off, (free[0],), 3, 0)
    assert plain.tolist() == pytest.approx(counted.tolist())
    held = np.nonzero(rows[0] >= 0)[0]
    assert plain[0] == pytest.approx(work[held, rows[0][held]].sum())


def test_people_agree_on_a_lawful_roster_near_the_bound_of_the_prices_learnt(long: None) -> None:
    problem = family(12, 28, 6, 2)
    climb = Climb(problem, seed=1)
    dear = climb.search.cost
    while climb.search.prices is None or climb.search.cost == dear:
        climb.advance(Clock())
    assert breaches(problem, climb.search.roster) == []
    found = solve_days(problem, seed=1, steps=400)
    assert climb.bound <= found.objective <= climb.search.cost < dear
    assert found.objective <= found.bound * 1.02


@pytest.mark.parametrize(("states", "early"), [(50, True), (10**9, False)])
def test_where_an_answer_takes_long_a_first_few_passes_leave_a_roster_early(
    long: None, monkeypatch: pytest.MonkeyPatch, states: int, early: bool
) -> None:
    monkeypatch.setattr("jimu_engine.columns.person.BRISK_STATES", states)
    problem = family(12, 28, 6, 2)
    climb = Climb(problem, seed=1)
    dear, units = climb.search.cost, 0
    while climb.search.prices is None or climb.search.cost == dear:
        climb.advance(Clock())
        units += 1
    # One unit a pass: those that tell how long one takes, the early ones or all.
    assert (units < 40) is early
    assert (units > PASSES[0]) is not early
    assert climb.search.cost < 0.8 * dear


@pytest.mark.parametrize("seed", [1, 3])
def test_a_bound_from_prices_learnt_on_a_long_horizon_is_below_the_optimum(
    long: None, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    # seeds are odd: shifts of two lengths
    monkeypatch.setattr("jimu_engine.columns.person.EXACT_STATES", 0)
    problem = family(4, 14, 4, seed)
    found = solve_days(problem, seed=seed, steps=320)
    # Two weeks of four people are not what it is for: their hours are few shifts each.
    assert 0.3 * found.objective < found.bound <= optimum(problem) <= found.objective


def test_a_bound_is_left_out_where_there_is_no_time_for_it() -> None:
    climb = Climb(family(4, 28, 4, 1), seed=1)
    prices = np.zeros((28, 4))
    climb._stop = Clock(time.monotonic())
    climb._weak_bound(prices)
    for _ in climb._bounded():
        pass
    assert climb.bound == -np.inf
    climb._stop = Clock()
    climb._weak_bound(prices)
    assert climb.bound > -np.inf


@pytest.mark.parametrize(("people", "days", "shifts", "seed"), [(20, 56, 4, 1), (20, 56, 4, 2), (12, 84, 5, 3)])
def test_a_bound_for_which_hours_are_paid_is_near_that_of_the_linear_program(people: int, days: int, shifts: int, seed: int) -> None:
    problem = family(people, days, shifts, seed)
    exact = solve_days(problem, seed=1, steps=4)
    relaxed = Relaxed(problem, [Planner(problem, p) for p in range(people)], np.random.default_rng(1))
    for _ in relaxed.learn(Pace(160), Clock()):
        pass
    assert 0.96 * exact.bound <= problem.constant + relaxed.bound <= exact.objective


def test_shares_stay_whole_and_mean_is_their_sum() -> None:
    averaging = averaging_of(family(6, 28, 4, 1), 1)
    for _ in averaging.learn(Pace(4), Clock()):
        worked = averaging.share.sum(axis=2)
        assert worked.min() >= -1e-9
        assert worked.max() <= 1 + 1e-9
        assert np.allclose(averaging.mean, averaging.share.sum(axis=0))
        assert (averaging.prices <= averaging.part.model.under).all()
        assert (averaging.prices >= -averaging.part.model.over).all()
    before = averaging.share.max(axis=2).sum()
    for _ in averaging.agree(Pace(60), Clock()):
        pass
    assert averaging.share.max(axis=2).sum() > before
    assert breaches(averaging.part.model, averaging.roster) == []


def test_a_long_run_is_the_same_again(long: None) -> None:
    problem = family(8, 28, 4, 3)
    first, again = (solve_days(problem, seed=4, steps=60) for _ in range(2))
    assert (first.roster == again.roster).all()
    assert (first.objective, first.bound) == (again.objective, again.bound)


def test_a_clock_that_has_run_out_leaves_the_first_roster(long: None) -> None:
    problem = family(10, 28, 4, 3)
    found = solve_days(problem, seconds=0.0)
    assert breaches(problem, found.roster) == []
    averaging = averaging_of(problem, 1)
    roster = averaging.roster.copy()
    for _ in averaging.learn(Pace(3), Clock(time.monotonic())):
        pass
    assert (averaging.roster == roster).all()
    assert objective(problem, roster) == objective(problem, averaging.roster)

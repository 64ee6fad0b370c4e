"""Shift scheduling solved: against a plain model that shares no code with the columns, and on inputs that go wrong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.curtois_family import Size, instance
from jimu_engine.columns.check import breaches
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.generation import generate, hold
from jimu_engine.columns.master import Pool
from jimu_engine.columns.model import DayModel, objective, presence
from jimu_engine.columns.peers import cp_sat, highs_mip
from jimu_engine.columns.person import Planner
from jimu_engine.columns.rounding import Dive, DiveStyle
from jimu_engine.columns.search import Search, construct, part_of
from jimu_engine.columns.solve import BrokenStart, solve_days
from jimu_engine.errors import BadProblem, NoSchedule
from jimu_engine.formats.curtois import read
from jimu_engine.tests.curtois_texts import model, row


def family(people: int, days: int, shifts: int, seed: int) -> DayModel:
    return read(instance(Size(people, days, shifts), seed))


def optimum(problem: DayModel) -> float:
    found = cp_sat(problem, seconds=30.0, workers=2)
    assert found.objective is not None
    assert found.objective - found.bound < 0.5
    return found.objective


@settings(max_examples=8, deadline=None, derandomize=True)
@given(people=st.integers(1, 4), days=st.sampled_from([7, 14]), shifts=st.integers(1, 4), seed=st.integers(0, 99))
def test_cost_is_the_checkers_and_lies_between_bound_and_what_the_plain_model_reaches(
    people: int, days: int, shifts: int, seed: int
) -> None:
    problem = family(people, days, shifts, seed)
    best = optimum(problem)
    found = solve_days(problem, seed=seed, steps=30)
    assert breaches(problem, found.roster) == []
    assert found.objective == objective(problem, found.roster)
    assert found.bound <= best <= found.objective
    assert found.objective <= best * 1.02 + 1


def test_both_plain_models_agree() -> None:
    problem = family(3, 7, 2, 5)
    assert optimum(problem) == highs_mip(problem, seconds=30.0, threads=1).objective


@pytest.mark.parametrize(
    ("name", "tight", "loose"), [("max_run", 2, 5), ("min_run", 3, 1), ("min_off", 3, 1), ("max_weekends", 0, 2), ("max_minutes", 1920, 3840)]
)
def test_relaxing_a_rule_never_makes_the_optimum_worse(name: str, tight: int, loose: int) -> None:
    strict, mild = (solve_days(model(3, 14, **{name: value}), steps=40) for value in (tight, loose))
    assert mild.bound <= strict.objective
    assert mild.objective <= strict.objective


def test_the_same_seed_steps_and_workers_give_the_same_roster() -> None:
    problem = family(6, 14, 3, 3)
    first, again = (solve_days(problem, seed=4, steps=30, workers=2) for _ in range(2))
    assert (first.roster == again.roster).all()
    assert (first.objective, first.bound) == (again.objective, again.bound)


def test_a_run_goes_on_from_a_roster_and_never_gets_worse() -> None:
    problem = family(8, 14, 3, 1)
    before = construct(problem, [Planner(problem, p) for p in range(8)], np.random.default_rng(1))
    assert before is not None
    assert solve_days(problem, steps=1, start=before).objective <= objective(problem, before)
    with pytest.raises(BrokenStart, match="14"):
        solve_days(problem, steps=1, start=before[:, :7])


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), first=st.integers(0, 34), length=st.integers(1, 21))
def test_planning_a_span_keeps_the_rest_and_every_rule_at_the_cost_it_says(seed: int, first: int, length: int) -> None:
    problem = family(4, 42, 4, seed % 7)
    rng = np.random.default_rng(seed)
    planners = [Planner(problem, p) for p in range(4)]
    roster = construct(problem, planners, rng)
    assert roster is not None
    free = np.zeros(42, bool)
    free[first : first + length] = True
    part = part_of(problem, planners, roster, presence(roster, 4), np.array([2]), free)
    work = rng.normal(0.0, 10.0, (42, 4))
    low, rows = part.plan(2, work)
    new = roster.copy()
    new[2] = rows[0]
    assert (new[2, ~free] == roster[2, ~free]).all()
    assert breaches(problem, new) == []
    days = np.nonzero(new[2] >= 0)[0]
    assert low == pytest.approx(work[days, new[2, days]].sum())
    # the whole horizon's planner, told to hold the same days, finds nothing cheaper
    fixed, off = work.copy(), np.zeros(42)
    hold(fixed, off, np.nonzero(~free)[0], roster[2])
    assert low == pytest.approx(planners[2].plan(fixed, off)[0])


def test_a_long_horizon_keeps_to_a_corridor_and_stays_feasible(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = family(4, 56, 3, 2)
    exact = solve_days(problem, steps=10)
    monkeypatch.setattr("jimu_engine.columns.person.EXACT_STATES", 500)
    planner = Planner(problem, 0)
    assert not planner.exact
    found = solve_days(problem, steps=90)
    assert breaches(problem, found.roster) == []
    assert exact.objective >= found.bound > 0.8 * exact.bound


def test_halves_of_two_rosters_are_joined_only_where_everybody_keeps_the_rules() -> None:
    problem = model(1, 4, max_run=3)
    planners = [Planner(problem, 0)]
    search = Search(problem, planners, row("LL.."), np.random.default_rng(1))
    search.join(row("..LL")[0][None])
    assert breaches(problem, search.roster) == []
    problem = model(1, 4)
    search = Search(problem, [Planner(problem, 0)], row("LL.."), np.random.default_rng(1))
    search.join(row("..LL"))
    assert (search.roster == row("LLLL")).all()


def test_who_has_no_schedule_at_all_is_named() -> None:
    with pytest.raises(NoSchedule, match="P0"):
        solve_days(model(2, 7, caps="E=0|L=0", min_minutes=480), steps=1)


def test_who_can_work_nothing_and_need_not_stays_off() -> None:
    found = solve_days(model(2, 7, caps="E=0|L=0"), steps=1)
    assert found.objective == 14 * 100
    assert (found.roster == -1).all()


def test_a_limit_no_week_can_keep_is_told_in_time() -> None:
    with pytest.raises(NoSchedule):
        solve_days(model(1, 7, min_minutes=7 * 480, max_run=3), seconds=5.0)


def test_more_demand_than_people_leaves_seats_open_at_their_price() -> None:
    found = solve_days(model(1, 7, cover=10**6), steps=2)
    assert found.objective == 100 * (14 * 10**6 - 7)


def test_a_run_needs_a_stop_rule() -> None:
    with pytest.raises(ValueError, match="seconds or steps"):
        solve_days(model())


def test_a_dive_that_runs_out_of_time_settles_on_whole_schedules() -> None:
    problem = family(8, 28, 4, 6)
    planners = [Planner(problem, p) for p in range(8)]
    rng = np.random.default_rng(1)
    roster = construct(problem, planners, rng)
    assert roster is not None
    part = part_of(problem, planners, roster, presence(roster, 4), np.arange(8), np.ones(28, bool))
    pool = Pool(problem)
    relaxation = generate(part, pool, [pool.add(p, roster[p])[0] for p in range(8)])
    settled = Dive(part, pool, relaxation.master, DiveStyle(), rng).run(np.inf, Clock(0.0))
    assert settled is not None
    assert breaches(problem, settled) == []
    assert objective(problem, settled) + 1e-6 >= problem.constant + relaxation.bound


@pytest.mark.parametrize(
    "spoiled",
    [
        {"cost": np.full((2, 7, 2), np.nan)}, {"under": np.full((7, 2), np.inf)}, {"constant": float("nan")},
        {"over": np.ones((7, 3))}, {"minutes": np.array([480])}, {"max_run": np.array([3])},
    ],
    ids=lambda spoiled: next(iter(spoiled)),
)  # fmt: skip
def test_a_model_that_means_nothing_is_refused(spoiled: dict[str, object]) -> None:
    sound = model(2)
    assert solve_days(sound, steps=1).objective >= 0
    with pytest.raises(BadProblem, match=next(iter(spoiled))):
        solve_days(replace(sound, **spoiled), steps=1)  # type: ignore[arg-type]

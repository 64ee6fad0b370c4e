"""The bound over weeks: never above the optimum of all who know every week, near it, and told only of rosters it is true of."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu_engine.formats.inrc2 import History, Inrc2Error, Past, Week
from jimu_engine.formats.inrc2_cost import after, end_cost, week_breaches, week_cost
from jimu_engine.runs import inrc2
from jimu_engine.runs.options import Options
from jimu_engine.tests import week_texts
from jimu_engine.tests.test_weeks import HISTORY, SCENARIO, WEEK, pasts
from jimu_engine.tests.week_optimum import Optimum
from jimu_engine.weeks.bound import Bound, Known


@st.composite
def worlds(draw: st.DrawFn) -> Known:
    """One or two nurses, one or two weeks, of a scenario that may go on after them."""
    nurses = tuple(SCENARIO.nurses[n] for n in draw(st.lists(st.integers(0, 3), min_size=1, max_size=2)))
    count, week = draw(st.integers(1, 2)), draw(st.integers(0, 1))
    scenario = replace(SCENARIO, nurses=nurses, weeks=week + count + draw(st.integers(0, 1)))
    history = History(week, tuple(draw(pasts()) for _ in nurses))
    return Known(scenario, history, [draw(demands(len(nurses))) for _ in range(count)])


@st.composite
def demands(draw: st.DrawFn, nurses: int) -> Week:
    """A week that mostly asks for one at a time, seldom without fail."""
    needs = st.sampled_from([(0, 0), (0, 0), (0, 1), (0, 1), (0, 2), (1, 1)])
    keys = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), max_size=3, unique=True))
    requests = draw(st.frozensets(st.tuples(st.integers(0, nurses - 1), st.integers(0, 6), st.integers(-1, 2)), max_size=2))
    return Week({key: tuple(draw(needs) for _ in range(7)) for key in keys}, requests)


def judged(known: Known, found: Optimum) -> int:
    """What the rules say of the optimum's rosters."""
    history, cost = known.history, 0
    for week, roster in zip(known.weeks, found.rosters, strict=True):
        assert not week_breaches(known.scenario, history, week, roster)
        cost += sum(week_cost(known.scenario, history, week, roster).values())
        history = after(history, roster)
    return cost + (sum(end_cost(known.scenario, history).values()) if known.ends else 0)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(worlds(), st.integers(1, 60))
def test_the_bound_is_never_above_the_least_that_rosters_cost(known: Known, rounds: int) -> None:
    found = Optimum(known.scenario, known.history, known.weeks)
    if found.cost is None:
        return
    assert found.cost == judged(known, found)
    assert Bound(known).improve(rounds=rounds) <= found.cost
    assert Bound(known).improve() <= found.cost


@pytest.mark.parametrize(("nurses", "weeks"), [((0,), 2), ((1, 2), 1)])
def test_the_bound_is_near_the_least(nurses: tuple[int, ...], weeks: int) -> None:
    scenario = replace(SCENARIO, nurses=tuple(SCENARIO.nurses[n] for n in nurses), weeks=weeks)
    optima = replace(WEEK, cover={key: tuple((0, best) for _, best in days) for key, days in WEEK.cover.items()}, requests=frozenset())
    known = Known(scenario, History(0, tuple(HISTORY.pasts[n] for n in nurses)), [optima] * weeks)
    found = Optimum(known.scenario, known.history, known.weeks).cost
    assert found is not None
    bound = Bound(known)
    assert 0.9 * found <= bound.improve() <= found
    # From the prices where it ended it stands at once, however many look at nurses.
    assert Bound(known, bound.prices, threads=2).improve(rounds=1) == bound.best


def test_shifts_and_weekends_above_the_most_before_these_weeks_are_in_the_bound() -> None:
    """With nothing asked for, a nurse above the most costs what is lost already, and not before the scenario's end."""
    nurse = SCENARIO.nurses[1]
    assert (nurse.contract.total[1], nurse.contract.weekends) == (11, 1)
    scenario, history = replace(SCENARIO, nurses=(nurse,)), History(1, (Past(13, 3, -1, 0, 0, 1),))
    idle = [Week({}, frozenset())]
    # Two shifts and two weekends above, and days off in a row above the most: a week of work costs more.
    assert Bound(Known(scenario, history, idle)).improve() == Optimum(scenario, history, idle).cost
    longer = replace(scenario, weeks=3)
    assert Bound(Known(longer, history, idle)).improve() == Optimum(longer, history, idle).cost


def options(folder: Path, week: str = week_texts.WEEK, count: int = 2) -> Options:
    for name, text in (("Sc.txt", week_texts.SCENARIO), ("H0.txt", week_texts.HISTORY), ("WD.txt", week)):
        (folder / name).write_text(text, encoding="utf-8")
    return Options(folder / "Sc.txt", history=folder / "H0.txt", weeks=(folder / "WD.txt",) * count, rounds=2)


@pytest.mark.parametrize("count", [1, 2])
def test_a_run_tells_a_bound_of_the_weeks_it_decided(tmp_path: Path, count: int) -> None:
    found = inrc2.solve(options(tmp_path, count=count), lambda line: None)
    known = Known(SCENARIO, HISTORY, [WEEK] * count)
    assert found.bound == Bound(known).improve()
    assert 0 < found.bound <= found.objective


def test_with_no_time_left_or_an_end_asked_for_there_is_no_bound(tmp_path: Path) -> None:
    begun = inrc2.solve(replace(options(tmp_path), rounds=None, seconds=0.01), lambda line: None)
    assert begun.bound == -math.inf
    ended = inrc2.solve(replace(options(tmp_path), asked=lambda: (tmp_path / "out").exists(), out=tmp_path / "out"), lambda line: None)
    assert ended.bound == -math.inf


def test_rosters_that_miss_a_minimum_have_no_bound(tmp_path: Path) -> None:
    short = week_texts.WEEK.replace("Night Nurse (0,1)", "Night Nurse (5,5)")
    found = inrc2.solve(options(tmp_path, short, 1), lambda line: None)
    assert (found.feasible, found.status, found.bound) == (False, "infeasible", -math.inf)


def test_a_run_that_meets_its_bound_is_optimal(tmp_path: Path) -> None:
    idle = week_texts.WEEK.split("REQUIREMENTS")[0] + "REQUIREMENTS\nEarly Nurse (0,0) (0,0) (0,0) (0,0) (0,0) (0,0) (0,0)\n\nSHIFT_OFF_REQUESTS = 0\n"
    found = inrc2.solve(options(tmp_path, idle, 1), lambda line: None)
    assert (found.status, found.bound) == ("optimal", found.objective)


def test_weeks_too_many_to_look_over_are_told_without_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many(*given: object) -> None:
        raise Inrc2Error("too many")

    monkeypatch.setattr("jimu_engine.weeks.bound.look_ahead", too_many)
    said: list[str] = []
    found = inrc2.solve(options(tmp_path, count=1), said.append)
    assert (found.feasible, found.bound) == (True, -math.inf)
    assert "no bound: too many" in said

"""Weekly rosters: patterns cost what the format's rules say, a last week is solved to its optimum, weeks follow one another."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu_engine.formats.inrc2 import (
    Contract,
    History,
    Inrc2Error,
    Nurse,
    Past,
    Scenario,
    Week,
    WeekRoster,
    read_history,
    read_roster,
    read_scenario,
    read_week,
    write_roster,
)
from jimu_engine.formats.inrc2_cost import after, end_cost, week_breaches, week_cost
from jimu_engine.tests import week_texts
from jimu_engine.weeks.ahead import look_ahead
from jimu_engine.weeks.patterns import Patterns, wishes_of
from jimu_engine.weeks.places import fill
from jimu_engine.weeks.roll import roll

SCENARIO = read_scenario(week_texts.SCENARIO)
HISTORY = read_history(week_texts.HISTORY, SCENARIO)
WEEK = read_week(week_texts.WEEK, SCENARIO)
PATTERNS = Patterns.of(SCENARIO)
#: The published validator's words, and what they are called here.
VALIDATED = {
    "Total assignment constraints": "total assignments", "Consecutive constraints": "consecutive", "Non working days constraints": "days off",
    "Preferences": "preferences", "Max working weekend": "weekends", "Complete weekends": "complete weekends", "Optimal coverage constraints": "cover",
}  # fmt: skip
SHARED = Path(__file__).resolve().parents[3] / "shared" / "benchmarks" / "inrc2"


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    last = draw(st.integers(-1, 2))
    same, work = draw(st.integers(1, 5)), draw(st.integers(1, 7))
    total, weekends = draw(st.integers(0, 14)), draw(st.integers(0, 2))
    return Past(total, weekends, last, min(same, work), work, 0) if last >= 0 else Past(total, weekends, -1, 0, 0, draw(st.integers(1, 6)))


def alone(nurse: int, past: Past, days: tuple[int, ...]) -> tuple[Scenario, History, Week, WeekRoster]:
    """A world of one nurse and no demand."""
    scenario = replace(SCENARIO, nurses=(SCENARIO.nurses[nurse],))
    requests = frozenset((0, d, s) for n, d, s in WEEK.requests if n == nurse)
    return scenario, History(0, (past,)), Week({}, requests), {(0, d): (s, 1) for d, s in enumerate(days) if s >= 0}


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 3), pasts(), st.data())
def test_a_pattern_costs_what_the_rules_say_and_leaves_the_state_they_say(nurse: int, past: Past, data: st.DataObject) -> None:
    cost, ends = PATTERNS.cost(SCENARIO.nurses[nurse], past, wishes_of(WEEK, nurse, 3))
    i = data.draw(st.integers(0, len(PATTERNS.days) - 1))
    scenario, history, week, roster = alone(nurse, past, tuple(PATTERNS.days[i].tolist()))
    assert cost[i] == sum(week_cost(scenario, history, week, roster).values())
    left = after(history, roster).pasts[0]
    assert tuple(ends[i]) == (left.last, left.same, left.work if left.last >= 0 else left.off)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 3), pasts(), st.data())
def test_without_prices_the_look_ahead_is_the_least_that_a_further_week_can_cost(nurse: int, past: Past, data: st.DataObject) -> None:
    contract = SCENARIO.nurses[nurse].contract
    ahead = look_ahead(SCENARIO, contract, np.zeros((1, 7, 3)))
    last = look_ahead(SCENARIO, contract, np.zeros((0, 7, 3)))
    no_wish = np.zeros((7, 3))
    i = data.draw(st.integers(0, len(PATTERNS.days) - 1))
    _, ends = PATTERNS.cost(SCENARIO.nurses[nurse], past, no_wish)
    _, history, _, roster = alone(nurse, past, tuple(PATTERNS.days[i].tolist()))
    then = after(history, roster).pasts[0]
    own, further = PATTERNS.cost(SCENARIO.nurses[nurse], then, no_wish)
    ways = own + last.of(PATTERNS, then, further)
    over = 20 * (max(0, then.total - contract.total[1]) - max(0, past.total - contract.total[1]))
    over += 30 * (max(0, then.weekends - contract.weekends) - max(0, past.weekends - contract.weekends))
    assert ahead.of(PATTERNS, past, ends)[i] == pytest.approx(over + ways[PATTERNS.lawful(then)].min())


def test_work_that_earns_is_worth_more_than_work_that_does_not() -> None:
    contract = SCENARIO.nurses[0].contract
    none, some = (look_ahead(SCENARIO, contract, np.full((1, 7, 3), price)).days[0] for price in (0.0, 25.0))
    assert (some < none).all()
    # Beyond the contract's minimum, who has worked less has more to give.
    assert (np.diff(some[contract.total[0] :, 0, :], axis=0) >= -1e-9).all()


@pytest.mark.parametrize("days", [("Early", "Late"), ("Night", "Night")])
def test_patterns_hold_every_lawful_week_once(days: tuple[str, str]) -> None:
    rows = {tuple(row) for row in PATTERNS.days.tolist()}
    lawful = {week for week in product(range(-1, 3), repeat=7) if not any(pair in SCENARIO.forbidden for pair in pairwise(week))}
    assert rows == lawful
    assert len(PATTERNS.days) == len(rows)
    first, second = (SCENARIO.shifts.index(name) for name in days)
    assert (first, second, -1, -1, -1, -1, -1) in rows


def test_the_last_week_is_solved_to_the_optimum_of_all_ways() -> None:
    two = replace(SCENARIO, weeks=1, shifts=("Early", "Late"), runs=((2, 5), (2, 3)), forbidden=frozenset({(1, 0)}), nurses=SCENARIO.nurses[1:3])
    history = History(0, (HISTORY.pasts[1], Past(4, 1, 1, 2, 3, 0)))
    week = Week({(0, 1): ((0, 1),) * 7, (1, 1): ((0, 1), (0, 1), (1, 1), (0, 2), (0, 1), (0, 0), (1, 1))}, frozenset({(0, 3, -1)}))
    (found,) = roll(two, history, [week], seconds=10)
    assert not found.broken
    patterns = Patterns.of(two)
    best = min(_cost(two, history, week, patterns, pair) for pair in _good_pairs(two, history, patterns))
    assert found.cost == best


def _good_pairs(scenario: Scenario, history: History, patterns: Patterns) -> list[tuple[int, int]]:
    """All pairs of patterns whose own cost does not exceed what leaving everything open would cost."""
    mine = []
    for nurse, past in zip(scenario.nurses, history.pasts, strict=True):
        cost, _ = patterns.cost(nurse, past, np.zeros((7, 2)))
        mine.append(np.flatnonzero((cost <= 60) & patterns.lawful(past)).tolist())
    return list(product(*mine))


def _cost(scenario: Scenario, history: History, week: Week, patterns: Patterns, pair: tuple[int, int]) -> float:
    roster = {(n, d): (int(s), 1) for n, i in enumerate(pair) for d, s in enumerate(patterns.days[i]) if s >= 0}
    needs = (week.cover[s, 1][d][0] - sum(roster.get((n, d), (-1, 1))[0] == s for n in range(2)) for s in range(2) for d in range(7))
    if any(missing > 0 for missing in needs):
        return float("inf")
    return sum(week_cost(scenario, history, week, roster).values()) + sum(end_cost(scenario, after(history, roster)).values())


#: Limits that nobody can break: every pattern of a week costs nothing.
FREE = Contract((0, 99), (1, 7), (1, 7), 99, whole_weekend=False)


def free_world(skills: Sequence[frozenset[int]], *, forbidden: frozenset[tuple[int, int]] = frozenset(), weeks: int = 1) -> tuple[Scenario, History]:
    """Nurses with these skills who mind nothing and were off before."""
    nurses = tuple(Nurse(f"n{n}", FREE, mine) for n, mine in enumerate(skills))
    scenario = replace(SCENARIO, weeks=weeks, runs=((1, 7),) * 3, forbidden=forbidden, nurses=nurses)
    return scenario, History(0, (Past(0, 0, -1, 0, 0, 1),) * len(nurses))


@pytest.mark.parametrize("weeks", [1, 2])
def test_a_minimum_is_met_though_all_patterns_cost_the_same(weeks: int) -> None:
    scenario, history = free_world([frozenset({0, 1})], weeks=weeks)
    for shift, day in product(range(3), range(7)):
        week = Week({(shift, 0): tuple((int(d == day),) * 2 for d in range(7))}, frozenset())
        (found,) = roll(scenario, history, [week], rounds=2)
        assert not found.broken, (shift, day)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_minima_that_can_be_met_are_met_where_nothing_else_tells_patterns_apart(data: st.DataObject) -> None:
    skills = data.draw(st.lists(st.sampled_from([frozenset({0}), frozenset({1}), frozenset({0, 1})]), min_size=1, max_size=3))
    scenario, history = free_world(skills, forbidden=data.draw(st.frozensets(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=3)))
    cells = data.draw(st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 6)), st.integers(1, 2), min_size=1, max_size=5))
    keys = {(s, k) for s, k, _ in cells}
    week = Week({(s, k): tuple((cells.get((s, k, d), 0),) * 2 for d in range(7)) for s, k in keys}, frozenset())
    (found,) = roll(scenario, history, [week], rounds=2)
    assert bool(found.broken) <= (not can_be_met(scenario, week))


def can_be_met(scenario: Scenario, week: Week) -> bool:
    """Whether any roster meets every minimum, by all ways of each day after all of the day before."""
    ways = list(product(range(-1, 3), repeat=len(scenario.nurses)))
    reached = ways
    for d in range(7):
        enough = [way for way in ways if all(_met(scenario, week, d, s, way) for s in range(3))]
        follow = [way for way in enough if any(not scenario.forbidden & set(zip(before, way, strict=True)) for before in reached)]
        reached = enough if d == 0 else follow
    return bool(reached)


def _met(scenario: Scenario, week: Week, day: int, shift: int, way: tuple[int, ...]) -> bool:
    needs = {k: week.cover[shift, k][day] for k in range(2) if (shift, k) in week.cover}
    filled = fill([nurse.skills for nurse, at in zip(scenario.nurses, way, strict=True) if at == shift], needs)
    return all(sum(k == skill for skill in filled.values()) >= low for k, (low, _) in needs.items())


def test_each_week_starts_from_the_one_before_and_the_end_is_counted_once() -> None:
    first, second = roll(SCENARIO, HISTORY, [WEEK, WEEK], seconds=5)
    assert not first.broken
    assert not second.broken
    middle = after(HISTORY, first.roster)
    assert first.costs == dict(week_cost(SCENARIO, HISTORY, WEEK, first.roster))
    end = end_cost(SCENARIO, after(middle, second.roster))
    assert second.costs == {**week_cost(SCENARIO, middle, WEEK, second.roster), **end}
    assert not week_breaches(SCENARIO, middle, WEEK, second.roster)


def test_a_week_does_not_see_what_comes_after_it() -> None:
    other = replace(WEEK, cover={key: tuple((0, 0) for _ in days) for key, days in WEEK.cover.items()})
    runs = [next(iter(roll(SCENARIO, HISTORY, [WEEK, then], seconds=5, seed=1))) for then in (WEEK, other)]
    assert runs[0].roster == runs[1].roster


def test_the_same_seed_gives_the_same_weeks() -> None:
    runs = [[rolled.roster for rolled in roll(SCENARIO, HISTORY, [WEEK, WEEK], seconds=20, seed=4)] for _ in range(2)]
    assert runs[0] == runs[1]


def test_minima_are_filled_before_optima() -> None:
    both, nurse = frozenset({0, 1}), frozenset({1})
    assert fill([both, nurse], {0: (1, 1), 1: (0, 2)}) == {0: 0, 1: 1}
    assert fill([both], {0: (0, 1), 1: (1, 1)}) == {0: 1}
    assert fill([both, both], {0: (0, 0), 1: (0, 1)}) == {0: 1, 1: 0} or fill([both, both], {0: (0, 0), 1: (0, 1)}) == {0: 0, 1: 1}
    assert fill([], {0: (1, 1)}) == {}


def test_more_shift_types_than_can_be_listed_are_refused() -> None:
    many = replace(SCENARIO, shifts=tuple("abcdefgh"), runs=((1, 7),) * 8)
    with pytest.raises(Inrc2Error):
        Patterns.of(many)


def test_a_roster_is_written_as_it_is_read() -> None:
    (first,) = roll(SCENARIO, HISTORY, [WEEK], seconds=3)
    text = write_roster(SCENARIO, 0, first.roster)
    assert text.splitlines()[:2] == ["SOLUTION", "0 n004w2"]
    assert read_roster(text, SCENARIO) == first.roster


@pytest.mark.skipif(not SHARED.exists(), reason="the published instances are not here")
def test_the_published_validator_agrees_with_our_reckoning() -> None:
    reports = sorted(SHARED.glob("*/Solution_*/validator.txt"))
    assert reports
    for report in reports:
        folder, name = report.parent, report.parent.parent.name
        match = re.fullmatch(r"Solution_H_(\d)-WD_([\d-]+)", folder.name)
        assert match
        scenario = read_scenario((folder.parent / f"Sc-{name}.txt").read_text())
        history = read_history((folder.parent / f"H0-{name}-{match[1]}.txt").read_text(), scenario)
        costs: Counter[str] = Counter()
        for number, which in enumerate(match[2].split("-")):
            week = read_week((folder.parent / f"WD-{name}-{which}.txt").read_text(), scenario)
            roster = read_roster((folder / f"Sol-{name}-{which}-{number}.txt").read_text(), scenario)
            assert not week_breaches(scenario, history, week, roster)
            costs += week_cost(scenario, history, week, roster)
            history = after(history, roster)
        costs += end_cost(scenario, history)
        told = report.read_text()
        for words, name in VALIDATED.items():
            assert f"{words}: {costs[name]}\n" in told
        assert f"Total cost: {costs.total()}" in told

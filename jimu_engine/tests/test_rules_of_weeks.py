"""Each rule of the rolling-weeks family alone: what the checker finds, and that patterns, look-ahead and program reckon the same."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu_engine.formats.inrc2 import Contract, History, Nurse, Past, Scenario, Week, WeekRoster
from jimu_engine.formats.inrc2_cost import after, end_cost, week_cost
from jimu_engine.rules.weeks import HARD, SOFT, WEEK_RULES
from jimu_engine.rules.weeks.base import WeekView
from jimu_engine.weeks.ahead import look_ahead
from jimu_engine.weeks.patterns import Patterns, wishes_of
from jimu_engine.weeks.roll import roll

#: Limits that bind nobody.
ANY = Contract((0, 7), (0, 14), (0, 14), 9, False)
FREE = Scenario("n001w1", 1, ("Head", "Nurse"), ("Early", "Night"), ((0, 14), (0, 14)), frozenset(), (Nurse("Ann", ANY, frozenset({0, 1})),))
RESTED, WORKING = Past(0, 0, -1, 0, 0, 2), Past(3, 0, 1, 2, 3, 0)
SHIFTS = {"E": 0, "N": 1}


def alone(**changes: object) -> Scenario:
    """The world of Ann under one rule: changes of the contract, or of the scenario."""
    own = {name: value for name, value in changes.items() if name in Contract.__dataclass_fields__}
    rest = {name: value for name, value in changes.items() if name not in own}
    return replace(FREE, nurses=(replace(FREE.nurses[0], contract=replace(ANY, **own)),), **rest)  # type: ignore[arg-type]


def worked(cells: str, skill: int = 1) -> WeekRoster:
    """Ann's week as letters: E, N, or a dot for a day off."""
    return {(0, d): (SHIFTS[c], skill) for d, c in enumerate(cells) if c != "."}


def view(scenario: Scenario, cells: str, past: Past = RESTED, week: Week | None = None, skill: int = 1) -> WeekView:
    return WeekView(scenario, History(0, (past,)), week or Week({}, frozenset()), worked(cells, skill))


#: (rule, the world in which it alone can cost, requests)
WORLDS = {
    "S2 shift": (alone(runs=((2, 3), (1, 2))), ()),
    "S2": (alone(work=(2, 4)), ()),
    "S3": (alone(off=(2, 3)), ()),
    "S4": (FREE, ((0, 1, -1), (0, 3, 1), (0, 6, 0))),
    "S5": (alone(whole_weekend=True), ()),
}
#: (rule, week, past, what it costs)
COSTS = [
    ("S2 shift", ".E.EEE.", RESTED, 15), ("S2 shift", "EEEEE..", RESTED, 30), ("S2 shift", "N......", WORKING, 15), ("S2 shift", ".EENNN.", WORKING, 15),
    ("S2 shift", "......E", RESTED, 0), ("S2", ".E.EEE.", RESTED, 30), ("S2", "ENENENE", RESTED, 90), ("S2", "E......", WORKING, 0),
    ("S2", "EE.....", WORKING, 30), ("S2", "......E", RESTED, 0), ("S3", "E.EE..E", RESTED, 30), ("S3", "E.....E", RESTED, 60), ("S3", "EE.....", RESTED, 60),
    ("S3", "..EEEEE", RESTED, 30), ("S3", "......E", WORKING, 90), ("S4", ".E.N..E", RESTED, 30), ("S4", ".N.E..N", RESTED, 10), ("S4", "E.E.EE.", RESTED, 0),
    ("S5", ".....EE", RESTED, 0), ("S5", "E....N.", RESTED, 30), ("S5", "......E", RESTED, 30), ("S5", "EEEEE..", RESTED, 0),
]  # fmt: skip


@pytest.mark.parametrize(("code", "cells", "past", "expected"), COSTS, ids=[f"{c[0]}: {c[1]} {c[3]}" for c in COSTS])
def test_a_week_costs_by_one_rule_what_it_says_and_nothing_by_others(code: str, cells: str, past: Past, expected: int) -> None:
    scenario, requests = WORLDS[code]
    seen = view(scenario, cells, past, Week({}, frozenset(requests)))
    assert {rule.code: rule.cost(seen) for rule in SOFT if rule.cost(seen)} == ({code: expected} if expected else {})


pasts = st.builds(lambda last, n, more: Past(0, 0, last, n, n + more, 0) if last >= 0 else Past(0, 0, -1, 0, 0, n), st.integers(-1, 1), st.integers(1, 5), st.integers(0, 3))


@pytest.mark.parametrize("code", sorted(WORLDS))
def test_every_pattern_costs_by_one_rule_what_the_checker_says(code: str) -> None:
    scenario, requests = WORLDS[code]
    week, patterns = Week({}, frozenset(requests)), Patterns.of(scenario)

    @settings(max_examples=12, deadline=None, derandomize=True, database=None)
    @given(pasts, st.integers(0, 20))
    def agree(past: Past, first: int) -> None:
        cost, _ = patterns.cost(scenario.nurses[0], past, wishes_of(week, 0, 2))
        for i in range(first, len(patterns.days), 21):
            roster = {(0, d): (int(s), 1) for d, s in enumerate(patterns.days[i]) if s >= 0}
            assert cost[i] == WEEK_RULES[code].cost(WeekView(scenario, History(0, (past,)), week, roster))

    agree()


@pytest.mark.parametrize(("code", "changes", "cells", "past", "expected"), [
    ("S6", {"total": (3, 5)}, "EE.....", RESTED, 20), ("S6", {"total": (3, 5)}, "EEE....", RESTED, 0), ("S6", {"total": (3, 5)}, "EEE....", WORKING, 20),
    ("S6", {"total": (3, 5)}, "EE.....", WORKING, 0), ("S7", {"weekends": 1}, ".....EE", RESTED, 0), ("S7", {"weekends": 0}, ".....E.", RESTED, 30),
    ("S7", {"weekends": 0}, "EEEEE..", RESTED, 0), ("S7", {"weekends": 1}, "......E", Past(3, 1, 1, 2, 3, 0), 30), ("S7", {"weekends": 0}, ".......", Past(3, 2, 1, 2, 3, 0), 60),
])  # fmt: skip
def test_all_weeks_cost_by_one_rule_what_it_says_and_the_look_ahead_reckons_the_same(
    code: str, changes: dict, cells: str, past: Past, expected: int
) -> None:
    scenario = alone(**changes)
    rule, history = WEEK_RULES[code], after(History(0, (past,)), worked(cells))
    assert rule.end_cost(scenario, history) == expected
    assert end_cost(scenario, history) == {"total assignments": 0, "weekends": 0, rule.name: expected}
    patterns, nurse = Patterns.of(scenario), scenario.nurses[0]
    _, ends = patterns.cost(nurse, past, np.zeros((7, 2)))
    i = patterns.days.tolist().index([SHIFTS.get(c, -1) for c in cells])
    # What was over the most before this week is paid for already.
    before = 20 * max(0, past.total - nurse.contract.total[1]) + 30 * max(0, past.weekends - nurse.contract.weekends)
    value = look_ahead(scenario, nurse.contract, np.zeros((0, 7, 2))).of(patterns, past, ends)[i]
    assert value == expected - before


NIGHT_THEN_EARLY = alone(forbidden=frozenset({(1, 0)}))


@pytest.mark.parametrize(("cells", "past", "broken"), [
    ("NN.E...", RESTED, []), ("NE.....", RESTED, ["Ann: Early may not follow Night"]), ("E......", WORKING, ["Ann: Early may not follow Night"]), ("N......", WORKING, []),
])  # fmt: skip
def test_successions_are_found_by_the_checker_and_are_no_pattern(cells: str, past: Past, broken: list[str]) -> None:
    assert list(WEEK_RULES["H3"].breaches(view(NIGHT_THEN_EARLY, cells, past))) == broken
    patterns = Patterns.of(NIGHT_THEN_EARLY)
    lawful = patterns.days[patterns.lawful(past)].tolist()
    assert ([SHIFTS.get(c, -1) for c in cells] in lawful) == (not broken)


def week(need: int, best: int, *, skill: int = 1, requests: frozenset[tuple[int, int, int]] = frozenset()) -> Week:
    """Early on Monday asks for so many who fill a skill."""
    return Week({(0, skill): ((need, best), *(((0, 0),) * 6))}, requests)


@pytest.mark.parametrize(("need", "broken"), [(1, []), (2, ["Early Nurse on day 0: 1 of 2"])])
def test_a_minimum_is_found_missing_and_met_where_it_can_be_whatever_it_costs(need: int, broken: list[str]) -> None:
    spared = frozenset({(0, 0, -1)})
    assert list(WEEK_RULES["H2"].breaches(view(FREE, "E......", week=week(need, need)))) == broken
    assert list(WEEK_RULES["H2"].breaches(view(FREE, "N......", week=week(1, 1)))) == ["Early Nurse on day 0: 0 of 1"]
    (found,) = roll(FREE, History(0, (RESTED,)), [week(need, need, requests=spared)], rounds=1)
    assert found.roster[0, 0] == (0, 1)
    assert list(found.broken) == broken


@pytest.mark.parametrize(("wanted", "comes"), [(1, True), (0, False)])
def test_an_optimum_missed_costs_and_outweighs_a_request(wanted: int, comes: bool) -> None:
    spared = frozenset({(0, 0, -1)})
    assert WEEK_RULES["S1"].cost(view(FREE, ".......", week=week(0, 2))) == 60
    assert WEEK_RULES["S1"].cost(view(FREE, "E......", week=week(0, 2))) == 30
    (found,) = roll(FREE, History(0, (RESTED,)), [week(0, wanted, requests=spared)], rounds=1)
    assert ((0, 0) in found.roster) == comes
    assert sum(week_cost(FREE, History(0, (RESTED,)), week(0, wanted, requests=spared), found.roster).values()) == found.cost


def test_a_skill_is_filled_only_by_who_has_it() -> None:
    nurse = replace(FREE, nurses=(Nurse("Ann", ANY, frozenset({1})),))
    assert list(WEEK_RULES["H4"].breaches(view(nurse, "E......", skill=0))) == ["Ann lacks Head on day 0"]
    assert list(WEEK_RULES["H4"].breaches(view(FREE, "E......", skill=0))) == []
    (lacking,) = roll(nurse, History(0, (RESTED,)), [week(1, 1, skill=0)], rounds=1)
    assert [text for text in lacking.broken if "lacks" in text] == []
    assert list(lacking.broken) == ["Early Head on day 0: 0 of 1"]


@pytest.mark.parametrize(("past", "cells", "left"), [
    (RESTED, "EE..EEN", Past(5, 1, 1, 1, 3, 0)), (RESTED, ".......", Past(0, 0, -1, 0, 0, 9)), (RESTED, ".....E.", Past(1, 1, -1, 0, 0, 1)),
    (RESTED, "......E", Past(1, 1, 0, 1, 1, 0)), (WORKING, ".......", Past(3, 0, -1, 0, 0, 7)), (WORKING, "NNNNNNN", Past(10, 1, 1, 9, 10, 0)),
    (WORKING, "EEEEEEE", Past(10, 1, 0, 7, 10, 0)), (WORKING, "EEEEE..", Past(8, 0, -1, 0, 0, 2)),
])  # fmt: skip
def test_the_week_after_starts_from_what_the_week_and_the_past_left(past: Past, cells: str, left: Past) -> None:
    assert after(History(3, (past,)), worked(cells)) == History(4, (left,))


def test_what_a_week_costs_is_told_by_kind_runs_of_both_sorts_as_one() -> None:
    scenario, asked = alone(runs=((2, 3), (1, 2)), work=(2, 4)), week(0, 2, requests=frozenset({(0, 1, -1)}))
    told = week_cost(scenario, History(0, (RESTED,)), asked, worked(".E.EEE."))
    assert told == {"cover": 60, "consecutive": 15 + 30, "days off": 0, "preferences": 10, "complete weekends": 0}


def test_hard_rules_cost_nothing_and_soft_ones_forbid_nothing() -> None:
    seen = view(NIGHT_THEN_EARLY, "NENE.E.", WORKING, week(2, 2), skill=0)
    assert all(rule.cost(seen) == 0 for rule in HARD)
    assert all(not list(rule.breaches(seen)) for rule in SOFT)
    assert {code for code, rule in WEEK_RULES.items() if rule.at_the_end} == {"S6", "S7"}
    assert all(rule.end_cost(seen.scenario, seen.history) == 0 for rule in (*HARD, *SOFT))

"""Each rule of the shift scheduling family alone: what keeps it, what breaks it, for the checker and for the planner, and without it."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from jimu_engine.columns.check import breaches, costs
from jimu_engine.columns.model import OFF, DayModel, objective
from jimu_engine.columns.person import Planner
from jimu_engine.columns.solve import solve_days
from jimu_engine.rules.days import DAY_RULES, HARD, SOFT
from jimu_engine.rules.weeks import WEEK_RULES
from jimu_engine.tests.curtois_texts import model, row

LEAVE = "SECTION_DAYS_OFF\nP0,2"
# (rule, changes, a week that keeps it, a week that breaks it)
RULES = [
    ("days_off", {"extra": LEAVE}, "EE.EE..", "EEEEE.."),
    ("succession", {}, "EEL.E..", "EELE..."),
    ("shifts_of_a_type", {"caps": "E=14|L=1"}, "EEL....", "EELL..."),
    ("minutes", {"max_minutes": 960}, "EE.....", "EEE...."),
    ("minutes", {"min_minutes": 960}, "EE.....", "E......"),
    ("minutes", {"min_minutes": 480}, "E......", "......."),
    ("longest_run", {"max_run": 3}, "EEE.E..", "EEEE..."),
    ("longest_run", {"max_run": 2}, "EE.....", "EEE...."),
    ("shortest_run", {"min_run": 2}, ".EE.EE.", ".E.EE.."),
    ("shortest_run", {"min_run": 3}, "E..EEE.", ".E.EEE."),
    # What touches the last day may go on after it.
    ("shortest_run", {"min_run": 2}, "EE....E", "EE..E.."),
    ("shortest_rest", {"min_off": 2}, "E..EEE.", "E..E.EE"),
    ("shortest_rest", {"min_off": 2}, ".E..E..", "E.E...."),
    ("shortest_rest", {"min_off": 2}, ".EEEE..", ".EE.E.."),
    ("weekends", {"max_weekends": 0}, "EEEE...", "EEE..E."),
    ("must_work", {"must": 3}, "E..E...", "E...E.."),
]
NAMES = [f"{r[0]}: {r[2]} not {r[3]}" for r in RULES]


def made(changes: dict) -> DayModel:
    """The instance; `must` is a day on which P0 must work, which the published format does not have."""
    must = changes.get("must")
    one = model(**{name: value for name, value in changes.items() if name != "must"})
    if must is None:
        return one
    days = np.zeros_like(one.must_work)
    days[0, must] = True
    return replace(one, must_work=days)


def held(one: DayModel, cells: str) -> np.ndarray:
    """Costs under which this very week is the cheapest by far, if it may be worked at all."""
    cost = np.full((one.horizon, 2), 50.0)
    for d, t in enumerate(row(cells)[0]):
        if t != OFF:
            cost[d, t] = -50.0
    return cost


@pytest.mark.parametrize(("rule", "changes", "good", "bad"), RULES, ids=NAMES)
def test_a_rule_tells_the_week_that_keeps_it_from_the_week_that_breaks_it(rule: str, changes: dict, good: str, bad: str) -> None:
    one = made(changes)
    assert breaches(one, row(good)) == []
    assert {each.code for each in HARD if list(each.breaches(one, 0, row(bad)[0]))} == {rule}
    assert len(breaches(one, row(bad))) == 1


@pytest.mark.parametrize(("rule", "changes", "good", "bad"), RULES, ids=NAMES)
def test_the_planner_takes_the_week_that_keeps_a_rule_and_never_the_one_that_breaks_it(
    rule: str, changes: dict, good: str, bad: str
) -> None:
    one = made(changes)
    planner, off = Planner(one, 0), np.zeros(7)
    assert (planner.plan(held(one, good), off)[1][0] == row(good)[0]).all()
    _, rows = planner.plan(held(one, bad), off, 3)
    assert rows
    assert all(breaches(one, found[None]) == [] for found in rows)


@pytest.mark.parametrize(("rule", "changes", "good", "bad"), RULES, ids=NAMES)
def test_without_the_rule_checker_and_planner_take_the_week_that_broke_it(rule: str, changes: dict, good: str, bad: str) -> None:
    free = DAY_RULES[rule].lifted(made(changes))
    assert breaches(free, row(bad)) == []
    assert (Planner(free, 0).plan(held(free, bad), np.zeros(7))[1][0] == row(bad)[0]).all()


def test_a_shift_that_forbids_itself_forbids_no_day_off_after_it() -> None:
    one = model()
    alone = replace(one, follows=np.array([[True, False], [True, False]]))
    assert breaches(alone, row("E.L.E..")) == []
    assert breaches(alone, row("E.LLE..")) == ["P0: L may not follow L (day 3)"]


def test_hard_rules_cost_nothing_and_soft_ones_forbid_nothing() -> None:
    one, week = made({"must": 3, "max_run": 2, "extra": ASKED[: ASKED.index("P1")]}), row("EEELL..")
    assert {code for code, rule in DAY_RULES.items() if not rule.hard} == {"requests", "cover"}
    assert all(rule.cost(one, week) == 0 for rule in HARD)
    assert all(list(rule.breaches(one, 0, week[0])) == [] for rule in SOFT)
    assert all(costs(one, week).values())


def test_a_type_that_nobody_knows_is_worked_by_nobody() -> None:
    one = model(caps="E=14|L=0")
    # Told twice: no such shift may be worked, and none are too many.
    assert len(breaches(one, row("EEL...."))) == 2
    assert (Planner(one, 0).plan(held(one, "EEL...."), np.zeros(7))[1][0] != 1).all()


def test_every_rule_has_a_file_a_sentence_a_case_and_a_place_in_the_solver_that_is_there() -> None:
    assert {rule.code for rule in HARD} == {case[0] for case in RULES}
    for family in (DAY_RULES, WEEK_RULES):
        files = [type(rule).__module__ for rule in family.values()]
        assert len(set(files)) == len(files)
        for rule in family.values():
            assert rule.sentence
            assert rule.kept_by
            for place in rule.kept_by:
                module, _, name = place.partition(":")
                thing = import_module(module)
                for part in name.split("."):
                    thing = getattr(thing, part)


ASKED = "SECTION_SHIFT_ON_REQUESTS\nP0,0,E,3\nP0,1,E,2\nSECTION_SHIFT_OFF_REQUESTS\nP0,2,E,5\nP1,2,L,7"


def test_soft_rules_together_are_the_objective_and_the_solver_pays_for_each_alone() -> None:
    two = model(2, 3, extra=ASKED, cover=1)
    both = np.concatenate([row("E.E"), row("EL.")])
    assert costs(two, both) == {"requests": 7.0, "cover": 301.0}
    assert objective(two, both) == 308
    for lifted, others in ((DAY_RULES["cover"], {"requests": 0.0}), (DAY_RULES["requests"], {"cover": 0.0})):
        free = lifted.lifted(two)
        found = solve_days(free, seed=1, steps=4)
        assert costs(free, found.roster) == {lifted.code: 0.0, **others}
        assert found.objective == 0


def test_two_weekends_are_counted_apart() -> None:
    one = model(days=14, max_weekends=1)
    assert breaches(one, row(".....EL.......")) == []
    assert breaches(one, row(".....E.......E")) == ["P0: works 2 weekends"]


def test_cost_is_requests_not_met_and_cover_missed_on_both_sides() -> None:
    two = model(2, 3, extra=ASKED, cover=1)
    both = np.concatenate([row("E.E"), row("EL.")])
    # requests: 2 (day 1 wanted) + 5 (day 2 not wanted); cover: 4 of 6 cells... E0 twice (1), L0, E1, L2 missing
    assert objective(two, both) == 2 + 5 + 1 + 3 * 100


def test_a_shape_or_a_shift_from_another_problem_is_a_breach() -> None:
    assert "1×6" in breaches(model(), row("EEEEE."))[0]
    for strange in (5, 2, -2):
        cells = row("E.L....")
        assert breaches(model(), cells) == []
        cells[0, 1] = strange
        assert breaches(model(), cells) == ["the roster names a shift type that does not exist"]

"""Each rule of the shift scheduling family alone: what keeps it, what breaks it, for the checker and for the planner."""

import numpy as np
import pytest

from jimu_engine.columns.check import breaches
from jimu_engine.columns.model import OFF, DayModel, objective
from jimu_engine.columns.person import Planner
from jimu_engine.tests.curtois_texts import model, row

LEAVE = "SECTION_DAYS_OFF\nP0,2"
# (rule, changes, a week that keeps it, a week that breaks it)
RULES = [
    ("leave", {"extra": LEAVE}, "EE.EE..", "EEEEE.."),
    ("succession", {}, "EEL.E..", "EELE..."),
    ("shifts of a type", {"caps": "E=14|L=1"}, "EEL....", "EELL..."),
    ("a type not known", {"caps": "E=14|L=0"}, "EE.....", "EEL...."),
    ("most minutes", {"max_minutes": 960}, "EE.....", "EEE...."),
    ("fewest minutes", {"min_minutes": 960}, "EE.....", "E......"),
    ("longest run", {"max_run": 3}, "EEE.E..", "EEEE..."),
    ("shortest run", {"min_run": 2}, ".EE.EE.", ".E.EE.."),
    ("shortest run is free at the ends", {"min_run": 3}, "E..EEE.", ".E.EEE."),
    ("shortest rest", {"min_off": 2}, ".E..E..", "E.E...."),
    ("shortest rest is free at the ends", {"min_off": 2}, ".EEEE..", ".EE.E.."),
    ("weekends", {"max_weekends": 0}, "EEEE...", "EEE..E."),
]


def held(one: DayModel, cells: str) -> np.ndarray:
    """Costs under which this very week is the cheapest by far, if it may be worked at all."""
    cost = np.full((one.horizon, 2), 50.0)
    for d, t in enumerate(row(cells)[0]):
        if t != OFF:
            cost[d, t] = -50.0
    return cost


@pytest.mark.parametrize(("rule", "changes", "good", "bad"), RULES, ids=[r[0] for r in RULES])
def test_a_rule_tells_the_week_that_keeps_it_from_the_week_that_breaks_it(rule: str, changes: dict, good: str, bad: str) -> None:
    one = model(**changes)
    assert breaches(one, row(good)) == []
    assert breaches(one, row(bad)) != []


@pytest.mark.parametrize(("rule", "changes", "good", "bad"), RULES, ids=[r[0] for r in RULES])
def test_the_planner_takes_the_week_that_keeps_a_rule_and_never_the_one_that_breaks_it(
    rule: str, changes: dict, good: str, bad: str
) -> None:
    one = model(**changes)
    planner, off = Planner(one, 0), np.zeros(7)
    assert (planner.plan(held(one, good), off)[1][0] == row(good)[0]).all()
    _, rows = planner.plan(held(one, bad), off, 3)
    assert rows
    assert all(breaches(one, found[None]) == [] for found in rows)


def test_two_weekends_are_counted_apart() -> None:
    one = model(days=14, max_weekends=1)
    assert breaches(one, row(".....EL.......")) == []
    assert breaches(one, row(".....E.......E")) == ["P0: works 2 weekends"]


def test_cost_is_requests_not_met_and_cover_missed_on_both_sides() -> None:
    asked = "SECTION_SHIFT_ON_REQUESTS\nP0,0,E,3\nP0,1,E,2\nSECTION_SHIFT_OFF_REQUESTS\nP0,2,E,5\nP1,2,L,7"
    two = model(2, 3, extra=asked, cover=1)
    both = np.concatenate([row("E.E"), row("EL.")])
    # requests: 2 (day 1 wanted) + 5 (day 2 not wanted); cover: 4 of 6 cells... E0 twice (1), L0, E1, L2 missing
    assert objective(two, both) == 2 + 5 + 1 + 3 * 100


def test_a_shape_or_a_shift_from_another_problem_is_a_breach() -> None:
    assert "1×6" in breaches(model(), row("EEEEE."))[0]
    assert breaches(model(), np.full((1, 7), 5)) == ["the roster names a shift type that does not exist"]

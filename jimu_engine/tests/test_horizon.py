"""The weeks to come: the way on costs what its value says, and a place is worth what it would save."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu_engine.formats.inrc2 import History, Past, Week, WeekRoster
from jimu_engine.formats.inrc2_cost import after, end_cost, week_cost
from jimu_engine.tests.test_weeks import HISTORY, PATTERNS, SCENARIO, WEEK, alone, pasts
from jimu_engine.weeks.ahead import look_ahead
from jimu_engine.weeks.horizon import MISSED_THEN, expected, foresee
from jimu_engine.weeks.master import Shape
from jimu_engine.weeks.patterns import Floats, wishes_of
from jimu_engine.weeks.week import Market


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 3), pasts(), st.integers(0, 10**6))
def test_the_way_on_keeps_successions_and_costs_what_the_look_ahead_says(nurse: int, past: Past, seed: int) -> None:
    rng = np.random.default_rng(seed)
    contract, prices = SCENARIO.nurses[nurse].contract, rng.uniform(0.0, 40.0, (2, 7, 3))
    ahead = look_ahead(SCENARIO, contract, prices)
    _, ends = PATTERNS.cost(SCENARIO.nurses[nurse], past, wishes_of(Week({}, frozenset()), 0, 3))
    i = int(rng.choice(np.flatnonzero(PATTERNS.lawful(past))))
    path, earned = ahead.way_on(past.total + int(PATTERNS.total[i]), past.weekends + int(PATTERNS.weekend[i]), ends[i])
    scenario, history, _, roster = alone(nurse, past, tuple(PATTERNS.days[i].tolist()))
    then, cost = after(history, roster), -earned
    before, last = replace(history, pasts=(replace(past, total=max(past.total, contract.total[0])),)), PATTERNS.days[i][-1]
    for week in path.reshape(2, 7):
        assert not {(int(a), int(b)) for a, b in zip([last, *week[:-1]], week, strict=True)} & SCENARIO.forbidden
        held: WeekRoster = {(0, d): (int(s), 1) for d, s in enumerate(week) if s >= 0}
        cost += sum(week_cost(scenario, then, Week({}, frozenset()), held).values())
        then, last = after(then, held), week[-1]
    cost += sum(end_cost(scenario, then).values()) - sum(end_cost(scenario, before).values())
    assert ahead.of(PATTERNS, past, ends)[i] == pytest.approx(cost)
    assert earned == pytest.approx(sum(prices[d // 7, d % 7, s] for d, s in enumerate(path) if s >= 0))


def worth(seen: Sequence[Week], history: History = HISTORY, *, seconds: float = 60.0) -> Floats:
    shape = Shape.of(SCENARIO)
    market = Market(SCENARIO, PATTERNS, shape, seen[-1], history)
    return foresee(market, seen, np.full((1, len(shape.skills), 7, 3), 20.0), time.monotonic() + seconds)


def test_places_that_nobody_asks_for_are_worth_nothing_and_those_too_many_for_all_what_missing_them_costs() -> None:
    none, short = (Week({(0, 1): ((n, n),) * 7}, frozenset()) for n in (0, 9))
    assert worth([none]).max() == pytest.approx(0.0, abs=1e-6)
    dear = worth([short])[0, :, :, 0]
    assert dear.max() <= MISSED_THEN
    assert (dear > 100).all()


def test_the_weeks_to_come_are_taken_to_ask_for_the_mean_of_those_seen() -> None:
    other = replace(WEEK, cover={key: tuple((0, 0) for _ in days) for key, days in WEEK.cover.items()})
    mean = expected([WEEK, other])
    assert {key: [(a / 2, b / 2) for a, b in days] for key, days in WEEK.cover.items()} == mean
    assert worth([WEEK]).sum() > worth([WEEK, replace(other, requests=WEEK.requests)]).sum()


def test_without_time_for_the_program_the_prices_begun_with_stand() -> None:
    assert (worth([WEEK], seconds=-1.0) == 20.0).all()
    assert (worth([WEEK]) != 20.0).any()

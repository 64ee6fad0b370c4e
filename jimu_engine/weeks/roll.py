"""Weeks one after another, each solved knowing only the weeks before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from jimu_engine.formats.inrc2 import History, Scenario, Week, WeekRoster
from jimu_engine.formats.inrc2_cost import after, end_cost, week_breaches, week_cost
from jimu_engine.weeks.master import Shape
from jimu_engine.weeks.patterns import Floats, Patterns
from jimu_engine.weeks.week import Market, choose, places, settle

#: Share of a week's time for bringing prices into line.
PRICING = 0.5
FIRST = 20.0


@dataclass(frozen=True)
class Rolled:
    """One week's roster, what it costs by rule, and the hard rules it breaks (none, where the week allows it)."""

    week: int
    roster: WeekRoster
    costs: dict[str, int]
    broken: tuple[str, ...]
    seconds: float

    @property
    def cost(self) -> int:
        """All of it."""
        return sum(self.costs.values())


def roll(
    scenario: Scenario,
    history: History,
    weeks: Iterable[Week],
    *,
    seconds: float,
    seed: int = 1,
    tell: Callable[[Rolled], None] = lambda rolled: None,
) -> Iterator[Rolled]:
    """Solve each week as it comes, `seconds` each. S6 and S7 are counted with the scenario's last week.

    Nothing of a week is looked at before the weeks before it are decided.
    """
    patterns, shape = Patterns.of(scenario), Shape.of(scenario)
    prices = np.full((len(shape.skills), 7, len(scenario.shifts)), FIRST)
    for week in weeks:
        left = scenario.weeks - history.week - 1
        market = Market(scenario, patterns, shape, week, history)
        # Before the clock starts: the first look compiles, once in the life of an installation.
        market.look(prices, max(0, left))
        began = time.monotonic()
        roster, prices = _solve(market, prices, max(0, left), seed, seconds)
        costs = dict(week_cost(scenario, history, week, roster))
        broken = tuple(week_breaches(scenario, history, week, roster))
        number, history = history.week, after(history, roster)
        if left == 0:
            costs.update(end_cost(scenario, history))
        rolled = Rolled(number, roster, costs, broken, time.monotonic() - began)
        tell(rolled)
        yield rolled


def _solve(market: Market, prices: Floats, left: int, seed: int, seconds: float) -> tuple[WeekRoster, Floats]:
    began = time.monotonic()
    relaxed = settle(market, prices, left, began + PRICING * seconds)
    choice = choose(market, relaxed, seed=seed, until=began + seconds)
    return places(market, choice), relaxed.prices

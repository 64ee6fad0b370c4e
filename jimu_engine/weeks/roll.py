"""Weeks one after another, each solved knowing only the weeks before it.

What a week leaves behind is priced by a linear program over all weeks left, which are taken to ask for what the weeks seen
so far asked for on the mean (``horizon.py``).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from jimu_engine.formats.inrc2 import History, Scenario, Week, WeekRoster
from jimu_engine.formats.inrc2_cost import after, end_cost, week_breaches, week_cost
from jimu_engine.prompt import Asked, finished, never
from jimu_engine.weeks.horizon import foresee
from jimu_engine.weeks.patterns import Floats
from jimu_engine.weeks.week import Choice, Limit, Market, choose, places, relax
from jimu_engine.weeks.worker import Desk, Helper, Search

#: What is paid for a place before anything is known.
FIRST = 20.0
#: Share of the time given that is planned: what has begun takes a little longer. Part of it that looks ahead.
ENOUGH, FORESIGHT = 0.92, 0.6
#: How far the seeds of two workers are apart; costs this near are the same; seconds beyond the time that an answer is waited for.
OTHER, SAME, LAST_WORD = 1_000_003, 1e-6, 0.3


@dataclass(frozen=True)
class Rolled:
    """One week's roster, what it costs by rule, and the hard rules it breaks (none, where the week allows it); and what a place
    of its cover is worth (`Master.cells`)."""

    week: int
    roster: WeekRoster
    costs: dict[str, int]
    broken: tuple[str, ...]
    seconds: float
    worth: Floats

    @property
    def cost(self) -> int:
        """All of it."""
        return sum(self.costs.values())


def roll(
    scenario: Scenario,
    history: History,
    weeks: Iterable[Week],
    *,
    seconds: float | None = None,
    rounds: int | None = None,
    seed: int = 1,
    workers: int = 1,
    tell: Callable[[Rolled], None] = lambda rolled: None,
    asked: Asked | None = None,
) -> Iterator[Rolled]:
    """Solve each week as it comes, `seconds` each, or by count: so many re-solves each, and the same seed and workers then
    give the same rosters. S6 and S7 are counted with the scenario's last week.

    Nothing of a week is looked at before the weeks before it are decided. Once `asked` says so the weeks end within a second:
    that in work is the last, as good as it is by then, and is left out where there is nothing of it yet. Raises ValueError
    when there is no stop rule.
    """
    if seconds is None and rounds is None:
        raise ValueError("Expected seconds or rounds.")
    roller = _Roller(scenario, seed, seconds, rounds, asked, workers)
    try:
        for week in weeks:
            began = time.monotonic()
            roster = roller.decided(history, week)
            if roster is None:
                return
            costs = dict(week_cost(scenario, history, week, roster))
            broken = tuple(week_breaches(scenario, history, week, roster))
            number, history = history.week, after(history, roster)
            if history.week == scenario.weeks:
                costs.update(end_cost(scenario, history))
            rolled = Rolled(number, roster, costs, broken, time.monotonic() - began, roller.worth)
            tell(rolled)
            yield rolled
            if asked is not None and asked():
                return
    finally:
        roller.close()


class _Roller:
    """What is kept from week to week: patterns, the last prices, the weeks seen."""

    def __init__(self, scenario: Scenario, seed: int, seconds: float | None, rounds: int | None, asked: Asked | None, workers: int) -> None:
        self.scenario, self.seed, self.rounds, self.asked = scenario, seed, rounds, asked
        self.seconds = math.inf if seconds is None or rounds is not None else seconds
        self.desk = Desk(scenario)
        self.helpers = [Helper(scenario) for _ in range(1, workers)]
        self.prices = np.full((len(self.desk.shape.skills), 7, len(scenario.shifts)), FIRST)
        self.seen: list[Week] = []
        #: What the cover of the week in work is worth.
        self.worth: Floats = np.zeros((0, 7, 2))

    def decided(self, history: History, week: Week) -> WeekRoster | None:
        """The week's roster; None when the end was asked for before there was any."""
        best: list[tuple[Market, Choice]] = []

        def work() -> None:
            self.decide(history, week, lambda market, choice: best.append((market, choice)))

        if self.asked is None:
            work()
        else:
            finished(work, self.asked)
        return places(*best[-1]) if best else None

    def decide(self, history: History, week: Week, tell: Callable[[Market, Choice], None]) -> None:
        """Choices for the week, better and better: what comes after is priced, then the week is solved with those prices in
        what a pattern costs."""
        self.seen.append(week)
        left = max(0, self.scenario.weeks - history.week - 1)
        market = self.desk.market(history, self.seen)
        start = np.repeat(self.prices[None], left, axis=0)
        # Before the clock starts: the first look compiles, once in the life of an installation.
        market.look(start)
        began = time.monotonic()
        until = began + ENOUGH * self.seconds
        prices = foresee(market, self.seen, start, began + FORESIGHT * ENOUGH * self.seconds)
        if left:
            self.prices = prices.mean(axis=0)
        for rank, helper in enumerate(self.helpers, 1):
            helper.ask(Search(history, self.seen, prices, self.seed + rank * OTHER, until, self.rounds))
        relaxed = relax(market, [set() for _ in self.scenario.nurses], until)
        self.worth = relaxed.cells
        limit = Limit(until, self.rounds, self.asked or never)
        best = choose(market, relaxed, seed=self.seed, limit=limit, tell=partial(tell, market))
        if best.cost > relaxed.cost + SAME:
            for other in self._answers(until):
                if other.cost < best.cost - SAME:
                    best = other
                    tell(market, best)
        for helper in self.helpers:
            helper.ask(None)

    def _answers(self, until: float) -> list[Choice]:
        """What the helpers found, waited for a little beyond a moment; by count, always."""
        late = time.monotonic() if self.rounds is None else math.inf
        found = [helper.answer(lambda: time.monotonic() > max(until, late) + LAST_WORD) for helper in self.helpers]
        return [each for each in found if each is not None]

    def close(self) -> None:
        """End the helpers."""
        for helper in self.helpers:
            helper.close()

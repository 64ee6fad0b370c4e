"""What places in the weeks to come are worth: one linear program over this week and all weeks left.

Nobody knows their demand, so each is taken to ask for the mean of the weeks seen so far. A column is a nurse's pattern of
this week with shifts of all the weeks to come, found by the look-ahead; rows are the cover of every week. Its prices show
what comes after in its own light: that totals run out, that weekends are few, which group is scarce. (Looking ahead by
this week's own prices came to 1925 on n030w4, with this program to 1760.)
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from jimu_engine.formats.inrc2 import Week
from jimu_engine.weeks.blocks import Blocks, Cover, cover_of
from jimu_engine.weeks.master import EXPOSED, MISSING, with_guards
from jimu_engine.weeks.patterns import Floats, Ints
from jimu_engine.weeks.week import Market

#: Price of a minimum missed in a week to come, which then can still be helped; no place is worth more.
MISSED_THEN = 200.0
#: Rounds of prices at most; patterns a nurse and round, first many, then one; how much of the prices before is kept.
ROUNDS, ENTER, FULL_ROUNDS, KEEP, FREE_ROUNDS = 60, 2, 10, 0.6, 3

#: With fewer rounds than this the prices say nothing yet, and those to begin with are better.
LEAST_ROUNDS = 10


def expected(seen: Sequence[Week]) -> Cover:
    """The mean cover of the weeks seen."""
    keys = sorted({key for week in seen for key in week.cover})
    none = ((0, 0),) * 7
    means = {key: np.mean([week.cover.get(key, none) for week in seen], axis=0) for key in keys}
    return {key: [(float(low), float(best)) for low, best in mean] for key, mean in means.items()}


@dataclass
class Prices:
    """What a place earns in each week [1 + weeks, groups, 7, types], and each guard of the morning after this one."""

    places: Floats
    guards: Floats

    def towards(self, new: Prices, keep: float) -> Prices:
        """A mean of these and new ones."""
        return Prices(keep * self.places + (1 - keep) * new.places, keep * self.guards + (1 - keep) * new.guards)


@dataclass
class Horizon:
    """The program over this week (block 0) and weeks to come that ask for these covers."""

    market: Market
    covers: Sequence[Cover]
    _seen: set[tuple[int, int, bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        market = self.market
        covers, missing = [cover_of(market.week), *self.covers], [MISSING] + [MISSED_THEN] * len(self.covers)
        needs = [float(guard.need) for guard in market.guards]
        self._program = Blocks(market.shape, len(market.scenario.shifts), covers, missing, needs)
        for i in range(len(needs)):
            self._program.variable(EXPOSED, [self._program.further + i])

    def add(self, nurse: int, pattern: int) -> bool:
        """Enter a pattern with the best way on from it at the prices the market last looked at; False when it is known."""
        market = self.market
        path, earned = market.way_on(nurse, pattern)
        key = (nurse, pattern, path.tobytes())
        if key in self._seen:
            return False
        self._seen.add(key)
        days: Ints = np.concatenate([market.patterns.days[pattern].astype(np.int64), path])
        skills, last = market.shape.skills[int(market.shape.group[nurse])], int(days[6])
        guarded = [self._program.further + i for i, guard in enumerate(market.guards) if guard.open[last] and guard.skills & skills]
        self._program.add(nurse, days, float(market.cost[nurse][pattern]) + earned, guarded)
        return True

    def solve(self, until: float) -> Prices | None:
        """The prices of the program as it stands; None when time is up before it is solved."""
        dual = self._program.solve(until)
        return None if dual is None else Prices(np.clip(self._program.places(dual), 0.0, None), dual[self._program.further :])


def foresee(market: Market, seen: Sequence[Week], start: Floats, until: float) -> Floats:
    """Prices [weeks, groups, 7, types] of the weeks to come, beginning with ``start``, of the same shape.

    Ends when no column is new, after ``ROUNDS``, or when time is up, which may leave ``start`` as it is; the market has then
    looked at these prices.
    """
    weeks = len(start)
    if not weeks:
        market.look(start)
        return start
    horizon = Horizon(market, [expected(seen)] * weeks)
    at = Prices(np.concatenate([start[:1], start]), np.zeros(len(market.guards)))
    entered, solved = True, 0
    for number in range(ROUNDS):
        market.look(np.clip(at.places[1:], 0.0, MISSED_THEN))
        now, worth = with_guards(market.shape, market.guards, at.places[0], at.guards)
        entered = False
        for nurse, reduced in enumerate(market.reduced(now, worth)):
            count = ENTER if number < FULL_ROUNDS else 1
            for pattern in np.argpartition(reduced, count)[:count]:
                entered = horizon.add(nurse, int(pattern)) or entered
        if not entered:
            break
        found = horizon.solve(until)
        if found is None or time.monotonic() > until:
            break
        at, solved = at.towards(found, KEEP if number >= FREE_ROUNDS else 0.0), number + 1
    known = not entered or solved >= LEAST_ROUNDS
    prices = np.clip(at.places[1:], 0.0, MISSED_THEN) if known else start
    market.look(prices)
    return prices

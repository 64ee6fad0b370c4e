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

import highspy
import numpy as np

from jimu_engine.columns.quiet import highs
from jimu_engine.formats.inrc2 import OPTIMAL, Scenario, Week
from jimu_engine.weeks.master import EMPTY_F, EMPTY_I, EXPOSED, MISSING, Shape, with_guards
from jimu_engine.weeks.patterns import Floats, Ints
from jimu_engine.weeks.week import Market

#: Price of a minimum missed in a week to come, which then can still be helped; no place is worth more.
MISSED_THEN = 200.0
#: A nurse without a column costs so much.
UNPLACED = 1e5
#: Rounds of prices at most; patterns a nurse and round, first many, then one; how much of the prices before is kept.
ROUNDS, ENTER, FULL_ROUNDS, KEEP, FREE_ROUNDS = 60, 2, 10, 0.6, 3

#: With fewer rounds than this the prices say nothing yet, and those to begin with are better.
LEAST_ROUNDS = 10

#: Cover of one week: (shift, skill) → (minimum, optimum) of each day; means need not be whole.
Cover = dict[tuple[int, int], list[tuple[float, float]]]


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
    """The program over this week (block 0) and ``weeks`` like the mean of those seen."""

    market: Market
    cover: Cover
    weeks: int
    _seen: set[tuple[int, int, bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        market = self.market
        self.scenario: Scenario = market.scenario
        self.shape: Shape = market.shape
        self._types = len(self.scenario.shifts)
        self._presence = len(self.shape.skills) * 7 * self._types
        blocks: list[Cover] = [{key: [(float(a), float(b)) for a, b in needs] for key, needs in market.week.cover.items()}]
        blocks += [self.cover] * self.weeks
        self.lp = highs(presolve="off", solver="simplex")
        lower, upper = self._limits(blocks)
        n = len(lower)
        self.lp.addRows(n, np.array(lower), np.array(upper), 0, np.zeros(n, np.int32), EMPTY_I, EMPTY_F)
        for block, cover in enumerate(blocks):
            self._places(self._base[block], cover, MISSING if block == 0 else MISSED_THEN)
        for i in range(len(market.guards)):
            self._variable(EXPOSED, [self._guard + i], [1.0])
        for n in range(len(self.shape.group)):
            self._variable(UNPLACED, [self._person + n], [1.0])

    def _limits(self, blocks: Sequence[Cover]) -> tuple[list[float], list[float]]:
        """Row limits: of each block people = places, then cover; then one choice a nurse; then the guards."""
        lower, upper, base = list[float](), list[float](), list[int]()
        for cover in blocks:
            base.append(len(lower))
            lower += [0.0] * self._presence + [x for _, needs in sorted(cover.items()) for pair in needs for x in pair]
            upper += [0.0] * self._presence + [highspy.kHighsInf] * (len(lower) - len(upper) - self._presence)
        self._base, self._person = base, len(lower)
        self._guard = self._person + len(self.shape.group)
        guards = self.market.guards
        lower += [1.0] * len(self.shape.group) + [float(guard.need) for guard in guards]
        upper += [1.0] * len(self.shape.group) + [highspy.kHighsInf] * len(guards)
        return lower, upper

    def _places(self, base: int, cover: Cover, missing: float) -> None:
        row = base + self._presence
        for (shift, skill), needs in sorted(cover.items()):
            for day in range(len(needs)):
                self._variable(missing, [row, row + 1], [1.0, 1.0])
                self._variable(float(OPTIMAL), [row + 1], [1.0])
                for group, skills in enumerate(self.shape.skills):
                    if skill in skills:
                        self._variable(0.0, [base + self._cell(group, day, shift), row, row + 1], [-1.0, 1.0, 1.0])
                row += 2
        for cell in range(self._presence):
            self._variable(0.0, [base + cell], [-1.0])

    def _cell(self, group: int, day: int, shift: int) -> int:
        return (group * 7 + day) * self._types + shift

    def _variable(self, cost: float, rows: list[int], values: list[float]) -> None:
        self.lp.addCol(cost, 0.0, highspy.kHighsInf, len(rows), np.array(rows, np.int32), np.array(values))

    def add(self, nurse: int, pattern: int) -> bool:
        """Enter a pattern with the best way on from it at the prices the market last looked at; False when it is known."""
        market, group = self.market, int(self.shape.group[nurse])
        path, earned = market.way_on(nurse, pattern)
        key = (nurse, pattern, path.tobytes())
        if key in self._seen:
            return False
        self._seen.add(key)
        days: Ints = np.concatenate([market.patterns.days[pattern].astype(np.int64), path])
        rows = [self._base[d // 7] + self._cell(group, d % 7, int(s)) for d, s in enumerate(days) if s >= 0]
        rows.append(self._person + nurse)
        skills, last = self.shape.skills[group], int(days[6])
        rows += [self._guard + i for i, guard in enumerate(market.guards) if guard.open[last] and guard.skills & skills]
        self._variable(float(market.cost[nurse][pattern]) + earned, rows, [1.0] * len(rows))
        return True

    def solve(self, until: float) -> Prices | None:
        """The prices of the program as it stands; None when time is up before it is solved."""
        self.lp.setOptionValue("time_limit", self.lp.getRunTime() + max(0.01, until - time.monotonic()))
        self.lp.run()
        if self.lp.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        dual = np.asarray(self.lp.getSolution().row_dual)
        shape = (len(self.shape.skills), 7, self._types)
        places = np.array([dual[base : base + self._presence].reshape(shape) for base in self._base])
        return Prices(np.clip(places, 0.0, None), dual[self._guard :])


def foresee(market: Market, seen: Sequence[Week], start: Floats, until: float) -> Floats:
    """Prices [weeks, groups, 7, types] of the weeks to come, beginning with ``start``, of the same shape.

    Ends when no column is new, after ``ROUNDS``, or when time is up, which may leave ``start`` as it is; the market has then
    looked at these prices.
    """
    weeks = len(start)
    if not weeks:
        market.look(start)
        return start
    horizon = Horizon(market, expected(seen), weeks)
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

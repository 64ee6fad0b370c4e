"""What any rosters of these weeks cost at least, all of them known beforehand.

Each nurse pays for their days through all weeks (S2–S7), the cover for what is missing (S1); a minimum (H2) and the forbidden
(H3) are kept. At any prices for the cover that are not negative (S1's at most its weight) a roster costs no less than what the
cover is worth at them plus the cheapest way of each nurse who earns them (Lagrange), which a dynamic program over days knows
exactly. Good prices are those of a linear program over such ways, one more a nurse and round. As every weight is a multiple
of the same number, so is every cost: the bound is raised to the next one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from jimu_engine.formats.inrc2 import (
    OFF_RUN,
    OPTIMAL,
    PREFERENCE,
    SAME_SHIFT,
    TOTAL,
    WEEKENDS,
    WHOLE_WEEKEND,
    WORK_RUN,
    Contract,
    History,
    Past,
    Scenario,
    Week,
)
from jimu_engine.prompt import Asked, never
from jimu_engine.weeks.ahead import look_ahead
from jimu_engine.weeks.blocks import Blocks, cover_of
from jimu_engine.weeks.master import Shape
from jimu_engine.weeks.patterns import Floats, Ints, wishes_of

#: Every cost is a multiple of this.
UNIT = math.gcd(OPTIMAL, SAME_SHIFT, WORK_RUN, OFF_RUN, PREFERENCE, WHOLE_WEEKEND, TOTAL, WEEKENDS)
#: A minimum earns no more than this: higher prices move too far.
MOST = 300.0
#: Part of the prices before that is kept, and rounds at most.
KEEP, ROUNDS = 0.7, 150
#: Numbers this near are the same.
NEAR = 1e-6


@dataclass(frozen=True)
class Known:
    """Weeks from a history on, and all their demands. The end counts (S6, S7) when the last of them is the scenario's last."""

    scenario: Scenario
    history: History
    weeks: Sequence[Week]

    @property
    def ends(self) -> bool:
        """Whether these weeks reach the scenario's end."""
        return self.history.week + len(self.weeks) == self.scenario.weeks

    def contract(self, nurse: int) -> tuple[Contract, Past, float]:
        """A nurse's contract and past for these weeks, and what of S6 and S7 is lost whatever they do: without the end, limits that nobody reaches."""
        contract, past = self.scenario.nurses[nurse].contract, self.history.pasts[nurse]
        if not self.ends:
            return replace(contract, total=(0, 7 * len(self.weeks)), weekends=len(self.weeks)), replace(past, total=0, weekends=0), 0.0
        lost = TOTAL * max(0, past.total - contract.total[1]) + WEEKENDS * max(0, past.weekends - contract.weekends)
        return contract, past, float(lost)


class Bound:
    """The program, its prices, and the best bound so far (−inf before the first round). Begins with prices of the cells of each
    week where some are known, as `Master.cells` tells them."""

    def __init__(self, known: Known, start: Sequence[Floats] = (), threads: int = 1) -> None:
        self.known, self.threads = known, threads
        self.best, self.rounds, self._keep = -math.inf, 0, KEEP
        scenario = known.scenario
        self.shape, self._types = Shape.of(scenario), len(scenario.shifts)
        self._covers = [cover_of(week) for week in known.weeks]
        self._program = Blocks(self.shape, self._types, self._covers, [MOST] * len(known.weeks))
        self._wishes = [np.array([wishes_of(week, n, self._types) for week in known.weeks]) for n in range(len(scenario.nurses))]
        self._high, self._centre = -math.inf, list[Floats]()
        self._seen: set[tuple[int, bytes]] = set()
        #: What a place of each cell of each week is worth within the minimum, and within the optimum; where that bound was best.
        begun = [*start, *[np.zeros(0)] * (len(known.weeks) - len(start))]
        self._worth = [
            _lawful(worth) if worth.shape == (len(cover), 7, 2) else np.full((len(cover), 7, 2), 0.5 * OPTIMAL)
            for cover, worth in zip(self._covers, begun, strict=True)
        ]

    @property
    def prices(self) -> list[Floats]:
        """The prices of the best bound, of which another may begin."""
        return self._centre

    def improve(self, until: float = math.inf, rounds: int = ROUNDS, asked: Asked = never) -> float:
        """The best bound after so many rounds, or when time is up or somebody asks for the end; −inf before there is any."""
        with ThreadPoolExecutor(self.threads) as pool:
            while self.rounds < rounds and time.monotonic() < until and not asked():
                if not self._round(pool, until, asked):
                    break
        return self.best

    def _round(self, pool: ThreadPoolExecutor, until: float, asked: Asked) -> bool:
        """One look at the prices and one program; False when there is no more to gain."""
        prices = self._earned()

        def way(nurse: int) -> tuple[Ints, float] | None:
            return None if time.monotonic() > until or asked() else self._cheapest(nurse, prices)

        found = list(pool.map(way, range(len(self.shape.group))))
        ways = [each for each in found if each is not None]
        if len(ways) < len(found):
            return False
        value = sum(value for _, value in ways) + self._covered()
        if value > self._high:
            self._high, self._centre = value, self._worth
            self.best = max(0.0, UNIT * math.ceil(value / UNIT - NEAR))
        self.rounds += 1
        entered = sum(self._enter(nurse, days, prices, value) for nurse, (days, value) in enumerate(ways)) > 0
        dual = self._program.solve(until)
        if dual is None or self.best >= UNIT * math.ceil(self._program.value() / UNIT - NEAR) or not (entered or self._keep):
            return False
        # New prices lie between the best so far and the program's; where those bring nothing new, the program's alone decide.
        self._keep = KEEP if entered else 0.0
        worth = self._program.asked(dual)
        self._worth = [self._keep * old + (1 - self._keep) * _lawful(new) for old, new in zip(self._centre, worth, strict=True)]
        return True

    def _earned(self) -> Floats:
        """What a shift of a group earns, on whichever skill it is worth most: [weeks, groups, 7, types]."""
        prices = np.zeros((len(self._covers), len(self.shape.skills), 7, self._types))
        for week, (cover, worth) in enumerate(zip(self._covers, self._worth, strict=True)):
            for (shift, skill), cell in zip(sorted(cover), worth.sum(axis=2), strict=True):
                for group, skills in enumerate(self.shape.skills):
                    if skill in skills:
                        prices[week, group, :, shift] = np.maximum(prices[week, group, :, shift], cell)
        return prices

    def _covered(self) -> float:
        """What the cover of all weeks is worth."""
        needs = [np.array([cover[key] for key in sorted(cover)]).reshape(-1, 7, 2) for cover in self._covers]
        return float(sum((need * worth).sum() for need, worth in zip(needs, self._worth, strict=True)))

    def _cheapest(self, nurse: int, prices: Floats) -> tuple[Ints, float]:
        """A nurse's best days through all weeks, and what they cost less what they earn."""
        contract, past, lost = self.known.contract(nurse)
        earned = prices[:, self.shape.group[nurse]] - self._wishes[nurse]
        ahead = look_ahead(self.known.scenario, contract, earned, (past.total, past.weekends))
        begun = np.array([past.last, past.same, past.work if past.last >= 0 else past.off], np.int64)
        days, value = ahead.least(past.total, past.weekends, begun)
        return days, value + lost

    def _enter(self, nurse: int, days: Ints, prices: Floats, value: float) -> bool:
        """Enter days into the program; False when it knows them."""
        key = (nurse, days.tobytes())
        if key in self._seen:
            return False
        self._seen.add(key)
        group = int(self.shape.group[nurse])
        earned = sum(prices[d // 7, group, d % 7, s] for d, s in enumerate(days) if s >= 0)
        self._program.add(nurse, days, value + earned, [])
        return True


def _lawful(worth: Floats) -> Floats:
    """The nearest prices under which the bound holds."""
    held = np.clip(worth, 0.0, None)
    held[..., 1] = np.minimum(held[..., 1], OPTIMAL)
    return held

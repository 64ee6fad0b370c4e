"""Rosters by agreement, without a linear program: people answer prices of cover in turn until the prices and they settle.

First everybody's share of schedules moves a little towards their best answer to the prices of the moment; a cell's price
rises while the mean presence is below need and falls while it is above, within what too few and too many cost
(block-coordinate Frank-Wolfe on the augmented Lagrangian: Lacoste-Julien et al. 2013, Gidel et al. 2018). Then what a
person mostly answered is made cheaper for them, more and more, until shares are whole and the last answers are a roster.
It costs one plan a person and pass, whatever the number of cells, where the effort of the linear program grows with their
square. Beside the roster it leaves prices near the best, and schedules that are nearly best under them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import numpy as np

from jimu_engine.columns.clock import Clock, Pace
from jimu_engine.columns.generation import Part
from jimu_engine.columns.master import Pool
from jimu_engine.columns.model import OFF, Floats, Ints

#: By what part of the price of one too few a cell's price leans against the mean, for each person beside the need: at
#: the beginning, when prices have far to go, and in the end. How fast prices learn what they leant to.
LEAN, LEARN = (0.2, 0.01), 0.5
#: How far a share moves to an answer at least; what a share of 1 makes cheaper in the end, in units of the usual request.
STEP, STICK = 0.03, 1.0


def at_once(work: Generator[None, None, list[int]]) -> list[int]:
    """Small units of work as one."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return list(end.value)


@dataclass
class Averaging:
    """Shares [people, H, T] of a whole part's people in their answers so far; ``prices`` [H, T]; ``known``: answers in the pool."""

    part: Part
    pool: Pool
    prices: Floats
    rng: np.random.Generator
    known: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        people, (days, types) = self.part.people, self.part.need.shape
        self.share = np.zeros((len(people), days, types))
        for i, p in enumerate(map(int, people)):
            held = np.nonzero(self.part.roster[p] != OFF)[0]
            self.share[i, held, self.part.roster[p, held]] = 1.0
        self.mean = self.share.sum(axis=0)
        self.roster: Ints = self.part.roster.astype(np.int64)

    def weigh(self, columns: list[int], weights: Floats) -> None:
        """Start from these shares of columns of the pool instead of the part's roster, such as a linear program's."""
        place = {int(p): i for i, p in enumerate(self.part.people)}
        self.share[:] = 0.0
        for number, weight in zip(columns, weights, strict=True):
            if weight > 1e-9:
                row: Ints = self.pool.row[number].astype(np.int64)
                held = np.nonzero(row != OFF)[0]
                self.share[place[self.pool.person[number]], held, row[held]] += weight
        self.mean = self.share.sum(axis=0)

    def learn(self, pace: Pace, stop: Clock, *, lean: tuple[float, float] = LEAN) -> Iterator[None]:
        """Bring prices near the best, a pass at a time."""
        for k, part in pace:
            self._lean = lean[0] * (lean[1] / lean[0]) ** part
            self._pass(stop, max(STEP, 1.0 / (k + 2)), 0.0)
            yield

    def agree(self, pace: Pace, stop: Clock, *, lean: float = LEAN[1]) -> Iterator[None]:
        """Make shares whole, a pass at a time; then ``roster`` holds everybody's last answer."""
        self._lean = lean
        for _, part in pace:
            self._pass(stop, max(STEP, 3.0 / pace.steps), STICK * self.part.model.usual * min(1.0, part + 1.0 / pace.steps))
            yield

    def _pass(self, stop: Clock, step: float, stick: float) -> None:
        for i in map(int, self.rng.permutation(len(self.part.people))):
            if stop():
                return
            self._answer(i, step, stick)
        self.mean = self.share.sum(axis=0)
        self.prices = self.prices + LEARN * (self._leaning() - self.prices)

    def _leaning(self) -> Floats:
        """The price of the moment of each cell."""
        model = self.part.model
        leaning: Floats = np.clip(self.prices + self._lean * model.under * (self.part.need - self.mean), -model.over, model.under)
        return leaning

    def _answer(self, i: int, step: float, stick: float) -> None:
        p = int(self.part.people[i])
        model = self.part.model
        row = self.part.planners[p].best(model.cost[p] - self._leaning() - stick * self.share[i], model.usual)
        if row is None:
            return
        if stick == 0.0:
            self.known.append(self.pool.add(p, row)[0])
        held = np.nonzero(row != OFF)[0]
        self.mean -= step * self.share[i]
        self.share[i] *= 1.0 - step
        self.share[i, held, row[held]] += step
        self.mean[held, row[held]] += step
        self.roster[p] = row


def nearest(part: Part, pool: Pool, numbers: list[int], prices: Floats, most: int) -> list[int]:
    """Per person the ``most`` columns that cost least at these prices."""
    own: dict[int, list[tuple[float, int]]] = {}
    for number in dict.fromkeys(numbers):
        row: Ints = pool.row[number].astype(np.int64)
        held = np.nonzero(row != OFF)[0]
        cost = pool.cost[number] - float(prices[held, row[held]].sum())
        own.setdefault(pool.person[number], []).append((cost, number))
    return [number for p in map(int, part.people) for _, number in sorted(own.get(p, []))[:most]]

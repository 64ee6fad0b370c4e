"""A lower bound for long horizons: hours and limits of types are paid for like cover, so that a plan takes a moment (Lagrange).

What is left to plan are runs, days off and weekends, few states however long the horizon. What a year's hours lose by being paid for
is far less than what prices lose that have not settled: with hours counted, 50 people x 364 days have a bound of 28,102 after a
minute (best roster 36,720), paid for 36,600 after eleven seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from jimu_engine.columns.averaging import LEAN, LEARN, STEP
from jimu_engine.columns.clock import Clock, Pace
from jimu_engine.columns.model import OFF, DayModel, Floats, Ints
from jimu_engine.columns.person import Planner

#: How far what a person pays moves by their mean answer, in usual requests for each shift too many or too few. Larger, they
#: answer an early mean of too few hours with shifts that nobody needs, and the bound begins far below (0.2: at -75,000).
LEAN_OWN = 0.003
#: Passes that are a unit of work, and between two looks at what the bound has come to.
UNIT, LOOK = 5, 20


class Loose:
    """What one person pays: ``rate`` a minute (below 0 where there are too few), ``toll`` a shift of each type [T]. ``shifts``: the
    mean number of each type in their answers."""

    def __init__(self, planner: Planner) -> None:
        model = planner.model
        self._planner, self._minutes = planner, model.minutes
        self._least, self._most = float(model.min_minutes[planner.person]), float(model.max_minutes[planner.person])
        self._caps = np.minimum(model.max_type[planner.person], model.horizon)
        # One shift too many is as bad in hours as it is of its type.
        self._usual, self._shift = model.usual, max(1.0, float(model.minutes.mean()))
        self.rate, self.toll, self.shifts = 0.0, np.zeros(len(model.shifts)), np.zeros(len(model.shifts))

    def floor(self, work: Floats) -> tuple[float, Ints]:
        """What every schedule within hours and limits costs at least, and the one without them that costs that."""
        value, row = self._planner.unlimited(work + (self.rate * self._minutes + self.toll))
        back = self.rate * (self._most if self.rate > 0 else self._least) + float((self.toll * self._caps).sum())
        return value - back, row

    def answer(self, work: Floats, lean: float) -> Ints:
        """The cheapest schedule at the payments of the moment, which lean against the mean; the payments learn from it."""
        rate, toll, minutes = self.rate, self.toll, float(self.shifts @ self._minutes)
        amiss = max(0.0, minutes - self._most) - max(0.0, self._least - minutes)
        self.rate = rate + lean * self._usual * amiss / self._shift**2
        self.toll = np.maximum(0.0, toll + lean * self._usual * (self.shifts - self._caps))
        row = self.floor(work)[1]
        self.rate, self.toll = rate + LEARN * (self.rate - rate), toll + LEARN * (self.toll - toll)
        return row

    def remember(self, held: Ints, step: float) -> None:
        """Count an answer's shifts, by type, into the mean."""
        self.shifts += step * (np.bincount(held, minlength=len(self.shifts)) - self.shifts)


class Relaxed:
    """Everybody's loose answers, and the prices [H, T] that they settle to (as `averaging.Averaging` does it). ``bound`` is without
    the model's constant."""

    def __init__(self, model: DayModel, planners: Sequence[Planner], rng: np.random.Generator) -> None:
        self.model, self._rng = model, rng
        self.people = [Loose(planner) for planner in planners]
        self.prices = np.zeros(model.need.shape)
        self.bound = -np.inf
        self._share = np.zeros(model.size)
        self._mean: Floats = self._share.sum(axis=0)

    def learn(self, pace: Pace, stop: Clock) -> Iterator[None]:
        """Raise ``bound``, a few passes at a time."""
        for k, _ in pace:
            # By passes, whatever the time: prices that lean little before they have learnt never come near.
            ease = (LEAN[1] / LEAN[0]) ** (k / pace.steps)
            self._pass(stop, max(STEP, 1.0 / (k + 2)), LEAN[0] * ease, LEAN_OWN * ease**0.5)
            if k % LOOK == LOOK - 1:
                self.look(stop)
            if k % UNIT == UNIT - 1:
                yield
        self.look(stop)
        yield

    def look(self, stop: Clock) -> None:
        """Reckon the bound at the prices of now, if there is time for everybody's part of it."""
        found = float((self.prices * self.model.need).sum())
        for p, one in enumerate(self.people):
            if stop():
                return
            found += one.floor(self.model.cost[p] - self.prices)[0]
        self.bound = max(self.bound, found)

    def _pass(self, stop: Clock, step: float, lean: float, own: float) -> None:
        for p in map(int, self._rng.permutation(len(self.people))):
            if stop():
                return
            row = self.people[p].answer(self.model.cost[p] - self._leaning(lean), own)
            held = np.nonzero(row != OFF)[0]
            self._mean -= step * self._share[p]
            self._share[p] *= 1.0 - step
            self._share[p, held, row[held]] += step
            self._mean[held, row[held]] += step
            self.people[p].remember(row[held], step)
        self._mean = self._share.sum(axis=0)
        self.prices = self.prices + LEARN * (self._leaning(lean) - self.prices)

    def _leaning(self, lean: float) -> Floats:
        model = self.model
        leaning: Floats = np.clip(self.prices + lean * model.under * (model.need - self._mean), -model.over, model.under)
        return leaning


def bound_at(model: DayModel, planners: Sequence[Planner], prices: Floats, stop: Clock) -> float:
    """What exact plans say of every roster at these prices of cover [H, T], without the model's constant; −inf when `stop` comes first."""
    off, found = np.zeros(model.horizon), float((prices * model.need).sum())
    for p, planner in enumerate(planners):
        if stop():
            return -np.inf
        found += planner.plan(model.cost[p] - prices, off)[0]
    return found

"""One person's side of a DayModel: the arrays the compiled planner wants, and limits that are tracked only when needed."""

from __future__ import annotations

from functools import cache
from itertools import product
from math import gcd, prod

import numpy as np

from jimu_engine.columns import kernel
from jimu_engine.columns.model import OFF, DayModel, Floats, Ints

#: Most values a tally may take; beyond it further type limits are priced instead of tracked.
TALLY_LIMIT = 6000
#: After so many plans the tracked limits are forgotten: what bound under early prices may not bind any more.
FORGET = 12


def tallies(caps: tuple[int, ...], run: int) -> tuple[Ints, Ints]:
    """Tables for counting tracked types.

    A stint tally s numbers the count vectors reachable within ``run`` shifts; a total tally r is the mixed-radix number
    of a count vector within ``caps``. Returns ``grow[i, s]`` (s after one more shift of tracked type i) and
    ``after[s, r]`` (r after a stint with tally s); −1 where a cap would be broken.
    """
    vectors = [v for v in product(*(range(min(c, run) + 1) for c in caps)) if sum(v) <= run]
    number = {v: i for i, v in enumerate(vectors)}
    grow = np.full((len(caps), len(vectors)), -1, np.int64)
    for v, s in number.items():
        for i in range(len(caps)):
            grow[i, s] = number.get((*v[:i], v[i] + 1, *v[i + 1 :]), -1)
    radix = [prod(c + 1 for c in caps[i + 1 :]) for i in range(len(caps))]
    total = prod(c + 1 for c in caps)
    digits = np.array([[r // x % (c + 1) for x, c in zip(radix, caps, strict=True)] for r in range(total)], np.int64)
    digits = digits.reshape(total, len(caps))
    after = np.full((len(vectors), total), -1, np.int64)
    for v, s in number.items():
        fits = (digits + np.array(v, np.int64) <= np.array(caps, np.int64)).all(axis=1)
        shift = sum(n * x for n, x in zip(v, radix, strict=True))
        after[s, fits] = np.nonzero(fits)[0] + shift
    return grow, after


shared_tallies = cache(tallies)


class Planner:
    """Finds the cheapest schedules of one person for any additive costs.

    Limits per shift type are relaxed until a schedule breaks one; then that type becomes a tracked resource.
    """

    def __init__(self, model: DayModel, person: int) -> None:
        self.model, self.person = model, person
        self._usable = model.allowed[person].any(axis=0) & (model.max_type[person] > 0)
        lengths = model.minutes[self._usable]
        self._unit = gcd(*(int(x) for x in lengths)) if len(lengths) else 1
        self._lim = self._limits(lengths)
        units = model.minutes // self._unit
        most = np.where(model.allowed[person] & self._usable, units, -1).max(axis=1).astype(np.int64)
        self._need, self._lo, self._hi = kernel.reach(most, model.weekend, self._lim)
        self.feasible = len(lengths) > 0 and self._lim[4] <= self._lim[5] and self._lo[0] == 0
        self.tracked: tuple[int, ...] = ()
        self._age = 0
        self._blocked = np.where(model.allowed[person] & self._usable, 0.0, kernel.INFINITE)
        self._forced = np.where(model.must_work[person], kernel.INFINITE, 0.0)
        self._made: dict[tuple[int, ...], tuple[Ints, ...]] = {}

    def _limits(self, lengths: Ints) -> Ints:
        model, p = self.model, self.person
        longest = int(lengths.max()) // self._unit if len(lengths) else 0
        return np.array(
            [
                max(0, min(int(model.max_run[p]), model.horizon)),
                model.min_run[p],
                # without a minimum the next stint still needs a day off before it, or it would be the same stint
                max(1, int(model.min_off[p])),
                min(int(model.max_weekends[p]), int(model.weekend.max(initial=-1)) + 1),
                -(-int(model.min_minutes[p]) // self._unit),
                min(int(model.max_minutes[p]) // self._unit, model.horizon * longest),
            ],
            np.int64,
        )

    def _tables(self, tracked: tuple[int, ...]) -> tuple[Ints, ...]:
        """Types that differ in nothing but cost share a class; a tracked type stands alone."""
        if tracked in self._made:
            return self._made[tracked]
        model = self.model
        cls = np.full(len(model.shifts), -1, np.int64)
        keys: dict[tuple[object, ...], int] = {}
        heads: list[int] = []
        for t in map(int, np.nonzero(self._usable)[0]):
            key = (model.follows[t].tobytes(), model.follows[:, t].tobytes(), int(model.minutes[t]), t if t in tracked else -1)
            if key not in keys:
                keys[key] = len(heads)
                heads.append(t)
            cls[t] = keys[key]
        units = (model.minutes[heads] // self._unit).astype(np.int64)
        base = int(units.min())
        step = max(1, gcd(*(int(u) - base for u in units)))
        caps = tuple(int(model.max_type[self.person, t]) for t in tracked)
        grow, after = shared_tallies(caps, int(self._lim[kernel.MAX_RUN]))
        still = np.arange(after.shape[0])
        tally = np.array([grow[tracked.index(h)] if h in tracked else still for h in heads], np.int64)
        ok = np.ascontiguousarray(model.follows[np.ix_(heads, heads)])
        self._made[tracked] = (cls, units, ok, np.array([base, step], np.int64), tally, after)
        return self._made[tracked]

    def broken_types(self, row: Ints) -> list[int]:
        """Shift types held more often than allowed, worst first."""
        counts = np.bincount(row[row != OFF], minlength=len(self.model.shifts))
        excess = counts - self.model.max_type[self.person]
        return [int(t) for t in np.argsort(-excess, kind="stable") if excess[t] > 0]

    def run(self, work: Floats, off: Floats, tracked: tuple[int, ...], want: int) -> tuple[Floats, Ints]:
        """The compiled planner with the given types tracked; other type limits are ignored."""
        return kernel.plan(
            np.minimum(work + self._blocked, kernel.INFINITE), off + self._forced,
            *self._tables(tracked), self.model.weekend, self._lim, self._need, self._lo, self._hi, want,
        )  # fmt: skip

    def plan(self, work: Floats, off: Floats, want: int = 1) -> tuple[float, list[Ints]]:
        """A lower bound on the cost of any schedule, and up to ``want`` schedules that keep all rules, best first.

        The first schedule attains the bound unless more type limits bind at once than can be tracked.
        """
        if not self.feasible:
            return kernel.INFINITE, []
        self._age = (self._age + 1) % FORGET
        if self._age == 0:
            self.tracked = ()
        while True:
            values, rows = self.run(work, off, self.tracked, want)
            wider = (*self.tracked, *self.broken_types(rows[0])[:1])
            if wider == self.tracked or prod(int(self.model.max_type[self.person, t]) + 1 for t in wider) > TALLY_LIMIT:
                break
            self.tracked = tuple(sorted(wider))
        bound = float(values[0])
        good = [row for v, row in zip(values, rows, strict=True) if v < 1e11 and not self.broken_types(row)]
        if not good and bound < 1e11:
            good = self._pressed(work, off, rows[0])
        return bound, good

    def _pressed(self, work: Floats, off: Floats, row: Ints) -> list[Ints]:
        """More limits bind than can be tracked: raise the price of what is over until the schedule keeps them."""
        price = np.zeros(len(self.model.shifts))
        step = 1.0 + float(np.abs(work[work < 1e11]).mean())
        for _ in range(40):
            broken = self.broken_types(row)
            if not broken:
                return [row]
            price[broken] += step
            values, rows = self.run(work + price, off, self.tracked, 1)
            if values[0] >= 1e11:
                return []
            row = rows[0]
        return []

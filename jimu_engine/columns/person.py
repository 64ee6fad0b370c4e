"""One person's side of a DayModel: the arrays the compiled planner wants, and limits that are tracked only when needed."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import gcd, prod

import numpy as np

from jimu_engine.columns import kernel
from jimu_engine.columns.model import OFF, Bools, DayModel, Floats, Ints
from jimu_engine.columns.span import Span, whole

#: Most values a tally may take; beyond it further type limits are priced instead of tracked.
TALLY_LIMIT = 6000
#: After so many plans the tracked limits are forgotten: what bound under early prices may not bind any more.
FORGET = 12
#: Above so many states (day, units, weekends) the exact recursion gives way to a corridor of so many shifts up and down.
EXACT_STATES = 1_200_000
CORRIDOR = 4
#: The same for answers, which need not be exact.
BRISK_STATES = 100_000
#: How often an answer raises the price of types over their limit before it counts them.
TOLLS = 9
#: By what part a toll rises where it was too low, twice that at each further trial; what is left of it where it was just
#: high enough, and where the limit was not even reached. Tolls are small beside requests, and too high they cost much: on
#: 100 x 182 x 8 answers were dearer than plans by 15 a person with long steps, and are by 0.02 with these.
RAISE, EASE, SPARE = 0.003, 0.98, 0.8
#: Most states times tallies: the tables then take about 350 MB.
TABLE_STATES = 30_000_000


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


#: Class of each type, units of each class, which may follow which, (base, step) of units, tallies within and after a stint.
Tables = tuple[Ints, Ints, Bools, Ints, Ints, Ints]

shared_tallies = lru_cache(maxsize=256)(tallies)


class Planner:
    """Finds the cheapest schedules of one person for any additive costs.

    Limits per shift type are relaxed until a schedule breaks one; then that type becomes a tracked resource. ``exact``
    is False where the horizon is too long for the exact recursion: then schedules keep to a corridor around an even
    spread of hours, and what ``plan`` calls a bound is none.
    """

    def __init__(self, model: DayModel, person: int, span: Span | None = None) -> None:
        self.model, self.person = model, person
        self._span = span = whole(model, person) if span is None else span
        allowed = model.allowed[person, span.start : span.stop]
        self._usable = allowed.any(axis=0) & (span.caps > 0)
        lengths = model.minutes[self._usable]
        self._unit = gcd(*(int(x) for x in lengths)) if len(lengths) else 1
        self._lim = self._limits(lengths)
        units = model.minutes // self._unit
        most = np.where(allowed & self._usable, units, -1).max(axis=1).astype(np.int64)
        self._need, self._lo, self._hi = kernel.reach(most, span.weekend, self._lim)
        self.feasible = len(lengths) > 0 and self._lim[4] <= self._lim[5] and self._lo[0] == 0
        self.states = self._states()
        self.exact = self.states <= EXACT_STATES
        self._slack = 0 if self.exact else CORRIDOR
        self._brisk = 0 if self.states <= BRISK_STATES else CORRIDOR
        #: Whether ``best`` answers rather than plans.
        self.brisk = bool(self._brisk)
        self._toll = np.zeros(len(model.shifts))
        self.tracked: tuple[int, ...] = ()
        self._age = 0
        self._blocked = np.where(allowed & self._usable, 0.0, kernel.INFINITE)
        self._forced = np.where(model.must_work[person, span.start : span.stop], kernel.INFINITE, 0.0)
        self._windows: dict[int, tuple[Ints, Ints]] = {}
        self._made: dict[tuple[int, ...], Tables] = {}
        self._unlimited: tuple[Ints, Ints, Ints, Ints] | None = None

    def _states(self) -> int:
        return len(self._lo) * max(1, int((self._hi - self._lo).max()) + 1) * (int(self._lim[kernel.MAX_WEEKENDS]) + 1)

    def _limits(self, lengths: Ints) -> Ints:
        model, p, span = self.model, self.person, self._span
        days = span.stop - span.start
        longest = int(lengths.max()) // self._unit if len(lengths) else 0
        return np.array(
            [
                max(0, min(int(model.max_run[p]), days)),
                model.min_run[p],
                # without a minimum the next stint still needs a day off before it, or it would be the same stint
                max(1, int(model.min_off[p])),
                min(span.max_weekends, len(np.unique(span.weekend[span.weekend >= 0]))),
                max(0, -(-span.min_minutes // self._unit)),
                min(span.max_minutes // self._unit, days * longest),
            ],
            np.int64,
        )

    def _window(self, corridor: int) -> tuple[Ints, Ints]:
        """Least and most units used before each day: all that can be (0), or so many shifts around an even spread."""
        if not corridor:
            return self._lo, self._hi
        if corridor not in self._windows:
            able = (self._blocked < 1.0).any(axis=1).cumsum()
            middle = np.concatenate([[0], able]) * ((self._lim[4] + self._lim[5]) / 2 / max(1, int(able[-1])))
            slack = corridor * int(self.model.minutes[self._usable].max() // self._unit)
            low = np.clip(np.floor(middle - slack).astype(np.int64), self._lo, self._hi)
            high = np.clip(np.ceil(middle + slack).astype(np.int64), self._lo, self._hi)
            self._windows[corridor] = np.ascontiguousarray(low), np.ascontiguousarray(high)
        return self._windows[corridor]

    def _tables(self, tracked: tuple[int, ...]) -> Tables:
        """Types that differ in nothing but cost share a class; a tracked type stands alone."""
        if tracked in self._made:
            return self._made[tracked]
        model = self.model
        cls = np.full(len(model.shifts), -1, np.int64)
        keys: dict[tuple[object, ...], int] = {}
        heads: list[int] = []
        for t in map(int, np.nonzero(self._usable)[0]):
            key = (model.shift_kind[t], t if t in tracked else -1)
            if key not in keys:
                keys[key] = len(heads)
                heads.append(t)
            cls[t] = keys[key]
        units = (model.minutes[heads] // self._unit).astype(np.int64)
        base = int(units.min())
        step = max(1, gcd(*(int(u) - base for u in units)))
        grow, after = shared_tallies(self._caps(tracked), int(self._lim[kernel.MAX_RUN]))
        still = np.arange(after.shape[0])
        tally = np.array([grow[tracked.index(h)] if h in tracked else still for h in heads], np.int64)
        ok = np.ascontiguousarray(model.follows[np.ix_(heads, heads)])
        self._made[tracked] = (cls, units, ok, np.array([base, step], np.int64), tally, after)
        return self._made[tracked]

    def _caps(self, tracked: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(int(self._span.caps[t]) for t in tracked)

    def _broken(self, part: Ints) -> list[int]:
        """Types over their limit, the farthest first."""
        if kernel.most_over(part, self._span.caps) < 0:
            return []
        over = self._over(part)
        return [int(t) for t in np.argsort(-over, kind="stable") if over[t] > 0]

    def _over(self, part: Ints) -> Ints:
        """How many shifts of each type there are over the limit; negative below it."""
        counts: Ints = np.bincount(part[part != OFF], minlength=len(self.model.shifts))
        return counts - self._span.caps

    def _run(self, work: Floats, off: Floats, tracked: tuple[int, ...], want: int) -> tuple[Floats, Ints]:
        """The compiled planner with the given types tracked; other type limits are ignored."""
        while True:
            values, rows = self._call(work, off, tracked, want, self._slack)
            if values[0] < 1e11 or not self._slack or self._slack > CORRIDOR * 8:
                return values, rows
            self._slack *= 2

    def _call(self, work: Floats, off: Floats, tracked: tuple[int, ...], want: int, corridor: int) -> tuple[Floats, Ints]:
        cls, units, ok, scale, tally, after = self._tables(tracked)
        low, high = self._window(corridor)
        return kernel.plan(
            np.minimum(work + self._blocked, kernel.INFINITE), off + self._forced,
            cls, units, ok, scale, tally, after, self._span.weekend, self._lim, self._need, low, high, want,
        )  # fmt: skip

    def answer(self, work: Floats, usual: float) -> Ints | None:
        """A schedule of the whole horizon that is nearly the cheapest, much sooner than ``plan`` on long horizons.

        Hours keep to a corridor, and limits of types are kept by tolls, which are remembered, rather than counted.
        ``usual`` is what a request usually costs.
        """
        off = np.zeros(len(work))
        if self.feasible and self._usable.any():
            for turn in range(1, TOLLS + 1):
                values, rows = self._call(work + self._toll, off, (), 1, max(self._slack, self._brisk))
                if values[0] >= 1e11:
                    break
                over = self._over(rows[0])
                if (over <= 0).all():
                    # tolls that leap make answers leap, and nobody can agree with them
                    self._toll *= 1.0 if turn > 1 else np.where(over < 0, SPARE, EASE)
                    return np.asarray(rows[0], np.int64)
                self._toll += np.where(over > 0, RAISE * 2 ** (turn - 1) * (self._toll + usual), 0.0)
            else:
                row = self._rationed(work + self._toll, rows[0])
                if row is not None:
                    return row
        found = self.plan(work, off)[1]
        return found[0] if found else None

    def _rationed(self, work: Floats, row: Ints) -> Ints | None:
        """Where tolls were too low: the type farthest over its limit keeps the days on which ``row`` has it most cheaply, as many
        as it may; then the next. None where nothing is left that keeps the rules. ``work`` is written into."""
        while (t := kernel.most_over(row, self._span.caps)) >= 0:
            held = np.flatnonzero(row == t)
            spare = np.ones(len(work), np.bool_)
            spare[held[np.argsort(work[held, t], kind="stable")[: self._span.caps[t]]]] = False
            work[spare, t] = kernel.INFINITE
            values, rows = self._call(work, np.zeros(len(work)), (), 1, max(self._slack, self._brisk))
            if values[0] >= 1e11:
                return None
            row = rows[0]
        return np.asarray(row, np.int64)

    def unlimited(self, work: Floats) -> tuple[float, Ints]:
        """The cheapest schedule of the whole horizon for which hours and limits of types count for nothing, and what it costs."""
        days = len(work)
        if not self._usable.any():
            return (kernel.INFINITE if self._forced.max() >= 1e11 else 0.0), np.full(days, OFF, np.int64)
        if self._unlimited is None:
            lim = self._lim.copy()
            lim[kernel.MIN_UNITS] = lim[kernel.MAX_UNITS] = 0
            able = np.where((self._blocked < 1.0).any(axis=1), 0, -1).astype(np.int64)
            self._unlimited = (lim, *kernel.reach(able, self._span.weekend, lim))
        cls, units, ok, _, tally, after = self._tables(())
        values, rows = kernel.plan(
            np.minimum(work + self._blocked, kernel.INFINITE), self._forced, cls, np.zeros_like(units), ok, np.array([0, 1]), tally,
            after, self._span.weekend, *self._unlimited, 1,
        )  # fmt: skip
        return float(values[0]), rows[0]

    def best(self, work: Floats, usual: float) -> Ints | None:
        """The cheapest schedule of the whole horizon; on long horizons one that is nearly so."""
        if self.brisk:
            return self.answer(work, usual)
        found = self.plan(work, np.zeros(len(work)))[1]
        return found[0] if found else None

    def plan(self, work: Floats, off: Floats, want: int = 1) -> tuple[float, list[Ints]]:
        """A lower bound on the cost of any schedule, and up to ``want`` schedules that keep all rules, best first.

        ``work`` [H, T] and ``off`` [H] cover the whole horizon also when only a span of it is planned. The first
        schedule attains the bound unless more type limits bind at once than can be tracked.
        """
        span = self._span
        if not self._usable.any():
            return self._idle(work, off)
        if not self.feasible:
            return kernel.INFINITE, []
        outside = float(work[span.held, span.row[span.held]].sum())
        bound, parts = self._plan(work[span.start : span.stop], off[span.start : span.stop], want)
        return bound + outside, [span.put(part) for part in parts]

    def _idle(self, work: Floats, off: Floats) -> tuple[float, list[Ints]]:
        """Nothing can be worked: days off, where that is enough."""
        span = self._span
        if span.min_minutes > 0 or (off[span.start : span.stop] + self._forced).max() >= 1e11:
            return kernel.INFINITE, []
        return float(work[span.held, span.row[span.held]].sum()), [span.put(np.full(span.stop - span.start, OFF, np.int64))]

    def _plan(self, work: Floats, off: Floats, want: int) -> tuple[float, list[Ints]]:
        self._age = (self._age + 1) % FORGET
        if self._age == 0:
            self.tracked = ()
        while True:
            values, rows = self._run(work, off, self.tracked, want)
            wider = tuple(sorted((*self.tracked, *self._broken(rows[0])[:1])))
            if wider == self.tracked or not self._fits(wider):
                break
            self.tracked = wider
        bound = float(values[0])
        caps = self._span.caps
        good = [row for v, row in zip(values, rows, strict=True) if v < 1e11 and kernel.most_over(row, caps) < 0]
        if not good and bound < 1e11:
            good = self._pressed(work, off, rows[0])
        return bound, good

    def _fits(self, tracked: tuple[int, ...]) -> bool:
        """Whether counting these types is affordable in memory and time."""
        low, high = self._window(self._slack)
        states = len(low) * (int((high - low).max()) + 1) * (int(self._lim[kernel.MAX_WEEKENDS]) + 1)
        return prod(cap + 1 for cap in self._caps(tracked)) <= min(TALLY_LIMIT, TABLE_STATES // max(1, states))

    def _pressed(self, work: Floats, off: Floats, row: Ints) -> list[Ints]:
        """More limits bind than can be tracked: raise the price of what is over until the schedule keeps them.

        Where that fails, go without those types.
        """
        price = np.zeros(len(self.model.shifts))
        step = 1.0 + float(np.abs(work[work < 1e11]).mean())
        for turn in range(40):
            broken = self._broken(row)
            if not broken:
                return [row]
            price[broken] += step * (1 + turn // 4) if turn < 30 else kernel.INFINITE
            values, rows = self._run(np.minimum(work + price, kernel.INFINITE), off, self.tracked, 1)
            if values[0] >= 1e11:
                return []
            row = rows[0]
        return []

"""Column generation: the LP over schedules, priced person by person, with smoothed prices and a Lagrangian bound."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from jimu_engine.columns.clock import Clock
from jimu_engine.columns.kernel import INFINITE
from jimu_engine.columns.master import Master, Pool
from jimu_engine.columns.model import OFF, DayModel, Floats, Ints
from jimu_engine.columns.person import Planner
from jimu_engine.columns.span import around

#: A cell of a partial roster that is not decided yet.
FREE = -2


def hold(work: Floats, off: Floats, days: Ints, row: Ints) -> None:
    """Change costs in place so that on these days only what ``row`` says is possible."""
    held = days[row[days] != OFF]
    cost = work[held, row[held]]
    work[days] = INFINITE
    work[held, row[held]] = cost
    off[held] = INFINITE


@dataclass(frozen=True)
class Part:
    """What is free: these people on these days; everything else stays as in ``roster``.

    ``need`` is the cover left for the free cells, ``days`` a mask [H] of neighboring days.
    """

    model: DayModel
    planners: list[Planner]
    roster: Ints
    people: Ints
    days: np.ndarray
    need: Ints
    _inner: dict[int, tuple[Planner, Ints]] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether the free people are free on every day."""
        return bool(self.days.all())

    @property
    def exact(self) -> bool:
        """Whether every plan of the free people is a true minimum."""
        return self.whole and all(self.planners[int(p)].exact for p in self.people)

    def _planner(self, person: int) -> tuple[Planner, Ints]:
        """The planner for the person's free days, and the days around them that it must hold."""
        if self.whole:
            return self.planners[person], np.zeros(0, np.int64)
        if person not in self._inner:
            free = np.nonzero(self.days)[0]
            span = around(self.model, person, self.roster[person], int(free[0]), int(free[-1]) + 1)
            held = np.concatenate([np.arange(span.start, free[0]), np.arange(free[-1] + 1, span.stop)])
            self._inner[person] = Planner(self.model, person, span), held
        return self._inner[person]

    def plan(self, person: int, work: Floats, want: int = 1, fixed: Ints | None = None) -> tuple[float, list[Ints]]:
        """Bound and best schedules of a free person for additive costs [H, T].

        ``fixed`` [H]: cells decided already, FREE where not.
        """
        off = np.zeros(self.model.horizon)
        planner, held = self._planner(person)
        if len(held) or fixed is not None:
            work = work.copy()
        if len(held):
            hold(work, off, held, self.roster[person])
        if fixed is not None:
            hold(work, off, np.nonzero((fixed != FREE) & self.days)[0], fixed)
        return planner.plan(work, off, want)


@dataclass
class Relaxation:
    """Outcome of column generation. ``bound`` is valid whenever it stopped; ``value`` is the LP's over known columns."""

    master: Master
    bound: float
    value: float
    prices: Floats
    rents: Floats


def lagrangian(part: Part, prices: Floats, pool: Pool, want: int) -> tuple[float, list[int], Ints]:
    """Bound at these cover prices, the numbers of new columns, and how many people chose each cell."""
    bound = float((prices * part.need)[part.days].sum())
    new: list[int] = []
    count = np.zeros(part.need.shape, np.int64)
    for p in map(int, part.people):
        low, rows = part.plan(p, part.model.cost[p] - np.where(part.days[:, None], prices, 0.0), want)
        bound += low
        for row in rows:
            number, fresh = pool.add(p, row)
            if fresh:
                new.append(number)
        if rows:
            held = np.nonzero(rows[0] != OFF)[0]
            count[held, rows[0][held]] += 1
    return bound, new, count


def generate(
    part: Part,
    pool: Pool,
    columns: list[int],
    *,
    prices: Floats | None = None,
    want: int = 1,
    smooth: float = 0.5,
    target: float = np.inf,
    rounds: int = 1000,
    tolerance: float = 1e-4,
    interior: bool = False,
    stop: Clock = Clock(),  # noqa: B008 (immutable)
) -> Relaxation:
    """Solve the LP relaxation of ``part`` starting from ``columns``.

    Stops when bound and value meet, after ``rounds``, when ``stop()``, or when the bound reaches ``target`` (nothing
    better than target exists). ``interior`` starts with an interior point method: for many columns at once. Smoothing: Wentges (1997), prices between the best known and the LP's.
    """
    master = Master(part.model, part.people, part.need, part.days)
    master.add(pool, columns)
    known = set(columns)
    best, center = -np.inf, prices
    if interior and prices is not None:
        best = lagrangian(part, prices, pool, 1)[0]
    value, cover, rents = master.solve(stop, interior=interior)
    for _ in range(rounds):
        weight = smooth if center is not None else 0.0
        while True:
            at = cover if weight == 0.0 or center is None else weight * center + (1 - weight) * cover
            bound, new, _ = lagrangian(part, at, pool, want)
            if bound > best:
                best, center = bound, at
            fresh = [n for n in new if n not in known]
            if fresh or weight == 0.0:
                break
            weight = 0.0 if weight < 0.3 else weight / 2
        if not fresh or value - best <= tolerance * max(1.0, abs(value)) or best >= target or stop():
            break
        master.add(pool, fresh)
        known.update(fresh)
        value, cover, rents = master.solve(stop)
        if stop():
            break
    return Relaxation(master, best, value, cover if center is None else center, rents)

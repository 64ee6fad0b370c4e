"""From a fractional master to whole schedules: diving on cells with re-pricing, or a small integer master."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from jimu_engine.columns.clock import Clock
from jimu_engine.columns.generation import FREE, Part, Relaxation
from jimu_engine.columns.master import Master, Pool
from jimu_engine.columns.model import Bools, Floats, Ints


@dataclass(frozen=True)
class DiveStyle:
    """How to dive: about ``steps`` roundings, up to ``rounds`` pricings after each; cells surer than ``sure`` for free;
    a step that makes the program dearer by no more than ``even`` is not priced."""

    steps: int = 25
    rounds: int = 6
    sure: float = 0.9
    noise: float = 0.0
    even: float = float("-inf")


class Dive:
    """Fixes the surest (person, day) cells step by step and lets new columns repair the rest."""

    def __init__(self, part: Part, pool: Pool, master: Master, style: DiveStyle, rng: np.random.Generator) -> None:
        self._part, self._pool, self._master, self._style, self._rng = part, pool, master, style, rng
        self._fixed = np.where(part.days[None, :], FREE, part.roster).astype(np.int64)
        others = np.setdiff1d(np.arange(len(part.roster)), part.people)
        self._fixed[others] = part.roster[others]
        self._value = master.value

    def run(self, cap: float, stop: Clock) -> Ints | None:
        """A full roster, or None when the LP rises above ``cap``; when time is up, everybody's likeliest schedule."""
        while (self._fixed == FREE).any():
            if not self._fix_more():
                return None
            value = self._repair(stop)
            if stop():
                return self._settle()
            if value > cap:
                return None
        return self._fixed

    def _settle(self) -> Ints | None:
        """For each person the schedule that weighs most among those that keep what is fixed."""
        rows, people = self._columns()
        fixed = self._fixed[people]
        weight = np.where(((fixed == FREE) | (rows == fixed)).all(axis=1), self._master.values(), -np.inf)
        roster = self._fixed.copy()
        for p in map(int, self._part.people):
            held = np.nonzero(people == p)[0]
            best = held[weight[held].argmax()]
            if not np.isfinite(weight[best]):
                return None
            roster[p] = rows[best]
        return roster

    def _fix_more(self) -> bool:
        rows, people = self._columns()
        weight = self._master.values()
        cells = [cell for p in map(int, self._part.people) for cell in self._surest(p, rows, people, weight)]
        cells.sort(key=lambda cell: -cell[0])
        quota = max(1, len(self._part.people) * int(self._part.days.sum()) // self._style.steps)
        holds = weight > 1e-7
        before = int((self._fixed == FREE).sum())
        hard = 0
        for sure, p, d, t in cells:
            if sure < self._style.sure and hard >= quota:
                break
            keep = holds & (rows[:, d] == t) & (people == p)
            # a cell that shares too little with those just fixed would leave the person without a column
            if weight[keep].sum() < min(sure, 0.2):
                continue
            holds &= keep | (people != p)
            self._fixed[p, d] = t
            hard += sure < 0.999
        return int((self._fixed == FREE).sum()) < before

    def _surest(self, p: int, rows: Ints, people: Ints, weight: Floats) -> list[tuple[float, int, int, int]]:
        held = np.nonzero((people == p) & (weight > 1e-7))[0]
        free = np.nonzero(self._fixed[p] == FREE)[0]
        if not len(held) or not len(free):
            return []
        types = len(self._part.model.shifts)
        share = np.zeros((len(free), types + 1))
        for column in held:
            share[np.arange(len(free)), rows[column, free] + 1] += weight[column]
        best = share.argmax(axis=1)
        top = share[np.arange(len(free)), best]
        if self._style.noise:
            top = np.where(top < 0.999, top - self._style.noise * self._rng.random(len(free)), top)
        return [(float(s), p, int(d), int(b) - 1) for s, d, b in zip(top, free, best, strict=True)]

    def _columns(self) -> tuple[Ints, Ints]:
        rows = np.array([self._pool.row[c] for c in self._master.columns])
        return rows, np.array([self._pool.person[c] for c in self._master.columns])

    def _repair(self, stop: Clock) -> float:
        """Forbid what the fixed cells exclude and price again."""
        rows, people = self._columns()
        fixed = self._fixed[people]
        alive = ((fixed == FREE) | (rows == fixed)).all(axis=1)
        self._master.keep(alive)
        value, prices, _ = self._master.solve(stop, dual_simplex=True)
        known = set(self._master.columns)
        for _ in range(self._style.rounds):
            if value <= self._value + self._style.even:
                break
            fresh = [n for p in map(int, self._part.people) for n in self._price(p, prices) if n not in known]
            if not fresh or stop():
                break
            self._master.add(self._pool, fresh)
            known.update(fresh)
            value, prices, _ = self._master.solve(stop)
        self._value = value
        return value

    def _price(self, p: int, prices: Floats) -> list[int]:
        if not (self._fixed[p] == FREE).any():
            return []
        work = self._part.model.cost[p] - np.where(self._part.days[:, None], prices, 0.0)
        _, rows = self._part.plan(p, work, 1, self._fixed[p])
        return [self._pool.add(p, row)[0] for row in rows]


def choose(part: Part, pool: Pool, relaxation: Relaxation, *, current: float, nodes: int, stop: Clock) -> Ints | None:
    """The best whole choice among the columns that can still beat ``current``; None when none was found."""
    master = relaxation.master
    cost = np.asarray(master.lp.getSolution().col_dual)[master.first :]
    useful: Bools = cost <= current - relaxation.value + 1e-6
    master.keep(useful)
    lp, count = master.lp, len(master.columns)
    index = (master.first + np.arange(count)).astype(np.int32)
    lp.changeColsIntegrality(count, index, np.full(count, highspy.HighsVarType.kInteger))
    gap = 0.99 if part.model.integral else 1e-6
    options: dict[str, str | int | float] = {"presolve": "on", "solver": "choose", "mip_max_nodes": nodes, "mip_abs_gap": gap, "mip_rel_gap": 0.0, "time_limit": lp.getRunTime() + stop.at_most(8.0)}
    for key, value in options.items():
        lp.setOptionValue(key, value)
    lp.run()
    values = np.asarray(lp.getSolution().col_value)
    if not len(values):
        return None
    taken = np.nonzero(values[master.first :] > 0.5)[0]
    if len(taken) != len(part.people):
        return None
    roster = part.roster.copy()
    for j in taken:
        number = master.columns[j]
        roster[pool.person[number]] = pool.row[number]
    return roster

"""The whole problem as one integer program: a binary for each (person, day, shift), a row for each rule.

What others would write first, and where there are few cells also what proves best: HiGHS cuts and branches there in a
second, where a program of whole schedules is bounded too low. Rules are read here anew, from nothing of the planners.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any, Protocol

import highspy
import numpy as np

from jimu_engine.columns.check import breaches
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.model import OFF, DayModel, Ints
from jimu_engine.columns.quiet import highs

#: Binaries up to which the whole program is tried; the nodes of its tree and, by the clock, the seconds that it gets.
SMALL, NODES, SECONDS = 400, 3000, 10.0

Terms = list[tuple[int, int]]


class On(Protocol):
    """The variables of one person's day, with a sign: together 1 when the person works."""

    def __call__(self, d: int, sign: int = 1) -> Terms: ...


@dataclass
class Plain:
    """Integer variables (cost, lower, upper) and rows (lower, {variable: coefficient}, upper)."""

    cost: list[float] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    rows: list[tuple[float, dict[int, int], float]] = field(default_factory=list)
    works: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def var(self, cost: float, upper: int = 1) -> int:
        """A new variable from 0 to ``upper``."""
        self.cost.append(cost)
        self.bounds.append((0, upper))
        return len(self.cost) - 1

    def row(self, low: float, terms: Terms, high: float) -> None:
        """low ≤ Σ coefficient · variable ≤ high."""
        total: dict[int, int] = {}
        for variable, factor in terms:
            total[variable] = total.get(variable, 0) + factor
        self.rows.append((low, total, high))


def plain(model: DayModel) -> Plain:
    """The whole problem as rows; an independent reading of the rules, used by tests as well."""
    out = Plain()
    people, days, types = model.size
    for p in range(people):
        for d, t in map(tuple, np.argwhere(model.allowed[p])):
            out.works[p, int(d), int(t)] = out.var(float(model.cost[p, d, t]))
        _person(model, p, out)
    for d in range(days):
        for t in range(types):
            here = [(out.works[p, d, t], 1) for p in range(people) if (p, d, t) in out.works]
            short = out.var(float(model.under[d, t]), int(model.need[d, t]))
            extra = out.var(float(model.over[d, t]), people)
            need = int(model.need[d, t])
            out.row(need, [*here, (short, 1), (extra, -1)], need)
    return out


def _person(model: DayModel, p: int, out: Plain) -> None:
    days, types = model.horizon, len(model.shifts)

    def on(d: int, sign: int = 1) -> Terms:
        return [(out.works[p, d, t], sign) for t in range(types) if (p, d, t) in out.works]

    for d in range(days):
        out.row(1 if model.must_work[p, d] else 0, on(d), 1)
    for d in range(days - 1):
        for t in range(types):
            after = [u for u in range(types) if not model.follows[t, u] and (p, d + 1, u) in out.works]
            if after and (p, d, t) in out.works:
                out.row(0, [(out.works[p, d, t], 1), *((out.works[p, d + 1, u], 1) for u in after)], 1)
    for t in range(types):
        out.row(0, [(v, 1) for (q, _, u), v in out.works.items() if q == p and u == t], int(model.max_type[p, t]))
    minutes = [(v, int(model.minutes[t])) for (q, _, t), v in out.works.items() if q == p]
    out.row(int(model.min_minutes[p]), minutes, int(model.max_minutes[p]))
    _runs(model, p, out, on)
    weekends = []
    for w in range(int(model.weekend.max(initial=-1)) + 1):
        worked = out.var(0.0)
        weekends.append((worked, 1))
        for d in map(int, np.nonzero(model.weekend == w)[0]):
            out.row(0, [(worked, 1), *on(d, -1)], 1)
    out.row(0, weekends, int(model.max_weekends[p]))


def _runs(model: DayModel, p: int, out: Plain, on: On) -> None:
    days, most = model.horizon, int(model.max_run[p])

    def _around(length: int) -> Iterator[tuple[Terms, Terms]]:
        """The days before and after a stretch of this length, and its days with a minus."""
        for d in range(days - length - 1):
            yield [*on(d), *on(d + length + 1)], [term for e in range(d + 1, d + 1 + length) for term in on(e, -1)]

    for d in range(days - most):
        out.row(0, [term for e in range(d, d + most + 1) for term in on(e)], most)
    for length in range(1, int(model.min_run[p])):
        for edges, inner in _around(length):
            out.row(1 - length, [*edges, *inner], inf)
    for length in range(1, int(model.min_off[p])):
        for edges, inner in _around(length):
            out.row(-inf, [*edges, *inner], 1)


def roster_of(model: DayModel, form: Plain, values: list[float]) -> Ints:
    """The roster [P, H] that the variables say."""
    roster = np.full(model.size[:2], OFF, np.int64)
    for (p, d, t), variable in form.works.items():
        if values[variable] > 0.5:
            roster[p, d] = t
    return roster


def program(form: Plain, **options: str | int | float | bool) -> highspy.Highs:
    """The form in HiGHS."""
    lp = highs(**options)
    n = len(form.cost)
    lp.addVars(n, np.array([low for low, _ in form.bounds], float), np.array([high for _, high in form.bounds], float))
    lp.changeColsCost(n, np.arange(n, dtype=np.int32), np.array(form.cost))
    lp.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.full(n, highspy.HighsVarType.kInteger))
    for low, terms, high in form.rows:
        index = np.fromiter(terms, np.int32, len(terms))
        lp.addRow(max(low, -highspy.kHighsInf), min(high, highspy.kHighsInf), len(terms), index, np.array([*terms.values()], float))
    return lp


def whole(model: DayModel, near: Ints, stop: Clock) -> tuple[Ints | None, float]:
    """The best roster that few nodes find, begun at ``near`` (None: nothing was found), and the bound proved, without the model's
    constant (−inf: none). Tries nothing, and proves nothing, above ``SMALL`` binaries."""
    if int(model.allowed.sum()) > SMALL:
        return None, -inf
    form = plain(model)
    lp = program(form, mip_max_nodes=NODES, mip_rel_gap=0.0, mip_abs_gap=1.0 - 1e-6 if model.integral else 1e-6, time_limit=stop.at_most(SECONDS))
    held = [v for (p, d, t), v in form.works.items() if near[p, d] == t]
    others = sorted(set(form.works.values()) - set(held))
    lp.setSolution(len(form.works), np.array([*held, *others], np.int32), np.array([1.0] * len(held) + [0.0] * len(others)))
    # Asked to end, it does at its next look.
    lp.cbMipInterrupt.subscribe(lambda event: event.interrupt(stop()))
    lp.run()
    info = lp.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    bound: Any = info.mip_dual_bound
    roster = roster_of(model, form, list(lp.getSolution().col_value)) if found else None
    return roster if roster is not None and not breaches(model, roster) else None, float(bound) if abs(bound) < 1e15 else -inf

"""The plain models that others would write first, as peers: one binary per (person, day, shift), in CP-SAT and in HiGHS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import highspy
import numpy as np
from ortools.sat.python import cp_model

from jimu_engine.columns.check import breaches
from jimu_engine.columns.model import OFF, DayModel, Ints, objective
from jimu_engine.columns.quiet import highs

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


@dataclass(frozen=True)
class Found:
    """What a peer came to; ``objective`` and ``roster`` None when it found none."""

    objective: float | None
    bound: float | None
    seconds: float
    roster: Ints | None = None


def _judged(model: DayModel, form: Plain, value: list[float] | None, bound: float, began: float) -> Found:
    seconds = time.monotonic() - began
    known = None if abs(bound) > 1e15 else model.constant + bound
    if value is None:
        return Found(None, known, seconds)
    roster = np.full(model.size[:2], OFF, np.int64)
    for (p, d, t), v in form.works.items():
        if value[v] > 0.5:
            roster[p, d] = t
    assert not breaches(model, roster), breaches(model, roster)[0]
    return Found(objective(model, roster), known, seconds, roster)


def cp_sat(model: DayModel, *, seconds: float, seed: int = 1, workers: int = 8) -> Found:
    """CP-SAT with so many sub-solvers (more than cores on purpose: one worker alone is a straw man)."""
    began = time.monotonic()
    form, cp = plain(model), cp_model.CpModel()
    scale = 1 if model.integral else 1000
    variables = [cp.new_int_var(low, high, "") for low, high in form.bounds]
    for low, terms, high in form.rows:
        total = sum(variables[v] * k for v, k in terms.items())
        lowest = -(10**12) if low == -inf else int(low)
        cp.add_linear_constraint(total, lowest, 10**12 if high == inf else int(high))
    cp.minimize(sum(v * round(c * scale) for v, c in zip(variables, form.cost, strict=True) if c))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = workers, seed
    solver.parameters.max_time_in_seconds = max(0.1, seconds - (time.monotonic() - began))
    status = solver.solve(cp)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = [float(solver.value(v)) for v in variables] if found else None
    return _judged(model, form, value, solver.best_objective_bound / scale, began)


def highs_mip(model: DayModel, *, seconds: float, seed: int = 1, threads: int = 2) -> Found:
    """HiGHS on the same rows."""
    began = time.monotonic()
    form = plain(model)
    lp = highs(threads=threads, random_seed=seed)
    n = len(form.cost)
    lp.addVars(n, np.array([low for low, _ in form.bounds], float), np.array([high for _, high in form.bounds], float))
    lp.changeColsCost(n, np.arange(n, dtype=np.int32), np.array(form.cost))
    lp.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.full(n, highspy.HighsVarType.kInteger))
    for low, terms, high in form.rows:
        index = np.fromiter(terms, np.int32, len(terms))
        lp.addRow(max(low, -highspy.kHighsInf), min(high, highspy.kHighsInf), len(terms), index, np.array([*terms.values()], float))
    lp.setOptionValue("time_limit", max(0.1, seconds - (time.monotonic() - began)))
    lp.run()
    info = lp.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return _judged(model, form, list(lp.getSolution().col_value) if found else None, info.mip_dual_bound, began)

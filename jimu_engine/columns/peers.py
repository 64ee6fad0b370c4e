"""The plain models that others would write first, as peers: one binary per (person, day, shift), in CP-SAT and in HiGHS."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf

import highspy
from ortools.sat.python import cp_model

from jimu_engine.columns.check import breaches
from jimu_engine.columns.model import DayModel, Ints, objective
from jimu_engine.columns.plain import Plain, plain, program, roster_of


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
    roster = roster_of(model, form, value)
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
    lp = program(form, threads=threads, random_seed=seed)
    lp.setOptionValue("time_limit", max(0.1, seconds - (time.monotonic() - began)))
    lp.run()
    info = lp.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return _judged(model, form, list(lp.getSolution().col_value) if found else None, info.mip_dual_bound, began)

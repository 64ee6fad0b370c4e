"""The shift scheduling benchmark of Curtois and Qu; solved by columns. The roster is a CSV, one row an employee."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from jimu_engine.columns.check import breaches, costs
from jimu_engine.columns.model import DayModel, Ints, objective
from jimu_engine.columns.solve import BrokenStart, solve_days
from jimu_engine.errors import BadFile, BadProblem, NoSchedule
from jimu_engine.formats import curtois
from jimu_engine.runs.options import Case, Options, Say, Summary, text_of, write

if TYPE_CHECKING:
    from jimu_engine.columns.peers import Found

#: Best known costs, as published (see docs/benchmarks).
BEST = {
    1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1300, 9: 439, 10: 4631, 11: 3443, 12: 4040, 13: 1348,
    14: 1278, 15: 3829, 16: 3225, 17: 5746, 18: 4459, 19: 3149, 20: 4769, 21: 21133, 22: 30241, 23: 17428, 24: 42463,
}  # fmt: skip


def _model(options: Options) -> DayModel:
    text = text_of(options.file)
    try:
        return curtois.read(text)
    except curtois.CurtoisError as error:
        raise BadFile(str(options.file), str(error)) from error


def _roster(model: DayModel, path: Path) -> Ints:
    try:
        return curtois.read_roster(model, text_of(path))
    except curtois.CurtoisError as error:
        raise BadFile(str(path), str(error)) from error


def solve(options: Options, say: Say) -> Summary:
    """Search until time or steps are up. The file of the roster always holds the best so far."""
    model = _model(options)

    def report(seconds: float, cost: float, bound: float) -> None:
        say(f"{seconds:6.1f} s  cost {cost:g}  bound {bound:g}")

    def keep(roster: Ints) -> None:
        if options.out is not None:
            write(options.out, curtois.write(model, roster))

    seconds = options.seconds if options.rounds is None else None
    start = None if options.roster is None else _roster(model, options.roster)
    try:
        result = solve_days(
            model,
            seed=options.seed,
            seconds=seconds,
            steps=options.rounds,
            workers=options.workers,
            start=start,
            report=report,
            keep=keep,
            asked=options.asked,
        )
    except BrokenStart as error:
        raise BadFile(str(options.roster), str(error)) from error
    except NoSchedule as error:
        raise BadProblem(str(error)) from error
    keep(result.roster)
    return Summary(result.status, result.objective, result.bound, result.seconds, True)


def check(options: Options, say: Say) -> Summary:
    """Judge a roster."""
    began = time.perf_counter()
    model = _model(options)
    if options.roster is None:
        raise BadFile("--roster", "name the roster to be judged")
    roster = _roster(model, options.roster)
    broken = breaches(model, roster)
    for line in broken:
        say(line)
    for code, cost in costs(model, roster).items():
        say(f"{code}: {cost:g}")
    status = "infeasible" if broken else "feasible"
    return Summary(status, objective(model, roster), float("-inf"), time.perf_counter() - began, not broken)


def cases(folder: Path) -> list[Case]:
    """Every instance in a folder, by number, with the best known cost."""
    found = {int(m[1]): path for path in folder.glob("Instance*.txt") if (m := re.fullmatch(r"Instance(\d+)", path.stem))}
    return [Case(f"Instance{n}", Options(found[n]), {"best known": BEST[n]} if n in BEST else {}) for n in sorted(found)]


def peers(options: Options) -> tuple[Summary, ...]:
    """The plain model in CP-SAT with 8 sub-solvers (more than cores on purpose) and in HiGHS."""
    from jimu_engine.columns.peers import cp_sat, highs_mip

    model, seed, seconds = _model(options), options.seed, options.seconds
    return tuple(_peer(found) for found in (cp_sat(model, seconds=seconds, seed=seed), highs_mip(model, seconds=seconds, seed=seed, threads=options.workers)))


def _peer(found: Found) -> Summary:
    bound = float("-inf") if found.bound is None else found.bound
    if found.objective is None:
        return Summary("stopped", float("nan"), bound, found.seconds, feasible=False)
    return Summary("optimal" if found.objective - bound < 1e-6 else "feasible", found.objective, bound, found.seconds, feasible=True)

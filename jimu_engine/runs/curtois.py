"""The shift scheduling benchmark of Curtois and Qu; solved by columns. The roster is a CSV, one row an employee."""

from __future__ import annotations

import re
import time
from pathlib import Path

from jimu_engine.columns.check import breaches, costs
from jimu_engine.columns.climb import NoSchedule
from jimu_engine.columns.model import DayModel, Ints, objective
from jimu_engine.columns.solve import BrokenStart, solve_days
from jimu_engine.errors import BadFile, BadProblem
from jimu_engine.formats import curtois
from jimu_engine.runs.options import Case, Options, Say, Summary, text_of, write

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
    """Search until time or steps are up."""
    model = _model(options)

    def report(seconds: float, cost: float, bound: float) -> None:
        say(f"{seconds:6.1f} s  cost {cost:g}  bound {bound:g}")

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
            asked=options.asked,
        )
    except BrokenStart as error:
        raise BadFile(str(options.roster), str(error)) from error
    except NoSchedule as error:
        raise BadProblem(str(error)) from error
    if options.out is not None:
        write(options.out, curtois.write(model, result.roster))
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

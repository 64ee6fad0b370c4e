"""The engine's own format: a problem as JSON, a roster as JSON or CSV (by the name of the file)."""

from __future__ import annotations

import time
from pathlib import Path

from jimu_engine import files
from jimu_engine.check import Report
from jimu_engine.check import check as judge
from jimu_engine.problem import Problem, Roster
from jimu_engine.result import Step
from jimu_engine.runs.options import Case, Options, Say, Summary, text_of, write
from jimu_engine.solve import solve as search
from jimu_engine.stop import FirstOf, MaxRounds, MaxRuntime, OnRequest, Stop


def problem_of(options: Options) -> Problem:
    """The problem in the file."""
    return files.read_problem(text_of(options.file))


def roster_of(options: Options) -> Roster:
    """The roster in the file; none given is an empty one."""
    if options.roster is None:
        return Roster({})
    text = text_of(options.roster)
    return files.read_roster_csv(text) if options.roster.suffix == ".csv" else files.read_roster(text)


def solve(options: Options, say: Say) -> Summary:
    """Search until time or rounds are up, going on from `options.roster` where given."""
    problem = problem_of(options)
    start = roster_of(options) if options.roster else None
    limit: Stop = MaxRuntime(options.seconds) if options.rounds is None else MaxRounds(options.rounds)
    stop = limit if options.asked is None else FirstOf((limit, OnRequest(options.asked)))
    said = [-1.0]

    def progress(step: Step) -> bool:
        if step.seconds - said[0] >= 1:
            said[0] = step.seconds
            say(f"{step.seconds:6.1f} s  cost {step.objective:.2f}  bound {step.bound:.2f}  open seats {step.open_seats}")
        return options.asked is None or not options.asked()

    result = search(problem, seed=options.seed, stop=stop, workers=options.workers, start=start, progress=progress)
    if options.out is not None:
        text = files.write_roster_csv if options.out.suffix == ".csv" else files.write_roster
        write(options.out, text(result.roster))
    _say_breaches(result.report, say)
    return Summary(result.status, result.objective, result.bound, result.seconds, result.report.feasible)


def check(options: Options, say: Say) -> Summary:
    """Judge a roster by every rule of the problem."""
    began = time.perf_counter()
    report = judge(problem_of(options), roster_of(options))
    _say_breaches(report, say)
    for code, cost in sorted(report.by_rule.items()):
        if cost:
            say(f"{code}: {cost:.2f}")
    say(f"open seats: {report.open_seats}, filled: {report.filled_seats}")
    status = "feasible" if report.feasible else "infeasible"
    return Summary(status, report.objective, float("-inf"), time.perf_counter() - began, report.feasible)


def cases(folder: Path) -> list[Case]:
    """Every problem in a folder."""
    return [Case(path.stem, Options(path)) for path in sorted(folder.glob("*.json"))]


def _say_breaches(report: Report, say: Say) -> None:
    for breach in report.hard:
        say(f"{breach.rule}: {breach.person} {', '.join(breach.shifts)}: {breach.sentence}")


def peers(options: Options) -> tuple[Summary, ...]:
    """There is no plain model of this format."""
    return ()

"""The Second International Nurse Rostering Competition: weeks one after another, a folder of `Sol-…-weekN.txt` files."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jimu_engine.errors import BadFile
from jimu_engine.formats.inrc2 import (
    History,
    Scenario,
    Week,
    read_history,
    read_roster,
    read_scenario,
    read_week,
    write_roster,
)
from jimu_engine.formats.inrc2_cost import after, end_cost, week_breaches, week_cost
from jimu_engine.runs.options import Case, Options, Say, Summary, text_of, write
from jimu_engine.weeks.roll import Rolled, roll

NO_BOUND = float("-inf")


def solve(options: Options, say: Say) -> Summary:
    """Solve the weeks given, `options.seconds` each; a week's file is opened when the weeks before it are decided."""
    began = time.perf_counter()
    scenario, history = _start(options)
    total, broken = 0, False
    for rolled in roll(scenario, history, _weeks(options, scenario), seconds=options.seconds, seed=options.seed):
        total += rolled.cost
        broken = broken or bool(rolled.broken)
        _tell(rolled, say)
        if options.out is not None:
            write(options.out / f"Sol-{scenario.name}-week{rolled.week}.txt", write_roster(scenario, rolled.week, rolled.roster))
    return Summary("infeasible" if broken else "feasible", total, NO_BOUND, time.perf_counter() - began, not broken)


def check(options: Options, say: Say) -> Summary:
    """Judge a folder of rosters, one a week."""
    began = time.perf_counter()
    scenario, history = _start(options)
    total, broken, costs = 0, False, Counter[str]()
    for week in _weeks(options, scenario):
        roster = read_roster(text_of(_solution(options.roster, history.week)), scenario)
        lines = week_breaches(scenario, history, week, roster)
        for line in lines:
            say(f"week {history.week}: {line}")
        broken = broken or bool(lines)
        costs += week_cost(scenario, history, week, roster)
        history = after(history, roster)
    if history.week == scenario.weeks:
        costs += end_cost(scenario, history)
    for name, cost in sorted(costs.items()):
        say(f"{name}: {cost}")
    total = sum(costs.values())
    return Summary("infeasible" if broken else "feasible", total, NO_BOUND, time.perf_counter() - began, not broken)


def cases(folder: Path) -> list[Case]:
    """For every scenario in a folder the runs that have reference solutions, else the first weeks on the first history."""
    found = []
    for path in sorted(folder.glob("*/Sc-*.txt")):
        scenario = read_scenario(text_of(path))
        references = sorted(path.parent.glob("Solution_H_*-WD_*"))
        for reference in references:
            match = re.fullmatch(r"Solution_H_(\d+)-WD_([\d-]+)", reference.name)
            if match:
                options = _run(path, scenario, int(match[1]), [int(n) for n in match[2].split("-")])
                known = check(Options(**{**vars(options), "roster": reference}), lambda line: None).objective
                found.append(Case(f"{scenario.name} {match[1]} {match[2]}", options, {"reference": known}))
        if not references:
            weeks = [n % 10 for n in range(scenario.weeks)]
            found.append(Case(f"{scenario.name} 0 {'-'.join(map(str, weeks))}", _run(path, scenario, 0, weeks)))
    return found


def _run(path: Path, scenario: Scenario, history: int, weeks: list[int]) -> Options:
    folder, name = path.parent, scenario.name
    return Options(path, history=folder / f"H0-{name}-{history}.txt", weeks=tuple(folder / f"WD-{name}-{n}.txt" for n in weeks))


def _start(options: Options) -> tuple[Scenario, History]:
    if options.history is None or not options.weeks:
        raise BadFile("--history, --weeks", "an inrc2 run needs a history and the demand of each week")
    scenario = read_scenario(text_of(options.file))
    history = read_history(text_of(options.history), scenario)
    if history.week + len(options.weeks) > scenario.weeks:
        raise BadFile("--weeks", f"the scenario has {scenario.weeks} weeks, {history.week} of them are history")
    return scenario, history


def _weeks(options: Options, scenario: Scenario) -> Iterator[Week]:
    return (read_week(text_of(path), scenario) for path in options.weeks)


def _solution(folder: Path | None, week: int) -> Path:
    """The file of a week in either naming: `…-weekN.txt`, or `…-N.txt` as in the reference solutions."""
    if folder is None:
        raise BadFile("--roster", "name the folder of the rosters to be judged")
    for pattern in (f"Sol-*-week{week}.txt", f"Sol-*-{week}.txt"):
        found = sorted(folder.glob(pattern))
        if len(found) == 1:
            return found[0]
    raise BadFile(str(folder), f"has no roster of week {week}, or more than one")


def _tell(rolled: Rolled, say: Say) -> None:
    costs = ", ".join(f"{name} {cost}" for name, cost in rolled.costs.items() if cost)
    say(f"week {rolled.week}: {rolled.cost} in {rolled.seconds:.1f} s ({costs})")
    for line in rolled.broken:
        say(f"week {rolled.week}: {line}")

"""The Second International Nurse Rostering Competition: weeks one after another, a folder of `Sol-…-weekN.txt` files."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from jimu_engine.errors import BadFile
from jimu_engine.formats.inrc2 import (
    History,
    Inrc2Error,
    Scenario,
    Week,
    read_history,
    read_roster,
    read_scenario,
    read_week,
    write_history,
    write_roster,
)
from jimu_engine.formats.inrc2_cost import after, end_cost, week_breaches, week_cost
from jimu_engine.prompt import finished, never
from jimu_engine.runs.options import Case, Options, Say, Summary, text_of, write
from jimu_engine.weeks.bound import Bound, Known
from jimu_engine.weeks.roll import Rolled, roll

NO_BOUND = float("-inf")


def solve(options: Options, say: Say) -> Summary:
    """Solve the weeks given, `options.seconds` or `options.rounds` re-solves each; a week's file is opened when the weeks
    before are decided, and its roster is written at once; so is `options.left`, the history that a later run can go on from. An end that
    was asked for leaves the weeks decided by then. What the weeks left of their time is for the bound."""
    began = time.perf_counter()
    if options.roster is not None:
        raise BadFile("--roster", "inrc2 weeks do not go on from a roster; name the history of the week to begin with")
    scenario, history = first = _start(options)
    seen, decided = list[Week](), list[Rolled]()
    for rolled in roll(
        scenario,
        history,
        _noted(_weeks(options, scenario), seen),
        seconds=options.seconds,
        rounds=options.rounds,
        seed=options.seed,
        workers=options.workers,
        asked=options.asked,
    ):
        decided.append(rolled)
        _tell(rolled, say)
        if options.out is not None:
            write(options.out / f"Sol-{scenario.name}-week{rolled.week}.txt", write_roster(scenario, rolled.week, rolled.roster))
        history = after(history, rolled.roster)
        if options.left is not None:
            write(options.left, write_history(scenario, history))
    if len(decided) < len(options.weeks):
        say(f"{len(decided)} of {len(options.weeks)} weeks decided")
    if not decided:
        return Summary("stopped", math.nan, NO_BOUND, time.perf_counter() - began, feasible=False)
    total, lawful = sum(rolled.cost for rolled in decided), not any(rolled.broken for rolled in decided)
    least = _bound(Known(*first, seen[: len(decided)]), decided, options, began, say) if lawful else NO_BOUND
    status = "optimal" if least == total else "feasible" if lawful else "infeasible"
    return Summary(status, total, least, time.perf_counter() - began, lawful)


def _noted(weeks: Iterator[Week], seen: list[Week]) -> Iterator[Week]:
    """The weeks, each of which is kept as it is handed out."""
    for week in weeks:
        seen.append(week)
        yield week


def _bound(known: Known, decided: list[Rolled], options: Options, began: float, say: Say) -> float:
    """What any rosters of the weeks decided cost at least, from what they left of their time; by count, after its own number of rounds."""
    bound = Bound(known, [rolled.worth for rolled in decided], options.workers)
    left = began + options.seconds * len(options.weeks) - time.perf_counter()
    until, asked = math.inf if options.rounds is not None else time.monotonic() + left, options.asked or never
    try:
        finished(partial(bound.improve, until, asked=asked), asked)
    except Inrc2Error as error:
        say(f"no bound: {error}")
    return bound.best


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
    """For every scenario in a folder the runs that have reference solutions (`Solution_H_0-WD_1-2-3-3`) or are named by a
    file (`n030w4_1_6-2-9-1.txt`), else the first weeks on the first history."""
    found = []
    for path in sorted(folder.glob("*/Sc-*.txt")):
        name = path.stem.removeprefix("Sc-")
        weeks_of_all = read_scenario(text_of(path)).weeks
        # Folders last: where a run has both, its reference counts.
        runs = {_run_of(entry.name, name): entry for entry in sorted(path.parent.iterdir(), key=Path.is_dir)}
        known = {run: entry for run, entry in runs.items() if run is not None} or {(0, tuple(n % 10 for n in range(weeks_of_all))): path}
        for (history, weeks), entry in sorted(known.items()):
            options = _options(path, name, history, weeks)
            best = _reference(options, entry)
            found.append(Case(f"{name} {history} {'-'.join(map(str, weeks))}", options, {} if best is None else {"reference": best}))
    return found


def _run_of(entry: str, name: str) -> tuple[int, tuple[int, ...]] | None:
    """The history and the weeks that the name of a file or folder tells of, or nothing."""
    match = re.fullmatch(rf"(?:Solution_H_|{re.escape(name)}_)(\d+)(?:-WD)?_(\d+(?:-\d+)*)(?:\.txt)?", entry)
    return (int(match[1]), tuple(int(n) for n in match[2].split("-"))) if match else None


def _reference(options: Options, entry: Path) -> float | None:
    """What the rosters in a reference folder cost; nothing where there is none."""
    return check(replace(options, roster=entry), lambda line: None).objective if entry.is_dir() else None


def _options(path: Path, name: str, history: int, weeks: tuple[int, ...]) -> Options:
    # By the names of the files: what a scenario calls itself may be another name.
    folder = path.parent
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


def peers(options: Options) -> tuple[Summary, ...]:
    """There is no plain model of this format."""
    return ()

"""Instances of the Second International Nurse Rostering Competition (Ceschia et al., arXiv 1501.04177): text format.

A scenario spans weeks; each week has its own demand; between weeks a history carries what the rules must remember.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jimu_engine.errors import EngineError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Weights of S1–S7 in the specification, section 2.5.
OPTIMAL, SAME_SHIFT, WORK_RUN, OFF_RUN, PREFERENCE, WHOLE_WEEKEND, TOTAL, WEEKENDS = 30, 15, 30, 30, 10, 30, 20, 30


class Inrc2Error(EngineError, ValueError):
    """The text does not follow the format, or names something that the scenario does not know."""


@dataclass(frozen=True)
class Contract:
    """Limits of a contract; pairs are (minimum, maximum)."""

    total: tuple[int, int]
    work: tuple[int, int]
    off: tuple[int, int]
    weekends: int
    whole_weekend: bool


@dataclass(frozen=True)
class Nurse:
    """A nurse: name, contract and skills (indices)."""

    name: str
    contract: Contract
    skills: frozenset[int]


@dataclass(frozen=True)
class Scenario:
    """What all weeks share. ``runs[s]`` = (min, max) days in a row on shift s; ``forbidden`` = (shift, next shift)."""

    name: str
    weeks: int
    skills: tuple[str, ...]
    shifts: tuple[str, ...]
    runs: tuple[tuple[int, int], ...]
    forbidden: frozenset[tuple[int, int]]
    nurses: tuple[Nurse, ...]


@dataclass(frozen=True)
class Past:
    """One nurse's history: totals so far, the last shift (−1: off), days in a row on it, at work, off."""

    total: int
    weekends: int
    last: int
    same: int
    work: int
    off: int


@dataclass(frozen=True)
class History:
    """Before week ``week`` (0-based)."""

    week: int
    pasts: tuple[Past, ...]


@dataclass(frozen=True)
class Week:
    """``cover[shift, skill][day]`` = (minimum, optimum); ``requests`` = (nurse, day, shift or −1 for any)."""

    cover: dict[tuple[int, int], tuple[tuple[int, int], ...]]
    requests: frozenset[tuple[int, int, int]]


#: One week's roster: (nurse, day) → (shift, skill).
WeekRoster = dict[tuple[int, int], tuple[int, int]]


def _pairs(text: str) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in re.findall(r"\((\d+),\s*(\d+)\)", text)]


def _block(lines: list[str], title: str) -> list[str]:
    """The lines after ``TITLE`` up to the next empty line."""
    for i, line in enumerate(lines):
        if line.split("=")[0].strip() == title:
            rest = lines[i + 1 :]
            return rest[: next((j for j, text in enumerate(rest) if not text), len(rest))]
    raise Inrc2Error(f"{title} is missing")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _value(lines: list[str], title: str) -> str:
    found = next((line.split("=")[1].strip() for line in lines if line.split("=")[0].strip() == title), None)
    if not found:
        raise Inrc2Error(f"{title} is missing")
    return found


def _at(names: tuple[str, ...], name: str) -> int:
    if name not in names:
        raise Inrc2Error(f"unknown name {name!r}")
    return names.index(name)


def read_scenario(text: str) -> Scenario:
    """Parse ``Sc-….txt``. Raises Inrc2Error."""
    lines = _lines(text)
    try:
        skills = tuple(_block(lines, "SKILLS"))
        shift_lines = _block(lines, "SHIFT_TYPES")
        shifts = tuple(line.split()[0] for line in shift_lines)
        contracts = {line.split()[0]: _contract(line) for line in _block(lines, "CONTRACTS")}
        forbidden = frozenset(
            (_at(shifts, cells[0]), _at(shifts, name))
            for cells in map(str.split, _block(lines, "FORBIDDEN_SHIFT_TYPES_SUCCESSIONS"))
            for name in cells[2:]
        )
        nurses = tuple(
            Nurse(cells[0], contracts[cells[1]], frozenset(_at(skills, name) for name in cells[3:]))
            for cells in map(str.split, _block(lines, "NURSES"))
        )
        runs = tuple(_pairs(line)[0] for line in shift_lines)
        return Scenario(_value(lines, "SCENARIO"), int(_value(lines, "WEEKS")), skills, shifts, runs, forbidden, nurses)
    except (IndexError, KeyError, ValueError) as error:
        raise Inrc2Error(f"the scenario cannot be read: {error}") from error


def _contract(line: str) -> Contract:
    total, work, off = _pairs(line)
    weekends, whole = line.split()[-2:]
    return Contract(total, work, off, int(weekends), whole == "1")


def read_history(text: str, scenario: Scenario) -> History:
    """Parse ``H0-….txt``. Raises Inrc2Error when it is of another scenario."""
    lines = _lines(text)
    try:
        week, name = _block(lines, "HISTORY")[0].split()
        rows = {cells[0]: cells[1:] for cells in map(str.split, _block(lines, "NURSE_HISTORY"))}
        pasts = []
        for nurse in scenario.nurses:
            total, weekends, last, same, work, off = rows[nurse.name]
            shift = -1 if last == "None" else _at(scenario.shifts, last)
            pasts.append(Past(int(total), int(weekends), shift, int(same), int(work), int(off)))
    except (IndexError, KeyError, ValueError) as error:
        raise Inrc2Error(f"the history cannot be read: {error}") from error
    if name != scenario.name:
        raise Inrc2Error(f"the history is of {name}, the scenario is {scenario.name}")
    return History(int(week), tuple(pasts))


def read_week(text: str, scenario: Scenario) -> Week:
    """Parse ``WD-….txt``. Raises Inrc2Error when it is of another scenario."""
    lines = _lines(text)
    names = tuple(nurse.name for nurse in scenario.nurses)
    try:
        if _block(lines, "WEEK_DATA")[0] != scenario.name:
            raise Inrc2Error("the week is of another scenario")
        cover = {}
        for line in _block(lines, "REQUIREMENTS"):
            shift, skill = line.split()[:2]
            cover[_at(scenario.shifts, shift), _at(scenario.skills, skill)] = tuple(_pairs(line))
        requests = frozenset(
            (_at(names, who), DAYS.index(day), -1 if shift == "Any" else _at(scenario.shifts, shift))
            for who, shift, day in map(str.split, _block(lines, "SHIFT_OFF_REQUESTS"))
        )
    except (IndexError, KeyError) as error:
        raise Inrc2Error(f"the week cannot be read: {error}") from error
    if any(len(days) != 7 for days in cover.values()):
        raise Inrc2Error("a requirement needs seven days")
    return Week(cover, requests)


def read_roster(text: str, scenario: Scenario) -> WeekRoster:
    """Parse ``Sol-….txt``. Raises Inrc2Error also when a nurse has two shifts on a day."""
    names = tuple(nurse.name for nurse in scenario.nurses)
    roster: WeekRoster = {}
    for cells in map(str.split, _block(_lines(text), "ASSIGNMENTS")):
        who, day, shift, skill = cells
        key = _at(names, who), DAYS.index(day)
        if key in roster:
            raise Inrc2Error(f"{who} has two shifts on {day}")
        roster[key] = _at(scenario.shifts, shift), _at(scenario.skills, skill)
    return roster


def write_roster(scenario: Scenario, week: int, roster: WeekRoster) -> str:
    """The text of ``Sol-…-week{n}.txt``."""
    rows = [
        f"{scenario.nurses[n].name} {DAYS[d]} {scenario.shifts[s]} {scenario.skills[k]}"
        for (n, d), (s, k) in sorted(roster.items())
    ]
    return "\n".join(["SOLUTION", f"{week} {scenario.name}", "", f"ASSIGNMENTS = {len(rows)}", *rows, ""])

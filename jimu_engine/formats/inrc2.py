"""Instances of the Second International Nurse Rostering Competition (Ceschia et al., arXiv 1501.04177): text format.

A scenario spans weeks; each week has its own demand; between weeks a history carries what the rules must remember.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jimu_engine.errors import EngineError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: A scenario is of weeks, not of years; and counts (days, shifts, people) stay far below.
MOST_WEEKS, LARGEST = 53, 10_000
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


def _whole(text: str, what: str, least: int = 0, most: int = LARGEST) -> int:
    """A whole number within limits, in plain digits."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
        raise Inrc2Error(f"{what} must be a whole number from {least} to {most}, is {text[:40]!r}")
    return int(text)


def _pairs(line: str, count: int) -> list[tuple[int, int]]:
    """The pairs ``(least, most)`` of a line, of which there must be so many; none may contradict itself."""
    found = [(_whole(a, "a limit"), _whole(b, "a limit")) for a, b in re.findall(r"\(([^\s,()]+),\s*([^\s,()]+)\)", line)]
    if len(found) != count or line.count("(") != count:
        raise Inrc2Error(f"expected {count} pairs like (1,2): {line[:60]!r}")
    for low, high in found:
        if low > high:
            raise Inrc2Error(f"({low},{high}) asks for more than it allows: {line[:60]!r}")
    return found


def _cells(line: str, least: int, most: int | None = None) -> list[str]:
    """The columns of a line, of which there must be so many."""
    cells = line.split()
    if len(cells) < least or (most is not None and len(cells) > most):
        raise Inrc2Error(f"expected {least} columns, found {len(cells)}: {line[:60]!r}")
    return cells


def _once(what: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names, each of which must be told once."""
    found = tuple(names)
    twice = next((name for i, name in enumerate(found) if name in found[:i]), None)
    if twice is not None or not found:
        raise Inrc2Error(f"there is no {what}" if twice is None else f"{what} {twice!r} is told twice")
    return found


def _block(lines: list[str], title: str) -> list[str]:
    """The lines after ``TITLE`` up to the next empty line."""
    for i, line in enumerate(lines):
        if line.split("=")[0].strip() == title:
            rest = lines[i + 1 :]
            return rest[: next((j for j, text in enumerate(rest) if not text), len(rest))]
    raise Inrc2Error(f"{title} is missing")


def _first(lines: list[str], title: str) -> str:
    """The first line of a block."""
    block = _block(lines, title)
    if not block:
        raise Inrc2Error(f"{title} is empty")
    return block[0]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _value(lines: list[str], title: str) -> str:
    found = next((line.partition("=")[2].strip() for line in lines if line.split("=")[0].strip() == title), None)
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
        return _scenario(lines)
    except Inrc2Error as error:
        raise Inrc2Error(f"the scenario cannot be read: {error}") from error


def _scenario(lines: list[str]) -> Scenario:
    name, weeks = _value(lines, "SCENARIO"), _whole(_value(lines, "WEEKS"), "the number of weeks", least=1, most=MOST_WEEKS)
    skills = _once("skill", _block(lines, "SKILLS"))
    shift_lines = _block(lines, "SHIFT_TYPES")
    shifts = _once("shift", (line.split()[0] for line in shift_lines))
    rows = _block(lines, "CONTRACTS")
    kinds = _once("contract", (line.split()[0] for line in rows))
    contracts = dict(zip(kinds, map(_contract, rows), strict=True))
    forbidden = frozenset(
        (_at(shifts, cells[0]), _at(shifts, after))
        for cells in (_cells(line, 2) for line in _block(lines, "FORBIDDEN_SHIFT_TYPES_SUCCESSIONS"))
        for after in cells[2:]
    )
    nurses = [_cells(line, 3) for line in _block(lines, "NURSES")]
    _once("nurse", (cells[0] for cells in nurses))
    found = tuple(
        Nurse(cells[0], contracts[kinds[_at(kinds, cells[1])]], frozenset(_at(skills, skill) for skill in cells[3:]))
        for cells in nurses
    )
    runs = tuple(_pairs(line, 1)[0] for line in shift_lines)
    return Scenario(name, weeks, skills, shifts, runs, forbidden, found)


def _contract(line: str) -> Contract:
    total, work, off = _pairs(line, 3)
    weekends, whole = line.split()[-2:]
    return Contract(total, work, off, _whole(weekends, "the most weekends"), _whole(whole, "complete weekends", most=1) == 1)


def read_history(text: str, scenario: Scenario) -> History:
    """Parse ``H0-….txt``. Raises Inrc2Error when it is of another scenario."""
    lines = _lines(text)
    try:
        week, name = _cells(_first(lines, "HISTORY"), 2, 2)
        rows = [_cells(line, 7, 7) for line in _block(lines, "NURSE_HISTORY")]
        names = _once("nurse", (cells[0] for cells in rows))
        pasts = tuple(_past(rows[_at(names, nurse.name)], scenario) for nurse in scenario.nurses)
        number = _whole(week, "the week", most=scenario.weeks)
    except Inrc2Error as error:
        raise Inrc2Error(f"the history cannot be read: {error}") from error
    if name != scenario.name:
        raise Inrc2Error(f"the history is of {name}, the scenario is {scenario.name}")
    return History(number, pasts)


def write_history(scenario: Scenario, history: History) -> str:
    """As ``read_history`` reads it: what the next week starts from."""
    rows = (
        (nurse.name, past.total, past.weekends, "None" if past.last < 0 else scenario.shifts[past.last], past.same, past.work, past.off)
        for nurse, past in zip(scenario.nurses, history.pasts, strict=True)
    )
    return "\n".join(["HISTORY", f"{history.week} {scenario.name}", "", "NURSE_HISTORY", *(" ".join(map(str, row)) for row in rows), ""])


def _past(cells: list[str], scenario: Scenario) -> Past:
    _, total, weekends, last, *runs = cells
    shift = -1 if last == "None" else _at(scenario.shifts, last)
    same, work, off = (_whole(run, "days in a row") for run in runs)
    return Past(_whole(total, "shifts so far"), _whole(weekends, "weekends so far"), shift, same, work, off)


def read_week(text: str, scenario: Scenario) -> Week:
    """Parse ``WD-….txt``. Raises Inrc2Error when it is of another scenario."""
    lines = _lines(text)
    names = tuple(nurse.name for nurse in scenario.nurses)
    try:
        if _first(lines, "WEEK_DATA") != scenario.name:
            raise Inrc2Error("it is of another scenario")
        cover: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}
        for line in _block(lines, "REQUIREMENTS"):
            shift, skill = _cells(line, 9)[:2]
            key = _at(scenario.shifts, shift), _at(scenario.skills, skill)
            if key in cover:
                raise Inrc2Error(f"the requirement of {shift} {skill} is told twice")
            cover[key] = tuple(_pairs(line, 7))
        requests = frozenset(
            (_at(names, who), _at(DAYS, day), -1 if shift == "Any" else _at(scenario.shifts, shift))
            for who, shift, day in (_cells(line, 3, 3) for line in _block(lines, "SHIFT_OFF_REQUESTS"))
        )
    except Inrc2Error as error:
        raise Inrc2Error(f"the week cannot be read: {error}") from error
    return Week(cover, requests)


def read_roster(text: str, scenario: Scenario) -> WeekRoster:
    """Parse ``Sol-….txt``. Raises Inrc2Error also when a nurse has two shifts on a day (H1)."""
    names = tuple(nurse.name for nurse in scenario.nurses)
    roster: WeekRoster = {}
    for line in _block(_lines(text), "ASSIGNMENTS"):
        who, day, shift, skill = _cells(line, 4, 4)
        key = _at(names, who), _at(DAYS, day)
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

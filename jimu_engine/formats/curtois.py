"""Shift scheduling instances of T. Curtois and R. Qu (2014): text sections in, a CSV roster out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np

from jimu_engine.columns.model import OFF, Bools, DayModel, Floats, Ints
from jimu_engine.errors import EngineError

#: Stands for "no limit" in MaxShifts.
UNLIMITED = int(np.iinfo(np.int32).max)
#: Largest whole number taken: minutes, counts and days stay far below.
LARGEST = 10**9
#: Largest weight taken: what a year of one person costs stays far below what the searches mark the impossible with.
HEAVIEST = 10**6
#: Cells of the arrays by day, employee or shift, and shift. The largest published instance has 2.1 million.
MOST_CELLS = 10**7
SECTIONS = (
    "SECTION_HORIZON",
    "SECTION_SHIFTS",
    "SECTION_STAFF",
    "SECTION_DAYS_OFF",
    "SECTION_SHIFT_ON_REQUESTS",
    "SECTION_SHIFT_OFF_REQUESTS",
    "SECTION_COVER",
)


class CurtoisError(EngineError, ValueError):
    """The file does not follow the format; the message names the line or section."""


@dataclass(frozen=True)
class Line:
    """One line of a section; ``number`` counts from 1 through the whole file."""

    number: int
    section: str
    text: str

    def refuse(self, sentence: str) -> CurtoisError:
        """The error to raise about this line."""
        return CurtoisError(f"line {self.number} ({self.section}): {sentence}")

    def cells(self, least: int, most: int | None = None) -> list[str]:
        """The columns, of which there must be so many."""
        cells = [cell.strip() for cell in self.text.split(",")]
        if len(cells) < least or (most is not None and len(cells) > most):
            raise self.refuse(f"expected {least} columns, found {len(cells)}: {self.text!r}")
        return cells

    def whole(self, text: str, what: str, least: int = 0) -> int:
        """A whole number of at least ``least``."""
        try:
            value = int(text)
        except ValueError:
            raise self.refuse(f"{what} is not a whole number: {text!r}") from None
        if not least <= value <= LARGEST:
            raise self.refuse(f"{what} must lie between {least} and {LARGEST}, not {value}")
        return value

    def weight(self, text: str, what: str) -> float:
        """A finite number, not negative."""
        try:
            value = float(text)
        except ValueError:
            raise self.refuse(f"{what} is not a number: {text!r}") from None
        if not isfinite(value) or value < 0:
            raise self.refuse(f"{what} must be a finite number, not negative, not {text}")
        if value > HEAVIEST:
            raise self.refuse(f"{what} must be at most {HEAVIEST}, not {text}")
        return value

    def find(self, index: dict[str, int], name: str, what: str) -> int:
        """The position of something named elsewhere."""
        if name.strip() not in index:
            raise self.refuse(f"unknown {what} {name.strip()!r}")
        return index[name.strip()]

    def day(self, text: str, days: int) -> int:
        """A day of the horizon, from 0."""
        day = self.whole(text, "a day", least=-LARGEST)
        if not 0 <= day < days:
            raise self.refuse(f"day {day} lies outside the horizon of {days} days")
        return day


def read(text: str) -> DayModel:
    """Parse an instance. Raises CurtoisError, naming section and line, when something is missing or contradicts itself."""
    parts = _sections(text)
    days = _horizon(parts["SECTION_HORIZON"])
    shifts, staff = parts["SECTION_SHIFTS"], parts["SECTION_STAFF"]
    types, people = _index(shifts, "shift"), _index(staff, "employee")
    _small_enough(days, len(people), len(types))
    limits = _limits(staff, types)
    allowed = np.repeat(limits["max_type"][:, None, :] > 0, days, axis=1)
    for line in parts["SECTION_DAYS_OFF"]:
        cells = [cell for cell in line.cells(1) if cell]
        for day in cells[1:]:
            allowed[line.find(people, cells[0], "employee"), line.day(day, days)] = False
    cost, constant = _requests(parts, people, types, days)
    need, under, over = _cover(parts["SECTION_COVER"], types, days)
    return DayModel(
        people=tuple(people),
        shifts=tuple(types),
        minutes=np.array([line.whole(line.cells(2)[1], "a shift's length", least=1) for line in shifts], np.int64),
        follows=_follows(shifts, types),
        allowed=allowed,
        must_work=np.zeros((len(people), days), bool),
        cost=cost,
        constant=constant,
        weekend=np.array([d // 7 if d % 7 >= 5 else -1 for d in range(days)], np.int64),
        need=need,
        under=under,
        over=over,
        **limits,
    )


def write(model: DayModel, roster: Ints) -> str:
    """A CSV: one row per employee in file order, the id, then one cell per day with the shift id or nothing."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    for name, row in zip(model.people, roster, strict=True):
        rows.writerow([name, *("" if t == OFF else model.shifts[t] for t in row)])
    return out.getvalue()


def read_roster(model: DayModel, text: str) -> Ints:
    """The inverse of ``write``. Raises CurtoisError when people, days or shift ids do not match the instance."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as error:
        raise CurtoisError(f"this is no CSV: {error}") from error
    if [row[0] for row in rows] != list(model.people):
        raise CurtoisError("the roster's employees are not the instance's, in file order")
    known = {name: t for t, name in enumerate(model.shifts)} | {"": OFF}
    if any(len(row) != model.horizon + 1 for row in rows):
        raise CurtoisError(f"each row needs {model.horizon} days")
    strange = next((cell for row in rows for cell in row[1:] if cell not in known), None)
    if strange is not None:
        raise CurtoisError(f"unknown shift {strange!r} in the roster")
    return np.array([[known[cell] for cell in row[1:]] for row in rows], np.int64)


def _sections(text: str) -> dict[str, list[Line]]:
    parts: dict[str, list[Line]] = {}
    name = ""
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            name = line
            if name in parts or name not in SECTIONS:
                raise CurtoisError(f"line {number}: section {name} is {'told twice' if name in parts else 'unknown'}")
            parts[name] = []
        elif not name:
            raise CurtoisError(f"line {number}: text before the first section: {line[:40]!r}")
        else:
            parts[name].append(Line(number, name, line))
    for wanted in ("SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER"):
        if wanted not in parts:
            raise CurtoisError(f"section {wanted} is missing")
    return {name: parts.get(name, []) for name in SECTIONS}


def _horizon(lines: list[Line]) -> int:
    if len(lines) != 1:
        raise CurtoisError(f"SECTION_HORIZON needs one line, the number of days, and has {len(lines)}")
    return lines[0].whole(lines[0].text, "the horizon", least=1)


def _small_enough(days: int, people: int, types: int) -> None:
    cells = days * (people + types) * types
    if cells > MOST_CELLS:
        words = f"{days} days, {people} employees and {types} shifts make {cells} cells to decide on"
        raise CurtoisError(f"the instance is too large: {words}, and at most {MOST_CELLS} are taken")


def _index(lines: list[Line], what: str) -> dict[str, int]:
    index: dict[str, int] = {}
    for line in lines:
        name = line.cells(1)[0]
        if name in index or not name:
            raise line.refuse(f"{what} {name!r} is told twice" if name else f"a {what} has no id")
        index[name] = len(index)
    if not index:
        raise CurtoisError(f"there is no {what}")
    return index


def _follows(shifts: list[Line], types: dict[str, int]) -> Bools:
    follows = np.ones((len(types), len(types)), bool)
    for t, line in enumerate(shifts):
        for name in line.cells(2, 3)[2:3]:
            for other in filter(None, name.split("|")):
                follows[t, line.find(types, other, "shift")] = False
    return follows


def _limits(staff: list[Line], types: dict[str, int]) -> dict[str, Ints]:
    names = ("max_minutes", "min_minutes", "max_run", "min_run", "min_off", "max_weekends")
    most = np.full((len(staff), len(types)), UNLIMITED, np.int64)
    columns = {name: np.zeros(len(staff), np.int64) for name in names}
    for p, line in enumerate(staff):
        cells = line.cells(8, 8)
        for part in filter(None, cells[1].split("|")):
            name, _, value = part.partition("=")
            most[p, line.find(types, name, "shift")] = line.whole(value, f"MaxShifts of {name}")
        for name, cell in zip(names, cells[2:], strict=True):
            columns[name][p] = line.whole(cell, name)
        if columns["min_minutes"][p] > columns["max_minutes"][p]:
            raise line.refuse("MinTotalMinutes is more than MaxTotalMinutes")
    return {"max_type": most, **columns}


def _request_lines(
    lines: list[Line], people: dict[str, int], types: dict[str, int], days: int
) -> Iterator[tuple[int, int, int, float]]:
    for line in lines:
        person, day, shift, weight = line.cells(4, 4)
        yield (
            line.find(people, person, "employee"),
            line.day(day, days),
            line.find(types, shift, "shift"),
            line.weight(weight, "a request's weight"),
        )


def _requests(
    parts: dict[str, list[Line]], people: dict[str, int], types: dict[str, int], days: int
) -> tuple[Floats, float]:
    cost = np.zeros((len(people), days, len(types)))
    constant = 0.0
    for p, d, t, weight in _request_lines(parts["SECTION_SHIFT_ON_REQUESTS"], people, types, days):
        cost[p, d, t] -= weight
        constant += weight
    for p, d, t, weight in _request_lines(parts["SECTION_SHIFT_OFF_REQUESTS"], people, types, days):
        cost[p, d, t] += weight
    return cost, constant


def _cover(lines: list[Line], types: dict[str, int], days: int) -> tuple[Ints, Floats, Floats]:
    need = np.zeros((days, len(types)), np.int64)
    under = np.zeros((days, len(types)))
    over = np.zeros((days, len(types)))
    seen = set()
    for line in lines:
        day, shift, wanted, short, extra = line.cells(5, 5)
        key = (line.day(day, days), line.find(types, shift, "shift"))
        if key in seen:
            raise line.refuse(f"cover of day {key[0]} is told twice for one shift")
        seen.add(key)
        need[key] = line.whole(wanted, "cover")
        under[key], over[key] = line.weight(short, "the weight for under"), line.weight(extra, "the weight for over")
    return need, under, over

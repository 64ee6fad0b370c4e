"""Shift scheduling instances of T. Curtois and R. Qu (2014): text sections in, a CSV roster out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from math import isfinite

import numpy as np

from jimu_engine.columns.model import OFF, DayModel, Ints

SECTIONS = (
    "SECTION_HORIZON",
    "SECTION_SHIFTS",
    "SECTION_STAFF",
    "SECTION_DAYS_OFF",
    "SECTION_SHIFT_ON_REQUESTS",
    "SECTION_SHIFT_OFF_REQUESTS",
    "SECTION_COVER",
)


class CurtoisError(ValueError):
    """The file does not follow the format; the message names the line or section."""


def read(text: str) -> DayModel:
    """Parse an instance. Raises CurtoisError when a section is missing, twice told or contradicts itself."""
    parts = _sections(text)
    days = _whole(parts["SECTION_HORIZON"][0] if parts["SECTION_HORIZON"] else "", "horizon")
    if days < 1:
        raise CurtoisError("the horizon must be at least one day")
    shifts = [line.split(",") for line in parts["SECTION_SHIFTS"]]
    staff = [line.split(",") for line in parts["SECTION_STAFF"]]
    types = _index([row[0].strip() for row in shifts], "shift")
    people = _index([row[0].strip() for row in staff], "employee")
    limits = _limits(staff, types)
    allowed = np.repeat(limits["max_type"][:, None, :] > 0, days, axis=1)
    for line in parts["SECTION_DAYS_OFF"]:
        cells = [c for c in line.split(",") if c.strip()]
        for day in cells[1:]:
            allowed[_find(people, cells[0], "employee"), _day(day, days)] = False
    cost, constant = _requests(parts, people, types, days)
    need, under, over = _cover(parts["SECTION_COVER"], types, days)
    return DayModel(
        people=tuple(people),
        shifts=tuple(types),
        minutes=_lengths(shifts),
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
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if [row[0] for row in rows] != list(model.people):
        raise CurtoisError("the roster's employees are not the instance's, in file order")
    known = {name: t for t, name in enumerate(model.shifts)} | {"": OFF}
    if any(len(row) != model.horizon + 1 for row in rows):
        raise CurtoisError(f"each row needs {model.horizon} days")
    strange = next((cell for row in rows for cell in row[1:] if cell not in known), None)
    if strange is not None:
        raise CurtoisError(f"unknown shift {strange!r} in the roster")
    return np.array([[known[cell] for cell in row[1:]] for row in rows], np.int64)


def _sections(text: str) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    current: list[str] | None = None
    for raw in text.splitlines():
        line = raw.strip().lstrip("\ufeff")
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            if line in parts or line not in SECTIONS:
                raise CurtoisError(f"section {line} is unknown or told twice")
            current = parts[line] = []
        elif current is None:
            raise CurtoisError(f"text before the first section: {line!r}")
        else:
            current.append(line)
    for name in ("SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER"):
        if name not in parts:
            raise CurtoisError(f"section {name} is missing")
    return {name: parts.get(name, []) for name in SECTIONS}


def _whole(text: str, what: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        raise CurtoisError(f"{what} is not a whole number: {text!r}") from None


def _weight(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise CurtoisError(f"{what} is not a number: {text!r}") from None
    if not isfinite(value):
        raise CurtoisError(f"{what} must be finite")
    return value


def _index(names: list[str], what: str) -> dict[str, int]:
    index = {name: i for i, name in enumerate(names)}
    if not names or len(index) != len(names):
        raise CurtoisError(f"no {what} or an {what} told twice")
    return index


def _find(index: dict[str, int], name: str, what: str) -> int:
    if name.strip() not in index:
        raise CurtoisError(f"unknown {what} {name.strip()!r}")
    return index[name.strip()]


def _day(text: str, days: int) -> int:
    day = _whole(text, "day")
    if not 0 <= day < days:
        raise CurtoisError(f"day {day} lies outside the horizon")
    return day


def _lengths(shifts: list[list[str]]) -> Ints:
    lengths = np.array([_whole(row[1], "shift length") for row in shifts], np.int64)
    if lengths.min() < 1:
        raise CurtoisError("a shift must last at least a minute")
    return lengths


def _follows(shifts: list[list[str]], types: dict[str, int]) -> np.ndarray:
    follows = np.ones((len(types), len(types)), bool)
    for t, row in enumerate(shifts):
        for name in row[2].split("|") if len(row) > 2 else []:
            if name.strip():
                follows[t, _find(types, name, "shift")] = False
    return follows


def _limits(staff: list[list[str]], types: dict[str, int]) -> dict[str, Ints]:
    if any(len(row) < 8 for row in staff):
        raise CurtoisError("a line of SECTION_STAFF has fewer than 8 columns")
    # a type that MaxShifts does not name is not limited
    most = np.full((len(staff), len(types)), np.iinfo(np.int32).max, np.int64)
    for p, row in enumerate(staff):
        for part in filter(None, row[1].split("|")):
            name, _, value = part.partition("=")
            most[p, _find(types, name, "shift")] = _whole(value, "MaxShifts")
    names = ("max_minutes", "min_minutes", "max_run", "min_run", "min_off", "max_weekends")
    columns = {
        name: np.array([_whole(row[i], name) for row in staff], np.int64) for i, name in enumerate(names, start=2)
    }
    if min(int(c.min()) for c in columns.values()) < 0:
        raise CurtoisError("a limit in SECTION_STAFF is negative")
    return {"max_type": most, **columns}


def _request_lines(lines: list[str], people: dict[str, int], types: dict[str, int], days: int) -> Iterator[tuple[int, int, int, float]]:
    for line in lines:
        cells = line.split(",")
        if len(cells) != 4:
            raise CurtoisError(f"a request needs 4 columns: {line!r}")
        yield (
            _find(people, cells[0], "employee"),
            _day(cells[1], days),
            _find(types, cells[2], "shift"),
            _weight(cells[3], "request weight"),
        )


def _requests(
    parts: dict[str, list[str]], people: dict[str, int], types: dict[str, int], days: int
) -> tuple[np.ndarray, float]:
    cost = np.zeros((len(people), days, len(types)))
    constant = 0.0
    for p, d, t, weight in _request_lines(parts["SECTION_SHIFT_ON_REQUESTS"], people, types, days):
        cost[p, d, t] -= weight
        constant += weight
    for p, d, t, weight in _request_lines(parts["SECTION_SHIFT_OFF_REQUESTS"], people, types, days):
        cost[p, d, t] += weight
    return cost, constant


def _cover(lines: list[str], types: dict[str, int], days: int) -> tuple[Ints, np.ndarray, np.ndarray]:
    need = np.zeros((days, len(types)), np.int64)
    under = np.zeros((days, len(types)))
    over = np.zeros((days, len(types)))
    seen = set()
    for line in lines:
        cells = line.split(",")
        if len(cells) != 5:
            raise CurtoisError(f"a cover line needs 5 columns: {line!r}")
        key = (_day(cells[0], days), _find(types, cells[1], "shift"))
        if key in seen:
            raise CurtoisError(f"cover of day {key[0]} told twice for one shift")
        seen.add(key)
        need[key] = _whole(cells[2], "cover")
        under[key], over[key] = _weight(cells[3], "under weight"), _weight(cells[4], "over weight")
    if min(need.min(), under.min(), over.min()) < 0:
        raise CurtoisError("cover and its weights cannot be negative")
    return need, under, over

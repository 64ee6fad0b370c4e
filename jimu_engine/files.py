"""Problems and rosters as files: JSON with a schema version, rosters also as CSV. Errors name the place of the bad value."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from jimu_engine.decode import at, decode, record
from jimu_engine.errors import BadFile
from jimu_engine.problem import Pair, Person, Problem, Roster, Shift
from jimu_engine.rules import RULES, Rule

PROBLEM, PROBLEM_2, PROBLEM_1, ROSTER = "jimu-problem/3", "jimu-problem/2", "jimu-problem/1", "jimu-roster/1"
#: What the second schema of problems did not have, and what the first had neither, by the kind of object.
SINCE_3 = {"history": frozenset({"suits"})}
SINCE_2 = {
    "shifts": frozenset({"team"}),
    "people": frozenset({"promised", "shifts_of", "rhythm"}),
    "history": frozenset({"teams"}),
    "suit": frozenset({"pause", "day_minutes"}),
}
RULES_SINCE_2 = frozenset({"most_shifts", "least_shifts", "days_on", "rhythm", "team"})
CSV_HEADER = ["shift", "person"]
#: Digits beyond which a number is too large anyway.
LONGEST = 40


def write_problem(problem: Problem) -> str:
    """The problem as JSON; what stands at its default is left out."""
    return _text(
        {
            "schema": PROBLEM,
            "days": problem.days,
            "first_day": problem.first_day.isoformat() if problem.first_day else None,
            "rules": [{"code": rule.code, **_plain(rule)} for rule in problem.rules],
            "shifts": [_plain(shift) for shift in problem.shifts],
            "people": [_plain(person) for person in problem.people],
            "pinned": sorted(problem.pinned),
            "published": sorted(problem.published),
        }
    )


def read_problem(text: str) -> Problem:
    """The problem of a JSON text, of this schema or of those before.

    Raises BadFile, with the path of the bad value, or BadProblem for a contradiction.
    """
    data = _document(text, PROBLEM, PROBLEM_2, PROBLEM_1)
    if data["schema"] != PROBLEM:
        _refuse_later(data, SINCE_3)
    if data["schema"] == PROBLEM_1:
        data = _from_first(data)
    known = {"schema", "days", "first_day", "rules", "shifts", "people", "pinned", "published"}
    for name in data.keys() - known:
        raise BadFile(name, "this schema has no such field")
    return Problem(
        days=decode(int, _needed(data, "days"), "days"),
        first_day=decode(date | None, data.get("first_day"), "first_day"),
        rules=tuple(_rule(item, f"rules[{i}]") for i, item in enumerate(_list(data, "rules"))),
        shifts=tuple(record(Shift, item, f"shifts[{i}]") for i, item in enumerate(_list(data, "shifts"))),
        people=tuple(record(Person, item, f"people[{i}]") for i, item in enumerate(_list(data, "people"))),
        pinned=decode(frozenset[Pair], data.get("pinned", []), "pinned"),
        published=decode(frozenset[Pair], data.get("published", []), "published"),
    )


def write_roster(roster: Roster) -> str:
    """The roster as JSON."""
    return _text({"schema": ROSTER, "seats": {shift: list(people) for shift, people in roster.seats.items()}})


def read_roster(text: str) -> Roster:
    """The roster of a JSON text. Raises BadFile."""
    data = _document(text, ROSTER)
    seats = decode(Mapping[str, tuple[str, ...]], _needed(data, "seats"), "seats")
    return Roster.of((shift, person) for shift, people in seats.items() for person in people)


def write_roster_csv(roster: Roster) -> str:
    """One row for each seat taken: shift id, person id."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    writer.writerows(roster.pairs())
    return out.getvalue()


def read_roster_csv(text: str) -> Roster:
    """The roster of a CSV text. Raises BadFile with the number of the row."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    pairs = []
    try:
        if next(rows, None) != CSV_HEADER:
            raise BadFile("row 1", f"the first row must be {','.join(CSV_HEADER)}")
        for number, row in enumerate(rows, 2):
            if len(row) != 2:
                raise BadFile(f"row {number}", f"has {len(row)} cells, not a shift and a person")
            pairs.append((row[0], row[1]))
    except csv.Error as error:
        raise BadFile(f"line {rows.line_num}", f"is no CSV: {error}") from error
    return Roster.of(pairs)


def _rule(item: object, path: str) -> Rule:
    if not isinstance(item, dict):
        raise BadFile(path, "must be an object")
    code = item.get("code")
    if code not in RULES:
        raise BadFile(at(path, "code"), f"there is no rule {code!r}; the rules are {', '.join(RULES)}")
    return record(RULES[code], {name: value for name, value in item.items() if name != "code"}, path)


def _from_first(data: dict[str, Any]) -> dict[str, Any]:
    """A document of the first schema as one of today. Its rule of the suit knew minutes a day, and no stints."""
    _refuse_later(data, SINCE_2)
    rules = []
    for i, item in enumerate(_list(data, "rules")):
        code = item.get("code") if isinstance(item, dict) else None
        if code == "suit":
            _refuse(item, SINCE_2["suit"], f"rules[{i}]", PROBLEM_1)
            item = {**item, "day_minutes": item["minutes"]} if "minutes" in item else item
        if isinstance(code, str) and code in RULES_SINCE_2:
            raise BadFile(f"rules[{i}].code", f"schema {PROBLEM_1} has no rule {code!r}")
        rules.append(item)
    return {**data, "rules": rules}


def _refuse_later(data: dict[str, Any], since: Mapping[str, frozenset[str]]) -> None:
    """Shifts, people and their histories must hold nothing that came after the document's schema."""
    for place in ("shifts", "people"):
        for i, item in enumerate(_list(data, place)):
            path, past = f"{place}[{i}]", item.get("history") if isinstance(item, dict) else None
            _refuse(item, since.get(place, frozenset()), path, data["schema"])
            _refuse(past, since["history"], f"{path}.history", data["schema"])


def _refuse(item: object, names: frozenset[str], path: str, schema: str) -> None:
    found = sorted(names & item.keys()) if isinstance(item, dict) else []
    if found:
        raise BadFile(at(path, found[0]), f"schema {schema} has no such field")


def _document(text: str, schema: str, *older: str) -> dict[str, Any]:
    def not_a_number(word: str) -> None:
        raise BadFile("", f"{word} is not a number that JSON has")

    def whole(digits: str) -> int:
        # Python reads no number of thousands of digits; what is left is still refused, with its place.
        return int(digits[:LONGEST])

    try:
        data = json.loads(text, parse_constant=not_a_number, parse_int=whole)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadFile("", f"this is not JSON: {error}") from error
    if not isinstance(data, dict) or data.get("schema") not in (schema, *older):
        found = data.get("schema") if isinstance(data, dict) else None
        raise BadFile("schema", f"must be {schema!r}, is {found!r}")
    return data


def _needed(data: Mapping[str, Any], name: str) -> Any:
    if name not in data:
        raise BadFile(name, "is missing")
    return data[name]


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = _needed(data, name)
    if not isinstance(value, list):
        raise BadFile(name, "must be a list")
    return value


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _plain(thing: Any) -> Any:
    """Dataclasses, sets and mappings as JSON has them; fields at their default left out."""
    if hasattr(thing, "__dataclass_fields__"):
        return {item.name: _plain(getattr(thing, item.name)) for item in fields(thing) if getattr(thing, item.name) != _default(item)}
    if isinstance(thing, frozenset):
        return sorted((_plain(part) for part in thing), key=str)
    if isinstance(thing, tuple):
        return [_plain(part) for part in thing]
    if isinstance(thing, Mapping):
        return {str(name): _plain(value) for name, value in thing.items()}
    return thing


def _default(item: Any) -> Any:
    return item.default_factory() if item.default_factory is not MISSING else item.default

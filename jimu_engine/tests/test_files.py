"""Files: what is written is read back the same; what does not fit is named by its place."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from jimu_engine import BadProblem, History, Problem, Roster, Window, rules
from jimu_engine.errors import BadFile
from jimu_engine.files import (
    read_problem,
    read_roster,
    read_roster_csv,
    write_problem,
    write_roster,
    write_roster_csv,
)
from jimu_engine.problem import Days
from jimu_engine.tests.cases import every_roster, person, problem, roster, shift
from jimu_engine.tests.worlds import problems


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(problems(most_seats=6, most_people=4))
def test_a_problem_comes_back_as_it_was(case: Problem) -> None:
    assert read_problem(write_problem(case)) == case


def test_dates_pins_promises_and_parameters_come_back() -> None:
    pairs = frozenset({("s", "li")})
    given = (rules.MinimumRest(600), rules.WeeklyCap(by_kind={"cadre": (2880, 6)}), rules.OwnCommand(frozenset({"fire"})))
    case = problem([shift("s")], rule=given, pinned=pairs, published=pairs, first_day=date(2026, 3, 31))
    assert read_problem(write_problem(case)) == case
    assert json.loads(write_problem(case))["schema"] == "jimu-problem/3"


def test_what_people_want_of_days_posts_and_teams_comes_back() -> None:
    who = person(rhythm=Days(2, 5, 1, None), shifts_of={"gate": (1, 3)}, promised=480, history=History(teams=frozenset("x"), suits=(Window(-90, -30),)))
    case = problem([shift("s", team="x")], [who], rule=rules.standard())
    assert read_problem(write_problem(case)) == case


FIRST = {"schema": "jimu-problem/1", "days": 1, "people": [{"id": "li"}], "shifts": [{"id": "s", "start": 0, "end": 300, "suit": True}]}


@pytest.mark.parametrize(("told", "meant"), [
    ({}, rules.SuitStint(240, 30, 240)), ({"minutes": 300}, rules.SuitStint(300, 30, 300)), ({"minutes": 120}, rules.SuitStint(120, 30, 120)),
])  # fmt: skip
def test_a_file_of_the_first_schema_means_what_it_meant(told: dict[str, int], meant: rules.SuitStint) -> None:
    case = read_problem(json.dumps({**FIRST, "rules": [{"code": "rest", "minutes": 600}, {"code": "suit", **told}]}))
    assert case.rules == (rules.MinimumRest(600), meant)
    assert read_problem(write_problem(case)) == case


@pytest.mark.parametrize(("place", "value", "path"), [
    ("shifts.0.team", "x", "shifts[0].team"), ("people.0.promised", 60, "people[0].promised"), ("people.0.rhythm", {}, "people[0].rhythm"),
    ("people.0.shifts_of", {}, "people[0].shifts_of"), ("people.0.history", {"teams": ["x"]}, "people[0].history.teams"),
    ("rules.0", {"code": "team"}, "rules[0].code"), ("rules.0", {"code": "suit", "pause": 5}, "rules[0].pause"),
    ("rules.0", {"code": "suit", "day_minutes": 5}, "rules[0].day_minutes"),
])  # fmt: skip
def test_a_file_of_the_first_schema_has_nothing_that_came_later(place: str, value: object, path: str) -> None:
    data = json.loads(json.dumps({**FIRST, "rules": [{"code": "rest"}]}))
    read_problem(json.dumps(data))
    change(place, value)(data)
    with pytest.raises(BadFile) as refused:
        read_problem(json.dumps(data))
    assert refused.value.path == path
    read_problem(json.dumps({**data, "schema": "jimu-problem/2"}))


def test_in_files_of_the_schemas_before_nobody_wore_a_suit_before_the_horizon() -> None:
    worn = {**FIRST, "rules": [], "people": [{"id": "li", "history": {"suits": [{"start": -90, "end": -30}]}}]}
    for schema in ("jimu-problem/1", "jimu-problem/2"):
        assert read_problem(json.dumps({**FIRST, "rules": [], "schema": schema})).people[0].history.suits == ()
        with pytest.raises(BadFile, match=schema) as refused:
            read_problem(json.dumps({**worn, "schema": schema}))
        assert refused.value.path == "people[0].history.suits"
    assert read_problem(json.dumps({**worn, "schema": "jimu-problem/3"})).people[0].history.suits == (Window(-90, -30),)


def test_rosters_come_back_from_both_kinds_of_file() -> None:
    for each in every_roster(problem([shift("早, \"班\""), shift("t", required=2)], [person("李"), person("wu")])):
        assert read_roster(write_roster(each)) == each
        assert read_roster_csv(write_roster_csv(each)) == each
    assert read_roster_csv("\ufeffshift,person\ns,li\n") == roster({"s": "li"})


def document() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(write_problem(problem([shift("s")], [person("li"), person("wu")], rule=rules.Fairness())))
    return data


def change(place: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Set a value deep inside a document."""

    def apply(data: Any) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
        for step in way:
            data = data[step]
        data[last] = value

    return apply


@pytest.mark.parametrize(("place", "value", "path"), [
    ("schema", "jimu-problem/9", "schema"),
    ("people.0.rhythm", {"most_on": "many"}, "people[0].rhythm.most_on"),
    ("people.0.rhythm", [2], "people[0].rhythm"),
    ("people.0.shifts_of", {"gate": [1]}, "people[0].shifts_of['gate']"),
    ("people.0.history", {"teams": "x"}, "people[0].history.teams"),
    ("days", "14", "days"),
    ("days", 1.5, "days"),
    ("days", True, "days"),
    ("first_day", "31.3.2026", "first_day"),
    ("people", {}, "people"),
    ("people.1", "wu", "people[1]"),
    ("people.1.reluctance", "much", "people[1].reluctance"),
    ("people.1.colour", "red", "people[1].colour"),
    ("people.0.kinds", "cadre", "people[0].kinds"),
    ("people.0.kinds", ["cadre", 7], "people[0].kinds[1]"),
    ("people.0.history", {"load": None}, "people[0].history.load"),
    ("people.0.history", {"minutes_by_day": {"x": 1}}, "people[0].history.minutes_by_day['x']"),
    ("people.0.available", [{"start": 60, "end": 0}], "people[0].available[0]"),
    ("people.0.available", [{"start": 60}], "people[0].available[0].end"),
    ("people.0.wishes", {"s": True}, "people[0].wishes['s']"),
    ("shifts.0.suit", 1, "shifts[0].suit"),
    ("shifts.0", {"id": "s"}, "shifts[0]"),
    ("rules.0.code", "no such rule", "rules[0].code"),
    ("rules.0.weight", "heavy", "rules[0].weight"),
    ("rules.0.mass", 1, "rules[0].mass"),
    ("pinned", [["s"]], "pinned[0]"),
    ("published", [["s", 3]], "published[0][1]"),
    ("extra", 1, "extra"),
])  # fmt: skip
def test_a_bad_value_is_named_by_its_place(place: str, value: object, path: str) -> None:
    data = document()
    read_problem(json.dumps(data))
    change(place, value)(data)
    with pytest.raises(BadFile) as refused:
        read_problem(json.dumps(data))
    assert refused.value.path.startswith(path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "nothing", '{"schema": NaN}', "[" * 100_000])
def test_what_is_not_a_document_is_refused(text: str) -> None:
    for read in (read_problem, read_roster):
        with pytest.raises(BadFile):
            read(text)


def test_a_missing_field_and_a_contradiction_are_told_apart() -> None:
    data = document()
    del data["shifts"]
    with pytest.raises(BadFile, match="shifts: is missing"):
        read_problem(json.dumps(data))
    contrary = document()
    contrary["days"] = 0
    with pytest.raises(BadProblem):
        read_problem(json.dumps(contrary))


@pytest.mark.parametrize(("text", "path"), [("", "row 1"), ("person,shift\n", "row 1"), ("shift,person\ns\n", "row 2"), ("shift,person\ns,li\ns,li,x\n", "row 3")])
def test_a_bad_row_is_named_by_its_number(text: str, path: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_roster_csv(text)
    assert refused.value.path == path
    assert read_roster_csv("shift,person\n") == Roster({})

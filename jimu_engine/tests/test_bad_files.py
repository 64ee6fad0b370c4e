"""Files that nobody should work on, by format: one line that says why, exit code 2, nothing on standard output."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jimu_engine import BadProblem, EngineError, History, Shift, Window, rules
from jimu_engine.cli import main
from jimu_engine.columns.solve import BrokenStart
from jimu_engine.errors import NoSchedule
from jimu_engine.files import write_problem
from jimu_engine.formats.curtois import HEAVIEST, CurtoisError
from jimu_engine.formats.curtois import read as read_days
from jimu_engine.formats.inrc2 import Inrc2Error, read_history, read_roster, read_scenario, read_week
from jimu_engine.problem import LARGEST
from jimu_engine.tests import week_texts
from jimu_engine.tests.cases import person, problem, shift
from jimu_engine.weeks.ahead import look_ahead

#: As much as Python turns into a number at once, and more than that.
LONG, TOO_LONG = "9" * 400, "9" * 5000


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line in which the command line refuses something."""
    assert main([str(word) for word in arguments]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    (line,) = seen.err.splitlines()
    assert line.startswith("jimu_engine: ")
    assert "Error" not in line
    return line


def plain() -> dict[str, Any]:
    """A problem that is taken, as JSON."""
    who = person(history=History(last_end=-60, load=5, minutes_by_day={-1: 60}), wishes={"s": 1.0}, expires={"scan": 60}, available=(Window(0, 1440),))
    found: dict[str, Any] = json.loads(write_problem(problem([shift("s")], [who], rule=rules.standard())))
    return found


JIMU: dict[str, tuple[Callable[[dict[str, Any], Any], object], str]] = {
    "days": (lambda data, n: data.update(days=n), "days"),
    "required": (lambda data, n: data["shifts"][0].update(required=n), r"shifts[0].required"),
    "start": (lambda data, n: data["shifts"][0].update(start=n), r"shifts[0].start"),
    "the price of a seat": (lambda data, n: data["shifts"][0].update(under=n), r"shifts[0].under"),
    "load": (lambda data, n: data["people"][0]["history"].update(load=n), r"people[0].history.load"),
    "minutes of a day": (lambda data, n: data["people"][0]["history"].update(minutes_by_day={"-1": n}), "minutes_by_day"),
    "the end before": (lambda data, n: data["people"][0]["history"].update(last_end=-n), r"people[0].history.last_end"),
    "a wish": (lambda data, n: data["people"][0].update(wishes={"s": n}), r"people[0].wishes['s']"),
    "reluctance": (lambda data, n: data["people"][0].update(reluctance=-n), r"people[0].reluctance"),
    "an expiry": (lambda data, n: data["people"][0].update(expires={"scan": n}), r"people[0].expires['scan']"),
    "a window": (lambda data, n: data["people"][0]["available"][0].update(end=n), r"people[0].available[0].end"),
    "minutes of rest": (lambda data, n: data.update(rules=[{"code": "rest", "minutes": n}]), r"rules[0].minutes"),
    "a cap of a kind": (lambda data, n: data.update(rules=[{"code": "weekly_cap", "by_kind": {"": [n, 5]}}]), r"rules[0].by_kind[''][0]"),
    "a weight": (lambda data, n: data.update(rules=[{"code": "wishes", "weight": n}]), r"rules[0].weight"),
}


@pytest.mark.parametrize("digits", [str(LARGEST + 1), str(2**63), LONG, TOO_LONG], ids=["too many", "64 bits", "400 digits", "5000 digits"])
@pytest.mark.parametrize("name", JIMU)
def test_a_number_that_means_nothing_is_named_by_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, digits: str) -> None:
    spoil, place = JIMU[name]
    data = plain()
    # A marker, because Python writes no number of five thousand digits either.
    spoil(data, 123456789)
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(data).replace("123456789", digits))
    assert place in refusal(capsys, "check", path)


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e999", "1000000001.0"])
def test_a_weight_whose_sums_would_overflow_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], number: str) -> None:
    path = tmp_path / "problem.json"
    for spoil, place in (JIMU[name] for name in ("the price of a seat", "a wish", "a weight")):
        data = plain()
        spoil(data, 123456789)
        path.write_text(json.dumps(data).replace("123456789", number))
        assert place in refusal(capsys, "solve", path, "--rounds", 1)


def test_the_largest_weights_taken_give_a_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = problem([shift("s", under=float(LARGEST), required=LARGEST), shift("t", 1, under=float(LARGEST))], rule=rules.standard())
    (tmp_path / "problem.json").write_text(write_problem(case))
    assert main(["check", str(tmp_path / "problem.json")]) == 0
    assert json.loads(capsys.readouterr().out)["objective"] == LARGEST * (LARGEST + 1)


@pytest.mark.parametrize("make", [
    lambda: problem([shift("s", under=1e308)]), lambda: problem([Shift("s", 0, 60, required=2**63)]), lambda: Window(0, 2**63),
    lambda: problem([], [person(wishes={"s": -1e308})]), lambda: problem([], [person(reluctance=1e308)]), lambda: problem([], [person(expires={"x": 2**63})]),
    lambda: problem([], [person(history=History(load=2**63))]), lambda: problem([], [person(history=History(last_end=-(2**63)))]),
    lambda: problem([], rule=rules.MinimumRest(2**63)), lambda: problem([], rule=rules.Stability(1e308)),
])  # fmt: skip
def test_the_same_is_refused_of_a_caller(make: Callable[[], object]) -> None:
    with pytest.raises(BadProblem):
        make()


def test_a_cell_longer_than_a_csv_may_have_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "problem.json").write_text(json.dumps(plain()))
    (tmp_path / "roster.csv").write_text("shift,person\n" + "s" * 200_000 + ",li\n")
    assert "CSV" in refusal(capsys, "check", tmp_path / "problem.json", "--roster", tmp_path / "roster.csv")


DAYS = [
    ("SECTION_HORIZON\n7", "SECTION_HORIZON\n1000000000", "too large"),
    ("SECTION_HORIZON\n7", f"SECTION_HORIZON\n{TOO_LONG}", "not a whole number"),
    ("SECTION_HORIZON\n7", f"SECTION_HORIZON\n{LONG}", "must lie between"),
    ("0,D,1,100,1", "0,D,1,1e308,1", "at most"),
    ("0,D,1,100,1", f"0,D,1,100,{HEAVIEST + 1}", "at most"),
    ("A,2,D,3", "A,2,D,1e308", "at most"),
    ("A,2,D,3", f"A,2,D,{LONG}", "must be"),
    ("2880,960", f"{LONG},960", "must lie between"),
    ("2880,960", "960,2880", "more than"),
    ("\nB,D=7", "\nA,D=7", "told twice"),
]


@pytest.mark.parametrize(("old", "new", "words"), DAYS)
def test_days_that_mean_nothing_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str) -> None:
    read_days(week_texts.CURTOIS)
    assert old in week_texts.CURTOIS
    path = tmp_path / "Instance.txt"
    path.write_text(week_texts.CURTOIS.replace(old, new, 1))
    assert words in refusal(capsys, "solve", path, "--format", "curtois", "--rounds", 1)


def test_a_roster_of_days_that_is_no_csv_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Instance.txt").write_text(week_texts.CURTOIS)
    (tmp_path / "roster.csv").write_text("A," + "D" * 200_000)
    assert "CSV" in refusal(capsys, "check", tmp_path / "Instance.txt", "--format", "curtois", "--roster", tmp_path / "roster.csv")


ROSTER = "SOLUTION\n0 n004w2\n\nASSIGNMENTS = 2\nAnn Mon Late Head\nBo Tue Early Nurse\n"
GOOD = {"scenario": week_texts.SCENARIO, "history": week_texts.HISTORY, "week": week_texts.WEEK, "roster": ROSTER}
WEEKS = [
    ("scenario", "WEEKS = 2", "WEEKS = 0", "number of weeks"),
    ("scenario", "WEEKS = 2", "WEEKS = 1000000000", "number of weeks"),
    ("scenario", "WEEKS = 2", f"WEEKS = {TOO_LONG}", "number of weeks"),
    ("scenario", "WEEKS = 2", "WEEKS = two", "number of weeks"),
    ("scenario", "WEEKS = 2", "WEEKS", "WEEKS is missing"),
    ("scenario", "Full (8,11)", "Full (11,8)", "more than it allows"),
    ("scenario", "Full (8,11) (2,5)", "Full (8,11) (5,2)", "more than it allows"),
    ("scenario", "Full (8,11) (2,5)", "Full (8,11)", "3 pairs"),
    ("scenario", "Full (8,11)", "Full (-8,11)", "a limit"),
    ("scenario", "Full (8,11)", f"Full (8,{LONG})", "a limit"),
    ("scenario", "(2,3) 1 1", "(2,3) many 1", "most weekends"),
    ("scenario", "Late (2,3)", "Late (3,2)", "more than it allows"),
    ("scenario", "Late (2,3)", "Late", "1 pairs"),
    ("scenario", "Late (2,3)", "Early (2,3)", "shift 'Early' is told twice"),
    ("scenario", "Half (3,6)", "Full (3,6)", "contract 'Full' is told twice"),
    ("scenario", "Bo Full", "Ann Full", "nurse 'Ann' is told twice"),
    ("scenario", "Bo Full", "Bo Quarter", "unknown name 'Quarter'"),
    ("scenario", "Bo Full 2 Head Nurse", "Bo", "3 columns"),
    ("scenario", "Late 1 Early", "Late 1 Noon", "unknown name 'Noon'"),
    ("history", "0 n004w2", "0", "2 columns"),
    ("history", "0 n004w2", "-1 n004w2", "the week"),
    ("history", "0 n004w2", "7 n004w2", "the week"),
    ("history", "0 n004w2", "0 n005w4", "the history is of n005w4"),
    ("history", "Ann 0 0 Night 1 4 0", "Ann 0 0 Night 1 4", "7 columns"),
    ("history", "Ann 0 0 Night 1 4 0", "Ann 0 0 Night one 4 0", "days in a row"),
    ("history", "Ann 0 0 Night 1 4 0", "Ann -3 0 Night 1 4 0", "shifts so far"),
    ("history", "Ann 0 0 Night 1 4 0", "Bo 0 0 Night 1 4 0", "nurse 'Bo' is told twice"),
    ("history", "Ann 0 0 Night 1 4 0\n", "", "unknown name 'Ann'"),
    ("week", "Ann Any Tue", "Ann Any Tuesday", "unknown name 'Tuesday'"),
    ("week", "Ann Any Tue", "Ann Any", "3 columns"),
    ("week", "Ann Any Tue", "Ann Any Tue early", "3 columns"),
    ("week", "Ann Any Tue", "Eve Any Tue", "unknown name 'Eve'"),
    ("week", "Early Head (0,1)", "Early Head (2,1)", "more than it allows"),
    ("week", "Early Head (0,1)", "Early Head (0,one)", "a limit"),
    ("week", "Early Head (0,1)", "Early Head", "9 columns"),
    ("week", "Early Head (0,1)", "Early Head (0,1) (0,1)", "7 pairs"),
    ("week", "Late Nurse", "Early Nurse", "told twice"),
    ("week", "WEEK_DATA\nn004w2", "WEEK_DATA\n", "WEEK_DATA is empty"),
    ("roster", "Bo Tue Early Nurse", "Bo Tues Early Nurse", "unknown name 'Tues'"),
    ("roster", "Bo Tue Early Nurse", "Bo Tue Early", "4 columns"),
    ("roster", "Bo Tue Early Nurse", "Ann Mon Early Nurse", "two shifts"),
    ("roster", "Bo Tue Early Nurse", "Bo Tue Noon Nurse", "unknown name 'Noon'"),
]


@pytest.mark.parametrize(("kind", "old", "new", "words"), WEEKS)
def test_weeks_that_mean_nothing_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, old: str, new: str, words: str) -> None:
    texts = {**GOOD, kind: GOOD[kind].replace(old, new, 1)}
    assert texts != GOOD
    for name, text in texts.items():
        (tmp_path / (name if name != "roster" else "Sol-n004w2-week0.txt")).write_text(text)
    files = ["--history", tmp_path / "history", "--weeks", tmp_path / "week", "--roster", tmp_path]
    assert words in refusal(capsys, "check", tmp_path / "scenario", "--format", "inrc2", *files)


def test_the_same_weeks_made_sensible_are_read() -> None:
    scenario = read_scenario(GOOD["scenario"])
    assert len(read_history(GOOD["history"], scenario).pasts) == 4
    assert len(read_week(GOOD["week"], scenario).cover) == 4
    assert len(read_roster(GOOD["roster"], scenario)) == 2


def test_more_weeks_and_limits_than_memory_holds_are_refused_before_any_is_taken() -> None:
    scenario = read_scenario(GOOD["scenario"].replace("(8,11)", "(8,9999)").replace("(2,3) 1 1", "(2,3) 9999 1"))
    with pytest.raises(Inrc2Error, match="too many"):
        look_ahead(scenario, scenario.nurses[0].contract, np.zeros((1, 7, 3)))


def test_every_refusal_of_the_engine_is_of_one_family() -> None:
    for kind in (CurtoisError, NoSchedule, BrokenStart, Inrc2Error):
        assert issubclass(kind, EngineError)
        assert issubclass(kind, ValueError)

"""What a weekly roster may not do (H1–H4): each in a world of two nurses, beside the roster that keeps it."""

import json
from pathlib import Path

import pytest

from jimu_engine.cli import main
from jimu_engine.formats.inrc2 import read_history, read_roster, read_scenario, read_week
from jimu_engine.formats.inrc2_cost import week_breaches

SCENARIO = """SCENARIO = n002w1

WEEKS = 1

SKILLS = 2
Head
Nurse

SHIFT_TYPES = 2
Early (1,7)
Night (1,7)

FORBIDDEN_SHIFT_TYPES_SUCCESSIONS
Early 0
Night 1 Early

CONTRACTS = 1
Full (0,7) (1,7) (1,7) 1 0

NURSES = 2
Ann Full 2 Head Nurse
Bo Full 1 Nurse
"""
HISTORY = "HISTORY\n0 n002w1\n\nNURSE_HISTORY\nAnn 0 0 Night 1 1 0\nBo 0 0 None 0 0 1\n"
WEEK = (
    "WEEK_DATA\nn002w1\n\nREQUIREMENTS\nEarly Nurse (1,1) (0,0) (0,0) (0,0) (0,0) (0,0) (0,0)\n"
    "Night Head (0,0) (1,1) (0,0) (0,0) (0,0) (0,0) (1,1)\n\nSHIFT_OFF_REQUESTS = 0\n"
)
#: Keeps everything, and each hard rule only just.
KEPT = ("Bo Mon Early Nurse", "Ann Tue Night Head", "Ann Wed Night Nurse", "Bo Wed Early Nurse", "Ann Sun Night Head")

BROKEN = [
    ("a skill that she lacks (H4)", "Bo Wed Early Nurse", "Bo Wed Early Head", ["Bo lacks Head on day 2"]),
    ("fewer than the least (H2)", "Bo Mon Early Nurse", "", ["Early Nurse on day 0: 0 of 1"]),
    ("fewer than the least on the last day (H2)", "Ann Sun Night Head", "", ["Night Head on day 6: 0 of 1"]),
    ("the right shift with another skill (H2)", "Ann Sun Night Head", "Ann Sun Night Nurse", ["Night Head on day 6: 0 of 1"]),
    ("early after a night (H3)", "Ann Wed Night Nurse", "Ann Wed Early Nurse", ["Ann: Early may not follow Night"]),
    ("early after the night before the week (H3)", "Bo Mon Early Nurse", "Ann Mon Early Nurse", ["Ann: Early may not follow Night"]),
    ("two of them at once", "Bo Mon Early Nurse", "Ann Mon Early Head", ["Ann: Early may not follow Night", "Early Nurse on day 0: 0 of 1"]),
]


def roster(*rows: str) -> str:
    lines = [row for row in rows if row]
    return "\n".join(["SOLUTION", "0 n002w1", "", f"ASSIGNMENTS = {len(lines)}", *lines, ""])


def judged(tmp_path: Path, text: str) -> int:
    """The command line on these weeks; its exit code."""
    for name, what in {"scenario": SCENARIO, "history": HISTORY, "week": WEEK, "Sol-n002w1-week0.txt": text}.items():
        (tmp_path / name).write_text(what)
    files = ["--history", tmp_path / "history", "--weeks", tmp_path / "week", "--roster", tmp_path]
    return main(["check", str(tmp_path / "scenario"), "--format", "inrc2", *map(str, files)])


def breaches(text: str) -> list[str]:
    scenario = read_scenario(SCENARIO)
    return week_breaches(scenario, read_history(HISTORY, scenario), read_week(WEEK, scenario), read_roster(text, scenario))


def test_the_roster_that_keeps_every_hard_rule_is_feasible(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert breaches(roster(*KEPT)) == []
    assert judged(tmp_path, roster(*KEPT)) == 0
    last = json.loads(capsys.readouterr().out)
    assert (last["status"], last["feasible"]) == ("feasible", True)


@pytest.mark.parametrize(("old", "new", "sentences"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_one_thing_changed_breaks_it_and_makes_the_roster_infeasible(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, sentences: list[str]
) -> None:
    assert old in KEPT
    text = roster(*(new if row == old else row for row in KEPT))
    assert sorted(breaches(text)) == sorted(sentences)
    assert judged(tmp_path, text) == 0
    seen = capsys.readouterr()
    last = json.loads(seen.out)
    assert (last["status"], last["feasible"]) == ("infeasible", False)
    for sentence in sentences:
        assert f"week 0: {sentence}" in seen.err.splitlines()


def test_a_night_before_the_week_forbids_nothing_to_somebody_else() -> None:
    # Bo was off, Ann had the night: only she may not start early.
    assert breaches(roster(*KEPT)) == []
    assert breaches(roster("Ann Mon Night Nurse", *KEPT)) == []


def test_two_shifts_on_a_day_are_refused_when_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(tmp_path, roster(*KEPT, "Bo Mon Night Nurse")) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.splitlines() == ["jimu_engine: Bo has two shifts on Mon"]

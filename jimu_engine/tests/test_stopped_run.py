"""The command line as others run it: one line on standard output, and a signal leaves the best so far."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.curtois_family import Size, instance
from jimu_engine import rules
from jimu_engine.cli import main
from jimu_engine.files import write_problem
from jimu_engine.tests import week_texts
from jimu_engine.tests.cases import person, problem, shift

LAST_LINE = {"status", "objective", "bound", "seconds", "feasible"}
ROOT = Path(__file__).resolve().parents[2]
#: Seconds after which a run is taken to hang.
HANGS = 120
WEEKS = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shifts = [shift(f"{d}-{h}", d, h, 6, required=2) for d in range(7) for h in (6, 12, 18)]
    people = [person(f"p{i}") for i in range(12)]
    texts = {
        "problem.json": write_problem(problem(shifts, people, rule=rules.standard())),
        "Instance1.txt": instance(Size(30, 56, 6), 1),
        "small.txt": week_texts.CURTOIS,
        "Sc-n004w2.txt": week_texts.SCENARIO.replace("WEEKS = 2", f"WEEKS = {WEEKS}"),
        "H0.txt": week_texts.HISTORY,
        "WD.txt": week_texts.WEEK,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def weeks(folder: Path, count: int) -> list[str]:
    return [str(folder / "Sc-n004w2.txt"), "--format", "inrc2", "--history", str(folder / "H0.txt"), "--weeks", *[str(folder / "WD.txt")] * count]


def stopped(arguments: list[str], sign: str, number: int) -> tuple[dict[str, object], str]:
    """The last line and the progress of a run that gets a signal once it has told a line with this sign."""
    command = [sys.executable, "-m", "jimu_engine", "solve", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stderr is not None
        told = ""
        while sign not in told:
            line = run.stderr.readline()
            assert line, told
            told += line
        run.send_signal(number)
        return ended(run, told)


def ended(run: subprocess.Popen[str], told: str = "") -> tuple[dict[str, object], str]:
    """The last line of a run that was told to end, and its progress."""
    out, rest = run.communicate(timeout=HANGS)
    assert run.returncode == 0, rest
    assert "stopped when asked to" in rest
    assert "Traceback" not in told + rest
    assert len(out.splitlines()) == 1
    found: dict[str, object] = json.loads(out)
    assert found.keys() == LAST_LINE
    assert found["feasible"]
    return found, told + rest


def last(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def goes_on(given: list[str], out: Path, found: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    """The checker agrees with what a run says of its roster, and a run that goes on from there is not dearer."""
    assert main(["check", *given, "--roster", str(out)]) == 0
    judged = last(capsys)
    assert (judged["feasible"], judged["objective"]) == (True, pytest.approx(found["objective"]))
    assert main(["solve", *given, "--roster", str(out), "--rounds", "1", "--out", str(out)]) == 0
    again = last(capsys)
    assert again["feasible"]
    assert again["objective"] <= found["objective"]  # type: ignore[operator]


@pytest.mark.parametrize(("workers", "number"), [(1, signal.SIGINT), (2, signal.SIGTERM)])
def test_a_signal_leaves_the_best_so_far_by_days(folder: Path, capsys: pytest.CaptureFixture[str], workers: int, number: int) -> None:
    given, out = [str(folder / "Instance1.txt"), "--format", "curtois"], folder / "roster.csv"
    found, _ = stopped([*given, "--workers", str(workers), "--seconds", "600", "--out", str(out)], "cost", number)
    assert found["status"] == "feasible"
    goes_on(given, out, found, capsys)


def crowd() -> str:
    """A problem file in which millions of seats wait for thousands of people: filling them, and looking for chains, takes minutes."""
    shifts = [shift(f"{d}-{h}", d, h, required=10**6, under=1000.0) for d in range(14) for h in (6, 10, 14, 18)]
    return write_problem(problem(shifts, [person(f"p{i}") for i in range(4000)], rule=rules.standard()))


@pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "problem.json"), (signal.SIGTERM, "problem.json"), (signal.SIGTERM, "crowd.json")])
def test_a_signal_leaves_the_best_so_far_of_seats(folder: Path, capsys: pytest.CaptureFixture[str], number: int, name: str) -> None:
    pipe, out = folder / "pipe.json", folder / "roster.json"
    if name == "crowd.json":
        (folder / name).write_text(crowd(), encoding="utf-8")
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "jimu_engine", "solve", str(pipe), "--seconds", "600", "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as run:
        # Opens when the run does, which then hears signals: so this one cannot come too late.
        with pipe.open("w", encoding="utf-8") as text:
            run.send_signal(number)
            text.write((folder / name).read_text(encoding="utf-8"))
        found, _ = ended(run)
    if name == "problem.json":
        goes_on([str(folder / name)], out, found, capsys)


def test_a_signal_leaves_the_weeks_decided(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out"
    found, told = stopped([*weeks(folder, WEEKS), "--seconds", "600", "--out", str(out)], "week 0", signal.SIGTERM)
    count = len(list(out.iterdir()))
    assert 1 <= count < WEEKS
    assert f"{count} of {WEEKS} weeks decided" in told
    assert found["status"] == "feasible"
    assert main(["check", *weeks(folder, count), "--roster", str(out)]) == 0
    judged = last(capsys)
    assert (judged["feasible"], judged["objective"]) == (True, found["objective"])


@pytest.mark.parametrize("format_", ["curtois", "inrc2"])
def test_standard_output_holds_nothing_but_the_last_line(folder: Path, format_: str) -> None:
    given = weeks(folder, 1) if format_ == "inrc2" else [str(folder / "small.txt"), "--format", "curtois"]
    command = [sys.executable, "-m", "jimu_engine", "solve", *given, "--rounds", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=HANGS)
    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout).keys() == LAST_LINE


def test_what_weeks_cannot_heed_is_said_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", *weeks(folder, 1), "--rounds", "1", "--roster", str(folder)]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert len(seen.err.splitlines()) == 1
    assert "--roster" in seen.err


def test_bench_goes_by_the_checker_not_by_what_a_run_claims(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "Instance1.txt").write_text(week_texts.CURTOIS, encoding="utf-8")
    bench = ["bench", str(folder), "--format", "curtois", "--seconds", "1", "--seeds", "1"]
    assert main(bench) == 0
    assert "| yes |" in capsys.readouterr().out
    monkeypatch.setattr("jimu_engine.runs.curtois.breaches", lambda model, roster: ["A works too much"])
    assert main(bench) == 0
    assert "| NO |" in capsys.readouterr().out

"""The command line: each format's way from file to roster, the last line, refusals in one line."""

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from jimu_engine import check, rules
from jimu_engine.cli import main
from jimu_engine.files import read_problem, read_roster, read_roster_csv, write_problem, write_roster_csv
from jimu_engine.formats.inrc2 import read_history, read_scenario, write_history
from jimu_engine.runs import load
from jimu_engine.runs.inrc2 import cases
from jimu_engine.runs.options import Options
from jimu_engine.tests import week_texts
from jimu_engine.tests.cases import person, problem, roster, shift

LAST_LINE = {"status", "objective", "bound", "seconds", "feasible"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    case = problem([shift("s", required=2), shift("t", 1)], [person("li"), person("wu")], rule=rules.standard())
    texts = {
        "problem.json": write_problem(case), "Instance1.txt": week_texts.CURTOIS, "Sc-n004w2.txt": week_texts.SCENARIO,
        "H0.txt": week_texts.HISTORY, "WD-0.txt": week_texts.WEEK, "WD-1.txt": week_texts.WEEK, "cut.json": '{"schema": "jimu-problem/1",',
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def last(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


@pytest.mark.parametrize(("name", "read"), [("roster.json", read_roster), ("roster.csv", read_roster_csv)])
def test_solve_writes_a_roster_that_the_checker_judges_alike(folder: Path, capsys: pytest.CaptureFixture[str], name: str, read: object) -> None:
    assert main(["solve", str(folder / "problem.json"), "--rounds", "5", "--seed", "3", "--out", str(folder / name)]) == 0
    solved = last(capsys)
    assert solved.keys() == LAST_LINE
    case = read_problem((folder / "problem.json").read_text())
    report = check(case, read((folder / name).read_text()))  # type: ignore[operator]
    assert (report.feasible, report.objective) == (solved["feasible"], pytest.approx(solved["objective"]))
    assert main(["check", str(folder / "problem.json"), "--roster", str(folder / name)]) == 0
    judged = last(capsys)
    assert (judged["objective"], judged["bound"], judged["feasible"]) == (solved["objective"], None, True)


def test_check_names_what_is_broken_on_standard_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.csv").write_text(write_roster_csv(roster({"s": ("li", "wu"), "t": ("li", "wu")})))
    assert main(["check", str(folder / "problem.json"), "--roster", str(folder / "bad.csv")]) == 0
    seen = capsys.readouterr()
    assert json.loads(seen.out.splitlines()[-1])["feasible"] is False
    assert "cover" in seen.err


def test_recommend_ranks_people_for_one_shift(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "now.csv").write_text(write_roster_csv(roster({"s": "li"})))
    assert main(["recommend", str(folder / "problem.json"), "--roster", str(folder / "now.csv"), "--shift", "t"]) == 0
    assert [candidate["person"] for candidate in last(capsys)["candidates"]] == ["wu", "li"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("person", "kept_off"), [("wu", []), ("li", ["twice"])])
def test_recommend_tells_why_one_person_or_why_not(folder: Path, capsys: pytest.CaptureFixture[str], person: str, kept_off: list[str]) -> None:
    (folder / "now.csv").write_text(write_roster_csv(roster({"s": "li"})))
    asked = ["recommend", str(folder / "problem.json"), "--roster", str(folder / "now.csv"), "--shift", "s", "--person", person]
    assert main(asked) == 0
    assert last(capsys) == {"shift": "s", "person": person, "kept_off": kept_off, "reasons": [{"code": "load", "value": 0.0}]}


def test_curtois_roster_has_a_row_for_each_employee(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.csv"
    assert main(["solve", str(folder / "Instance1.txt"), "--format", "curtois", "--seconds", "3", "--out", str(out)]) == 0
    solved = last(capsys)
    assert solved.keys() == LAST_LINE
    assert [row.split(",")[0] for row in out.read_text().splitlines()] == ["A", "B"]
    assert {len(row.split(",")) for row in out.read_text().splitlines()} == {8}
    assert main(["check", str(folder / "Instance1.txt"), "--format", "curtois", "--roster", str(out)]) == 0
    assert last(capsys)["objective"] == solved["objective"]


def test_inrc2_rosters_are_one_file_a_week(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out"
    weeks = ["--format", "inrc2", "--history", str(folder / "H0.txt"), "--weeks", str(folder / "WD-0.txt"), str(folder / "WD-1.txt")]
    assert main(["solve", str(folder / "Sc-n004w2.txt"), *weeks, "--seconds", "2", "--out", str(out)]) == 0
    solved = last(capsys)
    assert sorted(path.name for path in out.iterdir()) == ["Sol-n004w2-week0.txt", "Sol-n004w2-week1.txt"]
    assert (out / "Sol-n004w2-week1.txt").read_text().splitlines()[:2] == ["SOLUTION", "1 n004w2"]
    assert main(["check", str(folder / "Sc-n004w2.txt"), *weeks, "--roster", str(out)]) == 0
    judged = last(capsys)
    assert (judged["objective"], judged["feasible"]) == (solved["objective"], solved["feasible"])


@pytest.mark.parametrize("arguments", [
    ["solve", "none.json"],
    ["solve", "cut.json"],
    ["solve", "Sc-n004w2.txt"],
    ["solve", "problem.json", "--format", "curtois"],
    ["solve", "problem.json", "--format", "inrc2", "--history", "H0.txt", "--weeks", "WD-0.txt"],
    ["solve", "Sc-n004w2.txt", "--format", "inrc2"],
    ["solve", "Sc-n004w2.txt", "--format", "inrc2", "--history", "WD-0.txt", "--weeks", "WD-0.txt"],
    ["solve", "Sc-n004w2.txt", "--format", "inrc2", "--history", "H0.txt", "--weeks", "WD-0.txt", "WD-1.txt", "WD-1.txt"],
    ["check", "problem.json", "--roster", "problem.json"],
    ["check", "Instance1.txt", "--format", "curtois"],
    ["recommend", "problem.json", "--shift", "none"],
    ["recommend", "problem.json", "--shift", "s", "--person", "nobody"],
])  # fmt: skip
def test_what_cannot_be_worked_on_is_one_line_and_exit_two(folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert main(arguments) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert len(seen.err.splitlines()) == 1
    assert seen.err.startswith("jimu_engine: ")


def test_a_week_is_opened_only_when_the_weeks_before_it_are_decided(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out"
    weeks = ["--history", str(folder / "H0.txt"), "--weeks", str(folder / "WD-0.txt"), str(folder / "gone.txt")]
    assert main(["solve", str(folder / "Sc-n004w2.txt"), "--format", "inrc2", *weeks, "--seconds", "1", "--out", str(out)]) == 2
    assert sorted(path.name for path in out.iterdir()) == ["Sol-n004w2-week0.txt"]


def test_weeks_are_gone_on_with_from_the_history_that_a_run_left(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario, out, left = str(folder / "Sc-n004w2.txt"), folder / "out", folder / "left.txt"

    def solved(history: Path, week: str) -> float:
        given = ["--history", str(history), "--weeks", str(folder / week), "--rounds", "2", "--out", str(out), "--leave-history", str(left)]
        assert main(["solve", scenario, "--format", "inrc2", *given]) == 0
        return float(last(capsys)["objective"])  # type: ignore[arg-type]

    total = solved(folder / "H0.txt", "WD-0.txt") + solved(left, "WD-1.txt")
    assert {path.name for path in out.iterdir()} == {"Sol-n004w2-week0.txt", "Sol-n004w2-week1.txt"}
    given = ["--history", str(folder / "H0.txt"), "--weeks", str(folder / "WD-0.txt"), str(folder / "WD-1.txt")]
    assert main(["check", scenario, "--format", "inrc2", *given, "--roster", str(out)]) == 0
    assert last(capsys)["objective"] == total


def test_a_history_that_is_written_reads_as_it_was() -> None:
    scenario = read_scenario(week_texts.SCENARIO)
    history = read_history(week_texts.HISTORY, scenario)
    assert read_history(write_history(scenario, history), scenario) == history
    assert write_history(scenario, history) == week_texts.HISTORY


def test_bench_prints_a_table_with_what_others_reached(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", str(folder), "--format", "curtois", "--seconds", "2", "--seeds", "1"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].startswith("| instance |")
    assert rows[2].startswith("| Instance1 |")
    assert "best known 607" in rows[2]


def test_plain_models_run_beside_it_in_the_same_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", str(folder), "--seconds", "2", "--seeds", "1", "2", "--peers"]) == 0
    head, _, row = capsys.readouterr().out.splitlines()
    assert [cell.strip() for cell in head.split("|")][7:9] == ["CP-SAT, 8 sub-solvers", "HiGHS"]
    cells = [cell.strip() for cell in row.split("|")]
    assert len(cells) == len(head.split("|"))
    # All three prove this one.
    assert cells[2] == cells[7] == cells[8] != ""
    assert cells[3] == cells[2].split()[0]


def test_the_file_holds_the_best_so_far_while_the_search_goes_on(folder: Path) -> None:
    out, seen = folder / "best.csv", list[bool]()
    load("curtois").solve(Options(folder / "Instance1.txt", out=out, rounds=2), lambda line: seen.append(out.exists()))
    assert seen
    assert all(seen)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(("workers", "code"), [("64", 0), ("65", 2), ("0", 2)])
def test_workers_are_bounded(folder: Path, workers: str, code: int) -> None:
    with pytest.raises(SystemExit) if code else nullcontext() as refused:
        main(["solve", str(folder / "problem.json"), "--rounds", "1", "--workers", workers])
    assert code == 0 or refused.value.code == code


def test_standard_output_holds_nothing_but_the_last_line(folder: Path) -> None:
    command = [sys.executable, "-m", "jimu_engine", "solve", str(folder / "problem.json"), "--rounds", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[2])
    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout).keys() == LAST_LINE


def test_the_tiny_scenario_reads() -> None:
    scenario = read_scenario(week_texts.SCENARIO)
    assert len(read_history(week_texts.HISTORY, scenario).pasts) == len(scenario.nurses) == 4


def test_the_runs_of_a_folder_are_those_that_its_files_name(tmp_path: Path) -> None:
    place = tmp_path / "n004w2"
    place.mkdir()
    texts = {"Sc-n004w2": week_texts.SCENARIO, "H0-n004w2-0": week_texts.HISTORY} | {f"WD-n004w2-{week}": week_texts.WEEK for week in (0, 3, 5)}
    for name, text in texts.items():
        (place / f"{name}.txt").write_text(text.replace("n004w2", "n004w2_7"), encoding="utf-8")
    # A scenario may call itself otherwise than its files; without a run that is named, the first weeks.
    assert [case.name for case in cases(tmp_path)] == ["n004w2 0 0-1"]
    (place / "n004w2_0_5-3.txt").write_text("somebody's solution in another format", encoding="utf-8")
    assert [(case.name, case.known) for case in cases(tmp_path)] == [("n004w2 0 5-3", {})]
    out = place / "Solution_H_0-WD_5-3"
    (named,) = cases(tmp_path)
    given = ["--history", str(named.options.history), "--weeks", *map(str, named.options.weeks)]
    assert main(["solve", str(named.options.file), "--format", "inrc2", *given, "--seconds", "1", "--out", str(out)]) == 0
    assert [(case.name, list(case.known)) for case in cases(tmp_path)] == [("n004w2 0 5-3", ["reference"])]

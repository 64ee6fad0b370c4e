"""What is compiled beforehand is what a solve needs."""

import os
import subprocess
import sys
from pathlib import Path

from jimu_engine.tests.curtois_texts import text
from jimu_engine.tests.week_texts import HISTORY, SCENARIO, WEEK


def run(*words: str) -> str:
    """A command of the engine in a process of its own; what numba says of its cache is in what it prints."""
    environment = {**os.environ, "NUMBA_DEBUG_CACHE": "1"}
    return subprocess.run([sys.executable, "-m", "jimu_engine", *words], capture_output=True, text=True, check=True, env=environment).stdout


def test_after_warm_no_solve_compiles_anything(tmp_path: Path) -> None:
    run("warm")
    for name, words in {"days": text(8, 28, min_minutes=2400, max_run=5), "scenario": SCENARIO, "history": HISTORY, "week": WEEK}.items():
        (tmp_path / name).write_text(words)
    days = run("solve", f"{tmp_path}/days", "--format", "curtois", "--rounds", "6")
    weeks = ["--history", f"{tmp_path}/history", "--weeks", f"{tmp_path}/week", "--seconds", "0.3", "--out", str(tmp_path)]
    told = days + run("solve", f"{tmp_path}/scenario", "--format", "inrc2", *weeks)
    assert "data loaded from" in told
    assert "data saved to" not in told

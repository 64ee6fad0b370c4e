"""Several workers on rolling weeks: repeatable by count, lawful without their help, gone when the run is."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jimu_engine.formats.inrc2 import WeekRoster
from jimu_engine.tests import week_texts
from jimu_engine.tests.test_weeks import HISTORY, SCENARIO, WEEK
from jimu_engine.weeks.roll import roll
from jimu_engine.weeks.week import Choice, Market, Relaxed
from jimu_engine.weeks.worker import Helper, Search

ROOT = Path(__file__).resolve().parents[2]
#: Seconds after which a process is taken to hang.
HANGS = 60


class Slow(Helper):
    """A worker that others keep from the processor for a while, whenever it is asked."""

    def ask(self, search: Search | None) -> None:
        super().ask(search)
        self._child.send_signal(signal.SIGSTOP)
        threading.Timer(0.7, self._child.send_signal, (signal.SIGCONT,)).start()


def rosters(**limits: Any) -> list[WeekRoster]:
    found = list(roll(SCENARIO, HISTORY, [WEEK, WEEK], **limits))
    assert not any(rolled.broken for rolled in found)
    return [rolled.roster for rolled in found]


def test_by_count_the_same_seed_and_workers_give_the_same_weeks_however_slow_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    swift = rosters(rounds=2, seed=3, workers=2)
    monkeypatch.setattr("jimu_engine.weeks.roll.Helper", Slow)
    assert rosters(rounds=2, seed=3, workers=2) == swift


def test_weeks_are_decided_though_a_worker_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dying(Helper):
        def ask(self, search: Search | None) -> None:
            super().ask(search)
            self._child.kill()

    monkeypatch.setattr("jimu_engine.weeks.roll.Helper", Dying)
    assert len(rosters(rounds=2, workers=2)) == 2


def test_what_a_worker_finds_counts_where_it_is_better(monkeypatch: pytest.MonkeyPatch) -> None:
    def poor(market: Market, relaxed: Relaxed, *, tell: Callable[[Choice], None], **given: object) -> Choice:
        tell(nobody := Choice([0] * len(SCENARIO.nurses), 1e9))
        return nobody

    monkeypatch.setattr("jimu_engine.weeks.roll.choose", poor)
    assert all(rolled.broken for rolled in roll(SCENARIO, HISTORY, [WEEK, WEEK], rounds=2))
    assert len(rosters(rounds=2, workers=2)) == 2


def children(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in path.read_text().split()] if path.exists() else []


def there(process: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc")
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_ends_takes_its_workers_with_it(tmp_path: Path, sign: int) -> None:
    for name, text in (("Sc.txt", week_texts.SCENARIO), ("H0.txt", week_texts.HISTORY), ("WD.txt", week_texts.WEEK)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    # A pipe that is open and silent: the run waits for its second week, and its workers with it.
    os.mkfifo(tmp_path / "WD1.txt")
    silent = os.open(tmp_path / "WD1.txt", os.O_RDWR)
    given = [str(tmp_path / "Sc.txt"), "--format", "inrc2", "--history", str(tmp_path / "H0.txt"), "--weeks"]
    given += [str(tmp_path / "WD.txt"), str(tmp_path / "WD1.txt"), "--workers", "3", "--rounds", "2"]
    with subprocess.Popen([sys.executable, "-m", "jimu_engine", "solve", *given], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stderr is not None
        while "week 0" not in run.stderr.readline():
            assert run.poll() is None
        workers = children(run.pid)
        assert len(workers) == 2
        run.send_signal(sign)
        # It has heard the signal, and once the week is there it ends.
        os.write(silent, week_texts.WEEK.encode())
        os.close(silent)
        run.communicate(timeout=HANGS)
        end = time.monotonic() + HANGS
        while any(map(there, workers)) and time.monotonic() < end:
            time.sleep(0.05)
        assert not any(map(there, workers))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc")
def test_a_worker_with_nothing_to_do_ends_with_its_parent() -> None:
    begun = "from jimu_engine.tests.test_weeks import SCENARIO; from jimu_engine.weeks.worker import Helper; worker = Helper(SCENARIO)"
    code = f"import os; {begun}; print(worker._child.pid, flush=True); os.kill(os.getpid(), 9)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    worker = int(told.stdout)
    end = time.monotonic() + HANGS
    while there(worker) and time.monotonic() < end:
        time.sleep(0.05)
    left = there(worker)
    if left:
        os.kill(worker, signal.SIGKILL)
    assert not left

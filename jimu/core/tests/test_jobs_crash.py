"""A worker killed in the middle of a job: the job is handed out again and done, on both databases."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jimu.core import clock, jobs
from jimu.core.models import Job
from jimu.core.permissions import SYSTEM
from jimu.core.tests.elsewhere import environment

pytestmark = [pytest.mark.concurrency, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[tuple[Callable[[], "subprocess.Popen[bytes]"], Path]]:
    """Start workers; all of them are ended after the test."""
    notes = tmp_path / "notes"
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "jimu.core.tests.worker", str(notes)]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(words, env=environment(JIMU_JOB_SECONDS="5"), stdout=quiet, stderr=quiet, start_new_session=True)
        started.append(process)
        return process

    yield start, notes
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def until(true: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def state(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def test_a_worker_killed_alone_is_replaced_and_the_job_done(worker) -> None:
    start, notes = worker
    job = jobs.enqueue(actor=SYSTEM, at=clock.now(), kind="test.slow", subject="x", args={})
    start()
    until(lambda: notes.exists() and bool(notes.read_text().strip()))
    assert state(job) == Job.State.RUNNING
    os.kill(int(notes.read_text().split()[0]), signal.SIGKILL)
    until(lambda: state(job) == Job.State.DONE)
    done = Job.objects.get(pk=job.pk)
    assert (done.result, done.attempts) == ({"runs": 2}, 2)


def test_a_machine_that_loses_power_does_the_job_when_it_is_up_again(worker) -> None:
    start, notes = worker
    job = jobs.enqueue(actor=SYSTEM, at=clock.now(), kind="test.slow", subject="x", args={})
    process = start()
    until(lambda: notes.exists() and bool(notes.read_text().strip()))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    jobs.recover(alone=True)
    start()
    until(lambda: state(job) == Job.State.DONE)
    assert Job.objects.get(pk=job.pk).attempts == 2

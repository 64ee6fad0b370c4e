"""The job of the timer: seats that nobody noticed, then everything that is due in calls."""

from typing import Any

from jimu.calls import backfill, waves
from jimu.core import clock
from jimu.core.jobs import JobRun


def run(job: JobRun) -> dict[str, Any]:
    """Sweep now."""
    return sweep_now()


def sweep_now() -> dict[str, int]:
    """Safe to run twice, late, or beside another: every step looks at what is so."""
    at = clock.now()
    return {"noticed": backfill.sweep_unnoticed(at), **waves.sweep(at)}


def anything_due() -> bool:
    """Whether a sweep would do anything."""
    return waves.anything_due() or bool(backfill.unnoticed(clock.now()))

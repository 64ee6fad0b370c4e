"""Waiting for what a phone's app keeps: a script that answers later, asked until it is true."""

from typing import Any

#: How often a phone is asked, and milliseconds between two times: a busy machine has most of a minute.
ASKED, PAUSE = 400, 100


def until(page: Any, script: str, given: Any = None, *, asked: int = ASKED) -> None:
    """Return once ``script`` (which may be a promise) answers something true; fails after ``asked`` times, usually most of a minute.

    The browser's own waiting takes a promise itself for true.
    """
    for _ in range(asked):
        if page.evaluate(script, given):
            return
        page.wait_for_timeout(PAUSE)
    raise AssertionError(f"never true: {script}")


def kept_by_worker(page: Any) -> None:
    """Return once the app's worker has the page, so that it opens without a network."""
    page.evaluate("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller || new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done)))")

"""Work that ends soon after somebody asks, even when it is deep in compiled code."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

#: Whether somebody has asked for the end.
Asked = Callable[[], bool]


def never() -> bool:
    """Nobody asks."""
    return False


#: Seconds between two looks at the request, and seconds that work which was asked to end may still take.
LOOK, GRACE = 0.05, 0.6


def finished(work: Callable[[], object], asked: Asked, grace: float = GRACE) -> bool:
    """Do the work in a thread of its own; False when it was asked to end and did not within ``grace`` seconds.

    Then it is left alone, still running: what it has published so far is whole, and nobody hears how it ends.
    """
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive() and not asked():
        thread.join(LOOK)
    thread.join(grace)
    if thread.is_alive():
        return False
    if failed:
        raise failed[0]
    return True

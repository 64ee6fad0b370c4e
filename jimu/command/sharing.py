"""What many watch is summed up once: boards alike are shared for moments between changes.

Every announced change raises the board's version, which is part of the key, so a change shows at once; the
seconds only bound how late a page may be about what nobody announced, such as a shift that begins.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

SECONDS = 3.0
_KEPT = 16


class Shared(Generic[T]):
    """The newest few values by key, each for SECONDS. Threads that ask at once wait for the one that computes."""

    def __init__(self) -> None:
        self._values: dict[Hashable, tuple[float, T]] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value of the key, computed when there is none that is fresh. Errors are not kept."""
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            found = self._values.get(key)
            if found is not None and time.monotonic() - found[0] < SECONDS:
                return found[1]
            value = compute()
            with self._guard:
                self._values[key] = (time.monotonic(), value)
                self._forget()
            return value

    def _forget(self) -> None:
        while len(self._values) > _KEPT:
            oldest = min(self._values, key=lambda key: self._values[key][0])
            del self._values[oldest]
            self._locks.pop(oldest, None)

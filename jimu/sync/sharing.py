"""How many packs are read at once, and what phones share that begin a duty together.

Reading a pack costs the processor more than anything else that a phone asks, and it may wait: who scans at a table or looks at a page may not.
So packs have a few places of their own, a phone beyond them is told when to come again, and the lists of a first sync are read once for all
phones of the same part with the same rights that come within seconds of each other.
"""

import random
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from jimu.sync.errors import Busy

#: Of the service's eight threads packs occupy these at most: some that read, some that wait for one of those.
READING, WAITING = 2, 1
#: Seconds that one waits for its place before it is sent away.
PATIENCE = 1.0
#: Seconds for which the lists of a first sync serve others. What happens meanwhile a phone hears with its next fetch, whose cursor is the reading.
FRESH = 5.0
#: A phone that is sent away comes again after so many seconds, each after its own.
AGAIN = (2, 10)

_inside = threading.BoundedSemaphore(READING + WAITING)
_reading = threading.BoundedSemaphore(READING)
_guard = threading.Lock()


@dataclass
class _Shared:
    text: str
    read_at: datetime
    until: float
    served: set[UUID] = field(default_factory=set)


_shared: dict[Hashable, _Shared] = {}


@contextmanager
def place() -> Iterator[None]:
    """One of the places at which packs are read. Raises Busy when all are taken."""
    if not _inside.acquire(blocking=False):
        raise Busy(random.randint(*AGAIN))
    try:
        if not _reading.acquire(timeout=PATIENCE):
            raise Busy(random.randint(*AGAIN))
        try:
            yield
        finally:
            _reading.release()
    finally:
        _inside.release()


def first(whose: Hashable, device_id: UUID, at: datetime, read: Callable[[], str]) -> tuple[str, datetime]:
    """The lists of a first sync and from when they are: what was read for others a moment ago, or read now. Raises Busy.

    A phone that asks twice wants what is new: it gets no reading a second time.
    """
    found = _taken(whose, device_id)
    if found is None:
        with place():
            # Somebody may have read them while this one waited.
            found = _taken(whose, device_id)
            if found is None:
                found = _Shared(read(), at, time.monotonic() + FRESH, {device_id})
                with _guard:
                    _shared[whose] = found
    return found.text, found.read_at


def _taken(whose: Hashable, device_id: UUID) -> _Shared | None:
    with _guard:
        now = time.monotonic()
        for key in [key for key, one in _shared.items() if one.until <= now]:
            del _shared[key]
        found = _shared.get(whose)
        if found is None or device_id in found.served:
            return None
        found.served.add(device_id)
        return found

"""Identifiers: UUIDv7 (RFC 9562, 5.7), so that keys sort by the time they were made, on any device.

The 12 bits after the millisecond count the ids made within it (method 1 of section 6.2), so ids of one process
sort in the order they were made, and stay close to the clock however many are made at once.
"""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A fresh UUIDv7."""
    global _last
    with _lock:
        # Millisecond and counter as one number: a clock that stands still or steps back goes on counting.
        _last = max(_last + 1, time.time_ns() // 1_000_000 << 12)
        moment, count = divmod(_last, 1 << 12)
    return UUID(int=moment << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | secrets.randbits(62))

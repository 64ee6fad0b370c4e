"""Workers in processes of their own: plain children that speak pickles on their pipes.

Not multiprocessing: they must work from a web worker, from a job queue and from a script without an import guard.
"""

from __future__ import annotations

import os
import pickle
import select
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any


def child(module: str) -> subprocess.Popen[bytes]:
    """A child that runs a module of this package, with pipes to and from it."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=Path(__file__).resolve().parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A signal to the whole group is the parent's to hear: it takes the best so far, then ends its workers.
        process_group=0,
    )


def send(pipe: int, message: Any) -> None:
    """One message: its length, then the pickle. Unbuffered, so that ``select`` tells the truth about what waits."""
    data = memoryview(struct.pack("<Q", len(body := pickle.dumps(message))) + body)
    while data:
        data = data[os.write(pipe, data) :]


def receive(pipe: int) -> Any:
    """The next message; EOFError when the other side is gone."""
    return pickle.loads(_exactly(pipe, struct.unpack("<Q", _exactly(pipe, 8))[0]))


def _exactly(pipe: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(pipe, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def waits(pipe: int, seconds: float = 0.0) -> bool:
    """Whether there is something to read, now or within so many seconds."""
    return bool(select.select([pipe], [], [], seconds)[0])

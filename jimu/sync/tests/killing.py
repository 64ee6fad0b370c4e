"""Batches sent to a service that is killed in the middle of them, again and again; the benchmark does it 200 times."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jimu.core.ids import new_id

START = 90


@dataclass
class Ordeal:
    """What was sent and what was acknowledged; `kills` that fell into a request."""

    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    kills: int = 0
    retries: int = 0


@contextmanager
def service(port: int, file: Path, environment: dict[str, str]) -> Iterator[None]:
    """The service, ended with all that it started."""
    words = [sys.executable, "-m", "jimu.sync.tests.killed", str(port), str(file)]
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START
        while not file.exists():
            assert process.poll() is None, "the service did not start"
            assert time.monotonic() < end, "the service did not start in time"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def post(address: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
    """One request. Raises OSError and kin when the service dies in it."""
    request = urllib.request.Request(
        f"{address}/sync/operations", json.dumps(body).encode(), {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def operation(unit: str, at: str) -> dict[str, Any]:
    """A knock at a door."""
    return {"op_id": str(new_id()), "kind": "test.knock", "at": at, "payload": {"unit": unit, "result": "answered"}}


def undergo(*, address: str, token: str, unit: str, at: str, file: Path, kills: int, size: int, seed: int) -> Ordeal:
    """Send batches until the service was killed so many times within one; each batch is sent until it is acknowledged."""
    draw, ordeal = random.Random(seed), Ordeal()
    usual = 0.1
    while ordeal.kills < kills:
        batch = [operation(unit, at) for _ in range(size)]
        ordeal.sent += [one["op_id"] for one in batch]
        killer = threading.Timer(draw.uniform(0, usual), _kill, [file])
        killer.start()
        began = time.monotonic()
        while True:
            try:
                answer = post(address, token, {"operations": batch})
            except (OSError, http.client.HTTPException, ValueError):  # an answer may be cut off in its middle
                ordeal.retries += 1
                time.sleep(0.01)
                continue
            break
        if not killer.is_alive():
            ordeal.kills += 1
        else:
            killer.cancel()
            usual = max(0.01, time.monotonic() - began)
        killer.join()
        ordeal.acknowledged += [one["op_id"] for one in answer["results"] if one["outcome"] in ("done", "already_done")]
    return ordeal


def _kill(file: Path) -> None:
    with suppress(OSError, ValueError):
        os.kill(int(file.read_text()), signal.SIGKILL)

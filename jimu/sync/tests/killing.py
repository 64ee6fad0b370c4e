"""Batches that several phones send at once to a service that is killed in the middle of them, again and again."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jimu.core.ids import new_id
from jimu.sync.lane import SMALL

START = 90


@dataclass(frozen=True)
class Sender:
    """A phone: its secret, what it writes down, and how many of them it sends at once."""

    token: str
    operation: Callable[[], dict[str, Any]]
    size: int


@dataclass
class Ordeal:
    """What was sent and what was acknowledged; `kills` that fell into a request; `found` was written, but its answer lost."""

    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    kills: int = 0
    cut: int = 0
    found: int = 0
    by_lane: int = 0
    by_pages: int = 0


@contextmanager
def service(port: int, file: Path, environment: dict[str, str], *, offered: bool = True) -> Iterator[Callable[[], None]]:
    """The service, with the kinds of sync's tests or the bricks' own, ended with all that it started; yields what puts a fresh one in its place."""
    words = [sys.executable, "-m", "jimu.sync.tests.killed", str(port), str(file), *(["offered"] if offered else [])]
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START
        while not file.exists():
            assert process.poll() is None, "the service did not start"
            assert time.monotonic() < end, "the service did not start in time"
            time.sleep(0.05)
        yield lambda: _anew(port, file)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _anew(port: int, file: Path) -> None:
    """Kill the one that serves, and wait for the next: it knows nothing of what was there before."""
    before, end = file.read_text(), time.monotonic() + START
    os.kill(int(before), signal.SIGKILL)
    while file.read_text() == before or not _listens(port):
        assert time.monotonic() < end, "the service did not come back"
        time.sleep(0.01)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def operation(unit: str, at: str) -> dict[str, Any]:
    """A knock at a door."""
    return {"op_id": str(new_id()), "kind": "test.knock", "at": at, "payload": {"unit": unit, "result": "answered"}}


def undergo(*, port: int, senders: Sequence[Sender], file: Path, kills: int, seed: int) -> Ordeal:
    """All phones send at one moment, and the service is killed at another, until it was killed so many times within; each batch is sent until it is answered."""
    draw, ordeal, usual = random.Random(seed), Ordeal(), 0.1
    with ThreadPoolExecutor(len(senders)) as hands:
        while ordeal.kills < kills:
            batches = [[one.operation() for _ in range(one.size)] for one in senders]
            bodies = [json.dumps({"operations": batch}).encode() for batch in batches]
            small = sum(len(body) <= SMALL for body in bodies)
            ordeal.by_lane, ordeal.by_pages = ordeal.by_lane + small, ordeal.by_pages + len(bodies) - small
            ordeal.sent += [one["op_id"] for batch in batches for one in batch]
            # Every second time at a moment somewhere within; every other one as soon as one phone has heard, while the others wait for their word.
            heard, blind = threading.Event(), draw.random() < 0.5
            killer = threading.Thread(target=_kill, args=[file, heard, draw.uniform(0, usual) if blind else None])
            began = time.monotonic()
            killer.start()
            answers = list(hands.map(lambda one: _told(port, *one), [(sender.token, body, heard) for sender, body in zip(senders, bodies, strict=True)]))
            killer.join()
            if all(times == 0 for times, _results in answers):
                usual = max(0.01, time.monotonic() - began)
            cut = sum(times for times, _results in answers)
            ordeal.kills, ordeal.cut = ordeal.kills + (cut > 0), ordeal.cut + cut
            results = [one for _times, results in answers for one in results]
            ordeal.acknowledged += [one["op_id"] for one in results if one["outcome"] in ("done", "already_done")]
            ordeal.found += sum(one["outcome"] == "already_done" for one in results)
    return ordeal


def _told(port: int, token: str, body: bytes, heard: threading.Event) -> tuple[int, list[dict[str, Any]]]:
    """How often a batch was cut off on its way, and what was said at last."""
    cut, end = 0, time.monotonic() + START
    while True:
        try:
            told = _post(port, token, body)
            heard.set()
            return cut, told
        except ConnectionRefusedError:
            assert time.monotonic() < end, "the service did not come back"
        except (OSError, http.client.HTTPException, ValueError):  # an answer may be cut off in its middle
            cut += 1
        time.sleep(0.005)


def _post(port: int, token: str, body: bytes) -> list[dict[str, Any]]:
    way = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        way.request("POST", "/sync/operations", body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        answer = way.getresponse()
        content = answer.read()
    finally:
        way.close()
    assert answer.status == 200, content
    found: list[dict[str, Any]] = json.loads(content)["results"]
    return found


def _kill(file: Path, heard: threading.Event, after: float | None) -> None:
    if after is None:
        heard.wait(START)
    else:
        time.sleep(after)
    with suppress(OSError, ValueError):
        os.kill(int(file.read_text()), signal.SIGKILL)

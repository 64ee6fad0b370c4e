"""How long a change takes to reach everybody who watches, with many pages open at once.

    python benchmarks/live.py [--listeners 1000] [--beats 20]

Starts the service on an embedded database of its own, opens that many live lines of one account, beats the board's
topic and waits until every line has heard of it. Prints JSON: milliseconds from the beat to the last and to the
median listener, seconds to open all lines, the service's memory, and its CPU time in a quiet minute's share.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
QUIET_SECONDS = 10


def prepare() -> str:
    """Migrate, open an account and sign it in; returns the session's key."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from jimu.accounts.models import Account

    call_command("migrate", interactive=False, verbosity=0)
    account = Account.objects.create_user(username="watcher", password=None, display_name="watcher")
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return str(session.session_key)


class Line:
    """One open page: reads events and notes when each version was heard."""

    def __init__(self) -> None:
        self.heard: dict[int, float] = {}

    async def open(self, port: int, session: str) -> None:
        """Connect, and return when the first event is there."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        request = f"GET /live?topic=board HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n\r\n"
        self.writer.write(request.encode())
        await self.reader.readuntil(b'"version"')
        self.task = asyncio.create_task(self.listen())

    async def listen(self) -> None:
        """Read until the line ends."""
        while line := await self.reader.readline():
            if line.startswith(b"data:"):
                self.heard[json.loads(line[5:])["version"]] = time.monotonic()


async def measure(port: int, session: str, count: int, beats: int) -> dict[str, Any]:
    """Open the lines and time the beats."""
    from asgiref.sync import sync_to_async

    from jimu.core import live

    lines = [Line() for _ in range(count)]
    start = time.monotonic()
    for first in range(0, count, 50):
        await asyncio.gather(*[line.open(port, session) for line in lines[first : first + 50]])
    opened = time.monotonic() - start
    last, median = [], []
    for _ in range(beats):
        await sync_to_async(live.beat)("board")
        at, version = time.monotonic(), (await sync_to_async(live.versions)(["board"]))["board"]
        while not all(version in line.heard for line in lines):
            if time.monotonic() - at > 30:
                raise SystemExit(f"{sum(version not in line.heard for line in lines)} lines never heard of a change")
            await asyncio.sleep(0.02)
        waits = [(line.heard[version] - at) * 1000 for line in lines]
        last.append(max(waits))
        median.append(statistics.median(waits))
    return {
        "open_s": round(opened, 2),
        "last_ms": {"median": round(statistics.median(last)), "worst": round(max(last))},
        "median_ms": {"median": round(statistics.median(median)), "worst": round(max(median))},
    }


def usage(pid: int) -> tuple[float, float]:
    """Resident MB and CPU seconds of a process so far (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    ticks = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, cpu


async def run(port: int, pid: int, session: str, options: argparse.Namespace) -> dict[str, Any]:
    """The measurement, then what the open lines cost while nothing happens."""
    found = await measure(port, session, options.listeners, options.beats)
    _, before = usage(pid)
    await asyncio.sleep(QUIET_SECONDS)
    memory, after = usage(pid)
    return found | {"memory_mb": round(memory), "quiet_cpu_share": round((after - before) / QUIET_SECONDS, 3)}


def main() -> int:
    """Serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--beats", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        os.environ |= {"JIMU_HOME": home, "DJANGO_SETTINGS_MODULE": "jimu.settings"}
        sys.path.insert(0, str(ROOT))
        session = prepare()
        words = [sys.executable, "-m", "uvicorn", "jimu.asgi:application", "--port", str(port), "--log-level", "error"]
        words += ["--timeout-graceful-shutdown", "1"]
        service = subprocess.Popen(words, cwd=ROOT)
        try:
            while service.poll() is None:
                with socket.socket() as ready:
                    if ready.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            found = asyncio.run(run(port, service.pid, session, options))
        finally:
            service.terminate()
            service.wait()
    print(json.dumps({"listeners": options.listeners, "beats": options.beats, **found}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

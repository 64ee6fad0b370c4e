"""A throwaway PostgreSQL for the tests: `start` prints a JIMU_DATABASE address, `stop ADDRESS` removes it.

`run COMMAND…` starts one, runs the command with JIMU_DATABASE set, stops it, and exits as the command did.
PostgreSQL refuses to run as root, so root hands the cluster to the system's `postgres` account. It listens on
a socket in its own folder only. Durability is switched off: nothing in it outlives the tests.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlparse

SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=128MB"


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, newest version first; None when PostgreSQL is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[4]), reverse=True)
    if debian:
        return debian[0].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def owner() -> str:
    """Who runs it: postgres when we are root, else ourselves."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _run(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", owner(), "--", *words]
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words[0]}: {done.stderr or done.stdout}")


def start() -> str:
    """Start a cluster in a temporary folder; the address of its empty database `jimu`."""
    folder = binaries()
    if folder is None:
        raise SystemExit("PostgreSQL is not installed (Debian: apt-get install postgresql-15)")
    place = Path(tempfile.mkdtemp(prefix="jimu-pg-"))
    os.chmod(place, 0o755)
    if os.geteuid() == 0:
        shutil.chown(place, owner())
    address = f"postgres://jimu@{quote(str(place), safe='')}/jimu"
    try:
        _fill(folder, place)
    except BaseException:
        with contextlib.suppress(SystemExit):
            stop(address)
        shutil.rmtree(place, ignore_errors=True)
        raise
    return address


def _fill(folder: Path, place: Path) -> None:
    _run(folder / "initdb", "-D", place / "data", "-U", "jimu", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
    options = f"-k {place} -c listen_addresses= {SETTINGS}"
    _run(folder / "pg_ctl", "-D", place / "data", "-l", place / "log", "-o", options, "-w", "start")
    _run(folder / "createdb", "-h", place, "-U", "jimu", "jimu")


def stop(address: str) -> None:
    """Stop the cluster of an address that `start` gave, and remove its folder."""
    folder = binaries()
    place = Path(unquote(urlparse(address).hostname or parse_qs(urlparse(address).query).get("host", [""])[0]))
    if folder is None or not place.name.startswith("jimu-pg-"):
        raise SystemExit("not an address of a throwaway cluster")
    _run(folder / "pg_ctl", "-D", place / "data", "-m", "immediate", "-w", "stop")
    shutil.rmtree(place)


def run(command: list[str]) -> int:
    """Run a command against a throwaway cluster; its exit code."""
    # Whoever loses patience sends SIGTERM: the cluster must not outlive that.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    address = start()
    try:
        return subprocess.run(command, env={**os.environ, "JIMU_DATABASE": address}, check=False).returncode
    finally:
        stop(address)


def main(words: list[str]) -> int:
    """start | stop ADDRESS | available | run COMMAND…"""
    match words:
        case ["start"]:
            print(start())
        case ["stop", address]:
            stop(address)
        case ["available"]:
            return 0 if binaries() else 1
        case ["run", *command] if command:
            return run(command)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

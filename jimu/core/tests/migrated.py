"""Databases with all tables, made once for a whole run of the tests and copied from then on: making the tables takes seconds.

That they come about from nothing is shown where they are made here, and by the tests of `jimu serve` and `jimu prepare`.
"""

import builtins
import contextlib
import fcntl
import hashlib
import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jimu.core.tests.elsewhere import path_for

ROOT = Path(__file__).resolve().parents[3]
FILE = "jimu.sqlite3"


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of one run of the tests share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextlib.contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """One process of the run at a time."""
    with (folder / f"{name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first who asks for it fills; a failure leaves nothing, so that the next one tries again."""
    place = shared_folder(factory) / name
    with alone(place.parent, name):
        if not (place / "made").exists():
            place.mkdir(exist_ok=True)
            make(place)
            (place / "made").touch()
    return place


def jimu(home: Path, *words: str, **more: str) -> None:
    """Run a command on a home. Raises AssertionError with what it said."""
    given = {key: value for key, value in os.environ.items() if key != "JIMU_DATABASE"}
    environment = {**given, "JIMU_HOME": str(home), "PYTHONPATH": path_for(str(ROOT)), **more}
    done = subprocess.run([sys.executable, "-m", "jimu", *words], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def migrated_file(factory: pytest.TempPathFactory) -> Path:
    """An embedded database with all tables and nothing in them but what migrations put there."""
    # tools/test.sh has made one already.
    given = Path(os.environ.get("JIMU_MIGRATED", "")) / FILE
    return given if "JIMU_MIGRATED" in os.environ and given.exists() else made_once(factory, "migrated", lambda home: jimu(home, "prepare")) / FILE


def copy(source: Path, to: Path) -> None:
    """A copy of an embedded database that is at rest."""
    with contextlib.closing(sqlite3.connect(source)) as whole, contextlib.closing(sqlite3.connect(to)) as made:
        whole.backup(made)


@contextlib.contextmanager
def left_alone(file: Path) -> Iterator[None]:
    """Whoever opens an embedded database's files beside it fails at once.

    POSIX gives up all locks of a process on a file when the process closes it, whoever took them: another process that goes would then
    take itself for the last one and delete the journal under the feet of this one, which from there on writes into nothing, and at last
    over the database.
    """
    opened = io.open

    def open_another(path: Any, *given: Any, **more: Any) -> Any:
        assert not (isinstance(path, str | os.PathLike) and str(path).startswith(str(file))), "let another process read the database's file"
        return opened(path, *given, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(io, "open", open_another)
        patched.setattr(builtins, "open", open_another)
        yield


def template_name(factory: pytest.TempPathFactory) -> str:
    """Of this run's own template on PostgreSQL."""
    return f"jimu_tables_{hashlib.sha256(str(shared_folder(factory)).encode()).hexdigest()[:12]}"


def template(factory: pytest.TempPathFactory, given: dict[str, Any]) -> str:
    """The name of a database on PostgreSQL with all tables, from which each process of the run has its own copied."""
    name = template_name(factory)
    user, host = quote(given["USER"], safe=""), quote(given["HOST"], safe="")
    place = f"{host}:{given['PORT']}" if given["PORT"] else host

    def make(home: Path) -> None:
        drop(name, given)
        _run(given, f'CREATE DATABASE "{name}"')
        jimu(home, "prepare", JIMU_DATABASE=f"postgres://{user}@{place}/{name}")

    made_once(factory, "template", make)
    return name


def drop(name: str, given: dict[str, Any]) -> None:
    """Remove it."""
    _run(given, f'DROP DATABASE IF EXISTS "{name}"')


def _run(given: dict[str, Any], statement: str) -> None:
    import psycopg

    keys = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **{key: value for key, value in keys.items() if value}) as line:
        line.execute(statement)  # type: ignore[arg-type]

"""Batches that wait for the embedded database's one writer, written together: one wait for the disk serves them all.

Whoever gets the turn does the work of all that wait, each in a savepoint, and commits once; everybody answers after that commit. On
PostgreSQL, which commits side by side, each has a transaction of its own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import translation

Found = TypeVar("Found")
_waiting: list["_Asked"] = []
_guard, _turn = threading.Lock(), threading.Lock()


@dataclass
class _Asked:
    """Work that waits, and what came of it; `error` until its commit."""

    work: Callable[[], Any]
    language: str | None
    done: bool = False
    found: Any = None
    error: Exception | None = None

    def run(self) -> None:
        """The work, in the language of who asked for it. What it raises undoes this work alone, unless the database itself failed."""
        try:
            with translation.override(self.language), transaction.atomic():
                self.found = self.work()
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            self.error = error


def written(work: Callable[[], Found]) -> Found:
    """What `work` returns, once it is committed. It may run on another thread; raises what it raised, or DatabaseError when the commit failed."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return work()
    asked = _Asked(work, translation.get_language())
    with _guard:
        _waiting.append(asked)
    with _turn:
        if not asked.done:
            _write()
    if asked.error is not None:
        raise asked.error
    found: Found = asked.found
    return found


def _write() -> None:
    with _guard:
        together = _waiting[:]
        _waiting.clear()
    failed: Exception | None = DatabaseError("not committed")
    try:
        with transaction.atomic():
            for one in together:
                one.run()
        failed = None
    except (OperationalError, InterfaceError) as error:
        failed = error
    finally:
        for one in together:
            one.error, one.done = failed or one.error, True

"""What waits for the embedded database's one writer, written together: one wait for the disk serves them all.

Each is a savepoint, answered after the commit (`core.together`). On PostgreSQL, which commits side by side, each has a transaction of
its own.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import translation

from jimu.core.errors import JimuError
from jimu.core.together import Together

Found = TypeVar("Found")
#: Work that waits, and the language in which it is answered.
Asked = tuple[Callable[[], Any], str | None]


def written(work: Callable[[], Found]) -> Found:
    """What `work` returns, once it is committed. It may run on another thread; raises what it raised, or what the commit did."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            return work()
    found: Found = _counter.ask((work, translation.get_language()))
    return found


def _settle(asked: Sequence[Asked]) -> list[Any]:
    with transaction.atomic():
        return [_result(work, language) for work, language in asked]


def _result(work: Callable[[], Any], language: str | None) -> Any:
    try:
        with translation.override(language), transaction.atomic():
            return work()
    except JimuError as error:
        return error


_counter: Together[Asked, Any] = Together(_settle)

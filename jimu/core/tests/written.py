"""What a request left written, whatever was taken back on the way: to see that a refusal writes nothing."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

WRITE = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)\"?", re.IGNORECASE)
SAVEPOINT = re.compile(r"\s*(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\s+\"?(\w+)\"?", re.IGNORECASE)


@dataclass
class Written:
    """Tables written to, one list for each savepoint that is open; the first is what stands."""

    levels: list[tuple[str, list[str]]] = field(default_factory=lambda: [("", [])])

    @property
    def tables(self) -> list[str]:
        """Tables that were written to and not taken back."""
        return sorted({table for _name, tables in self.levels for table in tables})

    def note(self, sql: str) -> None:
        """Take note of a statement that went through."""
        if found := SAVEPOINT.match(sql):
            self._savepoint(found[1].upper(), found[2])
        elif found := WRITE.match(sql):
            self.levels[-1][1].append(found[1])

    def _savepoint(self, what: str, name: str) -> None:
        if what == "SAVEPOINT":
            self.levels.append((name, []))
            return
        depth = next((n for n, (open_one, _tables) in enumerate(self.levels) if open_one == name), None)
        if depth is None:
            return
        within = [table for _name, tables in self.levels[depth:] for table in tables]
        if what == "RELEASE SAVEPOINT":
            del self.levels[depth:]
            self.levels[-1][1].extend(within)
        else:
            self.levels[depth:] = [(name, [])]


@contextmanager
def written() -> Iterator[Written]:
    """Watch what is written within. The test stands in a transaction, so that each of the service's is a savepoint."""
    assert connection.in_atomic_block
    seen = Written()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        seen.note(sql)
        return answer

    with connection.execute_wrapper(watch):
        yield seen

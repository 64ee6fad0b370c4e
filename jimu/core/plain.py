"""Plain SQL for the few questions that thousands of requests ask: compiled from the models, each costs more than its answer.

Statements name tables by their models' `_meta.db_table`, columns as the models do, and give every value as a parameter.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, overload
from uuid import UUID

from django.conf import settings
from django.db import connection

#: PostgreSQL knows ids and moments; the embedded database keeps words: hexadecimal digits, and UTC without saying so. Asked of the
#: connection for every value, this took a tenth of a batch.
KEEPS_TYPES = str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def rows(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows, as the driver gives them: ids and moments are read by `uuid_of` and `moment_of`."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def marks(values: Collection[Any]) -> str:
    """A place for each of the values, within brackets: `IN {marks(ids)}`. Of none, what nothing is in."""
    return f"({', '.join(['%s'] * len(values)) or 'NULL'})"


def key(value: UUID | None) -> Any:
    """An id as the database keeps it."""
    return value if value is None or KEEPS_TYPES else value.hex


def keys(values: Collection[UUID]) -> list[Any]:
    """Ids as the database keeps them."""
    return list(values) if KEEPS_TYPES else [value.hex for value in values]


def moment(value: datetime | None) -> Any:
    """A moment as the database keeps it."""
    if value is None or KEEPS_TYPES:
        return value
    return str(value.astimezone(UTC).replace(tzinfo=None))


def uuid_of(value: Any) -> Any:
    """An id out of the database, None where there is none."""
    return UUID(value) if isinstance(value, str) else value


@overload
def moment_of(value: None) -> None: ...
@overload
def moment_of(value: datetime | str) -> datetime: ...
def moment_of(value: datetime | str | None) -> datetime | None:
    """A moment out of the database; the embedded one keeps UTC without saying so."""
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)

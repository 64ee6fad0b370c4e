"""Many rows of one table at once, several times as fast as bulk_create and bulk_update, which compile each row. For tables
without database defaults."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, connections, models, transaction
from django.db.models.constants import OnConflict

# As many new rows change what a table is like.
MANY_ROWS = 1000


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows. A table that counts its own keys gives its rows none here.

    Many at once are counted when they are committed: PostgreSQL plans by what it last counted, by itself a minute later, and
    until then reads a ledger of a hundred thousand as if it were empty.
    """
    _insert(rows, None)
    if len(rows) >= MANY_ROWS and connection.vendor == "postgresql":
        table = type(rows[0])._meta.db_table
        transaction.on_commit(lambda: _count(table), robust=True)


def _count(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def insert_missing(rows: Sequence[models.Model]) -> None:
    """Insert new rows, but for those that break a constraint of the table: a key that is there already, say."""
    _insert(rows, OnConflict.IGNORE)


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there, by their primary keys."""
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = [meta.get_field(name) for name in names]
    marks = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    values = _values(rows, [*fields, meta.pk])
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {connection.ops.quote_name(meta.db_table)} SET {marks} WHERE {_quoted(meta.pk)} = %s", values)


# Rows in one statement, where one statement takes several.
MOST_ROWS = 500


def append(table: str, columns: Sequence[str], values: Sequence[Sequence[Any]], *, verb: str = "INSERT INTO", suffix: str = "") -> None:
    """Append rows as the database takes them: `columns` of `table`, for each row its values as the driver writes them.

    SQLite runs one prepared statement over and over. PostgreSQL would parse and answer it each time, so rows are copied in; where
    `suffix` says what to do of a row whose key is there already, it gets hundreds of rows in a statement. Without, such a row
    fails, and with it the transaction.
    """
    if not values:
        return
    quote = connection.ops.quote_name
    into = f"{quote(table)} ({', '.join(quote(name) for name in columns)})"
    marks = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(f"{verb} {into} VALUES {marks} {suffix}", values)
        elif not suffix:
            _copy(cursor, into, values)
        else:
            for start in range(0, len(values), MOST_ROWS):
                part = values[start : start + MOST_ROWS]
                cursor.execute(f"{verb} {into} VALUES {', '.join([marks] * len(part))} {suffix}", [value for row in part for value in row])


def _copy(cursor: Any, into: str, values: Sequence[Sequence[Any]]) -> None:
    with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _insert(rows: Sequence[models.Model], conflict: OnConflict | None) -> None:
    if not rows:
        return
    meta, ops = type(rows[0])._meta, connection.ops
    fields = [f for f in meta.concrete_fields if not isinstance(f, models.AutoField)]
    verb, suffix = ops.insert_statement(on_conflict=conflict), ops.on_conflict_suffix_sql(fields, conflict, [], [])
    append(meta.db_table, [str(field.column) for field in fields], _values(rows, fields), verb=verb, suffix=suffix)
    for row in rows:
        row._state.adding = False  # noqa: SLF001  it is there now


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(str(field.column))


def _values(rows: Sequence[models.Model], fields: Sequence[Any]) -> list[list[Any]]:
    # Asked for a thousand times, what stands for the connection takes longer than the work.
    real = connections[connection.alias]
    asked = [(field.attname, field.get_db_prep_save, type(field) in (models.CharField, models.TextField)) for field in fields]
    return [
        [value if words and type(value := getattr(row, name)) is str else prepared(getattr(row, name), real) for name, prepared, words in asked]
        for row in rows
    ]  # fmt: skip

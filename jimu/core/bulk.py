"""Many rows of one table at once: one statement run over and over, several times as fast as bulk_create and bulk_update,
which compile each row. For tables without database defaults."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.constants import OnConflict


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows. A table that counts its own keys gives its rows none here."""
    _insert(rows, None)


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


def _insert(rows: Sequence[models.Model], conflict: OnConflict | None) -> None:
    if not rows:
        return
    meta, ops = type(rows[0])._meta, connection.ops
    fields = [f for f in meta.concrete_fields if not isinstance(f, models.AutoField)]
    columns, marks = ", ".join(_quoted(f) for f in fields), ", ".join(["%s"] * len(fields))
    verb, suffix = ops.insert_statement(on_conflict=conflict), ops.on_conflict_suffix_sql(fields, conflict, [], [])
    with connection.cursor() as cursor:
        cursor.executemany(f"{verb} {ops.quote_name(meta.db_table)} ({columns}) VALUES ({marks}) {suffix}", _values(rows, fields))
    for row in rows:
        row._state.adding = False  # noqa: SLF001  it is there now


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(str(field.column))


def _values(rows: Sequence[models.Model], fields: Sequence[Any]) -> list[list[Any]]:
    return [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]

"""Scans and tubes written many at once: through the models each row costs more than all else of its operation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from jimu.core import bulk, plain
from jimu.field.screening.asked import Filling
from jimu.field.screening.models import Scan, Tube

# What scans and seals never say of a tube.
USUAL: dict[str, Any] = {"alarmed": False, "result_sealed": ""}


class Row(NamedTuple):
    """One scan as a row of its table."""

    id: UUID
    tube_id: UUID
    round_id: UUID
    resident_id: UUID | None
    code_index: str
    code_sealed: str
    how: str
    table: int
    doubt: str
    at: datetime
    by: str
    received_at: datetime
    sure: bool = False


def write_scans(rows: Sequence[Row]) -> None:
    """Append them in one statement. A row whose key is there already fails, and with it the transaction."""
    own, moment = plain.key, plain.moment
    values = [
        (own(r.id), own(r.tube_id), own(r.round_id), own(r.resident_id), *r[4:9], moment(r.at), r.by, moment(r.received_at), r.sure) for r in rows
    ]  # fmt: skip
    bulk.append(Scan._meta.db_table, Row._fields, values)


def open_tubes(tubes: Sequence[Filling]) -> None:
    """Append tubes that were not there, with what scans and seals did to them since."""
    own, moment = plain.key, plain.moment
    columns = ("id", "round_id", "site_id", "code", "table", "capacity", "taken", "opened_at", "opened_by", "first_at", "sealed_at", "sealed_by", "said", "same", *USUAL)
    values = [
        (
            own(t.pk), own(t.round_id), own(t.site_id), t.code, t.table, t.capacity, t.taken, moment(t.opened_at), t.opened_by, moment(t.first_at),
            moment(t.sealed_at), t.sealed_by, t.said, t.same, *USUAL.values(),
        )
        for t in tubes
    ]  # fmt: skip
    bulk.append(Tube._meta.db_table, columns, values)


def write_tubes(tubes: Sequence[Filling]) -> None:
    """What scans and seals change of tubes that are there, in one statement."""
    if not tubes:
        return
    own, moment = plain.key, plain.moment
    values = [
        (t.taken, moment(t.first_at), moment(t.sealed_at), t.sealed_by, t.said, t.same, own(t.pk)) for t in tubes
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {Tube._meta.db_table} SET taken = %s, first_at = %s, sealed_at = %s, sealed_by = %s, said = %s, same = %s WHERE id = %s", values)

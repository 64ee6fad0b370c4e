"""The log of operations, written many rows at once: through the models each row costs more than its operation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from jimu.sync.models import Operation


class Row(NamedTuple):
    """One operation of the log; `payload` and `answer` are JSON texts."""

    op_id: UUID
    kind: str
    based_on: str
    said_at: datetime
    at: datetime
    scope: str
    payload: str | None
    payload_sealed: str
    digest: str
    outcome: str
    answer: str


class Known(NamedTuple):
    """What the log says of an operation that comes again."""

    device_id: UUID
    digest: str
    outcome: str
    answer: dict[str, Any]


def known(op_ids: Sequence[UUID]) -> dict[UUID, Known]:
    """Those of the operations that stand in the log."""
    rows = Operation.objects.filter(pk__in=op_ids).order_by().values_list("op_id", "device_id", "digest", "outcome", "answer")
    return {op_id: Known(*rest) for op_id, *rest in rows}


COLUMNS = (*Row._fields, "device_id", "received_at")


def write(device_id: UUID, rows: Sequence[Row], received_at: datetime) -> None:
    """Append the rows. A row with a key that stands already fails, and with it the transaction."""
    if not rows:
        return
    marks = ", ".join(["%s"] * len(COLUMNS))
    moment, own = connection.ops.adapt_datetimefield_value, _id
    device, received = own(device_id), moment(received_at)
    values = [(own(row.op_id), row.kind, row.based_on, moment(row.said_at), moment(row.at), *row[5:], device, received) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {Operation._meta.db_table} ({', '.join(COLUMNS)}) VALUES ({marks})", values)


def _id(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex

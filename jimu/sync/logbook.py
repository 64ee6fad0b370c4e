"""What every request of a phone asks and writes, in plain SQL: through the models each row costs more than its operation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from jimu.accounts.models import Account
from jimu.sync.models import Device, Operation


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
    """Those of the operations that stand in the log; mostly none, which is asked for in plain SQL."""
    if not op_ids:
        return {}
    marks = ", ".join(["%s"] * len(op_ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {Operation._meta.db_table} WHERE op_id IN ({marks}) LIMIT 1", [_id(one) for one in op_ids])
        if cursor.fetchone() is None:
            return {}
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


def may_send(device_id: UUID) -> bool:
    """Whether a phone is neither revoked nor its account closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {Device._meta.db_table} d JOIN {Account._meta.db_table} a ON a.id = d.account_id WHERE d.id = %s AND d.revoked_at IS NULL AND a.is_active",
            [_id(device_id)],
        )
        return cursor.fetchone() is not None


SEEN = ("seen_at", "skew_ms", "waiting", "looking", "full", "app_version", "protocol")


def note(device_id: UUID, seen_at: datetime, skew_ms: int, *rest: Any) -> None:
    """How a phone stands: `rest` are waiting, looking, full, app_version, protocol."""
    columns = ", ".join(f'{connection.ops.quote_name(name)} = %s' for name in SEEN)
    with connection.cursor() as cursor:
        values = [connection.ops.adapt_datetimefield_value(seen_at), skew_ms, *rest, _id(device_id)]
        cursor.execute(f"UPDATE {Device._meta.db_table} SET {columns} WHERE id = %s", values)


def _id(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex

"""What every request of a phone asks and writes, in plain SQL: through the models each row costs more than its operation."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from jimu.accounts.models import Account, Grant
from jimu.core import bulk, plain
from jimu.core.panels import held_by, with_held
from jimu.core.permissions import Actor, Granted
from jimu.grid.models import Unit
from jimu.sync import rules
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
    device_id: UUID
    received_at: datetime


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
    if not plain.rows(f"SELECT 1 FROM {Operation._meta.db_table} WHERE op_id IN {plain.marks(op_ids)} LIMIT 1", plain.keys(op_ids)):
        return {}
    rows = Operation.objects.filter(pk__in=op_ids).order_by().values_list("op_id", "device_id", "digest", "outcome", "answer")
    return {op_id: Known(*rest) for op_id, *rest in rows}


def write(rows: Sequence[Row]) -> None:
    """Append the rows. A row with a key that stands already fails, and with it the transaction."""
    moment, own = plain.moment, plain.key
    values = [
        (own(row.op_id), row.kind, row.based_on, moment(row.said_at), moment(row.at), *row[5:-2], own(row.device_id), moment(row.received_at))
        for row in rows
    ]
    bulk.append(Operation._meta.db_table, Row._fields, values)


class Phone(NamedTuple):
    """A phone as it stands now, with who acts from it: its account, on the phone's part of the grid only."""

    pk: UUID
    path: str
    ends_at: datetime
    revoked: bool
    actor: Actor


def phones(ids: Collection[UUID]) -> dict[UUID, Phone]:
    """Those of the phones that there are, with their holders, in two statements; one more where a holder's account is somebody's."""
    rows = plain.rows(
        f"SELECT d.id, d.label, d.ends_at, d.revoked_at, d.account_id, a.is_active, a.display_name, a.username, a.person_id, a.contact_of_id, u.path"
        f" FROM {Device._meta.db_table} d JOIN {Account._meta.db_table} a ON a.id = d.account_id JOIN {Unit._meta.db_table} u ON u.id = d.unit_id"
        f" WHERE d.id IN {plain.marks(ids)}",
        plain.keys(ids),
    )
    granted: dict[int, list[Granted]] = {}
    accounts = {row[4] for row in rows}
    if accounts:
        grants = f"SELECT g.account_id, g.role, u.path FROM {Grant._meta.db_table} g JOIN {Unit._meta.db_table} u ON u.id = g.unit_id"
        for account_id, role, path in plain.rows(f"{grants} WHERE g.account_id IN {plain.marks(accounts)} ORDER BY g.id", list(accounts)):
            granted.setdefault(account_id, []).append(Granted(role=role, path=path))
    held = held_by({plain.uuid_of(row[8]) for row in rows if row[8]})
    found = {}
    for pk, label, ends_at, revoked_at, account_id, active, display, username, person, organisation, path in rows:
        person_id = plain.uuid_of(person)
        account = Actor(
            account_id=account_id, name=display or username, granted=with_held(granted.get(account_id, ()), held.get(person_id, ())),
            person_id=person_id, organisation_id=plain.uuid_of(organisation),
        )  # fmt: skip
        actor = rules.holder(account, label, path)
        found[plain.uuid_of(pk)] = Phone(plain.uuid_of(pk), path, plain.moment_of(ends_at), revoked_at is not None or not active, actor)
    return found


class Seen(NamedTuple):
    """How a phone stands, by what it said of itself."""

    seen_at: datetime
    skew_ms: int
    waiting: int
    looking: int
    full: bool
    app_version: str
    protocol: int
    device_id: UUID


def note(many: Sequence[Seen]) -> None:
    """Keep how phones stand."""
    columns = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in Seen._fields[:-1])
    with connection.cursor() as cursor:
        values = [(plain.moment(one.seen_at), *one[1:-1], plain.key(one.device_id)) for one in many]
        cursor.executemany(f"UPDATE {Device._meta.db_table} SET {columns} WHERE id = %s", values)

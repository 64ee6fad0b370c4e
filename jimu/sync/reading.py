"""What a phone sent, read: each operation becomes a draft or a refusal. Nothing here raises for what a phone may send."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.core.storable import storable
from jimu.sync import rules
from jimu.sync.errors import Malformed
from jimu.sync.fields import GIVEN, Field, read_all
from jimu.sync.registry import Data, Kind, kinds


@dataclass(frozen=True)
class Draft:
    """An operation as it was sent: known kind, sound id, sound moment; its payload not yet judged."""

    op_id: UUID
    kind: Kind
    said_at: datetime
    at: datetime
    based_on: str
    form: str
    payload: Data
    text: str
    digest: str


@dataclass(frozen=True)
class Unreadable:
    """An operation that cannot even be kept: the phone keeps it. `op_id` is echoed as it came."""

    op_id: str
    code: str
    message: str


def body_of(raw: bytes) -> dict[str, Any]:
    """The JSON object of a request. Raises Malformed."""
    if len(raw) > rules.MOST_BYTES:
        raise Malformed(_("一次传得太多了，请分批传。"), code="too_large")
    try:
        body = json.loads(raw, parse_constant=_never)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(body, dict):
        raise Malformed
    return body


def _never(name: str) -> None:
    raise ValueError(name)


def operations_of(body: Mapping[str, Any]) -> list[Any]:
    """The list of operations. Raises Malformed when there is none, or more than one batch takes."""
    found = body.get("operations")
    if not isinstance(found, list):
        raise Malformed(_("缺少 operations 列表。"))
    if len(found) > rules.MOST_OPERATIONS:
        raise Malformed(_("一次最多传 {most} 条。").format(most=rules.MOST_OPERATIONS), code="too_many")
    return found


def read(raw: Any, *, skew: timedelta, received_at: datetime) -> Draft | Unreadable:
    """One operation of a batch."""
    if not isinstance(raw, dict):
        return Unreadable("", "malformed", _("这条记录不完整。"))
    shown = str(raw.get("op_id", ""))[:64].encode(errors="replace").decode()
    op_id, kind, said_at = _id_of(raw.get("op_id")), kinds().get(str(raw.get("kind"))), rules.read_moment(raw.get("at"))
    payload, based_on = raw.get("payload"), raw.get("based_on")
    if op_id is None:
        return Unreadable(shown, "bad_op_id", _("记录的编号不对，请更新手机上的程序。"))
    if kind is None:
        return Unreadable(shown, "unknown_kind", _("服务器不认识这种记录，请更新手机上的程序后再传。"))
    if said_at is None:
        return Unreadable(shown, "bad_time", _("记录的时间读不懂，请检查手机的时间。"))
    text = _text_of(payload)
    if text is None or not isinstance(payload, dict) or not isinstance(based_on, str | int | None):
        return Unreadable(shown, "malformed", _("这条记录的内容不完整或太长。"))
    based = "" if based_on is None else str(based_on)[:64]
    form = raw.get("form")
    if _text_of(based) is None:
        return Unreadable(shown, "malformed", _("这条记录的内容不完整或太长。"))
    return Draft(
        op_id=op_id, kind=kind, said_at=said_at, at=rules.corrected(said_at, skew, received_at), based_on=based,
        form=form if isinstance(form, str) else "", payload=payload, text=text,
        digest=rules.digest_of("\n".join((kind.name, said_at.isoformat(), based, text))),
    )  # fmt: skip


def _id_of(given: Any) -> UUID | None:
    if not isinstance(given, str) or len(given) > 40:
        return None
    try:
        found = UUID(given)
    except ValueError:
        return None
    return found if found.version == 7 else None


def _text_of(payload: Any) -> str | None:
    """The payload as text; None for what no database keeps: too long, half characters, characters of no text."""
    try:
        text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        size = len(text.encode())
    except (ValueError, TypeError, RecursionError):
        return None
    # Half a character is no text above; what only looks like a NUL may be what somebody typed.
    return text if size <= rules.MOST_PAYLOAD and ("\\u0000" not in text or storable(payload)) else None


def data_of(kind: Kind, payload: Data) -> Data:
    """The payload as the action's data. Raises Invalid."""
    if kind.clean is not None:
        return kind.clean(payload)
    if kind.fields_of is None:
        return read_all(kind.fields, payload)
    given = [field for field in kind.fields if field.type == GIVEN]
    edited = [field for field in kind.fields if field.type != GIVEN]
    data = read_all(given, payload)
    wants, was = _part(payload, "fields"), _part(payload, "was")
    if not wants:
        raise Invalid(_("这条记录没有改动任何内容。"))
    return {**data, "fields": _some(edited, wants), "was": _some(edited, was, seen=True)}


def _part(payload: Data, name: str) -> Data:
    part = payload.get(name)
    return part if isinstance(part, dict) else {}


def _some(fields: Sequence[Field], given: Data, *, seen: bool = False) -> dict[str, Any]:
    # What was seen needs no judgement: it may be of an older form.
    return {field.name: given[field.name] if seen else field.read(given[field.name]) for field in fields if field.name in given}

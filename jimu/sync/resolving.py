"""What a person decides of operations that the server could not: read them, take the phone's, or keep what is here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import errors, journal, locks, sealed
from jimu.core.permissions import Actor
from jimu.sync.models import Conflict, Operation
from jimu.sync.queries import conflict_for
from jimu.sync.reading import data_of
from jimu.sync.registry import Answer, Incoming, Kind, kinds

PHONE, HERE = Conflict.State.PHONE, Conflict.State.HERE


@dataclass(frozen=True)
class Line:
    """One field of two versions in words."""

    label: str
    was: str
    phone: str
    here: str


def read(*, actor: Actor, at: datetime, conflict_id: UUID) -> list[Line]:
    """What both sides say, on record: it may tell of people."""
    with transaction.atomic():
        conflict = conflict_for(actor, conflict_id)
        journal.record(
            actor=actor, at=at, verb="sync.looked", target=f"operation:{conflict.operation_id}", scope=conflict.scope,
            data={"kind": conflict.operation.kind},
        )  # fmt: skip
    labels = _labels(conflict.operation.kind)
    versions = json.loads(sealed.unseal(conflict.versions_sealed) or "{}")
    if versions:
        return [Line(str(one.get("label") or labels.get(name, name)), _said(one["was"]), _said(one["phone"]), _said(one["here"])) for name, one in versions.items()]
    payload = payload_of(conflict.operation)
    shown = payload.get("fields") if isinstance(payload.get("fields"), dict) else payload
    return [Line(labels.get(name, name), "", _said(value), "") for name, value in (shown or {}).items()]


def resolve(*, actor: Actor, at: datetime, conflict_id: UUID, take: str) -> Conflict:
    """Decide an open one: the phone's version is written as if it had arrived undisputed, or stays only in the log. Where something of what was written
    differs from what others changed meanwhile, it stays open and asks that.

    Raises NotFound outside the actor's part, Conflict when somebody decided it already, and what the kind's action raises.
    """
    with transaction.atomic():
        device_id = conflict_for(actor, conflict_id).operation.device_id
        locks.hold(f"sync:{device_id}")
        conflict = conflict_for(actor, conflict_id)
        if conflict.state != Conflict.State.OPEN:
            raise errors.Conflict(_("这条已经有人处理过了。"))
        differs = _write(actor, at, conflict) if take == PHONE else None
        if differs is not None:
            return _asked_again(actor, at, conflict, differs)
        if take == PHONE or _is_kept(conflict):
            said: dict[str, Any] = {"code": "", "message": "", "data": {}}
            outcome = Operation.Outcome.DONE
        else:
            said = {"code": "kept_here", "message": _("已由 {name} 看过，保留了现有的。").format(name=actor.name), "data": {}}
            outcome = Operation.Outcome.REFUSED
        Operation.objects.filter(pk=conflict.operation_id).update(outcome=outcome, answer=said)
        conflict.state, conflict.resolved_at, conflict.resolved_by = (PHONE if take == PHONE else HERE, at, actor.name[:80])
        conflict.save(update_fields=["state", "resolved_at", "resolved_by"])
        journal.record(
            actor=actor, at=at, verb="sync.resolved", target=f"operation:{conflict.operation_id}", scope=conflict.scope,
            data={"kind": conflict.operation.kind, "why": conflict.why, "take": take},
        )  # fmt: skip
    return conflict


def payload_of(operation: Operation) -> Mapping[str, Any]:
    """What the phone sent."""
    found = json.loads(sealed.unseal(operation.payload_sealed)) if operation.payload_sealed else operation.payload
    return found if isinstance(found, dict) else {}


def _is_kept(conflict: Conflict) -> bool:
    """Whether the operation itself is done, whatever becomes of what it says differently: nothing of it has to be sent again."""
    kind = kinds().get(conflict.operation.kind)
    return conflict.why == Conflict.Why.SAME_FIELD and kind is not None and kind.fields_of is None


def _asked_again(actor: Actor, at: datetime, conflict: Conflict, differs: Answer) -> Conflict:
    """Something that was too late or unclear has been taken; what it says differently is the next question."""
    why = conflict.why
    conflict.why, conflict.subject, conflict.sentence = Conflict.Why.SAME_FIELD, differs.subject, ""
    conflict.versions_sealed = sealed.seal(json.dumps(differs.differs, ensure_ascii=False))
    conflict.save(update_fields=["why", "subject", "sentence", "versions_sealed"])
    journal.record(
        actor=actor, at=at, verb="sync.resolved", target=f"operation:{conflict.operation_id}", scope=conflict.scope,
        data={"kind": conflict.operation.kind, "why": why, "take": PHONE},
    )  # fmt: skip
    return conflict


def _write(actor: Actor, at: datetime, conflict: Conflict) -> Answer | None:
    """Do it; what of it differs from what others changed, where its kind says so."""
    operation, kind = conflict.operation, _kind(conflict.operation.kind)
    actor.require(kind.right, conflict.scope)
    data = data_of(kind, payload_of(operation))
    one = Incoming(
        operation.op_id, kind.name, operation.device_id, actor, operation.at, operation.said_at, at, operation.based_on, conflict.scope, data,
        looked=True,
    )  # fmt: skip
    if conflict.why == Conflict.Why.SAME_FIELD:
        versions = json.loads(sealed.unseal(conflict.versions_sealed))
        if kind.fields_of is None:
            one = replace(one, decided=tuple(versions))
        else:
            one = replace(one, data={**data, "fields": {name: data["fields"][name] for name in versions if name in data["fields"]}})
    told = kind.action(one)
    return told if told is not None and told.differs else None


def _kind(name: str) -> Kind:
    found = kinds().get(name)
    if found is None:
        raise errors.Invalid(_("现在已没有这种记录，只能保留现有的。"), code="unknown_kind")
    return found


def _labels(name: str) -> dict[str, str]:
    kind = kinds().get(name)
    return {field.name: str(field.label) for field in kind.fields} if kind else {}


def _said(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)

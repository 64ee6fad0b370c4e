"""What a person decides of operations that the server could not: read them, take the phone's, or keep what is here."""

import json
from collections.abc import Callable, Mapping
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

PHONE, HERE, EACH = Conflict.State.PHONE, Conflict.State.HERE, Conflict.State.EACH


@dataclass(frozen=True)
class Line:
    """One field of two versions in words; `taken` says which of them was decided to stand, empty before."""

    label: str
    was: str
    phone: str
    here: str
    name: str = ""
    taken: str = ""


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
        return [
            Line(str(one.get("label") or labels.get(name, name)), _said(one["was"]), _said(one["phone"]), _said(one["here"]), name, conflict.taken.get(name, ""))
            for name, one in versions.items()
        ]
    payload = payload_of(conflict.operation)
    shown = payload.get("fields") if isinstance(payload.get("fields"), dict) else payload
    return [Line(labels.get(name, name), "", _said(value), "") for name, value in (shown or {}).items()]


def resolve(*, actor: Actor, at: datetime, conflict_id: UUID, take: str) -> Conflict:
    """Decide all of an open one: the phone's version is written as if it had arrived undisputed, or stays only in the log. Where something of what was written
    differs from what others changed meanwhile, it stays open and asks that.

    Raises NotFound outside the actor's part, Conflict when somebody decided it already or what is here changed since it was kept (which is shown anew),
    and what the kind's action raises.
    """
    return _resolved(actor, at, conflict_id, lambda versions: (take, dict.fromkeys(versions, take)))


def resolve_each(*, actor: Actor, at: datetime, conflict_id: UUID, fields: Mapping[str, str]) -> Conflict:
    """Decide an open one field by field: of each whether the phone's version is written or what is here stays. Raises also Invalid unless every field is named,
    each with one of the two."""

    def chosen(versions: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        if not versions or set(fields) != set(versions) or not set(fields.values()) <= {PHONE, HERE}:
            raise errors.Invalid(_("请给每一项都选一个。"), code="not_each")
        return (fields[next(iter(fields))] if len(set(fields.values())) == 1 else EACH), dict(fields)

    return _resolved(actor, at, conflict_id, chosen)


def _resolved(actor: Actor, at: datetime, conflict_id: UUID, choose: Callable[[Mapping[str, Any]], tuple[str, dict[str, str]]]) -> Conflict:
    with transaction.atomic():
        device_id = conflict_for(actor, conflict_id).operation.device_id
        locks.hold(f"sync:{device_id}")
        conflict = conflict_for(actor, conflict_id)
        if conflict.state != Conflict.State.OPEN:
            raise errors.Conflict(_("这条已经有人处理过了。"))
        take, taken = choose(versions_of(conflict))
        moved = take != HERE and _moved(actor, at, conflict, taken)
        found = conflict if moved else _decide(actor, at, conflict, take, taken)
    if moved:
        raise errors.Conflict(_("这里的又改过了，请看过新的再定。"), code="moved")
    return found


def _decide(actor: Actor, at: datetime, conflict: Conflict, take: str, taken: Mapping[str, str]) -> Conflict:
    differs = _write(actor, at, conflict, taken) if take != HERE else None
    if differs is not None:
        return _asked_again(actor, at, conflict, differs)
    if take != HERE or _is_kept(conflict):
        said: dict[str, Any] = {"code": "", "message": "", "data": {}}
        outcome = Operation.Outcome.DONE
    else:
        said = {"code": "kept_here", "message": _("已由 {name} 看过，保留了现有的。").format(name=actor.name), "data": {}}
        outcome = Operation.Outcome.REFUSED
    Operation.objects.filter(pk=conflict.operation_id).update(outcome=outcome, answer=said)
    conflict.state, conflict.taken, conflict.resolved_at, conflict.resolved_by = take, dict(taken), at, actor.name[:80]
    conflict.save(update_fields=["state", "taken", "resolved_at", "resolved_by"])
    _tell(actor, at, conflict, conflict.why, take, taken)
    return conflict


def _tell(actor: Actor, at: datetime, conflict: Conflict, why: str, take: str, taken: Mapping[str, str]) -> None:
    """Who decided which field, in the journal; what the fields said is not."""
    data = {"kind": conflict.operation.kind, "why": why, "take": take, **({"fields": dict(taken)} if taken else {})}
    journal.record(actor=actor, at=at, verb="sync.resolved", target=f"operation:{conflict.operation_id}", scope=conflict.scope, data=data)


def _moved(actor: Actor, at: datetime, conflict: Conflict, taken: Mapping[str, str]) -> bool:
    """Whether what is here of an edit's fields that are to be written is by now neither as it was kept nor as the phone wants it: somebody corrected it, and
    whoever decides has not seen that. What is here now is kept as the version to look at."""
    kind = kinds().get(conflict.operation.kind)
    if kind is None or kind.fields_of is None or not taken:
        return False
    held = kind.fields_of(_incoming(actor, at, conflict, kind))
    if held is None:
        return False
    versions, marks = versions_of(conflict), {field.name: field.mark for field in kind.fields if field.mark}
    now = {name: marks[name](held.fields.get(name)) if name in marks else held.fields.get(name) for name in versions}
    # As it was kept: through JSON, which knows no tuples.
    now = json.loads(json.dumps(now, ensure_ascii=False))
    if all(now[name] in (one["here"], one["phone"]) for name, one in versions.items() if taken.get(name) == PHONE):
        return False
    fresh = {name: {**one, "here": now[name]} for name, one in versions.items()}
    conflict.versions_sealed = sealed.seal(json.dumps(fresh, ensure_ascii=False))
    conflict.save(update_fields=["versions_sealed"])
    return True


def called(conflict: Conflict) -> str:
    """What it is about, in words, where its kind says so: somebody who decides between two versions knows of which door. Part of the content."""
    kind = kinds().get(conflict.operation.kind)
    if kind is None or kind.called is None:
        return ""
    try:
        return kind.called(data_of(kind, payload_of(conflict.operation)))
    except errors.JimuError:
        return ""


def versions_of(conflict: Conflict) -> dict[str, Any]:
    """Both versions of each field that differs; none of what has another reason."""
    found = json.loads(sealed.unseal(conflict.versions_sealed) or "{}")
    return found if isinstance(found, dict) and conflict.why == Conflict.Why.SAME_FIELD else {}


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
    _tell(actor, at, conflict, why, PHONE, {})
    return conflict


def _incoming(actor: Actor, at: datetime, conflict: Conflict, kind: Kind) -> Incoming:
    """The operation as it would arrive now, from whoever decides."""
    operation = conflict.operation
    data = data_of(kind, payload_of(operation))
    return Incoming(
        operation.op_id, kind.name, operation.device_id, actor, operation.at, operation.said_at, at, operation.based_on, conflict.scope, data,
        looked=True,
    )  # fmt: skip


def _write(actor: Actor, at: datetime, conflict: Conflict, taken: Mapping[str, str]) -> Answer | None:
    """Do it, of what differs those fields whose version from the phone was taken; what of it differs from what others changed, where its kind says so."""
    kind = _kind(conflict.operation.kind)
    actor.require(kind.right, conflict.scope)
    one = _incoming(actor, at, conflict, kind)
    if conflict.why == Conflict.Why.SAME_FIELD:
        names = [name for name, version in taken.items() if version == PHONE]
        if kind.fields_of is None:
            one = replace(one, decided=tuple(names))
        else:
            wants = one.data["fields"]
            one = replace(one, data={**one.data, "fields": {name: wants[name] for name in names if name in wants}})
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

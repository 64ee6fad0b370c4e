"""Operations in: each once, each with an answer, all that was acknowledged durably there.

A batch is one transaction, each operation (or each run of one kind with a bulk action) a savepoint in it. What a phone
sends again, because it did not hear the answer, is found by its id and answered as before.
"""

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from jimu.accounts.queries import actor_of
from jimu.core import journal, locks, sealed
from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.core.permissions import Actor
from jimu.sync import logbook, rules, together
from jimu.sync.errors import Revoked
from jimu.sync.models import Conflict, Device
from jimu.sync.reading import Draft, Unreadable, data_of, read
from jimu.sync.registry import Answer, Incoming, Kind, NeedsLook

log = logging.getLogger(__name__)
TRIES = 4
DONE, ALREADY, LOOK, REFUSED = "done", "already_done", "look", "refused"
Why = Conflict.Why


@dataclass(frozen=True)
class Report:
    """What the phone says of itself with a batch or a heartbeat."""

    sent_at: datetime | None = None
    waiting: int = 0
    looking: int = 0
    app_version: str = ""
    protocol: int = 0
    full: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of one operation; `why` with `versions` when a person has to look, or should know."""

    outcome: str
    code: str = ""
    message: str = ""
    data: Mapping[str, Any] | None = None
    why: str = ""
    subject: str = ""
    versions: Mapping[str, Any] | None = None
    path: str = ""

    def answer(self) -> dict[str, Any]:
        """What is kept of it, to be told again."""
        return {"code": self.code, "message": self.message, "data": dict(self.data or {})}


Written = tuple[Mapping[UUID, logbook.Known], Mapping[UUID, Draft], Mapping[UUID, Verdict]]


def receive(*, device: Device, at: datetime, raw: Sequence[Any], report: Report) -> list[dict[str, Any]]:
    """Take a batch of one phone (read with its account and unit); the answers are in its order. Raises Revoked.

    Two batches that wait for each other's records are no fault of theirs: one is tried again.
    """
    for attempt in range(TRIES):
        try:
            return _receive(device, at, raw, report)
        except OperationalError:
            if attempt == TRIES - 1:
                raise
            time.sleep(random.uniform(0.02, 0.1) * (attempt + 1))
    raise AssertionError("the last try raises")


def _receive(device: Device, at: datetime, raw: Sequence[Any], report: Report) -> list[dict[str, Any]]:
    skew = rules.skew_of(report.sent_at, at)
    read_ones = [read(one, skew=skew, received_at=at) for one in raw]
    known, fresh, verdicts = together.written(lambda: _write(device, at, read_ones, report))
    told: list[dict[str, Any]] = []
    seen: set[UUID] = set()
    for one in read_ones:
        told.append(_told(one, device, known, fresh, verdicts, seen))
        if isinstance(one, Draft):
            seen.add(one.op_id)
    return told


def _write(device: Device, at: datetime, read_ones: Sequence[Draft | Unreadable], report: Report) -> Written:
    """A batch within a transaction: what the log knew of it, what was new, and what became of that."""
    locks.hold(f"sync:{device.pk}")
    # It may have been revoked since the door let it in.
    if not logbook.may_send(device.pk):
        raise Revoked
    known = logbook.known([one.op_id for one in read_ones if isinstance(one, Draft)])
    fresh = {one.op_id: one for one in read_ones if isinstance(one, Draft) and one.op_id not in known}
    actor = holder_of(device)
    verdicts = _judge(device, actor, list(fresh.values()), at)
    _keep(device, list(fresh.values()), verdicts, at)
    if verdicts:
        _tell(device, actor, fresh, verdicts, at)
    note_report(device, report, at)
    return known, fresh, verdicts


def holder_of(device: Device) -> Actor:
    """Who acts from a phone: its account, named with the phone, on the phone's part of the grid."""
    actor = rules.narrowed(actor_of(device.account), device.unit.path)
    return replace(actor, name=f"{actor.name[:36]}（{device.label}）")


def _told(
    one: Draft | Unreadable, device: Device, known: Mapping[UUID, logbook.Known], fresh: Mapping[UUID, Draft],
    verdicts: Mapping[UUID, Verdict], seen: set[UUID],
) -> dict[str, Any]:  # fmt: skip
    """The line of the answer for one operation."""
    if isinstance(one, Unreadable):
        return {"op_id": one.op_id, "outcome": REFUSED, "code": one.code, "message": one.message, "data": {}}
    before = known.get(one.op_id)
    if (before.device_id, before.digest) != (device.pk, one.digest) if before else fresh[one.op_id].digest != one.digest:
        message = _("这个编号已用于另一条记录，请在手机上重新填写。")
        return {"op_id": str(one.op_id), "outcome": REFUSED, "code": "op_id_reused", "message": message, "data": {}}
    if before:
        return {"op_id": str(one.op_id), "outcome": ALREADY if before.outcome == DONE else before.outcome, **before.answer}
    verdict = verdicts[one.op_id]
    outcome = ALREADY if one.op_id in seen and verdict.outcome == DONE else verdict.outcome
    return {"op_id": str(one.op_id), "outcome": outcome, **verdict.answer()}


def _judge(device: Device, actor: Actor, drafts: Sequence[Draft], at: datetime) -> dict[UUID, Verdict]:
    """A verdict for every draft, in their order; runs of one kind go through its bulk action together."""
    verdicts: dict[UUID, Verdict] = {}
    for kind, run in groupby(drafts, key=lambda draft: draft.kind):
        ready = []
        for draft, found in zip(taken := list(run), _incoming(device, actor, kind, taken, at), strict=True):
            if isinstance(found, Verdict):
                verdicts[draft.op_id] = found
            else:
                ready.append(found)
        verdicts |= _done_together(kind, ready) if kind.bulk_action and len(ready) > 1 else {one.op_id: done_alone(kind, one) for one in ready}
    return verdicts


def _incoming(device: Device, actor: Actor, kind: Kind, drafts: Sequence[Draft], at: datetime) -> list[Incoming | Verdict]:
    """Payload, place and lateness of drafts of one kind."""
    found: list[Incoming | Verdict] = []
    for draft in drafts:
        try:
            data = data_of(kind, draft.payload)
        except JimuError as error:
            old = isinstance(error, Invalid) and draft.form not in ("", kind.form)
            found.append(_look(Why.FORM, str(error), device.unit.path) if old else _refused(error, device.unit.path))
            continue
        except Exception:
            log.exception("reading an operation of %s failed", kind.name)
            found.append(_look(Why.BROKEN, _("处理时出了错，已转给管理员。"), device.unit.path))
            continue
        found.append(
            Incoming(draft.op_id, kind.name, device.pk, actor, draft.at, draft.said_at, at, draft.based_on, device.unit.path, data)
        )
    return _placed(kind, found, device)


def _placed(kind: Kind, found: Sequence[Incoming | Verdict], device: Device) -> list[Incoming | Verdict]:
    """Each at its place, where the holder has the kind's right; too late is for a person to see."""
    by_id = _paths(kind, [one for one in found if isinstance(one, Incoming)])
    placed: list[Incoming | Verdict] = []
    for one in found:
        if isinstance(one, Verdict):
            placed.append(one)
            continue
        path = by_id[one.op_id] if kind.places else one.path
        allowed = isinstance(path, str) and (one.actor.may(kind.right, path) if kind.places else one.actor.may(kind.right))
        if isinstance(path, JimuError):
            placed.append(_refused(path, device.unit.path))
        elif path is None or not allowed:
            placed.append(_refused(NotFound(), device.unit.path))
        elif one.at > device.ends_at:
            placed.append(Verdict(REFUSED, "after_duty", _("值守结束以后记的，没有接受。请告诉组长。"), path=path))
        elif one.received_at - one.at > kind.late:
            placed.append(_look(Why.LATE, _("到得太晚，先由人看过再入账。"), path))
        else:
            placed.append(replace(one, path=path))
    return placed


def _paths(kind: Kind, asked: Sequence[Incoming]) -> dict[UUID, str | JimuError | None]:
    """Where each lies. One that names no sound place is refused by itself: the others of its run do not suffer for it."""
    if kind.places is None or not asked:
        return dict.fromkeys(one.op_id for one in asked)
    try:
        return dict(zip((one.op_id for one in asked), kind.places([one.data for one in asked]), strict=True))
    except JimuError as error:
        if len(asked) == 1:
            return {asked[0].op_id: error}
        return {op_id: path for one in asked for op_id, path in _paths(kind, [one]).items()}


def _done_together(kind: Kind, ready: Sequence[Incoming]) -> dict[UUID, Verdict]:
    """A run through the bulk action; when that fails as a whole, one by one."""
    assert kind.bulk_action is not None
    try:
        with transaction.atomic():
            answers = list(kind.bulk_action(ready))
            if len(answers) != len(ready):
                raise ValueError(f"{kind.name} answered {len(answers)} of {len(ready)}")
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if not isinstance(error, JimuError):
            log.exception("the bulk action of %s failed", kind.name)
        return {one.op_id: done_alone(kind, one) for one in ready}
    return {one.op_id: _of(answer, one.path) for one, answer in zip(ready, answers, strict=True)}


def done_alone(kind: Kind, one: Incoming) -> Verdict:
    """One operation in a savepoint of its own: nothing half written, whatever happens in it."""
    try:
        with transaction.atomic():
            return _edited(kind, one) if kind.fields_of else _of(kind.action(one), one.path)
    except JimuError as error:
        return _of(error, one.path)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("an operation of %s failed", kind.name)
        return _look(Why.BROKEN, _("处理时出了错，已转给管理员。"), one.path)


def _edited(kind: Kind, one: Incoming) -> Verdict:
    """An edit, merged field by field with what others did meanwhile."""
    assert kind.fields_of is not None
    held = kind.fields_of(one)
    if held is None:
        return _of(kind.action(one), one.path)
    merge = rules.merged(held.fields, one.data.get("was") or {}, one.data.get("fields") or {})
    answer = kind.action(replace(one, data={**one.data, "fields": dict(merge.apply)})) if merge.apply else None
    if merge.clashes:
        sentence = _("同一项别处也改了，两个版本都已保留，等人来定。")
        return replace(_look(Why.SAME_FIELD, sentence, one.path), subject=held.subject, versions=merge.clashes)
    verdict = _of(answer, one.path)
    if merge.beside or one.based_on not in ("", held.version):
        return replace(verdict, why=Why.OTHER_FIELD, subject=held.subject, versions=merge.beside)
    return verdict


def _of(answer: Answer | JimuError | None, path: str) -> Verdict:
    if isinstance(answer, NeedsLook):
        return _look(Why.KIND, str(answer), path)
    if isinstance(answer, JimuError):
        return _refused(answer, path)
    return Verdict(DONE, data=answer.data if answer else None, path=path)


def _look(why: str, sentence: str, path: str) -> Verdict:
    return Verdict(LOOK, "look_" + why, sentence, why=why, path=path)


def _refused(error: JimuError, path: str) -> Verdict:
    return Verdict(REFUSED, error.code, str(error), path=path)


def _keep(device: Device, drafts: Sequence[Draft], verdicts: Mapping[UUID, Verdict], at: datetime) -> None:
    """The log of operations, and what a person has to look at."""
    kept, doubts = [], []
    for draft in drafts:
        verdict = verdicts[draft.op_id]
        personal = draft.kind.personal
        kept.append(logbook.Row(
            draft.op_id, draft.kind.name, draft.based_on, draft.said_at, draft.at, verdict.path, None if personal else draft.text,
            sealed.seal(draft.text) if personal else "", draft.digest, verdict.outcome, json.dumps(verdict.answer(), default=str),
        ))  # fmt: skip
        if verdict.why:
            state = Conflict.State.OPEN if verdict.outcome == LOOK else Conflict.State.KEPT
            versions = sealed.seal(json.dumps(verdict.versions, ensure_ascii=False)) if verdict.versions else ""
            doubts.append(Conflict(
                operation_id=draft.op_id, why=verdict.why, subject=verdict.subject, sentence=verdict.message[:300], versions_sealed=versions,
                state=state, scope=verdict.path, made_at=at,
            ))  # fmt: skip
    logbook.write(device.pk, kept, at)
    Conflict.objects.bulk_create(doubts, batch_size=500)


def _tell(device: Device, actor: Actor, fresh: Mapping[UUID, Draft], verdicts: Mapping[UUID, Verdict], at: datetime) -> None:
    counted = {"kinds": Counter(one.kind.name for one in fresh.values()), "outcomes": Counter(one.outcome for one in verdicts.values())}
    journal.record(actor=actor, at=at, verb="sync.received", target=f"device:{device.pk}", scope=device.unit.path, data=counted)


def note_report(device: Device, report: Report, at: datetime) -> None:
    """Remember when the phone was seen, how its clock stands and what waits on it."""
    skew = rules.skew_of(report.sent_at, at) // timedelta(milliseconds=1)
    logbook.note(device.pk, at, skew, report.waiting, report.looking, report.full, report.app_version[:20], report.protocol)

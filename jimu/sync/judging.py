"""What becomes of each operation of a batch: its payload read, its place and lateness judged, its action run in a savepoint."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.sync import rules
from jimu.sync.logbook import Phone
from jimu.sync.models import Conflict
from jimu.sync.reading import Draft, data_of
from jimu.sync.registry import Answer, Incoming, Kind, NeedsLook

log = logging.getLogger(__name__)
DONE, ALREADY, LOOK, REFUSED = "done", "already_done", "look", "refused"
Why = Conflict.Why


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


def judged(phone: Phone, drafts: Sequence[Draft], at: datetime) -> dict[UUID, Verdict]:
    """A verdict for every draft, in their order; runs of one kind go through its bulk action together."""
    verdicts: dict[UUID, Verdict] = {}
    for kind, run in groupby(drafts, key=lambda draft: draft.kind):
        ready = []
        for draft, found in zip(taken := list(run), _incoming(phone, kind, taken, at), strict=True):
            if isinstance(found, Verdict):
                verdicts[draft.op_id] = found
            else:
                ready.append(found)
        verdicts |= _done_together(kind, ready) if kind.bulk_action and len(ready) > 1 else {one.op_id: done_alone(kind, one) for one in ready}
    return verdicts


def _incoming(phone: Phone, kind: Kind, drafts: Sequence[Draft], at: datetime) -> list[Incoming | Verdict]:
    """Payload, place and lateness of drafts of one kind."""
    found: list[Incoming | Verdict] = []
    for draft in drafts:
        try:
            data = data_of(kind, draft.payload)
        except JimuError as error:
            old = isinstance(error, Invalid) and draft.form not in ("", kind.form)
            found.append(_look(Why.FORM, str(error), phone.path) if old else _refused(error, phone.path))
            continue
        except Exception:
            log.exception("reading an operation of %s failed", kind.name)
            found.append(_look(Why.BROKEN, _("处理时出了错，已转给管理员。"), phone.path))
            continue
        found.append(
            Incoming(draft.op_id, kind.name, phone.pk, phone.actor, draft.at, draft.said_at, at, draft.based_on, phone.path, data)
        )
    return _placed(kind, found, phone)


def _placed(kind: Kind, found: Sequence[Incoming | Verdict], phone: Phone) -> list[Incoming | Verdict]:
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
            placed.append(_refused(path, phone.path))
        elif path is None or not allowed:
            placed.append(_refused(NotFound(), phone.path))
        elif one.at > phone.ends_at:
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

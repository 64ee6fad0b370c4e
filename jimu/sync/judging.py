"""What becomes of each operation of a batch: its payload read, its place and lateness judged, its action run in a savepoint."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import translation
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


@dataclass
class Case:
    """What one phone sent that is new, and the verdicts so far; `language` is what it is answered in."""

    phone: Phone
    drafts: Sequence[Draft]
    at: datetime
    language: str | None
    verdicts: dict[UUID, Verdict] = field(default_factory=dict)
    runs: Sequence[tuple[Kind, Sequence[Draft]]] = field(init=False)

    def __post_init__(self) -> None:
        self.runs = [(kind, list(run)) for kind, run in groupby(self.drafts, key=lambda draft: draft.kind)]


def judge(cases: Sequence[Case]) -> None:
    """Give every draft its verdict, in the order of each phone; runs of one kind go through its bulk action together.

    Where the first run of each lies is asked once for all; later ones may depend on what the first wrote. Phones that sent one run of
    a kind whose bulk action takes several phones go through it together.
    """
    first: dict[str, list[_First]] = {}
    for case in cases:
        for kind, drafts in case.runs[:1]:
            first.setdefault(kind.name, []).append((case, kind, _incoming(case, kind, drafts)))
    paths: dict[UUID, str | JimuError | None] = {}
    for group in first.values():
        paths |= _paths(group[0][1], [one for _case, _kind, read_ones in group for one in read_ones])
    done = {id(case) for group in first.values() for case in _judge_together(group, paths)}
    read_first = {id(case): read_ones for group in first.values() for case, _kind, read_ones in group}
    for case in cases:
        for number, (kind, drafts) in enumerate(case.runs if id(case) not in done else ()):
            read_ones = _incoming(case, kind, drafts) if number else read_first[id(case)]
            _judge_run(case, kind, read_ones, _paths(kind, read_ones) if number else paths)


Paths = Mapping[UUID, str | JimuError | None]
_First = tuple[Case, Kind, list[Incoming]]


def _judge_together(group: Sequence[_First], paths: Paths) -> Iterator[Case]:
    """Those of one kind who sent nothing else, by the language in which they are answered; gives the ones that are judged."""
    alone = [one for one in group if one[1].several_phones and len(one[0].runs) == 1]
    for language in {case.language for case, _kind, _read_ones in alone}:
        some = [(case, kind, read_ones) for case, kind, read_ones in alone if case.language == language]
        if len(some) < 2:
            continue
        with translation.override(language):
            ready = {id(case): _ready(case, kind, read_ones, paths) for case, kind, read_ones in some}
            verdicts = _done_together(group[0][1], [one for ones in ready.values() for one in ones])
        for case, _kind, _read_ones in some:
            case.verdicts |= {one.op_id: verdicts[one.op_id] for one in ready[id(case)]}
            yield case


def _judge_run(case: Case, kind: Kind, read_ones: Sequence[Incoming], paths: Paths) -> None:
    with translation.override(case.language):
        ready = _ready(case, kind, read_ones, paths)
        case.verdicts |= _done_together(kind, ready)


def _incoming(case: Case, kind: Kind, drafts: Sequence[Draft]) -> list[Incoming]:
    """Payloads of drafts of one kind, each at the phone's own place as yet."""
    phone, found = case.phone, list[Incoming]()
    with translation.override(case.language):
        for draft in drafts:
            try:
                data = data_of(kind, draft.payload)
            except JimuError as error:
                old = isinstance(error, Invalid) and draft.form not in ("", kind.form)
                case.verdicts[draft.op_id] = _look(Why.FORM, str(error), phone.path) if old else _refused(error, phone.path)
            except Exception:
                log.exception("reading an operation of %s failed", kind.name)
                case.verdicts[draft.op_id] = _look(Why.BROKEN, _("处理时出了错，已转给管理员。"), phone.path)
            else:
                moments = draft.at, draft.said_at, case.at
                found.append(Incoming(draft.op_id, kind.name, phone.pk, phone.actor, *moments, draft.based_on, phone.path, data))
    return found


def _ready(case: Case, kind: Kind, read_ones: Sequence[Incoming], paths: Paths) -> list[Incoming]:
    """Those at a place where the holder has the kind's right; the others get their verdict. Too late is for a person to see."""
    ready = []
    for one in read_ones:
        path = paths[one.op_id] if kind.places else one.path
        allowed = isinstance(path, str) and (one.actor.may(kind.right, path) if kind.places else one.actor.may(kind.right))
        if isinstance(path, _NoAnswer):
            case.verdicts[one.op_id] = _look(Why.BROKEN, _("处理时出了错，已转给管理员。"), case.phone.path)
        elif isinstance(path, JimuError):
            case.verdicts[one.op_id] = _refused(path, case.phone.path)
        elif path is None or not allowed:
            case.verdicts[one.op_id] = _refused(NotFound(), case.phone.path)
        elif one.at > case.phone.ends_at:
            case.verdicts[one.op_id] = Verdict(REFUSED, "after_duty", _("值守结束以后记的，没有接受。请告诉组长。"), path=path)
        elif one.received_at - one.at > kind.late:
            case.verdicts[one.op_id] = _look(Why.LATE, _("到得太晚，先由人看过再入账。"), path)
        else:
            ready.append(replace(one, path=path))
    return ready


class _NoAnswer(JimuError):
    """Asking where one lies broke."""


def _paths(kind: Kind, asked: Sequence[Incoming]) -> dict[UUID, str | JimuError | None]:
    """Where each lies. One that names no sound place is refused by itself: the others of its run do not suffer for it, nor when asking breaks over it."""
    if kind.places is None or not asked:
        return dict.fromkeys(one.op_id for one in asked)
    try:
        return dict(zip((one.op_id for one in asked), kind.places([one.data for one in asked]), strict=True))
    except DatabaseError:
        raise
    except Exception as error:
        if len(asked) == 1:
            if not isinstance(error, JimuError):
                log.exception("asking for the place of an operation of %s failed", kind.name)
            return {asked[0].op_id: error if isinstance(error, JimuError) else _NoAnswer()}
        return {op_id: path for one in asked for op_id, path in _paths(kind, [one]).items()}


def _done_together(kind: Kind, ready: Sequence[Incoming]) -> dict[UUID, Verdict]:
    """A run through the bulk action; when that fails as a whole, one by one."""
    if kind.bulk_action is None or len(ready) < 2:
        return {one.op_id: done_alone(kind, one) for one in ready}
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
    marks = {field.name: field.mark for field in kind.fields if field.mark}
    merge = rules.merged(held.fields, one.data.get("was") or {}, one.data.get("fields") or {}, marks)
    answer = kind.action(replace(one, data={**one.data, "fields": dict(merge.apply)})) if merge.apply else None
    if merge.clashes:
        return replace(_same_field(one.path), subject=held.subject, versions=merge.clashes)
    verdict = _of(answer, one.path)
    if merge.beside or one.based_on not in ("", held.version):
        return replace(verdict, why=Why.OTHER_FIELD, subject=held.subject, versions=merge.beside)
    return verdict


def _of(answer: Answer | JimuError | None, path: str) -> Verdict:
    if isinstance(answer, NeedsLook):
        return _look(Why.KIND, str(answer), path)
    if isinstance(answer, JimuError):
        return _refused(answer, path)
    if answer is not None and answer.differs:
        return replace(_same_field(path), subject=answer.subject, versions=answer.differs)
    return Verdict(DONE, data=answer.data if answer else None, path=path)


def _look(why: str, sentence: str, path: str) -> Verdict:
    return Verdict(LOOK, "look_" + why, sentence, why=why, path=path)


def _same_field(path: str) -> Verdict:
    return _look(Why.SAME_FIELD, _("同一项别处也改了，两个版本都已保留，等人来定。"), path)


def _refused(error: JimuError, path: str) -> Verdict:
    return Verdict(REFUSED, error.code, str(error), path=path)

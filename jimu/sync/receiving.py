"""Operations in: each once, each with an answer, all that was acknowledged durably there.

Batches that come at one moment are written in one transaction (`core.together`), each operation (or each run of one kind with a
bulk action) a savepoint in it. What a phone sends again, because it did not hear the answer, is found by its id and answered as
before.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import translation
from django.utils.translation import gettext as _

from jimu.accounts.queries import actor_of
from jimu.core import journal, locks, sealed
from jimu.core.errors import JimuError
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor
from jimu.core.together import Together
from jimu.sync import logbook, rules, together
from jimu.sync.admitting import refusal
from jimu.sync.errors import UnknownDevice
from jimu.sync.judging import ALREADY, DONE, LOOK, REFUSED, Case, Verdict, judge
from jimu.sync.logbook import Phone
from jimu.sync.models import Conflict, Device
from jimu.sync.reading import Draft, Unreadable, read

TRIES = 4
# On PostgreSQL, which writes side by side, large batches have desks of their own: nobody with a single scan waits behind them.
SMALL = 20
MOST_TOGETHER, LARGE_TOGETHER = 48, 4
# While one waits for that database the other works; the embedded one has one writer.
DESKS = 2 if str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql") else 1


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
class Batch:
    """What one phone sent at a moment, read; and the language in which it is answered."""

    device_id: UUID
    at: datetime
    read_ones: Sequence[Draft | Unreadable]
    report: Report
    language: str | None
    drafts: Mapping[UUID, Draft] = field(init=False)

    def __post_init__(self) -> None:
        first: dict[UUID, Draft] = {}
        for one in self.read_ones:
            if isinstance(one, Draft):
                first.setdefault(one.op_id, one)
        object.__setattr__(self, "drafts", first)


Results = list[dict[str, Any]]


def batch_of(*, device_id: UUID, at: datetime, raw: Sequence[Any], report: Report) -> Batch:
    """What a phone sent, read, to be answered in the language that speaks now."""
    skew = rules.skew_of(report.sent_at, at)
    return Batch(device_id, at, [read(one, skew=skew, received_at=at) for one in raw], report, translation.get_language())


def take(batch: Batch) -> Results:
    """Take a batch of one phone; the answers are in its order, and told after the commit. Raises UnknownDevice, Revoked, DutyEnded."""
    found = take_all([batch])[0]
    if isinstance(found, Exception):
        raise found
    return found


def take_all(batches: Sequence[Batch]) -> list[Results | Exception]:
    """Batches of some phones: for each its answers, told after the commit, or what `take` would raise.

    Two batches that wait for each other's records are no fault of theirs: one is tried again.
    """
    found: dict[int, Results | Exception] = {}
    for attempt in range(TRIES):
        left = [one for one in batches if isinstance(found.get(id(one)), OperationalError | None)]
        if not left:
            break
        if attempt:
            time.sleep(random.uniform(0.02, 0.1) * attempt)
        found |= _written(left)
    return [found[id(one)] for one in batches]


def _written(batches: Sequence[Batch]) -> dict[int, Results | Exception]:
    found: dict[int, Results | Exception] = {}
    for desk in (_counter, _large):
        some = [one for one in batches if _desk_of(one) is desk]
        if some:
            found |= zip((id(one) for one in some), desk.ask_all(some), strict=True)
    return found


def _desk_of(batch: Batch) -> Together[Batch, Results]:
    large = connection.vendor == "postgresql" and len(batch.read_ones) > SMALL
    return _large if large else _counter


def settle(batches: Sequence[Batch]) -> list[Results | JimuError]:
    """Write batches in one transaction; for each its answers, or why its phone may send nothing."""
    return together.written(lambda: _within(batches))


def _within(batches: Sequence[Batch]) -> list[Results | JimuError]:
    locks.hold(*(f"sync:{one.device_id}" for one in batches))
    # Read within the transaction and under the lock: it may have been revoked since the door let it in.
    phones = logbook.phones({one.device_id for one in batches})
    found: dict[int, Results | JimuError] = {}
    for group in _apart(batches):
        found |= _settle(group, phones)
    return [found[id(one)] for one in batches]


def _apart(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    """Groups in the order of their coming in which no phone and no operation stands twice."""
    group: list[Batch] = []
    seen: set[UUID] = set()
    for one in batches:
        ids = {one.device_id, *one.drafts}
        if seen & ids:
            yield group
            group, seen = [], set()
        group.append(one)
        seen |= ids
    yield group


def _settle(batches: Sequence[Batch], phones: Mapping[UUID, Phone]) -> dict[int, Results | JimuError]:
    found: dict[int, Results | JimuError] = {}
    ready: list[tuple[Batch, Phone]] = []
    for one in batches:
        phone = phones.get(one.device_id)
        if phone is None:
            found[id(one)] = UnknownDevice()
        elif (error := refusal(phone, one.at, sending=True)) is not None:
            found[id(one)] = error
        else:
            ready.append((one, phone))
    known = logbook.known([op_id for one, _phone in ready for op_id in one.drafts])
    cases = [Case(phone, [draft for op_id, draft in one.drafts.items() if op_id not in known], one.at, one.language) for one, phone in ready]
    judge(cases)
    for (one, _phone), case in zip(ready, cases, strict=True):
        with translation.override(one.language):
            found[id(one)] = list(_answers(one, known, case.verdicts))
    _keep(cases)
    logbook.note([_seen(one.device_id, one.report, one.at) for one, _phone in ready])
    return found


def _keep(cases: Sequence[Case]) -> None:
    """The log of operations, what a person has to look at, and the journal."""
    each = [(case, draft, case.verdicts[draft.op_id]) for case in cases for draft in case.drafts]
    logbook.write([_row(case.phone, draft, verdict, case.at) for case, draft, verdict in each])
    Conflict.objects.bulk_create([doubt for case, draft, verdict in each for doubt in _doubts(draft, verdict, case.at)], batch_size=500)
    journal.record_many(_entry(case) for case in cases if case.drafts)


def holder_of(device: Device) -> Actor:
    """Who acts from a phone: its account, named with the phone, on the phone's part of the grid."""
    return rules.holder(actor_of(device.account), device.label, device.unit.path)


def _answers(batch: Batch, known: Mapping[UUID, logbook.Known], verdicts: Mapping[UUID, Verdict]) -> Iterator[dict[str, Any]]:
    """The lines of the answer, in the order of the batch."""
    seen: set[UUID] = set()
    for one in batch.read_ones:
        if isinstance(one, Unreadable):
            yield {"op_id": one.op_id, "outcome": REFUSED, "code": one.code, "message": one.message, "data": {}}
            continue
        yield {"op_id": str(one.op_id), **_answer(batch, one, known.get(one.op_id), verdicts, again=one.op_id in seen)}
        seen.add(one.op_id)


def _answer(
    batch: Batch, one: Draft, before: logbook.Known | None, verdicts: Mapping[UUID, Verdict], *, again: bool
) -> dict[str, Any]:  # fmt: skip
    same = (before.device_id, before.digest) == (batch.device_id, one.digest) if before else batch.drafts[one.op_id].digest == one.digest
    if not same:
        return {"outcome": REFUSED, "code": "op_id_reused", "message": _("这个编号已用于另一条记录，请在手机上重新填写。"), "data": {}}
    if before:
        return {"outcome": ALREADY if before.outcome == DONE else before.outcome, **before.answer}
    verdict = verdicts[one.op_id]
    return {"outcome": ALREADY if again and verdict.outcome == DONE else verdict.outcome, **verdict.answer()}


def _row(phone: Phone, draft: Draft, verdict: Verdict, at: datetime) -> logbook.Row:
    """The operation as the log keeps it."""
    personal = draft.kind.personal
    return logbook.Row(
        draft.op_id, draft.kind.name, draft.based_on, draft.said_at, draft.at, verdict.path, None if personal else draft.text,
        sealed.seal(draft.text) if personal else "", draft.digest, verdict.outcome, json.dumps(verdict.answer(), default=str), phone.pk, at,
    )  # fmt: skip


def _doubts(draft: Draft, verdict: Verdict, at: datetime) -> Iterator[Conflict]:
    """What a person has to look at, or should know."""
    if verdict.why:
        yield Conflict(
            operation_id=draft.op_id, why=verdict.why, subject=verdict.subject, sentence=verdict.message[:300],
            versions_sealed=sealed.seal(json.dumps(verdict.versions, ensure_ascii=False)) if verdict.versions else "",
            state=Conflict.State.OPEN if verdict.outcome == LOOK else Conflict.State.KEPT, scope=verdict.path, made_at=at,
        )  # fmt: skip


def _entry(case: Case) -> JournalEntry:
    kinds, outcomes = Counter(one.kind.name for one in case.drafts), Counter(one.outcome for one in case.verdicts.values())
    return journal.entry(
        actor=case.phone.actor, at=case.at, verb="sync.received", target=f"device:{case.phone.pk}", scope=case.phone.path,
        data={"kinds": kinds, "outcomes": outcomes},
    )  # fmt: skip


def note_report(device_id: UUID, report: Report, at: datetime) -> None:
    """Remember when the phone was seen, how its clock stands and what waits on it."""
    logbook.note([_seen(device_id, report, at)])


def _seen(device_id: UUID, report: Report, at: datetime) -> logbook.Seen:
    skew = rules.skew_of(report.sent_at, at) // timedelta(milliseconds=1)
    return logbook.Seen(at, skew, report.waiting, report.looking, report.full, report.app_version[:20], report.protocol, device_id)


_counter: Together[Batch, Results] = Together(settle, most=MOST_TOGETHER, desks=DESKS)
_large: Together[Batch, Results] = Together(settle, most=LARGE_TOGETHER, desks=DESKS)

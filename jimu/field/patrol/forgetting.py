"""What tells of people at gates ends by itself: names, plates and notes, whose a pass was, what was seen and settled."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from jimu.core import clock, journal
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.patrol import policy
from jimu.field.patrol.models import Crossing, GateNote, Pass, Seen
from jimu.incidents import keeping


def _crossings(at: datetime) -> "QuerySet[Crossing]":
    rows = Crossing.objects.exclude(who_sealed="", note_sealed="")
    return keeping.beyond(rows, moment="at", place="gate__unit__path", at=at, days_of=policy.keep_days)


def _passes(at: datetime) -> "QuerySet[Pass]":
    return keeping.beyond(Pass.objects.exclude(holder_sealed=""), moment="ends_at", place="unit__path", at=at, days_of=policy.keep_days)


def _notes(at: datetime) -> "QuerySet[GateNote]":
    return keeping.beyond(GateNote.objects.all(), moment="at", place="gate__unit__path", at=at, days_of=policy.keep_days)


def _seen(at: datetime) -> "QuerySet[Seen]":
    # Nobody settles what was well, and of a need the words stand there: whoever waits for an end of these keeps them for ever.
    over = Q(settled_at__isnull=False) | Q(need_id__isnull=False) | Q(kind=Seen.Kind.WELL)
    rows = Seen.objects.filter(over).exclude(text_sealed="", room="", settled_how="")
    return keeping.beyond(rows, moment="at", place="unit__path", at=at, days_of=policy.keep_days)


def anything_due() -> bool:
    """Whether something is kept beyond its days."""
    at = clock.now()
    return any(rows.exists() for rows in (_crossings(at), _passes(at), _notes(at), _seen(at)))


def forget(*, at: datetime) -> int:
    """Clear what is due; what happened at what time stays as a count. Returns how many rows were cleared. Safe to run twice."""
    with transaction.atomic():
        gone = _crossings(at).update(who_sealed="", note_sealed="")
        gone += _passes(at).update(holder_sealed="")
        gone += _notes(at).delete()[0]
        gone += _seen(at).update(text_sealed="", room="", settled_how="")
        if gone:
            journal.record(actor=SYSTEM, at=at, verb="patrol.forgotten", target="patrol:names", data={"n": gone})
    return gone


def run(job: JobRun) -> dict[str, Any]:
    """The job."""
    return {"forgotten": forget(at=clock.now())}

"""What tells of people in needs ends by itself: words, names, numbers and rooms of those that are over. Classes, moments and counts stay."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from jimu.core import clock, journal
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.needs import policy
from jimu.field.needs.models import Need, NeedEvent, OwnList
from jimu.incidents import keeping


def over(at: datetime) -> "QuerySet[Need]":
    """Needs whose end is beyond the days of their place and that still tell of somebody."""
    rows = Need.objects.exclude(state__in=(*Need.RUNNING, Need.State.DONE)).exclude(text_sealed="", name_sealed="", phone_sealed="", room="")
    return keeping.beyond(rows, moment="closed_at", place="unit__path", at=at, days_of=policy.keep_days)


def anything_due() -> bool:
    """Whether something is kept beyond its days."""
    return over(clock.now()).exists()


def forget(*, at: datetime) -> int:
    """Clear what is due; its receipt still says how it ended. Returns how many needs were cleared. Safe to run twice."""
    with transaction.atomic():
        ids = list(over(at).values_list("pk", flat=True))
        NeedEvent.objects.filter(need__in=ids).exclude(note_sealed="").update(note_sealed="")
        gone = Need.objects.filter(pk__in=ids).update(text_sealed="", name_sealed="", phone_sealed="", phone_index="", room="", own_list=None)
        OwnList.objects.filter(needs=None, expires_at__lt=at).delete()
        if gone:
            journal.record(actor=SYSTEM, at=at, verb="needs.forgotten", target="needs:people", data={"n": gone})
    return gone


def run(job: JobRun) -> dict[str, Any]:
    """The job."""
    return {"forgotten": forget(at=clock.now())}

"""What tells of people in transfers ends by itself: who it was, why, what was said, who looked after whom, lists that came."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from jimu.core import clock, journal
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.transfer import policy
from jimu.field.transfer.models import Dependant, Fact, Listing, Run, Transfer, Visit
from jimu.incidents import keeping

#: No place keeps them for less; so many days are looked at before the place's own number.
LEAST = timedelta(days=1)
AT_ONCE = 500


def _closed(at: datetime) -> "QuerySet[Transfer]":
    return Transfer.objects.filter(closed_at__lt=at - LEAST, resident__isnull=False).select_related("unit")


def _due(at: datetime) -> list[Transfer]:
    rows = _closed(at).order_by("closed_at")[:AT_ONCE]
    return [one for one in rows if one.closed_at is not None and one.closed_at < at - timedelta(days=policy.of_place(one.unit).keep_days)]


def _lists(at: datetime) -> "QuerySet[Listing]":
    return keeping.beyond(Listing.objects.all(), moment="received_at", place="unit__path", at=at, days_of=policy.keep_days)


def _drivers(at: datetime) -> "QuerySet[Run]":
    rows = Run.objects.exclude(driver_sealed="", driver_phone_sealed="").exclude(closed_at=None)
    return keeping.beyond(rows, moment="closed_at", place="unit__path", at=at, days_of=policy.keep_days)


def anything_due() -> bool:
    """Whether something is kept beyond its days."""
    at = clock.now()
    return bool(_due(at)) or _lists(at).exists() or _drivers(at).exists()


def forget(*, at: datetime) -> int:
    """Clear what is due; doors, moments and counts stay. Returns how many were cleared. Safe to run twice."""
    with transaction.atomic():
        due = _due(at)
        ids = [one.pk for one in due]
        Transfer.objects.filter(pk__in=ids).update(
            resident=None, why_sealed="", wants_sealed="", companion_sealed="", alone_why_sealed="", nobody_why_sealed=""
        )
        Fact.objects.filter(transfer__in=ids).exclude(note_sealed="").update(note_sealed="")
        for fact in Fact.objects.filter(transfer__in=ids, act="hand"):
            fact.data = {key: value for key, value in fact.data.items() if key != "receiver"}
            fact.save(update_fields=["data"])
        left = Dependant.objects.filter(transfer__in=ids)
        Visit.objects.filter(dependant__in=left).update(note_sealed="")
        left.update(what_sealed="", resident=None, neighbor=None, somebody_sealed="", phone_sealed="", ended_why_sealed="")
        gone = len(ids) + _lists(at).delete()[0]
        gone += _drivers(at).update(driver_sealed="", driver_phone_sealed="")
        if gone:
            journal.record(actor=SYSTEM, at=at, verb="transfer.forgotten", target="transfer:people", data={"n": gone})
    return gone


def run(job: JobRun) -> dict[str, Any]:
    """The job."""
    return {"forgotten": forget(at=clock.now())}

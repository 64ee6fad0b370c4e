"""What tells of people in supplies ends by itself: names and numbers of orders, words at doors, private givers."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from jimu.core import clock, journal
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.supplies import policy
from jimu.field.supplies.models import Delivery, Lot, Order, ParcelEvent
from jimu.incidents import keeping


def _orders(at: datetime) -> "QuerySet[Order]":
    rows = Order.objects.exclude(name_sealed="", phone_sealed="")
    return keeping.beyond(rows, moment="buy__closes_at", place="buy__unit__path", at=at, days_of=policy.keep_days)


def _words(at: datetime) -> "QuerySet[Delivery]":
    return keeping.beyond(Delivery.objects.exclude(note_sealed=""), moment="at", place="plan__unit__path", at=at, days_of=policy.keep_days)


def _parcels(at: datetime) -> "QuerySet[ParcelEvent]":
    rows = ParcelEvent.objects.exclude(note_sealed="")
    return keeping.beyond(rows, moment="at", place="parcel__load__buy__unit__path", at=at, days_of=policy.keep_days)


def _givers(at: datetime) -> "QuerySet[Lot]":
    return keeping.beyond(Lot.objects.exclude(giver_sealed=""), moment="arrived_at", place="unit__path", at=at, days_of=policy.keep_days)


def anything_due() -> bool:
    """Whether something is kept beyond its days."""
    at = clock.now()
    return _orders(at).exists() or _words(at).exists() or _parcels(at).exists() or _givers(at).exists()


def forget(*, at: datetime) -> int:
    """Clear what is due; numbers, doors and moments stay. Returns how many rows were cleared. Safe to run twice."""
    with transaction.atomic():
        gone = _orders(at).update(name_sealed="", phone_sealed="")
        gone += _words(at).update(note_sealed="")
        gone += _parcels(at).update(note_sealed="")
        gone += _givers(at).update(giver_sealed="")
        if gone:
            journal.record(actor=SYSTEM, at=at, verb="supplies.forgotten", target="supplies:people", data={"n": gone})
    return gone


def run(job: JobRun) -> dict[str, Any]:
    """The job."""
    return {"forgotten": forget(at=clock.now())}

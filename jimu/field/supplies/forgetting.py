"""What tells of people in supplies ends by itself: names and numbers of orders, words at doors, private givers."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from jimu.core import clock, journal
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.supplies.models import Delivery, Lot, Order

#: Days for which they are kept. Assumed (DOMAIN: 30 days active).
KEPT = timedelta(days=30)


def anything_due() -> bool:
    """Whether something is kept beyond its days."""
    before = clock.now() - KEPT
    orders = Order.objects.filter(buy__closes_at__lt=before).exclude(name_sealed="", phone_sealed="")
    return orders.exists() or Delivery.objects.filter(at__lt=before).exclude(note_sealed="").exists()


def forget(*, at: datetime) -> int:
    """Clear what is due; numbers, doors and moments stay. Returns how many rows were cleared. Safe to run twice."""
    before = at - KEPT
    with transaction.atomic():
        gone = Order.objects.filter(buy__closes_at__lt=before).exclude(name_sealed="", phone_sealed="").update(name_sealed="", phone_sealed="")
        gone += Delivery.objects.filter(at__lt=before).exclude(note_sealed="").update(note_sealed="")
        gone += Lot.objects.filter(arrived_at__lt=before).exclude(giver_sealed="").update(giver_sealed="")
        if gone:
            journal.record(actor=SYSTEM, at=at, verb="supplies.forgotten", target="supplies:people", data={"n": gone})
    return gone


def run(job: JobRun) -> dict[str, Any]:
    """The job."""
    return {"forgotten": forget(at=clock.now())}

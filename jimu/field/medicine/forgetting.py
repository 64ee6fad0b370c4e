"""Pictures of medicine boxes end by themselves, so many days after their order is over; of an order with something lost they stay until it is found."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from jimu.core import clock, journal
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.medicine.models import Photo, Thing
from jimu.incidents import keeping


def _over(at: datetime) -> "QuerySet[Photo]":
    lost = Thing.objects.filter(order=OuterRef("order"), lost=True)
    rows = Photo.objects.exclude(order__closed_at=None).exclude(Exists(lost))
    return keeping.beyond(rows, moment="order__closed_at", place="order__unit__path", at=at, days_of=keeping.photo_days)


def anything_due() -> bool:
    """Whether a picture is kept beyond its days."""
    return _over(clock.now()).exists()


def forget(*, at: datetime) -> int:
    """Delete pictures whose days are over; returns how many. Safe to run twice."""
    with transaction.atomic():
        gone = _over(at).delete()[0]
        if gone:
            journal.record(actor=SYSTEM, at=at, verb="medicine.photos_gone", target="medicine:photos", data={"n": gone})
    return gone


def run(job: JobRun) -> dict[str, Any]:
    """The job."""
    return {"photos": forget(at=clock.now())}

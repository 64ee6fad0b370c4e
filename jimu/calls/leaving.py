"""People who drop out: what they were offered is taken back, nobody waits for their answer, they stand by no more."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jimu.calls.models import Call, Offer, Standby
from jimu.calls.waves import LOCK
from jimu.core import live, locks
from jimu.messages import actions as messages
from jimu.roster.models import Shift


def leave(people: Collection[UUID], *, at: datetime, until: datetime, by: str) -> int:
    """Close the offers of these people for shifts that begin before `until`; returns how many nobody will answer now.

    A letter that has not gone out is withdrawn; a call that waited for them goes on at once. In the caller's transaction.
    """
    with transaction.atomic():
        locks.hold(LOCK)
        mine = Offer.objects.filter(person__in=people, call__state__in=Call.OPEN, shift__starts_at__lt=until)
        open_ = mine.filter(state__in=(*Offer.UNANSWERED, Offer.State.SILENT, Offer.State.BENCH))
        calls = {call.pk: call for call in Call.objects.filter(pk__in=open_.values("call"))}
        Standby.objects.filter(person__in=people, ended_at=None, shift__starts_at__lt=until).update(ended_at=at, end=Standby.End.GONE)
        count = open_.filter(state__in=Offer.UNANSWERED).count()
        # Whoever has a seat loses it by the roster; their yes is no more either.
        mine.exclude(state=Offer.State.NO).update(state=Offer.State.CLOSED, told=True)
        Call.objects.filter(pk__in=calls, state=Call.State.RUNNING).update(due=0)
        for call in calls.values():
            messages.withdraw(subject=call.target, at=at, by=by, people=people)
            live.beat(call.target)
    return count


def uncalled(shifts: Collection[UUID]) -> list[UUID]:
    """Those of these shifts for which no substitutes were ever asked, with an open seat by their count. One query."""
    rows = Shift.objects.filter(pk__in=shifts).exclude(call_shifts__call__kind=Call.Kind.BACKFILL).exclude(call_shifts__active=True)
    return list(rows.values_list("pk", flat=True))

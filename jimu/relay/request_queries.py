"""Reads of seat requests: mine, those put to me, those that a lead decides."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from jimu.core import clock
from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Incident
from jimu.relay.models import SeatRequest
from jimu.relay.seats import DECIDE

RECENT = timedelta(days=14)
LISTED = 100
BY_LEAD = (SeatRequest.Kind.LEAVE, SeatRequest.Kind.REST)
BY_OTHER = (SeatRequest.Kind.COVER, SeatRequest.Kind.SWAP)


def _told() -> "QuerySet[SeatRequest]":
    return SeatRequest.objects.select_related("person", "other", "post__unit", "other_post__unit", "incident")


def addressed_to(actor: Actor, request_id: UUID) -> SeatRequest | None:
    """A request that was put to the actor."""
    if actor.person_id is None:
        return None
    return _told().filter(pk=request_id, other=actor.person_id, kind__in=BY_OTHER).first()


def decidable(actor: Actor, request_id: UUID) -> SeatRequest | None:
    """A leave or rest on the actor's part; nobody decides on their own."""
    found = _told().filter(visible(actor, DECIDE, "post__unit__path"), pk=request_id, kind__in=BY_LEAD)
    return (found.exclude(person=actor.person_id) if actor.person_id else found).first()


def put_to(person_id: UUID) -> list[SeatRequest]:
    """Open requests that wait for somebody's answer. One query."""
    return list(_told().filter(other=person_id, kind__in=BY_OTHER, state=SeatRequest.State.ASKED))


def of_person(person_id: UUID, at: datetime) -> list[SeatRequest]:
    """Somebody's requests of the last days and what became of them, and where leads acted for them. One query."""
    recent = Q(asked_at__gte=at - RECENT) | Q(state=SeatRequest.State.ASKED)
    return list(_told().filter(recent, person=person_id)[:20])


def open_for(actor: Actor) -> "QuerySet[SeatRequest]":
    """Requests that wait for an answer on the part where the actor decides, the next shift first."""
    rows = _told().filter(
        visible(actor, DECIDE, "post__unit__path"), state=SeatRequest.State.ASKED, incident__state=Incident.State.ACTIVE
    )
    return rows.order_by("day", "post__start_minute", "asked_at")


def settled_for(actor: Actor, at: datetime) -> list[SeatRequest]:
    """What was settled lately on that part, the newest first. One query."""
    rows = _told().filter(visible(actor, DECIDE, "post__unit__path"), answered_at__gte=at - RECENT)
    return list(rows.exclude(state=SeatRequest.State.ASKED).order_by("-answered_at")[:LISTED])


def overdue(at: datetime) -> list[SeatRequest]:
    """Requests that wait although their shift has begun. One query."""
    rows = _told().filter(state=SeatRequest.State.ASKED, day__lte=timezone.localdate(at))
    return [one for one in rows if clock.at_minute(one.day, one.post.start_minute) <= at]

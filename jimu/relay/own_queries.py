"""What one's own pages show: my next shift and who leads there, my requests, what was left for me."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.people.leader_queries import leadership
from jimu.people.models import Person
from jimu.relay import handover_queries, request_queries, seats, standing_down
from jimu.relay.models import CalendarFeed, Handover, HandoverItem, SeatRequest, StandDown
from jimu.relay.seats import Seat
from jimu.roster.models import Assignment

SHOWN_WORDS = 6


@dataclass(frozen=True)
class Lead:
    """Whom to call about a shift: a phone with its middle hidden."""

    name: str
    title: str
    phone: str


@dataclass(frozen=True)
class Mine:
    """One's own page at a moment."""

    person: Person
    seats: Sequence[Seat]
    put_to_me: Sequence[SeatRequest]
    requests: Sequence[SeatRequest]
    handover: Handover | None
    words: Sequence[str]
    leads: Sequence[Lead]
    feed: CalendarFeed | None
    thanks: Sequence[StandDown] = ()

    @property
    def next(self) -> Seat | None:
        return self.seats[0] if self.seats else None


def person_of(actor: Actor) -> Person | None:
    """Whom the actor is; None for an account that belongs to nobody."""
    return Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None


def mine(person: Person, actor: Actor, at: datetime) -> Mine:
    """One's own page. A fixed number of queries."""
    coming = seats.coming(person.pk, at)
    handover = _left_for(coming[0].assignment, actor, at) if coming else None
    return Mine(
        person=person,
        seats=coming,
        put_to_me=request_queries.put_to(person.pk),
        requests=request_queries.of_person(person.pk, at),
        handover=handover,
        words=_words(handover) if handover else (),
        leads=leads_of(coming[0].assignment.shift.unit) if coming else (),
        feed=CalendarFeed.objects.filter(person=person, revoked_at=None).first(),
        thanks=standing_down.thanks_for(person.pk, at),
    )


def leads_of(unit: Unit) -> list[Lead]:
    """Who leads a place, then who stands in."""
    found = leadership(unit)
    rows = [row for row in (found.leader, *found.deputies) if row is not None]
    return [Lead(row.person.name, row.title or str(row.get_role_display()), row.person.masked_phone) for row in rows]


def _left_for(seat: Assignment, actor: Actor, at: datetime) -> Handover | None:
    """The newest handover of the post of a seat, when its time is near."""
    rows = [one for one in handover_queries.handovers_for(actor, at) if one.unit_id == seat.shift.unit_id]
    return next((one for one in rows if one.post_code == seat.shift.post.code), None)


def _words(handover: Handover) -> list[str]:
    """What the last shift wrote, without households: those are read one at a time on the handover's own page."""
    lines = [line for line in handover_queries.lines_of(handover) if line.open and not line.item.private]
    first = sorted(lines, key=lambda line: line.item.kind != HandoverItem.Kind.WORD)
    return [f"{line.item.text} {line.item.amount}".strip() for line in first[:SHOWN_WORDS]]


def beside(seat: Assignment) -> list[str]:
    """The names of those on the same shift. One query."""
    rows = Assignment.objects.filter(shift=seat.shift_id).exclude(pk=seat.pk)
    return list(rows.order_by("seat").values_list("person__name", flat=True))


def feed_of(digest: str) -> CalendarFeed | None:
    """The address in use with this digest."""
    return CalendarFeed.objects.select_related("person").filter(digest=digest, revoked_at=None, person__active=True).first()


def request_of(person_id: UUID, assignment: Assignment) -> SeatRequest | None:
    """The open request on one's own seat."""
    shift = assignment.shift
    return SeatRequest.objects.filter(
        person=person_id, post=shift.post, day=shift.day, state=SeatRequest.State.ASKED
    ).first()

"""Seats of rosters in force, found by who sits there: the way from a person to their shifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, Granted, visible
from jimu.incidents.models import Incident, Post
from jimu.roster.models import Assignment, CheckIn, Roster

DECIDE = "relay.decide"
# People come this long before their shift, to be briefed and dressed.
REPORT_BEFORE = timedelta(minutes=15)


def in_force() -> "QuerySet[Assignment]":
    """Seats of published rosters of active incidents, with what a page needs of them."""
    rows = Assignment.objects.filter(
        shift__roster__state=Roster.State.PUBLISHED, shift__roster__incident__state=Incident.State.ACTIVE
    )
    return rows.select_related("person", "shift__post", "shift__unit", "shift__roster__incident")


def with_mark(rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    """Seats with their newest mark as `newest`."""
    newest = CheckIn.objects.filter(assignment=OuterRef("pk")).order_by("-at", "-id").values("mark")[:1]
    return rows.annotate(newest=Subquery(newest))


@dataclass(frozen=True)
class Seat:
    """One's own seat as one's own page shows it."""

    assignment: Assignment
    mark: str

    @property
    def report_at(self) -> datetime:
        """When to be there."""
        return self.assignment.shift.starts_at - REPORT_BEFORE


def coming(person_id: UUID, at: datetime) -> list[Seat]:
    """The shifts of somebody that are on or to come, in order. One query."""
    rows = with_mark(in_force().filter(person=person_id, shift__ends_at__gt=at))
    return [Seat(row, row.newest or "") for row in rows.order_by("shift__starts_at", "pk")]  # type: ignore[attr-defined]


def own_seat(actor: Actor, assignment_id: UUID) -> Assignment:
    """A seat of the actor's own. Raises NotFound for anybody else's."""
    found = in_force().filter(pk=assignment_id, person=actor.person_id).first() if actor.person_id else None
    if found is None:
        raise NotFound
    return found


def seat_for(actor: Actor, assignment_id: UUID) -> Assignment:
    """A seat on the part where the actor decides. Raises NotFound."""
    found = in_force().filter(visible(actor, DECIDE, "shift__unit__path"), pk=assignment_id).first()
    if found is None:
        raise NotFound
    return found


def seat_of(person_id: UUID, post: Post | UUID, day: date) -> Assignment | None:
    """The seat that somebody has at a post on a day, by the roster in force now."""
    return in_force().filter(person=person_id, shift__post=post, shift__day=day).first()


def seats_between(person_id: UUID, incident_id: UUID, first: date, last: date, at: datetime) -> list[Assignment]:
    """Somebody's seats of an incident on some days that have not begun."""
    rows = in_force().filter(
        person=person_id, shift__roster__incident=incident_id, shift__day__gte=first, shift__day__lte=last, shift__starts_at__gt=at
    )
    return list(rows.order_by("shift__starts_at"))


def exchangeable(seat: Assignment, at: datetime, limit: int = 40) -> list[Assignment]:
    """Seats of others that one could exchange with: the same neighborhood within a week, the same post first. One query."""
    begin = max(at, seat.shift.starts_at - timedelta(days=7))
    rows = in_force().filter(
        shift__roster=seat.shift.roster_id, shift__unit=seat.shift.unit_id, shift__starts_at__gt=begin,
        shift__starts_at__lt=seat.shift.starts_at + timedelta(days=7), shift__post__requested_only=False,
    )  # fmt: skip
    others = rows.exclude(person=seat.person_id).exclude(shift=seat.shift_id).order_by("shift__starts_at", "person__sort_name")
    found = list(others[: limit * 4])
    return sorted(found, key=lambda row: row.shift.post.code != seat.shift.post.code)[:limit]


def acting_there(actor: Actor, paths: Sequence[str]) -> Actor:
    """The actor with a lead's right to edit at these places, for one act that the two concerned agreed on.

    No more than that: who has this right may not lift a rule, so the judge has the last word.
    """
    granted = tuple(Granted("secretary", path) for path in paths)
    return Actor(account_id=actor.account_id, name=actor.name, granted=granted, person_id=actor.person_id)

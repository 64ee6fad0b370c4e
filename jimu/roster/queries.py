"""Reads of rosters: which there are, how a neighborhood's days are filled, who serves when. All by part of the grid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Case, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, under, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, Post
from jimu.roster import policy
from jimu.roster.facts import kinds_of
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.windows import Windows, windows
from jimu.training.gate import able

RIGHT = "roster.view"
_ASSIGNED = Q(post__requested_only=False)


@dataclass(frozen=True)
class Tally:
    """Seats: needed, filled, and of other commands' people asked for."""

    needed: int = 0
    filled: int = 0
    requested: int = 0

    @property
    def open(self) -> int:
        return max(0, self.needed - self.filled)

    @property
    def percent(self) -> int:
        """Share filled, rounded down so that 100 means all."""
        return self.filled * 100 // self.needed if self.needed else 100


def total(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    found = list(tallies)
    return Tally(sum(t.needed for t in found), sum(t.filled for t in found), sum(t.requested for t in found))


@dataclass(frozen=True)
class Listed:
    """A roster in a list, with its seats on the reader's part."""

    roster: Roster
    seats: Tally


@dataclass(frozen=True)
class IncidentRosters:
    """An incident with its rosters, newest first; `in_force` is the published one, `first_day` where a new draft begins."""

    incident: Incident
    rosters: Sequence[Listed]
    first_day: date
    today: date

    @property
    def in_force(self) -> Listed | None:
        return next((row for row in self.rosters if row.roster.state == Roster.State.PUBLISHED), None)

    @property
    def windows(self) -> Windows:
        """History, published, drafted, not planned: where this incident's plan stands today."""
        return windows(self.incident, [row.roster for row in self.rosters], self.today)

    @property
    def drafts(self) -> list[Listed]:
        return [row for row in self.rosters if row.roster.state == Roster.State.DRAFT]

    @property
    def past(self) -> list[Listed]:
        return [row for row in self.rosters if row.roster.state == Roster.State.SUPERSEDED]


def touching(actor: Actor, right: str, field_name: str = "scope") -> Q:
    """Rows whose scope lies in a part of the actor's, or contains one: a secretary reads the roster that covers them."""
    paths = actor.paths(right)
    above = {path[: Unit.steplen * n] for path in paths for n in range(1, len(path) // Unit.steplen)}
    return under(paths, field_name) | Q(**{f"{field_name}__in": above})


def incidents_with_rosters(actor: Actor, at: datetime) -> list[IncidentRosters]:
    """Active incidents that touch the actor's part, each with its rosters. Four queries."""
    actor.require(RIGHT)
    incidents = list(Incident.objects.filter(touching(actor, RIGHT), state=Incident.State.ACTIVE))
    rosters = list(Roster.objects.filter(incident__in=incidents))
    seats = _tallies(actor, rosters)
    days = duty_days(incidents, at)
    return [
        IncidentRosters(
            i, [Listed(r, seats.get(r.pk, Tally())) for r in rosters if r.incident_id == i.pk], days[i.pk],
            timezone.localtime(at).date(),
        )
        for i in incidents
    ]


def duty_days(incidents: Sequence[Incident], at: datetime) -> dict[UUID, date]:
    """The day of duty that is running for each incident: yesterday's until today's first shift begins.

    Yesterday's only when the incident was on by then and one of its shifts lasts until now. One query.
    """
    today = timezone.localtime(at).date()
    yesterday, now = today - timedelta(days=1), clock.minute_of(at, today)
    posts = Post.objects.filter(incident__in=[i.pk for i in incidents], needed__gt=0, requested_only=False)
    hours = {pk: (first, last) for pk, first, last in posts.order_by().values_list("incident_id").annotate(Min("start_minute"), Max("end_minute"))}
    found = {}
    for incident in incidents:
        first, last = hours.get(incident.pk, (0, 0))
        running = now < first and last > clock.MINUTES_PER_DAY + now and incident.starts_at < clock.at_minute(today, 0)
        found[incident.pk] = yesterday if running else today
    return found


def _tallies(actor: Actor, rosters: Sequence[Roster]) -> dict[UUID, Tally]:
    if not rosters:
        return {}
    shifts = Shift.objects.filter(visible(actor, RIGHT, "unit__path"), roster__in=[r.pk for r in rosters])
    rows = shifts.order_by().values_list("roster_id").annotate(**sums())
    return {pk: Tally(needed, filled, asked) for pk, needed, filled, asked in rows}


def sums() -> dict[str, Sum]:
    """Aggregates of shifts, in the order of Tally's fields; a seat too many fills no other."""
    within = Case(When(filled__gt=F("needed"), then=F("needed")), default=F("filled"))
    return {
        "seats": Sum("needed", filter=_ASSIGNED, default=0),
        "taken": Sum(within, filter=_ASSIGNED, default=0),
        "asked": Sum("needed", filter=~_ASSIGNED, default=0),
    }


def roster_for(actor: Actor, roster_id: UUID, right: str = RIGHT) -> Roster:
    """A roster that touches the actor's part. Raises NotFound."""
    found = Roster.objects.select_related("incident").filter(touching(actor, right), pk=roster_id).first()
    if found is None:
        raise NotFound
    return found


def rosters_for(actor: Actor, incident_id: UUID | None = None) -> "QuerySet[Roster]":
    """Rosters that touch the actor's part, newest first; of one incident when it is named."""
    found = Roster.objects.filter(touching(actor, RIGHT))
    return found.filter(incident=incident_id) if incident_id else found


def current_roster(actor: Actor, incident_id: UUID | None = None, right: str = RIGHT) -> Roster:
    """The published roster of an incident, else its newest draft. Raises NotFound when there is neither."""
    rosters = Roster.objects.select_related("incident").filter(touching(actor, right))
    rosters = rosters.exclude(state=Roster.State.SUPERSEDED)
    if incident_id:
        rosters = rosters.filter(incident=incident_id)
    else:
        rosters = rosters.filter(incident__state=Incident.State.ACTIVE)
    rank = Case(When(state=Roster.State.PUBLISHED, then=Value(0)), default=Value(1))
    found = rosters.order_by(rank, "-published_at", "-created_at").first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Place:
    """One neighborhood of a roster."""

    unit_id: UUID
    name: str
    path: str
    seats: Tally


def places(actor: Actor, roster: Roster, right: str = RIGHT) -> list[Place]:
    """The neighborhoods of a roster on the actor's part, in the order of the grid. One query."""
    shifts = Shift.objects.filter(visible(actor, right, "unit__path"), roster=roster)
    rows = shifts.order_by("unit__path").values_list("unit_id", "unit__name", "unit__path").annotate(**sums())
    return [
        Place(pk, name, path, Tally(needed, filled, asked)) for pk, name, path, needed, filled, asked in rows
    ]


@dataclass(frozen=True)
class Row:
    """A post in one shift of the day, over the days; a day without this post has no cell."""

    post: Post
    cells: Sequence[Shift | None]


@dataclass(frozen=True)
class Matrix:
    """One neighborhood's posts by days."""

    days: Sequence[date]
    rows: Sequence[Row]


def days_of(roster: Roster) -> list[date]:
    """The days of a roster."""
    return [roster.first_day + timedelta(days=n) for n in range(roster.days)]


def matrix(actor: Actor, roster: Roster, unit_id: UUID, days: Sequence[date]) -> Matrix:
    """Posts × days of one neighborhood. One query. Raises NotFound outside the actor's part."""
    shifts = list(
        Shift.objects.filter(
            visible(actor, RIGHT, "unit__path"),
            roster=roster,
            unit=unit_id,
            day__gte=days[0],
            day__lte=days[-1],
        ).select_related("post")
    )
    if not shifts:
        raise NotFound
    posts = {shift.post_id: shift.post for shift in shifts}
    cells = {(shift.post_id, shift.day): shift for shift in shifts}
    ordered = sorted(
        posts.values(), key=lambda post: (post.start_minute, post.priority, post.title, post.end_minute)
    )
    return Matrix(days, [Row(post, [cells.get((post.pk, day)) for day in days]) for post in ordered])


def shifts_of(actor: Actor, roster: Roster, unit_id: UUID, day: date | None = None) -> "QuerySet[Shift]":
    """The shifts of one neighborhood on the actor's part, by time; of one day when it is named."""
    found = Shift.objects.filter(visible(actor, RIGHT, "unit__path"), roster=roster, unit=unit_id)
    found = found.filter(day=day) if day else found
    return found.select_related("post").order_by("starts_at", "post__title", "pk")


def shift_for(actor: Actor, shift_id: UUID, right: str = RIGHT) -> Shift:
    """A shift on the actor's part, with its post, unit and roster. Raises NotFound."""
    found = (
        Shift.objects.filter(visible(actor, right, "unit__path"), pk=shift_id)
        .select_related("post", "unit", "roster__incident")
        .first()
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Seated:
    """Somebody on a shift, as the pages show them."""

    assignment: Assignment
    kind: str
    skills: Sequence[str]
    trial: bool = False
    """Whether it is a first shift, beside a veteran."""

    @property
    def kind_name(self) -> str:
        return policy.kind_name(self.kind)


def seated(shift: Shift) -> list[Seated]:
    """Who is on a shift, by seat. Three queries."""
    rows = list(Assignment.objects.filter(shift=shift).select_related("person").order_by("seat"))
    served = [row.person_id for row in rows]
    kinds, can = kinds_of(served), able(served, shift.day)
    taken = frozenset(shift.post.kinds)
    return [
        Seated(
            row,
            policy.serves_as(kinds.get(row.person_id, frozenset()), taken),
            sorted(can.get(row.person_id, ())),
            any(held.supervise for code, held in can.get(row.person_id, {}).items() if code in shift.post.qualifications),
        )
        for row in rows
    ]


def open_shifts(actor: Actor, roster: Roster, unit_id: UUID | None = None) -> "QuerySet[Shift]":
    """Shifts with open seats (of posts that the roster fills), the gravest and soonest first."""
    shifts = Shift.objects.filter(
        visible(actor, RIGHT, "unit__path"), _ASSIGNED, roster=roster, filled__lt=F("needed")
    )
    if unit_id:
        shifts = shifts.filter(unit=unit_id)
    return shifts.select_related("post", "unit").order_by("post__priority", "starts_at", "unit__path", "pk")


def main_reasons(actor: Actor, roster: Roster) -> list[tuple[str, int]]:
    """Open seats by the main rule that keeps people off them, most first. One query."""
    rows = open_shifts(actor, roster).select_related(None).order_by().values_list("open_reason__code")
    found = [
        (str(code), int(seats)) for code, seats in rows.annotate(seats=Sum(F("needed") - F("filled"))) if code
    ]
    return sorted(found, key=lambda row: -row[1])


def editable(shift: Shift, at: datetime) -> bool:
    """Whether a shift can still be changed by hand; its roster and incident must be at hand."""
    roster = shift.roster
    over = roster.state == Roster.State.PUBLISHED and shift.ends_at <= at
    alive = roster.state != Roster.State.SUPERSEDED and roster.incident.state == Incident.State.ACTIVE
    return alive and not over


def seat_for(actor: Actor, assignment_id: UUID, right: str = RIGHT) -> Assignment:
    """An assignment on the actor's part, with its shift and person. Raises NotFound."""
    found = (
        Assignment.objects.filter(visible(actor, right, "shift__unit__path"), pk=assignment_id)
        .select_related("person", "shift__post", "shift__unit", "shift__roster__incident")
        .first()
    )
    if found is None:
        raise NotFound(_("没有找到这个安排，它可能刚刚被改动。"))
    return found

"""Reads of the roll call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, reached
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.roster import first_shift
from jimu.roster.attendance import EARLY
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

RIGHT = "attendance.mark"
LONGEST_SHIFT = timedelta(hours=24)


@dataclass(frozen=True)
class RollPlace:
    """A neighborhood with shifts that are on."""

    unit_id: UUID
    name: str
    expected: int


@dataclass(frozen=True)
class Seat:
    """Somebody expected; `mark` is the newest, empty before any."""

    assignment: Assignment
    mark: str
    trial: bool = False
    """Whether it is their first shift; `supervisors` are the veterans of the shift who have arrived."""
    supervisors: Sequence[Assignment] = ()

    @property
    def marked(self) -> bool:
        return bool(self.mark)


@dataclass(frozen=True)
class Group:
    """One shift with the people expected."""

    shift: Shift
    seats: Sequence[Seat]
    on_now: bool

    @property
    def arrived(self) -> int:
        return sum(seat.mark == CheckIn.Mark.ARRIVED for seat in self.seats)

    @property
    def open(self) -> int:
        return max(0, self.shift.needed - self.shift.filled)


@dataclass(frozen=True)
class Roll:
    """The roll of one neighborhood at a moment."""

    unit: Unit
    at: datetime
    groups: Sequence[Group]

    @property
    def expected(self) -> int:
        return sum(len(group.seats) for group in self.groups if group.on_now)

    @property
    def arrived(self) -> int:
        return sum(group.arrived for group in self.groups if group.on_now)

    @property
    def absent(self) -> int:
        return sum(
            seat.mark == CheckIn.Mark.ABSENT for group in self.groups if group.on_now for seat in group.seats
        )

    @property
    def uncalled(self) -> int:
        """Of whom nobody said anything yet."""
        return sum(not seat.marked for group in self.groups if group.on_now for seat in group.seats)


def _near(actor: Actor, at: datetime) -> "QuerySet[Shift]":
    """Shifts of rosters in force that are on or may be marked already."""
    return Shift.objects.filter(
        reached(actor, RIGHT, "unit__path"),
        roster__state=Roster.State.PUBLISHED,
        roster__incident__state=Incident.State.ACTIVE,
        post__requested_only=False,
        starts_at__gt=at - LONGEST_SHIFT,
        starts_at__lte=at + EARLY,
        ends_at__gt=at,
    )


def places(actor: Actor, at: datetime) -> list[RollPlace]:
    """Neighborhoods with somebody expected now or soon. One query."""
    rows = _near(actor, at).order_by("unit__path").values_list("unit_id", "unit__name")
    return [RollPlace(pk, name, count) for pk, name, count in rows.annotate(Sum("filled"))]


def place_for(actor: Actor, unit_id: UUID) -> Unit:
    """A neighborhood whose attendance the actor keeps, on the whole or on a part of it. Raises NotFound."""
    found: Unit | None = Unit.objects.filter(reached(actor, RIGHT), kind=Unit.Kind.NEIGHBORHOOD, pk=unit_id).first()
    if found is None:
        raise NotFound
    return found


def roll(actor: Actor, unit_id: UUID, at: datetime) -> Roll:
    """Who should be at a neighborhood's posts now and soon. Six queries. Raises NotFound outside the actor's part."""
    unit = place_for(actor, unit_id)
    shifts = list(
        _near(actor, at)
        .filter(unit=unit)
        .select_related("post")
        .order_by("starts_at", "post__priority", "post__title")
    )
    seats: dict[UUID, list[Seat]] = {shift.pk: [] for shift in shifts}
    for row in _with_mark().filter(shift__in=list(seats)).order_by("seat"):
        seats[row.shift_id].append(Seat(row, row.newest or ""))  # type: ignore[attr-defined]
    told = first_shift.with_trials([(shift, seats[shift.pk]) for shift in shifts])
    return Roll(unit, at, [Group(shift, mine, shift.starts_at <= at) for shift, mine in zip(shifts, told, strict=True)])


def seat(actor: Actor, assignment_id: UUID) -> Seat:
    """One expected person with the newest mark. Raises NotFound."""
    row = (
        _with_mark()
        .filter(reached(actor, RIGHT, "shift__unit__path"), pk=assignment_id)
        .select_related("shift__post")
        .first()
    )
    if row is None:
        raise NotFound
    here = _with_mark().filter(shift=row.shift_id).order_by("seat")
    everybody = [Seat(one, one.newest or "") for one in here]  # type: ignore[attr-defined]
    return next(one for one in first_shift.with_trials([(row.shift, everybody)])[0] if one.assignment.pk == row.pk)


def _with_mark() -> "QuerySet[Assignment]":
    newest = CheckIn.objects.filter(assignment=OuterRef("pk")).order_by("-at", "-id").values("mark")[:1]
    return Assignment.objects.annotate(newest=Subquery(newest)).select_related("person")

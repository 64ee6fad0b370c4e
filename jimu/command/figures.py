"""The sums of the board over shifts and marks, each one query over an index, whatever the number of seats."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When

from jimu.command import rules
from jimu.command.rules import Seats, Window
from jimu.core.permissions import Actor, visible
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

# No shift is longer than a day, so what is on now began within the last one.
LONGEST_SHIFT = timedelta(hours=24)
DAY = timedelta(hours=rules.HOURS_AHEAD)
# A coming day of its own is drawn for each place while there are few.
FEW_PLACES = 60


@dataclass(frozen=True)
class Sight:
    """What is summed up: published rosters as far as one reader sees them, at a moment."""

    rosters: Sequence[UUID]
    inside: Q
    at: datetime

    def shifts(self, ahead: timedelta) -> "QuerySet[Shift]":
        """Shifts of assigned posts that are on, or begin before `at + ahead`."""
        return Shift.objects.filter(
            Q(post__requested_only=False),
            self.inside,
            roster__in=self.rosters,
            starts_at__gt=self.at - LONGEST_SHIFT,
            starts_at__lte=self.at + ahead,
            ends_at__gt=self.at,
        ).order_by()


def sight(actor: Actor, right: str, rosters: Sequence[Roster], at: datetime) -> Sight:
    """The reader's sight; the grid is looked at only where a roster reaches beyond the reader's part."""
    paths = actor.paths(right)
    whole = all(any(roster.scope.startswith(path) for path in paths) for roster in rosters)
    inside = Q() if whole else visible(actor, right, "unit__path")
    return Sight([roster.pk for roster in rosters], inside, at)


@dataclass(frozen=True)
class Figures:
    """Seats now by unit, shifts over all places, units with a gap in the coming day, and each unit's coming day.

    `absent` counts by shift the people who are known to be missing.
    """

    now: Mapping[UUID, Seats] = field(default_factory=dict)
    windows: Sequence[Window] = ()
    short: frozenset[UUID] = frozenset()
    hours: Mapping[UUID, Sequence[Seats]] | None = None
    absent: Mapping[UUID, int] = field(default_factory=dict)

    def hours_of(self, unit_id: UUID) -> Sequence[Seats]:
        """A unit's coming day, all hours empty when it has no shifts; nothing where it is not summed up."""
        return () if self.hours is None else self.hours.get(unit_id, (Seats(),) * rules.HOURS_AHEAD)


def figures(seen: Sight, places: int) -> Figures:
    """Sum up what is seen; each place's own coming day only while there are few places."""
    if not seen.rosters:
        return Figures(hours={} if places <= FEW_PLACES else None)
    day, marks = seen.shifts(DAY), _marks(seen)
    return Figures(
        now=_now(seen, marks),
        absent=marks.absent,
        windows=[Window("", *row) for row in _summed(day, "starts_at", "ends_at")],
        short=frozenset(day.filter(filled__lt=F("needed")).values_list("unit_id", flat=True).distinct()),
        hours=_hours(day, seen.at) if places <= FEW_PLACES else None,
    )


def _summed(shifts: "QuerySet[Shift]", *by: str) -> "QuerySet[Any, tuple[Any, ...]]":
    """Rows of (*by, needed, filled, open seats of first-rank posts)."""
    critical = Sum(F("needed") - F("filled"), filter=Q(post__priority=1), default=0)
    return shifts.values_list(*by).annotate(seats=Sum("needed"), taken=Sum("filled"), critical=critical)


class Marks(NamedTuple):
    """People of the shifts that are on: by unit and newest mark, not seen by unit; known missing by shift, and at first-rank posts by unit."""

    by_unit: Counter[tuple[UUID, str]]
    unseen: Counter[UUID]
    absent: Counter[UUID]
    critical: Counter[UUID]


def _marks(seen: Sight) -> Marks:
    """One look at everybody on duty, counted in the database: only a shift that misses somebody has a row of its own."""
    newest = CheckIn.objects.filter(assignment=OuterRef("pk"), at__lte=seen.at).order_by("-at", "-id").values("mark")[:1]
    missing = Q(newest=CheckIn.Mark.ABSENT)
    on = Assignment.objects.filter(shift__in=seen.shifts(timedelta(0)), standby=False).alias(newest=Subquery(newest)).annotate(
        started=Case(When(shift__starts_at__lte=seen.at - rules.GRACE, then=True), default=False),
        first_rank=Case(When(missing & Q(shift__post__priority=1), then=True), default=False),
        misses=Case(When(missing, then=F("shift_id"))),
    )  # fmt: skip
    found = Marks(Counter(), Counter(), Counter(), Counter())
    rows = on.values_list("shift__unit_id", Subquery(newest), "started", "misses", "first_rank").annotate(Count("pk"))
    for unit_id, mark, started, misses, first_rank, count in rows:
        if mark is not None:
            found.by_unit[unit_id, mark] += count
        elif started:
            found.unseen[unit_id] += count
        if misses is not None:
            found.absent[misses] += count
            found.critical[unit_id] += count if first_rank else 0
    return found


def _now(seen: Sight, marks: Marks) -> dict[UUID, Seats]:
    return {
        unit_id: Seats(
            needed=needed,
            filled=filled,
            arrived=marks.by_unit[unit_id, CheckIn.Mark.ARRIVED],
            absent=marks.by_unit[unit_id, CheckIn.Mark.ABSENT],
            critical=critical + marks.critical[unit_id],
            unseen=marks.unseen[unit_id],
        )
        for unit_id, needed, filled, critical in _summed(seen.shifts(timedelta(0)), "unit_id")
    }


def _hours(day: "QuerySet[Shift]", at: datetime) -> dict[UUID, Sequence[Seats]]:
    windows: dict[UUID, list[Window]] = {}
    for unit_id, *row in _summed(day, "unit_id", "starts_at", "ends_at"):
        windows.setdefault(unit_id, []).append(Window("", *row))
    return {unit_id: rules.hours_ahead(of_unit, at) for unit_id, of_unit in windows.items()}

"""Reads of duty for the pages of a person and of a unit: who stands where next, how today stands here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from jimu.core import clock
from jimu.core.permissions import Actor, reached, under
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.roster.queries import RIGHT, Tally, sums, total

COMING, RECENT, GAPS = 6, 4, 5
RECENT_DAYS = 14


@dataclass(frozen=True)
class Duty:
    """A seat of somebody in one shift; `mark` is the newest, empty before any; `open` when its page is the reader's to open."""

    shift: Shift
    mark: str
    open: bool
    standby: bool = False


@dataclass(frozen=True)
class Duties:
    """What somebody stands for next, in order, and stood for lately, newest first.

    `more` counts coming shifts that are not listed, `elsewhere` those outside the reader's sight.
    """

    coming: Sequence[Duty] = ()
    recent: Sequence[Duty] = ()
    more: int = 0
    elsewhere: int = 0


def duties_of(person_id: UUID, at: datetime, *, reader: Actor | None) -> Duties:
    """Shifts of published rosters of one person, as `reader` may see them; None: the person's own look. Three queries."""
    rows = Assignment.objects.filter(person=person_id, shift__roster__state=Roster.State.PUBLISHED)
    live = rows.filter(shift__roster__incident__state=Incident.State.ACTIVE, shift__ends_at__gt=at)
    seen = reached(reader, RIGHT, "shift__unit__path") if reader else Q()
    coming = _listed(live.filter(seen).order_by("shift__starts_at", "pk"), reader)
    past = rows.filter(seen, shift__ends_at__lte=at, shift__ends_at__gt=at - timedelta(days=RECENT_DAYS))
    recent = _listed(past.order_by("-shift__starts_at", "pk")[:RECENT], reader)
    elsewhere = live.exclude(seen).count() if reader else 0
    return Duties(coming[:COMING], recent, max(0, len(coming) - COMING), elsewhere)


def _listed(rows: "QuerySet[Assignment]", reader: Actor | None) -> list[Duty]:
    newest = CheckIn.objects.filter(assignment=OuterRef("pk")).order_by("-at", "-id").values("mark")[:1]
    found = rows.select_related("shift__post", "shift__unit").annotate(newest=Subquery(newest))
    return [
        Duty(row.shift, row.newest or "", reader is not None and reader.may(RIGHT, row.shift.unit.path), row.standby)
        for row in found
    ]


@dataclass(frozen=True)
class Span:
    """The shifts of a place that share start and end."""

    starts_at: datetime
    ends_at: datetime
    seats: Tally
    arrived: int
    on_now: bool
    begun: bool


@dataclass(frozen=True)
class Gap:
    """A shift of today with open seats."""

    shift: Shift
    open: bool

    @property
    def missing(self) -> int:
        return self.shift.needed - self.shift.filled


@dataclass(frozen=True)
class Today:
    """How the shifts of today stand at a place: those that began yesterday and are still on count too."""

    place: Unit
    spans: Sequence[Span]
    gaps: Sequence[Gap]
    roster: Roster | None

    @property
    def seats(self) -> Tally:
        return total(span.seats for span in self.spans)


def place_of(unit: Unit) -> Unit:
    """The place whose shifts a unit shares: shifts belong to neighborhoods, so a block's are its neighborhood's."""
    above = [unit.path[: Unit.steplen * n] for n in range(1, unit.depth)]
    held: Unit | None = Unit.objects.filter(path__in=above, kind=Unit.Kind.NEIGHBORHOOD).first()
    return held or unit


def today_at(actor: Actor, unit: Unit, at: datetime) -> Today:
    """Today at a unit, of what the reader may see: a building's leader reads her neighborhood's. Five queries."""
    place = place_of(unit)
    shifts = _today(actor, place, at)
    arrived = _arrived(shifts)
    rows = shifts.order_by("starts_at", "ends_at").values_list("starts_at", "ends_at").annotate(**sums())
    spans = [
        Span(starts, ends, Tally(needed, filled, asked), arrived[starts, ends], starts <= at < ends, starts <= at)
        for starts, ends, needed, filled, asked in rows
        if needed
    ]
    open_ones = shifts.filter(filled__lt=F("needed"), ends_at__gt=at, post__requested_only=False)
    gravest = open_ones.select_related("post", "unit").order_by("post__priority", "starts_at", "unit__path", "pk")[:GAPS]
    return Today(
        place=place,
        spans=spans,
        gaps=[Gap(shift, actor.may(RIGHT, shift.unit.path)) for shift in gravest],
        roster=Roster.objects.filter(pk__in=shifts.values("roster")).first() if actor.may(RIGHT, place.path) else None,
    )


def _today(actor: Actor, place: Unit, at: datetime) -> "QuerySet[Shift]":
    day = timezone.localtime(at).date()
    midnight, next_midnight = clock.bounds(day)
    rosters = Roster.objects.filter(state=Roster.State.PUBLISHED, incident__state=Incident.State.ACTIVE)
    return Shift.objects.filter(
        reached(actor, RIGHT, "unit__path"),
        Q(starts_at__gte=midnight) | Q(ends_at__gt=at),
        unit__in=Unit.objects.filter(under([place.path])).values("pk"),
        roster__in=list(rosters.values_list("pk", flat=True)),
        starts_at__gt=midnight - timedelta(days=1),
        starts_at__lt=next_midnight,
    ).order_by()


def _arrived(shifts: "QuerySet[Shift]") -> Counter[tuple[datetime, datetime]]:
    newest = CheckIn.objects.filter(assignment=OuterRef("pk")).order_by("-at", "-id").values("mark")[:1]
    rows = Assignment.objects.filter(shift__in=shifts.filter(post__requested_only=False)).alias(newest=Subquery(newest))
    came = rows.filter(newest__in=[CheckIn.Mark.ARRIVED, CheckIn.Mark.LEFT])
    counted = came.order_by().values_list("shift__starts_at", "shift__ends_at").annotate(n=Count("pk"))
    return Counter({(starts, ends): n for starts, ends, n in counted})

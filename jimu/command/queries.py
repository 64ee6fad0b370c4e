"""Reads of the board. A fixed number of queries, whatever the number of neighborhoods, seats and people."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from jimu.command import rules
from jimu.command.rules import Seats, Status, Turn, Window
from jimu.command.sentences import TOLD, Event, told
from jimu.core import clock, live
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor, under, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.people.models import Person, UnitLeader
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

RIGHT = "command.board"
TOPIC = "board"
# No shift is longer than a day, so what is on now began within the last one.
LONGEST_SHIFT = timedelta(hours=24)
SOON = timedelta(hours=4)
LISTED_GAPS = 8
LISTED_EVENTS = 12
# Few places are asked for by name; for many it is cheaper to read all and keep what is wanted.
FEW_UNITS = 40
_OPEN = F("needed") - F("filled")
_ASSIGNED = Q(post__requested_only=False)


@dataclass(frozen=True)
class Place:
    """One neighborhood on the board."""

    unit: Unit
    zone_id: str
    under_incident: bool
    seats: Seats
    hours: Sequence[Seats]

    @property
    def status(self) -> Status:
        return rules.status_of(self.seats)

    @property
    def soonest_gap(self) -> int | None:
        """Hours until the first coming hour with an open seat; None when the day is covered."""
        return next((n for n, seats in enumerate(self.hours) if seats.open), None)


@dataclass(frozen=True)
class Gap:
    """Open seats of one shift, with the reason."""

    shift: Shift
    open: int
    reason: str
    on_now: bool

    @property
    def critical(self) -> bool:
        return self.shift.post.priority == 1


@dataclass(frozen=True)
class Board:
    """Everything the board shows at one moment to one reader."""

    at: datetime
    version: int
    incidents: Sequence[Incident]
    has_people: bool
    has_roster: bool
    zones: Sequence[Unit]
    places: Sequence[Place]
    seats: Seats
    hours: Sequence[Seats]
    turn: Turn | None
    next_turn: Turn | None
    gaps: Sequence[Gap]
    events: Sequence[Event]
    commanders: Sequence[str]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def step(self) -> str:
        """What is still missing before there is something to watch: people, incident, roster, or nothing."""
        if self.has_roster:
            return ""
        if self.incidents:
            return "roster"
        return "incident" if self.has_people else "people"


def board(actor: Actor, at: datetime) -> Board:
    """The board as the actor may see it. Raises NotPermitted without the right anywhere."""
    actor.require(RIGHT)
    version = live.versions([TOPIC])[TOPIC]
    units = list(_units(actor))
    places = [unit for unit in units if unit.kind == Unit.Kind.NEIGHBORHOOD]
    involved = _involved([unit.pk for unit in places])
    incidents = list(Incident.objects.filter(pk__in=set(involved.values()))) if involved else []
    rosters = _published(incidents)
    windows = _windows(rosters, [unit.pk for unit in places], at)
    marks = _marks(rosters, [unit.pk for unit in places], at)
    zones = {unit.path: str(unit.pk) for unit in units if unit.kind == Unit.Kind.ZONE}
    shown = [_place(unit, zones, involved, windows.get(str(unit.pk), []), marks, at) for unit in places]
    flat = [window for of_unit in windows.values() for window in of_unit]
    return Board(
        at=at,
        version=version,
        incidents=incidents,
        has_people=bool(rosters) or Person.objects.exists(),
        has_roster=bool(rosters),
        zones=[unit for unit in units if unit.kind == Unit.Kind.ZONE],
        places=shown,
        seats=rules.total(place.seats for place in shown),
        hours=[rules.total(hour) for hour in zip(*(place.hours for place in shown), strict=True)],
        turn=rules.current_turn(flat, at),
        next_turn=rules.next_turn(flat, at),
        gaps=_gaps(actor, rosters, [unit.pk for unit in places], at),
        events=_events(actor, units, at),
        commanders=_in_command(units, incidents),
        counts=Counter(place.status.value for place in shown),
    )


def _units(actor: Actor) -> "QuerySet[Unit]":
    """Neighborhoods of the actor's parts, with the zones and the subdistrict above them for their names."""
    paths = actor.paths(RIGHT)
    above = Q(path__in={path[: Unit.steplen * n] for path in paths for n in range(1, len(path) // Unit.steplen)})
    kinds = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD)
    return Unit.objects.filter(under(paths) | above, kind__in=kinds, retired_at=None).order_by("path")


def _involved(unit_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Which incident each neighborhood is under now."""
    rows = IncidentUnit.objects.filter(ended_at=None, incident__state=Incident.State.ACTIVE)
    wanted = set(unit_ids)
    return {unit_id: incident for unit_id, incident in rows.values_list("unit_id", "incident_id") if unit_id in wanted}


def _published(incidents: Iterable[Incident]) -> list[UUID]:
    ids = [incident.pk for incident in incidents]
    if not ids:
        return []
    return list(Roster.objects.filter(incident__in=ids, state=Roster.State.PUBLISHED).values_list("pk", flat=True))


def _near(rosters: Sequence[UUID], unit_ids: Sequence[UUID], at: datetime, ahead: timedelta) -> "QuerySet[Shift]":
    """Shifts of assigned posts that are on, or begin before `at + ahead`."""
    shifts = Shift.objects.filter(
        _ASSIGNED, roster__in=rosters, starts_at__gt=at - LONGEST_SHIFT, starts_at__lte=at + ahead, ends_at__gt=at
    )
    return shifts.filter(unit__in=unit_ids) if len(unit_ids) <= FEW_UNITS else shifts


def _windows(rosters: Sequence[UUID], unit_ids: Sequence[UUID], at: datetime) -> dict[str, list[Window]]:
    if not rosters:
        return {}
    rows = (
        _near(rosters, unit_ids, at, timedelta(hours=rules.HOURS_AHEAD))
        .order_by()
        .values_list("unit_id", "starts_at", "ends_at")
        .annotate(seats=Sum("needed"), taken=Sum("filled"), critical=Sum(_OPEN, filter=Q(post__priority=1)))
    )
    wanted = {str(pk) for pk in unit_ids}
    found: dict[str, list[Window]] = {}
    for unit_id, starts_at, ends_at, needed, filled, critical in rows:
        if str(unit_id) in wanted:
            window = Window(str(unit_id), starts_at, ends_at, needed, filled, critical or 0)
            found.setdefault(str(unit_id), []).append(window)
    return found


def _marks(rosters: Sequence[UUID], unit_ids: Sequence[UUID], at: datetime) -> dict[tuple[str, str], int]:
    """How many people of the shifts that are on now carry each newest mark, by neighborhood."""
    if not rosters:
        return {}
    newest = CheckIn.objects.filter(assignment=OuterRef("pk"), at__lte=at).order_by("-at", "-id").values("mark")[:1]
    rows = (
        Assignment.objects.filter(shift__in=_near(rosters, unit_ids, at, timedelta(0)))
        .annotate(newest=Subquery(newest))
        .exclude(newest=None)
        .values_list("shift__unit_id", "newest")
        .annotate(Count("pk"))
    )
    return {(str(unit_id), mark): count for unit_id, mark, count in rows}


def _place(
    unit: Unit,
    zones: Mapping[str, str],
    involved: Mapping[UUID, UUID],
    windows: Sequence[Window],
    marks: Mapping[tuple[str, str], int],
    at: datetime,
) -> Place:
    seats = rules.seats_at(windows, at)
    arrived = marks.get((str(unit.pk), CheckIn.Mark.ARRIVED), 0)
    absent = marks.get((str(unit.pk), CheckIn.Mark.ABSENT), 0)
    return Place(
        unit=unit,
        zone_id=zones.get(unit.path[: -Unit.steplen], ""),
        under_incident=unit.pk in involved,
        seats=Seats(seats.needed, seats.filled, arrived, absent, seats.critical),
        hours=rules.hours_ahead(windows, at),
    )


def leaders_of(units: Sequence[Unit]) -> list[UnitLeader]:
    """Who leads these units now, leaders before deputies."""
    rows = UnitLeader.objects.filter(unit__in=[unit.pk for unit in units], until=None)
    return list(rows.select_related("person").order_by("-role", "since"))


def _in_command(units: Sequence[Unit], incidents: Sequence[Incident]) -> list[str]:
    top = leaders_of([unit for unit in units if unit.kind == Unit.Kind.SUBDISTRICT])
    return [leader.person.name for leader in top[:2]] or [incident.activated_by for incident in incidents[:1]]


def _gaps(actor: Actor, rosters: Sequence[UUID], unit_ids: Sequence[UUID], at: datetime) -> list[Gap]:
    """The gravest open seats of shifts that are on or begin soon."""
    if not rosters:
        return []
    shifts = _near(rosters, unit_ids, at, SOON).filter(visible(actor, RIGHT, "unit__path"), filled__lt=F("needed"))
    gravest = shifts.select_related("post", "unit").order_by("post__priority", "starts_at", F("filled") - F("needed"), "pk")
    listed = gravest[:LISTED_GAPS]
    return [Gap(s, s.needed - s.filled, reason_of(s), s.starts_at <= at) for s in listed]


def reason_of(shift: Shift) -> str:
    """Why seats of a shift are open, in one sentence of the engine."""
    found = shift.open_reason or {}
    return str(found.get("sentence") or found.get("message") or "")


def _events(actor: Actor, units: Sequence[Unit], at: datetime) -> list[Event]:
    """What happened today on the reader's part, newest first, in sentences."""
    midnight = clock.at_minute(timezone.localtime(at).date(), 0)
    entries = JournalEntry.objects.filter(visible(actor, RIGHT, "scope"), at__gte=midnight, at__lte=at, verb__in=TOLD)
    return [told(entry, units) for entry in entries[:LISTED_EVENTS]]

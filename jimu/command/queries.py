"""Reads of the board. A fixed number of queries, whatever the number of neighborhoods, seats and people."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jimu.accounts.queries import commanders_of
from jimu.command import rules
from jimu.command.figures import Figures, Sight, figures, sight
from jimu.command.rules import Seats, Status, Turn
from jimu.command.sentences import TOLD, Event, told
from jimu.command.sharing import Shared
from jimu.core import clock, live
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor, under, visible
from jimu.field.households.case_queries import HEALTH, HealthCounts, health_counts
from jimu.field.households.zone_queries import ZoneCounts, counts_for, today
from jimu.field.needs import queries as need_queries
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.incidents.order_chains import count_unready
from jimu.incidents.order_queries import Lagging, on_board
from jimu.people.models import Person, UnitLeader
from jimu.relay.handover_queries import late_for
from jimu.relay.models import Handover
from jimu.roster.models import Roster, Shift
from jimu.roster.words import reason_sentence

RIGHT = "command.board"
TOPIC = "board"
SOON = timedelta(hours=4)
LISTED_GAPS = 6
LISTED_EVENTS = 12
LISTED_UNSEEN = 8
ABOVE_BUILDINGS = (Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK)
# At two in the morning the evening is what matters.
LOOK_BACK = timedelta(hours=12)


@dataclass(frozen=True)
class Place:
    """One neighborhood on the board; `hours` is its coming day, empty where there are too many places to draw it."""

    unit: Unit
    zone_id: str
    under_incident: bool
    seats: Seats
    status: Status
    hours: Sequence[Seats]


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
    short_ahead: int = 0
    unaccepted: Sequence[Handover] = ()
    orders: Sequence[Lagging] = ()
    # Cells above buildings that an order would not reach.
    unready: int = 0
    closures: ZoneCounts | None = None
    # Only for readers with the restricted right.
    health: HealthCounts | None = None
    # Residents' needs by class, with how many are overdue; empty for readers who see none.
    needs: Sequence[Mapping[str, Any]] = ()

    @property
    def unseen(self) -> Sequence[Place]:
        """Places where people of a shift have not been seen, most of them first."""
        late = [place for place in self.places if place.seats.unseen]
        return sorted(late, key=lambda place: -place.seats.unseen)[:LISTED_UNSEEN]

    @property
    def step(self) -> str:
        """What is still missing before there is something to watch: people, incident, roster, or nothing."""
        if self.has_roster:
            return ""
        if self.incidents:
            return "roster"
        return "incident" if self.has_people else "people"


_boards: "Shared[Board]" = Shared()


def board(actor: Actor, at: datetime) -> Board:
    """The board as the actor may see it, at most some seconds old. Raises NotPermitted without the right anywhere."""
    actor.require(RIGHT)
    version = live.versions([TOPIC])[TOPIC]
    # Readers of the same parts and language see the same board.
    key = (connection.settings_dict["NAME"], version, actor.paths(RIGHT), actor.paths(HEALTH), actor.paths(need_queries.VIEW), actor.paths(need_queries.RESTRICTED), get_language())
    found = _boards.get(key, lambda: _read(actor, at, version))
    return replace(found, at=at)


def _read(actor: Actor, at: datetime, version: int) -> Board:
    units = list(_units(actor))
    places = [unit for unit in units if unit.kind == Unit.Kind.NEIGHBORHOOD]
    involved = _involved([unit.pk for unit in places])
    incidents = list(Incident.objects.filter(pk__in=set(involved.values()))) if involved else []
    rosters = _published(incidents)
    seen = sight(actor, RIGHT, rosters, at)
    sums = figures(seen, len(places))
    zones = {unit.path: str(unit.pk) for unit in units if unit.kind == Unit.Kind.ZONE}
    shown = [_place(unit, zones, involved, sums) for unit in places]
    return Board(
        at=at,
        version=version,
        incidents=incidents,
        has_people=bool(rosters) or Person.objects.exists(),
        has_roster=bool(rosters),
        zones=[unit for unit in units if unit.kind == Unit.Kind.ZONE],
        places=shown,
        seats=rules.total(place.seats for place in shown),
        hours=rules.hours_ahead(sums.windows, at),
        turn=rules.current_turn(sums.windows, at),
        next_turn=rules.next_turn(sums.windows, at),
        gaps=_gaps(seen, sums.absent),
        events=_events(actor, units, at),
        commanders=_in_command(units, incidents),
        counts=Counter(place.status.value for place in shown),
        short_ahead=len(sums.short),
        orders=on_board(actor),
        closures=counts_for(actor, today(at)),
        health=health_counts(actor),
        needs=need_queries.counts(actor, None, at) if actor.may(need_queries.VIEW) else (),
        unready=count_unready(actor, ABOVE_BUILDINGS),
        unaccepted=list(late_for(actor, at)[:LISTED_UNSEEN]) if rosters else [],
    )


def _units(actor: Actor) -> "QuerySet[Unit]":
    """Neighborhoods of the actor's parts, with the zones and the subdistrict above them for their names."""
    paths = actor.paths(RIGHT)
    above = Q(path__in={path[: Unit.steplen * n] for path in paths for n in range(1, len(path) // Unit.steplen)})
    kinds = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD)
    found: QuerySet[Unit] = Unit.objects.filter(under(paths) | above, kind__in=kinds, retired_at=None)
    return found.order_by("path")


def _involved(unit_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Which incident each neighborhood is under now."""
    rows = IncidentUnit.objects.filter(ended_at=None, incident__state=Incident.State.ACTIVE)
    wanted = set(unit_ids)
    return {unit_id: incident for unit_id, incident in rows.values_list("unit_id", "incident_id") if unit_id in wanted}


def _published(incidents: Iterable[Incident]) -> list[Roster]:
    ids = [incident.pk for incident in incidents]
    return list(Roster.objects.filter(incident__in=ids, state=Roster.State.PUBLISHED)) if ids else []


def _place(unit: Unit, zones: Mapping[str, str], involved: Mapping[UUID, UUID], sums: Figures) -> Place:
    seats = sums.now.get(unit.pk, Seats())
    return Place(
        unit=unit,
        zone_id=zones.get(unit.path[: -Unit.steplen], ""),
        under_incident=unit.pk in involved,
        seats=seats,
        status=rules.status_of(seats),
        hours=sums.hours_of(unit.pk),
    )


def leaders_of(units: Sequence[Unit]) -> list[UnitLeader]:
    """Who leads these units now, leaders before deputies."""
    rows = UnitLeader.objects.filter(unit__in=[unit.pk for unit in units], until=None)
    return list(rows.select_related("person").order_by("-role", "since"))


def _in_command(units: Sequence[Unit], incidents: Sequence[Incident]) -> list[str]:
    """Who leads the subdistrict, else who may command it, else who activated."""
    top = [unit for unit in units if unit.kind == Unit.Kind.SUBDISTRICT]
    named = [leader.person.name for leader in leaders_of(top)] or commanders_of(top)
    return named[:2] or [incident.activated_by for incident in incidents[:1] if incident.activated_by != SYSTEM.name]


def _gaps(seen: Sight, absent: Mapping[UUID, int]) -> list[Gap]:
    """The gravest empty seats of shifts that are on or begin soon: never filled, or their people did not come."""
    if not seen.rosters:
        return []
    empty = seen.shifts(SOON).filter(Q(filled__lt=F("needed")) | Q(pk__in=list(absent))).select_related("post", "unit")
    gravest = empty.order_by("post__priority", "starts_at", F("filled") - F("needed"), "pk")[:LISTED_GAPS]
    gaps = [_gap(shift, absent.get(shift.pk, 0), seen.at) for shift in gravest]
    return [gap for gap in gaps if gap.open > 0]


def _gap(shift: Shift, absent: int, at: datetime) -> Gap:
    missing = shift.needed - shift.filled
    reason = reason_of(shift) if missing > 0 else _("登记了 {n} 人未到岗").format(n=absent)
    return Gap(shift, missing + absent, reason, shift.starts_at <= at)


def reason_of(shift: Shift) -> str:
    """Why seats of a shift are open, in one sentence; empty when nobody found out."""
    return reason_sentence(shift.open_reason) if shift.open_reason else ""


def _events(actor: Actor, units: Sequence[Unit], at: datetime) -> list[Event]:
    """What happened today and in the night before on the reader's part, newest first, in sentences."""
    since = min(clock.at_minute(timezone.localtime(at).date(), 0), at - LOOK_BACK)
    entries = JournalEntry.objects.filter(visible(actor, RIGHT, "scope"), at__gte=since, at__lte=at, verb__in=TOLD)
    return [told(entry, units) for entry in entries[:LISTED_EVENTS]]

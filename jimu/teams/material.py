"""Who may be asked for the teams of an incident, read in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from jimu.core.permissions import under
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.people.models import Affiliation, Kind, Person
from jimu.teams.models import Allotment, Loan, Membership, Placement
from jimu.teams.rules import Candidate
from jimu.training.gate import able

# They come from elsewhere and may be sent to any neighborhood.
ROVING = frozenset({Kind.OFFICE_CADRE.value, Kind.SOCIAL_WORKER.value, Kind.SECONDED_CADRE.value, Kind.SUBDISTRICT_LEADER.value})
SENT = ROVING | {Kind.COMMITTEE_CADRE.value, Kind.MEDIC.value, Kind.POLICE.value, Kind.PROPERTY.value, Kind.CONTRACTOR.value}
KNOWS_THE_PLACE = frozenset({Kind.COMMITTEE_CADRE.value, Kind.BUILDING_LEADER.value})


def cells_of(incident: Incident) -> list[Unit]:
    """The neighborhoods under an incident, in the order of the grid."""
    ids = IncidentUnit.objects.filter(incident=incident, ended_at=None).values("unit_id")
    return list(Unit.objects.filter(pk__in=ids, retired_at=None).order_by("path"))


def candidates(incident: Incident, at: datetime, *, only: Collection[UUID] | None = None) -> list[Candidate]:
    """Everybody who may be asked: grown, active, of the incident's part of the grid, of no place, or on loan to it."""
    loans = stays(at, at, only)
    works = placed(incident.pk, only) | {pk: stay.unit_id for pk, stay in loans.items()}
    here = under([incident.scope], "unit__path") | Q(unit=None) | Q(pk__in=list(loans))
    people = Person.objects.filter(here, active=True, minor=False)
    affiliations = Affiliation.objects.all()
    sitting = Membership.objects.filter(incident=incident, until=None)
    if only is not None:
        people = people.filter(pk__in=only)
        affiliations, sitting = affiliations.filter(person__in=only), sitting.filter(person__in=only)
    where = homes()
    kinds: dict[UUID, set[str]] = defaultdict(set)
    sent: dict[UUID, UUID] = {}
    for person_id, kind, unit_id in affiliations.values_list("person_id", "kind", "unit_id"):
        kinds[person_id].add(kind)
        if unit_id in where and kind in SENT:
            sent[person_id] = where[unit_id]
    sent |= works
    load = Counter(sitting.values_list("person_id", flat=True))
    can = able(only, timezone.localdate(at))
    rows = people.order_by("pk").values_list("pk", "unit_id", "times_known", "limits")
    return [
        _candidate(
            pk, frozenset(kinds.get(pk, ())), sent.get(pk) or where.get(unit_id), pk in works, known, limits, load[pk], can.get(pk, {})
        )
        for pk, unit_id, known, limits in rows
    ]  # fmt: skip


def _candidate(
    pk: UUID, kinds: frozenset[str], cell: UUID | None, bound: bool, known: bool, limits: list[str], load: int, can: Mapping[str, object]
) -> Candidate:
    staff = bool(kinds & SENT)
    certified = any(not getattr(held, "declared", True) for held in can.values())
    veteran = bool(kinds & KNOWS_THE_PLACE) or certified
    qualifications = frozenset(can)
    # Whom the allotment in force has placed, or a loan, is no longer anybody's to draw.
    return Candidate(pk, kinds, cell, bool(kinds & ROVING) and not bound, qualifications, frozenset(limits), known or staff, load, veteran)


@dataclass(frozen=True)
class Stay:
    """A loan that binds somebody to a unit from one moment to another."""

    unit_id: UUID
    starts_at: datetime
    ends_at: datetime


def stays(begin: datetime, end: datetime, only: Collection[UUID] | None = None) -> dict[UUID, Stay]:
    """Loans agreed to that are in force at some moment from `begin` to `end`, by person. One query.

    The term decides, not whether somebody has noted its end: a loan is over when it says so. Nobody has two.
    """
    rows = Loan.objects.filter(state=Loan.State.AGREED, starts_at__lte=end, ends_at__gt=begin)
    if only is not None:
        rows = rows.filter(person__in=only)
    fields = rows.values_list("person_id", "to_unit_id", "starts_at", "ends_at")
    return {pk: Stay(unit_id, starts_at, ends_at) for pk, unit_id, starts_at, ends_at in fields}


def working(incident_id: UUID, at: datetime, only: Collection[UUID] | None = None) -> dict[UUID, UUID]:
    """Where somebody works by a decision at a moment: on loan, else where the allotment in force places them. Two queries.

    Everything that asks where somebody works asks here, or (for a span of time) `placed` and `stays`.
    """
    return placed(incident_id, only) | {pk: stay.unit_id for pk, stay in stays(at, at, only).items()}


def placed(incident_id: UUID, only: Collection[UUID] | None = None) -> dict[UUID, UUID]:
    """The neighborhood of everybody whom the allotment in force places. One query."""
    rows = Placement.objects.filter(allotment__incident=incident_id, allotment__state=Allotment.State.IN_FORCE, until=None)
    if only is not None:
        rows = rows.filter(person__in=only)
    return dict(rows.values_list("person_id", "unit_id"))


def homes() -> dict[UUID | None, UUID]:
    """The neighborhood of each neighborhood, block and building."""
    found: dict[UUID | None, UUID] = {}
    by_path: dict[str, UUID] = {}
    rows = list(Unit.objects.filter(retired_at=None).values_list("pk", "path", "kind").order_by("path"))
    for pk, path, kind in rows:
        if kind == Unit.Kind.NEIGHBORHOOD:
            by_path[path] = pk
    for pk, path, _kind in rows:
        home = next((by_path[path[:n]] for n in range(len(path), 0, -4) if path[:n] in by_path), None)
        if home is not None:
            found[pk] = home
    return found

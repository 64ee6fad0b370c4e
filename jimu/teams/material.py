"""Who may be asked for the teams of an incident, read in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q

from jimu.core.permissions import under
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.people.models import Affiliation, Kind, Person
from jimu.teams.models import Allotment, Membership, Placement
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


def candidates(incident: Incident, day: date, *, only: Collection[UUID] | None = None) -> list[Candidate]:
    """Everybody who may be asked: grown, active, of the incident's part of the grid or of no place."""
    people = Person.objects.filter(active=True, minor=False).filter(under([incident.scope], "unit__path") | Q(unit=None))
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
    allotted = placed(incident.pk, only)
    sent |= allotted
    load = Counter(sitting.values_list("person_id", flat=True))
    can = able(only, day)
    rows = people.order_by("pk").values_list("pk", "unit_id", "times_known", "limits")
    return [
        _candidate(
            pk, frozenset(kinds.get(pk, ())), sent.get(pk) or where.get(unit_id), pk in allotted, known, limits, load[pk], can.get(pk, {})
        )
        for pk, unit_id, known, limits in rows
    ]  # fmt: skip


def _candidate(
    pk: UUID, kinds: frozenset[str], cell: UUID | None, allotted: bool, known: bool, limits: list[str], load: int, can: Mapping[str, object]
) -> Candidate:
    staff = bool(kinds & SENT)
    certified = any(not getattr(held, "declared", True) for held in can.values())
    veteran = bool(kinds & KNOWS_THE_PLACE) or certified
    qualifications = frozenset(can)
    # Whom the allotment in force has placed is no longer anybody's to draw.
    return Candidate(pk, kinds, cell, bool(kinds & ROVING) and not allotted, qualifications, frozenset(limits), known or staff, load, veteran)


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

"""What an allotment is reckoned from, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from jimu.core import clock
from jimu.core.permissions import under
from jimu.incidents.models import Incident, Post
from jimu.people.models import Affiliation, Kind, Person
from jimu.teams.allotting import Member, Place, Plan
from jimu.teams.material import cells_of, homes, stays
from jimu.teams.models import Allotment, Placement
from jimu.training.gate import able

#: Who is allotted, in the order in which somebody who comes as several counts.
STAFF = (Kind.OFFICE_CADRE.value, Kind.SOCIAL_WORKER.value, Kind.SECONDED_CADRE.value)


@dataclass(frozen=True)
class Material:
    """Places and staff of an incident; `resting` are staff who go nowhere here: paused, on loan to elsewhere, placed by another incident."""

    places: tuple[Place, ...]
    staff: tuple[Member, ...]
    resting: tuple[Person, ...]
    allotment: Allotment | None
    notes: Mapping[UUID, str]

    def at_work(self, where: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
        """Where people work, from where they are allotted: who is on loan works at the borrower's."""
        return {**where, **{m.person_id: m.last for m in self.staff if m.lent and m.last is not None}}


def in_force(incident_id: UUID) -> Allotment | None:
    """The allotment in force."""
    return Allotment.objects.filter(incident=incident_id, state=Allotment.State.IN_FORCE).first()


def gather(incident: Incident, day: date) -> Material:
    """Places with their work, staff with where they serve on that day; a loan comes before an allotment."""
    now = in_force(incident.pk)
    places = _places(incident)
    here = {place.unit_id for place in places}
    loans = stays(clock.at_minute(day, 0), clock.at_minute(day, clock.MINUTES_PER_DAY))
    taken = placed_elsewhere(incident.pk)
    rows = Placement.objects.filter(allotment=now, until=None) if now else Placement.objects.none()
    placements = {row.person_id: row for row in rows}
    served, kinds = _affiliations()
    where = homes()
    people = Person.objects.filter(active=True, minor=False, pk__in=list(kinds)).filter(under([incident.scope], "unit__path") | Q(unit=None))
    can = able(list(kinds), day)
    staff, resting = [], []
    for person in people.select_related("unit").only("name", "limits", "unit__path", "sort_name").order_by("sort_name", "pk"):
        loan = loans.get(person.pk)
        if "paused" in person.limits or person.pk in taken or (loan is not None and loan.unit_id not in here):
            resting.append(person)
            continue
        placement = placements.get(person.pk)
        last = placement.unit_id if placement else where.get(served.get(person.pk))
        pinned = placement.unit_id if placement and placement.origin == Placement.Origin.HAND else None
        home = person.unit.path if person.unit else ""
        kind = next(kind for kind in STAFF if kind in kinds[person.pk])
        member = Member(person.pk, person.name, kind, frozenset(can.get(person.pk, ())), last, pinned, home)
        staff.append(replace(member, last=loan.unit_id, pinned=loan.unit_id, lent=True, belongs=last) if loan else member)
    return Material(places, tuple(staff), tuple(resting), now, {pk: row.note for pk, row in placements.items() if row.note})


def placed_elsewhere(incident_id: UUID) -> frozenset[UUID]:
    """Whom the allotment of another incident under way has placed: nobody is sent by two at one time."""
    rows = Placement.objects.filter(allotment__state=Allotment.State.IN_FORCE, allotment__incident__state=Incident.State.ACTIVE, until=None)
    return frozenset(rows.exclude(allotment__incident=incident_id).values_list("person_id", flat=True))


def _affiliations() -> tuple[dict[UUID, UUID], dict[UUID, set[str]]]:
    served: dict[UUID, UUID] = {}
    kinds: dict[UUID, set[str]] = defaultdict(set)
    for person_id, kind, unit_id in Affiliation.objects.filter(kind__in=STAFF).values_list("person_id", "kind", "unit_id"):
        kinds[person_id].add(kind)
        if unit_id:
            served[person_id] = unit_id
    # Who oversees the whole is not sent to one neighborhood.
    for person_id in Affiliation.objects.filter(kind=Kind.SUBDISTRICT_LEADER).values_list("person_id", flat=True):
        kinds.pop(person_id, None)
    return served, kinds


def _places(incident: Incident) -> tuple[Place, ...]:
    hours: dict[UUID, float] = defaultdict(float)
    asks: dict[UUID, dict[str, int]] = defaultdict(dict)
    posts = Post.objects.filter(incident=incident, needed__gt=0)
    for unit_id, start, end, needed, kinds, qualifications in posts.values_list(
        "unit_id", "start_minute", "end_minute", "needed", "kinds", "qualifications"
    ):
        hours[unit_id] += needed * (end - start) / 60
        if not kinds or set(kinds) & set(STAFF):
            _most(asks[unit_id], qualifications, needed)
    return tuple(
        Place(cell.pk, cell.name, cell.path, cell.households, cell.elders, hours[cell.pk], dict(asks[cell.pk])) for cell in cells_of(incident)
    )


def _most(asks: dict[str, int], qualifications: Collection[str], needed: int) -> None:
    for code in qualifications:
        asks[code] = max(asks.get(code, 0), needed)


def rows_of(allotment: Allotment, material: Material, plan: Plan, at: datetime) -> list[Placement]:
    """Rows of a plan, not saved. Who stays where somebody put them by hand stays so, with the reason given then."""
    ids = {place.unit_id for place in material.places}
    rows = []
    for member in material.staff:
        unit = plan.where.get(member.person_id)
        if member.lent:
            # The allotment keeps where they belong: the loan says where they are meanwhile, and ends by itself.
            unit = member.belongs if member.belongs in ids else None
        if unit is None:
            continue
        codes = plan.reasons[member.person_id]
        row = Placement(allotment=allotment, person_id=member.person_id, unit_id=unit, reasons=codes, since=at)
        row.came_from_id = unit if member.lent else member.last if member.last in ids else None
        if codes[0] == "hand":
            row.origin, row.note = Placement.Origin.HAND, material.notes.get(member.person_id, "")
        rows.append(row)
    return rows

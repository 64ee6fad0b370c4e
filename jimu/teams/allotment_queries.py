"""Reads of allotments: before and after for each neighborhood, who comes and why, what another place would cost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.incidents.queries import incident_for
from jimu.people.models import Kind, Person
from jimu.teams import allotting
from jimu.teams.allotment_material import Material, gather, rows_of
from jimu.teams.allotting import Member, Place, Weights
from jimu.teams.drawing import PairOfBars, pair_of_bars
from jimu.teams.material import stays
from jimu.teams.models import Allotment, DailyReckoning, Membership, Placement
from jimu.teams.words import placement_words
from jimu.training.naming import qualification_name

State = Allotment.State


@dataclass(frozen=True)
class Arrival:
    """Somebody in a neighborhood, where they come from (empty: nowhere yet), and why here."""

    person_id: UUID
    name: str
    kind: str
    came_from: str
    moved: bool
    by_hand: bool
    why: list[str]


@dataclass(frozen=True)
class SkillShare:
    """How many in a neighborhood can do something, of those it should have."""

    name: str
    have: int
    need: int

    @property
    def slots(self) -> list[bool]:
        """One for each needed, whether filled."""
        return [n < self.have for n in range(self.need)]

    @property
    def missing(self) -> int:
        return max(0, self.need - self.have)


@dataclass(frozen=True)
class PlaceShare:
    """One neighborhood before and after. `work`: 1 is the mean; `fair`: people in proportion to it."""

    place: Place
    work: float
    fair: float
    before: int
    after: int
    bars: PairOfBars
    arrivals: list[Arrival]
    leavers: list[str]
    kinds: list[tuple[str, int]]
    skills: list[SkillShare]

    def per_head(self, people: int) -> int | None:
        """Households for each of so many people."""
        return round(self.place.households / people) if self.place.households and people else None

    @property
    def households_before(self) -> int | None:
        return self.per_head(self.before)

    @property
    def households_after(self) -> int | None:
        return self.per_head(self.after)


@dataclass(frozen=True)
class Picture:
    """An allotment, saved or tried, as it is drawn."""

    allotment: Allotment
    weights: Weights
    shares: list[PlaceShare]
    people: int
    moved: int
    new: int
    away: list[Person] = field(default_factory=list)

    @property
    def gap_before(self) -> float:
        """The largest distance from the fair number, in people."""
        return max((abs(share.before - share.fair) for share in self.shares), default=0.0)

    @property
    def gap_after(self) -> float:
        return max((abs(share.after - share.fair) for share in self.shares), default=0.0)

    @property
    def missing(self) -> int:
        """Needed skills that nobody there has."""
        return sum(skill.missing for share in self.shares for skill in share.skills)


@dataclass(frozen=True)
class Board:
    """What the page of an incident shows: the proposal (or a trial), what is in force, and who goes nowhere."""

    incident: Incident
    material: Material
    proposal: Picture | None
    current: Picture | None
    daily: DailyReckoning | None = None

    @property
    def shown(self) -> Picture | None:
        """The proposal while there is one."""
        return self.proposal or self.current


def board_for(actor: Actor, incident_id: UUID, day: date) -> Board:
    """An incident's allotments, drawn as far as the asker's part goes. Raises NotFound outside it. A fixed number of queries."""
    incident = incident_for(actor, "incidents.view", incident_id)
    material = gather(incident, day)
    found = {a.state: a for a in Allotment.objects.filter(incident=incident, state__in=(State.PROPOSED, State.IN_FORCE))}
    drawn = {state: _picture(actor, material, a, _rows(a, material)) for state, a in found.items()}
    daily = DailyReckoning.objects.filter(incident=incident).first()
    return Board(incident, material, drawn.get(State.PROPOSED), drawn.get(State.IN_FORCE), daily)


def trial_for(actor: Actor, incident_id: UUID, weights: Weights, at: datetime, day: date) -> Board:
    """What these weights would give, without keeping it. Raises NotPermitted, NotFound."""
    incident = incident_for(actor, "teams.allot", incident_id)
    material = gather(incident, day)
    if not material.places or not material.staff:
        return Board(incident, material, None, None)
    plan = allotting.propose(material.places, material.staff, weights)
    tried = Allotment(
        incident=incident, weights=weights.as_dict(), objective=plan.cost, objective_before=plan.cost_before, created_at=at, created_by=actor.name
    )
    return Board(incident, material, _picture(actor, material, tried, _with_loans(rows_of(tried, material, plan, at), tried, material)), None)


def allotment_for(actor: Actor, allotment_id: UUID, day: date) -> tuple[Incident, Picture]:
    """One allotment, drawn. Raises NotFound."""
    found = Allotment.objects.filter(pk=allotment_id).first()
    if found is None:
        raise NotFound
    incident = incident_for(actor, "incidents.view", found.incident_id)
    material = gather(incident, day)
    return incident, _picture(actor, material, found, _rows(found, material))


@dataclass(frozen=True)
class Elsewhere:
    """A place where one person could go, what that would cost, and how many are there."""

    place: Place
    rise: float
    here: bool
    people: int
    fair: float


def places_for(actor: Actor, allotment_id: UUID, person_id: UUID, day: date) -> tuple[Allotment, Member, list[Elsewhere]]:
    """Places for one person, the cheapest first. Raises NotFound, NotPermitted."""
    found = Allotment.objects.filter(pk=allotment_id, state__in=(State.PROPOSED, State.IN_FORCE)).select_related("incident").first()
    if found is None:
        raise NotFound
    incident = incident_for(actor, "teams.allot", found.incident_id)
    material = gather(incident, day)
    member = next((member for member in material.staff if member.person_id == person_id), None)
    if member is None:
        raise NotFound
    weights = Weights.of(found.weights)
    where = {row.person_id: row.unit_id for row in _rows(found, material)}
    rises = allotting.prices_of(material.places, material.staff, weights, where, person_id)
    fair = allotting.fair_shares(material.places, len(material.staff), weights)
    counts = Counter(where.values())
    places = [Elsewhere(p, rises[p.unit_id], where.get(person_id) == p.unit_id, counts[p.unit_id], fair[p.unit_id]) for p in material.places]
    return found, member, sorted(places, key=lambda each: (not each.here, each.rise))


def seats_elsewhere(incident_id: UUID, at: datetime) -> list[Membership]:
    """Seats in teams of another neighborhood than the one where the allotment in force places who sits there, loans counted."""
    rows = Placement.objects.filter(allotment__incident=incident_id, allotment__state=State.IN_FORCE, until=None)
    paths: dict[UUID, str] = dict(rows.values_list("person_id", "unit__path"))
    on_loan = stays(at, at, list(paths))
    by_id = dict(Unit.objects.filter(pk__in=[stay.unit_id for stay in on_loan.values()]).values_list("pk", "path"))
    paths |= {pk: by_id[stay.unit_id] for pk, stay in on_loan.items()}
    sitting = Membership.objects.filter(incident=incident_id, until=None, person__in=list(paths)).select_related("person", "team__unit", "seat")
    return [sits for sits in sitting.order_by("team__order", "person__sort_name") if not sits.team.unit.path.startswith(paths[sits.person_id])]


def _rows(allotment: Allotment, material: Material) -> list[Placement]:
    """The rows that hold, with who is on loan where they work."""
    return _with_loans(list(Placement.objects.filter(allotment=allotment, until=None)), allotment, material)


def _with_loans(rows: list[Placement], allotment: Allotment, material: Material) -> list[Placement]:
    lent = {member.person_id: member for member in material.staff if member.lent}
    return [
        *(row for row in rows if row.person_id not in lent),
        *(
            Placement(allotment=allotment, person_id=pk, unit_id=member.last, came_from_id=member.belongs, reasons=["loan"], since=allotment.created_at)
            for pk, member in lent.items()
            if member.last is not None
        ),
    ]


def _picture(actor: Actor, material: Material, allotment: Allotment, rows: Sequence[Placement]) -> Picture:
    """Draw rows. Who is placed but no longer there (paused, left) counts for nothing and is named."""
    weights = Weights.of(allotment.weights)
    members = {member.person_id: member for member in material.staff}
    names = {place.unit_id: place.name for place in material.places}
    there = [row for row in rows if row.person_id in members and row.unit_id in names]
    gone = [row.person_id for row in rows if row.person_id not in members]
    before = Counter(row.came_from_id for row in there)
    after = Counter(row.unit_id for row in there)
    most = max([1, *(before[unit] for unit in names), *after.values()])
    fair = allotting.fair_shares(material.places, len(there), weights)
    shares = []
    for place, work, need in zip(
        material.places, allotting.workloads(material.places, weights), allotting.needs(material.places, material.staff, weights), strict=True
    ):
        if not actor.may("teams.view", place.path):
            continue
        here = [row for row in there if row.unit_id == place.unit_id]
        n, m, share = before[place.unit_id], after[place.unit_id], fair[place.unit_id]
        shares.append(
            PlaceShare(
                place, work, share, n, m, pair_of_bars(n, m, share, max(most, share)), _arrivals(here, members, names),
                [f"{members[row.person_id].name} → {names[row.unit_id]}" for row in there if row.came_from_id == place.unit_id != row.unit_id],
                _kinds(here, members), _skills(here, members, need),
            )
        )  # fmt: skip
    moved = sum(row.came_from_id is not None and row.came_from_id != row.unit_id for row in there)
    new = sum(row.came_from_id is None for row in there)
    away = list(Person.objects.filter(pk__in=gone).only("name").order_by("sort_name")) if actor.may("teams.allot") else []
    return Picture(allotment, weights, shares, len(there), moved, new, away)


def _arrivals(rows: Sequence[Placement], members: Mapping[UUID, Member], names: Mapping[UUID, str]) -> list[Arrival]:
    labels = dict(Kind.choices)
    found = []
    for row in rows:
        member, by_hand = members[row.person_id], row.origin == Placement.Origin.HAND
        came, moved = names.get(row.came_from_id, "") if row.came_from_id else "", row.came_from_id != row.unit_id
        why = placement_words(row.reasons, row.note)
        found.append(Arrival(row.person_id, member.name, str(labels[member.kind]), came if moved else "", moved, by_hand, why))
    return sorted(found, key=lambda each: (not each.moved, each.kind))


def _kinds(rows: Sequence[Placement], members: Mapping[UUID, Member]) -> list[tuple[str, int]]:
    counts = Counter(members[row.person_id].kind for row in rows)
    return [(str(label), counts[kind]) for kind, label in Kind.choices if counts[kind]]


def _skills(rows: Sequence[Placement], members: Mapping[UUID, Member], need: Mapping[str, int]) -> list[SkillShare]:
    return [
        SkillShare(qualification_name(code), sum(code in members[row.person_id].qualifications for row in rows), count)
        for code, count in need.items()
    ]

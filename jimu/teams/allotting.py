"""Staff over neighborhoods, without a database: workload from weights, what each place asks for, why somebody goes where."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from uuid import UUID

from jimu_engine import allot as engine

#: Sliders run from 0 (of no account) to this.
MOST = 100
# A tenth of a slider is a price of the engine; the price of unfairness is what they are measured against.
FAIRNESS, STEP = 10.0, 10.0
FACTORS = ("households", "elders", "posts")


@dataclass(frozen=True)
class Weights:
    """What makes work (the first three, against each other), and what an even load is traded for (the last three)."""

    households: int = 60
    elders: int = 20
    posts: int = 20
    stay: int = 10
    skills: int = 50
    near: int = 5

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Weights":
        """From a row or a form; what is not given keeps its default, what is out of range is brought to its end."""
        known = {f.name for f in fields(cls)}
        return cls(**{name: max(0, min(MOST, int(value))) for name, value in given.items() if name in known})

    def as_dict(self) -> dict[str, int]:
        """As a row keeps it."""
        return asdict(self)

    @property
    def prices(self) -> engine.Weights:
        """As the engine reads it."""
        return engine.Weights(fairness=FAIRNESS, missing=self.skills / STEP, distance=self.near / STEP, moved=self.stay / STEP)


@dataclass(frozen=True)
class Place:
    """A neighborhood. `posts`: person-hours a day of its posts; `asks`: qualifications its posts ask for, at most at one time."""

    unit_id: UUID
    name: str
    path: str
    households: int | None = None
    elders: int | None = None
    posts: float = 0.0
    asks: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Member:
    """One of the staff. `last`: the neighborhood they serve now; `pinned`: where a loan or somebody by hand put them.

    `home_path`: where they live. `lent`: a loan holds them there for now, and they belong to `belongs`.
    """

    person_id: UUID
    name: str
    kind: str
    qualifications: frozenset[str] = frozenset()
    last: UUID | None = None
    pinned: UUID | None = None
    home_path: str = ""
    lent: bool = False
    belongs: UUID | None = None


@dataclass(frozen=True)
class Plan:
    """The way with the least cost, why each goes there, and what leaving everybody where they are would cost."""

    where: Mapping[UUID, UUID]
    reasons: Mapping[UUID, list[str]]
    cost: float
    cost_before: float


def workloads(places: Sequence[Place], weights: Weights) -> list[float]:
    """Work of each place, where 1 is the mean. A place without a number counts as the mean of those that have one."""
    total = [0.0] * len(places)
    sum_of_weights = 0
    for factor in FACTORS:
        weight = getattr(weights, factor)
        known = [value for place in places if (value := getattr(place, factor)) is not None]
        mean = sum(known) / len(known) if known else 0.0
        if weight and mean:
            sum_of_weights += weight
            for n, place in enumerate(places):
                value = getattr(place, factor)
                total[n] += weight * (mean if value is None else value) / mean
    return [value / sum_of_weights for value in total] if sum_of_weights else total


def needs(places: Sequence[Place], staff: Sequence[Member], weights: Weights) -> list[dict[str, int]]:
    """How many who can do what each place should have: holders in proportion to work, at least one, never above what it asks for."""
    work = workloads(places, weights)
    found: list[dict[str, int]] = [{} for _ in places]
    for code in sorted({code for place in places for code in place.asks or ()}):
        holders = sum(code in member.qualifications for member in staff)
        asking = [n for n, place in enumerate(places) if (place.asks or {}).get(code)]
        whole = sum(work[n] for n in asking)
        for n in asking if holders else ():
            part = holders * (work[n] / whole if whole else 1 / len(asking))
            found[n][code] = min((places[n].asks or {})[code], max(1, int(part)))
    return found


def mix(places: Sequence[Place], staff: Sequence[Member], weights: Weights) -> list[dict[str, int]]:
    """How many of each kind of staff each place should have: half of what is in proportion to work, so that ties keep some room."""
    shares = fair_shares(places, 1, weights)
    kinds = Counter(member.kind for member in staff)
    return [{f"kind:{kind}": whole for kind, n in sorted(kinds.items()) if (whole := int(n * shares[place.unit_id] / 2 + 1e-9))} for place in places]


def _problem(places: Sequence[Place], staff: Sequence[Member], weights: Weights) -> tuple[list[engine.Unit], list[engine.Deployable]]:
    ids = {place.unit_id for place in places}
    units = [
        engine.Unit(str(place.unit_id), work, need | kinds)
        for place, work, need, kinds in zip(
            places, workloads(places, weights), needs(places, staff, weights), mix(places, staff, weights), strict=True
        )
    ]
    people = []
    for member in staff:
        far = {str(place.unit_id): steps(member.home_path, place.path) for place in places} if member.home_path else {}
        last = str(member.last) if member.last in ids else ""
        allowed = frozenset({str(member.pinned)}) if member.pinned in ids else None
        people.append(engine.Deployable(str(member.person_id), member.qualifications | {f"kind:{member.kind}"}, last, far, allowed))
    return units, people


def steps(home: str, place: str) -> float:
    """How far a place is from where somebody lives: 0 the same, 1 the same zone, 2 elsewhere."""
    if home.startswith(place):
        return 0.0
    zone = place[:-4]
    return 1.0 if len(zone) > 4 and home.startswith(zone) else 2.0


def propose(places: Sequence[Place], staff: Sequence[Member], weights: Weights) -> Plan:
    """The least costly way to send everybody somewhere; exact. Raises BadProblem without places."""
    units, people = _problem(places, staff, weights)
    found = engine.allot(units, people, weights.prices)
    where = {UUID(person): UUID(unit) for person, unit in found.where.items()}
    stays = price(places, staff, weights, standing(places, staff))
    return Plan(where, _reasons(places, staff, weights, where), found.cost, stays)


def price(places: Sequence[Place], staff: Sequence[Member], weights: Weights, where: Mapping[UUID, UUID]) -> float:
    """What any way costs; uses no solver. Hand-made placements are free to lie anywhere."""
    units, people = _problem(places, free(staff), weights)
    known = {member.person_id for member in staff}
    return engine.judge(units, people, {str(p): str(u) for p, u in where.items() if p in known}, weights.prices).cost


def prices_of(
    places: Sequence[Place], staff: Sequence[Member], weights: Weights, where: Mapping[UUID, UUID], person_id: UUID
) -> dict[UUID, float]:
    """For each place, by how much the cost changes when one person goes there instead; 0 for where they are."""
    units, people = _problem(places, free(staff), weights)
    known = {member.person_id for member in staff}
    sent = {str(p): str(u) for p, u in where.items() if p in known}
    now = engine.judge(units, people, sent, weights.prices).cost
    return {
        place.unit_id: engine.judge(units, people, {**sent, str(person_id): str(place.unit_id)}, weights.prices).cost - now for place in places
    }


def standing(places: Sequence[Place], staff: Sequence[Member]) -> dict[UUID, UUID]:
    """Where everybody is now, of those who are in one of the places."""
    ids = {place.unit_id for place in places}
    return {member.person_id: member.last for member in staff if member.last is not None and member.last in ids}


def fair_shares(places: Sequence[Place], people: int, weights: Weights) -> dict[UUID, float]:
    """People in proportion to work."""
    units = [engine.Unit(str(place.unit_id), work) for place, work in zip(places, workloads(places, weights), strict=True)]
    return {place.unit_id: share for place, share in zip(places, engine.fair_shares(units, people), strict=True)} if places else {}


def free(staff: Sequence[Member]) -> tuple[Member, ...]:
    """The same people, none of them kept where somebody put them by hand; a loan holds all the same."""
    return tuple(member if member.lent else replace(member, pinned=None) for member in staff)


def _reasons(
    places: Sequence[Place], staff: Sequence[Member], weights: Weights, where: Mapping[UUID, UUID]
) -> dict[UUID, list[str]]:
    """Codes of why each goes there, the strongest first."""
    fair = fair_shares(places, len(staff), weights)
    asked = {place.unit_id: need for place, need in zip(places, needs(places, staff, weights), strict=True)}
    paths = {place.unit_id: place.path for place in places}
    before: dict[UUID, int] = {}
    for stood in standing(places, staff).values():
        before[stood] = before.get(stood, 0) + 1
    found = {}
    for member in staff:
        unit = where.get(member.person_id)
        if unit is not None:
            found[member.person_id] = _why(member, unit, fair, asked[unit], paths, before)
    return found


def _why(
    member: Member, unit: UUID, fair: Mapping[UUID, float], asked: Mapping[str, int], paths: Mapping[UUID, str], before: Mapping[UUID, int]
) -> list[str]:
    codes = []
    if member.pinned == unit:
        codes.append("loan" if member.lent else "hand")
    elif member.last == unit:
        codes.append("stays")
    codes += [f"can:{code}" for code in sorted(member.qualifications & set(asked))]
    if member.home_path and steps(member.home_path, paths[unit]) == 0:
        codes.append("near")
    if member.last is not None and member.last in fair and member.last != unit and before.get(member.last, 0) > fair[member.last]:
        codes.append("over")
    if member.last != unit and before.get(unit, 0) < fair[unit]:
        codes.append("short")
    return codes or ["even"]

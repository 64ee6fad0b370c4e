"""Decisions about goods, without a database: what a lot may do now, who gets how much, how many hands it takes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor

from jimu.playbooks.schema import Supplies

MOST = 1_000_000
#: Where no playbook is in force.
USUAL = Supplies()


@dataclass(frozen=True)
class Stage:
    """Where a lot stands: `code` is waiting, resting, ready or expired; `until` is when its rest is over."""

    code: str
    until: datetime | None = None


def stage(*, disinfect: bool, rest_minutes: int, disinfected_at: datetime | None, use_by: date | None, at: datetime, today: date) -> Stage:
    """Whether a lot may leave the store. Past its use-by day nothing leaves."""
    if use_by is not None and use_by < today:
        return Stage("expired")
    if not disinfect:
        return Stage("ready")
    if disinfected_at is None:
        return Stage("waiting")
    until = disinfected_at + timedelta(minutes=rest_minutes)
    return Stage("ready", until) if at >= until else Stage("resting", until)


@dataclass(frozen=True)
class Crew:
    """How many people a job takes, and for what."""

    people: int
    carrying: int
    packing: int
    disinfecting: int
    floating: int


def crew(bags: int, hours: float, numbers: Supplies = USUAL) -> Crew:
    """People for so many bags in so many hours; at least two, since nobody lifts alone. Raises ValueError for no time."""
    if hours <= 0 or bags < 0:
        raise ValueError("no time, or less than nothing")
    people = max(2, ceil(bags / (numbers.bags_per_person_hour * hours)))
    carrying = max(1, _part(people, numbers.carrying))
    packing = min(people - carrying, max(1, _part(people, numbers.packing)))
    disinfecting = min(people - carrying - packing, max(1, _part(people, numbers.disinfecting)))
    return Crew(people, carrying, packing, disinfecting, people - carrying - packing - disinfecting)


def _part(people: int, share: float) -> int:
    # A share is a decimal fraction: 0.325 of 40 are 13, whatever the last bit says.
    return floor(people * share + 1e-9)


def spare_of(portions: int, percent: float) -> int:
    """Portions kept for what goes wrong: two or three of a hundred."""
    return ceil(portions * percent / 100) if portions > 0 else 0


@dataclass(frozen=True)
class Want:
    """Portions a building should get: for households with somebody of a priority group, and for the others."""

    priority: int
    others: int


def shared(wants: Mapping[str, Want], portions: int) -> dict[str, int]:
    """Portions by building: all that is wanted where it suffices, else priority households first, the rest in even parts.

    Never more than `portions` in sum, never more than a building wants; what is scarce goes by largest remainder (Hamilton).
    """
    first = _even({key: want.priority for key, want in wants.items()}, portions)
    rest = _even({key: want.others for key, want in wants.items()}, portions - sum(first.values()))
    return {key: first[key] + rest[key] for key in wants}


def _even(wanted: Mapping[str, int], portions: int) -> dict[str, int]:
    total = sum(wanted.values())
    if portions >= total:
        return dict(wanted)
    whole = {key: n * portions // total for key, n in wanted.items()}
    left = portions - sum(whole.values())
    # Ties go by name, so that the same numbers give the same plan.
    for key in sorted(wanted, key=lambda k: (-(wanted[k] * portions % total), k))[:left]:
        whole[key] += 1
    return whole


def due(people: int, per_people: int | None, limit: int) -> int:
    """Portions that a household should get: one, or one for every so many people, up to the limit."""
    return min(limit, max(1, ceil(people / per_people))) if per_people else 1


@dataclass(frozen=True)
class Drop:
    """A building on a cart's round: so many portions, so many stairs to climb (floors above the first, once per entrance).

    `what` tells apart what goes to one building: its drops stand one after another and are one visit.
    """

    key: str
    portions: int
    floors: int
    what: str = ""


@dataclass(frozen=True)
class Trip:
    """One round of a cart."""

    drops: Sequence[Drop]
    portions: int
    minutes: int


def trips(drops: Sequence[Drop], capacity: int, people: int, numbers: Supplies = USUAL) -> list[Trip]:
    """Rounds for buildings in the order of walking, each cart filled before the next sets out.

    Bound: ⌈portions ÷ capacity⌉ rounds, which no plan undercuts. For that a building may be come to on more than one round: in
    all at most one visit more than buildings for each round but the last. Raises ValueError for a cart that holds nothing.
    """
    if capacity < 1 or people < 1:
        raise ValueError("a cart holds something and somebody pushes it")
    rounds: list[list[Drop]] = []
    room = 0
    for drop in drops:
        left = drop.portions
        while left > 0:
            if room == 0:
                rounds.append([])
                room = capacity
            taken = min(left, room)
            rounds[-1].append(Drop(drop.key, taken, drop.floors, drop.what))
            left, room = left - taken, room - taken
    return [Trip(drops, sum(d.portions for d in drops), _minutes(drops, people, numbers)) for drops in rounds]


def _minutes(drops: Sequence[Drop], people: int, numbers: Supplies) -> int:
    """Time for a round; stairs and doors are shared among those who carry, one of whom stays with the cart."""
    hands = max(1, people - 1)
    visits = {d.key: d.floors for d in drops}
    indoors = numbers.floor_minutes * sum(visits.values()) + numbers.door_minutes * sum(d.portions for d in drops)
    return ceil(numbers.loading_minutes + numbers.walking_minutes * len(visits) + indoors / hands)

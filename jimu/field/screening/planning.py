"""The order of a round, proposed: staff, residents building by building, closed buildings at their own door, home visits. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil
from uuid import UUID

from jimu.field.screening.models import Slot
from jimu.field.screening.rules import table_rate
from jimu.playbooks.schema import Screening

Kind = Slot.Kind


@dataclass(frozen=True)
class Door:
    """A household in the order of walking: how many live there, how many of them have to be visited."""

    room_id: UUID
    building_id: UUID
    building: str
    entrance: str
    number: str
    persons: int
    visits: int = 0


@dataclass(frozen=True)
class Post:
    """A site with its tables."""

    site_id: UUID
    tables: int


@dataclass(frozen=True)
class Proposed:
    """A slot that is proposed; `why` is a code with words of its own."""

    kind: str
    site_id: UUID
    starts_at: datetime
    minutes: int
    persons: int
    why: str
    building_id: UUID | None = None
    entrance: str = ""
    rooms: Sequence[str] = ()
    span: str = ""
    households: int = 0


@dataclass
class _Group:
    kind: str
    why: str
    doors: list[Door] = field(default_factory=list)
    persons: int = 0


def batches(doors: Iterable[Door], *, households: int, persons: int) -> list[list[Door]]:
    """Doors of one stair cut into groups that are called together: never more households, and more persons only for one household alone."""
    found: list[list[Door]] = []
    count = 0
    for door in doors:
        coming = door.persons - door.visits
        if not found or len(found[-1]) == households or (found[-1] and count + coming > persons):
            found.append([])
            count = 0
        found[-1].append(door)
        count += coming
    return found


def propose(doors: Sequence[Door], posts: Sequence[Post], *, staff: int, closed: frozenset[UUID], start: datetime, numbers: Screening) -> list[Proposed]:
    """A whole round in order.

    Each building goes to the site that is free first; buildings keep their order, so that one stair after the other comes down. Closed
    buildings come after all others and people at home last, so that the crew meets the riskier places last.
    """
    free = {post.site_id: start for post in posts}
    tables = {post.site_id: post.tables for post in posts}
    made: list[Proposed] = []

    def put(site_id: UUID, group: _Group, rate: float) -> None:
        minutes = max(1, ceil(group.persons * 60 / rate))
        shown = Proposed(group.kind, site_id, free[site_id], minutes, group.persons, group.why)
        if group.doors:
            first, last = group.doors[0], group.doors[-1]
            span = first.number if first is last else f"{first.number}–{last.number}"
            rooms = [str(door.room_id) for door in group.doors]
            shown = replace(shown, building_id=first.building_id, entrance=first.entrance, rooms=rooms, span=span, households=len(rooms))
        made.append(shown)
        free[site_id] += timedelta(minutes=minutes)

    def rate_of(site_id: UUID) -> float:
        return float(max(1, tables[site_id]) * table_rate(numbers))

    for number, post in enumerate(posts):
        share = len(range(number, staff, len(posts)))
        if share:
            put(post.site_id, _Group(Kind.STAFF, "staff_first", persons=share), rate_of(post.site_id))
    for kind in (Kind.BUILDING, Kind.DOOR):
        for _building, inside in groupby((d for d in doors if (d.building_id in closed) == (kind == Kind.DOOR)), key=lambda d: d.building_id):
            site_id = min(free, key=lambda one: free[one])
            for group in _groups(kind, list(inside), numbers):
                put(site_id, group, rate_of(site_id))
    visited = [door for door in doors if door.visits]
    for _building, inside in groupby(visited, key=lambda d: d.building_id):
        homes = list(inside)
        put(min(free, key=lambda one: free[one]), _Group(Kind.HOME, "home_last", homes, sum(d.visits for d in homes)), float(numbers.home_visits_hour))
    return made


def _groups(kind: str, doors: Sequence[Door], numbers: Screening) -> list[_Group]:
    why = "closed_at_its_door" if kind == Kind.DOOR else "by_building"
    found = []
    for _entrance, stair in groupby(doors, key=lambda d: d.entrance):
        for part in batches([d for d in stair if d.persons > d.visits], households=numbers.batch_households, persons=numbers.batch_persons):
            found.append(_Group(kind, why, part, sum(d.persons - d.visits for d in part)))
    return found

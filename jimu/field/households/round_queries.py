"""Reads of survey rounds: who knocks where, how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from jimu.core.fetching import fetch
from jimu.core.permissions import Actor, holding, reached, under
from jimu.field.households.models import Room, Round, Visit
from jimu.field.households.routes import Stop, shares, walked
from jimu.grid.models import Unit

RECORD = "households.record"
SHOWN = 20


def round_for(actor: Actor, round_id: UUID, right: str = RECORD) -> Round:
    """One round that touches the asker's part: who leads a building sees the round of the block around it, and of that their own doors.

    Raises NotFound for others, NotPermitted where the right must hold on the whole of it.
    """
    found = fetch(Round.objects.filter(reached(actor, RECORD, "unit__path"), pk=round_id).select_related("unit"))
    if right != RECORD:
        actor.require(right, found.unit.path)
    return found


def rounds_for(actor: Actor) -> "QuerySet[Round]":
    """Rounds that go on and touch the asker's part, the oldest first."""
    return Round.objects.filter(reached(actor, RECORD, "unit__path"), closed_at=None).select_related("unit").order_by("opened_at")


def open_round_over(unit: Unit) -> Round | None:
    """The round that is going on in a unit, else in the one around it."""
    here = Round.objects.filter(holding([unit.path], "unit__path"), closed_at=None).select_related("unit")
    return here.order_by("-unit__path").first()


def own_paths(actor: Actor, found: Round) -> Sequence[str]:
    """The parts of a round that are the asker's: the whole, or their buildings in it."""
    if actor.may(RECORD, found.unit.path):
        return (found.unit.path,)
    return tuple(path for path in actor.paths(RECORD) if path.startswith(found.unit.path))


def stops_of(unit: Unit) -> list[Stop]:
    """Every door of a unit in the order of walking."""
    rows = Room.objects.filter(under([unit.path], "building__path"), building__retired_at=None)
    return walked(Stop(*row) for row in rows.values_list("pk", "building__name", "entrance", "floor", "number"))


class Door(NamedTuple):
    """What a phone may hold of a door."""

    path: str
    kitchen: str
    note: str
    state: str
    updated_at: datetime


def doors_of(unit: Unit) -> tuple[list[Stop], dict[UUID, Door]]:
    """Every door of a unit in the order of walking, and what is known of each, in one plain query: every phone that fetches its day asks this."""
    rows = Room.objects.filter(under([unit.path], "building__path"), building__retired_at=None)
    stops, known = [], {}
    for row in rows.values_list("pk", "building__name", "entrance", "floor", "number", "building__path", "kitchen", "note", "state", "updated_at"):
        stops.append(Stop(*row[:5]))
        known[row[0]] = Door(*row[5:])
    return walked(stops), known


@dataclass(frozen=True)
class Share:
    """A pair's part of a round: `left` doors in the order of walking, of which the first are shown."""

    number: int
    doors: int
    left: Sequence[Stop]
    again: frozenset[UUID]

    @property
    def done(self) -> int:
        """Doors that need no other knock."""
        return self.doors - len(self.left)

    @property
    def again_here(self) -> int:
        """Doors where nobody answered yet."""
        return sum(1 for stop in self.left if stop.room_id in self.again)

    @property
    def percent(self) -> int:
        """In whole percent."""
        return self.done * 100 // self.doors if self.doors else 100

    @property
    def next(self) -> list[tuple[Stop, bool]]:
        """The doors to go to now; whether it is the second time."""
        return [(stop, stop.room_id in self.again) for stop in self.left[:SHOWN]]


@dataclass(frozen=True)
class Sum:
    """How far several pairs are together."""

    doors: int
    left: int
    again: int

    @property
    def percent(self) -> int:
        """In whole percent, 100 only when no door is left."""
        return (self.doors - self.left) * 100 // self.doors if self.doors else 100


def sum_of(shares: Sequence[Share]) -> Sum:
    """The pairs as one."""
    return Sum(sum(one.doors for one in shares), sum(len(one.left) for one in shares), sum(one.again_here for one in shares))


def results_of(found: Round) -> dict[UUID, str]:
    """What the newest knock of a round came to, by door; the database picks it, for a long round knocks many times at a door."""
    turn = Window(RowNumber(), partition_by=F("room"), order_by=[F("at").desc(), F("pk").desc()])
    return dict(Visit.objects.filter(round=found).annotate(turn=turn).filter(turn=1).order_by().values_list("room", "result"))


def shares_for(actor: Actor, found: Round) -> list[Share]:
    """Each pair's part as far as its doors are the asker's; pairs that have none of them are left out."""
    own = own_paths(actor, found)
    if own == (found.unit.path,):
        return shares_of(found)
    rows = Room.objects.filter(under(own, "building__path"), building__retired_at=None)
    return [share for share in shares_of(found, within=frozenset(rows.values_list("pk", flat=True))) if share.doors]


def shares_of(found: Round, stops: Sequence[Stop] | None = None, within: frozenset[UUID] | None = None) -> list[Share]:
    """Each pair's part, of which `within` keeps some doors; `stops` are the doors of the round's unit in their order, where the caller has read them.

    A door without answer comes again, behind those where nobody has been.
    """
    results = results_of(found)
    again = frozenset(room for room, result in results.items() if result == Visit.Result.SECOND)
    parts = []
    for number, part in enumerate(shares(stops_of(found.unit) if stops is None else stops, found.pairs), 1):
        part = part if within is None else [stop for stop in part if stop.room_id in within]
        left = [s for s in part if s.room_id not in results] + [s for s in part if s.room_id in again]
        parts.append(Share(number, len(part), left, again))
    return parts


def open_rounds_at(path: str) -> list[Round]:
    """Rounds that are going on at a place, inside it or around it."""
    above = Q(unit__path__in=[path[:n] for n in range(4, len(path) + 1, 4)])
    return list(Round.objects.filter(above | under([path], "unit__path"), closed_at=None).select_related("unit", "form").order_by("unit__path", "opened_at"))

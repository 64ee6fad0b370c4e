"""The chain of those who lead: whom somebody turns to above, and whom they call below."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, holding, under
from jimu.grid.models import Unit
from jimu.people.models import UnitLeader

RIGHT = "people.call"
# Wider levels are reached through the neighborhood, not by everybody's phone.
LEVELS = (Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK, Unit.Kind.BUILDING)


@dataclass(frozen=True)
class Rung:
    """A unit and who leads it: the leader, then deputies; nobody when it has none."""

    unit: Unit
    leaders: Sequence[UnitLeader]


def callable_by(actor: Actor) -> "QuerySet[UnitLeader]":
    """Those who lead now, whose phone an actor may ask for: of units that hold the actor's part, and of those within it."""
    paths = actor.paths(RIGHT)
    near = under(paths, "unit__path") | holding(paths, "unit__path")
    return UnitLeader.objects.filter(near, until=None, unit__kind__in=LEVELS, unit__retired_at=None).select_related("person", "unit")


def leader_for(actor: Actor, row_id: int) -> UnitLeader:
    """One who leads, whom the actor may call. Raises NotFound."""
    row = callable_by(actor).filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return row


def above(unit: Unit) -> list[Rung]:
    """Blocks and neighborhood that hold a unit, the nearest first, with who leads them. Two queries."""
    paths = [unit.path[: Unit.steplen * n] for n in range(1, unit.depth)]
    return _rungs(Unit.objects.filter(path__in=paths, kind__in=LEVELS, retired_at=None).order_by("-depth"))


def below(unit: Unit) -> list[Rung]:
    """The units right under one, with who leads them. Two queries."""
    children = Unit.objects.filter(under([unit.path]), depth=unit.depth + 1, kind__in=LEVELS, retired_at=None)
    return _rungs(children.order_by("path"))


def of_unit(unit: Unit) -> Rung:
    """Who leads a unit itself."""
    return Rung(unit, _leaders([unit])[unit.pk])


def _rungs(units: "QuerySet[Unit]") -> list[Rung]:
    found = list(units)
    held = _leaders(found)
    return [Rung(unit, held[unit.pk]) for unit in found]


def _leaders(units: Sequence[Unit]) -> dict[Any, list[UnitLeader]]:
    held: dict[Any, list[UnitLeader]] = defaultdict(list)
    rows = UnitLeader.objects.filter(unit__in=[unit.pk for unit in units], until=None).select_related("person")
    for row in rows.order_by("-role", "since", "pk"):
        held[row.unit_id].append(row)
    return held

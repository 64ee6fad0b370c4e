"""Reads for one who has no board: their cell, who leads above and below, their own shifts, the orders in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.incidents.queries import active_in
from jimu.incidents.sections import playbook_of
from jimu.people import chain_queries
from jimu.people.chain_queries import Rung
from jimu.people.models import UnitLeader
from jimu.roster.duty_queries import Duties, Today, duties_of, today_at

RIGHT = "command.mine"
# More cells than this are led by nobody who needs this page; the grid lists them all.
MOST_CELLS = 6


@dataclass(frozen=True)
class Order:
    """An incident in force with what its level asks of residents."""

    incident: Incident
    movement: str


@dataclass
class Helper:
    """Somebody who leads below, told once with all the units: neighbouring buildings often share one."""

    row: UnitLeader
    leads: list[str] = field(default_factory=list)
    stands_in: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Cell:
    """A part of the grid that somebody was given, with who leads it, above it and right below it."""

    unit: Unit
    trail: str
    own: Rung
    above: Sequence[Rung]
    below: Sequence[Rung]
    today: Today

    @property
    def counted(self) -> bool:
        """Whether any figure of the unit is known."""
        unit = self.unit
        return any((unit.households, unit.residents, unit.elders, unit.elders_living_alone))

    @property
    def unled(self) -> int:
        """Units right below that nobody leads."""
        return sum(not rung.leaders for rung in self.below)

    @property
    def helpers(self) -> list[Helper]:
        """Who leads right below, in the order of the units."""
        found: dict[UUID, Helper] = {}
        for rung in self.below:
            for row in rung.leaders:
                helper = found.setdefault(row.person_id, Helper(row))
                (helper.leads if row.role == UnitLeader.Role.LEADER else helper.stands_in).append(rung.unit.name)
        return list(found.values())


@dataclass(frozen=True)
class Mine:
    """Everything of the page. `linked` is whether the account is a person of the register."""

    orders: Sequence[Order]
    cells: Sequence[Cell]
    duties: Duties
    linked: bool
    callable: frozenset[int]


def mine(actor: Actor, at: datetime) -> Mine:
    """What concerns the asker now. The number of queries grows with their cells, of which most have one."""
    actor.require(RIGHT)
    paths = sorted({granted.path for granted in actor.granted})
    units = list(Unit.objects.filter(path__in=paths, retired_at=None).order_by("path")[:MOST_CELLS])
    cells = _shifts_once([_cell(actor, unit, at) for unit in units])
    rows = [row.pk for cell in cells for rung in (*cell.above, *cell.below) for row in rung.leaders]
    called = frozenset(chain_queries.callable_by(actor).filter(pk__in=rows).exclude(person__phone_index="").values_list("pk", flat=True))
    duties = duties_of(actor.person_id, at, reader=None) if actor.person_id else Duties()
    return Mine(_orders(units), cells, duties, actor.person_id is not None, called)


def _cell(actor: Actor, unit: Unit, at: datetime) -> Cell:
    above = chain_queries.above(unit)
    return Cell(
        unit=unit,
        trail=" · ".join(rung.unit.name for rung in reversed(above)),
        own=chain_queries.of_unit(unit),
        above=above,
        below=chain_queries.below(unit),
        today=today_at(actor, unit, at),
    )


def _shifts_once(cells: Sequence[Cell]) -> list[Cell]:
    """Shifts of a place are told with the first cell that shares them: who leads a block and a team has them twice."""
    told = set[UUID]()
    once = []
    for cell in cells:
        once.append(replace(cell, today=replace(cell.today, spans=[])) if cell.today.place.pk in told else cell)
        told.add(cell.today.place.pk)
    return once


def _orders(units: Sequence[Unit]) -> list[Order]:
    found = {incident.pk: incident for unit in units for incident in active_in(unit)}
    return [Order(incident, _movement(incident)) for incident in found.values()]


def _movement(incident: Incident) -> str:
    """What the level asks, in the words of the playbook as it was activated; empty when it can be read no more."""
    playbook = playbook_of(Incident.objects.values_list("playbook_text", flat=True).get(pk=incident.pk))
    level = playbook.levels.get(incident.level) if playbook is not None else None
    return level.movement if level is not None else ""

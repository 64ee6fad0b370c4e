"""Who lives where, for plans and lists of a round: reads of the ledger in a few queries."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, QuerySet

from jimu.core import sealed
from jimu.core.permissions import under
from jimu.field.households.models import Resident, Room
from jimu.field.households.routes import Stop, walked
from jimu.field.screening.planning import Door
from jimu.field.screening.rules import needs_visit
from jimu.grid.models import Unit

#: Nobody lives behind these doors.
NOBODY = (Room.State.MOVED, Room.State.EMPTY)


def living_in(paths: Iterable[str]) -> "QuerySet[Resident]":
    """Residents who should be tested in parts of the grid."""
    here = under(list(paths), "room__building__path")
    return Resident.objects.filter(here, left_at=None, room__building__retired_at=None).exclude(room__state__in=NOBODY)


def visits_among(residents: "QuerySet[Resident]") -> set[UUID]:
    """Of some residents, those who are sampled at home by what the ledger knows of them."""
    rows = residents.filter(priority=True).values_list("pk", "groups_sealed")
    return {pk for pk, groups in rows if needs_visit(sealed.unseal(groups).split(","))}


def doors_of(unit: Unit) -> list[Door]:
    """Every household of a unit in the order of walking. Of a building that the ledger does not hold there is none: see unknown_buildings."""
    living = living_in([unit.path])
    people = dict(living.values_list("room").annotate(n=Count("pk")).order_by())
    visited: dict[UUID, int] = {}
    ids = visits_among(living)
    for room in living.filter(pk__in=ids).values_list("room", flat=True):
        visited[room] = visited.get(room, 0) + 1
    rooms = Room.objects.filter(under([unit.path], "building__path")).values_list("pk", "building__name", "entrance", "floor", "number", "building")
    rows = [row for row in rooms if row[0] in people]
    buildings = {row[0]: row[5] for row in rows}
    stops = walked(Stop(*row[:5]) for row in rows)
    return [Door(s.room_id, buildings[s.room_id], s.building, s.entrance, s.number, people[s.room_id], visited.get(s.room_id, 0)) for s in stops]


def unknown_buildings(unit: Unit) -> "QuerySet[Unit]":
    """Buildings of a unit of which the ledger holds nobody: they are in no plan, and a person should know it."""
    known = living_in([unit.path]).values("room__building")
    found: QuerySet[Unit] = Unit.objects.filter(under([unit.path]), kind=Unit.Kind.BUILDING, retired_at=None).exclude(pk__in=known)
    return found.order_by("path")

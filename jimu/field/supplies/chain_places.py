"""Finds the building that each row of a chain means, and makes orders of those that can be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from jimu.field.households import rules as doors
from jimu.field.households.models import Room
from jimu.field.supplies.buying import Wanted
from jimu.field.supplies.chain import Read
from jimu.field.supplies.models import Buy
from jimu.grid.models import Unit


@dataclass(frozen=True)
class Placed:
    """A row with its building; `doubt` says what a person should look at: place, items, building, room."""

    read: Read
    building: Unit | None
    doubt: str


def placed(buy: Buy, rows: Sequence[Read]) -> list[Placed]:
    """Rows with their buildings. A door that the ledger does not know is a doubt where the ledger knows the building's doors."""
    buildings = list(Unit.objects.filter(path__startswith=buy.unit.path, kind=Unit.Kind.BUILDING, retired_at=None))
    by_key: dict[tuple[str, str], list[Unit]] = {}
    for unit in buildings:
        lane, number = doors.building_key(unit.name)
        for key in {(lane, number), ("", number)}:
            by_key.setdefault(key, []).append(unit)
    rooms: dict[UUID, set[str]] = {}
    for building, number in Room.objects.filter(building__in=buildings).values_list("building", "number"):
        rooms.setdefault(building, set()).add(number)
    return [_placed(row, by_key, rooms) for row in rows]


def _placed(row: Read, by_key: dict[tuple[str, str], list[Unit]], rooms: dict[UUID, set[str]]) -> Placed:
    if row.fault:
        return Placed(row, None, row.fault)
    found = by_key.get(doors.building_key(row.building), [])
    if len(found) != 1:
        return Placed(row, None, "building")
    known = rooms.get(found[0].pk)
    return Placed(row, found[0], "room" if known and row.room not in known else "")


def orders_of(buy: Buy, rows: Sequence[Placed]) -> list[Wanted]:
    """Orders of the rows without a doubt."""
    items = {item.name: item.pk for item in buy.items.all()}
    return [
        Wanted(one.building.pk, f"{one.read.entrance}-{one.read.room}" if one.read.entrance else one.read.room, {items[name]: n for name, n in one.read.wanted.items()}, one.read.name, one.read.phone)
        for one in rows if one.building is not None and not one.doubt
    ]  # fmt: skip

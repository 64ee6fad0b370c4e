"""The grid's town with doors: 1号楼 and 2号楼 stand in 第1网格块, 3号楼 in 第2网格块, all of 甲一居民区."""

from pathlib import Path

import openpyxl
import pytest

from jimu.core.permissions import SYSTEM
from jimu.field.households import actions
from jimu.field.households.actions import Given
from jimu.field.households.import_actions import Outcome, import_ledger
from jimu.field.households.models import Resident, Room
from jimu.grid.tests.town import AT, ID_NUMBER, Town, build

__all__ = ["AT", "ID_NUMBER", "Town"]
#: Of an area that was never assigned.
OTHER_ID = "999999195001010018"


@pytest.fixture
def town(db: None) -> Town:
    return build()


def workbook(folder: Path, *rows: list[object], name: str = "台账.xlsx", merged: str = "") -> Path:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(folder / name)
    return folder / name


def taken(town: Town, path: Path, *, actor=SYSTEM, unit: str = "甲一居民区", dry_run: bool = False) -> Outcome:
    """What an import of one file into a part of the town did."""
    return import_ledger(actor=actor, at=AT, unit_id=town[unit].pk, paths=[path], dry_run=dry_run)


def room(town: Town, building: str, number: str) -> Room:
    return Room.objects.get(building=town[building], number=number)


def door(town: Town, building: str, number: str, *names: str, **given: object) -> Room:
    """A room with people in it."""
    actions.add_rooms(actor=SYSTEM, at=AT, building_id=town[building].pk, entrance="", words=number)
    found = room(town, building, number)
    for name in names:
        actions.add_resident(actor=SYSTEM, at=AT, room_id=found.pk, given=Given(name=name, **given))
    return found


def living(found: Room) -> list[str]:
    return sorted(resident.name for resident in Resident.objects.filter(room=found, left_at=None))

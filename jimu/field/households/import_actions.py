"""A ledger's rows into the ledger: rooms and residents that are new, fields that changed, each with where it came from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jimu.core import journal, live, locks, sealed
from jimu.core.bulk import insert
from jimu.core.permissions import Actor, under
from jimu.field.households.models import Change, Resident, Room
from jimu.field.households.reading import Reading, Row, by_building, read_ledgers
from jimu.field.households.rules import building_key
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.people.intake.places import Places
from jimu.people.intake.problems import WARNING

RIGHT = "households.import"
BATCH = 500
Door = tuple[UUID, str, str]


@dataclass
class Outcome:
    """What an import found and did; `written` is False for a trial."""

    reading: Reading
    rooms: int = 0
    residents: int = 0
    changed: int = 0
    same: int = 0
    written: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a page, a job and `--json`."""
        return {
            "files": self.reading.files, "tables": self.reading.tables, "rows": len(self.reading.rows), "rooms": self.rooms, "residents": self.residents,
            "changed": self.changed, "same": self.same, "refused": self.reading.refused, "written": self.written,
        }  # fmt: skip


def import_ledger(
    *, actor: Actor, at: datetime, unit_id: UUID, paths: Sequence[Path], dry_run: bool = False, progress: Callable[[float, str], None] | None = None
) -> Outcome:
    """Read files into the ledger of one part of the grid. A room and a person are taken once, however often a list comes."""
    unit = unit_for(actor, unit_id, RIGHT)
    tell = progress or (lambda share, note: None)
    reading = read_ledgers(paths, today=timezone.localtime(at).date(), progress=tell)
    placed = _placed(reading, unit)
    tell(0.65, "")
    outcome = Outcome(reading)
    with transaction.atomic():
        locks.hold("households")
        writer = _Writer(actor, at, reading, unit)
        for building_id, row in placed:
            writer.take(building_id, row)
        outcome.rooms, outcome.residents, outcome.changed = len(writer.rooms), len(writer.residents), len(writer.touched)
        outcome.same = writer.seen - outcome.residents - len([pk for pk in writer.touched if pk in writer.known])
        if not dry_run:
            tell(0.8, "")
            writer.write()
            outcome.written = True
            data = {key: value for key, value in outcome.as_dict().items() if key in ("rooms", "residents", "changed", "refused")}
            journal.record(actor=actor, at=at, verb="ledger.imported", target=f"unit:{unit.pk}", scope=unit.path, data=data)
            live.beat("households")
    return outcome


def _placed(reading: Reading, unit: Unit) -> list[tuple[UUID, Row]]:
    """Rows with their buildings; the others are refused with a sentence."""
    buildings = list(Unit.objects.filter(under([unit.path]), kind=Unit.Kind.BUILDING, retired_at=None).order_by("path"))
    near = list(Unit.objects.filter(under([unit.path]), kind=Unit.Kind.NEIGHBORHOOD))
    places, paths = Places([n.name for n in near]), {n.short_name: n.path for n in near}
    by_key: dict[str, list[tuple[str, Unit]]] = {}
    for building in buildings:
        lane, number = building_key(building.name)
        by_key.setdefault(number, []).append((lane, building))
    placed: list[tuple[UUID, Row]] = []
    for (place, words), rows in by_building(reading.rows).items():
        lane, number = building_key(words)
        inside = paths.get(places.find(place), "") if place else ""
        candidates = [(of, b) for of, b in by_key.get(number, []) if b.path.startswith(inside)]
        exact = [b for of, b in candidates if of == lane] or [b for of, b in candidates if not lane or not of]
        if len(exact) == 1:
            placed += [(exact[0].pk, row) for row in rows]
            continue
        for row in rows:
            reading.say(row, "which_building" if exact else "unknown_building")
    return placed


@dataclass
class _Writer:
    """What is there already, and what the rows add to it."""

    actor: Actor
    at: datetime
    reading: Reading
    unit: Unit
    rooms: list[Room] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    touched: dict[UUID, Room | Resident] = field(default_factory=dict)
    known: set[UUID] = field(default_factory=set)
    seen: int = 0

    def __post_init__(self) -> None:
        here = under([self.unit.path], "building__path")
        self.by_door: dict[Door, Room] = {(r.building_id, r.entrance, r.number): r for r in Room.objects.filter(here)}
        self.fresh: set[UUID] = set()
        self.living: dict[UUID, list[Resident]] = {}
        self.by_id_number: dict[str, UUID] = {}
        for resident in Resident.objects.filter(under([self.unit.path], "room__building__path"), left_at=None):
            self._remember(resident)
        self.known = {r.pk for group in self.living.values() for r in group}

    def _remember(self, resident: Resident) -> None:
        self.living.setdefault(resident.room_id, []).append(resident)
        if resident.id_number_index:
            self.by_id_number[resident.id_number_index] = resident.room_id

    def take(self, building_id: UUID, row: Row) -> None:
        """One row."""
        home = self.by_id_number.get(row.id_number_index) if row.id_number_index else None
        room = self._room(building_id, row)
        if home is not None and home != room.pk:
            self.reading.say(row, "elsewhere")
            return
        if row.name_index:
            self.seen += 1
            self._resident(room, row)
        elif row.vacant and room.state == Room.State.LISTED and not self.living.get(room.pk):
            self._set(room, None, row, "state", Room.State.EMPTY.value)

    def _room(self, building_id: UUID, row: Row) -> Room:
        door = (building_id, row.entrance, row.room)
        room = self.by_door.get(door)
        if room is None:
            room = Room(building_id=building_id, entrance=row.entrance, number=row.room, floor=row.floor, kitchen=row.kitchen, created_at=self.at, updated_at=self.at)
            self.by_door[door] = room
            self.rooms.append(room)
            self.fresh.add(room.pk)
            return room
        if row.kitchen and row.kitchen != room.kitchen:
            self._set(room, None, row, "kitchen", row.kitchen)
        if row.floor is not None and row.floor != room.floor:
            self._set(room, None, row, "floor", row.floor)
        return room

    def _resident(self, room: Room, row: Row) -> None:
        housemates = self.living.get(room.pk, [])
        resident = next((r for r in housemates if _same(r, row)), None)
        head = row.head and not any(r.head and r is not resident for r in housemates)
        if row.head and not head:
            self.reading.say(row, "second_head", WARNING)
        if resident is not None:
            self._update(room, resident, row, head)
            return
        resident = Resident(
            room_id=room.pk, name_sealed=row.name_sealed, name_index=row.name_index, phone_sealed=row.phone_sealed, phone_index=row.phone_index,
            id_number_sealed=row.id_number_sealed, id_number_index=row.id_number_index, sex=row.sex, birth_year=row.birth_year,
            groups_sealed=sealed.seal(",".join(row.groups)), priority=bool(row.groups), head=head, note=row.note, created_at=self.at, updated_at=self.at,
        )  # fmt: skip
        self.residents.append(resident)
        self.fresh.add(resident.pk)
        self._remember(resident)

    def _update(self, room: Room, resident: Resident, row: Row, head: bool) -> None:
        """Take what the row says and the ledger does not; nothing that is known is blanked."""
        for key in ("phone", "id_number"):
            index = getattr(row, f"{key}_index")
            if index and index != getattr(resident, f"{key}_index"):
                before = sealed.unseal(getattr(resident, f"{key}_sealed"))
                self._note(room, resident, row, key, before, sealed.unseal(getattr(row, f"{key}_sealed")))
                setattr(resident, f"{key}_sealed", getattr(row, f"{key}_sealed"))
                setattr(resident, f"{key}_index", index)
        given: Mapping[str, Any] = {"sex": row.sex, "birth_year": row.birth_year, "head": head, "note": row.note}
        for key, value in given.items():
            if value and value != getattr(resident, key):
                self._set(room, resident, row, key, value)
        if row.groups and not set(row.groups) <= set(held := resident.groups):
            union = [*held, *(code for code in row.groups if code not in held)]
            self._note(room, resident, row, "groups", ",".join(held), ",".join(union))
            resident.groups_sealed, resident.priority = sealed.seal(",".join(union)), True

    def _set(self, room: Room, resident: Resident | None, row: Row, key: str, value: Any) -> None:
        owner = resident or room
        self._note(room, resident, row, key, str(getattr(owner, key) or ""), str(value))
        setattr(owner, key, value)

    def _note(self, room: Room, resident: Resident | None, row: Row, key: str, before: str, after: str) -> None:
        owner = resident or room
        if owner.pk in self.fresh:
            return
        self.touched[owner.pk] = owner
        owner.updated_at = self.at
        self.changes.append(Change(
            room_id=room.pk, resident_id=resident.pk if resident else None, field=key, before_sealed=sealed.seal(before), after_sealed=sealed.seal(after),
            at=self.at, by=self.actor.name, source=row.source,
        ))  # fmt: skip

    def write(self) -> None:
        """All of it, in as few statements as there are tables."""
        insert(self.rooms)
        insert(self.residents)
        rooms = [row for row in self.touched.values() if isinstance(row, Room)]
        residents = [row for row in self.touched.values() if isinstance(row, Resident)]
        Room.objects.bulk_update(rooms, ["state", "kitchen", "floor", "updated_at"], batch_size=BATCH)
        columns = ["phone_sealed", "phone_index", "id_number_sealed", "id_number_index", "sex", "birth_year", "head", "note", "groups_sealed", "priority"]
        Resident.objects.bulk_update(residents, [*columns, "updated_at"], batch_size=BATCH)
        insert(self.changes)


def _same(resident: Resident, row: Row) -> bool:
    """Whether a row tells of somebody who lives there: the same ID number, or the same name and no other number."""
    if row.id_number_index and resident.id_number_index:
        return row.id_number_index == resident.id_number_index
    return row.name_index == resident.name_index

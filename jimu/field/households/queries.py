"""Reads of the ledger, each within the asker's part of the grid; names and numbers masked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jimu.core import sealed
from jimu.core.errors import NotFound
from jimu.core.fetching import fetch_on_part
from jimu.core.permissions import Actor, under, visible
from jimu.core.scripts import simplified
from jimu.field.households import rules
from jimu.field.households.models import Change, Resident, Room
from jimu.field.households.words import FIELD_WORDS, GROUP_WORDS, SETTLED, group_words
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.grid.splitting import natural
from jimu.people.intake import cells
from jimu.sync import photos
from jimu.sync.models import Photo

VIEW = "households.view"
FOUND_AT_MOST = 60
HISTORY = 60


def room_for(actor: Actor, room_id: UUID, right: str = VIEW) -> Room:
    """One room. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    return fetch_on_part(actor, Room.objects.filter(pk=room_id).select_related("building"), seen=VIEW, right=right, at="building__path")


def resident_for(actor: Actor, resident_id: UUID, right: str = VIEW) -> Resident:
    """One resident, as room_for."""
    rows = Resident.objects.filter(pk=resident_id).select_related("room__building")
    return fetch_on_part(actor, rows, seen=VIEW, right=right, at="room__building__path")


def place_for(actor: Actor, unit_id: UUID, kinds: Sequence[str]) -> Unit:
    """A unit of one of the kinds, on which the asker may read the ledger."""
    unit = unit_for(actor, unit_id)
    if unit.kind not in kinds or not actor.may(VIEW, unit.path):
        raise NotFound
    return unit


@dataclass
class Progress:
    """How far the doors of a place are known."""

    rooms: int = 0
    settled: int = 0
    states: dict[str, int] = field(default_factory=dict)

    @property
    def percent(self) -> int:
        """In whole percent, never 100 while a door is left."""
        return self.settled * 100 // self.rooms if self.rooms else 0

    def add(self, state: str, count: int) -> None:
        """Count rooms of a state."""
        self.rooms += count
        self.settled += count if state in SETTLED else 0
        self.states[state] = self.states.get(state, 0) + count


@dataclass(frozen=True)
class Line:
    """A block, or a building that stands in none, in the list; `place` is the neighborhood's name."""

    unit: Unit
    place: str
    progress: Progress


def lines_for(actor: Actor) -> list[Line]:
    """Blocks and buildings outside blocks of the asker's part, in the order of the tree."""
    units = list(Unit.objects.filter(visible(actor, VIEW), kind__in=[Unit.Kind.BLOCK, Unit.Kind.BUILDING], retired_at=None).order_by("path"))
    blocks = {unit.path for unit in units if unit.kind == Unit.Kind.BLOCK}
    kept = [unit for unit in units if unit.path in blocks or unit.path[:-4] not in blocks]
    counted = Room.objects.filter(visible(actor, VIEW, "building__path")).values_list("building__path", "state").annotate(n=Count("pk")).order_by()
    progress: dict[str, Progress] = {}
    for path, state, count in counted:
        progress.setdefault(path[:-4] if path[:-4] in blocks else path, Progress()).add(state, count)
    above = {unit.path[:length] for unit in kept for length in range(4, len(unit.path), 4)}
    names = dict(Unit.objects.filter(path__in=above, kind=Unit.Kind.NEIGHBORHOOD).values_list("path", "name"))
    return [Line(u, next((names[u.path[:n]] for n in range(4, len(u.path), 4) if u.path[:n] in names), ""), progress.get(u.path, Progress())) for u in kept]


@dataclass(frozen=True)
class Cell:
    """A room as it is drawn; `people` live there, `priority` of them are of a priority group."""

    room_id: UUID
    number: str
    state: str
    kitchen: str
    people: int
    priority: int


@dataclass
class Plan:
    """A building with its floors, the highest first: (entrance, [(floor, cells)])."""

    building: Unit
    progress: Progress
    entrances: list[tuple[str, list[tuple[int | None, list[Cell]]]]]


def plans_of(buildings: Sequence[Unit]) -> list[Plan]:
    """Buildings drawn, in their order along the lane; three queries however many they are."""
    ids = [b.pk for b in buildings]
    living = Resident.objects.filter(room__building__in=ids, left_at=None).values_list("room_id")
    people = {room: (n, priority) for room, n, priority in living.annotate(n=Count("pk"), p=Count("pk", filter=Q(priority=True))).order_by()}
    rows = Room.objects.filter(building__in=ids).values_list("pk", "building_id", "entrance", "floor", "number", "state", "kitchen")
    rooms: dict[UUID, dict[str, dict[int | None, list[Cell]]]] = {}
    progress: dict[UUID, Progress] = {}
    for pk, building, entrance, floor, number, state, kitchen in rows:
        cell = Cell(pk, number, state, kitchen, *people.get(pk, (0, 0)))
        rooms.setdefault(building, {}).setdefault(entrance, {}).setdefault(floor, []).append(cell)
        progress.setdefault(building, Progress()).add(state, 1)
    return [Plan(b, progress.get(b.pk, Progress()), _stacked(rooms.get(b.pk, {}))) for b in sorted(buildings, key=lambda b: natural(b.name))]


def _stacked(entrances: Mapping[str, Mapping[int | None, list[Cell]]]) -> list[tuple[str, list[tuple[int | None, list[Cell]]]]]:
    """Entrances in order; floors from the top, rooms without one at the foot."""
    found = []
    for entrance in sorted(entrances, key=natural):
        floors = entrances[entrance]
        order = sorted(floors, key=lambda f: (f is None, -(f or 0)))
        found.append((entrance, [(f, sorted(floors[f], key=lambda cell: natural(cell.number))) for f in order]))
    return found


@dataclass(frozen=True)
class BlockPage:
    """A block with the plans of its buildings."""

    unit: Unit
    plans: list[Plan]
    progress: Progress
    residents: int
    groups: list[tuple[str, int]]


def block_page(actor: Actor, unit_id: UUID) -> BlockPage:
    """A block, or a building, drawn."""
    unit = place_for(actor, unit_id, (Unit.Kind.BLOCK, Unit.Kind.BUILDING))
    inside = under([unit.path])
    buildings = list(Unit.objects.filter(inside, kind=Unit.Kind.BUILDING, retired_at=None))
    plans, total = plans_of(buildings), Progress()
    for plan in plans:
        for state, count in plan.progress.states.items():
            total.add(state, count)
    people = sum(cell.people for plan in plans for _name, floors in plan.entrances for _floor, cells_ in floors for cell in cells_)
    return BlockPage(unit, plans, total, people, _groups(buildings))


def groups_in(inside: Q) -> dict[UUID, Counter[str]]:
    """How many of each priority group live `inside`, by building."""
    rows = Resident.objects.filter(inside, left_at=None, priority=True).values_list("room__building", "groups_sealed")
    counts: dict[UUID, Counter[str]] = {}
    for building, row in rows:
        counts.setdefault(building, Counter()).update(code for code in sealed.unseal(row).split(",") if code)
    return counts


def _groups(buildings: Sequence[Unit]) -> list[tuple[str, int]]:
    counts = sum(groups_in(Q(room__building__in=[b.pk for b in buildings])).values(), Counter[str]())
    return [(str(words), counts[code]) for code, words in GROUP_WORDS.items() if counts[code]]


@dataclass(frozen=True)
class Difference:
    """A change as a line."""

    change: Change
    what: str
    before: str
    after: str


def photo_subject(room_id: UUID | str) -> str:
    """By what photos of a door are found."""
    return f"room:{room_id}"


@dataclass(frozen=True)
class RoomPage:
    """A room with who lives there, who shares its kitchen, photos that phones brought, and how it came to be so."""

    room: Room
    residents: list[tuple[Resident, list[str]]]
    sharing: list[Room]
    history: list[Difference]
    pictures: list[Photo]


def room_page(actor: Actor, room_id: UUID) -> RoomPage:
    """One room."""
    room = room_for(actor, room_id)
    living = Resident.objects.filter(room=room, left_at=None).order_by("-head", "created_at", "pk")
    sharing = Room.objects.filter(building=room.building, kitchen=room.kitchen).exclude(pk=room.pk) if room.kitchen else Room.objects.none()
    history = [_difference(change) for change in Change.objects.filter(room=room)[:HISTORY]]
    return RoomPage(room, [(r, group_words(r.groups)) for r in living], sorted(sharing, key=lambda r: natural(r.number)), history, photos.of([photo_subject(room.pk)]))


def _difference(change: Change) -> Difference:
    words = str(FIELD_WORDS.get(change.field, change.field))
    return Difference(change, words, *(masked(change.field, sealed.unseal(v)) for v in (change.before_sealed, change.after_sealed)))


def masked(key: str, value: str) -> str:
    """A value as a history may show it."""
    masks: Mapping[str, Any] = {"name": sealed.mask_name, "phone": sealed.mask_phone, "id_number": sealed.mask_id_number}
    if key == "state" and value in Room.State.values:
        return str(Room.State(value).label)
    if key == "groups":
        return "、".join(group_words(value.split(",")))
    return str(masks[key](value)) if key in masks else value


@dataclass(frozen=True)
class Hit:
    """What a search found: a room, and the resident when it was one who was looked for."""

    room: Room
    resident: Resident | None = None


def search(actor: Actor, words: str) -> list[Hit]:
    """Rooms and residents of the asker's part by a whole name, phone, ID number, or a door (14号1102, 1102); at most 60."""
    plain = cells.text(words).strip()[:60]
    if not plain:
        return []
    people = Resident.objects.filter(visible(actor, VIEW, "room__building__path"), left_at=None).select_related("room__building")
    numbers = {"phone_index": cells.phone(plain)[0], "id_number_index": cells.id_number(plain)[0]}
    for column, number in numbers.items():
        if number:
            return _hits(people.filter(**{column: sealed.blind_index(number)}))
    name = cells.name(plain)
    if cells.is_name(name):
        indexes = {sealed.blind_index(name), sealed.blind_index(simplified(name))}
        if found := _hits(people.filter(name_index__in=indexes)):
            return found
    return [Hit(room) for room in _doors(actor, plain)]


def _hits(found: "QuerySet[Resident]") -> list[Hit]:
    return [Hit(resident.room, resident) for resident in found[:FOUND_AT_MOST]]


def _doors(actor: Actor, words: str) -> list[Room]:
    door = rules.door_of(words)
    number = door.room if door else rules.room_number(words)
    rooms = Room.objects.filter(visible(actor, VIEW, "building__path")).select_related("building")
    if not door or door.room:
        rooms = rooms.filter(number=number)
    if door and door.entrance:
        rooms = rooms.filter(entrance=door.entrance)
    if door:
        lane, key = rules.building_key(door.building)
        named = Unit.objects.filter(visible(actor, VIEW), kind=Unit.Kind.BUILDING, name__contains=key, retired_at=None)
        same = [u.pk for u in named if (k := rules.building_key(u.name))[1] == key and (not lane or k[0] in ("", lane))]
        rooms = rooms.filter(building__in=same[:FOUND_AT_MOST])
    return list(rooms.order_by("building__path", "entrance", "number")[:FOUND_AT_MOST])

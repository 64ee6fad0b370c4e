"""Everything that is written of rooms and residents by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.field.households import queries, rules
from jimu.field.households.models import Change, Resident, Room
from jimu.field.households.words import GROUP_WORDS
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.people.intake import cells

EDIT, REVEAL = "households.edit", "households.reveal"
SEALED = ("name", "phone", "id_number", "groups")
MOST_ROOMS = 400


@dataclass(frozen=True)
class Given:
    """What is said of a resident; None keeps what is there, so that numbers need not be typed again."""

    name: str | None = None
    phone: str | None = None
    id_number: str | None = None
    sex: str | None = None
    birth_year: int | None = None
    groups: Sequence[str] | None = None
    head: bool | None = None
    note: str | None = None


def add_rooms(*, actor: Actor, at: datetime, building_id: UUID, entrance: str, words: str) -> int:
    """Put doors of a building on the ledger, from 101, 102 …; those that are there stay. Returns how many are new."""
    numbers = [n for piece in words.replace("，", ",").replace("、", ",").replace(" ", ",").split(",") if (n := rules.room_number(piece))]
    if not 0 < len(numbers) <= MOST_ROOMS:
        raise Invalid(_("请写室号，用逗号隔开，一次最多 {n} 个。").format(n=MOST_ROOMS), code="no_rooms")
    with transaction.atomic():
        locks.hold("households")
        building = unit_for(actor, building_id, EDIT)
        if building.kind != Unit.Kind.BUILDING:
            raise Invalid(_("室号要登记在一栋楼里。"), code="not_a_building")
        name = rules.entrance_of(entrance)
        known = set(Room.objects.filter(building=building, entrance=name).values_list("number", flat=True))
        fresh = [n for n in dict.fromkeys(numbers) if n not in known]
        rooms = [Room(building=building, entrance=name, number=n, floor=rules.floor_of("", n), created_at=at, updated_at=at) for n in fresh]
        Room.objects.bulk_create(rooms)
        journal.record(actor=actor, at=at, verb="ledger.rooms_added", target=f"unit:{building.pk}", scope=building.path, data={"rooms": len(rooms)})
        live.beat("households")
    return len(rooms)


def edit_room(*, actor: Actor, at: datetime, room_id: UUID, seen: datetime | None, changes: Mapping[str, Any]) -> Room:
    """Change state, floor, kitchen or note of a room. Raises Conflict when somebody changed it since it was `seen`, if that is said."""
    with transaction.atomic():
        locks.hold("households")
        room = queries.room_for(actor, room_id, EDIT)
        if seen is not None:
            _unchanged(room, seen)
        made = [change for key in ("state", "floor", "kitchen", "note") if key in changes and (change := put(room, room, key, changes[key]))]
        if made:
            room.updated_at = at
            room.save(update_fields=["state", "floor", "kitchen", "note", "updated_at"])
            tell(actor, at, "ledger.room_edited", room, made)
    return room


def add_resident(*, actor: Actor, at: datetime, room_id: UUID, given: Given) -> Resident:
    """Somebody lives here who was not on the ledger."""
    with transaction.atomic():
        locks.hold("households")
        room = queries.room_for(actor, room_id, EDIT)
        return settle(actor, at, room, given)


def settle(actor: Actor, at: datetime, room: Room, given: Given, source: str = "") -> Resident:
    """Write somebody who is new into a room that is held."""
    resident = Resident(room=room, created_at=at, updated_at=at)
    if not given.name:
        raise Invalid(_("请填写姓名。"), code="no_name")
    apply(resident, room, given)
    resident.save(force_insert=True)
    change = Change(room=room, resident=resident, field="resident", after_sealed=sealed.seal(resident.masked_name))
    tell(actor, at, "ledger.resident_added", room, [change], source)
    return resident


def edit_resident(*, actor: Actor, at: datetime, resident_id: UUID, seen: datetime, given: Given) -> Resident:
    """Change what is known of a resident, each field kept with what it was before."""
    with transaction.atomic():
        locks.hold("households")
        resident = queries.resident_for(actor, resident_id, EDIT)
        _unchanged(resident, seen)
        made = apply(resident, resident.room, given)
        if made:
            resident.updated_at = at
            resident.save()
            tell(actor, at, "ledger.resident_edited", resident.room, made)
    return resident


def move_out(*, actor: Actor, at: datetime, resident_id: UUID) -> Resident:
    """Somebody does not live here any more; the row stays."""
    with transaction.atomic():
        locks.hold("households")
        resident = queries.resident_for(actor, resident_id, EDIT)
        if resident.left_at is not None:
            raise Conflict
        leave(actor, at, resident)
    return resident


def leave(actor: Actor, at: datetime, resident: Resident) -> None:
    """Write down that somebody left, whose row is held."""
    resident.left_at, resident.updated_at, resident.head = at, at, False
    resident.save(update_fields=["left_at", "updated_at", "head"])
    change = Change(room=resident.room, resident=resident, field="left_at", after_sealed=sealed.seal(f"{at:%Y-%m-%d}"))
    tell(actor, at, "ledger.moved_out", resident.room, [change])


def bring_back(actor: Actor, at: datetime, resident: Resident, source: str = "") -> None:
    """Somebody who had left lives here again; the row is held, and stays the same one."""
    before = f"{resident.left_at:%Y-%m-%d}" if resident.left_at else ""
    resident.left_at, resident.updated_at = None, at
    resident.save(update_fields=["left_at", "updated_at"])
    change = Change(room=resident.room, resident=resident, field="left_at", before_sealed=sealed.seal(before))
    tell(actor, at, "ledger.moved_in", resident.room, [change], source)


def reveal(*, actor: Actor, at: datetime, resident_id: UUID, field_name: str) -> str:
    """A resident's name or phone in full. Who looked stands in the journal."""
    if field_name not in ("name", "phone"):
        raise Invalid
    with transaction.atomic():
        resident = queries.resident_for(actor, resident_id, REVEAL)
        value = sealed.unseal(getattr(resident, f"{field_name}_sealed"))
        if not value:
            raise NotFound(_("没有登记这个号码。"))
        data = {"fields": [field_name]}
        target, scope = f"resident:{resident.pk}", resident.room.building.path
        journal.record(actor=actor, at=at, verb="ledger.revealed", target=target, scope=scope, data=data)
    return value


def apply(resident: Resident, room: Room, given: Given) -> list[Change]:
    """Put what is said into the resident, which is not saved yet; returns the changes. Raises Invalid for what cannot be."""
    wanted: dict[str, Any] = {key: getattr(given, key) for key in ("sex", "birth_year", "head", "note") if getattr(given, key) is not None}
    if given.name:
        wanted["name"] = cells.name(given.name)
        if not cells.is_name(wanted["name"]):
            raise Invalid(_("这不是姓名，请核对。"), code="bad_name")
    for key, read, sentence in (("phone", cells.phone, _("手机号不是有效号码。")), ("id_number", cells.id_number, _("身份证号不对，请对照证件核对。"))):
        if words := getattr(given, key):
            wanted[key], code = read(words)
            if code:
                raise Invalid(sentence, code=f"bad_{key}")
    if given.groups is not None:
        wanted["groups"] = ",".join(code for code in GROUP_WORDS if code in given.groups)
    if wanted.get("head") and Resident.objects.filter(room=room, head=True, left_at=None).exclude(pk=resident.pk).exists():
        raise Conflict(_("这一户已有户主。先改原来的户主，再改这一位。"), code="second_head")
    made = [change for key, value in wanted.items() if (change := put(resident, room, key, value))]
    resident.priority = bool(resident.groups_sealed)
    return made


def put(owner: Room | Resident, room: Room, key: str, value: Any) -> Change | None:
    """Change one field of what is not saved yet; the difference, or None when there is none."""
    hidden = key in SEALED
    before = sealed.unseal(getattr(owner, f"{key}_sealed")) if hidden else getattr(owner, key)
    if before == value or (not before and not value):
        return None
    if hidden:
        setattr(owner, f"{key}_sealed", sealed.seal(value))
        if key != "groups":
            setattr(owner, f"{key}_index", sealed.blind_index(value))
    else:
        setattr(owner, key, value)
    told = {"before_sealed": sealed.seal(_told(before)), "after_sealed": sealed.seal(_told(value))}
    return Change(room=room, resident=owner if isinstance(owner, Resident) else None, field=key, **told)


def _told(value: Any) -> str:
    return "" if value is None else str(value)


def _unchanged(row: Room | Resident, seen: datetime) -> None:
    if row.updated_at != seen:
        raise Conflict(_("这一户刚刚有人改过，请刷新后再改。"))


def tell(actor: Actor, at: datetime, verb: str, room: Room, made: Sequence[Change], source: str = "") -> None:
    """Keep the differences, and an entry of the journal that names the fields and no value."""
    for change in made:
        change.at, change.by, change.source = at, actor.name, source
    Change.objects.bulk_create(made)
    data = {"room": str(room), "fields": [change.field for change in made]}
    journal.record(actor=actor, at=at, verb=verb, target=f"room:{room.pk}", scope=room.building.path, data=data)
    live.beat("households")

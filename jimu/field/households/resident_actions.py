"""What a building's leader writes down of who lives there: a number, groups, another room, moved away, back again, newly moved in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import locks, sealed
from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import Actor
from jimu.core.scripts import simplified
from jimu.field.households import actions, answer_actions, queries, rules
from jimu.field.households.actions import EDIT, Given
from jimu.field.households.models import Change, Resident, Room
from jimu.field.households.who_rules import Named, Way, who
from jimu.people.intake import cells


def correct(*, actor: Actor, at: datetime, resident_id: UUID, changes: Mapping[str, Any]) -> Resident:
    """Change some of: phone (a new number), groups, room (its number, in the same building), lives (whether they live there). Raises Invalid for what cannot be."""
    with transaction.atomic():
        locks.hold("households")
        resident = queries.resident_for(actor, resident_id, EDIT)
        if "room" in changes:
            _move(actor, at, resident, str(changes["room"]))
        if "lives" in changes and changes["lives"] is not (resident.left_at is None):
            if changes["lives"]:
                actions.bring_back(actor, at, resident)
            else:
                actions.leave(actor, at, resident)
        made = actions.apply(resident, resident.room, Given(phone=changes.get("phone"), groups=changes.get("groups")))
        if made:
            resident.updated_at = at
            resident.save()
            actions.tell(actor, at, "ledger.resident_edited", resident.room, made)
    return resident


def _move(actor: Actor, at: datetime, resident: Resident, words: str) -> None:
    """Behind another door of the same building. Raises Invalid where there is no such door, or more than one."""
    old, new = resident.room, door_called(resident.room, words)
    if new.pk == old.pk:
        return
    if resident.head and Resident.objects.filter(room=new, head=True, left_at=None).exists():
        resident.head = False
    resident.room, resident.updated_at = new, at
    resident.save(update_fields=["room", "head", "updated_at"])
    told = {"field": "room", "before_sealed": sealed.seal(label_of(old)), "after_sealed": sealed.seal(label_of(new))}
    actions.tell(actor, at, "ledger.moved_room", old, [Change(room=one, resident=resident, **told) for one in (old, new)])


def door_called(near: Room, words: str) -> Room:
    """The door of the same building that is called so: 101, or 2-101 with its stair. Raises Invalid."""
    stair, _line, number = words.rpartition("-")
    found = Room.objects.filter(building=near.building_id, number=rules.room_number(number)).select_related("building")
    rooms = list(found.filter(entrance=rules.entrance_of(stair)) if stair else found)
    own = [one for one in rooms if one.entrance == near.entrance]
    if len(rooms) != 1 and len(own) != 1:
        raise Invalid(_("这栋楼没有 {room} 室，或有几个门洞都有。请先在台账里登记这个室号，几个门洞都有的写成“2-101”。").format(room=words[:20] or "–"), code="no_such_room")
    return own[0] if len(rooms) != 1 else rooms[0]


def label_of(room: Room) -> str:
    """A door as its building calls it: 101, or 2-101."""
    return f"{room.entrance}-{room.number}" if room.entrance else room.number


def arrive(*, actor: Actor, at: datetime, room_id: UUID, given: Given, sure: bool = False) -> Resident:
    """Somebody moved in. Who left and is back is the same row. Raises Conflict for somebody who lives there or may be somebody who does, unless a person is `sure`."""
    name = cells.name(given.name or "")
    with transaction.atomic():
        locks.hold("households")
        room = queries.room_for(actor, room_id, EDIT)
        known = [answer_actions.known(one) for one in Resident.objects.filter(room=room).order_by("pk")]
        found = who([Named("", simplified(name), given.birth_year, phone=cells.phone(given.phone or "")[0])], known, at)[""]
        if found.way is Way.SAME:
            raise Conflict(_("台账上这一室已有这位住户。"), code="lives_here")
        if found.way is Way.DOUBT and not sure:
            raise Conflict(_("这一室可能已有这位住户，只是写法不同。看过确实是另一位，再登记。"), code="perhaps_here")
        if found.id is None:
            return actions.settle(actor, at, room, given)
        resident = queries.resident_for(actor, found.id, EDIT)
        actions.bring_back(actor, at, resident)
        made = actions.apply(resident, room, given)
        resident.save()
        if made:
            actions.tell(actor, at, "ledger.resident_edited", room, made)
    return resident

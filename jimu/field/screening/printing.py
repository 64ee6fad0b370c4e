"""Sheets of codes for people without a phone: each code with a door and a masked name beside it, nothing personal within."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.safestring import SafeString

from jimu.core import journal
from jimu.core.permissions import Actor
from jimu.field.households.models import Resident, Room
from jimu.field.screening.codes import HOUSEHOLD, PERSON, code_of
from jimu.field.screening.populace import living_in
from jimu.grid.models import Unit
from jimu.grid.splitting import natural
from jimu.signup.poster import qr_svg

NO_PHONE, EVERYBODY, HOUSEHOLDS = "no_phone", "all", "households"


@dataclass(frozen=True)
class Slip:
    """A piece of a sheet, to be cut out: a person's, or a whole household's."""

    room: Room
    name: str
    code: str
    drawing: SafeString


def slips(*, actor: Actor, at: datetime, building: Unit, who: str = NO_PHONE) -> Sequence[Slip]:
    """The codes of a building in the order of doors. That they were printed is on record."""
    living = living_in([building.path]).select_related("room")
    if who == NO_PHONE:
        living = living.filter(phone_index="")
    people = sorted(living, key=lambda r: (natural(r.room.entrance), natural(r.room.number), not r.head, r.created_at))
    rooms = {resident.room_id: resident.room for resident in people}
    made = [_of_room(room) for room in rooms.values()] if who == HOUSEHOLDS else [_of_person(resident) for resident in people]
    with transaction.atomic():
        data = {"building": building.name, "n": len(made)}
        journal.record(actor=actor, at=at, verb="screening.codes_printed", target=f"unit:{building.pk}", scope=building.path, data=data)
    return made


def _of_person(resident: Resident) -> Slip:
    code = code_of(PERSON, resident.pk)
    return Slip(resident.room, resident.masked_name, code, qr_svg(code, ""))


def _of_room(room: Room) -> Slip:
    code = code_of(HOUSEHOLD, room.pk)
    return Slip(room, "", code, qr_svg(code, ""))

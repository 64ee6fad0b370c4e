"""What a building's leader may write down of who lives there without a network. The phone is given masked names and numbers; a new number is written without
the old one being shown."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import sealed
from jimu.core.errors import Conflict
from jimu.core.permissions import under, visible
from jimu.field.households import queries, resident_actions
from jimu.field.households.actions import EDIT, Given
from jimu.field.households.ledger_rules import EARLIEST_BIRTH, LATEST_BIRTH
from jimu.field.households.models import Resident, Room
from jimu.field.households.resident_actions import label_of
from jimu.field.households.words import GROUP_WORDS, group_words
from jimu.grid.models import Unit
from jimu.grid.splitting import natural
from jimu.sync.fields import TELEPHONE, Field, read_id
from jimu.sync.registry import (
    Data,
    Delta,
    Duty,
    Held,
    Holder,
    Incoming,
    Kind,
    Pack,
    Spot,
    places_of,
)

RESIDENT, ARRIVED, DOOR = "households.resident", "households.arrived", "households.door"
#: What a phone may be for.
PEOPLE = "households.people"
#: Who left so long ago can still be brought back on the phone.
SHOWN_AFTER = timedelta(days=30)
#: Of a wider part a phone names its buildings: a list of everybody is no building leader's.
MOST_BUILDINGS = 6


def buildings_at(path: str, at: datetime) -> list[Spot]:
    """The buildings of a part: a phone may be for one of them."""
    return [Spot(str(one.pk), one.name) for one in _buildings(under([path]))]


def _buildings(inside: Q) -> list[Unit]:
    return sorted(Unit.objects.filter(inside, kind=Unit.Kind.BUILDING, retired_at=None), key=lambda one: natural(one.name))


def _of(holder: Holder) -> list[Unit]:
    """The buildings whose people a phone needs: those that it is for, or the one that it stands in; only where its holder may edit, who may be a helper on the rest of the part."""
    found, spots = _buildings(under([holder.path]) & visible(holder.actor, EDIT)), holder.spots(PEOPLE)
    if spots is not None:
        return [one for one in found if str(one.pk) in spots]
    return found if len(found) <= (MOST_BUILDINGS if holder.work else 1) else []


def people(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Doors and who lives behind them, in the order of the floors; names and numbers masked."""
    buildings = {one.pk: one for one in _of(holder)}
    living: dict[UUID, list[Resident]] = defaultdict(list)
    shown = Q(left_at=None) | Q(left_at__gte=at - SHOWN_AFTER)
    for one in Resident.objects.filter(shown, room__building__in=buildings).order_by("-head", "created_at", "pk"):
        living[one.room_id].append(one)
    items: list[dict[str, Any]] = []
    rooms = Room.objects.filter(building__in=buildings)
    for room in sorted(rooms, key=lambda one: (natural(buildings[one.building_id].name), natural(one.entrance), natural(one.number))):
        group = f"{buildings[room.building_id].name} {label_of(room)}"
        found = [_door(room, group, len(items)), *(_person(one, room, group, len(items) + 1 + n) for n, one in enumerate(living[room.pk]))]
        items.extend({**one, "place": _landing(buildings[room.building_id], room)} for one in found)
    return Delta(items)


def _landing(building: Unit, room: Room) -> str:
    """A floor of a building, by which a long list is folded: a building alone may have four hundred people."""
    return " ".join([building.name, *([_("{n} 层").format(n=room.floor)] if room.floor else [])])


def _door(room: Room, group: str, order: int) -> dict[str, Any]:
    return {
        "id": str(room.pk), "title": _("{room} 室").format(room=label_of(room)), "note": _("登记新住户，改楼层、厨房和备注"), "group": group, "order": order, "kinds": [ARRIVED, DOOR],
        "preset": {"room": str(room.pk)}, "version": room.updated_at.isoformat(), "fields": {"floor": room.floor, "kitchen": room.kitchen, "note": room.note},
        "state": str(Room.State(room.state).label), "done": False,
    }  # fmt: skip


def _person(one: Resident, room: Room, group: str, order: int) -> dict[str, Any]:
    gone = one.left_at is not None
    born = [_("{year} 年生").format(year=one.birth_year)] if one.birth_year else []
    note = " · ".join([*([_("户主")] if one.head else []), *born, *filter(None, [one.masked_phone]), *group_words(one.groups)])
    return {
        "id": str(one.pk), "title": one.masked_name, "note": note, "group": group, "order": order, "kinds": [RESIDENT], "preset": {"resident": str(one.pk)},
        "version": one.updated_at.isoformat(), "fields": {**known(one), "room": label_of(room)}, "state": _("已搬走") if gone else "", "done": False,
    }  # fmt: skip


def known(one: Resident) -> dict[str, Any]:
    """What a phone may change of somebody, and what it is shown of that."""
    return {"phone": one.masked_phone, "room": label_of(one.room), "groups": ordered(one.groups), "lives": one.left_at is None}


def ordered(codes: Any) -> Any:
    """Groups in the order in which the phone's boxes stand."""
    return [code for code in GROUP_WORDS if code in codes] if isinstance(codes, list) else codes


def masked(number: Any) -> Any:
    """What is shown of a number; masked once more it is the same."""
    return sealed.mask_phone("".join(number.split())) if isinstance(number, str) and "*" not in number else number


def held(one: Incoming) -> Held:
    """Somebody as they are now."""
    resident = queries.resident_for(one.actor, read_id(one.data["resident"]), EDIT)
    return Held(f"resident:{resident.pk}", resident.updated_at.isoformat(), known(resident))


def correct(one: Incoming) -> None:
    """What nobody else changed meanwhile of somebody."""
    resident_actions.correct(actor=one.actor, at=one.at, resident_id=read_id(one.data["resident"]), changes=one.data["fields"])


def arrive(one: Incoming) -> None:
    """Somebody moved in, which happened: whoever may be there already is for a person to see."""
    data = one.data
    given = Given(name=data["name"], phone=data["phone"], birth_year=data["birth_year"], groups=data["groups"])
    with one.happened(Conflict):
        resident_actions.arrive(actor=one.actor, at=one.at, room_id=read_id(data["room"]), given=given, sure=one.looked)


def door_called(data: Data) -> str:
    """The door that an operation is about, for who decides."""
    room = Room.objects.filter(pk=read_id(data["room"])).select_related("building").first()
    return f"{room.building.name} {label_of(room)}" if room else ""


def person_called(data: Data) -> str:
    """Whom an operation is about: masked, with the door."""
    one = Resident.objects.filter(pk=read_id(data["resident"])).select_related("room__building").first()
    return f"{one.masked_name} · {one.room.building.name} {label_of(one.room)}" if one else ""


GROUPS = Field("groups", gettext_lazy("重点人群"), "choices", choices=[*GROUP_WORDS.items()], mark=ordered)

KINDS: Sequence[Kind] = [
    Kind(
        RESIDENT, gettext_lazy("改住户资料"), EDIT, correct, None,
        fields=[
            Field("resident", gettext_lazy("住户"), "given", required=True), Field("phone", gettext_lazy("新手机号"), TELEPHONE, mark=masked),
            Field("room", gettext_lazy("室号"), "text", required=True, most=40, hint=gettext_lazy("换到楼里另一室，就改成那一室的室号。")), GROUPS,
            Field("lives", gettext_lazy("还住在这里吗"), "yes_no", required=True),
        ],
        places=places_of(Resident.objects, "resident", "room__building__path"), fields_of=held, called=person_called,
    ),
    Kind(
        ARRIVED, gettext_lazy("登记新住户"), EDIT, arrive, None,
        fields=[
            Field("room", gettext_lazy("室"), "given", required=True), Field("name", gettext_lazy("姓名"), "text", required=True, most=40),
            Field("phone", gettext_lazy("手机号"), TELEPHONE), Field("birth_year", gettext_lazy("哪年生"), "number", least=EARLIEST_BIRTH, most=LATEST_BIRTH), GROUPS,
        ],
        places=places_of(Room.objects, "room", "building__path"), called=door_called,
    ),
]  # fmt: skip
PACK = Pack("households.people", gettext_lazy("住户资料"), EDIT, people, order=70, duties=[PEOPLE])
DUTY = Duty(PEOPLE, gettext_lazy("核对住户资料"), buildings_at)

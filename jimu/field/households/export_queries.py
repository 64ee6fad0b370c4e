"""Rows of the ledger for tables that go out, in full: for who may export, within their part of the grid."""

from collections.abc import Generator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jimu.core import sealed
from jimu.core.permissions import STEP, under
from jimu.field.households.case_queries import register
from jimu.field.households.models import Resident, Room
from jimu.field.households.words import group_words
from jimu.field.households.zone_queries import called, stands
from jimu.grid.models import Unit

PEOPLE, PRIORITY, DOORS, UNSETTLED, EMPTY = "people", "priority", "doors", "unsettled", "empty"
#: Rows that tell of health by being there.
CASES, CONTACTS = "cases", "contacts"
OF_PERSONS = (PEOPLE, PRIORITY, CASES, CONTACTS)
LEFT = (Room.State.LISTED, Room.State.AWAY)


class Names(NamedTuple):
    """Names of the units above buildings, by path."""

    places: Mapping[str, str]
    blocks: Mapping[str, str]

    def of(self, path: str) -> dict[str, str]:
        """What stands above a building."""
        above = [path[:n] for n in range(STEP, len(path), STEP)]
        return {
            "neighborhood": next((self.places[p] for p in above if p in self.places), ""), "block": next((self.blocks[p] for p in above if p in self.blocks), ""),
        }  # fmt: skip


def names_in(unit: Unit) -> Names:
    """For the rows of a unit."""
    above = Q(path__in=[unit.path[:n] for n in range(STEP, len(unit.path), STEP)])
    units = Unit.objects.filter(above | under([unit.path]), kind__in=[Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK]).values_list("kind", "path", "name")
    by_kind: dict[str, dict[str, str]] = {Unit.Kind.NEIGHBORHOOD: {}, Unit.Kind.BLOCK: {}}
    for kind, path, name in units:
        by_kind[kind][path] = name
    return Names(by_kind[Unit.Kind.NEIGHBORHOOD], by_kind[Unit.Kind.BLOCK])


def rooms_of(unit: Unit, which: str = DOORS) -> "QuerySet[Room]":
    """Doors of a unit: all, those not settled, or the empty ones; with how many live there."""
    rows = Room.objects.filter(under([unit.path], "building__path"), building__retired_at=None).select_related("building")
    if which == UNSETTLED:
        rows = rows.filter(state__in=LEFT)
    elif which == EMPTY:
        rows = rows.filter(state__in=[Room.State.EMPTY, Room.State.MOVED])
    return rows.annotate(members=Count("residents", filter=Q(residents__left_at=None))).order_by("building__path", "entrance", "floor", "number")


def residents_of(unit: Unit, which: str = PEOPLE) -> "QuerySet[Resident]":
    """Who lives in a unit: all, or those of a priority group."""
    rows = Resident.objects.filter(under([unit.path], "room__building__path"), room__building__retired_at=None, left_at=None).select_related("room__building")
    if which == PRIORITY:
        rows = rows.filter(priority=True)
    return rows.order_by("room__building__path", "room__entrance", "room__floor", "room__number", "-head", "created_at", "pk")


def door_rows(unit: Unit, which: str, today: date) -> Generator[dict[str, Any]]:
    """A row for each door."""
    names, zones = names_in(unit), _zones(unit, today)
    for room in rooms_of(unit, which).iterator(1000):
        yield {**_door(room, names), **zones.get(room.building_id, {}), "members": room.members}  # type: ignore[attr-defined]


def person_rows(unit: Unit, which: str, today: date, *, health: bool = False) -> Generator[dict[str, Any]]:
    """A row for each resident; with `health` it says who is a case and who a contact."""
    names, zones = names_in(unit), _zones(unit, today)
    told = register(under([unit.path], "building__path")) if health else {}
    rows = residents_of(unit, which)
    if which in (CASES, CONTACTS):
        rows = rows.filter(pk__in=[pk for pk, known in told.items() if ("case_on" in known) == (which == CASES)])
    for one in rows.iterator(1000):
        yield {
            **_door(one.room, names), **zones.get(one.room.building_id, {}), **told.get(one.pk, {}), "name": one.name, "phone": sealed.unseal(one.phone_sealed), "id_number": sealed.unseal(one.id_number_sealed),
            "sex": one.get_sex_display() if one.sex else "", "birth_year": one.birth_year, "age": today.year - one.birth_year if one.birth_year else None,
            "head": "户主" if one.head else "", "groups": "、".join(group_words(one.groups)), "note": one.note or one.room.note,
        }  # fmt: skip


def _zones(unit: Unit, today: date) -> dict[UUID, dict[str, Any]]:
    """What holds for each building that is under a zone."""
    found = stands(None, today, under([unit.path], "building__path"))
    return {
        pk: {"zone": called(one.standing), "zone_day": one.standing.day, "zone_from": one.zone.day_one, "zone_until": one.standing.ends_on} for pk, one in found.items()
    }


def _door(room: Room, names: Names) -> dict[str, Any]:
    entrance = f"{room.entrance}单元" if room.entrance else ""
    return {
        **names.of(room.building.path), "building": room.building.name, "entrance": room.entrance, "floor": room.floor, "room": room.number,
        "address": f"{room.building.name}{entrance}{room.number}室", "kitchen": room.kitchen, "state": str(room.get_state_display()), "note": room.note,
    }  # fmt: skip

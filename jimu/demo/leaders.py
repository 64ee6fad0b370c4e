"""Names a leader and a deputy for every part of the sample's grid, from the people on its lists."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from uuid import UUID

from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.people.leader_actions import Appointment, appoint
from jimu.people.models import Kind, Person, UnitLeader

LEADER, DEPUTY = UnitLeader.Role.LEADER.value, UnitLeader.Role.DEPUTY.value


def appoint_leaders(at: datetime) -> int:
    """Leaders of the subdistrict and zones are its own; committee cadres lead blocks, building leaders buildings.

    Secretaries lead their neighborhoods already: the list of facts says so. Returns how many were appointed.
    """
    units = list(Unit.objects.order_by("path"))
    return appoint(actor=SYSTEM, at=at, appointments=[*_above(units), *_inside(units)])


def _above(units: list[Unit]) -> Iterator[Appointment]:
    overseers = cycle(Person.objects.filter(affiliations__kind=Kind.SUBDISTRICT_LEADER).order_by("created_at", "pk").distinct())
    for unit in units:
        if unit.kind == Unit.Kind.SUBDISTRICT:
            yield Appointment(unit.pk, next(overseers).pk, LEADER, "街道党工委书记")
            yield Appointment(unit.pk, next(overseers).pk, DEPUTY, "街道办事处主任")
        elif unit.kind == Unit.Kind.ZONE:
            yield Appointment(unit.pk, next(overseers).pk, LEADER, "片长")
            yield Appointment(unit.pk, next(overseers).pk, DEPUTY, "副片长")


def _inside(units: list[Unit]) -> Iterator[Appointment]:
    cadres, residents = _by_unit(Kind.COMMITTEE_CADRE), _by_unit(Kind.BUILDING_LEADER)
    for place in (unit for unit in units if unit.kind == Unit.Kind.NEIGHBORHOOD):
        # The secretary comes from the list of facts and is on this list too.
        others = [pk for pk in cadres[place.pk] if pk not in set(_secretaries(place))]
        if not others or not residents[place.pk]:
            continue
        yield Appointment(place.pk, others[0], DEPUTY, "居委会主任")
        blocks, doors = cycle(others), cycle(residents[place.pk])
        for unit in units:
            if unit.kind == Unit.Kind.BLOCK and unit.path.startswith(place.path):
                yield Appointment(unit.pk, next(blocks), LEADER, "块长")
                yield Appointment(unit.pk, next(doors), DEPUTY, "副块长")
        yield from _buildings([u for u in units if u.kind == Unit.Kind.BUILDING and u.path.startswith(place.path)], residents[place.pk])


def _buildings(buildings: list[Unit], residents: list[UUID]) -> Iterator[Appointment]:
    """Neighbouring buildings share a leader; the next leader along stands in."""
    for number, building in enumerate(buildings):
        group = number * len(residents) // len(buildings)
        yield Appointment(building.pk, residents[group], LEADER, "楼组长")
        if len(residents) > 1:
            yield Appointment(building.pk, residents[(group + 1) % len(residents)], DEPUTY, "副楼组长")


def _by_unit(kind: Kind) -> defaultdict[UUID, list[UUID]]:
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    rows = Person.objects.filter(affiliations__kind=kind, active=True).order_by("sort_name", "pk").distinct()
    for pk, unit_id in rows.values_list("pk", "unit_id"):
        if unit_id is not None:
            found[unit_id].append(pk)
    return found


def _secretaries(place: Unit) -> list[UUID]:
    return list(UnitLeader.objects.filter(unit=place, role=LEADER, until=None).values_list("person_id", flat=True))

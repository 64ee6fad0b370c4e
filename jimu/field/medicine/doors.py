"""Writes of public doors: open one, close it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jimu.core import journal, live, locks
from jimu.core.permissions import Actor
from jimu.field.medicine import queries
from jimu.field.medicine.models import Door
from jimu.field.medicine.moving import TOPIC
from jimu.grid.queries import unit_for
from jimu.signup.rules import fresh_code


def open_door(*, actor: Actor, at: datetime, unit_id: UUID) -> Door:
    """The open public address of a unit; made where there is none."""
    with transaction.atomic():
        locks.hold(f"medicine:doors:{unit_id}")
        unit = unit_for(actor, unit_id, queries.DOOR)
        door = Door.objects.filter(unit=unit, closed_at=None).select_related("unit").first()
        if door is None:
            door = Door.objects.create(code=fresh_code(), unit=unit, opened_at=at, opened_by=actor.name[:80])
            _tell(actor, at, door, verb="medicine.door_opened")
    return door


def close_door(*, actor: Actor, at: datetime, door_id: UUID) -> None:
    """Close an address; receipts that were given still work."""
    with transaction.atomic():
        door = queries.door_for(actor, door_id)
        Door.objects.filter(pk=door.pk, closed_at=None).update(closed_at=at)
        _tell(actor, at, door, verb="medicine.door_closed")


def _tell(actor: Actor, at: datetime, door: Door, verb: str) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=f"unit:{door.unit_id}", scope=door.unit.path)
    live.beat(TOPIC)

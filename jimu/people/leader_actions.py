"""Who leads which part of the grid, and who stands in: appointed one by one or as a whole list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jimu.core import journal, live, locks
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.people.models import UnitLeader

LOCK = "people.leaders"


@dataclass(frozen=True)
class Appointment:
    """One person as leader or deputy (`UnitLeader.Role`) of one unit, under a title such as 总支书记."""

    unit_id: UUID
    person_id: UUID
    role: str
    title: str = ""


def appoint(*, actor: Actor, at: datetime, appointments: Sequence[Appointment]) -> int:
    """Appoint leaders and deputies in one transaction; returns how many are new.

    A unit has one leader: whoever led it before does so no more. Deputies stand beside each other. Who holds the
    office already keeps it unchanged. Raises NotFound for a unit that is not there, NotPermitted.
    """
    with transaction.atomic():
        locks.hold(LOCK)
        paths = dict(Unit.objects.filter(pk__in={a.unit_id for a in appointments}).values_list("pk", "path"))
        if len(paths) < len({a.unit_id for a in appointments}):
            raise NotFound
        for path in paths.values():
            actor.require("grid.edit", path)
        held = {(row.unit_id, row.role, row.person_id): row for row in UnitLeader.objects.filter(unit__in=paths, until=None)}
        wanted = {(a.unit_id, a.role, a.person_id): a for a in appointments}
        fresh = [a for key, a in wanted.items() if key not in held]
        relieved = {a.unit_id for a in fresh if a.role == UnitLeader.Role.LEADER}
        ended = [row.pk for (unit_id, role, _), row in held.items() if role == UnitLeader.Role.LEADER and unit_id in relieved]
        UnitLeader.objects.filter(pk__in=ended).update(until=at)
        UnitLeader.objects.bulk_create(
            [UnitLeader(unit_id=a.unit_id, person_id=a.person_id, role=a.role, title=a.title, since=at) for a in fresh], batch_size=500
        )
        if fresh:
            scope = min(paths.values(), key=len)
            data = {"appointed": len(fresh), "relieved": len(ended)}
            journal.record(actor=actor, at=at, verb="people.leaders_appointed", target=f"unit:{appointments[0].unit_id}", scope=scope, data=data)
            live.beat("board", "people")
    return len(fresh)

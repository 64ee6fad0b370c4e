"""Who leads which part of the grid, and who stands in: appointed as a whole list, or one at a time by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.people import chain_queries, queries
from jimu.people.models import UnitLeader

LOCK = "people.leaders"
RIGHT = "people.appoint"
LEADER = UnitLeader.Role.LEADER


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
            actor.require(RIGHT, path)
        held = {(row.unit_id, row.role, row.person_id): row for row in UnitLeader.objects.filter(unit__in=paths, until=None)}
        wanted = {(a.unit_id, a.role, a.person_id): a for a in appointments}
        fresh = [a for key, a in wanted.items() if key not in held]
        relieved = {a.unit_id for a in fresh if a.role == UnitLeader.Role.LEADER}
        ended = [row.pk for (unit_id, role, _person), row in held.items() if role == LEADER and unit_id in relieved]
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


def name_leader(
    *, actor: Actor, at: datetime, unit_id: UUID, person_id: UUID, role: str, title: str = "", seen_leader: int | None = None
) -> UnitLeader:
    """Appoint somebody leader or deputy of a unit. Whoever led it leads it no more; the row ends and stays on record.

    `seen_leader` is the id of the row of whoever led when the appointer looked (None for nobody): if somebody else
    was appointed meanwhile, raise Conflict.
    """
    with transaction.atomic():
        locks.hold(LOCK)
        unit = _unit(actor, unit_id)
        person = queries.person_for(actor, person_id)
        if role not in UnitLeader.Role.values:
            raise Invalid
        if unit.retired_at:
            raise Conflict(_("{name}已停用，不能任命。").format(name=unit.name), code="unit_retired")
        if not person.active or person.minor:
            raise Invalid(_("{name}不能任职：已退出，或未满 18 周岁。").format(name=person.name), code="cannot_lead")
        current = list(UnitLeader.objects.filter(unit=unit, until=None))
        if any(row.person_id == person.pk and row.role == role for row in current):
            raise Conflict(_("{name}已经在任。").format(name=person.name), code="in_office")
        led_by = next((row for row in current if row.role == LEADER), None)
        if role == LEADER and (led_by.pk if led_by else None) != seen_leader:
            raise Conflict(_("刚刚有人任命了这里的负责人，请刷新后再定。"))
        # Nobody stands in for themselves, and a place has one leader.
        ended = [row.pk for row in current if row.person_id == person.pk or (role == LEADER and row.role == LEADER)]
        UnitLeader.objects.filter(pk__in=ended).update(until=at)
        row = UnitLeader.objects.create(unit=unit, person=person, role=role, title=title.strip()[:40], since=at)
        data = {"role": role, "person": str(person.pk), "relieved": len(ended)}
        _record(actor, at, "people.leader_appointed", unit, row, data)
    return row


def end_leadership(*, actor: Actor, at: datetime, unit_id: UUID, row_id: int) -> UnitLeader:
    """Relieve a leader or deputy. The row ends and stays on record."""
    with transaction.atomic():
        locks.hold(LOCK)
        unit = _unit(actor, unit_id)
        row = UnitLeader.objects.filter(pk=row_id, unit=unit).select_related("person", "person__unit").first()
        if row is None:
            raise NotFound
        if row.until is not None:
            raise Conflict(_("任职已经结束了。"))
        row.until = at
        row.save(update_fields=["until"])
        _record(actor, at, "people.leader_ended", unit, row, {"role": row.role, "person": str(row.person_id)})
    return row


def _unit(actor: Actor, unit_id: UUID) -> Unit:
    unit: Unit | None = Unit.objects.filter(pk=unit_id).first()
    if unit is None or not actor.may("grid.view", unit.path):
        raise NotFound
    actor.require(RIGHT, unit.path)
    return unit


def _record(actor: Actor, at: datetime, verb: str, unit: Unit, row: UnitLeader, data: dict[str, object]) -> None:
    """On the unit's record and on the person's."""
    journal.record(actor=actor, at=at, verb=verb, target=f"unit:{unit.pk}", scope=unit.path, data=data)
    told = {"role": row.role, "unit": unit.name}
    journal.record(actor=actor, at=at, verb=verb, target=f"person:{row.person_id}", scope=queries.path_of(row.person), data=told)
    live.beat("board", "people")


def call(*, actor: Actor, at: datetime, row_id: int) -> str:
    """The phone of somebody who leads, for one in the same chain to call them. Who looked stands in the journal.

    Whoever leads a building reaches her block and her neighborhood this way, though she may reveal no number of the
    register. Raises NotFound outside the chain, or when there is no number.
    """
    with transaction.atomic():
        row = chain_queries.leader_for(actor, row_id)
        number = row.person.phone
        if not number:
            raise NotFound(_("没有登记手机号。"))
        data = {"fields": ["phone"], "leads": str(row.unit_id)}
        journal.record(actor=actor, at=at, verb="people.called", target=f"person:{row.person_id}", scope=row.unit.path, data=data)
    return number

"""Orders left lying: who fetches them is told, then the block, the neighborhood, and each level above, until one answers.

Half of the time over and nobody on the way, or the limit passed: each is a stage, at which every level is told once. Who answers has some time
before the next one is told. Limits run by the clock, pauses between levels in minutes of service (core.steady), shorter the more urgent it is.
A sweep may run twice or late: each step is taken under the order's lock, where it still is due.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jimu.core import clock, journal, live, sealed, steady
from jimu.core.errors import NotFound
from jimu.core.jobs import JobRun
from jimu.core.permissions import STEP, SYSTEM, Actor
from jimu.field.medicine import letters, policy, queries, rules
from jimu.field.medicine.models import Alarm, Duty, Order
from jimu.field.medicine.moving import LONGEST_NOTE, TOPIC, held
from jimu.incidents.order_chains import chains
from jimu.people.models import Person

AT_ONCE = 500


def _due(at: datetime, tick: int) -> Any:
    idle = Q(stage=0, half_at__lte=at, state__in=rules.NOBODY_GOES)
    moments = idle | Q(stage__lt=2, due_at__lte=at) | Q(next_tick__lte=tick)
    return Order.objects.filter(moments, state__in=Order.AWAITED)


def anything_due() -> bool:
    """Whether somebody has to be told of an order."""
    return bool(_due(clock.now(), steady.now()).exists())


def run(job: JobRun) -> dict[str, Any]:
    """The job: one sweep."""
    return {"told": sweep(at=clock.now())}


def sweep(*, at: datetime) -> int:
    """Tell the next level of every order that is left lying; returns of how many orders somebody was told."""
    tick = steady.now()
    ids = list(_due(at, tick).order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_tell_one(order_id, at, tick) for order_id in ids)


def _tell_one(order_id: UUID, at: datetime, tick: int) -> bool:
    with transaction.atomic():
        order = held(order_id)
        stage = rules.stage_now(order.state, order.half_at, order.due_at, at)
        if stage > order.stage:
            order.stage = stage
        elif order.next_tick is None or order.next_tick > tick:
            return False
        elif not stage:
            order.next_tick = None
            order.save(update_fields=["next_tick"])
            return False
        return _climb(order, at, tick)


def _climb(order: Order, at: datetime, tick: int) -> bool:
    told = set(_told(order).values_list("person_id", flat=True))
    asked = rules.next_level(levels(order), told)
    numbers = policy.of_place(order.unit)
    pause = rules.minutes_of(queries.colour_now(order, at, numbers), numbers.escalate_minutes)
    order.next_tick = tick + pause * 60 if asked else None
    order.save(update_fields=["stage", "next_tick"])
    for person in Person.objects.filter(pk__in=asked):
        Alarm.objects.create(order=order, stage=order.stage, due_at=order.due_at, person=person, at=at)
        letters.tell_left_lying(order, person, at=at)
    journal.record(
        actor=SYSTEM, at=at, verb="medicine.alarmed", target=order.target, scope=order.unit.path, data={"people": len(asked)}
    )
    live.beat(TOPIC, "board")
    return bool(asked)


def _told(order: Order) -> Any:
    return Alarm.objects.filter(order=order, stage=order.stage, due_at=order.due_at)


def levels(order: Order) -> list[list[UUID]]:
    """Whom an order is asked of, level by level: who fetches it, then of each unit above the building its leader, else the deputy who can be
    reached. Only those who can be told; a level without anybody is left out."""
    place = order.unit.path
    found = chains(place[:STEP], [place])
    handlers = [order.runner_id] if order.runner_id else list(_on_duty(order))
    listed = [handlers]
    for length in range(max(STEP, len(place) - STEP), 0, -STEP):
        listed.append(found.here(place[:length])[:1])
    return [level for level in listed if level]


def _on_duty(order: Order) -> Sequence[UUID]:
    rows = Duty.objects.filter(trip=order.trip_id, part=Duty.Part.FETCH) if order.trip_id else Duty.objects.none()
    return list(rows.values_list("person_id", flat=True))


def answer(*, actor: Actor, at: datetime, alarm_id: UUID, note: str = "") -> Order:
    """Say that one sees to it: for who was told. The next level is told only after a while, if it still is not at the door. Again is the same."""
    with transaction.atomic():
        alarm = Alarm.objects.filter(pk=alarm_id, person=actor.person_id).first() if actor.person_id else None
        if alarm is None:
            raise NotFound
        order = held(alarm.order_id)
        alarm.refresh_from_db()
        if alarm.answered_at is not None:
            return order
        alarm.answered_at, alarm.note_sealed = at, sealed.seal(note.strip()[:LONGEST_NOTE])
        alarm.save(update_fields=["answered_at", "note_sealed"])
        if order.state in Order.AWAITED and (order.stage, order.due_at) == (alarm.stage, alarm.due_at):
            order.next_tick = steady.now() + policy.of_place(order.unit).answered_minutes * 60
            order.save(update_fields=["next_tick"])
        journal.record(actor=actor, at=at, verb="medicine.alarm_answered", target=order.target, scope=order.unit.path)
        live.beat(TOPIC)
    return order


def open_for(actor: Actor) -> list[Alarm]:
    """What the asker was told of, has not answered, and is still not at the door; the most pressing first."""
    if actor.person_id is None:
        return []
    rows = Alarm.objects.filter(person=actor.person_id, answered_at=None, order__state__in=Order.AWAITED, order__stage__gt=0)
    newest: dict[UUID, Alarm] = {}
    for one in rows.select_related(*(f"order__{name}" for name in queries.WITH)).order_by("at", "pk"):
        if (one.stage, one.due_at) == (one.order.stage, one.order.due_at):
            newest[one.order_id] = one
    return sorted(newest.values(), key=lambda one: (one.order.due_at, str(one.order_id)))


def told_of(order: Order) -> list[Alarm]:
    """Everybody who was told of an order, in order."""
    return list(order.alarms.select_related("person"))

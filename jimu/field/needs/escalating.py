"""Needs left lying: when half of the limit is over and nobody took one, or the limit passed, its leader is told, then the levels above.

Limits are hours of the resident's life and run by the clock. The pause between two levels is minutes of service (core.steady).
A sweep may run twice or late: each step is taken under the need's lock, where it still is due.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jimu.core import clock, steady
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.needs import policy, queries, rules
from jimu.field.needs.letters import tell_raised
from jimu.field.needs.models import Need
from jimu.field.needs.moving import By, Done, Kind, held, write
from jimu.incidents.order_chains import leader_to_tell
from jimu.people.models import Person

AT_ONCE = 500


def _due(at: datetime, tick: int) -> Any:
    untaken = Q(state__in=rules.WAITING) | Q(decision=Need.Decision.PENDING)
    moments = Q(untaken, stage=0, half_at__lte=at) | Q(stage__lt=2, due_at__lte=at) | Q(next_tick__lte=tick)
    return Need.objects.filter(moments, state__in=Need.RUNNING)


def anything_due() -> bool:
    """Whether somebody has to be told of a need."""
    return bool(_due(clock.now(), steady.now()).exists())


def run(job: JobRun) -> dict[str, Any]:
    """The job: one sweep."""
    return {"raised": sweep(at=clock.now())}


def sweep(*, at: datetime) -> int:
    """Tell the next leader of every need that is left lying; returns how many were told of."""
    tick = steady.now()
    ids = list(_due(at, tick).order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_raise_one(need_id, at, tick) for need_id in ids)


def _raise_one(need_id: UUID, at: datetime, tick: int) -> bool:
    with transaction.atomic():
        need = held(need_id)
        stage = rules.stage_now(need.state, need.decision, need.half_at, need.due_at, at)
        if stage > need.stage:
            need.stage, need.told = stage, []
        elif need.next_tick is None or need.next_tick > tick or not stage:
            Need.objects.filter(pk=need.pk, next_tick__lte=tick).update(next_tick=None)
            return False
        return _climb(need, at, tick)


def _climb(need: Need, at: datetime, tick: int) -> bool:
    # What few may read starts with those who lead the neighborhood; what is to be decided, where it is to be decided.
    place = need.unit.path
    if need.restricted:
        place = queries.neighborhood_path(need.unit)
    if need.decision == Need.Decision.PENDING:
        place = need.decide_path
    found = leader_to_tell(place, need.told)
    if found is None:
        need.next_tick = None
        write(need, Done(Kind.STUCK, By.SYSTEM, verb="needs.raised"), actor=SYSTEM, at=at)
        return False
    person = Person.objects.get(pk=found)
    need.told = [*need.told, str(person.pk)]
    need.next_tick = tick + policy.of_place(need.unit).escalate_minutes * 60
    write(need, Done(Kind.RAISED, By.SYSTEM, verb="needs.raised", about=person.name), actor=SYSTEM, at=at)
    tell_raised(need, person, at=at)
    return True

"""What was seen and lies: half of its time over and nobody took it on, or the limit passed. The leader of the place is told, then the levels above.

Limits run by the clock; the pause between two levels is minutes of service (core.steady). A sweep may run twice or late: each
step is taken under the lock, where it still is due. What is to become a need and did not yet is announced again.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jimu.core import clock, journal, live, locks, steady
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.patrol import policy, rules, seeing
from jimu.field.patrol.models import Seen
from jimu.field.patrol.telling import TOPIC
from jimu.grid import naming
from jimu.incidents.order_chains import leader_to_tell
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.people.models import Person

AT_ONCE = 500
OPEN = Seen.objects.filter(settled_at=None).exclude(kind=Seen.Kind.WELL).order_by("due_at", "pk")


def _due(at: datetime, tick: int) -> "QuerySet[Seen]":
    moments = Q(taken_at=None, stage=0, half_at__lte=at) | Q(stage__lt=2, due_at__lte=at) | Q(next_tick__lte=tick)
    return OPEN.filter(moments, to_need=False)


def _unasked() -> "QuerySet[Seen]":
    return OPEN.filter(to_need=True, need_id=None)


def anything_due() -> bool:
    """Whether somebody has to be told, or something is still to become a need."""
    return _due(clock.now(), steady.now()).exists() or _unasked().exists()


def run(job: JobRun) -> dict[str, Any]:
    """The job: one sweep."""
    return {"raised": sweep(at=clock.now())}


def sweep(*, at: datetime) -> int:
    """Tell the next leader of everything that lies; returns of how many somebody was told."""
    tick = steady.now()
    ids = list(_due(at, tick).values_list("pk", flat=True)[:AT_ONCE])
    told = sum(_raise_one(pk, at, tick) for pk in ids)
    # After the leaders: what another brick does not take must not keep an alarm from anybody.
    for seen in _unasked().select_related("unit")[:AT_ONCE]:
        with transaction.atomic():
            seeing.ask_for_need(seen)
    return told


def _raise_one(pk: UUID, at: datetime, tick: int) -> bool:
    with transaction.atomic():
        locks.hold(f"seen:{pk}")
        seen = _due(at, tick).filter(pk=pk).select_related("unit", "gate").first()
        if seen is None or seen.half_at is None or seen.due_at is None:
            return False
        stage = rules.stage_now(taken=seen.taken_at is not None, half_at=seen.half_at, due_at=seen.due_at, at=at)
        if stage > seen.stage:
            seen.stage, seen.told = stage, []
        return _climb(seen, at, tick)


def _climb(seen: Seen, at: datetime, tick: int) -> bool:
    found = leader_to_tell(seen.unit.path, seen.told)
    person = Person.objects.get(pk=found) if found is not None else None
    seen.stuck = person is None
    if person is None:
        seen.next_tick = None
    else:
        seen.told = [*seen.told, str(person.pk)]
        seen.next_tick = tick + policy.of_place(seen.unit).escalate_minutes * 60
        _tell(seen, person, at)
    seen.save(update_fields=["stage", "told", "next_tick", "stuck"])
    journal.record(actor=SYSTEM, at=at, verb="patrol.raised", target=seen.target, scope=seen.unit.path, data={"told": len(seen.told)})
    live.beat(TOPIC, "board")
    return person is not None


def _tell(seen: Seen, person: Person, at: datetime) -> None:
    """A letter to a leader: kind and place, nothing of what was written."""
    place = " ".join(filter(None, [naming.places([seen.unit]).of(seen.unit), seen.gate.name if seen.gate else ""]))
    late = _("巡查看到的情况超时还没有了结：{place} {kind}。请过问。") if seen.stage == 2 else _("巡查看到的情况还没有人接手：{place} {kind}。请过问。")
    text = late.format(place=place, kind=seen.get_kind_display())
    enqueue(actor=SYSTEM, at=at, letters=[Letter(f"{seen.target}:raised:{seen.stage}:{person.pk}", seen.unit_id, text, person.pk, Urgency.URGENT)], subject=seen.target)

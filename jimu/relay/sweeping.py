"""What happens by itself: open items go on at the end of a shift, and silence is told upward.

Every step looks at what is so, not at what was done before: a sweep may run twice, late, or after the clock was set.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from jimu.core import clock, journal, live
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.messages.actions import enqueue
from jimu.relay import alarms, handover_actions, request_queries, rules, seat_actions
from jimu.relay import handover_queries as queries
from jimu.relay.alarms import levels_of
from jimu.relay.models import Handover, HandoverAlarm, HandoverItem
from jimu.roster import standby


def due() -> bool:
    """Whether a sweep would do anything. Eight queries at most."""
    at = clock.now()
    waits = ended(at).exists() or any(_untold(at)) or bool(request_queries.overdue(at))
    return waits or bool(standby.waiting(at)) or any(alarms.untold(at))


def sweep(at: datetime) -> dict[str, int]:
    """Let stand-bys step in, carry on what is open, then raise the alarms that are due; returns what it did."""
    stepped_in = standby.sweep(at)
    carried = sum(handover_actions.carry_on(at=at, handover_id=pk) is not None for pk in ended(at).values_list("pk", flat=True))
    raised = sum(len(_raise_alarms(one, at)) for one in list(_untold(at)))
    empty = alarms.sweep_empty(at)
    return {"carried": carried, "alarms": raised, "empty": empty, "stepped_in": stepped_in, "lapsed": seat_actions.lapse(at)}


def run_sweep_job(run: JobRun) -> dict[str, Any]:
    """The job of the timer."""
    return sweep(clock.now())


def ended(at: datetime) -> "QuerySet[Handover]":
    """Newest handovers that were accepted, whose incoming shift is over with items that are not done.

    One that nobody accepted stays where it is: its alarm must not end by itself.
    """
    of_this = queries.with_newest(HandoverItem.objects.filter(handover=OuterRef("pk")))
    items = of_this.exclude(newest="done")  # type: ignore[misc]
    return queries.newest_of_each().filter(Exists(items), until__lte=at, accepted_at__isnull=False)


def _untold(at: datetime) -> Iterator[Handover]:
    """Late handovers of which a level is still to be told. One query."""
    rows = queries.late(at).annotate(told=Count("alarms")).select_related("unit", "incident__relay_policy")
    return (one for one in rows if one.told < _step(one, at))


def _step(handover: Handover, at: datetime) -> int:
    minutes = queries.minutes_of(handover.incident)
    return rules.alarm_step(due_at=handover.due_at, at=at, minutes=minutes, levels=handover.unit.depth)


def _raise_alarms(handover: Handover, at: datetime) -> list[HandoverAlarm]:
    """Tell each level that is due and was not told; only the first to write an alarm journals it."""
    made = []
    step = _step(handover, at)
    for number, unit in enumerate(levels_of(handover.unit)[:step], 1):
        with transaction.atomic():
            alarm, new = HandoverAlarm.objects.get_or_create(
                handover=handover, step=number, defaults={"unit": unit, "at": at}
            )
            if new:
                made.append(alarm)
                enqueue(actor=SYSTEM, at=at, letters=alarms.letters_of_late(handover, number, unit), subject=handover.target)
                data = {"post": handover.post_title, "step": number, "level": unit.name}
                journal.record(
                    actor=SYSTEM, at=at, verb="handover.alarm", target=handover.target, scope=handover.unit.path, data=data
                )  # fmt: skip
                live.beat("board", "handovers", handover.target)
    return made

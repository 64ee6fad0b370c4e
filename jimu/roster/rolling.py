"""The rolling plan: while people serve what is published, the next days are planned each morning, with the least change.

Four windows: days gone by are history, published ones are a promise that the solver keeps where it can, a draft waits for a person
to read and publish it, and what lies beyond is not planned yet. Nothing is published by itself.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from jimu.core import clock
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.incidents.models import Incident
from jimu.roster import actions, solving
from jimu.roster.models import Roster
from jimu.roster.windows import last_day, windows

# A roster in force that ends within so many days is gone on with, for so many days more, from four in the morning.
AHEAD_DAYS, PLANNED_DAYS, MORNING_HOUR = 3, 7, 4
SECONDS = 60


def wanted(at: datetime) -> list[Roster]:
    """Rosters in force that end soon and that nobody drafted the next days of. Two queries."""
    local = timezone.localtime(at)
    if local.hour < MORNING_HOUR:
        return []
    in_force = Roster.objects.filter(state=Roster.State.PUBLISHED, incident__state=Incident.State.ACTIVE).select_related("incident")
    rosters = [*in_force, *Roster.objects.filter(state=Roster.State.DRAFT, incident__in=[one.incident_id for one in in_force])]
    today = local.date()
    return [
        one for one in in_force
        if last_day(one) < today + timedelta(days=AHEAD_DAYS) and windows(one.incident, rosters, today).draft is None
    ]  # fmt: skip


def due() -> bool:
    """Whether the next days wait to be planned."""
    return bool(wanted(clock.now()))


def roll(at: datetime, *, seconds: float = SECONDS) -> list[Roster]:
    """Draft and solve the next days of each, around what is promised; a person publishes. Safe to run twice.

    The days begin tomorrow: what is on today is not planned anew under people's feet. Leave to exceed the caps of hours goes on as it
    was given, with its reason.
    """
    made = []
    for one in wanted(at):
        draft = actions.draft_roster(
            actor=SYSTEM, at=at, incident_id=one.incident_id, first_day=timezone.localtime(at).date() + timedelta(days=1), days=PLANNED_DAYS,
            emergency_reason=one.emergency_reason,
        )  # fmt: skip
        made.append(solving.solve_now(actor=SYSTEM, roster_id=draft.pk, limits=solving.Limits(seconds=seconds)))
    return made


def run_job(run: JobRun) -> dict[str, Any]:
    """The job of the timer."""
    return {"drafted": [str(one.pk) for one in roll(clock.now())]}

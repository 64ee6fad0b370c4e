"""Every morning the allotments in force are reckoned anew by themselves. What comes out is a proposal: a person puts it in force."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jimu.core import clock, locks
from jimu.core.errors import Conflict
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.incidents.models import Incident
from jimu.teams import allotment_actions, allotting
from jimu.teams.allotment_material import Material, gather
from jimu.teams.allotting import Weights
from jimu.teams.models import Allotment, DailyReckoning

#: Before the first meeting of the day, after the night's changes. Minutes from midnight.
AT_MINUTE = 5 * 60
State, Outcome = Allotment.State, DailyReckoning.Outcome
# Less than this is rounding.
LEAST_GAIN = 1e-6


def waiting(at: datetime) -> list[Allotment]:
    """Allotments in force that have not been reckoned anew since this morning's hour, or yesterday's while it is earlier."""
    local = timezone.localtime(at)
    day = local.date() if local >= clock.at_minute(local.date(), AT_MINUTE) else local.date() - timedelta(days=1)
    hour = clock.at_minute(day, AT_MINUTE)
    rows = Allotment.objects.filter(state=State.IN_FORCE, incident__state=Incident.State.ACTIVE, in_force_at__lt=hour)
    return list(rows.exclude(incident__daily_reckoning__day__gte=day).select_related("incident"))


def due() -> bool:
    """Whether one waits; asked every few seconds by the timers."""
    return bool(waiting(clock.now()))


def run_daily_job(run: JobRun) -> dict[str, Any]:
    """The job's handler; safe to run twice, since what was done today waits no more."""
    found = [reckon(at=clock.now(), allotment=allotment) for allotment in waiting(clock.now())]
    return {"reckoned": len(found), "proposed": sum(one.outcome == Outcome.PROPOSED for one in found)}


def reckon(*, at: datetime, allotment: Allotment) -> DailyReckoning:
    """Reckon one anew with its own weights, and propose what is better, with its cost of change.

    A proposal that somebody made and has not put in force yet is left alone; what hands arranged stays.
    """
    local = timezone.localtime(at)
    day = local.date() if local >= clock.at_minute(local.date(), AT_MINUTE) else local.date() - timedelta(days=1)
    material = gather(allotment.incident, local.date())
    weights, made = Weights.of(allotment.weights), None
    outcome: str = Outcome.SAME
    numbers: dict[str, Any] = {"moved": 0, "cost_before": 0.0, "cost_after": 0.0}
    if material.places and material.staff:
        plan = allotting.propose(material.places, material.staff, weights)
        numbers = {"moved": _changes(material, plan.where), "cost_before": plan.cost_before, "cost_after": plan.cost}
        if Allotment.objects.filter(incident=allotment.incident_id, state=State.PROPOSED).exclude(created_by=SYSTEM.name).exists():
            outcome = Outcome.LEFT
        elif numbers["moved"] and plan.cost < plan.cost_before - LEAST_GAIN:
            outcome = Outcome.PROPOSED
    with transaction.atomic():
        locks.hold(f"teams:{allotment.incident_id}")
        if outcome == Outcome.PROPOSED:
            made, outcome = _proposed(at, allotment, weights)
        elif outcome == Outcome.SAME:
            _drop_yesterdays(at, allotment)
        return DailyReckoning.objects.update_or_create(
            incident=allotment.incident, defaults={"day": day, "at": at, "outcome": outcome, "proposal": made, **numbers}
        )[0]


def _changes(material: Material, where: Mapping[UUID, UUID]) -> int:
    """People who would go elsewhere than now, those who are new included."""
    before = allotting.standing(material.places, material.staff)
    return sum(before.get(person) != unit for person, unit in where.items())


def _proposed(at: datetime, allotment: Allotment, weights: Weights) -> tuple[Allotment | None, str]:
    try:
        return allotment_actions.propose(actor=SYSTEM, at=at, incident_id=allotment.incident_id, weights=weights), Outcome.PROPOSED
    except Conflict:
        # Somebody changed what is in force in this very moment: their change stands, tomorrow is another day.
        return None, Outcome.LEFT


def _drop_yesterdays(at: datetime, allotment: Allotment) -> None:
    stale: Iterable[Allotment] = Allotment.objects.filter(incident=allotment.incident_id, state=State.PROPOSED, created_by=SYSTEM.name)
    for row in stale:
        allotment_actions.end(actor=SYSTEM, at=at, allotment_id=row.pk)

"""What absences do by themselves: people return when their term is over; shifts that come near get substitutes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from jimu.absences import actions
from jimu.absences.models import Absence, Absentee
from jimu.absences.queries import open_cells
from jimu.calls import backfill
from jimu.calls import policy as calls
from jimu.calls.leaving import uncalled
from jimu.core import clock
from jimu.core.jobs import JobRun
from jimu.incidents.models import Incident
from jimu.roster.events import DROPPED_OUT
from jimu.roster.models import Shift


def anything_due() -> bool:
    """Whether somebody's term is over, or a shift that was given up has come near. A few queries."""
    at = clock.now()
    return Absence.objects.filter(ends_at__lte=at, people__ended_at=None).exists() or bool(_near(at))


def run(job: JobRun) -> dict[str, Any]:
    """The job: one sweep."""
    return sweep(clock.now())


def sweep(at: datetime) -> dict[str, int]:
    """Safe to run twice, late, or beside another."""
    begun = sum(backfill.begin(shift_id=pk, at=at, cause=DROPPED_OUT) is not None for pk in _near(at))
    return {"back": actions.settle(at), "begun": begun}


def _near(at: datetime) -> list[UUID]:
    """Shifts given up that stand open, are near enough for substitutes, and for which none were ever asked."""
    given = Absentee.objects.filter(ended_at=None).values_list("shifts", flat=True)
    cells = {(UUID(post), date.fromisoformat(day)) for shifts in given for post, day in shifts}
    if not cells:
        return []
    shifts = {shift.pk: shift for shift in open_cells(cells, at) if not shift.post.requested_only}
    incidents = Incident.objects.in_bulk({shift.post.incident_id for shift in shifts.values()})
    return uncalled([pk for pk, shift in shifts.items() if _hours(shift, at) <= calls.numbers_of(incidents[shift.post.incident_id])["backfill_hours"]])


def _hours(shift: Shift, at: datetime) -> float:
    return (shift.starts_at - at).total_seconds() / 3600

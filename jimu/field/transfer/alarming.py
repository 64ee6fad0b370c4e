"""What lies: a step not taken, a vehicle that does not come, somebody alone at home, a flat not disinfected. The leader of the place is told, then the levels above.

Limits run by the clock; the pause between two levels is minutes of service (core.steady). A sweep may run twice or late:
each step is taken under the lock, where it still is due.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from jimu.core import clock, journal, live, steady
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.transfer import leaving, letters, policy
from jimu.field.transfer.models import Dependant, Disinfection, Run, Transfer
from jimu.field.transfer.moving import TOPIC, hold
from jimu.grid.models import Unit
from jimu.incidents.order_chains import leader_to_tell
from jimu.people.models import Person

AT_ONCE = 500
Row = Transfer | Run | Dependant | Disinfection
# The gravest first: somebody alone at home comes before a vehicle, a vehicle before a list.
LOOKED_AT: tuple[tuple[type[Row], Q, tuple[str, ...]], ...] = (
    (Dependant, Q(ended_at=None), ("transfer__unit", "transfer__room", "person", "neighbor")),
    (Run, Q(closed_at=None), ("unit", "destination")),
    (Transfer, Q(closed_at=None), ("unit", "room", "resident")),
    (Disinfection, Q(state__in=Disinfection.OPEN), ("unit", "room")),
)


def _due(at: datetime, tick: int) -> Q:
    return Q(alarm_at__lte=at, alarmed_at=None) | Q(alarm_at__lte=at, next_tick__lte=tick)


def anything_due() -> bool:
    """Whether somebody has to be told."""
    at, tick = clock.now(), steady.now()
    return leaving.anybody_lapsed() or any(model.objects.filter(_due(at, tick), running).exists() for model, running, _with in LOOKED_AT)


def run(job: JobRun) -> dict[str, Any]:
    """The job: one sweep."""
    return {"raised": sweep(at=clock.now())}


def sweep(*, at: datetime) -> int:
    """Tell the next leader of everything that lies; returns of how many somebody was told."""
    tick = steady.now()
    leaving.lapse(at=at)
    told = 0
    for model, running, _with in LOOKED_AT:
        ids = list(model.objects.filter(_due(at, tick), running).order_by("alarm_at").values_list("pk", flat=True)[:AT_ONCE])
        told += sum(_raise_one(model, running, _with, pk, at, tick) for pk in ids)
    return told


def _raise_one(model: type[Row], running: Q, related: tuple[str, ...], pk: Any, at: datetime, tick: int) -> bool:
    with transaction.atomic():
        hold()
        row = model.objects.filter(_due(at, tick), running, pk=pk).select_related(*related).first()
        if row is None:
            return False
        return _climb(row, at, tick)


def _climb(row: Row, at: datetime, tick: int) -> bool:
    unit: Unit = row.transfer.unit if isinstance(row, Dependant) else row.unit
    found = leader_to_tell(unit.path, row.told)
    row.alarmed_at = row.alarmed_at or at
    person = Person.objects.get(pk=found) if found is not None else None
    if person is None:
        row.next_tick, row.stuck = None, True
    else:
        row.told = [*row.told, str(person.pk)]
        row.next_tick = tick + policy.of_place(unit).escalate_minutes * 60
        letters.tell_raised(row, person, unit.pk, at=at)
    row.save(update_fields=["alarmed_at", "told", "next_tick", "stuck"])
    journal.record(actor=SYSTEM, at=at, verb="transfer.raised", target=row.target, scope=unit.path, data={"told": len(row.told)})
    live.beat(TOPIC, "board")
    return person is not None

"""Shifts that people can no longer come to: their seats stand open, and the journal says why."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from jimu.core import live
from jimu.core.events import announce
from jimu.core.journal import record
from jimu.core.permissions import SYSTEM, Actor
from jimu.incidents.models import Incident
from jimu.roster import standby
from jimu.roster.events import LEFT, SeatOpened
from jimu.roster.models import Assignment, Roster
from jimu.roster.writing import lock_roster, raise_version, refresh_filled


def free(
    which: Q, *, at: datetime, verb: str, data: Mapping[str, str], actor: Actor = SYSTEM, cause: str = LEFT, begun: bool = False
) -> int:
    """Take people off shifts that have not begun, in drafts and in the roster in force; returns off how many.

    `which` narrows assignments, `begun` takes shifts under way too. Who has a mark of attendance already stays. Harmless
    when repeated.
    """
    future = Q(shift__ends_at__gt=at) if begun else Q(shift__starts_at__gt=at)
    rows = Assignment.objects.filter(which, future, check_ins=None, shift__roster__incident__state=Incident.State.ACTIVE)
    standing = rows.exclude(shift__roster__state=Roster.State.SUPERSEDED)
    freed = 0
    for roster_id in sorted(set(standing.values_list("shift__roster", flat=True))):
        with transaction.atomic():
            roster = lock_roster(roster_id)
            seats = list(standing.filter(shift__roster=roster).select_related("shift__unit", "shift__post"))
            for seat in seats:
                told = {"person": str(seat.person_id), "shift": str(seat.shift_id), **data}
                record(actor=actor, at=at, verb=verb, target=f"roster:{roster.pk}", scope=seat.shift.unit.path, data=told)
            Assignment.objects.filter(pk__in=[seat.pk for seat in seats]).delete()
            refresh_filled(roster, [seat.shift_id for seat in seats])
            raise_version(roster)
            if roster.state == Roster.State.PUBLISHED:
                for shift in {seat.shift for seat in seats if seat.shift.starts_at <= at + standby.MOVES_UP}:
                    standby.step_in(roster=roster, shift=shift, at=at, actor=actor)
                for seat in (one for one in seats if not one.standby):
                    announce(SeatOpened(seat.shift_id, seat.person_id, cause, at, actor.name))
            live.beat(f"roster:{roster.pk}", *{f"roll:{seat.shift.unit_id}" for seat in seats}, "board")
            freed += len(seats)
    return freed

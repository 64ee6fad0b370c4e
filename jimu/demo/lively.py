"""Brings the sample's day to life: people sign in, some are late, some do not come, some dropped out before."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from jimu.core.permissions import Actor
from jimu.demo.logins import zone_leaders
from jimu.grid.models import Unit
from jimu.roster import actions
from jimu.roster.models import Assignment, CheckIn, Roster

# One in so many, of those whose shift is on.
ABSENT, LATE = 16, 11
DROPPED = 5
ROLL_CALL = timedelta(minutes=20)
DROP_OUT_BEFORE = timedelta(minutes=95)


@dataclass(frozen=True)
class _Hour:
    """The sample at a moment: what is drawn, and who looks after which neighborhood."""

    at: datetime
    dice: random.Random
    leaders: dict[str, Actor]

    def actor(self, assignment: Assignment) -> Actor:
        path = assignment.shift.unit.path
        return next((actor for zone, actor in self.leaders.items() if path.startswith(zone)), next(iter(self.leaders.values())))


def enliven(at: datetime) -> int:
    """Sign people in whose shifts are on; returns how many marks were made.

    Shifts that began together are left as they are once one of them has a mark. The same moment gives the same day. What is drawn lies before `at`, so a start at night looks back on the evening.
    """
    seats = list(_on_now(at))
    called = set(CheckIn.objects.filter(assignment__in=seats).values_list("assignment__shift__starts_at", flat=True))
    seats = [seat for seat in seats if seat.shift.starts_at not in called]
    if not seats:
        return 0
    zones = Unit.objects.filter(kind=Unit.Kind.ZONE).order_by("path").values_list("path", flat=True)
    hour = _Hour(at, random.Random(f"{at:%Y-%m-%d %H}"), dict(zip(zones, zone_leaders(), strict=True)))
    with transaction.atomic():
        gone = _drop_out(hour, seats)
        return sum(_sign_in(hour, seat) for seat in seats if seat.pk not in gone)


def _on_now(at: datetime) -> "QuerySet[Assignment]":
    on = Assignment.objects.filter(
        shift__roster__state=Roster.State.PUBLISHED, shift__starts_at__lte=at, shift__ends_at__gt=at, shift__post__requested_only=False
    )
    return on.select_related("shift__unit", "shift__post").order_by("shift__starts_at", "shift__unit__path", "shift__post__code", "seat")


def _drop_out(hour: _Hour, seats: Sequence[Assignment]) -> set[object]:
    """A few called in sick before their shift began, so that seats stand open; one at most for a shift."""
    wide = [seat for seat in seats if seat.shift.needed > 1 and seat.seat == 1]
    chosen = hour.dice.sample(wide, min(DROPPED, max(1, len(wide) // 8), len(wide)))
    for seat in chosen:
        when = min(hour.at, seat.shift.starts_at - DROP_OUT_BEFORE + timedelta(minutes=hour.dice.randrange(80)))
        actions.unassign(actor=hour.actor(seat), at=when, roster_id=seat.shift.roster_id, assignment_id=seat.pk)
    return {seat.pk for seat in chosen}


def _sign_in(hour: _Hour, seat: Assignment) -> int:
    """What is known of one person: came in time, came late, did not come, or nothing yet."""
    drawn, begun = hour.dice.random(), hour.at - seat.shift.starts_at
    if drawn < 1 / ABSENT and begun > ROLL_CALL:
        mark, delay = CheckIn.Mark.ABSENT, ROLL_CALL + timedelta(minutes=hour.dice.randrange(15))
    elif drawn < 1 / ABSENT + 1 / LATE:
        return 0
    else:
        mark, delay = CheckIn.Mark.ARRIVED, timedelta(minutes=hour.dice.randrange(-12, 6))
    when = min(hour.at, seat.shift.starts_at + delay)
    actions.mark(actor=hour.actor(seat), at=when, assignment_id=seat.pk, mark=mark)
    return 1


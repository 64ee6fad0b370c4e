"""A seat that opens is offered to substitutes by itself; the lead may pick one meanwhile."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jimu.calls import actions, choosing, policy, queries, waves
from jimu.calls.choosing import open_seats
from jimu.calls.errors import AlreadyCalled, CallOver
from jimu.calls.models import Call, CallShift
from jimu.core import locks, steady
from jimu.core.permissions import SYSTEM, Actor
from jimu.incidents.models import Incident
from jimu.roster import hand_actions
from jimu.roster.events import LEFT, NO_SHOW, SeatOpened
from jimu.roster.hand_actions import Edit
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.roster.writing import known_missing

log = logging.getLogger(__name__)


def seat_opened(opened: SeatOpened) -> None:
    """React to a seat that lost its person. What fails here is found again by the sweep: nobody's mark is lost for it."""
    try:
        call = begin(shift_id=opened.shift_id, at=opened.at, cause=opened.cause)
        if call is not None and opened.cause == NO_SHOW:
            waves.advance(call.pk, opened.at)
    except Exception:
        log.exception("no substitutes were asked for shift %s yet", opened.shift_id)


def begin(*, shift_id: UUID, at: datetime, cause: str) -> Call | None:
    """A call for one shift whose seat opened. None when it is not near, is full, or a call has it already.

    A call that has it already is woken. Somebody taken off by hand may be about to be replaced by hand: a moment is left.
    """
    shift = Shift.objects.select_related("unit", "post", "roster__incident").filter(pk=shift_id).first()
    if shift is None or not _wanted(shift, at):
        return None
    with transaction.atomic():
        locks.hold(f"backfill:{shift_id}")
        held = CallShift.objects.filter(shift=shift, active=True).first()
        if held is not None:
            Call.objects.filter(pk=held.call_id, state=Call.State.RUNNING).update(due=0)
            return None
        incident = shift.roster.incident
        terms = policy.numbers_of(incident)
        if shift.starts_at - at > timedelta(hours=terms["backfill_hours"]) or not open_seats([shift])[shift.pk]:
            return None
        wait = policy.SETTLE_SECONDS if cause == LEFT else 0
        call = Call.objects.create(
            kind=Call.Kind.BACKFILL, incident=incident, roster=shift.roster, unit=shift.unit, cause=cause, terms=terms,
            chain=actions.backfill_chain(terms["chain"]), due=steady.now() + wait if wait else 0, started_at=at, started_by=SYSTEM.name,
        )  # fmt: skip
        try:
            actions.attach(call, [shift])
        except AlreadyCalled:
            transaction.set_rollback(True)
            return None
        actions.tell(SYSTEM, at, call, {"unit": shift.unit.name, "post": shift.post.title, "cause": cause}, verb="calls.backfill")
    return call


def _wanted(shift: Shift, at: datetime) -> bool:
    in_force = shift.roster.state == Roster.State.PUBLISHED and shift.roster.incident.state == Incident.State.ACTIVE
    return in_force and shift.ends_at > at and not shift.post.requested_only


def unnoticed(at: datetime) -> list[UUID]:
    """Shifts under way with somebody known to be missing, an open seat and no call: what a crash between two writes left.

    A call for them that a person stopped is not begun again. One or two queries.
    """
    rows = Assignment.objects.filter(
        shift__roster__state=Roster.State.PUBLISHED, shift__roster__incident__state=Incident.State.ACTIVE, shift__ends_at__gt=at,
        shift__starts_at__lte=at + timedelta(hours=2), check_ins__mark=CheckIn.Mark.ABSENT, shift__post__requested_only=False,
    ).exclude(shift__call_shifts__call__kind=Call.Kind.BACKFILL)  # fmt: skip
    ids = set(known_missing(rows.exclude(shift__call_shifts__active=True)).values_list("shift_id", flat=True))
    opened = open_seats(list(Shift.objects.filter(pk__in=ids))) if ids else {}
    return [pk for pk in ids if opened[pk]]


def pick(*, actor: Actor, at: datetime, call_id: UUID, shift_id: UUID, person_id: UUID) -> Edit:
    """The lead does not wait: somebody takes the seat by the lead's word, judged as every edit by hand.

    Raises NotFound, NotPermitted, CallOver, SeatTaken, BreaksRules.
    """
    with transaction.atomic():
        locks.hold(f"call:{call_id}")
        call = queries.call_for(actor, call_id)
        if call.state not in Call.OPEN or shift_id not in {shift.pk for shift in choosing.shifts_of(call, at)}:
            raise CallOver
        done = hand_actions.assign(actor=actor, at=at, roster_id=call.roster_id, shift_id=shift_id, person_id=person_id)
        Call.objects.filter(pk=call.pk).update(due=0)
        actions.tell(actor, at, call, {"person": str(person_id), "shift": str(shift_id)}, verb="calls.picked")
    return done


def sweep_unnoticed(at: datetime) -> int:
    """Begin what was not noticed; returns how many."""
    return sum(begin(shift_id=pk, at=at, cause=NO_SHOW) is not None for pk in unnoticed(at))



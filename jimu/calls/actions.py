"""Writes of calls by those who command: begin, pause, go on, stop."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jimu.calls import planning, queries
from jimu.calls.choosing import open_seats
from jimu.calls.errors import AlreadyCalled, CallOver
from jimu.calls.models import Call, CallShift, Offer, Standby, Step
from jimu.core import journal, live, locks
from jimu.core.errors import Conflict
from jimu.core.permissions import SYSTEM, Actor
from jimu.messages import actions as messages
from jimu.roster.models import Shift

TOPIC = "calls"
MOST_HOURS = planning.MOST_HOURS
State = Call.State


def begin(
    *, actor: Actor, at: datetime, unit_id: UUID | None = None, incident_id: UUID | None = None, shift_ids: Collection[UUID] = (), hours: int = 24,
    note: str = "",
) -> Call:
    """Call for what is open in the roster in force: named shifts, a neighborhood, or a whole incident's next hours.

    Shifts that another call has already are left to it. Raises NothingOpen, AlreadyCalled, NotFound, NotPermitted, Invalid.
    """
    with transaction.atomic():
        plan = planning.plan(actor=actor, at=at, asked=planning.Asked(unit_id, incident_id, tuple(shift_ids), hours, note))
        call = plan.call
        call.save(force_insert=True)
        attach(call, plan.shifts)
        tell(actor, at, call, {"shifts": len(plan.shifts), "seats": plan.seats, "unit": call.unit.name}, verb="calls.begun")
    return call


def attach(call: Call, shifts: Sequence[Shift]) -> None:
    """Give shifts to a call. Raises AlreadyCalled when another was first."""
    opened = open_seats(shifts)
    rows = [CallShift(call=call, shift=shift, wanted=opened[shift.pk]) for shift in shifts]
    try:
        with transaction.atomic():
            CallShift.objects.bulk_create(rows, batch_size=500)
    except IntegrityError as error:
        raise AlreadyCalled from error


def pause(*, actor: Actor, at: datetime, call_id: UUID) -> Call:
    """Send no more waves for now; who was asked may still answer. Raises NotFound, NotPermitted, CallOver."""
    return _switch(actor, at, call_id, (State.RUNNING,), State.PAUSED, "calls.paused")


def go_on(*, actor: Actor, at: datetime, call_id: UUID) -> Call:
    """Go on with a paused call, at once."""
    return _switch(actor, at, call_id, (State.PAUSED,), State.RUNNING, "calls.resumed")


def next_wave(*, actor: Actor, at: datetime, call_id: UUID) -> Call:
    """Do not wait any longer: whoever is silent is taken to be, and the next wave goes out now."""
    with transaction.atomic():
        call = _open(actor, call_id)
        call.offers.filter(state=Offer.State.WAITING).update(state=Offer.State.SILENT)
        Call.objects.filter(pk=call.pk).update(due=0)
        tell(actor, at, call, {}, verb="calls.hurried")
    return call


def _switch(actor: Actor, at: datetime, call_id: UUID, before: Collection[str], state: str, verb: str) -> Call:
    with transaction.atomic():
        call = _open(actor, call_id)
        if call.state not in before:
            raise Conflict
        call.state, call.due = state, 0
        call.save(update_fields=["state", "due"])
        tell(actor, at, call, {}, verb=verb)
    return call


def _open(actor: Actor, call_id: UUID) -> Call:
    locks.hold(f"call:{call_id}")
    call = queries.call_for(actor, call_id, "calls.start")
    if call.state not in Call.OPEN:
        raise CallOver(_("这次召集已经结束。"))
    return call


def stop(*, actor: Actor, at: datetime, call_id: UUID) -> Call:
    """End a call: offers that nobody answered lapse, letters that have not gone out are withdrawn."""
    with transaction.atomic():
        return end(_open(actor, call_id), at=at, why=Call.End.BY_HAND, actor=actor)


def end(call: Call, *, at: datetime, why: str, actor: Actor = SYSTEM) -> Call:
    """Write the end of a call, in the caller's transaction and under its lock. Harmless when repeated."""
    if call.state not in Call.OPEN:
        return call
    call.state = State.STOPPED if why == Call.End.BY_HAND else State.DONE
    call.end, call.ended_at, call.ended_by = why, at, actor.name
    call.save(update_fields=["state", "end", "ended_at", "ended_by"])
    call.shifts.update(active=False)
    call.offers.filter(state__in=(*Offer.UNANSWERED, Offer.State.SILENT)).update(state=Offer.State.CLOSED)
    if why != Call.End.FILLED:
        Standby.objects.filter(offer__call=call, ended_at=None).update(ended_at=at, end=Standby.End.RELEASED)
    messages.withdraw(subject=call.target, at=at, by=actor.name)
    tell(actor, at, call, {"why": str(why)}, verb="calls.ended")
    return call


def tell(actor: Actor, at: datetime, call: Call, data: dict[str, object], *, verb: str) -> None:
    """The journal and the pages that watch."""
    journal.record(actor=actor, at=at, verb=verb, target=call.target, scope=call.unit.path, data=data)
    live.beat(TOPIC, call.target, "board")


def backfill_chain(steps: Sequence[str]) -> list[str]:
    """A seat that opened is offered first to those who stand by; no organisation is called for one seat."""
    return [Step.BENCH.value, *(step for step in steps if step != Step.ORGANISATIONS)]

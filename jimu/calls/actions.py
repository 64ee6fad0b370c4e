"""Writes of calls by those who command: begin, pause, go on, stop."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from jimu.calls import chain, policy, queries
from jimu.calls.choosing import open_seats
from jimu.calls.errors import AlreadyCalled, CallOver, NothingOpen
from jimu.calls.models import Call, CallShift, Offer, Standby, Step
from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import SYSTEM, Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.messages import actions as messages
from jimu.roster.models import Roster, Shift

TOPIC = "calls"
MOST_HOURS = 14 * 24
State = Call.State


def begin(
    *, actor: Actor, at: datetime, unit_id: UUID | None = None, incident_id: UUID | None = None, shift_ids: Collection[UUID] = (), hours: int = 24,
    note: str = "",
) -> Call:
    """Call for what is open in the roster in force: named shifts, a neighborhood, or a whole incident's next hours.

    Shifts that another call has already are left to it. Raises NothingOpen, AlreadyCalled, NotFound, NotPermitted, Invalid.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid(_("请填 1 到 {most} 小时。").format(most=MOST_HOURS), code="hours_range")
    words = note.strip()
    if len(words) > policy.LONGEST_NOTE:
        raise Invalid(_("附言最多 {most} 字。").format(most=policy.LONGEST_NOTE), code="note_too_long")
    shifts = _wanted(actor, at, unit_id, incident_id, shift_ids, hours)
    roster = Roster.objects.select_related("incident").get(pk=shifts[0].roster_id)
    unit = _common(shifts, unit_id)
    with transaction.atomic():
        terms = policy.numbers_of(roster.incident)
        call = Call.objects.create(
            kind=Call.Kind.CALL_UP, incident=roster.incident, roster=roster, unit=unit, note=words, terms=terms,
            chain=allowed_steps(actor, shifts, terms["chain"]), started_at=at, started_by=actor.name,
        )  # fmt: skip
        attach(call, shifts)
        seats = sum(open_seats(shifts).values())
        tell(actor, at, call, {"shifts": len(shifts), "seats": seats, "unit": unit.name}, verb="calls.begun")
    return call


def _wanted(
    actor: Actor, at: datetime, unit_id: UUID | None, incident_id: UUID | None, shift_ids: Collection[UUID], hours: int
) -> list[Shift]:
    """Open shifts of the roster in force on the actor's part that nobody calls for yet, of one incident, soonest first."""
    rows = Shift.objects.filter(
        visible(actor, "calls.start", "unit__path"), roster__state=Roster.State.PUBLISHED, roster__incident__state=Incident.State.ACTIVE,
        ends_at__gt=at, post__requested_only=False,
    ).select_related("unit", "post")  # fmt: skip
    if shift_ids:
        rows = rows.filter(pk__in=list(shift_ids))
    else:
        rows = rows.filter(starts_at__lt=at + timedelta(hours=hours))
    if unit_id:
        place = queries.place_for(actor, unit_id, "calls.start")
        rows = rows.filter(unit__path__startswith=place.path)
    if incident_id:
        rows = rows.filter(roster__incident=incident_id)
    free = rows.exclude(call_shifts__active=True).order_by("starts_at", "post__priority", "pk")[: policy.MOST_SHIFTS]
    opened = open_seats(list(free))
    found = [shift for shift in free if opened[shift.pk]]
    if not found:
        actor.require("calls.start")
        raise NothingOpen if not rows.filter(call_shifts__active=True, filled__lt=F("needed")).exists() else AlreadyCalled
    # One call is of one roster; of several incidents the one with the nearest gap is called for.
    return [shift for shift in found if shift.roster_id == found[0].roster_id]


def _common(shifts: Sequence[Shift], unit_id: UUID | None) -> Unit:
    """The part of the grid that a call is for: as asked, else the smallest that holds its shifts."""
    if unit_id:
        asked: Unit = Unit.objects.get(pk=unit_id)
        return asked
    paths = {shift.unit.path for shift in shifts}
    shared = min(paths, key=len)
    while not all(path.startswith(shared) for path in paths):
        shared = shared[: -Unit.steplen]
    found: Unit = Unit.objects.get(path=shared)
    return found


def allowed_steps(actor: Actor, shifts: Sequence[Shift], steps: Sequence[str]) -> list[str]:
    """The playbook's steps that the actor may take: beyond their own part needs the right to widen there."""
    units = {shift.unit_id: shift.unit for shift in shifts}.values()
    return [step for step in steps if step not in chain.WIDE or all(actor.may("calls.widen", chain.wide_path(u, step)) for u in units)]


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
    """A seat that opened is offered first to those who stand by."""
    return [Step.BENCH.value, *steps]

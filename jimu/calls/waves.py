"""What calls do by themselves: waves go out, silence is noted, who said "later" is asked again, outcomes are told.

Every step looks at what is so and writes in one transaction: a process may die anywhere, run twice, or find the clock set.
Waiting is measured in seconds of service (core.steady).
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from jimu.calls import actions, choosing, rules, second_level
from jimu.calls.choosing import Choice, Need
from jimu.calls.circle import Circle, circles
from jimu.calls.letters import offer_letters, outcome_letters
from jimu.calls.models import Call, CallShift, Offer, Standby, Step
from jimu.core import bulk, live, locks, steady
from jimu.core.permissions import SYSTEM
from jimu.incidents.models import Incident
from jimu.messages.actions import enqueue
from jimu.people.models import Organisation
from jimu.roster.models import Roster, Shift

LOCK = "calls:waves"
MINUTE = 60
BATCH = 500
# Seconds after which a run begins no other call: well below the time after which the queue ends its job.
LONGEST = 20
State = Offer.State
# Steps whose people know the place: a seat that opened is offered to all of them at once.
AT_ONCE = (Step.BENCH.value, Step.TEAM.value)
log = logging.getLogger(__name__)


def anything_due() -> bool:
    """Whether a sweep would do anything. Five small queries at most."""
    tick = steady.now()
    return (
        _due(tick).exists()
        or _ripe(tick).exists()
        or _untold().exists()
        or second_level.ripe(tick).exists()
        or Call.objects.filter(state__in=Call.OPEN, roster__state=Roster.State.SUPERSEDED).exists()
    )


def _due(tick: int) -> "QuerySet[Call]":
    return Call.objects.filter(state=Call.State.RUNNING, due__lte=tick)


def _gravest_first(tick: int) -> list[UUID]:
    """Calls that are due: when many seats open at once, critical posts and near shifts choose among the people first."""
    kept = Q(shifts__active=True)
    grave = _due(tick).annotate(
        grave=Min("shifts__shift__post__priority", filter=kept), soon=Min("shifts__shift__starts_at", filter=kept)
    )  # fmt: skip
    return list(grave.order_by("grave", "soon", "due", "pk").values_list("pk", flat=True))


def _ripe(tick: int) -> "QuerySet[Offer]":
    return Offer.objects.filter(state__in=Offer.UNANSWERED, due__lte=tick)


def _untold() -> "QuerySet[Offer]":
    return Offer.objects.filter(told=False, state__in=(State.YES, State.BENCH))


def sweep(at: datetime) -> dict[str, int]:
    """Do what is due; returns how many offers went out, fell silent, and how many outcomes were told.

    Each call is a slice that is committed by itself. What does not fit into the time of one run is left for the next, which finds it due still.
    """
    tick, began = steady.now(), time.monotonic()
    for call in Call.objects.filter(state__in=Call.OPEN, roster__state=Roster.State.SUPERSEDED):
        rebind(call.pk, at)
    silent = ripen(tick, at)
    second_level.ripen(tick, at)
    # Who said yes waits for nobody's wave.
    told, sent, due = tell_outcomes(at), 0, _gravest_first(tick)
    together = circles(due, at)
    for looked, pk in enumerate(due):
        if looked and time.monotonic() - began > LONGEST:
            break
        try:
            sent += advance(pk, at, together.get(pk))
        except Exception:
            # One call that fails must not keep the others from their people; it is looked at again.
            log.exception("call %s could not go on", pk)
    return {"offers": sent, "silent": silent, "told": told}


def ripen(tick: int, at: datetime) -> int:
    """Offers whose time is up: who never answered is silent (and may still say yes), who said "later" is asked once more."""
    with transaction.atomic():
        locks.hold(LOCK)
        later = list(_ripe(tick).filter(state=State.LATER).select_related("call__incident", "call__roster"))
        silent = _ripe(tick).filter(state=State.WAITING)
        calls = set(silent.values_list("call_id", flat=True))
        count = silent.update(state=State.SILENT)
        for offer in later:
            _ask_again(offer, tick, at)
        for pk in calls | {offer.call_id for offer in later}:
            live.beat(f"call:{pk}")
    return count


def _ask_again(offer: Offer, tick: int, at: datetime) -> None:
    minutes = _minutes(offer.call)
    offer.state, offer.due, offer.answer_by = State.WAITING, tick + minutes * MINUTE, at + timedelta(minutes=minutes)
    offer.save(update_fields=["state", "due", "answer_by"])
    shift = Shift.objects.select_related("unit", "post").get(pk=offer.shift_id)
    enqueue(actor=SYSTEM, at=at, letters=offer_letters(offer.call, [offer], {shift.pk: shift}, at, again=True), subject=offer.call.target)


def _minutes(call: Call) -> int:
    return int(call.terms["backfill_wave_minutes" if call.backfill else "wave_minutes"])


def advance(call_id: UUID, at: datetime, circle: Circle | None = None) -> int:
    """Look at one call: end it, wait, or send its next wave; returns how many were asked. `circle`: the calls that are looked at together with it."""
    call = Call.objects.select_related("incident", "roster", "unit").get(pk=call_id)
    if call.state != Call.State.RUNNING:
        return 0
    seen = (call.wave, call.due)
    why = _over(call, at)
    wanted = [] if why else choosing.needs(call, at)
    if not why and not any(need.open for need in wanted):
        why = Call.End.FILLED
    if why:
        return _ended(call, why, at)
    return _send(call, seen, _next(call, [need for need in wanted if need.ask], at, circle), at)


def _over(call: Call, at: datetime) -> str:
    if call.incident.state != Incident.State.ACTIVE:
        return str(Call.End.STOOD_DOWN)
    return "" if choosing.shifts_of(call, at) else str(Call.End.OVER)


def _ended(call: Call, why: str, at: datetime) -> int:
    with transaction.atomic():
        locks.hold(f"call:{call.pk}")
        # The seat may have opened again meanwhile: looked at once more under the lock.
        fresh = Call.objects.select_related("unit", "incident").get(pk=call.pk)
        if why == Call.End.FILLED and any(need.open for need in choosing.needs(fresh, at)):
            return 0
        actions.end(fresh, at=at, why=why)
    return 0


@dataclass(frozen=True)
class Wave:
    """Whom to ask now and at which step, and which organisations to call their own. `dry`: somebody is missing, and nobody is
    left to ask at any step."""

    choices: Sequence[Choice] = ()
    step: int = 0
    organisations: Sequence[Organisation] = ()
    dry: bool = False


def _next(call: Call, wanted: Sequence[Need], at: datetime, circle: Circle | None) -> Wave:
    """The next wave; an empty one when it is night or nobody is missing."""
    if rules.is_night(timezone.localtime(at)):
        wanted = [need for need in wanted if rules.urgent(need.shift.starts_at, at, call.terms["urgent_hours"])]
    if not wanted:
        return Wave()
    found = _passed_on(call, wanted, at)
    step, last = call.step, call.step
    while True:
        if call.chain[step] == Step.ORGANISATIONS:
            asked = second_level.to_ask(call)
            if asked or second_level.patient(call):
                return Wave(found, step, asked)
        more = choosing.choose(call, _left(wanted, found), call.chain[step], at, circle)
        known = {one.person_id for one in found}
        fresh = [one for one in more if one.person_id not in known]
        found, last = [*found, *fresh], step if fresh else last
        goes_on = not found or (call.backfill and call.chain[step] in AT_ONCE and _left(wanted, found))
        following = rules.next_step(call.chain, step) if goes_on else None
        if following is None:
            return Wave(found, last, dry=not found)
        step = following


def _passed_on(call: Call, wanted: Sequence[Need], at: datetime) -> list[Choice]:
    """People whose organisation passed the call on: asked at once, at whichever step the call is."""
    if Step.ORGANISATIONS not in call.chain or not second_level.any_passed_on(call):
        return []
    return choosing.choose(call, wanted, Step.ORGANISATIONS, at)


def _left(wanted: Sequence[Need], found: Sequence[Choice]) -> list[Need]:
    """How many each shift still asks for beside those found already."""
    left = [Need(n.shift, n.open, n.tally, n.ask - sum(one.shift.pk == n.shift.pk for one in found)) for n in wanted]
    return [need for need in left if need.ask > 0]


def _send(call: Call, seen: tuple[int, int], wave: Wave, at: datetime) -> int:
    """Write a wave: its offers, its letters and the call's next look, or nothing of it."""
    tick, minutes = steady.now(), _minutes(call)
    with transaction.atomic():
        # Waves of all calls one after another: a person who two calls choose is asked by one.
        locks.hold(LOCK, f"call:{call.pk}")
        fresh = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        if (fresh.wave, fresh.due) != seen or fresh.state != Call.State.RUNNING:
            return 0
        busy = set(Offer.objects.filter(state__in=Offer.UNANSWERED).values_list("person_id", flat=True))
        chosen = [one for one in wave.choices if one.person_id not in busy]
        until = at + timedelta(minutes=minutes)
        offers = [_offer(call, one, fresh.wave + 1, at, tick + minutes * MINUTE, until) for one in chosen]
        bulk.insert(offers)
        shifts = {one.shift.pk: one.shift for one in chosen}
        enqueue(actor=SYSTEM, at=at, letters=offer_letters(call, offers, shifts, at), subject=call.target)
        called = second_level.ask(call, wave.organisations, at=at)
        changes: dict[str, Any] = {"due": tick + minutes * MINUTE, "exhausted": wave.dry and not _waits(call)}
        if offers or called:
            changes |= {"wave": fresh.wave + bool(offers), "step": wave.step}
        if offers:
            actions.tell(SYSTEM, at, call, {"asked": len(offers), "wave": fresh.wave + 1, "step": call.chain[wave.step]}, verb="calls.wave")
        elif changes["exhausted"] and not fresh.exhausted:
            actions.tell(SYSTEM, at, call, {}, verb="calls.exhausted")
        Call.objects.filter(pk=call.pk).update(**changes)
        live.beat(call.target)
    return len(offers)


def _waits(call: Call) -> bool:
    return call.offers.filter(state__in=Offer.UNANSWERED).exists()


def _offer(call: Call, one: Choice, wave: int, at: datetime, due: int, until: datetime) -> Offer:
    return Offer(
        call=call, shift=one.shift, person_id=one.person_id, step=one.step, wave=wave, rank=one.rank, reasons=one.reasons, lent=one.lent,
        stamp=one.stamp, judged_at=at, sent_at=at, due=due, answer_by=until,
    )  # fmt: skip


def tell_outcomes(at: datetime) -> int:
    """Write to whoever said yes what came of it: a seat, or a place on the bench. Each is told once."""
    told = 0
    for call in Call.objects.filter(pk__in=_untold().values("call")).select_related("incident"):
        with transaction.atomic():
            locks.hold(f"told:{call.pk}")
            offers = list(_untold().filter(call=call)[:5000])
            shifts = Shift.objects.select_related("unit", "post").in_bulk({offer.shift_id for offer in offers})
            enqueue(actor=SYSTEM, at=at, letters=outcome_letters(call, offers, shifts, at), subject=f"{call.target}:outcome")
            ids = [offer.pk for offer in offers]
            for start in range(0, len(ids), BATCH):
                Offer.objects.filter(pk__in=ids[start : start + BATCH]).update(told=True)
            told += len(offers)
    return told


def rebind(call_id: UUID, at: datetime) -> None:
    """A newer roster is in force: the call goes on with its shifts of the same posts and days, and ends without any."""
    with transaction.atomic():
        locks.hold(LOCK, f"call:{call_id}")
        call = Call.objects.select_related("incident", "unit").get(pk=call_id)
        now = Roster.objects.filter(incident=call.incident_id, state=Roster.State.PUBLISHED).first()
        if now is None or now.pk == call.roster_id:
            return
        old = {row.shift_id: (row.shift.post_id, row.shift.day) for row in call.shifts.select_related("shift")}
        posts = {post for post, _day in old.values()}
        new = {(s.post_id, s.day): s.pk for s in Shift.objects.filter(roster=now, post__in=posts)}
        for shift_id, cell in old.items():
            _moved(call, shift_id, new.get(cell))
        Call.objects.filter(pk=call.pk).update(roster=now, due=0)
        actions.tell(SYSTEM, at, call, {}, verb="calls.rebound")


def _moved(call: Call, old: UUID, new: UUID | None) -> None:
    if new is None:
        CallShift.objects.filter(call=call, shift=old).update(active=False)
        return
    try:
        with transaction.atomic():
            CallShift.objects.filter(call=call, shift=old).update(shift=new)
    except IntegrityError:
        CallShift.objects.filter(call=call, shift=old).update(active=False)
    Offer.objects.filter(call=call, shift=old).update(shift=new)
    Standby.objects.filter(offer__call=call, shift=old).update(shift=new)

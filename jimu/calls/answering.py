"""Answers to offers: the first yes has the seat, once; a later one stands by; silence costs nobody anything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.calls.chain import MARGIN
from jimu.calls.errors import CallOver
from jimu.calls.models import Answer, Call, Offer, Standby
from jimu.calls.queries import answerable_for, asked_of, offer_row, own_offer
from jimu.core import journal, live, locks, sealed, steady
from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import Actor
from jimu.incidents.models import Incident
from jimu.roster import taking
from jimu.roster.errors import BreaksRules, SeatTaken
from jimu.roster.models import Assignment, Roster
from jimu.roster.taking import Judged
from jimu.teams.loan_calls import lend_at_once
from jimu.teams.material import Stay

LONGEST_REASON = 80
State, Word, Via = Offer.State, Answer.Word, Answer.Via
REASONS = ("busy", "ill", "far", "unable", "family", "other")


@dataclass(frozen=True)
class Said:
    """One answer as it was given: the word, and for a no why: a code of REASONS and words of one's own."""

    word: str
    reason: str = ""
    words: str = ""


@dataclass(frozen=True)
class Heard:
    """What came of an answer: the offer's state now, and in `why` what keeps somebody off, where the rules do."""

    offer: Offer
    why: str = ""


def answer_by_link(*, at: datetime, offer_id: UUID, said: Said) -> Heard:
    """The answer of whoever holds the link: the offer's own person. Raises CallOver, DeadLink, Invalid."""
    offer = asked_of(offer_id)
    actor = Actor(account_id=None, name=offer.person.name, person_id=offer.person_id)
    return _answered(offer, actor, at, said, Via.LINK)


def answer_own(*, actor: Actor, at: datetime, offer_id: UUID, said: Said) -> Heard:
    """The answer of a signed-in person to their own offer. Raises NotFound for anybody else's."""
    return _answered(own_offer(actor, offer_id), actor, at, said, Via.ACCOUNT)


def answer_for(*, actor: Actor, at: datetime, offer_id: UUID, said: Said) -> Heard:
    """What somebody said on the phone, written down by a lead. Raises NotFound outside the actor's part."""
    return _answered(answerable_for(actor, offer_id), actor, at, said, Via.LEAD)


def _answered(offer: Offer, actor: Actor, at: datetime, said: Said, via: str) -> Heard:
    if said.word not in Word.values:
        raise Invalid(code="unknown_answer")
    why = ""
    with locks.in_turn(), transaction.atomic():
        # A seat is taken under its roster's lock; that one first, so that two who say yes at once meet there.
        if said.word == Word.YES or offer.state == State.YES:
            locks.hold(f"roster:{offer.shift.roster_id}")
        locks.hold(f"offer:{offer.pk}")
        offer = offer_row(offer.pk)
        _still_asked(offer, at)
        if said.word == Word.YES:
            state, why = _yes(offer, actor, at)
        elif said.word == Word.NO:
            state = _no(offer, actor, at)
        else:
            state = _later(offer)
        if (state, offer.state) != (State.NO, State.NO) and (state != offer.state or state == State.LATER):
            _write(offer, state, actor, at, said, via)
    return Heard(offer, why)


def may_answer(offer: Offer, at: datetime) -> bool:
    """Whether anybody still needs the answer; who has a seat, or stands by, may say later that they cannot come."""
    held = offer.state in (State.YES, State.BENCH)
    over = offer.shift.ends_at <= at or offer.call.incident.state != Incident.State.ACTIVE
    return not over and (offer.call.state in Call.OPEN or held) and offer.shift.roster.state != Roster.State.SUPERSEDED


def _still_asked(offer: Offer, at: datetime) -> None:
    if not may_answer(offer, at):
        raise CallOver


def _yes(offer: Offer, actor: Actor, at: datetime) -> tuple[str, str]:
    if offer.state == State.YES:
        return State.YES, ""
    judged = None if offer.lent else Judged(offer.stamp, offer.judged_at)
    try:
        with transaction.atomic():
            if offer.lent:
                _lend(offer, at)
            taking.take(
                actor=actor, at=at, roster_id=offer.shift.roster_id, shift_id=offer.shift_id, person_id=offer.person_id, judged=judged,
                why=offer.call.get_kind_display(),
            )  # fmt: skip
    except SeatTaken:
        _stand_by(offer, at)
        return State.BENCH, ""
    except (BreaksRules, Conflict) as error:
        return State.UNFIT, str(error)
    Standby.objects.filter(person=offer.person_id, shift=offer.shift_id, ended_at=None).update(ended_at=at, end=Standby.End.SEATED)
    return State.YES, ""


def _lend(offer: Offer, at: datetime) -> None:
    """Somebody from elsewhere: their yes is their consent to be lent for the time of the shift."""
    shift = offer.shift
    stay = Stay(shift.unit_id, shift.starts_at - MARGIN, shift.ends_at + MARGIN)
    actor = Actor(account_id=None, name=offer.person.name, person_id=offer.person_id)
    reason = _("应召到{unit}：{post}").format(unit=shift.unit.name, post=shift.post.title)
    lend_at_once(actor=actor, at=at, incident=offer.call.incident, person=offer.person, stay=stay, by=offer.call.started_by, reason=reason)


def _stand_by(offer: Offer, at: datetime) -> None:
    if offer.state == State.BENCH:
        return
    defaults = {
        "person_id": offer.person_id, "unit_id": offer.shift.unit_id, "shift_id": offer.shift_id, "since": at, "until": offer.shift.ends_at,
        "ended_at": None, "end": "",
    }  # fmt: skip
    Standby.objects.update_or_create(offer=offer, defaults=defaults)


def _no(offer: Offer, actor: Actor, at: datetime) -> str:
    if offer.state == State.YES:
        seat = Assignment.objects.filter(shift=offer.shift_id, person=offer.person_id).first()
        if seat is not None:
            taking.give_back(actor=actor, at=at, assignment_id=seat.pk)
    if offer.state == State.BENCH:
        Standby.objects.filter(offer=offer, ended_at=None).update(ended_at=at, end=Standby.End.GONE)
    return State.NO


def _later(offer: Offer) -> str:
    """"Later" is for who has not decided; whoever has a seat or stands by keeps it."""
    return offer.state if offer.state in (State.YES, State.BENCH) else State.LATER


def _write(offer: Offer, state: str, actor: Actor, at: datetime, said: Said, via: str) -> None:
    """The answer as a record, the offer's state after it, the journal; never why somebody cannot come."""
    Answer.objects.create(offer=offer, word=said.word, outcome=state, via=via, at=at, by=actor.name)
    was = offer.state
    offer.state, offer.answered_at = state, at
    offer.told = offer.told and was == state
    if state == State.LATER:
        minutes = offer.call.terms["later_minutes"]
        offer.due, offer.answer_by = steady.now() + minutes * 60, at + timedelta(minutes=minutes)
    if said.word == Word.NO:
        offer.reason_sealed = sealed.seal(_reason(said))
    offer.save(update_fields=["state", "answered_at", "told", "due", "answer_by", "reason_sealed"])
    data = {"person": str(offer.person_id), "shift": str(offer.shift_id), "via": via}
    journal.record(actor=actor, at=at, verb=f"calls.said_{state}", target=offer.call.target, scope=offer.shift.unit.path, data=data)
    _hurry(offer)
    live.beat_sparingly(offer.call.target)


def _reason(said: Said) -> str:
    code = said.reason if said.reason in REASONS else "other"
    return f"{code}:{said.words.strip()[:LONGEST_REASON]}"


def _hurry(offer: Offer) -> None:
    """A call whose people have all answered, or whose seats may be full now, need not wait for the end of its wave."""
    waiting = Offer.objects.filter(call=offer.call_id, state__in=Offer.UNANSWERED).exists()
    if not waiting or (offer.state == State.YES and taking.free_seats(offer.shift) == 0):
        Call.objects.filter(pk=offer.call_id, state=Call.State.RUNNING).update(due=0)

"""Answers decided: the first yes has the seat, once; a later one stands by; silence costs nobody anything.

Answers that came while another was being written are decided together: a few statements, however many they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jimu.calls.chain import MARGIN
from jimu.calls.errors import CallOver, DeadLink
from jimu.calls.models import Answer, Call, Offer, Standby
from jimu.calls.queries import offer_rows
from jimu.core import bulk, journal, live, locks, sealed, steady
from jimu.core.errors import Conflict, JimuError
from jimu.core.permissions import Actor
from jimu.incidents.models import Incident
from jimu.roster import taking
from jimu.roster.errors import BreaksRules, SeatTaken
from jimu.roster.models import Assignment, Roster
from jimu.roster.taking import Judged
from jimu.roster.taking_many import Taken, Wish, take_many
from jimu.teams.loan_calls import lend_at_once
from jimu.teams.material import Stay

LONGEST_REASON = 80
State, Word = Offer.State, Answer.Word
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


@dataclass(frozen=True)
class Ask:
    """An answer that waits to be decided; without an actor it is the offer's own person's. `language`: the asker's."""

    offer_id: UUID
    actor: Actor | None
    at: datetime
    said: Said
    via: str
    language: str | None = field(default_factory=get_language)


@dataclass
class _Case:
    """An answer with its offer as it stands under the lock, and the state that follows from it."""

    ask: Ask
    offer: Offer
    state: str
    why: str = ""
    full: bool = False

    @property
    def actor(self) -> Actor:
        person = self.offer.person
        return self.ask.actor or Actor(account_id=None, name=person.name, person_id=person.pk)

    @property
    def changes(self) -> bool:
        """Whether anything is to be written; saying the same again changes nothing, but "later" begins its wait anew."""
        return self.state != self.offer.state or self.state == State.LATER


def decide(asks: Sequence[Ask]) -> list[Heard | JimuError]:
    """Decide answers in one transaction; for each what came of it, or the refusal.

    They count as said at the same moment: who gives a seat back is heard before those who want one, and of these, in the
    order of their coming, who needs no new judgement first. An answer to an offer that an earlier one has answered comes
    after all of those.
    """
    found: dict[int, Heard | JimuError] = {}
    with locks.in_turn(), transaction.atomic():
        _hold(asks)
        left = list(enumerate(asks))
        while left:
            firsts: dict[UUID, tuple[int, Ask]] = {}
            for place, ask in left:
                firsts.setdefault(ask.offer_id, (place, ask))
            _round(list(firsts.values()), found)
            left = [(place, ask) for place, ask in left if place not in found]
    return [found[place] for place in range(len(asks))]


def _hold(asks: Sequence[Ask]) -> None:
    """The locks of the rosters whose seats are given or given back, before those of the offers."""
    wanted = {ask.offer_id for ask in asks if ask.said.word == Word.YES}
    rows = Offer.objects.filter(pk__in={ask.offer_id for ask in asks}).values_list("pk", "state", "shift__roster_id")
    rosters = {roster for pk, state, roster in rows if pk in wanted or state == State.YES}
    if rosters:
        locks.hold(*(f"roster:{pk}" for pk in rosters))
    locks.hold(*{f"offer:{ask.offer_id}" for ask in asks})


def _round(asks: Sequence[tuple[int, Ask]], found: dict[int, Heard | JimuError]) -> None:
    """Decide answers of different offers."""
    offers = offer_rows([ask.offer_id for _place, ask in asks])
    cases: dict[int, _Case] = {}
    for place, ask in asks:
        offer = offers.get(ask.offer_id)
        if offer is None:
            found[place] = DeadLink()
        elif not may_answer(offer, ask.at):
            found[place] = CallOver()
        else:
            cases[place] = _Case(ask, offer, offer.state)
    for case in cases.values():
        if case.ask.said.word == Word.NO:
            _no(case)
        elif case.ask.said.word == Word.LATER and case.offer.state not in (State.YES, State.BENCH):
            # Whoever has a seat or stands by keeps it: "later" is for who has not decided.
            case.state = State.LATER
    _seat([case for case in cases.values() if case.ask.said.word == Word.YES and case.offer.state != State.YES])
    _write([case for case in cases.values() if case.changes])
    for place, case in cases.items():
        found[place] = Heard(case.offer, case.why)


def may_answer(offer: Offer, at: datetime) -> bool:
    """Whether anybody still needs the answer; who has a seat, or stands by, may say later that they cannot come."""
    held = offer.state in (State.YES, State.BENCH)
    over = offer.shift.ends_at <= at or offer.call.incident.state != Incident.State.ACTIVE
    return not over and (offer.call.state in Call.OPEN or held) and offer.shift.roster.state != Roster.State.SUPERSEDED


def _seat(cases: Sequence[_Case]) -> None:
    """Every yes: seated where an earlier judgement holds, else judged anew, else on the bench."""
    plain = [case for case in cases if not case.offer.lent]
    look = [case for case in cases if case.offer.lent]
    for roster_id in sorted({case.offer.shift.roster_id for case in plain}):
        mine = [case for case in plain if case.offer.shift.roster_id == roster_id]
        wishes = [Wish(c.actor, c.offer.shift, c.offer.person_id, Judged(c.offer.stamp, c.offer.judged_at)) for c in mine]
        for case, taken in zip(mine, take_many(at=max(c.ask.at for c in mine), roster_id=roster_id, wishes=wishes), strict=True):
            if taken == Taken.LOOK:
                look.append(case)
            else:
                case.state, case.full = State.BENCH if taken == Taken.FULL else State.YES, taken == Taken.LAST
    for case in look:
        with translation.override(case.ask.language):
            _judge(case)
    _bench([case for case in cases if case.state == State.BENCH and case.offer.state != State.BENCH])
    _off_the_bench([case for case in cases if case.state == State.YES])


def _judge(case: _Case) -> None:
    """A yes that is looked at alone: somebody from elsewhere, or whose days have changed since they were asked."""
    offer, at = case.offer, case.ask.at
    try:
        with transaction.atomic():
            if offer.lent:
                _lend(offer, at)
            taking.take(
                actor=case.actor, at=at, roster_id=offer.shift.roster_id, shift_id=offer.shift_id, person_id=offer.person_id,
                why=offer.call.get_kind_display(),
            )  # fmt: skip
    except SeatTaken:
        case.state = State.BENCH
    except (BreaksRules, Conflict) as error:
        case.state, case.why = State.UNFIT, str(error)
    else:
        case.state, case.full = State.YES, taking.free_seats(offer.shift) == 0


def _lend(offer: Offer, at: datetime) -> None:
    """Somebody from elsewhere: their yes is their consent to be lent for the time of the shift."""
    shift = offer.shift
    stay = Stay(shift.unit_id, shift.starts_at - MARGIN, shift.ends_at + MARGIN)
    actor = Actor(account_id=None, name=offer.person.name, person_id=offer.person_id)
    reason = _("应召到{unit}：{post}").format(unit=shift.unit.name, post=shift.post.title)
    lend_at_once(actor=actor, at=at, incident=offer.call.incident, person=offer.person, stay=stay, by=offer.call.started_by, reason=reason)


def _bench(cases: Sequence[_Case]) -> None:
    rows = [
        Standby(
            offer=case.offer, person_id=case.offer.person_id, unit_id=case.offer.shift.unit_id, shift_id=case.offer.shift_id,
            since=case.ask.at, until=case.offer.shift.ends_at,
        )
        for case in cases
    ]  # fmt: skip
    if rows:
        again = ["since", "until", "ended_at", "end"]
        Standby.objects.bulk_create(rows, update_conflicts=True, unique_fields=["offer"], update_fields=again)


def _off_the_bench(cases: Sequence[_Case]) -> None:
    """Who has the seat stands by for it no more, whichever call had them stand by."""
    seated = {(case.offer.person_id, case.offer.shift_id): case.ask.at for case in cases}
    if not seated:
        return
    rows = Standby.objects.filter(person__in={person for person, _shift in seated}, ended_at=None).values_list("pk", "person_id", "shift_id")
    ended = [pk for pk, person_id, shift_id in rows if (person_id, shift_id) in seated]
    if ended:
        Standby.objects.filter(pk__in=ended).update(ended_at=max(seated.values()), end=Standby.End.SEATED)


def _no(case: _Case) -> None:
    offer, at = case.offer, case.ask.at
    if offer.state == State.YES:
        seat = Assignment.objects.filter(shift=offer.shift_id, person=offer.person_id).first()
        if seat is not None:
            taking.give_back(actor=case.actor, at=at, assignment_id=seat.pk)
    if offer.state == State.BENCH:
        Standby.objects.filter(offer=offer, ended_at=None).update(ended_at=at, end=Standby.End.GONE)
    case.state = State.NO


def _write(cases: Sequence[_Case]) -> None:
    """The answers as records, the offers' states after them, the journal; never why somebody cannot come."""
    if not cases:
        return
    answers = [
        Answer(offer=case.offer, word=case.ask.said.word, outcome=case.state, via=case.ask.via, at=case.ask.at, by=case.actor.name)
        for case in cases
    ]
    bulk.insert(answers)
    tick = steady.now() if any(case.state == State.LATER for case in cases) else 0
    for case in cases:
        _note(case, tick)
    bulk.update([case.offer for case in cases], ("state", "answered_at", "told", "due", "answer_by", "reason_sealed"))
    journal.record_many(
        journal.entry(
            actor=case.actor, at=case.ask.at, verb=f"calls.said_{case.state}", target=case.offer.call.target, scope=case.offer.shift.unit.path,
            data={"person": str(case.offer.person_id), "shift": str(case.offer.shift_id), "via": case.ask.via},
        )
        for case in cases
    )  # fmt: skip
    _hurry(cases)
    live.beat_sparingly(*{case.offer.call.target for case in cases})


def _note(case: _Case, tick: int) -> None:
    offer, said, at = case.offer, case.ask.said, case.ask.at
    offer.state, offer.answered_at, offer.told = case.state, at, False
    if case.state == State.LATER:
        minutes = offer.call.terms["later_minutes"]
        offer.due, offer.answer_by = tick + minutes * 60, at + timedelta(minutes=minutes)
    if said.word == Word.NO:
        offer.reason_sealed = sealed.seal(_reason(said))


def _reason(said: Said) -> str:
    code = said.reason if said.reason in REASONS else "other"
    return f"{code}:{said.words.strip()[:LONGEST_REASON]}"


def _hurry(cases: Sequence[_Case]) -> None:
    """A call whose people have all answered, or whose seats may be full now, need not wait for the end of its wave."""
    full = {case.offer.call_id for case in cases if case.full}
    for call_id in {case.offer.call_id for case in cases} - full:
        if not Offer.objects.filter(call=call_id, state__in=Offer.UNANSWERED).exists():
            full.add(call_id)
    if full:
        Call.objects.filter(pk__in=full, state=Call.State.RUNNING).exclude(due=0).update(due=0)

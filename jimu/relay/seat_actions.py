"""Writes of seat requests: ask, consent, decide, withdraw; a lead's own acts for people who are absent.

Every change of a seat goes through the roster's edits, so the judge that looks at edits by hand looks at these too.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.people.models import Person
from jimu.relay import seats
from jimu.relay.errors import AlreadyAsked, AlreadyDecided, SeatGone, TooLate
from jimu.relay.models import SeatRequest
from jimu.relay.request_queries import addressed_to, decidable, overdue
from jimu.roster import hand_actions, judge
from jimu.roster.errors import BreaksRules
from jimu.roster.models import Assignment, Shift

LONGEST_REASON = 200
LONGEST_REST = 14
Kind, State = SeatRequest.Kind, SeatRequest.State


def ask_leave(*, actor: Actor, at: datetime, assignment_id: UUID, reason: str) -> SeatRequest:
    """Ask the lead to be let off one's own seat. Raises NotFound, AlreadyAsked, TooLate, Invalid without a reason."""
    seat = seats.own_seat(actor, assignment_id)
    return _asked(actor, at, seat, Kind.LEAVE, _words(reason))


def ask_rest(*, actor: Actor, at: datetime, assignment_id: UUID, days: int, reason: str) -> SeatRequest:
    """Ask to rest for some days from the day of a seat on: every seat of those days is given back at once."""
    if not 1 <= days <= LONGEST_REST:
        raise Invalid(_("一次可以请 1 到 %(most)d 天。") % {"most": LONGEST_REST}, code="days_out_of_range")
    seat = seats.own_seat(actor, assignment_id)
    until = seat.shift.day + timedelta(days=days - 1)
    return _asked(actor, at, seat, Kind.REST, _words(reason), until_day=until)


def ask_cover(*, actor: Actor, at: datetime, assignment_id: UUID, person_id: UUID, reason: str = "") -> SeatRequest:
    """Ask somebody to take one's own seat; the rules are looked at before they are bothered. Raises BreaksRules too."""
    seat = seats.own_seat(actor, assignment_id)
    other = _other(person_id, seat)
    _judge(seat, {other.pk: seat.shift}, [seat.pk])
    return _asked(actor, at, seat, Kind.COVER, reason.strip(), other=other)


def ask_swap(*, actor: Actor, at: datetime, assignment_id: UUID, with_assignment_id: UUID, reason: str = "") -> SeatRequest:
    """Ask somebody to exchange seats; the rules are looked at for both before. Raises BreaksRules too."""
    seat = seats.own_seat(actor, assignment_id)
    theirs = seats.in_force().filter(pk=with_assignment_id, shift__roster=seat.shift.roster_id).first()
    if theirs is None or theirs.shift.unit_id != seat.shift.unit_id:
        raise NotFound
    if theirs.person_id == seat.person_id or theirs.shift_id == seat.shift_id:
        raise Invalid(_("换班要选另一位同志的另一个班次。"), code="nothing_to_swap")
    _not_begun(theirs, at)
    _judge(seat, {theirs.person_id: seat.shift, seat.person_id: theirs.shift}, [seat.pk, theirs.pk])
    return _asked(
        actor, at, seat, Kind.SWAP, reason.strip(), other=theirs.person, other_post=theirs.shift.post, other_day=theirs.shift.day
    )


def consent(*, actor: Actor, at: datetime, request_id: UUID) -> SeatRequest:
    """Agree to cover or swap: the seats change hands at once. Raises BreaksRules, AlreadyDecided, SeatGone, TooLate."""
    with transaction.atomic():
        found = _open(request_id, lambda: addressed_to(actor, request_id))
        mine = _still(found, at)
        if found.kind == Kind.COVER:
            _hand_seat(actor, at, mine, found.other_id, reason=None)
        else:
            theirs = _seat_or_gone(found.other_id, found.other_post_id, found.other_day)
            _not_begun(theirs, at)
            hand_actions.swap(
                actor=seats.acting_there(actor, [mine.shift.unit.path, theirs.shift.unit.path]), at=at,
                roster_id=mine.shift.roster_id, assignment_id=mine.pk, with_assignment_id=theirs.pk,
            )  # fmt: skip
        return _settled(actor, at, found, State.DONE, "", mine.shift.unit.path)


def decline(*, actor: Actor, at: datetime, request_id: UUID, sentence: str = "") -> SeatRequest:
    """Say no to covering or swapping. Raises NotFound, AlreadyDecided."""
    with transaction.atomic():
        found = _open(request_id, lambda: addressed_to(actor, request_id))
        return _settled(actor, at, found, State.DECLINED, sentence.strip(), found.post.unit.path)


def withdraw(*, actor: Actor, at: datetime, request_id: UUID) -> SeatRequest:
    """Take one's own request back. Raises NotFound, AlreadyDecided."""
    with transaction.atomic():
        mine = SeatRequest.objects.filter(person=actor.person_id) if actor.person_id else SeatRequest.objects.none()
        found = _open(request_id, lambda: mine.select_related("post__unit").filter(pk=request_id).first())
        return _settled(actor, at, found, State.WITHDRAWN, "", found.post.unit.path)


def decide(*, actor: Actor, at: datetime, request_id: UUID, grant: bool, sentence: str = "") -> SeatRequest:
    """Grant a leave or a rest, which opens the seats, or refuse it with a sentence. The first of two leads decides.

    Raises NotFound outside the actor's part, AlreadyDecided, SeatGone, TooLate, Invalid for a refusal without words.
    """
    if not grant and not sentence.strip():
        raise Invalid(_("请用一句话写明为什么不能批，对方会看到。"), code="needs_sentence")
    with transaction.atomic():
        found = _open(request_id, lambda: decidable(actor, request_id))
        if not grant:
            return _settled(actor, at, found, State.DECLINED, sentence.strip(), found.post.unit.path)
        for seat in _seats_given_up(found, at):
            hand_actions.unassign(actor=actor, at=at, roster_id=seat.shift.roster_id, assignment_id=seat.pk)
        return _settled(actor, at, found, State.DONE, sentence.strip(), found.post.unit.path)


def release_absent(*, actor: Actor, at: datetime, assignment_id: UUID, reason: str) -> SeatRequest:
    """A lead takes an absent person off their seat, with a reason that the person can read. The seat opens."""
    words = _words(reason)
    with transaction.atomic():
        seat = _held(actor, assignment_id, at)
        hand_actions.unassign(actor=actor, at=at, roster_id=seat.shift.roster_id, assignment_id=seat.pk)
        return _written(actor, at, seat, Kind.LEAVE, words)


def cover_absent(*, actor: Actor, at: datetime, assignment_id: UUID, person_id: UUID, reason: str) -> SeatRequest:
    """A lead gives an absent person's seat to somebody else, with a reason. Raises BreaksRules as any edit does."""
    words = _words(reason)
    with transaction.atomic():
        seat = _held(actor, assignment_id, at)
        other = _other(person_id, seat)
        _hand_seat(actor, at, seat, other.pk, reason=words, own_right=True)
        return _written(actor, at, seat, Kind.COVER, words, other_id=person_id)


def move_in_emergency(*, actor: Actor, at: datetime, assignment_id: UUID, to_shift_id: UUID, reason: str) -> SeatRequest:
    """Move somebody from their seat to one that cannot wait, with a reason. Limits of the body hold all the same."""
    words = _words(reason)
    with transaction.atomic():
        seat = _held(actor, assignment_id, at)
        hand_actions.move(
            actor=actor, at=at, roster_id=seat.shift.roster_id, assignment_id=seat.pk, to_shift_id=to_shift_id, override_reason=words
        )
        to = Shift.objects.get(pk=to_shift_id)
        return _written(actor, at, seat, Kind.MOVE, words, other_post_id=to.post_id, other_day=to.day)


def lapse(at: datetime) -> int:
    """Close requests whose shift began without an answer; returns how many. Safe to run twice."""
    late = overdue(at)
    for one in late:
        SeatRequest.objects.filter(pk=one.pk, state=State.ASKED).update(state=State.LAPSED, answered_at=at)
        live.beat(f"requests:{one.post.unit_id}")
    return len(late)


def _words(reason: str) -> str:
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise Invalid(_("请用一句话写明原因，例如“发热，在家休息”。"), code="needs_reason")
    return words


def _other(person_id: UUID, seat: Assignment) -> Person:
    found = Person.objects.filter(pk=person_id, active=True).exclude(pk=seat.person_id).first()
    if found is None:
        raise NotFound(_("没有找到这位同志。"))
    return found


def _judge(seat: Assignment, placing: dict[UUID, Shift], leaving: list[UUID]) -> None:
    broken = judge.breaches_of_change(seat.shift.roster, placing=placing, leaving=leaving)
    if broken:
        raise BreaksRules([one.as_dict() for one in broken], may_override=False)


def _not_begun(seat: Assignment, at: datetime) -> None:
    if seat.shift.starts_at <= at:
        raise TooLate


def _asked(actor: Actor, at: datetime, seat: Assignment, kind: str, words: str, **more: Any) -> SeatRequest:
    _not_begun(seat, at)
    try:
        with transaction.atomic():
            made = SeatRequest.objects.create(
                incident_id=seat.shift.roster.incident_id, kind=kind, person=seat.person, post=seat.shift.post, day=seat.shift.day,
                reason_sealed=sealed.seal(words[:LONGEST_REASON]), asked_at=at, asked_by=actor.name, **more,
            )  # fmt: skip
            _tell(made, actor, at, f"seat.{kind}_asked", seat.shift.unit.path)
    except IntegrityError:
        raise AlreadyAsked from None
    return made


def _written(actor: Actor, at: datetime, seat: Assignment, kind: str, words: str, **more: Any) -> SeatRequest:
    """A lead's own act, kept where the person concerned reads why; an open request on the seat is settled by it."""
    same = SeatRequest.objects.filter(person=seat.person, post=seat.shift.post, day=seat.shift.day, state=State.ASKED)
    same.update(state=State.LAPSED, answered_at=at, answered_by=actor.name)
    made = SeatRequest.objects.create(
        incident_id=seat.shift.roster.incident_id, kind=kind, state=State.DONE, person=seat.person, post=seat.shift.post,
        day=seat.shift.day, reason_sealed=sealed.seal(words), asked_at=at, asked_by=actor.name, answered_at=at,
        answered_by=actor.name, **more,
    )  # fmt: skip
    _tell(made, actor, at, f"seat.{kind}_by_lead", seat.shift.unit.path)
    return made


def _open(request_id: UUID, fetch: Callable[[], SeatRequest | None]) -> SeatRequest:
    """The request under its lock, if nobody answered it yet."""
    locks.hold(f"seat-request:{request_id}")
    found = fetch()
    if found is None:
        raise NotFound
    if found.state != State.ASKED:
        raise AlreadyDecided
    return found


def _seat_or_gone(person_id: UUID | None, post_id: UUID | None, day: date | None) -> Assignment:
    seat = seats.seat_of(person_id, post_id, day) if person_id and post_id and day else None
    if seat is None:
        raise SeatGone
    return seat


def _still(found: SeatRequest, at: datetime) -> Assignment:
    seat = _seat_or_gone(found.person_id, found.post_id, found.day)
    _not_begun(seat, at)
    return seat


def _seats_given_up(found: SeatRequest, at: datetime) -> list[Assignment]:
    if found.kind == Kind.REST and found.until_day:
        given = seats.seats_between(found.person_id, found.incident_id, found.day, found.until_day, at)
        if not given:
            raise SeatGone
        return given
    return [_still(found, at)]


def _held(actor: Actor, assignment_id: UUID, at: datetime) -> Assignment:
    """A seat that the actor decides over, under its roster's lock: of two leads the second finds it changed."""
    seat = seats.seat_for(actor, assignment_id)
    locks.hold(f"roster:{seat.shift.roster_id}")
    again = seats.in_force().filter(pk=assignment_id).first()
    if again is None:
        raise SeatGone
    if again.shift.ends_at <= at:
        raise TooLate
    return again


def _hand_seat(
    actor: Actor, at: datetime, seat: Assignment, person_id: UUID | None, *, reason: str | None, own_right: bool = False
) -> None:
    doer = actor if own_right else seats.acting_there(actor, [seat.shift.unit.path])
    roster_id, shift_id = seat.shift.roster_id, seat.shift_id
    hand_actions.unassign(actor=doer, at=at, roster_id=roster_id, assignment_id=seat.pk)
    assert person_id is not None
    hand_actions.assign(
        actor=doer, at=at, roster_id=roster_id, shift_id=shift_id, person_id=person_id, override_reason=reason
    )


def _settled(actor: Actor, at: datetime, found: SeatRequest, state: str, sentence: str, path: str) -> SeatRequest:
    found.state, found.answered_at, found.answered_by = state, at, actor.name
    found.answer_sealed = sealed.seal(sentence[:LONGEST_REASON])
    found.save(update_fields=["state", "answered_at", "answered_by", "answer_sealed"])
    _tell(found, actor, at, f"seat.{found.kind}_{state}", path)
    return found


def _tell(request: SeatRequest, actor: Actor, at: datetime, verb: str, path: str) -> None:
    data = {"person": str(request.person_id), "post": request.post.title, "day": request.day.isoformat()}
    journal.record(actor=actor, at=at, verb=verb, target=request.target, scope=path, data=data)
    live.beat(f"requests:{request.post.unit_id}")

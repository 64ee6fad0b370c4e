"""Signing in and out at a post, and no-shows with who marked them and why. The roster keeps the marks."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.relay import seats, signing
from jimu.roster import attendance
from jimu.roster.models import Assignment, CheckIn

LONGEST_WORDS = 80
GOING = {"in": CheckIn.Mark.ARRIVED, "out": CheckIn.Mark.LEFT}


def sign_by_code(*, actor: Actor, at: datetime, code: str, going: str) -> CheckIn:
    """Sign in or out at the post whose code one scanned. The same again changes nothing.

    Raises BadCode, CodeOver, Invalid for a code that is no post's, NotFound when one has no seat there that day.
    """
    found = signing.read_now(code, at)
    if found.use == signing.CARD:
        raise Invalid(_("这是上岗证上的码，不能用来签到。请扫岗位上的码。"), code="card_code")
    seat = seats.seat_of(actor.person_id, found.post_id, found.day) if actor.person_id else None
    if seat is None:
        raise NotFound(_("排班里您今天不在这个岗位上。请找现场负责人，或看“我的”里的班次。"))
    return _signed(actor, at, seat, going, CheckIn.How.CODE, "")


def sign_by_oneself(*, actor: Actor, at: datetime, assignment_id: UUID, going: str, place: str) -> CheckIn:
    """Sign in or out without a code, by telling where one stands; the lead sees that it is one's own word."""
    words = place.strip()[:LONGEST_WORDS]
    if not words:
        raise Invalid(_("请写明您在哪里，例如“北门岗亭”。"), code="needs_place")
    return _signed(actor, at, seats.own_seat(actor, assignment_id), going, CheckIn.How.SELF, words)


def mark_absent(*, actor: Actor, at: datetime, assignment_id: UUID, why: str) -> CheckIn:
    """A lead marks that somebody did not come, with what is known of why. Raises Invalid without words."""
    words = why.strip()[:LONGEST_WORDS]
    if not words:
        raise Invalid(_("请写明原因，或写“联系不上”。"), code="needs_reason")
    return attendance.mark(actor=actor, at=at, assignment_id=assignment_id, mark=CheckIn.Mark.ABSENT, why=words)


def _signed(actor: Actor, at: datetime, seat: Assignment, going: str, how: str, words: str) -> CheckIn:
    if going not in GOING:
        raise Invalid(_("没有这种签到。"), code="unknown_mark")
    doer = seats.acting_there(actor, [seat.shift.unit.path])
    return attendance.mark(actor=doer, at=at, assignment_id=seat.pk, mark=GOING[going], how=how, why=words)

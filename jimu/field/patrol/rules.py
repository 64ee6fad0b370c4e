"""Decisions at a gate and on rounds, without a database: numbers that carry their own seal, whether a pass holds now, what lies, which turns were missed. Pure."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from jimu.signup.rules import LETTERS

BODY, SEAL = 8, 4
MINUTES_LATE = timedelta(minutes=5)


def fresh_number() -> str:
    """A number that says nothing of its holder: eight letters at random, four that prove it was made here."""
    body = "".join(secrets.choice(LETTERS) for _letter in range(BODY))
    return body + _seal(body)


def read_number(given: str) -> str:
    """The number as it stands in the books; '' for one that was changed, or never made here."""
    plain = "".join(given.split()).lower()
    if len(plain) != BODY + SEAL or not set(plain) <= set(LETTERS):
        return ""
    return plain if constant_time_compare(plain[BODY:], _seal(plain[:BODY])) else ""


def _seal(body: str) -> str:
    digest = salted_hmac("patrol.pass", body, algorithm="sha256").digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:SEAL])


#: Purposes that no zone bars and no hour ends.
ALWAYS = ("medical",)
#: The zone whose buildings give no other passes where the policy says nothing of them.
CLOSED = "lockdown"


def given(purpose: str, zone: str, passes: Collection[str] | None) -> bool:
    """Whether a building in a zone gives passes for a purpose; `passes` are those that its policy names."""
    if purpose in ALWAYS:
        return True
    if passes is None:
        return zone != CLOSED
    return purpose in passes


def why_not(*, starts_at: datetime, ends_at: datetime, revoked_at: datetime | None, used: bool, at: datetime, barred: bool = False) -> str:
    """Why a pass does not hold at a moment: revoked, early, ended, barred by the zone, used; '' when it does. A few minutes are nobody's fault."""
    if revoked_at is not None and revoked_at <= at:
        return "revoked"
    if at < starts_at - MINUTES_LATE:
        return "early"
    if at > ends_at + MINUTES_LATE:
        return "ended"
    if barred:
        return "sealed"
    return "used" if used else ""


def limits(at: datetime, minutes: int) -> tuple[datetime, datetime]:
    """When half of the limit is over, and when all of it is."""
    return at + timedelta(minutes=minutes / 2), at + timedelta(minutes=minutes)


def stage_now(*, taken: bool, half_at: datetime, due_at: datetime, at: datetime) -> int:
    """Of what is not settled: 2 when its limit passed, 1 when half of it passed and nobody took it on, else 0."""
    if at >= due_at:
        return 2
    return int(at >= half_at and not taken)


def turns(begun: datetime, ended: datetime, hours: int, points: Iterable[Collection[datetime]], *, within: tuple[datetime, datetime]) -> tuple[int, int]:
    """How many turns of a round were walked, and how many were missed: from its beginning every so many hours each of its points is to be seen.

    A turn counts within the time in which it ends; one that still runs is neither. `points` are the moments at which each was seen.
    """
    seen = [sorted(moments) for moments in points]
    length, done, missed = timedelta(hours=hours), 0, 0
    # The first turn that ends after the beginning of the time asked for.
    first = max(0, (within[0] - begun) // length)
    start = begun + first * length
    while (end := start + length) <= min(ended, within[1]):
        if end > within[0]:
            walked = all(any(start <= one < end for one in moments) for moments in seen)
            done, missed = done + walked, missed + (not walked)
        start = end
    return done, missed

"""Decisions at a gate, without a database: numbers that carry their own seal, and whether a pass holds now. Pure."""

import secrets
from collections.abc import Collection
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

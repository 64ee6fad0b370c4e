"""Decisions of sync. Pure."""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from jimu.core.permissions import Actor, Granted

PROTOCOL = 1
MOST_OPERATIONS = 500
MOST_BYTES = 4_000_000
MOST_PAYLOAD = 20_000
INVITATION = timedelta(minutes=30)
LONGEST_DUTY = timedelta(days=31)
# A duty that follows a shift ends so long after it: to hand over and to send what waits.
MARGIN = timedelta(hours=1)
# After its duty a phone may still send what it holds, for so long; it gets nothing any more.
STILL_SENDS = timedelta(days=14)
# The log of operations is kept at least so long: beyond any duty with the days in which its phone may still send.
LEAST_KEPT = timedelta(days=60)
KEPT_DAYS = 180
# Below this a difference is the way through the network.
SKEW_NOTED = timedelta(seconds=5)
SEEN_EVERY = timedelta(seconds=20)
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
PREFIX = "jimud_"
# Whose phones a role may invite: its own and what stands below it.
ABOVE = {
    "commander": ("commander", "secretary", "block_leader", "building_leader", "member", "auditor"),
    "secretary": ("secretary", "block_leader", "building_leader", "member"),
    "block_leader": ("block_leader", "building_leader", "member"),
}


def fresh_secret(prefix: str = "") -> str:
    """256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def is_secret(text: str) -> bool:
    """Whether this is as long and as plain as a phone's own secret has to be."""
    return re.fullmatch(PREFIX + r"[A-Za-z0-9_-]{43}", text) is not None


def digest_of(text: str) -> str:
    """SHA-256; nobody guesses 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def skew_of(sent_at: datetime | None, received_at: datetime) -> timedelta:
    """How far the phone's clock is behind; zero when it did not say, or within the noise of a network."""
    if sent_at is None:
        return timedelta()
    skew = received_at - sent_at
    return skew if abs(skew) >= SKEW_NOTED else timedelta()


def corrected(said_at: datetime, skew: timedelta, received_at: datetime) -> datetime:
    """When it happened by the server's clock: never later than it arrived."""
    try:
        return min(said_at + skew, received_at)
    except OverflowError:
        return received_at


def read_moment(given: Any) -> datetime | None:
    """An ISO moment with its zone, within a century; None for anything else."""
    if not isinstance(given, str) or len(given) > 40:
        return None
    try:
        moment = datetime.fromisoformat(given)
        # A moment at the edge of the calendar overflows when it changes its zone.
        return moment if moment.tzinfo is not None and EARLIEST <= moment <= LATEST else None
    except (ValueError, OverflowError):
        return None


def narrowed(actor: Actor, path: str) -> Actor:
    """The actor on one part of the grid only: a lost phone opens no more than its duty."""
    kept = []
    for granted in actor.granted:
        if granted.path.startswith(path):
            kept.append(granted)
        elif path.startswith(granted.path):
            kept.append(Granted(granted.role, path))
    return replace(actor, granted=tuple(kept), organisation_id=None)


def holder(account: Actor, label: str, path: str) -> Actor:
    """Who acts from a phone: its account, named with the phone, on the phone's part of the grid only.

    A phone without a name of its own is called after its holder: said twice it would read as two people.
    """
    called = label if label != account.name else _("手机")
    return replace(narrowed(account, path), name=f"{account.name[:36]}（{called}）")


def covers(giver: Actor, holder: Actor) -> bool:
    """Whether the giver stands, wherever the holder has a role, in that role or a higher one."""
    if giver.is_system or giver.account_id == holder.account_id:
        return True
    return all(
        any(held.path.startswith(own.path) and held.role in ABOVE.get(own.role, (own.role,)) for own in giver.granted)
        for held in holder.granted
    )


def needed(work: Sequence[str], duties: Sequence[str]) -> bool:
    """Whether a phone for this work needs what these duties need; work of no kind is whatever comes up, duties of no kind every phone's."""
    return not work or not duties or any(one.partition("@")[0] in duties for one in work)


def spots_in(work: Sequence[str], duty: str) -> frozenset[str] | None:
    """The spots of a duty in some work; None where it is not bound to any."""
    found = [one.partition("@") for one in work if one.partition("@")[0] == duty]
    return None if not found or any(not spot for _duty, _at, spot in found) else frozenset(spot for _duty, _at, spot in found)


def deeper(path: str, other: str) -> str | None:
    """Of two parts of which one lies in the other the inner one; None for strangers."""
    longer, shorter = (path, other) if len(path) >= len(other) else (other, path)
    return longer if longer.startswith(shorter) else None


@dataclass(frozen=True)
class Merge:
    """What of an edit may be written, what clashes, and whether others changed other fields meanwhile."""

    apply: Mapping[str, Any]
    clashes: Mapping[str, Mapping[str, Any]]
    beside: Mapping[str, Mapping[str, Any]]


def merged(here: Mapping[str, Any], was: Mapping[str, Any], wants: Mapping[str, Any], marks: Mapping[str, Callable[[Any], Any]] | None = None) -> Merge:
    """Judge an edit field by field: as seen `was`, as it is `here`, as the phone wants it. Where a field has a mark, values are compared by it.

    A field that is as it was seen, or already as wanted, is the phone's to write; any other was changed by somebody else too.
    """
    by = marks or {}
    here, was = ({name: by[name](value) if name in by else value for name, value in of.items()} for of in (here, was))
    apply: dict[str, Any] = {}
    clashes: dict[str, Mapping[str, Any]] = {}
    for name, wanted in wants.items():
        present, marked = here.get(name), by[name](wanted) if name in by else wanted
        if present in (marked, was.get(name)):
            apply[name] = wanted
        else:
            clashes[name] = {"was": was.get(name), "phone": marked, "here": present}
    beside = {
        name: {"was": seen, "phone": seen, "here": here[name]}
        for name, seen in was.items()
        if name not in wants and name in here and here[name] != seen
    }
    return Merge(apply, clashes, beside)

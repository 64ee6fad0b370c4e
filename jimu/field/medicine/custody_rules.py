"""Decisions about things in other hands, without a database: one holder at any time. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jimu.field.medicine.models import Signature

K = Signature.Kind
RESIDENT: UUID | None = None


@dataclass(frozen=True)
class Link:
    """A signature as the rules see it."""

    kind: str
    giver: UUID | None
    taker: UUID | None
    fen: int
    at: datetime


@dataclass
class Hands:
    """Where a thing is by its signatures: the holder (None: the resident), whom it is offered to, whether it is lost."""

    holder: UUID | None = None
    offered_to: UUID | None = None
    lost: bool = False
    fen: int = 0
    since: datetime | None = None


def follows(now: Hands, link: Link) -> bool:
    """Whether a signature may follow: who gives has it, who takes was offered it, and what is lost is found first."""
    held = now.holder is not None
    if link.kind == K.COLLECTED:
        return not held and not now.lost and link.taker is not None
    if link.kind == K.UNDONE:
        return not now.lost and link.giver == now.holder
    if not held or link.giver != now.holder:
        return False
    if link.kind in (K.FOUND, K.REPLACED):
        return now.lost
    if now.lost:
        return False
    checks: Mapping[str, bool] = {
        K.OFFERED: link.taker not in (None, now.holder),
        K.WITHDRAWN: now.offered_to is not None,
        K.TAKEN: now.offered_to is not None and link.taker == now.offered_to,
        K.SPENT: link.fen <= now.fen,
        K.RETURNED: link.taker is None,
        K.SETTLED: link.taker is None,
        K.LOST: True,
    }
    return checks.get(link.kind, False)


def then(now: Hands, link: Link) -> Hands:
    """Where a thing is after a signature that may follow."""
    if link.kind == K.OFFERED:
        return Hands(now.holder, link.taker, False, now.fen, now.since)
    if link.kind in (K.WITHDRAWN, K.SPENT):
        # Cash that is spent is in nobody's hands any more.
        gone = link.kind == K.SPENT and link.fen == 0
        return Hands(
            RESIDENT if gone else now.holder,
            None,
            False,
            link.fen if link.kind == K.SPENT else now.fen,
            None if gone else now.since,
        )
    if link.kind == K.LOST:
        return Hands(now.holder, None, True, now.fen, now.since)
    if link.kind == K.FOUND:
        return Hands(now.holder, None, False, now.fen, now.since)
    if link.kind in (K.RETURNED, K.REPLACED, K.SETTLED):
        return Hands(RESIDENT, None, False, 0, None)
    since = now.since if link.kind == K.TAKEN and now.since else link.at
    return Hands(link.taker, None, False, link.fen, since if link.taker else None)


def replay(links: Sequence[Link]) -> Hands:
    """Where a thing is by all its signatures."""
    now = Hands()
    for link in links:
        now = then(now, link)
    return now


def differences(links: Sequence[Link]) -> list[tuple[Link, int]]:
    """The hands at which the money counted was another sum than the one given, each with the difference in fen; below zero some was missing."""
    now, found = Hands(), []
    for link in links:
        if link.kind == K.TAKEN and link.fen != now.fen:
            found.append((link, link.fen - now.fen))
        now = then(now, link)
    return found


def overdue(since: datetime | None, at: datetime, hours: int) -> bool:
    """Whether a thing has been away from its owner for too long."""
    return since is not None and at - since > timedelta(hours=hours)

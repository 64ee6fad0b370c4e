"""Decisions of the relay that need no database: turns, what is open, who is told when nobody accepts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jimu.relay import policy

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Turn:
    """A relief: the outgoing shift ends, the incoming one begins and lasts until `until`."""

    ends_at: datetime
    begins_at: datetime
    until: datetime


def turns(spans: Iterable[Span]) -> list[Turn]:
    """The reliefs among shifts, in order. Whoever comes next begins at once unless the next shift begins later."""
    known = sorted(set(spans))
    return [turn_at(known, end) for end in sorted({end for _start, end in known})]


def turn_at(spans: Sequence[Span], ends_at: datetime) -> Turn:
    """The relief at the end of a shift: by the first shift that begins then or later."""
    later = sorted(span for span in spans if span[0] >= ends_at)
    if not later:
        return Turn(ends_at, ends_at, ends_at + policy.USUAL_SHIFT)
    begins_at = later[0][0]
    return Turn(ends_at, begins_at, min(end for start, end in later if start == begins_at))


def nearest(found: Sequence[Turn], at: datetime) -> Turn | None:
    """The relief to offer first: the one that is closest to now."""
    return min(found, key=lambda turn: abs(turn.ends_at - at), default=None)


def is_open(verdict: str) -> bool:
    """Whether an item still goes on: everything that is not done."""
    return verdict != "done"


def is_answered(verdict: str) -> bool:
    """Whether the incoming lead said something of an item."""
    return bool(verdict)


def alarm_step(*, due_at: datetime, at: datetime, minutes: int, levels: int) -> int:
    """How many levels are to be told by now that a handover was not accepted; 0 before it is due.

    The place's own leader first, then one level up for each further `minutes`, up to the root.
    """
    if at < due_at:
        return 0
    return min(levels, 1 + int((at - due_at) / timedelta(minutes=minutes)))


# Minutes by which a clock at a gate may differ from a phone's.
GRACE = timedelta(minutes=5)


def late_minutes(starts_at: datetime, arrived_at: datetime | None) -> int:
    """How late somebody came, in whole minutes; 0 within the grace."""
    late = arrived_at - starts_at if arrived_at else timedelta(0)
    return int(late.total_seconds() // 60) if late > GRACE else 0


def early_minutes(ends_at: datetime, left_at: datetime | None) -> int:
    """How early somebody left, in whole minutes; 0 within the grace."""
    early = ends_at - left_at if left_at else timedelta(0)
    return int(early.total_seconds() // 60) if early > GRACE else 0


# Beyond the end of a shift time is served only so long, unless a lead corrects it.
OVERTIME = timedelta(hours=2)


def served_minutes(*, starts_at: datetime, ends_at: datetime, arrived_at: datetime | None, left_at: datetime | None) -> int:
    """Minutes served of a shift: from its start or a later arrival, to its end or when somebody left.

    Who was not seen served nothing; who did not sign out is taken to have stayed to the end.
    """
    if arrived_at is None:
        return 0
    end = min(left_at, ends_at + OVERTIME) if left_at else ends_at
    return max(0, int((end - max(arrived_at, starts_at)).total_seconds() // 60))

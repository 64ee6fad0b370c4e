"""Decisions of the board: how a place stands, which shift is on, what the coming day looks like. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple

HOURS_AHEAD = 24
# Below this share of seats filled a place is in need, whatever the posts are.
CRITICAL_SHARE = 0.7
# People sign in at the beginning of a shift; before this long into it, a missing mark says nothing.
GRACE = timedelta(minutes=20)


class Status(StrEnum):
    """How a place stands now."""

    NORMAL = "normal"
    SHORT = "short"
    CRITICAL = "critical"
    IDLE = "idle"


GRAVEST_FIRST = (Status.CRITICAL, Status.SHORT, Status.NORMAL, Status.IDLE)


class Window(NamedTuple):
    """The seats of one place in shifts that share start and end. `critical` are open seats of first-rank posts."""

    unit_id: str
    starts_at: datetime
    ends_at: datetime
    needed: int
    filled: int
    critical: int = 0

    def covers(self, at: datetime) -> bool:
        """Whether these shifts are on at a moment: the start counts, the end does not."""
        return self.starts_at <= at < self.ends_at


class Seats(NamedTuple):
    """Seats at one time: needed, filled by the roster, and of these signed in and known to be missing.

    `critical` are seats of first-rank posts that are open or whose person is known to be missing.
    `unseen` are filled seats of shifts that began a while ago (GRACE) of whose people nobody has said anything.
    """

    needed: int = 0
    filled: int = 0
    arrived: int = 0
    absent: int = 0
    critical: int = 0
    unseen: int = 0

    @property
    def manned(self) -> int:
        """Filled seats whose person is not known to be missing."""
        return max(0, self.filled - self.absent)

    @property
    def open(self) -> int:
        """Seats with nobody to stand at them."""
        return max(0, self.needed - self.manned)

    @property
    def share(self) -> float:
        """Manned part of the needed seats, 0 to 1; 1 when none are needed."""
        return min(1.0, self.manned / self.needed) if self.needed else 1.0


def total(many: Iterable[Seats]) -> Seats:
    """All of them together."""
    rows = list(many)
    return Seats(*map(sum, zip(*rows, strict=True))) if rows else Seats()


def status_of(seats: Seats) -> Status:
    """Critical when a first-rank seat is open or too few are manned; short when any seat is open."""
    if seats.needed == 0:
        return Status.IDLE
    if seats.open == 0:
        return Status.NORMAL
    return Status.CRITICAL if seats.critical or seats.share < CRITICAL_SHARE else Status.SHORT


def seats_at(windows: Iterable[Window], at: datetime) -> Seats:
    """Seats of the shifts that are on at a moment (signing in is not known here)."""
    on = [window for window in windows if window.covers(at)]
    return total(Seats(needed=window.needed, filled=window.filled, critical=window.critical) for window in on)


def hours_ahead(windows: Iterable[Window], at: datetime) -> list[Seats]:
    """Seats at the middle of each of the coming 24 hours, the current hour first."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    needed, filled, critical = [0] * HOURS_AHEAD, [0] * HOURS_AHEAD, [0] * HOURS_AHEAD
    for window in windows:
        for n in range(_hour_index(window.starts_at, hour), _hour_index(window.ends_at, hour)):
            needed[n] += window.needed
            filled[n] += window.filled
            critical[n] += window.critical
    return [Seats(needed=n, filled=f, critical=c) for n, f, c in zip(needed, filled, critical, strict=True)]


def _hour_index(moment: datetime, hour: datetime) -> int:
    """The first hour whose middle is not before the moment, within the coming day."""
    halves = (moment - hour).total_seconds() / 3600 - 0.5
    return max(0, min(HOURS_AHEAD, ceil(halves)))


@dataclass(frozen=True)
class Turn:
    """A shift of the day as the whole place sees it: when it runs, and its seats."""

    starts_at: datetime
    ends_at: datetime
    needed: int
    filled: int

    @property
    def open(self) -> int:
        return max(0, self.needed - self.filled)

    def elapsed(self, at: datetime) -> float:
        """How much of it has passed, 0 to 1."""
        whole = (self.ends_at - self.starts_at).total_seconds()
        return min(1.0, max(0.0, (at - self.starts_at).total_seconds() / whole)) if whole else 1.0


def current_turn(windows: Iterable[Window], at: datetime) -> Turn | None:
    """The shift that is on; where several overlap, the one with the most seats."""
    return _largest(window for window in windows if window.covers(at))


def next_turn(windows: Iterable[Window], at: datetime) -> Turn | None:
    """The shift that begins next; of several that begin together, the one with the most seats."""
    coming = [window for window in windows if window.starts_at > at]
    if not coming:
        return None
    first = min(window.starts_at for window in coming)
    return _largest(window for window in coming if window.starts_at == first)


def _largest(windows: Iterable[Window]) -> Turn | None:
    sums: dict[tuple[datetime, datetime], list[int]] = {}
    for window in windows:
        both = sums.setdefault((window.starts_at, window.ends_at), [0, 0])
        both[0] += window.needed
        both[1] += window.filled
    if not sums:
        return None
    (starts_at, ends_at), (needed, filled) = max(sums.items(), key=lambda item: (item[1][0], item[0]))
    return Turn(starts_at, ends_at, needed, filled)

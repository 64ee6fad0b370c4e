"""Decisions of calls that need no database: how many to ask, how long to wait, who is next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

# How many answers the playbook's share counts for, beside a call's own.
PRIOR_ANSWERS = 20
# Who is unsure, or silent with their time not over, comes less often than who was just asked.
LATER_WEIGHT = 0.5
NIGHT_BEGINS, NIGHT_ENDS = 22, 7


@dataclass(frozen=True)
class Tally:
    """Offers of one shift (or of a whole call) by what was said."""

    waiting: int = 0
    later: int = 0
    silent: int = 0
    yes: int = 0
    bench: int = 0
    no: int = 0
    unfit: int = 0
    closed: int = 0

    @property
    def asked(self) -> int:
        return self.waiting + self.later + self.silent + self.yes + self.bench + self.no + self.unfit + self.closed

    @property
    def settled(self) -> int:
        """Whose answer is known, silence included."""
        return self.silent + self.yes + self.bench + self.no + self.unfit

    @property
    def came(self) -> int:
        """Who said yes, with or without a seat."""
        return self.yes + self.bench


def yes_share(assumed: float, tally: Tally) -> float:
    """The share of yes among those asked: the playbook's, corrected by what this call has heard so far."""
    return max(0.05, (assumed * PRIOR_ANSWERS + tally.came + tally.unfit) / (PRIOR_ANSWERS + tally.settled))


def no_show(terms: dict[str, float], starts_at: datetime, at: datetime) -> float:
    """The share of promised people who will not come: higher at short notice."""
    short = starts_at - at < timedelta(hours=terms["short_hours"])
    return terms["no_show_short"] if short else terms["no_show"]


def wanted_yes(seats: int, absent_share: float) -> int:
    """How many must say yes so that `seats` come: ceil(n / (1 − p)); none for none."""
    return ceil(seats / (1 - absent_share)) if seats > 0 else 0


def wave_size(*, open_seats: int, standing_by: int, tally: Tally, share: float, absent_share: float) -> int:
    """How many more to ask now for one shift, so that the seats and their reserve can be expected to be filled.

    The reserve covers the seats to be filled only: who stands by counts towards it, and so does, by its share, whoever has
    not answered yet.
    """
    if open_seats <= 0:
        return 0
    missing = wanted_yes(open_seats, absent_share) - standing_by
    expected = share * (tally.waiting + LATER_WEIGHT * tally.later)
    return max(0, ceil((missing - expected) / share - 1e-9))


def next_step(chain: Sequence[str], step: int) -> int | None:
    """The place of the next step, None after the last."""
    return step + 1 if step + 1 < len(chain) else None


def is_night(local: datetime) -> bool:
    """Whether people who are not needed soon are left to sleep at this local time."""
    return local.hour >= NIGHT_BEGINS or local.hour < NIGHT_ENDS


def urgent(starts_at: datetime, at: datetime, urgent_hours: float) -> bool:
    """Whether a shift is so near that people are told at any hour."""
    return starts_at - at <= timedelta(hours=urgent_hours)

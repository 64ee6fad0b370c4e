"""Decisions of lending, without a database: what a lender can spare, who may go, who is asked first, whether a term will do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jimu.core.clock import MINUTES_PER_DAY
from jimu.teams.rules import Candidate

#: The code under which people are counted whatever they can do.
HEADS = ""
LONGEST_TERM = timedelta(days=60)
# A form filled in at 02:00 for 02:00 is sent at 02:03.
GRACE = timedelta(minutes=30)

Post = tuple[int, int, int]


@dataclass(frozen=True)
class Shortfall:
    """A lender that would be left with too few: `have` now, `lent` of them asked for, `needed` at one time. `code` is a qualification."""

    code: str
    have: int
    lent: int
    needed: int

    @property
    def left(self) -> int:
        """How many stay."""
        return self.have - self.lent


def peak(posts: Iterable[Post]) -> int:
    """The most people needed at one time of the day by posts (start minute, end minute, people); a post past midnight reaches into the morning."""
    steps: dict[int, int] = {}
    standing = 0
    for start, end, needed in posts:
        first, last = start % MINUTES_PER_DAY, start % MINUTES_PER_DAY + min(end - start, MINUTES_PER_DAY)
        for low, high in ((first, min(last, MINUTES_PER_DAY)), (0, last - MINUTES_PER_DAY)):
            if high > low:
                steps[low] = steps.get(low, 0) + needed
                steps[high] = steps.get(high, 0) - needed
    most = 0
    for minute in sorted(steps):
        standing += steps[minute]
        most = max(most, standing)
    return most


def shortfalls(having: Mapping[str, int], needed: Mapping[str, int], lent: Mapping[str, int]) -> list[Shortfall]:
    """What lending would leave too little of, the worst first; what nobody of that sort is lent from never counts."""
    found = [
        Shortfall(code, having.get(code, 0), lent[code], needed[code])
        for code in needed
        if lent.get(code) and having.get(code, 0) - lent[code] < needed[code]
    ]
    return sorted(found, key=lambda short: (short.left - short.needed, short.code == HEADS, short.code))


def surplus(having: Mapping[str, int], needed: Mapping[str, int], code: str) -> int:
    """How many of a sort a lender has beyond what it needs at one time; negative when it is short itself."""
    return having.get(code, 0) - needed.get(code, 0)


@dataclass(frozen=True)
class Wish:
    """What a request asks of a person."""

    to_unit: UUID
    from_unit: UUID | None
    qualification: str
    kind: str


def why_not(wish: Wish, person: Candidate, *, lent: bool, confined: bool, until_ok: bool, expired: bool, staff: bool) -> str:
    """The most useful reason why somebody cannot be lent; empty when they can.

    `lent`: an open loan binds them. `confined`: nobody leaves their neighborhood. `until_ok`: what they can do holds through
    the term. `expired`: they had the qualification and it has run out.
    """
    if "paused" in person.limits:
        return "paused"
    if lent:
        return "on_loan"
    if person.cell is None:
        return "unplaced"
    if person.cell == wish.to_unit:
        return "there_already"
    if wish.from_unit is not None and person.cell != wish.from_unit:
        return "not_theirs"
    if confined and not staff:
        return "confined"
    if wish.kind and wish.kind not in person.kinds:
        return "kind"
    if wish.qualification and wish.qualification not in person.qualifications:
        return "expired" if expired else "qualification"
    return "" if until_ok else "expires"


def rank(person: Candidate, *, spare: int, near: bool) -> tuple[int, int, int, int, int]:
    """Who is asked first: where there is enough, near, with most to spare, free, with known times. Less is better."""
    return (0 if spare > 0 else 1, 0 if near else 1, -spare, person.load, 0 if person.times_known else 1)


def term_fault(starts_at: datetime, ends_at: datetime, at: datetime, last: datetime) -> str:
    """What is wrong with a term; empty when nothing is. `last`: the end of the incident."""
    if ends_at <= starts_at:
        return "backwards"
    if ends_at <= at or starts_at < at - GRACE:
        return "past"
    if ends_at - starts_at > LONGEST_TERM:
        return "long"
    return "after_incident" if ends_at > last else ""


def overlap(starts_at: datetime, ends_at: datetime, begin: datetime, end: datetime) -> bool:
    """Whether two spans share a moment."""
    return starts_at < end and begin < ends_at


def counted(people: Iterable[Candidate], codes: Sequence[str]) -> dict[str, int]:
    """How many of these people there are, and how many of them can do each thing. Who is paused does not count."""
    found = dict.fromkeys((HEADS, *codes), 0)
    for person in people:
        if "paused" not in person.limits:
            for code in found:
                found[code] += code == HEADS or code in person.qualifications
    return found

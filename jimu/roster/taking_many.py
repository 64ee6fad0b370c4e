"""Seats that several people say yes to at the same moment, given in a few statements however many they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from jimu.core import bulk, journal, live, locks
from jimu.core.permissions import Actor
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.taking import JUDGED_FOR, Judged, stamps
from jimu.roster.writing import free_seat, known_missing, raise_version, refresh_filled
from jimu.training.gate import Able, able


@dataclass(frozen=True)
class Wish:
    """Somebody's yes to a seat of a shift (with its unit and post, as it stands now), and how they were judged for it."""

    actor: Actor
    shift: Shift
    person_id: UUID
    judged: Judged | None


class Taken(Enum):
    """What came of a wish. LOOK: they have to be judged anew, by `taking.take`. LAST: seated, and the shift is full now."""

    SEATED = "seated"
    LAST = "last"
    FULL = "full"
    LOOK = "look"


def take_many(*, at: datetime, roster_id: UUID, wishes: Sequence[Wish]) -> list[Taken]:
    """Give free seats of one roster to whom they were offered, first come first served, in the caller's transaction.

    Ten queries at most. Whoever cannot be seated by an earlier judgement that still holds is left to `taking.take`.
    """
    locks.hold(f"roster:{roster_id}")
    room = _Room(wishes)
    holds = _holding(wishes, at)
    found, made, seen = [], [], set()
    for wish in wishes:
        outcome = room.look(wish)
        if outcome is None:
            # A second seat of the same moment was not known when they were judged for it.
            if wish.person_id in seen or not holds[wish.person_id, wish.shift.pk]:
                outcome = Taken.LOOK
            else:
                made.append(room.seat(wish))
                outcome = Taken.LAST if room.full(wish.shift) else Taken.SEATED
            seen.add(wish.person_id)
        found.append(outcome)
    if made:
        _write(Roster(pk=roster_id), made, wishes, at)
    return found


class _Room:
    """The seats of the shifts that are wished for, as they fill."""

    def __init__(self, wishes: Sequence[Wish]) -> None:
        self.taken: dict[UUID, dict[int, UUID]] = defaultdict(dict)
        self.missing: dict[UUID, int] = defaultdict(int)
        seats = Assignment.objects.filter(shift__in={wish.shift.pk for wish in wishes})
        for shift_id, seat, person_id in seats.values_list("shift_id", "seat", "person_id"):
            self.taken[shift_id][seat] = person_id
        if self.taken:
            for _seat, shift_id in known_missing(seats).values_list("pk", "shift_id"):
                self.missing[shift_id] += 1

    def full(self, shift: Shift) -> bool:
        return len(self.taken[shift.pk]) - self.missing[shift.pk] >= shift.needed

    def look(self, wish: Wish) -> Taken | None:
        if wish.person_id in self.taken[wish.shift.pk].values():
            return Taken.SEATED
        return Taken.FULL if self.full(wish.shift) else None

    def seat(self, wish: Wish) -> Assignment:
        taken = self.taken[wish.shift.pk]
        seat = free_seat(set(taken))
        taken[seat] = wish.person_id
        return Assignment(shift=wish.shift, person_id=wish.person_id, seat=seat, origin=Assignment.Origin.CALL, pinned=True)


def _holding(wishes: Sequence[Wish], at: datetime) -> dict[tuple[UUID, UUID], bool]:
    """Whether nothing of what was judged has changed; certificates are looked at each time, since they can be revoked."""
    fresh = [wish for wish in wishes if wish.judged is not None and at - wish.judged.at <= JUDGED_FOR]
    now = stamps([wish.person_id for wish in fresh], at) if fresh else {}
    asking: dict[date, set[UUID]] = defaultdict(set)
    for wish in fresh:
        if wish.shift.post.qualifications:
            asking[wish.shift.day].add(wish.person_id)
    can = {day: able(people, day) for day, people in asking.items()}
    found = {(wish.person_id, wish.shift.pk): False for wish in wishes}
    for wish in fresh:
        held: dict[str, Able] = dict(can.get(wish.shift.day, {}).get(wish.person_id, {}))
        same = wish.judged is not None and now.get(wish.person_id) == wish.judged.stamp
        found[wish.person_id, wish.shift.pk] = same and set(wish.shift.post.qualifications) <= set(held)
    return found


def _write(roster: Roster, made: Sequence[Assignment], wishes: Sequence[Wish], at: datetime) -> None:
    bulk.insert(made)
    refresh_filled(roster, sorted({seat.shift_id for seat in made}))
    raise_version(roster)
    actors = {(wish.person_id, wish.shift.pk): wish.actor for wish in wishes}
    journal.record_many(
        journal.entry(
            actor=actors[seat.person_id, seat.shift_id], at=at, verb="roster.taken", target=f"roster:{roster.pk}", scope=seat.shift.unit.path,
            data={"person": str(seat.person_id), "shift": str(seat.shift_id)},
        )
        for seat in made
    )  # fmt: skip
    live.beat_sparingly(f"roster:{roster.pk}", *{f"roll:{seat.shift.unit_id}" for seat in made}, "board")

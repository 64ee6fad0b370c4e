"""Seats that stand open although somebody could take them: at once, or after one person moves over. No solver."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jimu.roster.problem import Built
from jimu.roster.standby import read
from jimu_engine.problem import Person, Problem, Shift
from jimu_engine.problem import Roster as Seats
from jimu_engine.rules import Cover, PairRule, Pinned
from jimu_engine.rules.base import View


@dataclass(frozen=True)
class Gap:
    """An open shift and who could take it. With `leaves` they move over from that shift, which `steps_in` takes."""

    shift: str
    person: str
    leaves: str = ""
    steps_in: str = ""


def gaps(built: Built, seats: Seats | None = None) -> list[Gap]:
    """For each shift with open seats the first way to fill one, if there is any."""
    return list(_Search(built.problem, seats if seats is not None else built.seats).run())


class _Search:
    def __init__(self, problem: Problem, seats: Seats) -> None:
        self.problem, self.seats = problem, seats
        self.work = seats.by_person(problem)
        self.pair_rules = [rule for rule in problem.rules if isinstance(rule, PairRule)]
        self.load_rules = [
            rule for rule in problem.rules if rule.hard and not isinstance(rule, PairRule | Pinned | Cover)
        ]

    def run(self) -> Iterator[Gap]:
        for shift in self.problem.shifts:
            # Who only stands by is missed by nobody yet.
            if not shift.requested and not read(shift.id)[1] and len(self.seats.on(shift.id)) < shift.required:
                found = self.at_once(shift) or self.by_a_move(shift)
                if found:
                    yield found

    def at_once(self, shift: Shift) -> Gap | None:
        person = self.taker(shift)
        return Gap(shift.id, person.id) if person else None

    def by_a_move(self, shift: Shift) -> Gap | None:
        for person in self.able(shift):
            for left in self.work.get(person.id, ()):
                pinned = (left.id, person.id) in self.problem.pinned
                rest = [other for other in self.work[person.id] if other.id != left.id]
                if not pinned and self.holds(person, [*rest, shift]):
                    other = self.taker(left, without=person)
                    if other:
                        return Gap(shift.id, person.id, left.id, other.id)
        return None

    def taker(self, shift: Shift, without: Person | None = None) -> Person | None:
        """Somebody who can take a shift beside what they do already."""
        able = (p for p in self.able(shift) if p is not without)
        return next((p for p in able if self.holds(p, [*self.work.get(p.id, ()), shift])), None)

    def able(self, shift: Shift) -> Iterator[Person]:
        """People whom no rule about one person and one shift keeps off, and who are not on it."""
        here = set(self.seats.on(shift.id))
        for person in self.problem.people:
            if person.id not in here and not any(rule.forbids(person, shift) for rule in self.pair_rules):
                yield person

    def holds(self, person: Person, shifts: Sequence[Shift]) -> bool:
        """Whether these shifts together break no rule for this person."""
        mine = sorted(shifts, key=lambda shift: (shift.start, shift.id))
        view = View(self.problem, self.seats, {person.id: mine})
        return not any(breach.hard for rule in self.load_rules for breach in rule.breaches(view))

"""Seats novices after the search: in what is open, beside a veteran of their own, as far as every rule allows. Greedy."""

from __future__ import annotations

from jimu_engine.check import check
from jimu_engine.problem import Person, Problem, Roster, Shift
from jimu_engine.rules import Supervised


def has_novices(problem: Problem) -> bool:
    """Whether anybody here may take some shift only beside a veteran."""
    return problem.rule(Supervised) is not None and any(person.novice for person in problem.people)


def without_supervision(problem: Problem) -> Problem:
    """The problem with that rule forgotten, for bounds, which may forget rules and never tighten them."""
    return problem.replace(rules=tuple(rule for rule in problem.rules if not isinstance(rule, Supervised)))


def seat_novices(problem: Problem, roster: Roster) -> Roster:
    """The roster with novices on open seats where that costs less than the empty seat; every rule holds as before."""
    return _Seating(problem, roster).run() if has_novices(problem) else roster


class _Seating:
    def __init__(self, problem: Problem, roster: Roster) -> None:
        self.rule: Supervised = problem.rule(Supervised)
        self.problem, self.free = problem, without_supervision(problem)
        self.novices = [person for person in problem.people if person.novice]
        self.work = roster.by_person(problem)
        self.on = {shift.id: list(roster.on(shift.id)) for shift in problem.shifts}

    def run(self) -> Roster:
        learning = {q for person in self.novices for q in person.novice}
        shifts = [s for s in self.problem.shifts if s.qualifications & learning and not s.requested]
        # Dearest seats first.
        for shift in sorted(shifts, key=lambda s: (-s.under, s.start, s.id)):
            while len(self.on[shift.id]) < shift.required and self.one_more(shift):
                pass
        return Roster.of((shift, person) for shift, people in self.on.items() for person in people)

    def one_more(self, shift: Shift) -> bool:
        """Seat one novice here, of those who can the one with least to do; False when nobody can."""
        here = [self.problem.people[self.problem.person_at[p]] for p in self.on[shift.id]]
        novices, veterans = self.rule.split(here, shift)
        if len(novices) >= len(veterans):
            return False
        able = [p for p in self.novices if self.rule.forbids(p, shift) and p.id not in self.on[shift.id]]
        for person in sorted(able, key=lambda p: (sum(s.minutes for s in self.work.get(p.id, ())) + p.history.load, p.id)):
            if self.pays(person, shift):
                self.on[shift.id].append(person.id)
                self.work.setdefault(person.id, []).append(shift)
                return True
        return False

    def pays(self, person: Person, shift: Shift) -> bool:
        """Whether the checker lets them, and finds it cheaper than the empty seat. It looks at this one person's shifts only."""
        mine = self.work.get(person.id, [])
        names = {s.id for s in (*mine, shift)}
        published = frozenset(pair for pair in self.problem.published if pair[1] == person.id and pair[0] in names)
        alone = self.free.replace(people=(person,), shifts=(*mine, shift), pinned=frozenset(), published=published)
        before = check(alone, Roster.of((s.id, person.id) for s in mine))
        after = check(alone, Roster.of((name, person.id) for name in names))
        return len(after.hard) == len(before.hard) and after.objective < before.objective

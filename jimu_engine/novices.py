"""Novices, whom the search does not seat: those of a roster stay where they are, others take what is left open.

Before a search `keep_novices` seats those who stand somewhere already, `dismiss` takes out whoever stands without a veteran
of their own, and `hold_veterans` keeps one beside each. After it `seat_novices` gives open seats to novices, greedily.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from jimu_engine import kernel
from jimu_engine.check import check
from jimu_engine.problem import Person, Problem, Roster, Shift
from jimu_engine.prompt import Asked, never
from jimu_engine.rules import Supervised

if TYPE_CHECKING:
    from jimu_engine.index import Floats
    from jimu_engine.state import Board

#: Novices looked at between two questions whether to stop, some tenths of a second, and how many of them the checker's word
#: on one is worth.
LOOKS, WEIGHED = 200_000, 300


def has_novices(problem: Problem) -> bool:
    """Whether anybody here may take some shift only beside a veteran."""
    return problem.rule(Supervised) is not None and any(person.novice for person in problem.people)


def without_supervision(problem: Problem) -> Problem:
    """The problem with that rule forgotten, for bounds, which may forget rules and never tighten them."""
    return problem.replace(rules=tuple(rule for rule in problem.rules if not isinstance(rule, Supervised)))


def keep_novices(board: Board, roster: Roster, worth: Floats) -> None:
    """Seat the roster's novices whom every other rule allows where they stand, at less than `worth[shift]`; pinned."""
    problem = board.index.problem
    rule: Supervised | None = problem.rule(Supervised)
    if rule is None:
        return
    for shift, person in sorted(roster.pairs()):
        s, p = problem.shift_at[shift], problem.person_at[person]
        if not rule.forbids(problem.people[p], problem.shifts[s]):
            continue
        one = np.array([p], np.int64)
        if any(other.blocks(board.index, s, one)[0] for other in board.index.pair_rules if other is not rule):
            continue
        why, cost = kernel.weigh(board.shifts, board.people, board.state, one, s, board.index.pair_costs(s, one))
        if why[0] == kernel.OK and cost[0] < worth[s]:
            board.sit(s, p, pinned=True)


def unsupervised(problem: Problem, roster: Roster) -> list[tuple[str, str]]:
    """The (shift, person) pairs of novices beyond the veterans beside them; those pinned in the problem are the last to go."""
    rule: Supervised | None = problem.rule(Supervised)
    found: list[tuple[str, str]] = []
    for shift in problem.shifts if rule is not None else ():
        if rule is None or not shift.qualifications or not roster.on(shift.id):
            continue
        novices, veterans = rule.split([problem.people[problem.person_at[p]] for p in roster.on(shift.id)], shift)
        pairs = sorted(((shift.id, p.id) for p in novices), key=lambda pair: pair not in problem.pinned)
        found += [pair for pair in pairs[len(veterans) :] if pair not in problem.pinned]
    return found


def dismiss(board: Board, spared: Collection[tuple[str, str]] = ()) -> int:
    """Take novices without a veteran of their own off the board, except the `spared` pairs; returns how many."""
    problem = board.index.problem
    pairs = [pair for pair in unsupervised(problem, board.roster()) if pair not in spared] if has_novices(problem) else []
    for shift, person in pairs:
        board.stand_up(problem.shift_at[shift], problem.person_at[person])
    return len(pairs)


def hold_veterans(board: Board) -> None:
    """Pin one veteran for each novice on the board, so that a search does not exchange them away for a little."""
    problem, state = board.index.problem, board.state
    rule: Supervised | None = problem.rule(Supervised)
    if rule is None:
        return
    for s in np.unique(state.seat_shift[state.pinned]):
        seats = np.arange(board.shifts.seat_ptr[s], board.shifts.seat_ptr[s + 1])
        seats = seats[state.seat_person[seats] >= 0]
        novices, veterans = rule.split([problem.people[p] for p in state.seat_person[seats]], problem.shifts[s])
        held = [problem.person_at[p.id] for p in veterans[: len(novices)]]
        state.pinned[seats[np.isin(state.seat_person[seats], held)]] = True


def seat_novices(
    problem: Problem,
    roster: Roster,
    *,
    without: Collection[str] = (),
    since: int = 0,
    at_any_cost: bool = False,
    stop: Asked = never,
) -> Roster:
    """The roster with novices on open seats where that costs less than the empty seat; every rule holds as before.

    A novice who stands without a veteran goes first. Nobody of `without` is asked, and no shift that starts before `since`
    (minutes) is touched; `at_any_cost` fills whatever a rule does not forbid. Once `stop` says so the seats left stay open: it
    is asked after every `LOOKS` looks, so that a small roster gets its novices however little time there is.
    """
    return _Seating(problem, roster, frozenset(without), since, at_any_cost, stop).run() if has_novices(problem) else roster


class _Seating:
    def __init__(
        self, problem: Problem, roster: Roster, without: frozenset[str], since: int, at_any_cost: bool, stop: Asked
    ) -> None:
        self.stop, self.looks, self.over = stop, LOOKS, False
        self.rule: Supervised = problem.rule(Supervised)
        self.problem, self.free = problem, without_supervision(problem)
        self.since, self.at_any_cost = since, at_any_cost
        self.novices = [person for person in problem.people if person.novice and person.id not in without]
        alone = {pair for pair in unsupervised(problem, roster) if problem.shifts[problem.shift_at[pair[0]]].start >= since}
        roster = Roster.of(pair for pair in roster.pairs() if pair not in alone)
        self.work = roster.by_person(problem)
        self.on = {shift.id: list(roster.on(shift.id)) for shift in problem.shifts}

    def run(self) -> Roster:
        learning = {q for person in self.novices for q in person.novice}
        shifts = [s for s in self.problem.shifts if s.qualifications & learning and not s.requested and s.start >= self.since]
        # Dearest seats first.
        for shift in sorted(shifts, key=lambda s: (-s.under, s.start, s.id)):
            while not self.late() and len(self.on[shift.id]) < shift.required and self.one_more(shift):
                pass
        return Roster.of((shift, person) for shift, people in self.on.items() for person in people)

    def late(self) -> bool:
        """Whether the end was asked for when last it was time to look."""
        if self.looks <= 0 and not self.over:
            self.looks, self.over = LOOKS, self.stop()
        return self.over

    def one_more(self, shift: Shift) -> bool:
        """Seat one novice here, of those who can the one with least to do; False when nobody can."""
        here = [self.problem.people[self.problem.person_at[p]] for p in self.on[shift.id]]
        novices, veterans = self.rule.split(here, shift)
        if len(novices) >= len(veterans):
            return False
        self.looks -= len(self.novices)
        able = [p for p in self.novices if self.rule.forbids(p, shift) and p.id not in self.on[shift.id]]
        for person in sorted(able, key=lambda p: (sum(s.minutes for s in self.work.get(p.id, ())) + p.other_load, p.id)):
            if self.late():
                return False
            self.looks -= WEIGHED
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
        return len(after.hard) == len(before.hard) and (self.at_any_cost or after.objective < before.objective)

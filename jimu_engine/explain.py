"""Which single rule, lifted, would fill most of the seats that stand open; found by filling them, not by counting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jimu_engine.check import check
from jimu_engine.index import Index
from jimu_engine.problem import Problem, Roster
from jimu_engine.recommend import Advisor, OpenSeat
from jimu_engine.repair import AT_ANY_COST
from jimu_engine.rules import Cover, MinimumRest, Pinned, Rule
from jimu_engine.state import Board


@dataclass(frozen=True)
class Relaxation:
    """A hard rule by its code, and how many open seats could be filled without it (nobody else moved)."""

    rule: str
    bodily: bool
    filled: int


@dataclass(frozen=True)
class Explanation:
    """Why seats stand open: shift by shift, and what one relaxation would do, best first (those that do nothing left out)."""

    open_seats: int
    shifts: tuple[OpenSeat, ...]
    relaxations: tuple[Relaxation, ...]


def explain(problem: Problem, roster: Roster, *, at_most: int = 50) -> Explanation:
    """Why seats of a roster stand open. `at_most` shifts are explained one by one, dearest first.

    Raises BadRoster for a stranger's roster.
    """
    report = check(problem, roster)
    short = [s for s in problem.shifts if not s.requested and len(set(roster.on(s.id))) < s.required]
    short.sort(key=lambda s: (-s.under, s.start, s.id))
    if not short:
        return Explanation(0, (), ())
    advisor = Advisor(problem, roster)
    found = tuple(advisor.why_open(shift.id) for shift in short[:at_most])
    base = _filled_without(problem, roster, None)
    hard = [rule for rule in problem.rules if rule.hard and not isinstance(rule, Cover | Pinned)]
    tried = [Relaxation(rule.code, rule.bodily, _filled_without(problem, roster, rule) - base) for rule in hard]
    helpful = sorted((each for each in tried if each.filled > 0), key=lambda each: (-each.filled, each.bodily, each.rule))
    return Explanation(report.open_seats, found, tuple(helpful))


def _filled_without(problem: Problem, roster: Roster, lifted: Rule | None) -> int:
    """How many open seats can be filled when a rule is lifted, everybody staying where they are."""
    # Without any rest, still nobody is in two places at once: that is the same rule.
    left = [MinimumRest(0) if rule is lifted and isinstance(rule, MinimumRest) else rule for rule in problem.rules if rule is not lifted or isinstance(rule, MinimumRest)]
    freer = problem.replace(rules=tuple(left))
    board = Board(Index(freer))
    board.load(roster, lawful=False)
    seats = board.open_seats()
    worth = np.full(len(problem.shifts), AT_ANY_COST)
    # Those with the fewest who could come first, so that others do not take them away.
    shift = board.state.seat_shift[seats]
    choice = board.shifts.cand_ptr[shift + 1] - board.shifts.cand_ptr[shift]
    order = seats[np.lexsort((seats, choice))]
    board.fill(order, worth, np.ones(1, np.uint64))
    return len(seats) - len(board.open_seats())

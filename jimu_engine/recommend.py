"""Who could take one seat, best first, with reasons; and why the others could not. No solver: milliseconds once an `Advisor` is laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from jimu_engine import kernel
from jimu_engine.errors import UnknownPeople, UnknownShift
from jimu_engine.index import Index
from jimu_engine.problem import Problem, Roster
from jimu_engine.reasons import Reason, costs, facts
from jimu_engine.state import Board

#: What the kernel's answers are called, as rule codes.
RULE_OF = {
    kernel.REST: "rest",
    kernel.DAY_CAP: "daily_cap",
    kernel.WEEK_CAP: "weekly_cap",
    kernel.REST_DAY: "rest_day",
    kernel.NIGHTS: "nights",
    kernel.SUIT: "suit",
    kernel.TWICE: "twice",
    kernel.TOO_MANY: "daily_cap",
    kernel.MOST_SHIFTS: "most_shifts",
    kernel.DAYS_ON: "days_on",
}


@dataclass(frozen=True)
class Candidate:
    """A person who fits, what it would cost, and why; `by_rule` is what the cost is made of (the empty seat that it saves aside)."""

    person: str
    cost: float
    reasons: tuple[Reason, ...]
    by_rule: dict[str, float]


@dataclass(frozen=True)
class Recommendation:
    """Ranked candidates of one shift, and how many others each rule keeps off it (the first rule that does)."""

    shift: str
    candidates: tuple[Candidate, ...]
    kept_off: dict[str, int]


@dataclass(frozen=True)
class OpenSeat:
    """Why seats of a shift stay empty.

    `kept_off`: people by the first rule that keeps them off. `relax`: the rule whose single relaxation would let most
    people in, and how many. `nearest`: people whom one rule alone keeps off, with that rule.
    """

    shift: str
    missing: int
    kept_off: dict[str, int]
    relax: tuple[str, int] | None
    nearest: tuple[tuple[str, str], ...]


class Advisor:
    """Answers about one roster. Build it once, ask it often: the index and the board are kept between questions.

    Raises BadRoster for a stranger's roster, UnknownShift and UnknownPeople for questions about what the problem does not have.
    """

    def __init__(self, problem: Problem, roster: Roster) -> None:
        self.problem = problem
        self.index = Index(problem)
        self.board = Board(self.index)
        self.board.load(roster, lawful=False)
        self.everybody = np.arange(len(problem.people), dtype=np.int64)

    def recommend(self, shift_id: str, *, limit: int = 10, among: Collection[str] | None = None) -> Recommendation:
        """Ranked people for a seat of this shift; `among`: of these people only; those whom the problem does not have are passed over.
        """
        s = self._shift(shift_id)
        kept_off, allowed = self._kept_off(s, self.everybody if among is None else self._numbers(among))
        board = self.board
        why, cost = kernel.weigh(board.shifts, board.people, board.state, allowed, s, self.index.pair_costs(s, allowed))
        fits = why == kernel.OK
        for code in why[~fits].tolist():
            kept_off[RULE_OF[code]] += 1
        found = list(zip(cost[fits].tolist(), allowed[fits].tolist(), strict=True))
        found.sort(key=lambda pair: (pair[0], self.problem.people[pair[1]].id))
        ranked = tuple(Candidate(self.problem.people[p].id, cost, facts(self.board, p, s), costs(self.board, p, s)) for cost, p in found[:limit])
        return Recommendation(shift_id, ranked, dict(kept_off))

    def why_open(self, shift_id: str, *, nearest: int = 3) -> OpenSeat:
        """Why this shift has empty seats."""
        s = self._shift(shift_id)
        missing = self.problem.shifts[s].required - int((self.board.state.seat_person[self._seats(s)] >= 0).sum())
        alone: Counter[str] = Counter()
        close: list[tuple[float, str, str]] = []
        kept_off: Counter[str] = Counter()
        for p, rules in self._all_reasons(s):
            kept_off[rules[0]] += 1
            if len(rules) == 1 and not self._elsewhere(s, p):
                alone[rules[0]] += 1
                close.append((float(self.board.state.load[p]), self.problem.people[p].id, rules[0]))
        close.sort()
        relax = alone.most_common(1)[0] if alone else None
        return OpenSeat(shift_id, missing, dict(kept_off), relax, tuple((p, r) for _, p, r in close[:nearest]))

    def why_here(self, shift_id: str, person_id: str) -> tuple[Reason, ...]:
        """What spoke for this person on this shift, as it stands now; of somebody who is not on it, what would speak for them."""
        s, p = self._shift(shift_id), self._person(person_id)
        if s not in self.board.state.mine[p, : self.board.state.count[p]]:
            return facts(self.board, p, s)
        kernel.put(self.board.shifts, self.board.state, p, s, -1)
        reasons = facts(self.board, p, s)
        kernel.put(self.board.shifts, self.board.state, p, s, 1)
        return reasons

    def would_break(self, shift_id: str, person_id: str) -> tuple[str, ...]:
        """The codes of the rules that putting this person on this shift by hand would break; empty when none."""
        s, p = self._shift(shift_id), self._person(person_id)
        return tuple(self._pair_rules(s, p)) + tuple(self._load_rules(s, p))

    def _shift(self, shift_id: str) -> int:
        if shift_id not in self.problem.shift_at:
            raise UnknownShift(shift_id)
        return self.problem.shift_at[shift_id]

    def _person(self, person_id: str) -> int:
        if person_id not in self.problem.person_at:
            raise UnknownPeople("the question", [person_id])
        return self.problem.person_at[person_id]

    def _seats(self, s: int) -> slice:
        return slice(int(self.board.shifts.seat_ptr[s]), int(self.board.shifts.seat_ptr[s + 1]))

    def _numbers(self, among: Collection[str]) -> np.ndarray:
        at = self.problem.person_at
        return np.array(sorted(at[one] for one in among if one in at), np.int64)

    def _kept_off(self, s: int, left: np.ndarray) -> tuple[Counter[str], np.ndarray]:
        kept: Counter[str] = Counter()
        for rule in self.index.pair_rules:
            blocked = rule.blocks(self.index, s, left)
            if blocked.any():
                kept[rule.code] += int(blocked.sum())
                left = left[~blocked]
        return kept, left

    def _all_reasons(self, s: int) -> Iterable[tuple[int, list[str]]]:
        """Each person who could be here by place and kind, with every rule that keeps them off."""
        near = self.everybody[self.index.may_serve(self.index.shift_place[s])]
        table = {rule.code: rule.blocks(self.index, s, near) for rule in self.index.pair_rules}
        for i, p in enumerate(near.tolist()):
            rules = [code for code, blocked in table.items() if blocked[i]]
            if len(rules) < 2:
                rules += self._load_rules(s, p)
            if rules:
                yield p, rules

    def _elsewhere(self, s: int, p: int) -> bool:
        """Whether a person is on this shift already or at work somewhere else meanwhile: no rule can be relaxed for that."""
        board, shift = self.board, self.problem.shifts[s]
        mine = board.state.mine[p, : board.state.count[p]]
        return bool(((board.shifts.start[mine] < shift.end) & (board.shifts.end[mine] > shift.start)).any())

    def _pair_rules(self, s: int, p: int) -> Iterable[str]:
        one = np.array([p], np.int64)
        return (rule.code for rule in self.index.pair_rules if rule.blocks(self.index, s, one)[0])

    def _load_rules(self, s: int, p: int) -> list[str]:
        why = int(kernel.why_not(self.board.shifts, self.board.people, self.board.state, p, s))
        return [] if why == kernel.OK else [RULE_OF[why]]


def recommend(problem: Problem, roster: Roster, shift_id: str, *, limit: int = 10) -> Recommendation:
    """Ranked people for one seat; for many questions about one roster keep an Advisor."""
    return Advisor(problem, roster).recommend(shift_id, limit=limit)

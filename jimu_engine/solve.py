"""Solve a roster: build greedily, open the stuck seats by ejection chains, then anneal what it costs.

Anytime: the best roster so far is at hand after every round. The same seed and the same count-based stop give the same
roster. Workers are threads over disjoint places; people who serve in several places belong, for a round, to the one
place where they sit, so no two threads touch the same person.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from jimu_engine import moves
from jimu_engine.bound import Bounder
from jimu_engine.check import Report, check
from jimu_engine.cost import board_cost
from jimu_engine.index import Index, Ints
from jimu_engine.novices import (
    dismiss,
    has_novices,
    hold_veterans,
    keep_novices,
    seat_novices,
    without_supervision,
)
from jimu_engine.problem import Problem, Roster
from jimu_engine.prompt import finished
from jimu_engine.result import Result, Step
from jimu_engine.state import Board
from jimu_engine.stop import MaxRounds, Stop

Progress = Callable[[Step], bool]

MOVES_PER_SEAT = 60
CHAIN_DEPTHS = (1, 2, 3)
CHAIN_BUDGET = 20_000
#: Moves between two questions whether to stop, and the round that is no round when only the time counts.
MOVES, NO_ROUND = 200_000, -1
#: Up to so many candidates a bound is waited for whatever the time.
SMALL = 200_000
HOT, COOLING, COLD = 0.15, 0.6, 0.004
PATIENCE = 4
WIDE_GAP = 0.02


@dataclass(frozen=True)
class Part:
    """The seats of some places, worked on by one thread."""

    me: int
    seats: Ints
    rng: np.ndarray


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    stop: Stop | None = None,
    workers: int = 1,
    start: Roster | None = None,
    progress: Progress | None = None,
    with_bound: bool = True,
) -> Result:
    """The best roster found until `stop` says so.

    `start` is a roster to go on from (its lawful pairs are kept as far as they pay). `progress` is called after every
    round, can ask the step for the best roster so far, and ends the solve when it returns False. A lawful `start` never
    gets dearer. Raises BadRoster when `start` is of another problem.
    """
    return _Solve(problem, seed, stop or MaxRounds(40), workers, progress, with_bound).run(start)


class _Solve:
    def __init__(
        self, problem: Problem, seed: int, stop: Stop, workers: int, progress: Progress | None, with_bound: bool
    ) -> None:
        self.began = time.perf_counter()
        self.problem, self.stop, self.progress, self.with_bound = problem, stop, progress, with_bound
        self.index = Index(problem, hurried=self.late)
        self.board = Board(self.index)
        self.parts = _parts(self.index, self.board, workers, seed)
        self.rng = _stream(seed, 997)
        self.bound = -np.inf
        self.bounder = Bounder(Index(without_supervision(problem)) if has_novices(problem) else self.index)
        self.log: list[Step] = []
        self.best = self.board.state.seat_person.copy()
        self.ended = False

    def run(self, start: Roster | None) -> Result:
        self.seat(start)
        self.best, best_cost = self.round_zero()
        temperature, idle, rounds = HOT, 0, 0
        while self.tell(best_cost, self.best_roster) and not self.stop(rounds, best_cost, self.bound):
            with_pool(self.parts, partial(self.work, owner=self.owners(), temperature=temperature))
            rounds += 1
            cost = board_cost(self.board)
            if cost < best_cost - 1e-9:
                idle = 0 if best_cost - cost > 1e-4 * max(1.0, abs(best_cost)) else idle + 1
                self.best, best_cost = self.board.state.seat_person.copy(), cost
            else:
                idle += 1
            if temperature <= COLD and idle >= PATIENCE:
                break
            temperature = max(COLD, temperature * COOLING)
        if not self.ended and np.isfinite(self.bound) and best_cost - self.bound > WIDE_GAP * abs(best_cost):
            # Close the bound cannot gain much, and it takes seconds after the time is up; who ends a solve will not wait.
            self.raise_bound()
        roster, report = self.judged(start)
        self.tell(report.objective, lambda: roster)
        return Result(roster, report, self.bound, time.perf_counter() - self.began, tuple(self.log))

    def judged(self, start: Roster | None) -> tuple[Roster, Report]:
        """The best roster with the checker's word on it; the start where that is lawful and cheaper."""
        roster = self.best_roster()
        report = check(self.problem, roster)
        if start is not None:
            before = check(self.problem, start)
            if before.feasible and before.objective < report.objective - 1e-9:
                return start, before
        return roster, report

    def seat(self, start: Roster | None) -> None:
        """Pinned pairs first, then those of the start roster and of the published one."""
        for shift, person in sorted(self.problem.pinned):
            self.board.sit(self.problem.shift_at[shift], self.problem.person_at[person], pinned=True)
        if start is not None:
            start.by_person(self.problem)
        else:
            published = self.problem.published
            start = Roster.of(p for p in published if p[0] in self.problem.shift_at and p[1] in self.problem.person_at)
        self.board.load(start, lawful=True)
        keep_novices(self.board, start, self.board.shifts.under)

    def round_zero(self) -> tuple[Ints, float]:
        """Fill, open the stuck seats, and bound."""
        self.fill()
        if dismiss(self.board):
            self.fill()
        hold_veterans(self.board)
        if len(self.board.shifts.cand_person) <= SMALL:
            self.raise_bound()
        else:
            # A linear program of minutes is not waited for; without it the bound stays unknown.
            finished(self.raise_bound, self.late)
        return self.board.state.seat_person.copy(), board_cost(self.board)

    def late(self) -> bool:
        """Whether the time is up, or somebody asked for the end, whatever the count of rounds."""
        return self.stop(NO_ROUND, np.nan, np.nan)

    def fill(self) -> None:
        """Whom it costs least onto every empty seat, then chains for those that stay empty, short ones first, over everybody."""
        self.board.fill(_hardest_first(self.board), self.board.shifts.under, self.rng, self.late)
        owner = np.zeros(len(self.problem.people), np.int64)
        for depth in CHAIN_DEPTHS:
            self.board.chains(self.board.open_seats(), depth, owner, 0, CHAIN_BUDGET, stop=self.late)

    def raise_bound(self) -> None:
        """Bound anew with the loads of the board; prices that fit a better roster give a better bound.

        Candidates that were cut short say nothing of all rosters.
        """
        if self.with_bound and not self.index.cut_short:
            self.bound = max(self.bound, self.bounder(self.board.state.load.copy()))

    def work(self, part: Part, owner: Ints, temperature: float) -> None:
        """One round of one thread; it may end in the middle."""
        board, left = self.board, MOVES_PER_SEAT * len(part.seats)
        while left > 0 and not self.late():
            some = min(left, MOVES)
            moves.anneal(board.shifts, board.people, board.state, part.seats, owner, part.me, temperature, some, part.rng)
            left -= some
        board.chains(part.seats, 2, owner, part.me, CHAIN_BUDGET // 10, stop=self.late)

    def owners(self) -> Ints:
        """Which part each person belongs to this round; −2 for those who sit in two."""
        owner = np.full(len(self.problem.people), -1, np.int64)
        for part in self.parts:
            sitting = self.board.state.seat_person[part.seats]
            sitting = sitting[sitting >= 0]
            owner[sitting[(owner[sitting] >= 0) & (owner[sitting] != part.me)]] = -2
            owner[sitting[owner[sitting] == -1]] = part.me
        idle = np.flatnonzero(owner == -1)
        owner[idle] = self.homes[idle]
        return owner

    @property
    def homes(self) -> Ints:
        """The part that an idle person belongs to: where they may serve; those who may in several take turns."""
        if not hasattr(self, "_homes"):
            part_of = {
                self.index.shift_place[s]: part.me for part in self.parts for s in np.unique(self.board.state.seat_shift[part.seats])
            }
            homes = [
                part_of.get(min(p.places & part_of.keys()), 0) if p.places and p.places & part_of.keys() else i % len(self.parts)
                for i, p in enumerate(self.problem.people)
            ]
            self._homes = np.array(homes, np.int64)
        return self._homes

    def tell(self, best_cost: float, best: Callable[[], Roster]) -> bool:
        """Log a step; False when the watcher asks to stop."""
        step = Step(time.perf_counter() - self.began, best_cost, self.bound, int((self.best < 0).sum()))
        self.log.append(step)
        self.ended = self.progress is not None and not self.progress(replace(step, best=best))
        return not self.ended

    def best_roster(self) -> Roster:
        """The best seating so far as a roster, newcomers beside their veterans."""
        return seat_novices(self.problem, self.board.roster(self.best), stop=self.late)


def with_pool(parts: list[Part], work: Callable[[Part], None]) -> None:
    """Run the parts, side by side when there are several."""
    if len(parts) == 1:
        work(parts[0])
        return
    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(work, parts))


def _parts(index: Index, board: Board, workers: int, seed: int) -> list[Part]:
    """Places dealt to threads, largest first to the least loaded; one part when everybody is one place."""
    by_place: dict[str, list[int]] = {}
    for k, s in enumerate(board.state.seat_shift.tolist()):
        by_place.setdefault(index.shift_place[s], []).append(k)
    piles: list[list[int]] = [[] for _ in range(max(1, min(workers, len(by_place))))]
    for place in sorted(by_place, key=lambda name: (-len(by_place[name]), name)):
        min(piles, key=len).extend(by_place[place])
    return [Part(i, np.array(sorted(pile), np.int64), _stream(seed, i + 1)) for i, pile in enumerate(piles)]


def _stream(seed: int, number: int) -> np.ndarray:
    """The state of one random stream; never zero."""
    word = np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)
    return np.maximum(word, np.uint64(1))


def _hardest_first(board: Board) -> Ints:
    """Seats by what leaving them empty costs, then by how few people could take them."""
    seats = np.arange(len(board.state.seat_shift))
    shift = board.state.seat_shift
    choice = (board.shifts.cand_ptr[shift + 1] - board.shifts.cand_ptr[shift]) / np.maximum(1, board.index.required[shift])
    return seats[np.lexsort((seats, choice, -board.shifts.under[shift]))].astype(np.int64)

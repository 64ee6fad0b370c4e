"""Few changes that restore a roster: people drop out, demand moves; everybody else stays where they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from jimu_engine.check import Report, check
from jimu_engine.errors import UnknownPeople
from jimu_engine.index import Index, Ints
from jimu_engine.novices import dismiss, keep_novices, seat_novices
from jimu_engine.problem import Pair, Problem, Roster
from jimu_engine.prompt import Asked
from jimu_engine.state import Board
from jimu_engine.trades import LEAST_WON

#: A repair fills what somebody can fill: whether a seat is worth it was decided when the roster was made.
AT_ANY_COST = 1e15
#: Chains tried for a seat; turns of `state.LOOKS` for the chains of all seats together, at each depth, and of `novices.LOOKS`
#: for novices: some seconds. A closed zone may leave thousands of seats that nobody can fill, and each would be looked at to
#: the end.
TRIES, TURNS = 20_000, 20
#: People looked at for trades in a whole repair: about half a second.
TRADE_LOOKS = 20_000_000


@dataclass(frozen=True)
class Repair:
    """The roster after the repair, what was taken out and put in, and the checker's word."""

    roster: Roster
    removed: frozenset[Pair]
    added: frozenset[Pair]
    report: Report


def repair(
    problem: Problem,
    roster: Roster,
    *,
    gone: Collection[str] = (),
    kept: Collection[Pair] = (),
    since: int = 0,
    seed: int = 0,
    depth: int = 2,
) -> Repair:
    """Take `gone` people off every shift that starts at `since` or later, then fill what stands open.

    Seats are filled directly where somebody fits, else by a chain of at most `depth` moves, shortest first, else by somebody who
    leaves a seat that counts for less, or one for two; nobody is moved for comfort. Pairs of the roster that break a rule of the
    problem (a zone that closed), and all those of shifts that went, are taken out too. A novice stays beside a veteran, whoever
    that is, and goes when none stands there any more.
    `since` is in minutes; work before it is history and stays, and so do the pairs `kept`, whatever the rules say of them. Raises UnknownPeople for people, those of `gone` too, whom the
    problem does not have.
    """
    dropped, before = frozenset(gone), set(roster.pairs())
    for where, named in (("the roster", {person for _, person in before}), ("gone", dropped)):
        if strangers := named - problem.person_at.keys():
            raise UnknownPeople(where, strangers)
    # Nobody is sought for what is history.
    index = Index(problem, since=since)
    board = Board(index)
    there = {pair for pair in before if pair[0] in problem.shift_at}
    past = {pair for pair in there if problem.shifts[problem.shift_at[pair[0]]].start < since} | there.intersection(kept)
    board.load(Roster.of(past), lawful=False, pinned=True)
    ahead = {pair for pair in there - past if pair[1] not in dropped}
    board.load(Roster.of(ahead & problem.pinned), lawful=True, pinned=True)
    board.load(Roster.of(ahead), lawful=True)
    keep_novices(board, Roster.of(ahead), np.full(len(problem.shifts), np.inf))
    _fill(board, index, dropped, since, depth, seed)
    if dismiss(board, past):
        _fill(board, index, dropped, since, depth, seed)
    now = Roster.of(set(board.roster().pairs()) | past)
    repaired = seat_novices(problem, now, without=dropped, since=since, at_any_cost=True, stop=_after(TURNS))
    after = set(repaired.pairs())
    return Repair(repaired, frozenset(before - after), frozenset(after - before), check(problem, repaired))


def _fill(board: Board, index: Index, gone: frozenset[str], since: int, depth: int, seed: int) -> None:
    problem = index.problem
    owner = np.array([-1 if person.id in gone else 0 for person in problem.people], np.int64)
    for p in np.flatnonzero(owner < 0):
        # Nobody who dropped out may be asked again: a day with no minute in it is how the search is told.
        board.people.day_minutes[p] = -1
    rng = np.random.SeedSequence([seed, 5]).generate_state(1, np.uint64) | np.uint64(1)
    whatever = np.full(len(problem.shifts), AT_ANY_COST)
    board.fill(_open(board, since), whatever, rng)
    looks, traded = np.array([TRADE_LOOKS], np.int64), True
    while traded:
        for moves in range(1, depth + 1):
            board.chains(_open(board, since), moves, owner, 0, TRIES, whatever, stop=_after(TURNS))
        traded = _trade(board, since, depth, looks)


def _trade(board: Board, since: int, depth: int, looks: Ints) -> bool:
    """Fill seats that stay open with people whose own seats count for less; whether there was any such trade.

    Trades in which fewest leave a seat come first, of those what wins most, of those what moves fewest.
    """
    seats = _open(board, since)
    return any(
        board.trades(seats, moves, two, part, looks)
        for two in (False, True) for part in LEAST_WON for moves in range(depth + 1)
    )  # fmt: skip


def _open(board: Board, since: int) -> Ints:
    """Open seats of what is not history, those that count for most first."""
    index, shift_of = board.index, board.state.seat_shift
    ahead = [k for k in board.open_seats() if index.start[shift_of[k]] >= since]
    return np.array(sorted(ahead, key=lambda k: (-index.under[shift_of[k]], k)), np.int64)


def _after(times: int) -> Asked:
    """True once it has been asked so many times."""
    left = iter(range(times))
    return lambda: next(left, None) is None

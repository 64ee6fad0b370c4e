"""Puts people on the seats of teams: as many required seats as can be filled, then as many others, at the least cost.

A seat takes one person, a person as many seats as their capacity. This is an assignment problem with priced empty
seats; the prices are chosen so that one more required seat outweighs any change among the others, and one more seat
any change of cost, so the optimum is lexicographic. Solved exactly by the shortest augmenting paths of
Jonker and Volgenant (SciPy's linear_sum_assignment). `augmenting_path` judges a result without any solver:
by Berge's theorem a matching fills as many seats as possible if and only if no such path is left. `complete` walks
such paths: it makes a filling that was found part by part as full as one that was found at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jimu_engine.errors import BadProblem

EMPTY = -1


def assemble(cost: NDArray[np.float64], required: NDArray[np.bool_], capacity: NDArray[np.int64]) -> NDArray[np.int64]:
    """The person of each seat, EMPTY for none.

    `cost` [S, P]: what each pair costs, infinite where the person may not take the seat. `required` [S] seats come
    before the others. `capacity` [P]: how many seats each person may take. Raises BadProblem for NaN, for a cost of
    minus infinity, and for shapes that do not fit.
    """
    seats, people = cost.shape
    if required.shape != (seats,) or capacity.shape != (people,):
        raise BadProblem("cost, required and capacity do not fit each other")
    if np.isnan(cost).any() or np.isneginf(cost).any() or (capacity < 0).any():
        raise BadProblem("a cost or a capacity is no number that means something")
    if seats == 0:
        return np.empty(0, np.int64)
    owner = np.repeat(np.arange(people), capacity)
    scaled = _scaled(cost)[:, owner]
    # An optional seat left empty outweighs every sum of costs; a required one every sum of optional ones.
    optional_price, required_price = seats + 1.0, (seats + 1.0) ** 2
    empty = np.full((seats, seats), np.inf)
    np.fill_diagonal(empty, np.where(required, required_price, optional_price))
    # Most processes of the service never assemble a team: they start without SciPy.
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(np.hstack([scaled, empty]))
    found = np.full(seats, EMPTY, np.int64)
    taken = columns < len(owner)
    found[rows[taken]] = owner[columns[taken]]
    return found


def _scaled(cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Costs between 0 and 1, infinite where they were."""
    known = cost[np.isfinite(cost)]
    low, high = (known.min(), known.max()) if known.size else (0.0, 1.0)
    return (cost - low) / max(high - low, 1e-12)


def complete(
    options: Sequence[Sequence[int]], required: Sequence[bool], capacity: Sequence[int], found: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A filling from which no seat can be filled without emptying another, and no required one by emptying another.

    `options`: who may take each seat. Nobody who sits is left without a seat, unless a required seat is filled in place
    of one that is not. Required seats are tried first.
    """
    board = found.copy()
    held: dict[int, list[int]] = {}
    for seat, person in enumerate(board.tolist()):
        if person >= 0:
            held.setdefault(person, []).append(seat)
    empty = sorted(np.flatnonzero(board < 0).tolist(), key=lambda seat: not required[seat])
    for seat in empty:
        if board[seat] < 0:
            _fill(seat, options, required, capacity, board, held)
    return board


def _fill(
    start: int, options: Sequence[Sequence[int]], required: Sequence[bool], capacity: Sequence[int], board: NDArray[np.int64], held: dict[int, list[int]]
) -> None:
    """Fill a seat along the shortest chain of people who move up; failing that, a required one from one that is not."""
    came: dict[int, tuple[int, int]] = {}
    queue, spare = deque([start]), -1
    while queue:
        seat = queue.popleft()
        for person in options[seat]:
            sits = held.get(person, [])
            if len(sits) < capacity[person]:
                _move_up(seat, person, came, board, held)
                return
            for other in sits:
                if other != start and other not in came:
                    came[other] = (seat, person)
                    queue.append(other)
                    if spare < 0 and required[start] and not required[other]:
                        spare = other
    if spare >= 0:
        seat, person = came[spare]
        held[person].remove(spare)
        board[spare] = EMPTY
        _move_up(seat, person, came, board, held)


def _move_up(seat: int, person: int, came: dict[int, tuple[int, int]], board: NDArray[np.int64], held: dict[int, list[int]]) -> None:
    """Seat a person, and everybody along the chain on the seat before theirs."""
    while True:
        board[seat] = person
        held.setdefault(person, []).append(seat)
        if seat not in came:
            return
        before, person = came[seat]
        held[person].remove(seat)
        seat = before


def augmenting_path(allowed: NDArray[np.bool_], capacity: NDArray[np.int64], found: NDArray[np.int64]) -> list[int]:
    """Seats along which one more seat could be filled, beginning with an empty one; no seats when the filling is full.

    `allowed` [S, P]: who may take which seat. Breadth first over empty seats: to a person who may take it, and from a
    person without room to the seats that they hold.
    """
    load = np.bincount(found[found >= 0], minlength=len(capacity))
    held: dict[int, list[int]] = {}
    for seat, person in enumerate(found.tolist()):
        if person >= 0:
            held.setdefault(person, []).append(seat)
    for start in np.flatnonzero(found < 0).tolist():
        came: dict[int, int] = {start: -1}
        queue = deque([start])
        while queue:
            seat = queue.popleft()
            for person in np.flatnonzero(allowed[seat]).tolist():
                if load[person] < capacity[person]:
                    return _back(came, seat)
                for other in held.get(person, ()):
                    if other not in came:
                        came[other] = seat
                        queue.append(other)
    return []


def _back(came: dict[int, int], seat: int) -> list[int]:
    path = [seat]
    while came[path[-1]] >= 0:
        path.append(came[path[-1]])
    return path[::-1]

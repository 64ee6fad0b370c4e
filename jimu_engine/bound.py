"""A proven lower bound of a roster's cost, from a relaxation that forgets whom a person is beside other people.

People of one place who look alike (same shifts open to them, same caps, same costs) form a class of n. For a class,
the cost of fairness for a total load L is at least n·φ(L / n), φ being the convex cost of one person joined linearly
between the loads that sums of shift lengths can reach; rest, nights, suits and continuity are forgotten. What is left
is a linear program per place, solved by HiGHS.

Somebody who may serve in several places would couple the programs. Fenchel's inequality cuts the tie: for any price λ,
φ(x) ≥ λ·x − φ*(λ), with φ*(λ) = max over loads x of λ·x − φ(x). So each place pays them λ a minute, and φ*(λ) is taken
off once a person. Every λ ≥ 0 gives a valid bound; the margin of φ at the load they have in a good roster a tight one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jimu_engine.index import NO_LIMIT, Index, Ints
from jimu_engine.problem import DAY

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

#: What the dual simplex may be off by; taken off the bound.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Class:
    """n people alike: the shifts open to them with the cost of each, and one of them to read caps from."""

    size: int
    person: int
    shifts: Ints
    costs: np.ndarray


def lower_bound(index: Index, load: NDArray[np.float64]) -> float:
    """A number that no roster of the problem costs less than (costs that the problem pays anyway included).

    `load` [P] is the minutes of each person in a good roster: a guess of prices, not an assumption.
    """
    return Bounder(index)(load)


class Bounder:
    """Bounds of one problem at different guesses of prices; who is alike is found once."""

    def __init__(self, index: Index) -> None:
        self.index = index
        by_place: dict[str, list[int]] = defaultdict(list)
        for shift, place in enumerate(index.shift_place):
            if index.required[shift]:
                by_place[place].append(shift)
        self._places = [np.array(shifts, np.int64) for shifts in by_place.values()]
        self._classes: dict[int, list[_Class]] = {}

    def __call__(self, load: NDArray[np.float64]) -> float:
        """See `lower_bound`."""
        index, price = self.index, _prices(self.index, load)
        total = index.constant - sum(_conjugate(index, p, price[p]) for p in np.flatnonzero(price >= 0).tolist())
        for number, shifts in enumerate(self._places):
            if number not in self._classes:
                self._classes[number] = _classes(index, shifts)
            program = _Program(index, shifts, price)
            for group in self._classes[number]:
                program.add_class(group)
            total += program.solve()
        return total


def _prices(index: Index, load: NDArray[np.float64]) -> NDArray[np.float64]:
    """A price a minute for everybody who serves in several places, alike for people alike; −1 for the others."""
    price = np.full(len(load), -1.0)
    groups: dict[object, list[int]] = defaultdict(list)
    for i, person in enumerate(index.problem.people):
        if person.places is None or len(person.places) > 1:
            groups[(index.fair_weight[i], person.other_load, person.places)].append(i)
    for group in groups.values():
        past = index.problem.people[group[0]].other_load
        price[group] = 2 * index.fair_weight[group[0]] * (past + float(load[group].mean()))
    return price


def _conjugate(index: Index, person: int, price: float) -> float:
    """max over loads x of price·x − φ(x), for φ(x) = w((h + x)² − h²); loads are sums of shift lengths."""
    weight, past = float(index.fair_weight[person]), index.problem.people[person].other_load
    if weight == 0:
        return 0.0
    best = max(0.0, price / (2 * weight) - past)
    near = (best // index.grain * index.grain, (best // index.grain + 1) * index.grain)
    return max(0.0, *(price * x - weight * ((past + x) ** 2 - past**2) for x in near))


def _classes(index: Index, shifts: Ints) -> list[_Class]:
    """People alike: the same shifts open to them at the same costs, the same caps, past and places."""
    ptr, person, cost = index.candidates
    entries = np.concatenate([np.arange(ptr[s], ptr[s + 1]) for s in shifts])
    owner = np.repeat(shifts, [ptr[s + 1] - ptr[s] for s in shifts])
    order = np.argsort(person[entries], kind="stable")
    who, mine, costs = person[entries][order], owner[order], cost[entries][order]
    cuts = np.flatnonzero(np.diff(who)) + 1
    found: dict[object, list[int]] = defaultdict(list)
    open_to: dict[object, tuple[Ints, NDArray[np.float64]]] = {}
    for p, own, price in zip(who[np.concatenate([[0], cuts])] if len(who) else (), np.split(mine, cuts), np.split(costs, cuts), strict=False):
        key = (own.tobytes(), price.tobytes(), *_nature(index, int(p)))
        found[key].append(int(p))
        open_to[key] = own, price
    return [_Class(len(group), group[0], *open_to[key]) for key, group in found.items()]


def _nature(index: Index, p: int) -> tuple[object, ...]:
    person = index.problem.people[p]
    # Those who serve in several places have a price that goes by the places; it must be one for all of a class.
    abroad = person.places if person.places is None or len(person.places) > 1 else ""
    return abroad, index.fair_weight[p], person.other_load, index.week_minutes[p], index.week_days[p], index.day_minutes[p]


class _Program:
    """The linear program of one place: seats to classes, empty seats, load and its cost."""

    def __init__(self, index: Index, shifts: Ints, price: NDArray[np.float64]) -> None:
        self.index, self.shifts, self.price = index, shifts, price
        self.row_of = {int(s): r for r, s in enumerate(shifts)}
        self.costs: list[float] = [float(index.under[s]) for s in shifts]
        self.upper: list[float] = [float(index.required[s]) for s in shifts]
        self.equal: list[tuple[int, int, float]] = [(r, r, 1.0) for r in range(len(shifts))]
        self.equal_rhs: list[float] = [float(index.required[s]) for s in shifts]
        self.most: list[tuple[int, int, float]] = []
        self.most_rhs: list[float] = []

    def variable(self, cost: float, upper: float) -> int:
        self.costs.append(cost)
        self.upper.append(upper)
        return len(self.costs) - 1

    def at_most(self, terms: list[tuple[int, float]], limit: float) -> None:
        row = len(self.most_rhs)
        self.most += [(row, column, factor) for column, factor in terms]
        self.most_rhs.append(limit)

    def add_class(self, group: _Class) -> None:
        columns = []
        minutes = (self.index.end - self.index.start)[group.shifts]
        price = float(self.price[group.person])
        costs = group.costs + (price * minutes if price >= 0 else 0.0)
        for s, cost in zip(group.shifts.tolist(), costs.tolist(), strict=True):
            columns.append(self.variable(cost, min(group.size, self.index.required[s])))
            self.equal.append((self.row_of[s], columns[-1], 1.0))
        self._caps(group, columns, minutes)
        if price < 0:
            self._load(group, columns, minutes)

    def _caps(self, group: _Class, columns: list[int], minutes: Ints) -> None:
        days = self.index.start[group.shifts] // DAY
        p = group.person
        for day in np.unique(days):
            here = np.flatnonzero(days == day)
            if self.index.day_minutes[p] < NO_LIMIT:
                self.at_most([(columns[i], float(minutes[i])) for i in here], float(group.size * self.index.day_minutes[p]))
        for week in np.unique(days // 7):
            here = np.flatnonzero(days // 7 == week)
            if self.index.week_minutes[p] < NO_LIMIT:
                self.at_most([(columns[i], float(minutes[i])) for i in here], float(group.size * self.index.week_minutes[p]))

    def _load(self, group: _Class, columns: list[int], minutes: Ints) -> None:
        """One variable a step of load: the first step of everybody is cheapest, so they fill in order by themselves."""
        weight = float(self.index.fair_weight[group.person])
        if weight == 0:
            return
        step = gcd(*minutes.tolist())
        past = self.index.problem.people[group.person].other_load
        cap = min(int(self.index.week_minutes[group.person]) * -(-self.index.problem.days // 7), int(minutes.sum()))
        steps = []
        for k in range(max(1, cap // step)):
            low, high = past + k * step, past + (k + 1) * step
            steps.append(self.variable(weight * (high**2 - low**2), float(group.size)))
        row = len(self.equal_rhs)
        self.equal += [(row, c, float(m)) for c, m in zip(columns, minutes.tolist(), strict=True)]
        self.equal += [(row, c, -float(step)) for c in steps]
        self.equal_rhs.append(0.0)

    def solve(self) -> float:
        width = len(self.costs)
        equal = _matrix(self.equal, len(self.equal_rhs), width)
        most = _matrix(self.most, len(self.most_rhs), width) if self.most_rhs else None
        bounds = np.column_stack([np.zeros(width), np.array(self.upper)])
        # imported here: it takes longer than everything else of the package together, and most callers never get here
        from scipy.optimize import linprog

        found = linprog(
            self.costs, A_eq=equal, b_eq=self.equal_rhs, A_ub=most, b_ub=self.most_rhs or None, bounds=bounds, method="highs"
        )
        # Weak duality: any dual feasible value bounds; HiGHS's optimum is one within its tolerance.
        return float(found.fun) - TOLERANCE * max(1.0, abs(float(found.fun))) if found.status == 0 else self._worst()

    def _worst(self) -> float:
        """When the program cannot be solved: every pair at its cheapest, nothing else known."""
        return float(sum(min(0.0, c) * u for c, u in zip(self.costs, self.upper, strict=True)))


def _matrix(entries: list[tuple[int, int, float]], rows: int, columns: int) -> csr_matrix:
    from scipy.sparse import coo_matrix

    row, column, value = zip(*entries, strict=True)
    return coo_matrix((value, (row, column)), shape=(rows, columns)).tocsr()

"""The restricted master: choose one schedule per person, pay for cover (linear program in HiGHS)."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from jimu_engine.columns.clock import Clock
from jimu_engine.columns.kernel import worth
from jimu_engine.columns.model import Bools, DayModel, Floats, Ints
from jimu_engine.columns.quiet import highs


@dataclass
class Pool:
    """Schedules known so far, kept as small integers. Column i belongs to ``person[i]``, costs ``cost[i]`` and is ``row[i]``."""

    model: DayModel
    person: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    row: list[NDArray[np.int16]] = field(default_factory=list)
    _seen: dict[tuple[int, bytes], int] = field(default_factory=dict)

    def add(self, person: int, row: Ints) -> tuple[int, bool]:
        """The column's number and whether it is new."""
        kept: NDArray[np.int16] = row.astype(np.int16)
        key = (person, kept.tobytes())
        if key in self._seen:
            return self._seen[key], False
        self._seen[key] = len(self.person)
        self.person.append(person)
        self.cost.append(worth(self.model.cost[person], row))
        self.row.append(kept)
        return len(self.person) - 1, True

    def number(self, person: int, row: Ints) -> int | None:
        """The column with this schedule, which then keeps all rules; None where it is not known."""
        return self._seen.get((person, row.astype(np.int16).tobytes()))


class Master:
    """The LP over some people and their columns; everybody else is fixed and already subtracted from ``need``.

    Rows: one per covered (day, type), then one per person. Slack columns first: short and extra per cover row. ``need``
    may be negative where the fixed people already exceed the cover.
    """

    def __init__(self, model: DayModel, people: Ints, need: Ints, days: Bools) -> None:
        self.model, self.people = model, people
        covered = ((model.under > 0) | (model.over > 0)) & days[:, None]
        self.cells = np.argwhere(covered)
        self.slot = np.full(covered.shape, -1, np.int64)
        self.slot[covered] = np.arange(len(self.cells))
        self.place = {int(p): i for i, p in enumerate(people)}
        self.columns: list[int] = []
        #: Least and most that each cover row may be short of; at first anything.
        self.least, self.most = np.zeros(len(self.cells)), np.full(len(self.cells), np.inf)
        self.lp = highs(presolve="off", solver="simplex")
        self._build(need)

    def _build(self, need: Ints) -> None:
        rows = len(self.cells)
        d, t = self.cells[:, 0], self.cells[:, 1]
        right = np.concatenate([need[d, t].astype(float), np.ones(len(self.people))])
        empty_i, empty_f = np.zeros(0, np.int32), np.zeros(0)
        self.lp.addRows(len(right), right, right, 0, np.zeros(len(right), np.int32), empty_i, empty_f)
        costs = np.concatenate([self.model.under[d, t], self.model.over[d, t]])
        index = np.concatenate([np.arange(rows), np.arange(rows)]).astype(np.int32)
        value = np.concatenate([np.ones(rows), -np.ones(rows)])
        starts = np.arange(2 * rows, dtype=np.int32)
        none, endless = np.zeros(2 * rows), np.full(2 * rows, highspy.kHighsInf)
        self.lp.addCols(2 * rows, costs, none, endless, 2 * rows, starts, index, value)
        # a person without columns yet is paid for dearly
        n = len(self.people)
        big, where = np.full(n, 1e6), (rows + np.arange(n)).astype(np.int32)
        self.lp.addCols(n, big, np.zeros(n), np.ones(n), n, np.arange(n, dtype=np.int32), where, np.ones(n))
        self.first = 2 * rows + n

    def add(self, pool: Pool, numbers: list[int]) -> None:
        """Enter columns of the pool."""
        if not numbers:
            return
        starts: list[int] = []
        index: list[Ints] = []
        for number in numbers:
            row = pool.row[number]
            held = np.nonzero(row >= 0)[0]
            slots = self.slot[held, row[held]]
            starts.append(starts[-1] + len(index[-1]) if index else 0)
            index.append(np.concatenate([slots[slots >= 0], [len(self.cells) + self.place[pool.person[number]]]]))
        flat = np.concatenate(index).astype(np.int32)
        n = len(numbers)
        cost, endless = np.array([pool.cost[i] for i in numbers]), np.full(n, highspy.kHighsInf)
        begin = np.array(starts, np.int32)
        self.lp.addCols(n, cost, np.zeros(n), endless, len(flat), begin, flat, np.ones(len(flat)))
        self.columns += numbers

    def solve(self, stop: Clock, *, dual_simplex: bool = False, interior: bool = False) -> tuple[float, Floats, Floats]:
        """Objective, cover duals [H, T] and one dual per person.

        Columns added keep the old basis feasible (primal simplex); bounds tightened keep its prices (dual simplex);
        many columns at once are quicker from the inside (interior point, then a basis). After ``stop()`` the numbers
        mean nothing.
        """
        self.lp.setOptionValue("solver", "ipx" if interior else "simplex")
        self.lp.setOptionValue("simplex_strategy", 1 if dual_simplex else 4)
        self.lp.setOptionValue("time_limit", self.lp.getRunTime() + stop.left())
        self.lp.run()
        dual = np.asarray(self.lp.getSolution().row_dual)
        cover = np.zeros(self.slot.shape)
        cover[self.cells[:, 0], self.cells[:, 1]] = dual[: len(self.cells)]
        return self.value, cover, dual[len(self.cells) :]

    @property
    def value(self) -> float:
        """Objective of the last solve."""
        return float(self.lp.getInfo().objective_function_value)

    def keep(self, alive: Bools) -> None:
        """Shut every column that is not alive."""
        n = len(self.columns)
        index = (self.first + np.arange(n)).astype(np.int32)
        self.lp.changeColsBounds(n, index, np.zeros(n), np.where(alive, highspy.kHighsInf, 0.0))

    def shortages(self) -> Floats:
        """By how much each cover row is short in the last solution."""
        return np.asarray(self.lp.getSolution().col_value)[: len(self.cells)]

    def bound_shortages(self, least: Floats, most: Floats) -> None:
        """Let each cover row be short of so much at least and at most."""
        self.least, self.most = least, most
        n = len(self.cells)
        self.lp.changeColsBounds(n, np.arange(n, dtype=np.int32), least, np.minimum(most, highspy.kHighsInf))

    def owed(self, cover: Floats) -> float:
        """What the bounds on shortages add to the Lagrangian bound at these duals [H, T]."""
        d, t = self.cells[:, 0], self.cells[:, 1]
        spare = self.model.under[d, t] - cover[d, t]
        ends = np.where(spare >= 0, self.least, self.most)
        known = np.isfinite(ends)
        return float((spare[known] * ends[known]).sum())

    def values(self) -> Floats:
        """The LP value of every column, in the order of ``columns``."""
        return np.asarray(self.lp.getSolution().col_value)[self.first :]

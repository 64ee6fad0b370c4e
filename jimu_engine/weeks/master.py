"""One week's cover as a program over patterns: who works which pattern, who fills which skill, what stays short.

Nurses with the same skills form a group; rows: people of a group on a shift = places they fill, by day; places filled +
missing ≥ minimum, + short ≥ optimum, by day, shift and skill; one pattern a nurse; for the morning after the week, enough
people of each skill who may take each shift (morrow.py). With patterns whole, the places are a flow, so they need no
whole-number variables of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from jimu_engine.columns.quiet import highs
from jimu_engine.formats.inrc2 import OPTIMAL, Scenario, Week
from jimu_engine.weeks.morrow import Guard
from jimu_engine.weeks.patterns import Floats, Ints

#: A minimum that is missed is forbidden; this price keeps the program solvable and tells when it cannot be met.
MISSING = 5000.0
#: Leaving too few for the morning after risks a minimum; it costs less than missing one now.
EXPOSED = 1000.0
EMPTY_I, EMPTY_F = np.zeros(0, np.int32), np.zeros(0)


@dataclass(frozen=True)
class Shape:
    """Groups of a scenario: the skills of each, and the group of each nurse."""

    skills: tuple[frozenset[int], ...]
    group: Ints

    @staticmethod
    def of(scenario: Scenario) -> Shape:
        """Groups in the order in which nurses first show them."""
        kinds = list(dict.fromkeys(nurse.skills for nurse in scenario.nurses))
        return Shape(tuple(kinds), np.array([kinds.index(nurse.skills) for nurse in scenario.nurses], np.int64))


@dataclass(frozen=True)
class Column:
    """A nurse on a pattern [7] at a cost."""

    nurse: int
    days: NDArray[np.int8]
    cost: float


def with_guards(shape: Shape, guards: Sequence[Guard], prices: Floats, dual: Floats) -> tuple[Floats, Floats]:
    """Prices [groups, 7, types] with what each last shift earns for the morning after, and what a last day off earns each nurse."""
    if not guards:
        return prices, np.zeros(len(shape.group))
    free = np.zeros((len(shape.skills), prices.shape[2] + 1))
    for guard, price in zip(guards, dual.tolist(), strict=True):
        for g, skills in enumerate(shape.skills):
            if guard.skills & skills:
                free[g] += price * guard.open
    prices = prices.copy()
    prices[:, 6, :] += free[:, :-1] - free[:, -1:]
    return prices, np.asarray(free[shape.group, -1])


class Master:
    """The program, linear or, with limits of its `effort` (options of HiGHS), whole. Columns are added to it and may be fixed."""

    def __init__(
        self, scenario: Scenario, shape: Shape, week: Week, guards: Sequence[Guard] = (), *, effort: Mapping[str, float] | None = None
    ) -> None:
        self.shape, self.types, self.guards = shape, len(scenario.shifts), guards
        self.columns: list[Column] = []
        self.lp = highs(presolve="off", solver="simplex") if effort is None else highs(**effort)
        groups = len(shape.skills)
        self._presence = groups * 7 * self.types
        cells = [(s, k, d, low, best) for (s, k), needs in sorted(week.cover.items()) for d, (low, best) in enumerate(needs)]
        lower = [0.0] * self._presence + [1.0] * len(shape.group)
        upper = list(lower)
        for _, _, _, low, best in cells:
            lower += [float(low), float(best)]
            upper += [highspy.kHighsInf] * 2
        self._guard = len(lower)
        lower += [float(guard.need) for guard in guards]
        upper += [highspy.kHighsInf] * len(guards)
        n = len(lower)
        self.lp.addRows(n, np.array(lower), np.array(upper), 0, np.zeros(n, np.int32), EMPTY_I, EMPTY_F)
        for i, (s, k, d, _, _) in enumerate(cells):
            row = self._presence + len(shape.group) + 2 * i
            self._variable(MISSING, [row, row + 1], [1.0, 1.0])
            self._variable(float(OPTIMAL), [row + 1], [1.0])
            for g in range(groups):
                if k in shape.skills[g]:
                    self._variable(0.0, [self._row(g, d, s), row, row + 1], [-1.0, 1.0, 1.0])
        # A group may also be more than is asked for: any of its skills will do.
        for row in range(self._presence):
            self._variable(0.0, [row], [-1.0])
        for i in range(len(guards)):
            self._variable(EXPOSED, [self._guard + i], [1.0])
        self.first = self.lp.getNumCol()

    def _row(self, group: int, day: int, shift: int) -> int:
        return (group * 7 + day) * self.types + shift

    def _variable(self, cost: float, rows: list[int], values: list[float]) -> None:
        self.lp.addCol(cost, 0.0, highspy.kHighsInf, len(rows), np.array(rows, np.int32), np.array(values))

    def add(self, columns: list[Column], *, whole: bool = False) -> None:
        """Enter columns."""
        for column in columns:
            g = int(self.shape.group[column.nurse])
            rows = [self._row(g, d, int(s)) for d, s in enumerate(column.days) if s >= 0]
            rows.append(self._presence + column.nurse)
            # The last day's shift, -1 for a day off, is the last entry of `open` then.
            last = int(column.days[-1])
            rows += [self._guard + i for i, guard in enumerate(self.guards) if guard.open[last] and guard.skills & self.shape.skills[g]]
            self.lp.addCol(column.cost, 0.0, highspy.kHighsInf, len(rows), np.array(rows, np.int32), np.ones(len(rows)))
            if whole:
                self.lp.changeColIntegrality(self.lp.getNumCol() - 1, highspy.HighsVarType.kInteger)
        self.columns += columns

    def solve(self) -> tuple[float, Floats, Floats]:
        """Cost, prices [groups, 7, types] of a place filled, and what each nurse's week is worth.

        What a last day earns by leaving somebody free for the morning after is within the prices of that day.
        """
        self.lp.setOptionValue("simplex_strategy", 4)
        self.lp.run()
        dual = np.asarray(self.lp.getSolution().row_dual)
        prices = dual[: self._presence].reshape(len(self.shape.skills), 7, self.types)
        worth = dual[self._presence : self._presence + len(self.shape.group)]
        prices, free = with_guards(self.shape, self.guards, prices, dual[self._guard :])
        return float(self.lp.getInfo().objective_function_value), prices, worth + free

    def cells(self) -> Floats:
        """What a place of each shift and skill (in their order) is worth each day within the minimum, and the optimum, after `solve`."""
        dual = np.asarray(self.lp.getSolution().row_dual)
        return dual[self._presence + len(self.shape.group) : self._guard].reshape(-1, 7, 2)

    def whole(self, start: list[int] | None = None) -> tuple[float, list[int]]:
        """The best choice of one column a nurse (numbers of columns) and its cost; `start` is a choice to go on from."""
        if start is not None:
            self._hint(start)
        self.lp.run()
        values = np.asarray(self.lp.getSolution().col_value)
        if len(values) == 0 or self.lp.getInfo().primal_solution_status != 2:
            return float("inf"), start or []
        chosen = np.flatnonzero(values[self.first :] > 0.5)
        return float(self.lp.getInfo().objective_function_value), chosen.tolist()

    def values(self) -> Floats:
        """The value of every column after `solve`."""
        return np.asarray(self.lp.getSolution().col_value)[self.first :]

    def shut(self, columns: list[int]) -> None:
        """Leave these columns out from now on."""
        n = len(columns)
        self.lp.changeColsBounds(n, np.array(columns, np.int32) + self.first, np.zeros(n), np.zeros(n))

    def _hint(self, start: list[int]) -> None:
        index = np.arange(self.first, self.first + len(self.columns), dtype=np.int32)
        values = np.zeros(len(self.columns))
        values[start] = 1.0
        self.lp.setSolution(len(index), index, values)

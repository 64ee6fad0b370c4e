"""The cover of several weeks as rows of one linear program; a column is a nurse's days through all of them.

Of each week (block): people of a group on a shift = places they fill, by day; places filled + missing ≥ minimum, + short ≥
optimum. Then one choice a nurse, and whatever rows who uses it adds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import highspy
import numpy as np

from jimu_engine.columns.quiet import highs
from jimu_engine.formats.inrc2 import OPTIMAL, Week
from jimu_engine.weeks.master import EMPTY_F, EMPTY_I, Shape
from jimu_engine.weeks.patterns import Floats, Ints

#: A nurse without a column costs so much.
UNPLACED = 1e5

#: Cover of one week: (shift, skill) → (minimum, optimum) of each day; means need not be whole.
Cover = dict[tuple[int, int], list[tuple[float, float]]]


def cover_of(week: Week) -> Cover:
    """The cover that a week asks for."""
    return {key: [(float(low), float(best)) for low, best in needs] for key, needs in week.cover.items()}


class Blocks:
    """The program. `missing` is the price of a minimum missed in each block, `more` the least of each further row."""

    def __init__(self, shape: Shape, types: int, covers: Sequence[Cover], missing: Sequence[float], more: Sequence[float] = ()) -> None:
        self.shape, self.covers = shape, covers
        self._types, self._presence = types, len(shape.skills) * 7 * types
        self.lp = highs(presolve="off", solver="simplex")
        lower, upper = list[float](), list[float]()
        self._base = list[int]()
        for cover in covers:
            self._base.append(len(lower))
            lower += [0.0] * self._presence + [x for _, needs in sorted(cover.items()) for pair in needs for x in pair]
            upper += [0.0] * self._presence + [highspy.kHighsInf] * (len(lower) - len(upper) - self._presence)
        self._person, nurses = len(lower), len(shape.group)
        self.further = self._person + nurses
        lower += [1.0] * nurses + list(more)
        upper += [1.0] * nurses + [highspy.kHighsInf] * len(more)
        n = len(lower)
        self.lp.addRows(n, np.array(lower), np.array(upper), 0, np.zeros(n, np.int32), EMPTY_I, EMPTY_F)
        for base, cover, price in zip(self._base, covers, missing, strict=True):
            self._places(base, cover, price)
        for row in range(self._person, self.further):
            self.variable(UNPLACED, [row])

    def _places(self, base: int, cover: Cover, missing: float) -> None:
        row = base + self._presence
        for (shift, skill), needs in sorted(cover.items()):
            for day in range(len(needs)):
                self.variable(missing, [row, row + 1])
                self.variable(float(OPTIMAL), [row + 1])
                for group, skills in enumerate(self.shape.skills):
                    if skill in skills:
                        self.variable(0.0, [base + self._cell(group, day, shift), row, row + 1], [-1.0, 1.0, 1.0])
                row += 2
        for cell in range(self._presence):
            self.variable(0.0, [base + cell], [-1.0])

    def _cell(self, group: int, day: int, shift: int) -> int:
        return (group * 7 + day) * self._types + shift

    def variable(self, cost: float, rows: list[int], values: list[float] | None = None) -> None:
        """A variable that is not negative, with ones where no values are told."""
        self.lp.addCol(cost, 0.0, highspy.kHighsInf, len(rows), np.array(rows, np.int32), np.array(values or [1.0] * len(rows)))

    def add(self, nurse: int, days: Ints, cost: float, further: list[int]) -> None:
        """A nurse's days [7 × blocks] (−1: off) at a cost, and the further rows they count in."""
        group = int(self.shape.group[nurse])
        rows = [self._base[d // 7] + self._cell(group, d % 7, int(s)) for d, s in enumerate(days) if s >= 0]
        self.variable(cost, [*rows, self._person + nurse, *further])

    def solve(self, until: float) -> Floats | None:
        """The dual values of the program as it stands; None when time is up before it is solved."""
        self.lp.setOptionValue("time_limit", self.lp.getRunTime() + max(0.01, until - time.monotonic()))
        self.lp.run()
        if self.lp.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.asarray(self.lp.getSolution().row_dual)

    def value(self) -> float:
        """What the program costs as it was last solved."""
        return float(self.lp.getInfo().objective_function_value)

    def places(self, dual: Floats) -> Floats:
        """What a place earns in each block: [blocks, groups, 7, types]."""
        shape = (len(self.shape.skills), 7, self._types)
        return np.array([dual[base : base + self._presence].reshape(shape) for base in self._base])

    def asked(self, dual: Floats) -> list[Floats]:
        """Of each block what its cells are worth: [shift and skill in their order, 7, (minimum, optimum)]."""
        begins = [base + self._presence for base in self._base]
        return [dual[row : row + 14 * len(cover)].reshape(len(cover), 7, 2) for row, cover in zip(begins, self.covers, strict=True)]

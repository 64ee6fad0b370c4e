"""What a week must leave for the morning after it: enough people of each skill who may take each shift.

The minimum of a week to come is hard, and what it asks is not known. So the most that any day of the weeks seen so far
asked is kept free: for the k shifts that fewest people may follow on with (k = 1, 2, …) and any set of skills, at least
as many nurses with one of the skills may take one of the shifts as those ask for (Hall's condition).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from jimu_engine.formats.inrc2 import Scenario, Week


@dataclass(frozen=True)
class Guard:
    """`need` nurses with one of the skills whose last shift is one of those `open` [types + 1] (the last entry: a day off)."""

    skills: frozenset[int]
    need: int
    open: NDArray[np.bool_]


def guards(scenario: Scenario, seen: Sequence[Week]) -> list[Guard]:
    """The guards of a week, from the weeks seen. None asks for more nurses than have the skill."""
    types = len(scenario.shifts)
    follows = np.ones((types, types + 1), np.bool_)
    for before, shift in scenario.forbidden:
        follows[shift, before] = False
    hardest_first = np.argsort(follows.sum(axis=1), kind="stable").tolist()
    found = []
    for size in range(1, len(scenario.skills) + 1):
        for skills in map(frozenset, combinations(range(len(scenario.skills)), size)):
            able = sum(bool(skills & nurse.skills) for nurse in scenario.nurses)
            need, open_ = 0, np.zeros(types + 1, np.bool_)
            for shift in hardest_first:
                need += sum(_most(seen, shift, skill) for skill in skills)
                open_ = open_ | follows[shift]
                if need and not open_.all():
                    found.append(Guard(skills, min(need, able), open_))
    return found


def _most(seen: Sequence[Week], shift: int, skill: int) -> int:
    """The greatest minimum of a shift and a skill on any day of the weeks seen."""
    return max((low for week in seen for low, _ in week.cover.get((shift, skill), ())), default=0)

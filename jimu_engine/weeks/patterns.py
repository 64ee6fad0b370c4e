"""Every way to spend a week: seven days, each off or one shift. What a nurse pays for each, and how each leaves them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from jimu_engine.formats.inrc2 import (
    OFF_RUN,
    PREFERENCE,
    SAME_SHIFT,
    WHOLE_WEEKEND,
    WORK_RUN,
    Inrc2Error,
    Nurse,
    Past,
    Scenario,
    Week,
)

OFF = -1
#: More shift types than this make more patterns than can be held; the family has three to four.
MOST_SHIFTS = 5
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

compiled = numba.njit(cache=True, nogil=True)


@dataclass(frozen=True)
class Patterns:
    """All patterns [N, 7] of a scenario that no forbidden succession breaks inside the week (−1: off)."""

    scenario: Scenario
    days: NDArray[np.int8]

    @staticmethod
    def of(scenario: Scenario) -> Patterns:
        """Raises Inrc2Error when there are too many shift types to list them."""
        types = len(scenario.shifts)
        if types > MOST_SHIFTS:
            raise Inrc2Error(f"{types} shift types; weeks of more than {MOST_SHIFTS} cannot be listed")
        days = np.array(list(product(range(-1, types), repeat=7)), np.int8)
        for before, after in scenario.forbidden:
            days = days[~((days[:, :-1] == before) & (days[:, 1:] == after)).any(axis=1)]
        return Patterns(scenario, days)

    @cached_property
    def total(self) -> Ints:
        """Shifts worked in each pattern."""
        return np.asarray((self.days >= 0).sum(axis=1), np.int64)

    @cached_property
    def weekend(self) -> Ints:
        """1 where Saturday or Sunday is worked."""
        return np.asarray((self.days[:, 5:] >= 0).any(axis=1), np.int64)

    def lawful(self, past: Past) -> NDArray[np.bool_]:
        """Which patterns may follow the last shift of the week before."""
        barred = [after for before, after in self.scenario.forbidden if before == past.last]
        return np.asarray(~np.isin(self.days[:, 0], barred), np.bool_)

    def cost(self, nurse: Nurse, past: Past, wishes: Floats) -> tuple[Floats, Ints]:
        """S2–S5 of each pattern for a nurse, and the state [N, 3] it leaves: last shift, days on it, days at work or off."""
        contract = nurse.contract
        limits = np.array([*self.scenario.runs, contract.work, contract.off], np.int64)
        begun = np.array([past.last, past.same, past.work if past.last >= 0 else past.off], np.int64)
        cost, ends = _cost(self.days, begun, limits, wishes)
        if contract.whole_weekend:
            cost += WHOLE_WEEKEND * ((self.days[:, 5] < 0) != (self.days[:, 6] < 0))
        return cost, ends


def wishes_of(week: Week, nurse: int, types: int) -> Floats:
    """What each shift on each day costs a nurse's requests: [7, types]."""
    cost = np.zeros((7, types))
    for n, d, s in week.requests:
        if n == nurse:
            cost[d, slice(None) if s < 0 else s] = PREFERENCE
    return cost


@compiled
def step(last, same, run, shift, limits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """One more day: (cost of S2 and S3, days on the shift, days at work or off). `last` −1: off; limits by shift, then work, off."""
    types = limits.shape[0] - 2
    cost = 0.0
    if shift < 0:
        if last < 0:
            return (OFF_RUN if run >= limits[types + 1, 1] else 0.0), 0, run + 1
        cost += WORK_RUN * max(0, limits[types, 0] - run) + SAME_SHIFT * max(0, limits[last, 0] - same)
        return cost + (OFF_RUN if limits[types + 1, 1] < 1 else 0.0), 0, 1
    if last < 0:
        # A history of no days off before the first day cannot be: whoever is off has been so for a day at least.
        cost += OFF_RUN * max(0, limits[types + 1, 0] - run) if run > 0 else 0.0
        return cost, 1, 1
    cost += WORK_RUN if run >= limits[types, 1] else 0.0
    if shift == last:
        return cost + (SAME_SHIFT if same >= limits[shift, 1] else 0.0), same + 1, run + 1
    return cost + SAME_SHIFT * max(0, limits[last, 0] - same), 1, run + 1


@compiled
def _cost(days: Any, begun: Any, limits: Any, wishes: Any):  # type: ignore[no-untyped-def]  # noqa: ANN202
    cost = np.zeros(len(days))
    ends = np.zeros((len(days), 3), np.int64)
    for i in range(len(days)):
        last, same, run = begun[0], begun[1], begun[2]
        for d in range(7):
            shift = days[i, d]
            more, same, run = step(last, same, run, shift, limits)
            cost[i] += more
            if shift >= 0:
                cost[i] += wishes[d, shift]
            last = shift
        ends[i, 0], ends[i, 1], ends[i, 2] = last, same, run
    return cost, ends

"""What a nurse's state at the end of a week is worth: the cheapest way on from it, when work is paid at this week's prices.

Nobody knows the demand of the weeks to come, so they are taken to be like this one: each shift that a group works on a
day earns what one more of them would have saved this week (the price of the week's linear program). Under such prices
the best schedule of one nurse until the end of the horizon is a dynamic program over days; its value at each state, with
S2–S7 in it, is the price that this week's patterns are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from jimu_engine.formats.inrc2 import TOTAL, WEEKENDS, WHOLE_WEEKEND, Contract, Past, Scenario
from jimu_engine.weeks.patterns import Floats, Ints, Patterns, compiled, step

#: A run longer than this is never too long in the family ("no limit" is told as the length of the horizon).
LONG = 14
FORBIDDEN = 1e7


@dataclass(frozen=True)
class Ahead:
    """Values [total, weekends, run state] of one contract in one group at the start of a week; see `state_of`."""

    contract: Contract
    caps: Ints
    value: Floats

    def of(self, patterns: Patterns, past: Past, ends: Ints) -> Floats:
        """The value of the state after each pattern, and S6 and S7 of what goes over in this week."""
        most, weekends = self.contract.total[1], self.contract.weekends
        total = past.total + patterns.total
        worked = past.weekends + patterns.weekend
        cost = TOTAL * (np.maximum(total - most, 0) - max(past.total - most, 0))
        cost = cost + WEEKENDS * (np.maximum(worked - weekends, 0) - max(past.weekends - weekends, 0))
        state = _states(ends, self.caps)
        found: Floats = cost + self.value[np.minimum(total, most), np.minimum(worked, weekends), state]
        return found


def caps_of(scenario: Scenario, contract: Contract) -> Ints:
    """Up to which length a run is counted, by shift, then at work and off: [types + 2]."""
    limits = [*scenario.runs, contract.work, contract.off]
    return np.array([max(1, low, high if high <= LONG else 0) for low, high in limits], np.int64)


def look_ahead(scenario: Scenario, contract: Contract, prices: Floats, weeks: int) -> Ahead:
    """Values before `weeks` more weeks in which a shift s on day d earns prices[d, s] (not negative: [7, types])."""
    caps = caps_of(scenario, contract)
    limits = np.array([*scenario.runs, contract.work, contract.off], np.int64)
    limits[limits[:, 1] > LONG, 1] = 10**6
    most, weekends = contract.total[1], contract.weekends
    value = np.zeros((most + 1, weekends + 1, _size(caps)))
    value += (TOTAL * np.maximum(contract.total[0] - np.arange(most + 1), 0))[:, None, None]
    follows = np.ones((len(scenario.shifts), len(scenario.shifts)), np.bool_)
    for before, after in scenario.forbidden:
        follows[before, after] = False
    whole = float(WHOLE_WEEKEND if contract.whole_weekend else 0)
    for day in [6, 5, 4, 3, 2, 1, 0] * weeks:
        value = _day(value, day, prices, limits, caps, follows, whole)
    return Ahead(contract, caps, value)


def _size(caps: Ints) -> int:
    return int(caps[-1] + caps[:-2].sum() * caps[-2])


@compiled
def _state(last: Any, same: Any, run: Any, caps: Any) -> Any:
    """The number of a run state: days off first, then (shift, days on it, days at work)."""
    types = len(caps) - 2
    if last < 0:
        return min(max(run, 1), caps[types + 1]) - 1
    base = caps[types + 1]
    for s in range(last):
        base += caps[s] * caps[types]
    return base + (min(same, caps[last]) - 1) * caps[types] + min(run, caps[types]) - 1


@compiled
def _states(ends: Any, caps: Any) -> Any:
    found = np.empty(len(ends), np.int64)
    for i in range(len(ends)):
        found[i] = _state(ends[i, 0], ends[i, 1], ends[i, 2], caps)
    return found


@compiled
def _day(value: Any, day: Any, prices: Any, limits: Any, caps: Any, follows: Any, whole: Any) -> Any:
    """Values before a day from those after it."""
    types = len(caps) - 2
    before = np.empty_like(value)
    for last in range(-1, types):
        for same in range(1, (caps[last] if last >= 0 else 1) + 1):
            for run in range(1, (caps[types] if last >= 0 else caps[types + 1]) + 1):
                here = _state(last, same, run, caps)
                before[:, :, here] = FORBIDDEN
                for shift in range(-1, types):
                    if last >= 0 and shift >= 0 and not follows[last, shift]:
                        continue
                    _act(before, value, here, last, same, run, shift, day, prices, limits, caps, whole)
    return before


@compiled
def _act(before, value, here, last, same, run, shift, day, prices, limits, caps, whole):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Offer one choice of a day to every (total, weekends)."""
    cost, now_same, now_run = step(last, same, run, shift, limits)
    there = _state(shift, now_same, now_run, caps)
    if day == 6 and (last < 0) != (shift < 0):
        cost += whole
    if shift >= 0:
        cost -= prices[day, shift]
    new_weekend = shift >= 0 and (day == 5 or (day == 6 and last < 0))
    totals, weekends = value.shape[0], value.shape[1]
    for t in range(totals):
        for w in range(weekends):
            c, t2, w2 = cost, t, w
            if shift >= 0:
                t2 = t + 1
                if t2 >= totals:
                    t2, c = t, c + TOTAL
            if new_weekend:
                w2 = w + 1
                if w2 >= weekends:
                    w2, c = w, c + WEEKENDS
            c += value[t2, w2, there]
            if c < before[t, w, here]:
                before[t, w, here] = c

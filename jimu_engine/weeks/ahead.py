"""What a nurse's state at the end of a week is worth: the cheapest way on from it, when work is paid at given prices.

Nobody knows the demand of the weeks to come; what one more at work would save in them is told by prices of each shift of
a group on a day (``horizon.py``). Under such prices the best schedule of one nurse until the end of the horizon is a
dynamic program over days; its value at each state, with S2–S7 in it, is the price that this week's patterns are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from jimu_engine.formats.inrc2 import TOTAL, WEEKENDS, WHOLE_WEEKEND, Contract, Inrc2Error, Past, Scenario
from jimu_engine.weeks.patterns import Bools, Floats, Ints, Patterns, compiled, step

#: A run longer than this is never too long in the family ("no limit" is told as the length of the horizon).
LONG = 14
FORBIDDEN = 1e7
#: Values held for one contract, 8 bytes each. A published scenario of eight weeks needs about a million.
MOST_CELLS = 10**8


@dataclass(frozen=True)
class Ahead:
    """What is to come for one contract in one group. ``days`` [day, total, weekends, run state]: values before each day and after the last; see `_state`."""

    contract: Contract
    caps: Ints
    limits: Ints
    follows: Bools
    prices: Floats
    days: Floats

    def of(self, patterns: Patterns, past: Past, ends: Ints) -> Floats:
        """The value of the state after each pattern, and S6 and S7 of what goes over in this week."""
        most, weekends = self.contract.total[1], self.contract.weekends
        total = past.total + patterns.total
        worked = past.weekends + patterns.weekend
        cost = TOTAL * (np.maximum(total - most, 0) - max(past.total - most, 0))
        cost = cost + WEEKENDS * (np.maximum(worked - weekends, 0) - max(past.weekends - weekends, 0))
        state = _states(ends, self.caps)
        found: Floats = cost + self.days[0][np.minimum(total, most), np.minimum(worked, weekends), state]
        return found

    def way_on(self, total: int, weekends: int, end: Ints) -> tuple[Ints, float]:
        """The best shifts [7 × weeks] (−1: off) after a total, weekends worked and a state [3] left by a pattern, and what they earn."""
        path, earned, _ = self._way(total, weekends, end)
        return path, earned

    def least(self, total: int, weekends: int, end: Ints) -> tuple[Ints, float]:
        """As `way_on`: the best shifts, and what they cost, less what they earn."""
        path, _, value = self._way(total, weekends, end)
        return path, value

    def _way(self, total: int, weekends: int, end: Ints) -> tuple[Ints, float, float]:
        start = np.array([*end, min(total, self.contract.total[1]), min(weekends, self.contract.weekends)], np.int64)
        whole = float(WHOLE_WEEKEND if self.contract.whole_weekend else 0)
        path, earned, value = _way_on(self.days, self.prices, start, self.limits, self.caps, self.follows, whole)
        return path, float(earned), float(value)


def caps_of(scenario: Scenario, contract: Contract) -> Ints:
    """Up to which length a run is counted, by shift, then at work and off: [types + 2]."""
    limits = [*scenario.runs, contract.work, contract.off]
    return np.array([max(1, low, high if high <= LONG else 0) for low, high in limits], np.int64)


def look_ahead(scenario: Scenario, contract: Contract, prices: Floats, begun: tuple[int, int] | None = None) -> Ahead:
    """Values before weeks in which a shift s on day d of week w earns prices[w, d, s] ([weeks, 7, types]); only what can be
    reached from a total and weekends `begun` with, where these are known.

    Raises Inrc2Error when weeks and limits are so many that the values would not fit in memory.
    """
    caps = caps_of(scenario, contract)
    limits = np.array([*scenario.runs, contract.work, contract.off], np.int64)
    limits[limits[:, 1] > LONG, 1] = 10**6
    most, weekends = contract.total[1], contract.weekends
    if (7 * len(prices) + 1) * (most + 1) * (weekends + 1) * _size(caps) > MOST_CELLS:
        raise Inrc2Error("the weeks and the limits of a contract are too many to be looked ahead over")
    value = np.zeros((most + 1, weekends + 1, _size(caps)))
    value += (TOTAL * np.maximum(contract.total[0] - np.arange(most + 1), 0))[:, None, None]
    follows = np.ones((len(scenario.shifts), len(scenario.shifts)), np.bool_)
    for before, after in scenario.forbidden:
        follows[before, after] = False
    whole = float(WHOLE_WEEKEND if contract.whole_weekend else 0)
    values = [value]
    for number, week in reversed(list(enumerate(np.ascontiguousarray(prices)))):
        for day in range(6, -1, -1):
            span = np.array([0, most, 0, weekends], np.int64)
            if begun is not None:
                total, worked = min(begun[0], most), min(begun[1], weekends)
                span[:] = total, min(most, total + 7 * number + day), worked, min(weekends, worked + number + (day == 6))
            values.append(_day(values[-1], day, week, limits, caps, follows, whole, span))
    return Ahead(contract, caps, limits, follows, np.ascontiguousarray(prices), np.array(values[::-1]))


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
def _day(value: Any, day: Any, prices: Any, limits: Any, caps: Any, follows: Any, whole: Any, span: Any) -> Any:
    """Values before a day from those after it, for totals and weekends within a span (first and last of each)."""
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
                    _act(before, value, here, last, same, run, shift, day, prices, limits, caps, whole, span)
    return before


@compiled
def _act(before, value, here, last, same, run, shift, day, prices, limits, caps, whole, span):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Offer one choice of a day to every (total, weekends)."""
    cost, now_same, now_run = step(last, same, run, shift, limits)
    there = _state(shift, now_same, now_run, caps)
    if day == 6 and (last < 0) != (shift < 0):
        cost += whole
    if shift >= 0:
        cost -= prices[day, shift]
    new_weekend = shift >= 0 and (day == 5 or (day == 6 and last < 0))
    totals, weekends = value.shape[0], value.shape[1]
    for t in range(span[0], span[1] + 1):
        for w in range(span[2], span[3] + 1):
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


@compiled
def _way_on(days, prices, start, limits, caps, follows, whole):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The choices that attain ``days`` from a start (last shift, days on it, days at work or off, total, weekends), what they earn and the value there."""
    types = len(caps) - 2
    last, same, run, t, w = start[0], start[1], start[2], start[3], start[4]
    path = np.full(days.shape[0] - 1, -1, np.int64)
    earned, value = 0.0, 0.0
    for d in range(len(path)):
        day, best = d % 7, np.inf
        to_same, to_run, to_t, to_w = 0, 0, 0, 0
        for shift in range(-1, types):
            if last >= 0 and shift >= 0 and not follows[last, shift]:
                continue
            more, now_same, now_run = step(last, same, run, shift, limits)
            cost, t2, w2 = float(more), t, w
            if day == 6 and (last < 0) != (shift < 0):
                cost += whole
            if shift >= 0:
                cost -= prices[d // 7, day, shift]
                t2 = t + 1
                if t2 >= days.shape[1]:
                    t2, cost = t, cost + TOTAL
                if day == 5 or (day == 6 and last < 0):
                    w2 = w + 1
                    if w2 >= days.shape[2]:
                        w2, cost = w, cost + WEEKENDS
            cost += days[d + 1, t2, w2, _state(shift, now_same, now_run, caps)]
            if cost < best:
                best, path[d], to_same, to_run, to_t, to_w = cost, shift, now_same, now_run, t2, w2
        last, same, run, t, w = path[d], to_same, to_run, to_t, to_w
        if last >= 0:
            earned += prices[d // 7, day, last]
        if d == 0:
            value = best
    return path, earned, value

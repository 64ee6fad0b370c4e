"""A lower bound on every roster from prices of cover: what each person's cheapest schedule at these prices comes to (Lagrange)."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from jimu_engine.columns.clock import Clock
from jimu_engine.columns.model import DayModel, Floats
from jimu_engine.columns.person import FLOOR_TURNS, Planner


def floor_at(model: DayModel, planners: Sequence[Planner], prices: Floats, stop: Clock, share: float) -> float | None:
    """The bound at ``prices`` [H, T], without the model's constant: −inf where somebody's horizon is too long for one, None where this
    part of the time left does not suffice for everybody."""
    clock, turns = stop.share(share), _turns(model, planners, prices, share * stop.left())
    if not turns:
        return None
    off, bound = np.zeros(model.horizon), float((prices * model.need).sum())
    for p, planner in enumerate(planners):
        if clock():
            return None
        work = model.cost[p] - prices
        direct = planner.exact and not planner.brisk
        bound += planner.plan(work, off)[0] if direct else planner.floor(work, model.usual, turns)
    return bound


def _turns(model: DayModel, planners: Sequence[Planner], prices: Floats, seconds: float) -> int:
    """How many trials a person there is time for, going by how long one takes with the longest recursion."""
    states = [planner.states for planner in planners]
    slowest, begun = int(np.argmax(states)), time.monotonic()
    planners[slowest].floor(model.cost[slowest] - prices, model.usual, 1)
    each = (time.monotonic() - begun) * sum(states) / max(states)
    return min(FLOOR_TURNS, int(seconds / max(1e-6, each)))

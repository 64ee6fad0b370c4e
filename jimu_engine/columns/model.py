"""The compiled person-by-day problem: arrays, no rules objects. At most one shift a day for each person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jimu_engine.errors import BadProblem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: A cell of a roster array that holds no shift.
OFF = -1


@dataclass(frozen=True)
class DayModel:
    """P people × H days × T shift types.

    ``cost[p, d, t]`` is what working adds (requests); ``constant`` what is paid anyway. Cover: ``need``, ``under``,
    ``over`` [H, T]. ``weekend[d]`` numbers the weekend day d belongs to, −1 outside. ``must_work[p, d]`` forbids a day
    off. Limits per person: minutes in the horizon, days worked in a row (``max_run``, ``min_run``), days off in a row
    (``min_off``), weekends worked, shifts of each type (``max_type``). Runs that touch the horizon's ends are exempt
    from the minima.
    """

    people: tuple[str, ...]
    shifts: tuple[str, ...]
    minutes: Ints
    follows: Bools
    allowed: Bools
    must_work: Bools
    cost: Floats
    constant: float
    max_type: Ints
    min_minutes: Ints
    max_minutes: Ints
    max_run: Ints
    min_run: Ints
    min_off: Ints
    max_weekends: Ints
    weekend: Ints
    need: Ints
    under: Floats
    over: Floats

    def check(self) -> None:
        """Raises BadProblem for costs that are no numbers and arrays that do not fit one another."""
        people, days, types = self.size
        for name, shape in {"cost": (people, days, types), "must_work": (people, days), "weekend": (days,), "minutes": (types,), "follows": (types, types), "max_type": (people, types)}.items():
            if getattr(self, name).shape != shape:
                raise BadProblem(f"{name} is of the shape {getattr(self, name).shape}, not {shape}")
        for name in ("min_minutes", "max_minutes", "max_run", "min_run", "min_off", "max_weekends"):
            if len(getattr(self, name)) != people:
                raise BadProblem(f"{name} is given for {len(getattr(self, name))} of {people} people")
        for name in ("need", "under", "over"):
            if getattr(self, name).shape != (days, types):
                raise BadProblem(f"{name} is of the shape {getattr(self, name).shape}, not {(days, types)}")
        for name in ("cost", "under", "over", "constant"):
            if not np.isfinite(getattr(self, name)).all():
                raise BadProblem(f"{name} holds what is no finite number")

    @property
    def horizon(self) -> int:
        """Number of days."""
        return int(self.allowed.shape[1])

    @property
    def size(self) -> tuple[int, int, int]:
        """People, days, shift types."""
        p, h, t = self.allowed.shape
        return int(p), int(h), int(t)

    @cached_property
    def shift_kind(self) -> tuple[int, ...]:
        """Per shift type a number shared by types that differ in nothing but cost: same length, same successions."""
        known: dict[tuple[bytes, bytes, int], int] = {}
        keys = [(self.follows[t].tobytes(), self.follows[:, t].tobytes(), int(m)) for t, m in enumerate(self.minutes)]
        return tuple(known.setdefault(key, len(known)) for key in keys)

    @cached_property
    def usual(self) -> float:
        """What a request usually costs; 1 where there is none."""
        asked = np.abs(self.cost[self.cost != 0])
        return float(np.median(asked)) if len(asked) else 1.0

    @cached_property
    def integral(self) -> bool:
        """Whether every objective value is a whole number, so that bounds may be rounded up."""
        parts = (self.cost, self.under, self.over, np.asarray(self.constant))
        return all(bool(np.all(np.equal(np.mod(x, 1.0), 0.0))) for x in parts)


def presence(roster: Ints, types: int) -> Ints:
    """How many people hold each type on each day: [H, T]."""
    days = roster.shape[1]
    count = np.zeros((days, types), np.int64)
    for row in roster:
        held = np.nonzero(row >= 0)[0]
        count[held, row[held]] += 1
    return count


def cover_cost(model: DayModel, count: Ints) -> float:
    """Cost of too few and too many."""
    short = np.maximum(model.need - count, 0)
    extra = np.maximum(count - model.need, 0)
    return float((short * model.under).sum() + (extra * model.over).sum())


def request_cost(model: DayModel, person: int, row: Ints) -> float:
    """Cost of one person's requests under one schedule, without the constant."""
    held = np.nonzero(row >= 0)[0]
    return float(model.cost[person, held, row[held]].sum())


def objective(model: DayModel, roster: Ints) -> float:
    """The true cost of a roster, recomputed from nothing but the model."""
    asked = sum(request_cost(model, p, roster[p]) for p in range(len(model.people)))
    return model.constant + asked + cover_cost(model, presence(roster, len(model.shifts)))

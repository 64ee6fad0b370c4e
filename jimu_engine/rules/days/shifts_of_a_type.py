"""At most so many shifts of each type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.columns.model import OFF
from jimu_engine.rules.days.base import DayRule
from jimu_engine.rules.days.limits import NO_LIMIT

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class ShiftsOfAType(DayRule):
    """At most so many shifts of each type."""

    code: ClassVar[str] = "shifts_of_a_type"
    sentence: ClassVar[str] = "At most so many shifts of each type"
    fields: ClassVar[tuple[str, ...]] = ("max_type",)
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.person:Planner", "jimu_engine.columns.person:tallies")

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        counts = np.bincount(row[row != OFF], minlength=len(model.shifts))
        for t in np.flatnonzero(counts > model.max_type[p]):
            yield f"{counts[t]} shifts of type {model.shifts[t]}"

    def free(self, values: Any) -> Any:
        return np.full_like(values, NO_LIMIT)

"""Nobody works on a day off, nor a shift that they may not work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.columns.model import OFF
from jimu_engine.rules.days.base import DayRule

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class DaysOff(DayRule):
    """Nobody works on a day off, nor a shift that they may not work."""

    code: ClassVar[str] = "days_off"
    sentence: ClassVar[str] = "Nobody works on a day off, nor a shift that they may not work"
    fields: ClassVar[tuple[str, ...]] = ("allowed",)
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.person:Planner",)

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        for d, t in enumerate(row):
            if t != OFF and not model.allowed[p, d, t]:
                yield f"may not work {model.shifts[t]} on day {d}"

    def free(self, values: Any) -> Any:
        return np.ones_like(values)

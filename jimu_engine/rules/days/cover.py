"""Each person too few or too many on a shift costs what its day says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.rules.days.base import DayRule

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class Cover(DayRule):
    """Each person too few or too many on a shift costs what its day says."""

    code: ClassVar[str] = "cover"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "Each person too few or too many on a shift costs what its day says"
    fields: ClassVar[tuple[str, ...]] = ("under", "over")
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.master:Master",)

    def cost(self, model: DayModel, roster: Ints) -> float:
        total = 0.0
        for t in range(len(model.shifts)):
            there = (roster == t).sum(axis=0)
            total += float((np.maximum(model.need[:, t] - there, 0) * model.under[:, t]).sum())
            total += float((np.maximum(there - model.need[:, t], 0) * model.over[:, t]).sum())
        return total

    def free(self, values: Any) -> Any:
        return np.zeros_like(values)

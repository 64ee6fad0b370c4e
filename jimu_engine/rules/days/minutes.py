"""Minutes in the whole horizon, at least and at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.columns.model import OFF
from jimu_engine.rules.days.base import DayRule
from jimu_engine.rules.days.limits import NO_LIMIT

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class TotalMinutes(DayRule):
    """Minutes in the whole horizon, at least and at most."""

    code: ClassVar[str] = "minutes"
    sentence: ClassVar[str] = "Minutes in the whole horizon, at least and at most"
    fields: ClassVar[tuple[str, ...]] = ("min_minutes", "max_minutes")
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.kernel:reach", "jimu_engine.columns.kernel:plan")

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        minutes = int(model.minutes[row[row != OFF]].sum())
        if not model.min_minutes[p] <= minutes <= model.max_minutes[p]:
            yield f"works {minutes} minutes"

    def lifted(self, model: DayModel) -> DayModel:
        return replace(model, min_minutes=np.zeros_like(model.min_minutes), max_minutes=self.free(model.max_minutes))

    def free(self, values: Any) -> Any:
        return np.full_like(values, NO_LIMIT)

"""Every request for a shift not met, and for no such shift not met, costs its weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.columns.model import OFF
from jimu_engine.rules.days.base import DayRule

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class Requests(DayRule):
    """Every request for a shift not met, and for no such shift not met, costs its weight."""

    code: ClassVar[str] = "requests"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "Every request for a shift not met, and for no such shift not met, costs its weight"
    fields: ClassVar[tuple[str, ...]] = ("cost", "constant")
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.person:Planner.plan", "jimu_engine.columns.master:Master")

    def cost(self, model: DayModel, roster: Ints) -> float:
        p, d = np.nonzero(roster != OFF)
        return float(model.constant + model.cost[p, d, roster[p, d]].sum())

    def free(self, values: Any) -> Any:
        return values * 0.0

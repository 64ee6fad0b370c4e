"""Each day too few or too many in a row on the same shift costs (S2 shift)."""

from __future__ import annotations

from typing import ClassVar

from jimu_engine.formats.inrc2 import SAME_SHIFT
from jimu_engine.rules.weeks.base import OFF, WeekRule, WeekView, run_cost


class ShiftRuns(WeekRule):
    """Each day too few or too many in a row on the same shift costs (S2 shift)."""

    code: ClassVar[str] = "S2 shift"
    name: ClassVar[str] = "consecutive"
    sentence: ClassVar[str] = "Each day too few or too many in a row on the same shift costs"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.patterns:step",)

    def cost(self, view: WeekView) -> int:
        total, limits = 0, view.scenario.runs
        for n in range(len(view.scenario.nurses)):
            total += sum(run_cost(length, begun, limits[s], ended) for s, length, begun, ended in view.shift_runs(n) if s != OFF)
        return SAME_SHIFT * total

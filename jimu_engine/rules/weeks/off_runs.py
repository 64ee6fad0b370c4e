"""Each day too few or too many in a row off costs (S3)."""

from __future__ import annotations

from typing import ClassVar

from jimu_engine.formats.inrc2 import OFF_RUN
from jimu_engine.rules.weeks.base import WeekRule, WeekView, run_cost


class OffRuns(WeekRule):
    """Each day too few or too many in a row off costs (S3)."""

    code: ClassVar[str] = "S3"
    name: ClassVar[str] = "days off"
    sentence: ClassVar[str] = "Each day too few or too many in a row off costs"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.patterns:step",)

    def cost(self, view: WeekView) -> int:
        total = 0
        for n, nurse in enumerate(view.scenario.nurses):
            total += sum(run_cost(length, begun, nurse.contract.off, ended) for on, length, begun, ended in view.work_runs(n) if not on)
        return OFF_RUN * total

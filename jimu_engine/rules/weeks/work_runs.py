"""Each day too few or too many in a row at work costs (S2)."""

from __future__ import annotations

from typing import ClassVar

from jimu_engine.formats.inrc2 import WORK_RUN
from jimu_engine.rules.weeks.base import WeekRule, WeekView, run_cost


class WorkRuns(WeekRule):
    """Each day too few or too many in a row at work costs (S2)."""

    code: ClassVar[str] = "S2"
    name: ClassVar[str] = "consecutive"
    sentence: ClassVar[str] = "Each day too few or too many in a row at work costs"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.patterns:step",)

    def cost(self, view: WeekView) -> int:
        total = 0
        for n, nurse in enumerate(view.scenario.nurses):
            total += sum(run_cost(length, begun, nurse.contract.work, ended) for on, length, begun, ended in view.work_runs(n) if on)
        return WORK_RUN * total

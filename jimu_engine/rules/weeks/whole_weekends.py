"""Each weekend with one day worked costs whose contract wants both or none (S5)."""

from __future__ import annotations

from typing import ClassVar

from jimu_engine.formats.inrc2 import WHOLE_WEEKEND
from jimu_engine.rules.weeks.base import WeekRule, WeekView


class WholeWeekends(WeekRule):
    """Each weekend with one day worked costs whose contract wants both or none (S5)."""

    code: ClassVar[str] = "S5"
    name: ClassVar[str] = "complete weekends"
    sentence: ClassVar[str] = "Each weekend with one day worked costs whose contract wants both or none"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.patterns:Patterns.cost", "jimu_engine.weeks.ahead:look_ahead")

    def cost(self, view: WeekView) -> int:
        lines = (view.line(n) for n, nurse in enumerate(view.scenario.nurses) if nurse.contract.whole_weekend)
        return WHOLE_WEEKEND * sum((days[5] < 0) != (days[6] < 0) for days in lines)

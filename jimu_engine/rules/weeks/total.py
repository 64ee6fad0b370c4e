"""Each shift in all weeks below the least or above the most of the contract costs (S6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from jimu_engine.formats.inrc2 import TOTAL
from jimu_engine.rules.weeks.base import WeekRule

if TYPE_CHECKING:
    from jimu_engine.formats.inrc2 import History, Scenario


class TotalShifts(WeekRule):
    """Each shift in all weeks below the least or above the most of the contract costs (S6)."""

    code: ClassVar[str] = "S6"
    name: ClassVar[str] = "total assignments"
    sentence: ClassVar[str] = "Each shift in all weeks below the least or above the most of the contract costs"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.ahead:Ahead.of", "jimu_engine.weeks.ahead:look_ahead")
    at_the_end: ClassVar[bool] = True

    def end_cost(self, scenario: Scenario, history: History) -> int:
        both = [(nurse.contract.total, past.total) for nurse, past in zip(scenario.nurses, history.pasts, strict=True)]
        return TOTAL * sum(max(0, least - total) + max(0, total - most) for (least, most), total in both)

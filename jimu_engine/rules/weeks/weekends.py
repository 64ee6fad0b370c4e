"""Each weekend worked in all weeks above the most of the contract costs (S7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from jimu_engine.formats.inrc2 import WEEKENDS
from jimu_engine.rules.weeks.base import WeekRule

if TYPE_CHECKING:
    from jimu_engine.formats.inrc2 import History, Scenario


class WorkedWeekends(WeekRule):
    """Each weekend worked in all weeks above the most of the contract costs (S7)."""

    code: ClassVar[str] = "S7"
    name: ClassVar[str] = "weekends"
    sentence: ClassVar[str] = "Each weekend worked in all weeks above the most of the contract costs"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.ahead:Ahead.of", "jimu_engine.weeks.ahead:look_ahead")
    at_the_end: ClassVar[bool] = True

    def end_cost(self, scenario: Scenario, history: History) -> int:
        both = zip(scenario.nurses, history.pasts, strict=True)
        return WEEKENDS * sum(max(0, past.weekends - nurse.contract.weekends) for nurse, past in both)

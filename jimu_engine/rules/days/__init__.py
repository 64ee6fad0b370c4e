"""The rules of the person-by-day family (curtois): hard ones first. One file, one sentence each.

That nobody has two shifts on a day needs no rule: a roster has one cell for it.
"""

from jimu_engine.rules.days.base import DayRule
from jimu_engine.rules.days.cover import Cover
from jimu_engine.rules.days.days_off import DaysOff
from jimu_engine.rules.days.longest_run import LongestRun
from jimu_engine.rules.days.minutes import TotalMinutes
from jimu_engine.rules.days.must_work import MustWork
from jimu_engine.rules.days.requests import Requests
from jimu_engine.rules.days.shifts_of_a_type import ShiftsOfAType
from jimu_engine.rules.days.shortest_rest import ShortestRest
from jimu_engine.rules.days.shortest_run import ShortestRun
from jimu_engine.rules.days.succession import Succession
from jimu_engine.rules.days.weekends import Weekends

HARD: tuple[DayRule, ...] = (
    DaysOff(), MustWork(), Succession(), TotalMinutes(), ShiftsOfAType(), Weekends(), LongestRun(), ShortestRun(), ShortestRest(),
)  # fmt: skip
SOFT: tuple[DayRule, ...] = (Requests(), Cover())
#: Every rule by its code.
DAY_RULES: dict[str, DayRule] = {rule.code: rule for rule in (*HARD, *SOFT)}

__all__ = ["DAY_RULES", "HARD", "SOFT", "DayRule"]

"""The rules of the rolling-weeks family (INRC-II): hard ones first. One file, one sentence each.

That nobody has two shifts on a day (H1) needs no rule: a roster has one entry for it, and files that tell two are refused.
"""

from jimu_engine.rules.weeks.base import WeekRule, WeekView
from jimu_engine.rules.weeks.minimum_cover import MinimumCover
from jimu_engine.rules.weeks.off_runs import OffRuns
from jimu_engine.rules.weeks.optimal_cover import OptimalCover
from jimu_engine.rules.weeks.requests import Requests
from jimu_engine.rules.weeks.shift_runs import ShiftRuns
from jimu_engine.rules.weeks.skills import Skills
from jimu_engine.rules.weeks.succession import Succession
from jimu_engine.rules.weeks.total import TotalShifts
from jimu_engine.rules.weeks.weekends import WorkedWeekends
from jimu_engine.rules.weeks.whole_weekends import WholeWeekends
from jimu_engine.rules.weeks.work_runs import WorkRuns

HARD: tuple[WeekRule, ...] = (Skills(), Succession(), MinimumCover())
SOFT: tuple[WeekRule, ...] = (OptimalCover(), ShiftRuns(), WorkRuns(), OffRuns(), Requests(), WholeWeekends())
AT_THE_END: tuple[WeekRule, ...] = (TotalShifts(), WorkedWeekends())
#: Every rule by the specification's number.
WEEK_RULES: dict[str, WeekRule] = {rule.code: rule for rule in (*HARD, *SOFT, *AT_THE_END)}

__all__ = ["AT_THE_END", "HARD", "SOFT", "WEEK_RULES", "WeekRule", "WeekView"]

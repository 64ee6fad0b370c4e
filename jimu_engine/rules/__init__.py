"""The rules: hard ones first, then what a good roster costs less of. One class, one sentence each."""

from jimu_engine.rules.availability import Available
from jimu_engine.rules.base import Breach, Rule, View
from jimu_engine.rules.closed import OpenPlace
from jimu_engine.rules.continuity import Continuity
from jimu_engine.rules.cover import Cover
from jimu_engine.rules.daily_cap import DailyCap
from jimu_engine.rules.days_on import DaysOn
from jimu_engine.rules.fairness import Fairness
from jimu_engine.rules.kind import RightKind
from jimu_engine.rules.least_shifts import LeastShifts
from jimu_engine.rules.limits import Limits
from jimu_engine.rules.most_shifts import MostShifts
from jimu_engine.rules.nights import NightsInRow
from jimu_engine.rules.own_command import OwnCommand
from jimu_engine.rules.pair import PairRule
from jimu_engine.rules.pinned import Pinned
from jimu_engine.rules.place import AllowedPlace
from jimu_engine.rules.qualification import Qualified
from jimu_engine.rules.requested import RequestedOnly
from jimu_engine.rules.rest import MinimumRest
from jimu_engine.rules.rest_day import WeeklyRestDay
from jimu_engine.rules.rhythm import Rhythm
from jimu_engine.rules.stability import Stability
from jimu_engine.rules.suit import SuitStint
from jimu_engine.rules.supervised import Supervised
from jimu_engine.rules.team import SameTeam
from jimu_engine.rules.weekly_cap import WeeklyCap
from jimu_engine.rules.wishes import Wishes

#: Every rule by its code, for files and for words.
RULES: dict[str, type[Rule]] = {
    rule.code: rule
    for rule in (
        Qualified, RightKind, RequestedOnly, OwnCommand, AllowedPlace, OpenPlace, Available, Limits, Supervised,
        MinimumRest, WeeklyRestDay, DaysOn, NightsInRow, SuitStint, DailyCap, WeeklyCap, MostShifts, Pinned,
        Cover, LeastShifts, Fairness, Continuity, SameTeam, Rhythm, Wishes, Stability,
    )
}  # fmt: skip


def standard() -> tuple[Rule, ...]:
    """All rules with their default parameters, hard ones first."""
    return tuple(rule() for rule in RULES.values())


__all__ = [
    "RULES", "AllowedPlace", "Available", "Breach", "Continuity", "Cover", "DailyCap", "DaysOn", "Fairness", "LeastShifts",
    "Limits", "MinimumRest", "MostShifts", "NightsInRow", "OpenPlace", "OwnCommand", "PairRule", "Pinned", "Qualified",
    "RequestedOnly", "Rhythm", "RightKind", "Rule", "SameTeam", "Stability", "SuitStint", "Supervised", "View", "WeeklyCap",
    "WeeklyRestDay", "Wishes", "standard",
]  # fmt: skip

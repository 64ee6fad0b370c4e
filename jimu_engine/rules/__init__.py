"""The rules: hard ones first, then what a good roster costs less of. One class, one sentence each."""

from jimu_engine.rules.base import Breach, Rule, View
from jimu_engine.rules.caps import DailyCap, WeeklyCap
from jimu_engine.rules.cover import Cover, Pinned
from jimu_engine.rules.eligibility import (
    AllowedPlace,
    Available,
    Limits,
    OwnCommand,
    PairRule,
    Qualified,
    RequestedOnly,
    RightKind,
)
from jimu_engine.rules.rest import MinimumRest, NightsInRow, SuitStint, WeeklyRestDay
from jimu_engine.rules.soft import Continuity, Fairness, Stability, Wishes

#: Every rule by its code, for files and for words.
RULES: dict[str, type[Rule]] = {
    rule.code: rule
    for rule in (
        Qualified, RightKind, RequestedOnly, OwnCommand, AllowedPlace, Available, Limits,
        MinimumRest, WeeklyRestDay, NightsInRow, SuitStint, DailyCap, WeeklyCap, Pinned,
        Cover, Fairness, Continuity, Wishes, Stability,
    )
}  # fmt: skip


def standard() -> tuple[Rule, ...]:
    """All rules with their default parameters, hard ones first."""
    return tuple(rule() for rule in RULES.values())


__all__ = [
    "RULES", "AllowedPlace", "Available", "Breach", "Continuity", "Cover", "DailyCap", "Fairness", "Limits",
    "MinimumRest", "NightsInRow", "OwnCommand", "PairRule", "Pinned", "Qualified", "RequestedOnly", "RightKind",
    "Rule", "Stability", "SuitStint", "View", "WeeklyCap", "WeeklyRestDay", "Wishes", "standard",
]  # fmt: skip

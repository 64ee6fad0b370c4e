"""At least one full free day in any seven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class WeeklyRestDay(Rule):
    """At least one full free day in any seven."""

    code: ClassVar[str] = "rest_day"
    hard: ClassVar[bool] = True
    bodily: ClassVar[bool] = True
    sentence: ClassVar[str] = "任意七天里至少要有一个整天休息"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            worked = set(person.history.days)
            for shift in shifts:
                worked.update(range(shift.day, shift.last_day + 1))
            run = 0
            for day in range(-7, view.problem.days + 2):
                run = run + 1 if day in worked else 0
                if run >= 7 and day >= 0:
                    late = [s for s in shifts if s.day <= day <= s.last_day]
                    yield self.hard_breach(person.id, late, run - 6, f"连续 {run} 天没有整天休息")

    def enforce(self, index: Index) -> None:
        index.max_days_in_row[:] = 6

"""At most so many minutes, and so many days, of work in any seven days; by kind (minutes, days), else the default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Person

WEEK = 7


@dataclass(frozen=True)
class WeeklyCap(Rule):
    """At most so many minutes, and so many days, of work in any seven days; by kind (minutes, days), else the default."""

    minutes: int = 44 * 60
    days: int = 6
    by_kind: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    code: ClassVar[str] = "weekly_cap"
    hard: ClassVar[bool] = True
    sentence: ClassVar[str] = "超过七天的工时或天数上限"

    def cap(self, person: Person) -> tuple[int, int]:
        """(minutes, days) of one person."""
        return self.by_kind.get(person.kind, (self.minutes, self.days))

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            cap_minutes, cap_days = self.cap(person)
            past = person.history.minutes_by_day
            # Most people work less in all than in any week they may: nothing to look for.
            if sum(s.minutes for s in shifts) + sum(past.values()) <= cap_minutes and len(shifts) + len(past) <= cap_days:
                continue
            minutes = dict(past)
            for shift in shifts:
                minutes[shift.day] = minutes.get(shift.day, 0) + shift.minutes
            for first in range(1 - WEEK, view.problem.days - WEEK + 1 if view.problem.days > WEEK else 1):
                week = [minutes[day] for day in range(first, first + WEEK) if minutes.get(day)]
                if sum(week) <= cap_minutes and len(week) <= cap_days:
                    continue
                # A week that the past alone overfilled is nobody's to mend.
                if late := [s for s in shifts if first <= s.day < first + WEEK]:
                    words = f"七天内共 {sum(week) // 60} 小时、{len(week)} 天，上限 {cap_minutes // 60} 小时、{cap_days} 天"
                    yield self.hard_breach(person.id, late, max(sum(week) - cap_minutes, len(week) - cap_days), words)

    def enforce(self, index: Index) -> None:
        caps = [self.cap(person) for person in index.problem.people]
        index.week_minutes[:] = [minutes for minutes, _ in caps]
        index.week_days[:] = [days for _, days in caps]

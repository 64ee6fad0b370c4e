"""At most so many minutes, and so many days, of work in any seven days; by kind (minutes, days), else the default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View, by_day

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
            minutes = {day: sum(s.minutes for s in work) for day, work in by_day(shifts).items()}
            cap_minutes, cap_days = self.cap(person)
            past = person.history.minutes_by_day
            # Most people work less in all than in any week they may: nothing to look for.
            if sum(minutes.values()) + sum(past.values()) <= cap_minutes and len(minutes) + len(past) <= cap_days:
                continue
            for first in range(1 - WEEK, view.problem.days - WEEK + 1 if view.problem.days > WEEK else 1):
                week = range(first, first + WEEK)
                total = sum(minutes.get(d, 0) + past.get(d, 0) for d in week)
                worked = sum(1 for d in week if minutes.get(d) or past.get(d))
                late = [s for s in shifts if s.day in week]
                # A week that the past alone overfilled is nobody's to mend.
                if late and (total > cap_minutes or worked > cap_days):
                    words = f"七天内共 {total // 60} 小时、{worked} 天，上限 {cap_minutes // 60} 小时、{cap_days} 天"
                    yield self.hard_breach(person.id, late, max(total - cap_minutes, worked - cap_days), words)

    def enforce(self, index: Index) -> None:
        caps = [self.cap(person) for person in index.problem.people]
        index.week_minutes[:] = [minutes for minutes, _ in caps]
        index.week_days[:] = [days for _, days in caps]

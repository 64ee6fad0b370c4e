"""At most so many minutes of work that start on one day; by kind, else `minutes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View, by_day

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Person


@dataclass(frozen=True)
class DailyCap(Rule):
    """At most so many minutes of work that start on one day; by kind, else `minutes`."""

    minutes: int = 480
    by_kind: Mapping[str, int] = field(default_factory=dict)
    code: ClassVar[str] = "daily_cap"
    hard: ClassVar[bool] = True
    sentence: ClassVar[str] = "超过一天的工时上限"

    def cap(self, person: Person) -> int:
        """The cap of one person."""
        return self.by_kind.get(person.kind, self.minutes)

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            for day, work in by_day(shifts).items():
                over = sum(s.minutes for s in work) - self.cap(person)
                if over > 0:
                    words = f"第 {day + 1} 天共 {(over + self.cap(person)) // 60} 小时，上限 {self.cap(person) // 60} 小时"
                    yield self.hard_breach(person.id, work, over, words)

    def enforce(self, index: Index) -> None:
        index.day_minutes[:] = [self.cap(person) for person in index.problem.people]

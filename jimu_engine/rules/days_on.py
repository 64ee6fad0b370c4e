"""Nobody works more days in a row than they may themselves (`most_on` of `Person.rhythm`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index

#: Days before the horizon that a history tells of.
PAST = 7


@dataclass(frozen=True)
class DaysOn(Rule):
    """Nobody works more days in a row than they may themselves (`most_on` of `Person.rhythm`)."""

    code: ClassVar[str] = "days_on"
    hard: ClassVar[bool] = True
    sentence: ClassVar[str] = "连续上班的天数超过本人的上限"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            most = person.rhythm.most_on
            if most is None:
                continue
            worked = set(person.history.days)
            for shift in shifts:
                worked.update(range(shift.day, shift.last_day + 1))
            run = 0
            for day in range(-PAST, view.problem.days + 2):
                run = run + 1 if day in worked else 0
                if run > most and day >= 0:
                    late = [s for s in shifts if s.day <= day <= s.last_day]
                    yield self.hard_breach(person.id, late, run - most, f"连续上班 {run} 天，本人最多 {most} 天")

    def enforce(self, index: Index) -> None:
        own = (person.rhythm.most_on for person in index.problem.people)
        index.most_days_on[:] = [kept if most is None else most for kept, most in zip(index.most_days_on, own, strict=True)]

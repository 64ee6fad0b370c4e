"""At most `nights` nights one after another (a night has two hours or more between 22:00 and 06:00)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class NightsInRow(Rule):
    """At most `nights` nights one after another (a night has two hours or more between 22:00 and 06:00)."""

    nights: int = 2
    code: ClassVar[str] = "nights"
    hard: ClassVar[bool] = True
    bodily: ClassVar[bool] = True
    sentence: ClassVar[str] = "连续夜班太多"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            nights = set(person.history.nights) | {s.day for s in shifts if s.night}
            run = 0
            for day in range(-7, view.problem.days + 1):
                run = run + 1 if day in nights else 0
                if run > self.nights and day >= 0:
                    late = [s for s in shifts if s.night and s.day == day]
                    yield self.hard_breach(person.id, late, run - self.nights, f"连续第 {run} 个夜班，最多 {self.nights} 个")

    def enforce(self, index: Index) -> None:
        index.max_nights[:] = self.nights

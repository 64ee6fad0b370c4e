"""At most `minutes` in a protective suit without a pause of `pause` minutes, and `day_minutes` a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View, by_day

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Shift


@dataclass(frozen=True)
class SuitStint(Rule):
    """At most `minutes` in a protective suit without a pause of `pause` minutes, and `day_minutes` a day.

    A stint is shifts in a suit one after another, whatever the day, with less than `pause` minutes between them. Heat
    shortens the stint (two hours from 30 °C, one from 35 °C) more than the day.
    """

    minutes: int = 240
    pause: int = 30
    day_minutes: int = 240
    code: ClassVar[str] = "suit"
    hard: ClassVar[bool] = True
    bodily: ClassVar[bool] = True
    sentence: ClassVar[str] = "穿防护服的时间太长"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            suited = [s for s in shifts if s.suit]
            for stint in self.stints(suited):
                minutes = sum(s.minutes for s in stint)
                if minutes > self.minutes:
                    words = f"一次穿防护服 {minutes / 60:g} 小时，中间没有休息，最多 {self.minutes / 60:g} 小时"
                    yield self.hard_breach(person.id, stint, minutes - self.minutes, words)
            for day in by_day(suited).values():
                minutes = sum(s.minutes for s in day)
                if minutes > self.day_minutes:
                    words = f"一天穿防护服 {minutes / 60:g} 小时，最多 {self.day_minutes / 60:g} 小时"
                    yield self.hard_breach(person.id, day, minutes - self.day_minutes, words)

    def stints(self, suited: list[Shift]) -> list[list[Shift]]:
        """Shifts in a suit (by start) that follow each other without the pause."""
        found: list[list[Shift]] = []
        for shift in suited:
            if found and shift.start - max(s.end for s in found[-1]) < self.pause:
                found[-1].append(shift)
            else:
                found.append([shift])
        return found

    def enforce(self, index: Index) -> None:
        index.suit_minutes[:] = self.day_minutes
        index.stint_minutes[:] = self.minutes
        index.stint_pause = self.pause

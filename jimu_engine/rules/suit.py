"""At most `minutes` in a protective suit without a pause of `pause` minutes, and `day_minutes` a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.problem import Window
from jimu_engine.rules.base import Breach, Rule, View, by_day

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Shift


@dataclass
class Stint:
    """Time in a suit without a pause (minutes): from when to when, how much of it in a suit, and the shifts in the horizon."""

    start: int
    end: int
    minutes: int = 0
    shifts: list[Shift] = field(default_factory=list)


@dataclass(frozen=True)
class SuitStint(Rule):
    """At most `minutes` in a protective suit without a pause of `pause` minutes, and `day_minutes` a day.

    A stint is shifts in a suit one after another, whatever the day, with less than `pause` minutes between them, those
    before the horizon included; a day's are those that begin on it. Heat shortens the stint (two hours from 30 °C, one from 35 °C) more than the day.
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
            for stint in self.stints(person.history.suits, suited):
                minutes = stint.minutes
                # A stint that was too long before the horizon is nobody's to mend.
                if minutes > self.minutes and stint.shifts:
                    words = f"一次穿防护服 {minutes / 60:g} 小时，中间没有休息，最多 {self.minutes / 60:g} 小时"
                    yield self.hard_breach(person.id, stint.shifts, minutes - self.minutes, words)
            for day in by_day(suited).values():
                minutes = sum(s.minutes for s in day)
                if minutes > self.day_minutes:
                    words = f"一天穿防护服 {minutes / 60:g} 小时，最多 {self.day_minutes / 60:g} 小时"
                    yield self.hard_breach(person.id, day, minutes - self.day_minutes, words)

    def stints(self, worn: Iterable[Window], suited: Iterable[Shift]) -> list[Stint]:
        """The stints of what was worn before the horizon and of shifts in a suit (by start)."""
        spans: list[Window | Shift] = [*sorted(worn, key=lambda window: window.start), *suited]
        found: list[Stint] = []
        for each in spans:
            if not found or each.start - found[-1].end >= self.pause:
                found.append(Stint(each.start, each.end))
            stint = found[-1]
            stint.end, stint.minutes = max(stint.end, each.end), stint.minutes + each.end - each.start
            if not isinstance(each, Window):
                stint.shifts.append(each)
        return found

    def last_before(self, worn: Iterable[Window]) -> Stint | None:
        """The last stint that began before the horizon: the only one that a shift can still lengthen."""
        return max(self.stints(worn, ()), key=lambda stint: stint.start, default=None)

    def enforce(self, index: Index) -> None:
        index.suit_minutes[:] = self.day_minutes
        index.stint_minutes[:] = self.minutes
        index.stint_pause = self.pause
        for number, person in enumerate(index.problem.people):
            before = self.last_before(person.history.suits)
            if before is not None:
                index.stint_before[number] = before.start, before.end, before.minutes

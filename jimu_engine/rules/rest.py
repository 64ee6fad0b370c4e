"""Hard limits of the body: rest between shifts, a free day a week, nights in a row, time in a suit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.problem import DAY
from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Shift


@dataclass(frozen=True)
class MinimumRest(Rule):
    """At least `minutes` between the end of a shift and the start of the next; so shifts never overlap either.

    Basis: EU 2003/88 (11 h); NIOSH for responders (10 h in an emergency).
    """

    minutes: int = 660
    code: ClassVar[str] = "rest"
    hard: ClassVar[bool] = True
    bodily: ClassVar[bool] = True
    sentence: ClassVar[str] = "两班之间休息时间不够"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            last = person.history.last_end
            if last is not None and shifts[0].start - last < self.minutes:
                yield self.hard_breach(person.id, shifts[:1], self.minutes - (shifts[0].start - last), self.sentence)
            for before, after in pairwise(shifts):
                gap = after.start - before.end
                if gap < self.minutes:
                    words = "两个班次时间重叠" if gap < 0 else f"两班之间只休息 {gap // 60} 小时，至少要 {self.minutes // 60} 小时"
                    yield self.hard_breach(person.id, [before, after], self.minutes - gap, words)

    def enforce(self, index: Index) -> None:
        index.rest[:] = self.minutes


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


@dataclass(frozen=True)
class SuitStint(Rule):
    """At most `minutes` a day in a protective suit."""

    minutes: int = 240
    code: ClassVar[str] = "suit"
    hard: ClassVar[bool] = True
    bodily: ClassVar[bool] = True
    sentence: ClassVar[str] = "一天内穿防护服的时间太长"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            by_day: dict[int, list[Shift]] = {}
            for shift in shifts:
                if shift.suit:
                    by_day.setdefault(shift.start // DAY, []).append(shift)
            for suited in by_day.values():
                minutes = sum(s.minutes for s in suited)
                if minutes > self.minutes:
                    words = f"一天穿防护服 {minutes // 60} 小时，最多 {self.minutes // 60} 小时"
                    yield self.hard_breach(person.id, suited, minutes - self.minutes, words)

    def enforce(self, index: Index) -> None:
        index.suit_minutes[:] = self.minutes

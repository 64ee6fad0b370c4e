"""At most `minutes` a day in a protective suit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View, by_day

if TYPE_CHECKING:
    from jimu_engine.index import Index


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
            for suited in by_day([s for s in shifts if s.suit]).values():
                minutes = sum(s.minutes for s in suited)
                if minutes > self.minutes:
                    words = f"一天穿防护服 {minutes // 60} 小时，最多 {self.minutes // 60} 小时"
                    yield self.hard_breach(person.id, suited, minutes - self.minutes, words)

    def enforce(self, index: Index) -> None:
        index.suit_minutes[:] = self.minutes

"""At least `minutes` between the end of a shift and the start of the next; so shifts never overlap either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


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

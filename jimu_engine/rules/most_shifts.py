"""Nobody has more shifts of a post than they may (the second number of `Person.shifts_of`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class MostShifts(Rule):
    """Nobody has more shifts of a post than they may (the second number of `Person.shifts_of`)."""

    code: ClassVar[str] = "most_shifts"
    hard: ClassVar[bool] = True
    sentence: ClassVar[str] = "这个岗位的班次已到本人的上限"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            for kind, (_, most) in person.shifts_of.items():
                mine = [s for s in shifts if s.kind == kind]
                if len(mine) > most:
                    words = f"这个岗位排了 {len(mine)} 班，本人最多 {most} 班"
                    yield self.hard_breach(person.id, mine, len(mine) - most, words)

    def enforce(self, index: Index) -> None:
        index.keep_most_shifts = True

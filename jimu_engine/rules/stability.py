"""A published roster is a promise: everybody taken off a published seat costs `weight`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class Stability(Rule):
    """A published roster is a promise: everybody taken off a published seat costs `weight`."""

    weight: float = 2.0
    code: ClassVar[str] = "stability"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "已发布的安排尽量不动"

    def breaches(self, view: View) -> Iterator[Breach]:
        kept = set(view.roster.pairs())
        for shift, person in sorted(view.problem.published - kept):
            if shift in view.problem.shift_at and person in view.problem.person_at:
                yield Breach(self.code, False, person, (shift,), 1, self.weight, self.sentence)

    def enforce(self, index: Index) -> None:
        index.add_published_gain(self.weight)

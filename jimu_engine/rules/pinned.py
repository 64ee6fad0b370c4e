"""Pinned people stay where they were put."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class Pinned(Rule):
    """Pinned people stay where they were put."""

    code: ClassVar[str] = "pinned"
    hard: ClassVar[bool] = True
    sentence: ClassVar[str] = "人工定下的安排不能动"

    def breaches(self, view: View) -> Iterator[Breach]:
        for shift, person in sorted(view.problem.pinned - set(view.roster.pairs())):
            yield Breach(self.code, True, person, (shift,), 1, 0.0, self.sentence)

    def enforce(self, index: Index) -> None:
        """The search never takes a pinned pair out."""

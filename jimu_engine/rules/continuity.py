"""People keep their post and place: each further (place, post) beyond the first, or beyond those known, costs `weight`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class Continuity(Rule):
    """People keep their post and place: each further (place, post) beyond the first, or beyond those known, costs `weight`."""

    weight: float = 0.05
    code: ClassVar[str] = "continuity"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "尽量守住同一个岗位"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            known = person.history.posts
            new = {(s.place, s.kind) for s in shifts} - known
            extra = len(new) - (0 if known else 1)
            if extra > 0:
                yield Breach(self.code, False, person.id, (), extra, self.weight * extra, f"换了 {extra} 个岗位")

    def enforce(self, index: Index) -> None:
        index.post_weight = self.weight

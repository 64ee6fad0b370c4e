"""People stay with their team: each further team beyond the first, or beyond those known, costs `weight`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class SameTeam(Rule):
    """People stay with their team: each further team beyond the first, or beyond those known, costs `weight`.

    The team is that of the shift; a shift of no team is with nobody and nobody's change.
    """

    weight: float = 0.05
    code: ClassVar[str] = "team"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "尽量跟着同一支队伍"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            known = person.history.teams
            new = {s.team for s in shifts if s.team} - known
            extra = len(new) - (0 if known else 1)
            if extra > 0:
                yield Breach(self.code, False, person.id, (), extra, self.weight * extra, f"换了 {extra} 支队伍")

    def enforce(self, index: Index) -> None:
        index.team_weight = self.weight

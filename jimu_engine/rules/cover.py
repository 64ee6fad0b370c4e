"""Each empty seat costs what its shift says; a surplus person is forbidden, and so is one person twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class Cover(Rule):
    """Each empty seat costs what its shift says; a surplus person is forbidden, and so is one person twice."""

    code: ClassVar[str] = "cover"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "岗位要有人"

    def breaches(self, view: View) -> Iterator[Breach]:
        for shift in view.problem.shifts:
            people = view.roster.on(shift.id)
            if len(people) > shift.required or len(set(people)) < len(people):
                over = max(1, len(people) - shift.required)
                yield Breach(self.code, True, "", (shift.id,), over, 0.0, "岗位上的人比需要的多，或同一人占了两个席位")
            short = shift.required - len(set(people))
            if short > 0 and not shift.requested:
                yield Breach(self.code, False, "", (shift.id,), short, shift.under * short, f"缺 {short} 人")

    def enforce(self, index: Index) -> None:
        index.price_empty_seats()

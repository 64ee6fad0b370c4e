"""Each person fewer than the optimum on a shift, day and skill costs (S1)."""

from __future__ import annotations

from typing import ClassVar

from jimu_engine.formats.inrc2 import OPTIMAL
from jimu_engine.rules.weeks.base import WeekRule, WeekView


class OptimalCover(WeekRule):
    """Each person fewer than the optimum on a shift, day and skill costs (S1)."""

    code: ClassVar[str] = "S1"
    name: ClassVar[str] = "cover"
    sentence: ClassVar[str] = "Each person fewer than the optimum on a shift, day and skill costs"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.master:Master",)

    def cost(self, view: WeekView) -> int:
        short = (
            max(0, best - view.present[d, s, k]) for (s, k), needs in view.week.cover.items() for d, (_, best) in enumerate(needs)
        )
        return OPTIMAL * sum(short)

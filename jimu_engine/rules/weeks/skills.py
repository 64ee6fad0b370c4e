"""Nobody fills a skill that they lack (H4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from jimu_engine.rules.weeks.base import WeekRule, WeekView


class Skills(WeekRule):
    """Nobody fills a skill that they lack (H4)."""

    code: ClassVar[str] = "H4"
    sentence: ClassVar[str] = "Nobody fills a skill that they lack"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.master:Master", "jimu_engine.weeks.places:fill")

    def breaches(self, view: WeekView) -> Iterator[str]:
        for (n, d), (_, k) in view.roster.items():
            nurse = view.scenario.nurses[n]
            if k not in nurse.skills:
                yield f"{nurse.name} lacks {view.scenario.skills[k]} on day {d}"

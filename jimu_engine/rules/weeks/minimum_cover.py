"""On each shift and day at least the minimum of people fill each skill (H2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from jimu_engine.rules.weeks.base import WeekRule, WeekView


class MinimumCover(WeekRule):
    """On each shift and day at least the minimum of people fill each skill (H2)."""

    code: ClassVar[str] = "H2"
    sentence: ClassVar[str] = "On each shift and day at least the minimum of people fill each skill"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.master:Master",)

    def breaches(self, view: WeekView) -> Iterator[str]:
        for (s, k), needs in view.week.cover.items():
            for d, (least, _) in enumerate(needs):
                there = view.present[d, s, k]
                if there < least:
                    yield f"{view.scenario.shifts[s]} {view.scenario.skills[k]} on day {d}: {there} of {least}"

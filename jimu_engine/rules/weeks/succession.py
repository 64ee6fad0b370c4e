"""A shift is not followed the next day by one that it forbids, nor the last of the week before by the first (H3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from jimu_engine.rules.weeks.base import WeekRule, WeekView


class Succession(WeekRule):
    """A shift is not followed the next day by one that it forbids, nor the last of the week before by the first (H3)."""

    code: ClassVar[str] = "H3"
    sentence: ClassVar[str] = "A shift is not followed the next day by one that it forbids, nor the last of the week before by the first"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.patterns:Patterns.of", "jimu_engine.weeks.patterns:Patterns.lawful")

    def breaches(self, view: WeekView) -> Iterator[str]:
        for n, nurse in enumerate(view.scenario.nurses):
            for before, after in pairwise([view.history.pasts[n].last, *view.line(n)]):
                if (before, after) in view.scenario.forbidden:
                    yield f"{nurse.name}: {view.scenario.shifts[after]} may not follow {view.scenario.shifts[before]}"

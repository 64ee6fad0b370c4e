"""Each shift that somebody asked to be spared costs (S4)."""

from __future__ import annotations

from typing import ClassVar

from jimu_engine.formats.inrc2 import PREFERENCE
from jimu_engine.rules.weeks.base import OFF, WeekRule, WeekView


class Requests(WeekRule):
    """Each shift that somebody asked to be spared costs (S4)."""

    code: ClassVar[str] = "S4"
    name: ClassVar[str] = "preferences"
    sentence: ClassVar[str] = "Each shift that somebody asked to be spared costs"
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.weeks.patterns:wishes_of",)

    def cost(self, view: WeekView) -> int:
        held = ((view.roster.get((n, d), (OFF, OFF))[0], s) for n, d, s in view.week.requests)
        return PREFERENCE * sum(mine != OFF and s in (-1, mine) for mine, s in held)

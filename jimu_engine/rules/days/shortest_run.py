"""At least so many days worked in a row, except where a run touches an end of the horizon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.rules.days.base import DayRule, runs

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class ShortestRun(DayRule):
    """At least so many days worked in a row, except where a run touches an end of the horizon."""

    code: ClassVar[str] = "shortest_run"
    sentence: ClassVar[str] = "At least so many days worked in a row, except where a run touches an end of the horizon"
    fields: ClassVar[tuple[str, ...]] = ("min_run",)
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.stints:stints",)

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        for working, start, length, touches in runs(row):
            if working and length < model.min_run[p] and not touches:
                yield f"works only {length} days in a row from day {start}"

    def free(self, values: Any) -> Any:
        return np.ones_like(values)

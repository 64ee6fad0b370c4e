"""At most so many days worked in a row, counted inside the horizon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.rules.days.base import DayRule, runs
from jimu_engine.rules.days.limits import NO_LIMIT

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class LongestRun(DayRule):
    """At most so many days worked in a row, counted inside the horizon."""

    code: ClassVar[str] = "longest_run"
    sentence: ClassVar[str] = "At most so many days worked in a row, counted inside the horizon"
    fields: ClassVar[tuple[str, ...]] = ("max_run",)
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.stints:stints",)

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        for working, start, length, _ in runs(row):
            if working and length > model.max_run[p]:
                yield f"works {length} days in a row from day {start}"

    def free(self, values: Any) -> Any:
        return np.full_like(values, NO_LIMIT)

"""At least so many days off in a row, except where they touch an end of the horizon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.rules.days.base import DayRule, runs

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class ShortestRest(DayRule):
    """At least so many days off in a row, except where they touch an end of the horizon."""

    code: ClassVar[str] = "shortest_rest"
    sentence: ClassVar[str] = "At least so many days off in a row, except where they touch an end of the horizon"
    fields: ClassVar[tuple[str, ...]] = ("min_off",)
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.kernel:reach", "jimu_engine.columns.kernel:plan")

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        for working, start, length, touches in runs(row):
            if not working and length < model.min_off[p] and not touches:
                yield f"has only {length} days off in a row from day {start}"

    def free(self, values: Any) -> Any:
        return np.ones_like(values)

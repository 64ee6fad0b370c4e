"""At most so many weekends with a shift on Saturday or Sunday."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.columns.model import OFF
from jimu_engine.rules.days.base import DayRule
from jimu_engine.rules.days.limits import NO_LIMIT

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class Weekends(DayRule):
    """At most so many weekends with a shift on Saturday or Sunday."""

    code: ClassVar[str] = "weekends"
    sentence: ClassVar[str] = "At most so many weekends with a shift on Saturday or Sunday"
    fields: ClassVar[tuple[str, ...]] = ("max_weekends",)
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.kernel:reach", "jimu_engine.columns.kernel:plan")

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        weekends = {int(w) for w in model.weekend[row != OFF] if w >= 0}
        if len(weekends) > model.max_weekends[p]:
            yield f"works {len(weekends)} weekends"

    def free(self, values: Any) -> Any:
        return np.full_like(values, NO_LIMIT)

"""A shift is not followed the next day by one that it forbids."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.columns.model import OFF
from jimu_engine.rules.days.base import DayRule

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class Succession(DayRule):
    """A shift is not followed the next day by one that it forbids."""

    code: ClassVar[str] = "succession"
    sentence: ClassVar[str] = "A shift is not followed the next day by one that it forbids"
    fields: ClassVar[tuple[str, ...]] = ("follows",)
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.stints:stints",)

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        for d, (t, after) in enumerate(pairwise(row), start=1):
            if t != OFF and after != OFF and not model.follows[t, after]:
                yield f"{model.shifts[after]} may not follow {model.shifts[t]} (day {d})"

    def free(self, values: Any) -> Any:
        return np.ones_like(values)

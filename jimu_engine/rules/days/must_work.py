"""Somebody who must work on a day has a shift on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jimu_engine.columns.model import OFF
from jimu_engine.rules.days.base import DayRule

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class MustWork(DayRule):
    """Somebody who must work on a day has a shift on it."""

    code: ClassVar[str] = "must_work"
    sentence: ClassVar[str] = "Somebody who must work on a day has a shift on it"
    fields: ClassVar[tuple[str, ...]] = ("must_work",)
    kept_by: ClassVar[tuple[str, ...]] = ("jimu_engine.columns.person:Planner",)

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        for d in np.flatnonzero((row == OFF) & model.must_work[p]):
            yield f"must work on day {d}"

    def free(self, values: Any) -> Any:
        return np.zeros_like(values)

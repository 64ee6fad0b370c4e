"""Respects what a person said they cannot do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.pair import PairRule

if TYPE_CHECKING:
    from collections.abc import Hashable

    import numpy as np
    from numpy.typing import NDArray

    from jimu_engine.index import Index
    from jimu_engine.problem import Person, Shift


@dataclass(frozen=True)
class Limits(PairRule):
    """Respects what a person said they cannot do."""

    code: ClassVar[str] = "limits"
    sentence: ClassVar[str] = "本人说明不能上这样的班（如不排夜班、不搬重物、不穿防护服）"

    def forbids(self, person: Person, shift: Shift) -> bool:
        limits = person.limits
        return (
            (shift.night and "no_night" in limits)
            or (shift.heavy and "no_heavy" in limits)
            or (shift.suit and "no_suit" in limits)
        )

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        blocked = index.full(people, False)
        wanted = index.problem.shifts[shift]
        for applies, limit in ((wanted.night, "no_night"), (wanted.heavy, "no_heavy"), (wanted.suit, "no_suit")):
            if applies:
                blocked = blocked | index.has_limit(limit)[people]
        return blocked

    def looks_at(self, index: Index, shift: int) -> Hashable:
        wanted = index.problem.shifts[shift]
        return wanted.night, wanted.heavy, wanted.suit

"""Serves only where they may be; where movement is stopped, a resident only in their own neighborhood."""

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
class AllowedPlace(PairRule):
    """Serves only where they may be; where movement is stopped, a resident only in their own neighborhood."""

    code: ClassVar[str] = "place"
    sentence: ClassVar[str] = "眼下不出自己居住的居民区，或岗位不在其服务范围内"
    bodily: ClassVar[bool] = True

    def forbids(self, person: Person, shift: Shift) -> bool:
        return person.places is not None and shift.place not in person.places

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        return ~index.may_serve(index.shift_place[shift])[people]

    def looks_at(self, index: Index, shift: int) -> Hashable:
        return index.shift_place[shift]

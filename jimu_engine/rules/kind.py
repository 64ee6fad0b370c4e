"""Must be of a kind that the shift takes."""

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
class RightKind(PairRule):
    """Must be of a kind that the shift takes."""

    code: ClassVar[str] = "kind"
    sentence: ClassVar[str] = "不是这个岗位要用的人员类别"

    def forbids(self, person: Person, shift: Shift) -> bool:
        return bool(shift.kinds) and shift.kinds.isdisjoint(person.kinds)

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        wanted = index.shift_kinds[shift]
        strange: NDArray[np.bool_] = (index.kinds[people] & wanted) == 0
        return strange

    def looks_at(self, index: Index, shift: int) -> Hashable:
        return index.problem.shifts[shift].kinds

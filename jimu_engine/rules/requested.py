"""Shifts of another command are requested from it, never assigned."""

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
class RequestedOnly(PairRule):
    """Shifts of another command are requested from it, never assigned."""

    code: ClassVar[str] = "requested"
    sentence: ClassVar[str] = "这个岗位由对方指挥派人，只能商请，不能指派"

    def forbids(self, person: Person, shift: Shift) -> bool:
        return shift.requested

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        return index.full(people, index.problem.shifts[shift].requested)

    def looks_at(self, index: Index, shift: int) -> Hashable:
        return index.problem.shifts[shift].requested

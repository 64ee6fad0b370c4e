"""Needs all qualifications of the shift, on the day of the shift."""

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
class Qualified(PairRule):
    """Needs all qualifications of the shift, each still valid when the shift begins."""

    code: ClassVar[str] = "qualification"
    sentence: ClassVar[str] = "没有岗位要求的资质"

    def forbids(self, person: Person, shift: Shift) -> bool:
        if not shift.qualifications <= person.qualifications:
            return True
        return any(person.expires.get(q, shift.start + 1) <= shift.start for q in shift.qualifications)

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        wanted = index.shift_qualifications[shift]
        missing: NDArray[np.bool_] = (index.qualifications[people] & wanted) != wanted
        for qualification in self._ending(index, shift):
            missing |= index.expires[qualification][people] <= index.start[shift]
        return missing

    def looks_at(self, index: Index, shift: int) -> Hashable:
        return None if self._ending(index, shift) else int(index.shift_qualifications[shift])

    @staticmethod
    def _ending(index: Index, shift: int) -> frozenset[str]:
        """Qualifications of the shift that end for somebody within the horizon."""
        return index.problem.shifts[shift].qualifications & index.expires.keys()

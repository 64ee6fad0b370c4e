"""Needs all qualifications of the shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.pair import PairRule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jimu_engine.index import Index
    from jimu_engine.problem import Person, Shift


@dataclass(frozen=True)
class Qualified(PairRule):
    """Needs all qualifications of the shift."""

    code: ClassVar[str] = "qualification"
    sentence: ClassVar[str] = "没有岗位要求的资质"

    def forbids(self, person: Person, shift: Shift) -> bool:
        return not shift.qualifications <= person.qualifications

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        wanted = index.shift_qualifications[shift]
        missing: NDArray[np.bool_] = (index.qualifications[people] & wanted) != wanted
        return missing

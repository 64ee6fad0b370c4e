"""People of another command (medics, police) take only shifts that are requested from it."""

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
class OwnCommand(PairRule):
    """People of another command (medics, police) take only shifts that are requested from it."""

    kinds: frozenset[str] = frozenset({"medic", "police"})
    code: ClassVar[str] = "own_command"
    sentence: ClassVar[str] = "医护、民警有自己的指挥，只能商请，不能指派"

    def forbids(self, person: Person, shift: Shift) -> bool:
        return not shift.requested and person.kind in self.kinds

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        if index.problem.shifts[shift].requested:
            return index.full(people, False)
        return index.is_kind(self.kinds)[people]

    def looks_at(self, index: Index, shift: int) -> Hashable:
        return index.problem.shifts[shift].requested

"""Serves at each place only while it is open to them: on loan at the borrower's, before and after at home."""

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
class OpenPlace(PairRule):
    """Serves at each place only while it is open to them: on loan at the borrower's, before and after at home."""

    code: ClassVar[str] = "closed"
    sentence: ClassVar[str] = "这段时间借调在别处，或借调期限之外"

    def forbids(self, person: Person, shift: Shift) -> bool:
        windows = person.closed.get(shift.place, person.closed.get("", ()))
        return any(w.start < shift.end and shift.start < w.end for w in windows)

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        blocked, wanted = index.full(people, False), index.problem.shifts[shift]
        for number in index.bound_to_places:
            if self.forbids(index.problem.people[number], wanted):
                blocked |= people == number
        return blocked

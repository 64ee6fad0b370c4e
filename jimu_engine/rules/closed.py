"""Serves at each place only while it is open to them: on loan at the borrower's, before and after at home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from jimu_engine.rules.pair import PairRule

if TYPE_CHECKING:
    from collections.abc import Hashable

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
        wanted = index.problem.shifts[shift]
        who, start, end = index.closed_at(wanted.place)
        closed = np.zeros(len(index.problem.people), np.bool_)
        closed[who[(start < wanted.end) & (wanted.start < end)]] = True
        return closed[people]

    def looks_at(self, index: Index, shift: int) -> Hashable:
        place = index.shift_place[shift]
        return None if len(index.closed_at(place)[0]) else place

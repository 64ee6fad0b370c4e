"""The whole shift lies in a time the person gave, and in none that they excluded."""

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
class Available(PairRule):
    """The whole shift lies in a time the person gave, and in none that they excluded."""

    code: ClassVar[str] = "availability"
    sentence: ClassVar[str] = "本人这段时间没有空"

    def forbids(self, person: Person, shift: Shift) -> bool:
        windows = person.available
        inside = windows is None or _covered(shift.start, shift.end, [(w.start, w.end) for w in windows])
        return not inside or any(w.start < shift.end and shift.start < w.end for w in person.unavailable)

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        return ~index.free(shift, people)


def _covered(start: int, end: int, windows: list[tuple[int, int]]) -> bool:
    """Whether [start, end) lies in the union of the windows."""
    reached = start
    for low, high in sorted(windows):
        if low <= reached < high:
            reached = high
    return reached >= end

"""A rule that allows or forbids a person on a shift. The index asks `blocks` for many people at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jimu_engine.index import Index
    from jimu_engine.problem import Person, Shift


@dataclass(frozen=True)
class PairRule(Rule):
    """A rule that allows or forbids a person on a shift. The index asks `blocks` for many people at once."""

    hard: ClassVar[bool] = True

    @abstractmethod
    def forbids(self, person: Person, shift: Shift) -> bool:
        """Whether this person may not take this shift (the checker's side)."""

    @abstractmethod
    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        """The same for many people, on arrays (the solver's side)."""

    def looks_at(self, index: Index, shift: int) -> Hashable:
        """What of a shift the rule looks at: it blocks the same people from all shifts of which that is equal. None: its times too."""
        return None

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            for shift in shifts:
                if self.forbids(person, shift):
                    yield self.hard_breach(person.id, [shift], 1, self.sentence)

    def enforce(self, index: Index) -> None:
        index.pair_rules.append(self)

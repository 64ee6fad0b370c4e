"""Whoever does a post for the first time stands beside somebody who can: one veteran on the shift for each of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, View
from jimu_engine.rules.pair import PairRule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jimu_engine.index import Index
    from jimu_engine.problem import Person, Shift


@dataclass(frozen=True)
class Supervised(PairRule):
    """Whoever does a post for the first time stands beside somebody who can: one veteran on the shift for each of them.

    It binds two people on one shift, which the search does not know. So the search seats no novice (`blocks`), and
    `jimu_engine.novices` seats them afterwards where a veteran is to spare; the checker judges the whole shift.
    """

    code: ClassVar[str] = "supervised"
    sentence: ClassVar[str] = "首班要有能独当一面的人同班带教"

    def forbids(self, person: Person, shift: Shift) -> bool:
        """Whether this person could take the shift only beside a veteran."""
        return bool(person.novice & shift.qualifications)

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        blocked = index.full(people, False)
        for qualification in index.problem.shifts[shift].qualifications & index.learning.keys():
            blocked |= index.learning[qualification][people]
        return blocked

    def looks_at(self, index: Index, shift: int) -> Hashable:
        return index.problem.shifts[shift].qualifications

    def breaches(self, view: View) -> Iterator[Breach]:
        for shift in view.problem.shifts:
            on = view.roster.on(shift.id) if shift.qualifications else ()
            novices, veterans = self.split([view.problem.people[view.problem.person_at[p]] for p in on], shift)
            for person in novices[len(veterans) :]:
                yield self.hard_breach(person.id, [shift], 1, self.sentence)

    def split(self, people: Sequence[Person], shift: Shift) -> tuple[list[Person], list[Person]]:
        """(novices, veterans) of people on a shift; a veteran holds all that it asks for, and not on trial."""
        novices = [p for p in people if self.forbids(p, shift)]
        veterans = [p for p in people if shift.qualifications <= p.qualifications and not self.forbids(p, shift)]
        return novices, veterans

"""Each shift of a post that somebody has too few of (the first number of `Person.shifts_of`) costs `weight`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index


@dataclass(frozen=True)
class LeastShifts(Rule):
    """Each shift of a post that somebody has too few of (the first number of `Person.shifts_of`) costs `weight`.

    It is no hard rule: seats that nobody may leave open would forbid every roster of a bad day.
    """

    weight: float = 1.0
    code: ClassVar[str] = "least_shifts"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "每人在约定岗位上要排够班次"

    def breaches(self, view: View) -> Iterator[Breach]:
        # Those who do nothing at all miss most.
        for person in view.problem.people:
            shifts = view.by_person.get(person.id, ())
            for kind, (least, _) in person.shifts_of.items():
                missing = least - sum(s.kind == kind for s in shifts)
                if missing > 0:
                    yield Breach(self.code, False, person.id, (), missing, self.weight * missing, f"这个岗位还差 {missing} 班")

    def enforce(self, index: Index) -> None:
        index.least_weight = self.weight

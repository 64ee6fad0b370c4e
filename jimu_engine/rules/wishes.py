"""What people would rather not do, and whom we ask last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Person


@dataclass(frozen=True)
class Wishes(Rule):
    """What people would rather not do, and whom we ask last."""

    weight: float = 1.0
    code: ClassVar[str] = "wishes"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "尊重本人意愿，时间没说清的人最后才请"

    def cost(self, person: Person, shift: str) -> float:
        """What this person on this shift costs."""
        return self.weight * (person.reluctance + person.wishes.get(shift, 0.0))

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            for shift in shifts:
                cost = self.cost(person, shift.id)
                if cost:
                    yield Breach(self.code, False, person.id, (shift.id,), 1, cost, self.sentence)

    def enforce(self, index: Index) -> None:
        index.add_pair_cost(self.weight, reluctance=True)

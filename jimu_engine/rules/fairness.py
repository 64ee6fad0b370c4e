"""Load is shared: the cost grows with the square of each person's load, past load and what is promised later included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.errors import BadProblem
from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Person


@dataclass(frozen=True)
class Fairness(Rule):
    """Load is shared: the cost grows with the square of each person's load, past load and what is promised later included.

    cost = weight × ((other + minutes)² − other²) / unit², with `other` minutes before and after the horizon and `unit`
    minutes by kind (a day's work): so one person with two shifts costs more than two people with one each.
    """

    weight: float = 1.0
    unit: int = 240
    by_kind: Mapping[str, int] = field(default_factory=dict)
    code: ClassVar[str] = "fairness"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "工时要大家分担"

    def validate(self) -> None:
        super().validate()
        if any(unit <= 0 for unit in (self.unit, *self.by_kind.values())):
            raise BadProblem("fairness: a unit of load must be more than nothing")

    def unit_of(self, person: Person) -> int:
        """Minutes that count as one load of this person's kind."""
        return self.by_kind.get(person.kind, self.unit)

    def cost(self, person: Person, minutes: int) -> float:
        """What this load costs."""
        other, unit = person.other_load, self.unit_of(person)
        return self.weight * ((other + minutes) ** 2 - other**2) / unit**2

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            minutes = sum(s.minutes for s in shifts)
            cost = self.cost(person, minutes)
            yield Breach(self.code, False, person.id, (), minutes, cost, f"共 {minutes / 60:g} 小时")

    def enforce(self, index: Index) -> None:
        index.fair_weight[:] = [self.weight / self.unit_of(p) ** 2 for p in index.problem.people]

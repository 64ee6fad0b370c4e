"""Soft rules: what a good roster costs less of. All costs are in the same unit; one empty seat costs `Shift.under`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Person


@dataclass(frozen=True)
class Fairness(Rule):
    """Load is shared: the cost grows with the square of each person's load, past load included.

    cost = weight × ((past + minutes)² − past²) / unit², with `unit` minutes by kind (a day's work): so one person
    with two shifts costs more than two people with one each.
    """

    weight: float = 1.0
    unit: int = 240
    by_kind: Mapping[str, int] = field(default_factory=dict)
    code: ClassVar[str] = "fairness"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "工时要大家分担"

    def unit_of(self, person: Person) -> int:
        """Minutes that count as one load of this person's kind."""
        return self.by_kind.get(person.kind, self.unit)

    def cost(self, person: Person, minutes: int) -> float:
        """What this load costs."""
        past, unit = person.history.load, self.unit_of(person)
        return self.weight * ((past + minutes) ** 2 - past**2) / unit**2

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            minutes = sum(s.minutes for s in shifts)
            cost = self.cost(person, minutes)
            yield Breach(self.code, False, person.id, (), minutes, cost, f"共 {minutes / 60:g} 小时")

    def enforce(self, index: Index) -> None:
        index.fair_weight[:] = [self.weight / self.unit_of(p) ** 2 for p in index.problem.people]


@dataclass(frozen=True)
class Continuity(Rule):
    """People keep their post and place: each further (place, post) beyond the first, or beyond those known, costs `weight`."""

    weight: float = 0.05
    code: ClassVar[str] = "continuity"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "尽量守住同一个岗位"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            known = person.history.posts
            new = {(s.place, s.kind) for s in shifts} - known
            extra = len(new) - (0 if known else 1)
            if extra > 0:
                yield Breach(self.code, False, person.id, (), extra, self.weight * extra, f"换了 {extra} 个岗位")

    def enforce(self, index: Index) -> None:
        index.post_weight = self.weight


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


@dataclass(frozen=True)
class Stability(Rule):
    """A published roster is a promise: everybody taken off a published seat costs `weight`."""

    weight: float = 2.0
    code: ClassVar[str] = "stability"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "已发布的安排尽量不动"

    def breaches(self, view: View) -> Iterator[Breach]:
        kept = set(view.roster.pairs())
        for shift, person in sorted(view.problem.published - kept):
            if shift in view.problem.shift_at and person in view.problem.person_at:
                yield Breach(self.code, False, person, (shift,), 1, self.weight, self.sentence)

    def enforce(self, index: Index) -> None:
        index.add_published_gain(self.weight)

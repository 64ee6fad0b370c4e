"""What a rule is: a sentence, how the solver keeps it, and how the checker finds its breaches without any solver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Person, Problem, Roster, Shift

from jimu_engine.errors import BadProblem
from jimu_engine.problem import LARGEST


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a roster breaks: by how much, and what it costs (hard breaches cost nothing; they forbid)."""

    rule: str
    hard: bool
    person: str
    shifts: tuple[str, ...]
    amount: float
    cost: float
    sentence: str


@dataclass(frozen=True)
class View:
    """A roster as rules look at it: who works when."""

    problem: Problem
    roster: Roster
    by_person: Mapping[str, list[Shift]]

    def workers(self) -> Iterator[tuple[Person, list[Shift]]]:
        """Everybody who works, with their shifts by start."""
        return iter(self._workers)

    @cached_property
    def _workers(self) -> tuple[tuple[Person, list[Shift]], ...]:
        people, at = self.problem.people, self.problem.person_at
        return tuple((people[at[person_id]], shifts) for person_id, shifts in self.by_person.items())


class Rule:
    """Base of all rules. `code` names it in data; `sentence` in plain words; hard rules forbid, soft ones cost."""

    code: ClassVar[str]
    hard: ClassVar[bool]
    sentence: ClassVar[str]
    #: Limits of the body hold whatever a commander allows.
    bodily: ClassVar[bool] = False

    def validate(self) -> None:
        """Raise BadProblem for a parameter that means nothing."""
        for item in fields(self):  # type: ignore[arg-type]
            for number in _numbers(getattr(self, item.name)):
                # Written so that a NaN is refused too.
                if not 0 <= number <= LARGEST:
                    raise BadProblem(f"{self.code}: {item.name} must be a finite number, not negative and at most {LARGEST}")

    def breaches(self, view: View) -> Iterator[Breach]:
        """The checker's side: every breach in a roster."""
        raise NotImplementedError

    def enforce(self, index: Index) -> None:
        """The solver's side: set the limits or costs that the search keeps."""
        raise NotImplementedError

    def hard_breach(self, person: str, shifts: list[Shift] | tuple[Shift, ...], amount: float, sentence: str) -> Breach:
        """A breach of this hard rule."""
        return Breach(self.code, True, person, tuple(s.id for s in shifts), amount, 0.0, sentence)


def _numbers(value: object) -> Iterator[float]:
    """The numbers in a parameter, whether it is one, a pair or a table."""
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, Mapping | tuple):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _numbers(part)


def by_day(shifts: list[Shift]) -> dict[int, list[Shift]]:
    """Shifts by the day they start on."""
    days: dict[int, list[Shift]] = {}
    for shift in shifts:
        days.setdefault(shift.day, []).append(shift)
    return days

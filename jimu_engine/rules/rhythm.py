"""Each day by which somebody's days on or off in a row miss their own rhythm costs `weight`: too few on, too few off, too many off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View
from jimu_engine.rules.days_on import PAST

if TYPE_CHECKING:
    from jimu_engine.index import Index
    from jimu_engine.problem import Person, Shift


@dataclass(frozen=True)
class Rhythm(Rule):
    """Each day by which somebody's days on or off in a row miss their own rhythm costs `weight`: too few on, too few off, too many off.

    A run that goes on beyond what is known (the end of the horizon, the beginning of the history or, without one, of the
    horizon) is not too short. Runs that ended before the horizon are nobody's to mend.
    """

    weight: float = 0.5
    code: ClassVar[str] = "rhythm"
    hard: ClassVar[bool] = False
    sentence: ClassVar[str] = "上班和休息的天数要合本人的节奏"

    def breaches(self, view: View) -> Iterator[Breach]:
        for person in view.problem.people:
            missed = self.missed(person, view.by_person.get(person.id, []), view.problem.days)
            if missed:
                yield Breach(self.code, False, person.id, (), missed, self.weight * missed, f"上班或休息的天数差 {missed} 天")

    @staticmethod
    def missed(person: Person, shifts: list[Shift], days: int) -> int:
        """Days too few or too many over all runs that reach into the horizon."""
        want = person.rhythm
        if want.plain:
            return 0
        worked = set(person.history.days)
        for shift in shifts:
            worked.update(range(shift.day, shift.last_day + 1))
        first = -PAST if person.history.days else 0
        total, start = 0, first
        for on, run in groupby(range(first, days), key=worked.__contains__):
            length = len(list(run))
            end = start + length
            if end > 0:
                short = max(0, (want.least_on if on else want.least_off) - length)
                total += short if start > first and end < days else 0
                total += 0 if on or want.most_off is None else max(0, length - want.most_off)
            start = end
        return total

    def enforce(self, index: Index) -> None:
        index.rhythm_weight = self.weight

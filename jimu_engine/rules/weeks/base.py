"""What a rule of the rolling-weeks family is: a sentence, the checker's side, and where the solver keeps it."""

from __future__ import annotations

from abc import ABC
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from jimu_engine.formats.inrc2 import History, Past, Scenario, Week, WeekRoster

OFF = -1
#: A run of equal values: the value, its length with the history, days of it before this week, whether it ended in it.
Run = tuple[int, int, int, bool]


@dataclass(frozen=True)
class WeekView:
    """One week's roster as rules look at it."""

    scenario: Scenario
    history: History
    week: Week
    roster: WeekRoster

    @cached_property
    def present(self) -> Counter[tuple[int, int, int]]:
        """How many people there are on each (day, shift, skill)."""
        return Counter((d, s, k) for (_, d), (s, k) in self.roster.items())

    def line(self, nurse: int) -> list[int]:
        """The nurse's shift on each of the seven days, −1 off."""
        return [self.roster.get((nurse, d), (OFF, OFF))[0] for d in range(7)]

    def shift_runs(self, nurse: int) -> list[Run]:
        """Runs of days on one shift, −1 off."""
        past = self.history.pasts[nurse]
        return series(self.line(nurse), past.last, past.same if past.last != OFF else past.off)

    def work_runs(self, nurse: int) -> list[Run]:
        """Runs of days at work (1) and off (0)."""
        past = self.history.pasts[nurse]
        return work_series(self.line(nurse), past)


class WeekRule(ABC):
    """One rule. Hard ones (H) have `breaches`, soft ones (S) a `cost`, counted under `name`; neither looks at any solver.

    The solver's side is in listed patterns, their prices and a program over them, so a rule does not hold it but says where
    it is: the functions `kept_by` (module:name). Rules `at_the_end` are judged on the history after the last week.
    """

    code: ClassVar[str]
    name: ClassVar[str] = ""
    sentence: ClassVar[str]
    kept_by: ClassVar[tuple[str, ...]]
    at_the_end: ClassVar[bool] = False

    def breaches(self, view: WeekView) -> Iterator[str]:
        """What the week breaks, a plain sentence each."""
        yield from ()

    def cost(self, view: WeekView) -> int:
        """What the week costs."""
        return 0

    def end_cost(self, scenario: Scenario, history: History) -> int:
        """What all weeks together cost."""
        return 0


def series(days: list[int], first: int, before: int) -> list[Run]:
    """The runs of a week; `first` is the value of the day before it, `before` how many days there were of it."""
    runs = [[first, before, before]]
    for value in days:
        if value == runs[-1][0]:
            runs[-1][1] += 1
        else:
            runs.append([value, 1, 0])
    return [(v, n, b, i + 1 < len(runs)) for i, (v, n, b) in enumerate(runs) if n > 0]


def work_series(days: list[int], past: Past) -> list[Run]:
    """The same of days at work (1) and off (0)."""
    return series([int(v != OFF) for v in days], int(past.last != OFF), past.work if past.last != OFF else past.off)


def run_cost(run: int, begun: int, limits: tuple[int, int], ended: bool) -> int:
    """Days too many in this week, plus days missing once the run has ended. `begun`: days of it before this week."""
    extra = max(0, run - limits[1]) - max(0, begun - limits[1])
    return extra + (max(0, limits[0] - run) if ended else 0)

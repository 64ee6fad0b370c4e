"""What a rule of the person-by-day family is: a sentence, the checker's side, and where the solver keeps it."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

from jimu_engine.columns.model import OFF

if TYPE_CHECKING:
    from jimu_engine.columns.model import DayModel, Ints


class DayRule(ABC):
    """One rule. Hard ones have `breaches`, soft ones `cost`; neither looks at any solver.

    The solver's side is spread over compiled programs, one for a person's schedule and one for the cover of all, so a rule
    does not hold it but says where it is: `fields` of the DayModel carry its numbers, the functions `kept_by` (module:name)
    keep them, and `lifted` is the model without the rule, whose schedules those functions must then allow.
    """

    code: ClassVar[str]
    hard: ClassVar[bool] = True
    sentence: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    kept_by: ClassVar[tuple[str, ...]]

    def breaches(self, model: DayModel, p: int, row: Ints) -> Iterator[str]:
        """What person p's schedule breaks, a plain sentence each."""
        yield from ()

    def cost(self, model: DayModel, roster: Ints) -> float:
        """What a roster costs by this rule."""
        return 0.0

    def lifted(self, model: DayModel) -> DayModel:
        """The model without this rule."""
        return replace(model, **{name: self.free(getattr(model, name)) for name in self.fields})

    def free(self, values: Any) -> Any:
        """The values of a field that ask for nothing."""
        raise NotImplementedError


def runs(row: Ints) -> Iterator[tuple[bool, int, int, bool]]:
    """(working, first day, length, whether it touches an end of the horizon) of each run of days on and off."""
    start = 0
    for working, cells in groupby(bool(t != OFF) for t in row):
        length = len(list(cells))
        yield working, start, length, start == 0 or start + length == len(row)
        start += length

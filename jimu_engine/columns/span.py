"""A stretch of one person's days that is planned while the rest stays: what is left of each limit inside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jimu_engine.columns.model import OFF, DayModel, Ints


@dataclass(frozen=True)
class Span:
    """Days ``start`` … ``stop`` − 1 of one person, and the person's schedule ``row`` [H] around them.

    Limits are what the days outside leave. ``weekend`` [stop − start]: −1 also where the weekend is already worked
    outside. ``held``: days outside with a shift.
    """

    start: int
    stop: int
    row: Ints
    held: Ints
    weekend: Ints
    caps: Ints
    min_minutes: int
    max_minutes: int
    max_weekends: int

    def put(self, part: Ints) -> Ints:
        """The whole schedule with this part in place."""
        if self.start == 0 and self.stop == len(self.row):
            return part
        row = self.row.copy()
        row[self.start : self.stop] = part
        return row


def whole(model: DayModel, person: int) -> Span:
    """The whole horizon."""
    days = model.horizon
    return Span(
        start=0,
        stop=days,
        row=np.full(days, OFF, np.int64),
        held=np.zeros(0, np.int64),
        weekend=model.weekend,
        caps=np.minimum(model.max_type[person], days),
        min_minutes=int(model.min_minutes[person]),
        max_minutes=int(model.max_minutes[person]),
        max_weekends=int(model.max_weekends[person]),
    )


def around(model: DayModel, person: int, row: Ints, first: int, last: int) -> Span:
    """The days ``first`` … ``last`` − 1 and what is needed around them to judge runs.

    To the left: the last stint that begins before them, with a day off before it. To the right: the first stint that
    ends after them, with a day off behind it. So the ends of the span fall where the rows outside already keep the
    rules on runs, unless the span reaches the horizon's end itself.
    """
    days = model.horizon
    start = first - 1
    while start > 0 and not (row[start] == OFF and row[start + 1] != OFF and start + 1 < first):
        start -= 1
    stop = last + 1
    while stop < days and not (row[stop - 1] == OFF and row[stop - 2] != OFF and stop - 2 >= last):
        stop += 1
    start, stop = max(0, start), min(days, stop)
    outside = row.copy()
    outside[start:stop] = OFF
    held = np.nonzero(outside != OFF)[0]
    taken = np.unique(model.weekend[held])
    taken = taken[taken >= 0]
    weekend = model.weekend[start:stop]
    minutes = int(model.minutes[row[held]].sum())
    used = np.bincount(row[held], minlength=len(model.shifts))
    return Span(
        start=start,
        stop=stop,
        row=row,
        held=held,
        weekend=np.where(np.isin(weekend, taken), -1, weekend),
        caps=np.minimum(model.max_type[person] - used, stop - start),
        min_minutes=int(model.min_minutes[person]) - minutes,
        max_minutes=int(model.max_minutes[person]) - minutes,
        max_weekends=int(model.max_weekends[person]) - len(taken),
    )

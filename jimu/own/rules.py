"""Decisions about one's own times, without a database: a week drawn as 28 cells, and cells as windows again."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from jimu.core.clock import MINUTES_PER_DAY
from jimu.people.intake.times import EVERY, Window
from jimu.people.rules import Bar, joined, week_bars
from jimu.people.words import PARTS

DAYS = range(7)
WHOLE_DAY = (0, MINUTES_PER_DAY)


@dataclass(frozen=True)
class Cell:
    """One part of one day. `bars` are the stretches in it, in minutes of the day; `whole` when they fill it."""

    day: int
    part: str
    bars: tuple[Bar, ...]

    @property
    def code(self) -> str:
        """How a form names it."""
        return f"{self.day}{self.part}"

    @property
    def on(self) -> bool:
        """Whether somebody can come at some of it."""
        return bool(self.bars)

    @property
    def whole(self) -> bool:
        """Whether they can come at all of it."""
        return self.bars == (PARTS[self.part],)


def cells(windows: Sequence[Window], *, any_time: bool = False) -> list[list[Cell]]:
    """A week as rows of cells, a row a part of the day, Monday first."""
    week = week_bars([Window(EVERY, *WHOLE_DAY)] if any_time else windows)
    return [[Cell(day, part, _inside(week[day], span)) for day in DAYS] for part, span in PARTS.items()]


def _inside(bars: Sequence[Bar], span: Bar) -> tuple[Bar, ...]:
    cut = ((max(start, span[0]), min(end, span[1])) for start, end in bars)
    return tuple((start, end) for start, end in cut if start < end)


def windows_of(ticked: Collection[str], before: Sequence[Sequence[Cell]]) -> list[Window]:
    """The windows of the ticked cells: one that was on before keeps its stretches, a fresh one is whole.

    Ticking nothing anew gives the same free minutes back; unticking a cell takes exactly its minutes away.
    """
    days: list[list[Bar]] = [[] for _day in DAYS]
    for row in before:
        for cell in row:
            if cell.code in ticked:
                days[cell.day] += cell.bars or (PARTS[cell.part],)
    masks: dict[Bar, int] = defaultdict(int)
    for day in DAYS:
        for bar in joined(days[day]):
            masks[bar] |= 1 << day
    return [Window(mask, *bar) for bar, mask in sorted(masks.items())]


def codes() -> Mapping[str, tuple[int, str]]:
    """Every cell by the name that a form gives it."""
    return {f"{day}{part}": (day, part) for part in PARTS for day in DAYS}

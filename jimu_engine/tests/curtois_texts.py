"""Small shift scheduling instances in the published text format, with one thing changed at a time."""

from __future__ import annotations

import numpy as np

from jimu_engine.columns.model import OFF, DayModel, Ints
from jimu_engine.formats.curtois import read

#: Of one person: MaxTotalMinutes, MinTotalMinutes, MaxConsecutiveShifts, MinConsecutiveShifts, MinConsecutiveDaysOff, MaxWeekends.
FREE = {"max_minutes": 9999, "min_minutes": 0, "max_run": 14, "min_run": 1, "min_off": 1, "max_weekends": 9}


def text(people: int = 1, days: int = 7, *, caps: str = "E=14|L=14", cover: int = 1, extra: str = "", **limits: int) -> str:
    """Two shifts (nothing early after late), ``cover`` of each wanted every day at 100 a missing and 1 an extra person."""
    tail = ",".join(str({**FREE, **limits}[name]) for name in FREE)
    staff = "\n".join(f"P{p},{caps},{tail}" for p in range(people))
    wanted = "\n".join(f"{d},{t},{cover},100,1" for d in range(days) for t in "EL")
    return (
        f"# comment\nSECTION_HORIZON\n{days}\nSECTION_SHIFTS\nE,480,\nL,480,E\nSECTION_STAFF\n{staff}\n"
        f"{extra}\nSECTION_COVER\n{wanted}\n"
    )


def model(people: int = 1, days: int = 7, **changes: object) -> DayModel:
    """The parsed instance."""
    return read(text(people, days, **changes))  # type: ignore[arg-type]


def row(cells: str) -> Ints:
    """One person's days as letters: E, L, or a dot for a day off."""
    return np.array([[{"E": 0, "L": 1, ".": OFF}[c] for c in cells]], np.int64)

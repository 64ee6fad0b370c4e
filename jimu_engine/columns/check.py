"""What a person-by-day roster breaks, found without any solver."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from jimu_engine.columns.model import OFF, DayModel, Ints


def breaches(model: DayModel, roster: Ints) -> list[str]:
    """Every hard rule broken, one plain sentence each; empty when the roster is feasible."""
    people, days, types = model.size
    if roster.shape != (people, days):
        return [f"the roster is {roster.shape[0]}×{roster.shape[1]}, the problem {people}×{days}"]
    if roster.min() < OFF or roster.max() >= types:
        return ["the roster names a shift type that does not exist"]
    return [f"{model.people[p]}: {text}" for p in range(people) for text in person_breaches(model, p, roster[p])]


def person_breaches(model: DayModel, p: int, row: Ints) -> list[str]:
    """Every hard rule that one person's schedule breaks."""
    return [*_days(model, p, row), *_totals(model, p, row), *_runs(model, p, row)]


def _days(model: DayModel, p: int, row: Ints) -> list[str]:
    found = []
    for d, t in enumerate(row):
        if t == OFF:
            if model.must_work[p, d]:
                found.append(f"must work on day {d}")
            continue
        if not model.allowed[p, d, t]:
            found.append(f"may not work {model.shifts[t]} on day {d}")
        after = row[d + 1] if d + 1 < len(row) else OFF
        if after != OFF and not model.follows[t, after]:
            found.append(f"{model.shifts[after]} may not follow {model.shifts[t]} (day {d + 1})")
    return found


def _totals(model: DayModel, p: int, row: Ints) -> list[str]:
    found = []
    held = row[row != OFF]
    minutes = int(model.minutes[held].sum())
    if not model.min_minutes[p] <= minutes <= model.max_minutes[p]:
        found.append(f"works {minutes} minutes")
    counts = np.bincount(held, minlength=len(model.shifts))
    found += [f"{n} shifts of type {model.shifts[t]}" for t, n in enumerate(counts) if n > model.max_type[p, t]]
    weekends = {int(w) for w in model.weekend[row != OFF] if w >= 0}
    if len(weekends) > model.max_weekends[p]:
        found.append(f"works {len(weekends)} weekends")
    return found


def _runs(model: DayModel, p: int, row: Ints) -> list[str]:
    found = []
    start = 0
    for working, cells in groupby(bool(t != OFF) for t in row):
        length = len(list(cells))
        touches = start == 0 or start + length == len(row)
        if working and length > model.max_run[p]:
            found.append(f"works {length} days in a row from day {start}")
        if working and length < model.min_run[p] and not touches:
            found.append(f"works only {length} days in a row from day {start}")
        if not working and length < model.min_off[p] and not touches:
            found.append(f"has only {length} days off in a row from day {start}")
        start += length
    return found

"""What a week of INRC-II costs and breaks, recomputed from the rosters alone (specification, section 2.5 and appendix B)."""

from __future__ import annotations

from collections import Counter

from jimu_engine.formats.inrc2 import (
    OFF_RUN,
    OPTIMAL,
    PREFERENCE,
    SAME_SHIFT,
    TOTAL,
    WEEKENDS,
    WHOLE_WEEKEND,
    WORK_RUN,
    History,
    Nurse,
    Past,
    Scenario,
    Week,
    WeekRoster,
)

OFF = -1


def line(roster: WeekRoster, nurse: int) -> list[int]:
    """The nurse's shift on each of the seven days, −1 off."""
    return [roster.get((nurse, d), (OFF, OFF))[0] for d in range(7)]


def week_breaches(scenario: Scenario, history: History, week: Week, roster: WeekRoster) -> list[str]:
    """Hard rules H2–H4 broken in a week, in plain sentences (H1 cannot be broken by the roster's shape)."""
    found = []
    for (n, d), (_, k) in roster.items():
        if k not in scenario.nurses[n].skills:
            found.append(f"{scenario.nurses[n].name} lacks {scenario.skills[k]} on day {d}")
    for n, nurse in enumerate(scenario.nurses):
        days = [history.pasts[n].last, *line(roster, n)]
        for d in range(7):
            if (days[d], days[d + 1]) in scenario.forbidden:
                found.append(f"{nurse.name}: {scenario.shifts[days[d + 1]]} may not follow {scenario.shifts[days[d]]}")
    present = _presence(roster)
    for (s, k), needs in week.cover.items():
        for d, (least, _) in enumerate(needs):
            if present[d, s, k] < least:
                found.append(f"{scenario.shifts[s]} {scenario.skills[k]} on day {d}: {present[d, s, k]} of {least}")
    return found


def _presence(roster: WeekRoster) -> Counter[tuple[int, int, int]]:
    return Counter((d, s, k) for (_, d), (s, k) in roster.items())


def week_cost(scenario: Scenario, history: History, week: Week, roster: WeekRoster) -> Counter[str]:
    """S1–S5 of one week by kind: cover, consecutive, days off, preferences, complete weekends."""
    costs: Counter[str] = Counter()
    present = _presence(roster)
    for (s, k), needs in week.cover.items():
        for d, (_, best) in enumerate(needs):
            costs["cover"] += OPTIMAL * max(0, best - present[d, s, k])
    for n, nurse in enumerate(scenario.nurses):
        days, past = line(roster, n), history.pasts[n]
        costs["consecutive"] += _same_cost(scenario, past, days) + _work_cost(nurse, past, days)
        costs["days off"] += _off_cost(nurse, past, days)
        costs["complete weekends"] += WHOLE_WEEKEND * (nurse.contract.whole_weekend and (days[5] < 0) != (days[6] < 0))
    for n, d, s in week.requests:
        held = roster.get((n, d), (OFF, OFF))[0]
        costs["preferences"] += PREFERENCE * (held != OFF and s in (-1, held))
    return costs


def end_cost(scenario: Scenario, history: History) -> Counter[str]:
    """S6 and S7, judged on the history after the last week."""
    costs: Counter[str] = Counter()
    for nurse, past in zip(scenario.nurses, history.pasts, strict=True):
        least, most = nurse.contract.total
        costs["total assignments"] += TOTAL * (max(0, least - past.total) + max(0, past.total - most))
        costs["weekends"] += WEEKENDS * max(0, past.weekends - nurse.contract.weekends)
    return costs


def _run_cost(run: int, begun: int, limits: tuple[int, int], ended: bool) -> int:
    """Days too many in this week, plus days missing once the run has ended. ``begun``: days of it before this week."""
    extra = max(0, run - limits[1]) - max(0, begun - limits[1])
    return extra + (max(0, limits[0] - run) if ended else 0)


def _series(days: list[int], first: int, before: int) -> list[tuple[int, int, int, bool]]:
    """Runs of equal values as (value, length with history, days before this week, ended)."""
    runs = [[first, before, before]]
    for value in days:
        if value == runs[-1][0]:
            runs[-1][1] += 1
        else:
            runs.append([value, 1, 0])
    return [(v, n, b, i + 1 < len(runs)) for i, (v, n, b) in enumerate(runs) if n > 0]


def _same_cost(scenario: Scenario, past: Past, days: list[int]) -> int:
    runs = _series(days, past.last, past.same if past.last != OFF else past.off)
    return SAME_SHIFT * sum(_run_cost(n, b, scenario.runs[v], ended) for v, n, b, ended in runs if v != OFF)


def _work_cost(nurse: Nurse, past: Past, days: list[int]) -> int:
    runs = _series([int(v != OFF) for v in days], int(past.last != OFF), past.work if past.last != OFF else past.off)
    return WORK_RUN * sum(_run_cost(n, b, nurse.contract.work, ended) for v, n, b, ended in runs if v)


def _off_cost(nurse: Nurse, past: Past, days: list[int]) -> int:
    runs = _series([int(v != OFF) for v in days], int(past.last != OFF), past.work if past.last != OFF else past.off)
    return OFF_RUN * sum(_run_cost(n, b, nurse.contract.off, ended) for v, n, b, ended in runs if not v)


def after(history: History, roster: WeekRoster) -> History:
    """The history that the next week starts from."""
    return History(history.week + 1, tuple(_next(past, line(roster, n)) for n, past in enumerate(history.pasts)))


def _next(past: Past, days: list[int]) -> Past:
    last = days[-1]
    first, before = past.last, past.same if past.last != OFF else past.off
    same = _series(days, first, before)[-1][1]
    work = _series([int(v != OFF) for v in days], int(first != OFF), past.work if first != OFF else past.off)[-1][1]
    total = past.total + sum(v != OFF for v in days)
    weekends = past.weekends + (days[5] != OFF or days[6] != OFF)
    if last == OFF:
        return Past(total, weekends, OFF, 0, 0, work)
    return Past(total, weekends, last, same, work, 0)

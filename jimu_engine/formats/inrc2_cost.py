"""What a week of INRC-II costs and breaks (specification, section 2.5 and appendix B), by the rules of rules/weeks, from the rosters alone."""

from __future__ import annotations

from collections import Counter

from jimu_engine.formats.inrc2 import History, Past, Scenario, Week, WeekRoster
from jimu_engine.rules.weeks import AT_THE_END, HARD, SOFT
from jimu_engine.rules.weeks.base import OFF, WeekView, series, work_series


def week_breaches(scenario: Scenario, history: History, week: Week, roster: WeekRoster) -> list[str]:
    """Hard rules H2–H4 broken in a week, in plain sentences (H1 cannot be broken by the roster's shape)."""
    view = WeekView(scenario, history, week, roster)
    return [text for rule in HARD for text in rule.breaches(view)]


def week_cost(scenario: Scenario, history: History, week: Week, roster: WeekRoster) -> Counter[str]:
    """S1–S5 of one week by kind: cover, consecutive, days off, preferences, complete weekends."""
    view = WeekView(scenario, history, week, roster)
    costs: Counter[str] = Counter()
    for rule in SOFT:
        costs[rule.name] += rule.cost(view)
    return costs


def end_cost(scenario: Scenario, history: History) -> Counter[str]:
    """S6 and S7, judged on the history after the last week."""
    return Counter({rule.name: rule.end_cost(scenario, history) for rule in AT_THE_END})


def after(history: History, roster: WeekRoster) -> History:
    """The history that the next week starts from."""
    lines = ([roster.get((n, d), (OFF, OFF))[0] for d in range(7)] for n in range(len(history.pasts)))
    return History(history.week + 1, tuple(_next(past, days) for past, days in zip(history.pasts, lines, strict=True)))


def _next(past: Past, days: list[int]) -> Past:
    last = days[-1]
    same = series(days, past.last, past.same if past.last != OFF else past.off)[-1][1]
    work = work_series(days, past)[-1][1]
    total = past.total + sum(v != OFF for v in days)
    weekends = past.weekends + (days[5] != OFF or days[6] != OFF)
    if last == OFF:
        return Past(total, weekends, OFF, 0, 0, work)
    return Past(total, weekends, last, same, work, 0)

"""Small worlds for tests: a few people, a few shifts, and one question put to both sides of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations, product
from typing import Any

from jimu_engine import Person, Problem, Report, Roster, Shift, check, kernel, rules
from jimu_engine.cost import board_cost
from jimu_engine.index import Index
from jimu_engine.problem import Pair
from jimu_engine.state import Board

HOUR = 60
DAY = 1440


def shift(name: str, day: int = 0, start: float = 8, hours: float = 4, **fields: Any) -> Shift:
    """A shift of so many hours from an hour of a day."""
    first = int(day * DAY + start * HOUR)
    return Shift(name, first, first + int(hours * HOUR), **{"kind": "gate", "place": "a", "under": 10.0, **fields})


def person(name: str = "li", **fields: Any) -> Person:
    """Somebody without any limit."""
    return Person(name, **fields)


def problem(
    shifts: Iterable[Shift], people: Iterable[Person] = (), *, rule: rules.Rule | Iterable[rules.Rule] = (), days: int = 14, **fields: Any
) -> Problem:
    """A problem under the given rules and cover."""
    given = (rule,) if isinstance(rule, rules.Rule) else tuple(rule)
    cover = () if any(isinstance(each, rules.Cover) for each in given) else (rules.Cover(),)
    return Problem(days, tuple(people) or (person(),), tuple(shifts), (*given, *cover), **fields)


def roster(taken: Mapping[str, str | Iterable[str]]) -> Roster:
    """A roster from shift → person or people."""
    return Roster.of((s, p) for s, who in taken.items() for p in ((who,) if isinstance(who, str) else who))


def both_sides(case: Problem, taken: Mapping[str, str], one_more: Pair) -> tuple[bool, bool]:
    """Whether the checker, and whether the solver, lets a person take one more shift."""
    lawful = not check(case, Roster.of([*roster(taken).pairs(), one_more])).hard
    board = Board(Index(case))
    board.load(roster(taken), lawful=False)
    s, p = case.shift_at[one_more[0]], case.person_at[one_more[1]]
    open_to = kernel.pair_at(board.shifts, p, s) >= 0
    return lawful, bool(open_to and kernel.why_not(board.shifts, board.people, board.state, p, s) == kernel.OK)


def costs(case: Problem, taken: Mapping[str, str | Iterable[str]]) -> tuple[float, float]:
    """The cost that the checker, and that the solver, sees in a roster."""
    board = Board(Index(case))
    board.load(roster(taken), lawful=False)
    return check(case, roster(taken)).objective, board_cost(board)


def codes(report: Report) -> set[str]:
    """The codes of the hard rules broken."""
    return {breach.rule for breach in report.hard}


def every_roster(case: Problem) -> Iterable[Roster]:
    """All rosters of a tiny problem, lawful or not."""
    names = [p.id for p in case.people]
    choices = [
        [team for size in range(min(s.required, len(names)) + 1) for team in combinations(names, size)] for s in case.shifts
    ]
    for teams in product(*choices):
        yield Roster.of((s.id, p) for s, team in zip(case.shifts, teams, strict=True) for p in team)


def optimum(case: Problem) -> float:
    """The least cost of any lawful roster, by trying all; infinite when there is none."""
    reports = (check(case, each) for each in every_roster(case))
    return min((report.objective for report in reports if not report.hard), default=float("inf"))


def most_filled(case: Problem) -> int:
    """The most seats that any lawful roster fills, by trying all."""
    reports = (check(case, each) for each in every_roster(case))
    return max((report.filled_seats for report in reports if not report.hard), default=0)

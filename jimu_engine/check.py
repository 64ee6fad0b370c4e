"""The checker: judges any roster, solved, edited or imported, and uses no solver."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from jimu_engine.problem import Problem, Roster
from jimu_engine.rules.base import Breach, View


@dataclass(frozen=True)
class Report:
    """What the checker found: hard breaches, costs by rule, seats left open."""

    objective: float
    hard: tuple[Breach, ...]
    by_rule: dict[str, float]
    open_seats: int
    filled_seats: int

    @property
    def feasible(self) -> bool:
        """No hard rule is broken."""
        return not self.hard


def check(problem: Problem, roster: Roster) -> Report:
    """Judge a roster by every rule of its problem. Raises BadRoster when it is of another problem."""
    view = View(problem, roster, roster.by_person(problem))
    hard: list[Breach] = []
    costs: defaultdict[str, float] = defaultdict(float)
    for rule in problem.rules:
        for breach in rule.breaches(view):
            if breach.hard:
                hard.append(breach)
            costs[rule.code] += breach.cost
    filled = sum(len(set(roster.on(s.id))) for s in problem.shifts if not s.requested)
    return Report(sum(costs.values()), tuple(hard), dict(costs), max(0, problem.seats - filled), filled)

"""What a person-by-day roster breaks and costs, by the rules of the family (rules/days), found without any solver."""

from __future__ import annotations

from jimu_engine.columns.model import OFF, DayModel, Ints
from jimu_engine.rules.days import HARD, SOFT


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
    return [text for rule in HARD for text in rule.breaches(model, p, row)]


def costs(model: DayModel, roster: Ints) -> dict[str, float]:
    """What a roster costs by each soft rule; together the objective."""
    return {rule.code: rule.cost(model, roster) for rule in SOFT}

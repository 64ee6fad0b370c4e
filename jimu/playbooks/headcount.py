"""From a playbook, a level and a neighborhood's facts to posts with numbers and reasons. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from jimu.playbooks.expressions import FACTS, evaluate, in_words
from jimu.playbooks.schema import Playbook, PostRule


@dataclass(frozen=True)
class PostNeed:
    """One post in one shift of the day, with its headcount and why."""

    rule: PostRule
    shift_code: str
    shift_title: str
    start_minute: int
    end_minute: int
    needed: int
    reason: str


def headcount(playbook: Playbook, level: str, facts: Mapping[str, int | None]) -> list[PostNeed]:
    """The posts of one neighborhood; those that need nobody are left out. Facts not known count as 0."""
    values: dict[str, float] = {**playbook.parameters, **{name: float(facts.get(name) or 0) for name in FACTS}}
    needs = []
    for rule in playbook.posts_at(level):
        factor = playbook.levels[level].factors.get(rule.code, 1.0)
        needed = math.ceil(evaluate(rule.headcount, values) * factor)
        reason = in_words(rule.reason, values) + (f"（本级别按 {factor:g} 倍）" if factor != 1 else "")
        for code in rule.shifts if needed else ():
            shift = playbook.shifts[code]
            needs.append(PostNeed(rule, code, shift.title, shift.start_minute, shift.end_minute, needed, reason[:200]))
    return needs


def seats_per_week(needs: list[PostNeed]) -> int:
    """Seats that a week of these posts has."""
    return sum(need.needed * (len(need.rule.days) or 7) for need in needs)

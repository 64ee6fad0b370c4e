"""A playbook for people who do not read formulas: each post's rule in words, with the numbers of one neighborhood."""

from collections.abc import Mapping
from dataclasses import dataclass

from jimu.playbooks.expressions import number_text, read_formula
from jimu.playbooks.headcount import tidy, values_from, why
from jimu.playbooks.schema import ALL, Playbook, PostRule, ShiftTimes
from jimu.playbooks.terms import FACTS, QUALIFICATIONS


@dataclass(frozen=True)
class PostWords:
    """One post explained: the rule in words, the reason with numbers, people by level (0 where it is off)."""

    rule: PostRule
    shifts: list[ShiftTimes]
    words: str
    counted: bool
    reason: str
    people: list[int]
    qualifications: list[str]


@dataclass(frozen=True)
class QuantityWords:
    """A quantity that posts share: what it is called, how it comes about, what it comes to."""

    label: str
    words: str
    value: str


def names_in_words(playbook: Playbook) -> dict[str, str]:
    """What each name of a formula is called; parameters carry their number."""
    words = {name: str(label) for name, label in FACTS.items()}
    words |= {name: f"{p.label or name} {number_text(p.value)}" for name, p in playbook.parameters.items()}
    words |= {name: q.label or name for name, q in playbook.quantities.items()}
    return words


def explained(playbook: Playbook, facts: Mapping[str, int | None]) -> tuple[list[QuantityWords], list[PostWords]]:
    """Quantities and posts of a playbook with the numbers of a neighborhood with these facts."""
    values = values_from(playbook, facts)
    shown = names_in_words(playbook)
    quantities = [
        QuantityWords(q.label or name, read_formula(q.formula).words(shown), number_text(values.numbers.get(name, 0)))
        for name, q in playbook.quantities.items()
    ]
    posts = []
    for rule in playbook.posts:
        formula = read_formula(rule.headcount)
        known = formula.names <= values.numbers.keys()
        base = max(0, tidy(formula.value(values.numbers))) if known else 0
        people = [tidy(base * level.factors.get(rule.code, 1.0)) if _on(rule, level.posts) else 0 for level in playbook.levels.values()]
        named = {**QUALIFICATIONS, **playbook.qualifications}
        posts.append(
            PostWords(
                rule, [playbook.shifts[code] for code in rule.shifts], formula.words(shown), bool(formula.names), why(rule, values), people,
                [str(named.get(code, code)) for code in rule.qualifications],
            )
        )  # fmt: skip
    return quantities, posts


def _on(rule: PostRule, wanted: list[str]) -> bool:
    return ALL in wanted or rule.code in wanted

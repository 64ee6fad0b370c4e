"""From a playbook, a level and a neighborhood's facts to posts with numbers and reasons. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jimu.playbooks.expressions import Formula, FormulaError, number_text, read_formula
from jimu.playbooks.schema import Playbook, PostRule
from jimu.playbooks.terms import FACTS

REASON_LENGTH = 200


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

    @property
    def days_a_week(self) -> int:
        """On how many days of a week it is on."""
        return len(set(self.rule.days)) or 7


@dataclass(frozen=True)
class Assumed:
    """A fact that nobody has counted: what it was taken to be, and on which grounds."""

    name: str
    value: float
    because: str

    def sentence(self) -> str:
        """「常住人口缺，按每户 2.32 人估为 2,436」"""
        return _("缺{fact}，{because}，估为 {value}").format(
            fact=FACTS[self.name], because=self.because, value=number_text(self.value)
        )


@dataclass(frozen=True)
class LeftOut:
    """A post that could not be counted, and the facts that are missing for it."""

    rule: PostRule
    missing: tuple[str, ...]

    def sentence(self) -> str:
        """「缺独居老人，独居老人关爱算不出人数，没有列入」"""
        facts = "、".join(str(FACTS[name]) for name in self.missing)
        return _("缺{facts}，“{post}”算不出人数，没有列入").format(facts=facts, post=self.rule.title)


@dataclass(frozen=True)
class UnitCount:
    """What one neighborhood needs, what was assumed for it, and what had to be left out."""

    needs: list[PostNeed]
    assumed: list[Assumed]
    left_out: list[LeftOut]


@dataclass(frozen=True)
class Values:
    """Every number that rules may lean on. `missing` gives, for a name without a number, the facts it waits for."""

    numbers: Mapping[str, float]
    assumed: Mapping[str, Assumed]
    missing: Mapping[str, frozenset[str]]
    shaky: Mapping[str, frozenset[str]]


def tidy(value: float) -> int:
    """People are whole: the next whole number, but a hair of binary arithmetic is nobody."""
    return math.ceil(round(value, 6))


def values_from(playbook: Playbook, facts: Mapping[str, int | None]) -> Values:
    """Facts as counted, else as assumed; the playbook's parameters; quantities that follow from them.

    Raises FormulaError (its second argument the place) where a quantity cannot be counted.
    """
    numbers: dict[str, float] = {name: parameter.value for name, parameter in playbook.parameters.items()}
    numbers |= {name: float(value) for name in FACTS if (value := facts.get(name)) is not None}
    assumed = _assume(playbook, numbers)
    missing = {name: frozenset({name}) for name in FACTS if name not in numbers}
    shaky = {name: frozenset({name}) for name in assumed}
    waiting = {name: read_formula(quantity.formula) for name, quantity in playbook.quantities.items()}
    while waiting:
        ready = [name for name, formula in waiting.items() if not formula.names & waiting.keys()]
        if not ready:
            raise FormulaError(_("绕成了圈"), ("quantities", next(iter(waiting)), "formula"))
        for name in ready:
            formula = waiting.pop(name)
            lacking, unsure = _gathered(formula, missing), _gathered(formula, shaky)
            if lacking:
                missing[name] = lacking
                continue
            if unsure:
                shaky[name] = unsure
            try:
                numbers[name] = formula.value(numbers)
            except FormulaError as error:
                raise FormulaError(str(error), ("quantities", name, "formula")) from error
    return Values(numbers, assumed, missing, shaky)


def _assume(playbook: Playbook, numbers: dict[str, float]) -> dict[str, Assumed]:
    """Fill facts that are missing from assumptions whose own facts are there; adds to `numbers`."""
    found: dict[str, Assumed] = {}
    rules = {name: read_formula(a.formula) for name, a in playbook.assumptions.items() if name not in numbers}
    while ready := [name for name, rule in rules.items() if rule.names <= numbers.keys()]:
        for name in ready:
            value = max(0.0, float(round(rules.pop(name).value(numbers))))
            numbers[name] = value
            found[name] = Assumed(name, value, playbook.assumptions[name].because)
    return found


def _gathered(formula: Formula, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*(known.get(name, frozenset()) for name in formula.names))


def count(playbook: Playbook, level: str, facts: Mapping[str, int | None]) -> UnitCount:
    """The posts of one neighborhood at a level. Posts that need nobody are not listed."""
    values = values_from(playbook, facts)
    needs: list[PostNeed] = []
    left_out: list[LeftOut] = []
    used: set[str] = set()
    for rule in playbook.posts_at(level):
        formula = read_formula(rule.headcount)
        lacking = _gathered(formula, values.missing)
        if lacking:
            left_out.append(LeftOut(rule, tuple(name for name in FACTS if name in lacking)))
            continue
        unsure = _gathered(formula, values.shaky)
        used |= unsure
        needs += _needs(playbook, level, rule, formula, values, unsure)
    return UnitCount(needs, [values.assumed[name] for name in FACTS if name in used], left_out)


def _needs(
    playbook: Playbook, level: str, rule: PostRule, formula: Formula, values: Values, unsure: frozenset[str]
) -> list[PostNeed]:
    factor = playbook.levels[level].factors.get(rule.code, 1.0)
    needed = max(0, tidy(tidy(formula.value(values.numbers)) * factor))
    reason = why(rule, values)
    if factor != 1:
        reason += _("（本级别按 {factor} 倍）").format(factor=number_text(factor))
    if unsure:
        reason += _("（{facts}为估算）").format(facts="、".join(str(FACTS[name]) for name in FACTS if name in unsure))
    found = []
    for code in rule.shifts if needed else ():
        shift = playbook.shifts[code]
        found.append(PostNeed(rule, code, shift.title, shift.start_minute, shift.end_minute, needed, reason[:REASON_LENGTH]))
    return found


def why(rule: PostRule, values: Values) -> str:
    """The reason of a post with its numbers; what is not known shows as a question mark."""
    known = {name: number_text(number) for name, number in values.numbers.items()}
    return rule.reason.format_map({**dict.fromkeys(values.missing, "？"), **known})


def seats_per_week(needs: Sequence[PostNeed]) -> int:
    """Seats that a week of these posts has."""
    return sum(need.needed * need.days_a_week for need in needs)


def seats_by_weekday(needs: Sequence[PostNeed]) -> list[int]:
    """Seats of each day of the week, Monday first."""
    return [sum(n.needed for n in needs if not n.rule.days or day in n.rule.days) for day in range(7)]

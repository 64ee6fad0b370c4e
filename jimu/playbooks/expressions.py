"""Headcount rules: arithmetic over a neighborhood's facts and the playbook's parameters, nothing else."""

import math
import string
from collections.abc import Collection, Mapping
from typing import Any

from simpleeval import SimpleEval

FACTS = ("households", "residents", "elders", "elders_living_alone", "buildings", "blocks")
FUNCTIONS: dict[str, Any] = {"ceil": math.ceil, "floor": math.floor, "min": min, "max": max, "round": round}
#: Values that every rule is tried with when a playbook is read, so that a fault shows then and not at two in the morning.
TRIAL = dict.fromkeys(FACTS, 1000)


def evaluate(expression: str, values: Mapping[str, float]) -> int:
    """The headcount, a whole number of at least 0. Raises ValueError for what is none."""
    result = SimpleEval(names=dict(values), functions=FUNCTIONS).eval(expression)
    if isinstance(result, bool) or not isinstance(result, int | float) or not math.isfinite(result):
        raise ValueError("结果不是一个数")
    return max(0, math.ceil(result))


def check_expression(expression: str, names: Collection[str]) -> list[str]:
    """What is wrong with a rule, in sentences; empty when nothing is."""
    try:
        evaluate(expression, {name: TRIAL.get(name, 1) for name in names})
    except Exception as error:
        word = type(error).__name__
        if word == "NameNotDefined":
            return [f"人数规则用了不认识的名字：{getattr(error, 'name', '')}。可用：{'、'.join(sorted(names))}"]
        return [f"人数规则“{expression}”算不出来。只能用数字、+ - * /、ceil、floor、min、max、round 和已定义的名字"]
    return []


def check_template(template: str, names: Collection[str]) -> list[str]:
    """Names in a reason's braces that nothing gives."""
    try:
        used = [field for _, field, _, _ in string.Formatter().parse(template) if field is not None]
    except ValueError:
        return ["理由里的花括号没有配对"]
    return [f"理由里的 {{{field}}} 不认识" for field in used if field not in names]


def in_words(template: str, values: Mapping[str, float]) -> str:
    """A reason with its numbers: whole ones with thousands marks."""
    shown = {key: f"{value:,.0f}" if float(value).is_integer() else f"{value:g}" for key, value in values.items()}
    return template.format_map(shown)

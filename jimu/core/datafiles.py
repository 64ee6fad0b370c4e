"""Data files that people write by hand: YAML checked against a model, every fault with its line and its mend."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from jimu.core.errors import Invalid

Model = TypeVar("Model", bound=BaseModel)
Fault = tuple[int, str, str]

MEANINGS: Mapping[str, str] = {
    "extra_forbidden": "不认识的键，请检查拼写或删去",
    "missing": "少了这一项，请补上",
    "string_pattern_mismatch": "代码只能用小写字母、数字、- 和 _，以字母开头",
    "greater_than_equal": "数字太小",
    "greater_than": "数字太小",
    "less_than_equal": "数字太大",
    "too_short": "不能是空的",
    "string_too_short": "不能是空的",
    "string_too_long": "文字太长，请缩短",
    "int_parsing": "这里应该是整数",
    "int_type": "这里应该是整数",
    "float_parsing": "这里应该是数字",
    "float_type": "这里应该是数字",
    "string_type": "这里应该是文字，数字请加引号",
    "bool_parsing": "这里应该是 true 或 false",
}


def parse(text: str, model: type[Model], *, file: str, code: str, meanings: Mapping[str, str] = MEANINGS) -> Model:
    """The model that a YAML text describes. Raises Invalid (`code`) whose data lists every fault as {line, where, sentence}.

    A model's own check may raise ValueError("path.to.0.value|sentence"): the path, from that model, finds the line.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise _invalid(file, code, [(line, "", "这一行附近的格式不是 YAML，请检查缩进和冒号后的空格")]) from error
    if not isinstance(data, dict) or node is None:
        raise _invalid(file, code, [(1, "", "文件是空的，或不是“键: 值”的形式")])
    duplicate = _duplicate_key(node)
    if duplicate:
        raise _invalid(file, code, [duplicate])
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _invalid(file, code, [_fault(node, item, meanings) for item in error.errors()]) from error


def _fault(node: yaml.Node, item: Any, meanings: Mapping[str, str]) -> Fault:
    place: Sequence[str | int] = item["loc"]
    sentence = meanings.get(item["type"], item["msg"])
    if item["type"] == "value_error":
        sentence = str(item["ctx"]["error"])
        if "|" in sentence:
            where, sentence = sentence.split("|", 1)
            place = [*place, *(int(part) if part.isdigit() else part for part in where.split("."))]
    return _line(node, place), ".".join(map(str, place)), sentence


def _line(node: yaml.Node, place: Sequence[str | int]) -> int:
    """The line (from 1) of the deepest part of a place that the text has."""
    line = node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _duplicate_key(node: yaml.Node) -> Fault | None:
    """YAML keeps the last of two equal keys silently; we do not."""
    if isinstance(node, yaml.SequenceNode):
        return next((found for child in node.value if (found := _duplicate_key(child))), None)
    if not isinstance(node, yaml.MappingNode):
        return None
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            return key.start_mark.line + 1, key.value, f"键 {key.value} 写了两次"
        seen.add(key.value)
        inner = _duplicate_key(value)
        if inner:
            return inner
    return None


def _invalid(file: str, code: str, faults: Sequence[Fault]) -> Invalid:
    lines = "\n".join(f"{file} 第 {line} 行{f'（{place}）' if place else ''}：{sentence}" for line, place, sentence in sorted(faults))
    data = [{"line": line, "where": place, "sentence": sentence} for line, place, sentence in sorted(faults)]
    return Invalid(lines, code=code, file=file, faults=data)

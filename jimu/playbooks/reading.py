"""A playbook's text to a playbook; every fault with its line and a sentence that says how to mend it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml
from django.utils.translation import gettext as _
from pydantic import ValidationError

from jimu.core.errors import Invalid
from jimu.playbooks.checks import faults
from jimu.playbooks.schema import Playbook

LARGEST = 200_000
Place = Sequence[str | int]
Fault = tuple[int, str, str]


def parse(text: str, *, file: str = "playbook.yaml") -> Playbook:
    """A playbook from its text. Raises Invalid whose data lists every fault as {line, where, sentence}."""
    if len(text) > LARGEST:
        raise _invalid(file, [(1, "", _("文件太大，预案不应超过 20 万字"))])
    node, data = _loaded(text, file)
    wrong = _unusable(node)
    if wrong:
        raise _invalid(file, wrong)
    try:
        playbook = Playbook.model_validate(data)
    except ValidationError as error:
        raise _invalid(file, [_of_shape(node, item) for item in error.errors()]) from error
    found = faults(playbook)
    if found:
        raise _invalid(file, [(_line(node, fault.place), _spelled(fault.place), fault.sentence) for fault in found])
    return playbook


def _loaded(text: str, file: str) -> tuple[yaml.Node, dict[Any, Any]]:
    try:
        # Anchors are refused before they are followed: a short text could name itself a million times.
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise _invalid(file, [(line, "", _("预案里不用 & 和 *，请把内容写出来；文字里要用时请加引号"))])
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        raise _invalid(file, [(mark.line + 1 if mark else 1, "", _("这一行附近的格式不是 YAML，请检查缩进、引号和冒号后的空格"))]) from error
    except (RecursionError, ValueError) as error:
        raise _invalid(file, [(1, "", _("读不懂这个文件：套得太深，或日期、数字不成样子"))]) from error
    if node is None or not isinstance(data, dict):
        raise _invalid(file, [(1, "", _("预案文件是空的，或不是“键: 值”的形式"))])
    return node, data


def _unusable(node: yaml.Node) -> list[Fault]:
    """Keys that are no words, and keys written twice: YAML keeps the last silently, we do not."""
    if isinstance(node, yaml.SequenceNode):
        return [fault for child in node.value for fault in _unusable(child)]
    if not isinstance(node, yaml.MappingNode):
        return []
    found: list[Fault] = []
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            found.append((line, str(name), _("键要用文字；像 yes、no、数字这样的请换一个名字")))
            continue
        if key.value in seen:
            found.append((line, key.value, _("键 {key} 写了两次").format(key=key.value)))
        seen.add(key.value)
        found += _unusable(value)
    return found


def _of_shape(node: yaml.Node, item: Any) -> Fault:
    """One of pydantic's errors in our words."""
    place = [part for part in item["loc"] if part != "[key]"]
    if item["type"] == "value_error":
        return _line(node, place), _spelled(place), str(item["ctx"]["error"])
    words = _meanings().get(item["type"])
    sentence = words(item.get("ctx") or {}) if words else _("这里写得不对")
    return _line(node, place), _spelled(place), sentence


def _meanings() -> Mapping[str, Callable[[Mapping[str, Any]], str]]:
    number, text, whole = _("这里应该是数字"), _("这里应该是文字，数字和时间请加引号"), _("这里应该是整数")
    listing, mapping, truth = _("这里应该是列表，每项前加 - 或写成 [甲, 乙]"), _("这里应该是“键: 值”"), _("这里应该是 true 或 false")
    code = _("代码只能用小写字母、数字、- 和 _，以字母开头，不超过 40 个字符；算式里的名字不用 -")
    return {
        "extra_forbidden": lambda ctx: _("不认识的键，请检查拼写或删去"),
        "missing": lambda ctx: _("少了这一项，请补上"),
        "string_pattern_mismatch": lambda ctx: code,
        "greater_than_equal": lambda ctx: _("不能小于 {limit}").format(limit=ctx["ge"]),
        "less_than_equal": lambda ctx: _("不能大于 {limit}").format(limit=ctx["le"]),
        "greater_than": lambda ctx: _("要大于 {limit}").format(limit=ctx["gt"]),
        "too_short": lambda ctx: _("不能是空的"),
        "too_long": lambda ctx: _("只能有 {limit} 项").format(limit=ctx["max_length"]),
        "string_too_short": lambda ctx: _("不能是空的"),
        "string_too_long": lambda ctx: _("太长，最多 {limit} 个字").format(limit=ctx["max_length"]),
        "literal_error": lambda ctx: _("只能是 red、orange、yellow、blue 之一"),
        "finite_number": lambda ctx: number,
        **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), lambda ctx: whole),
        **dict.fromkeys(("float_parsing", "float_type"), lambda ctx: number),
        **dict.fromkeys(("bool_parsing", "bool_type"), lambda ctx: truth),
        **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), lambda ctx: mapping),
        **dict.fromkeys(("list_type", "tuple_type"), lambda ctx: listing),
        "string_type": lambda ctx: text,
    }


def _line(node: yaml.Node, place: Place) -> int:
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


def _spelled(place: Place) -> str:
    """A place as people count: posts.3.shifts for the third post."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def _invalid(file: str, found: Sequence[Fault]) -> Invalid:
    found = sorted(set(found))
    lines = [
        _("{file} 第 {line} 行（{place}）：{sentence}").format(file=file, line=line, place=place, sentence=sentence)
        if place
        else _("{file} 第 {line} 行：{sentence}").format(file=file, line=line, sentence=sentence)
        for line, place, sentence in found
    ]
    data = [{"line": line, "where": place, "sentence": sentence} for line, place, sentence in found]
    return Invalid("\n".join(lines), code="bad_playbook", file=file, faults=data)

"""Data files that people write by hand: YAML checked against a model, every fault with its line and its mend."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from jimu.core.errors import Invalid
from jimu.core.storable import storable

LARGEST = 200_000
#: Lists in lists: what people write needs a few; the time that reading takes grows with their square.
DEEPEST = 30
Model = TypeVar("Model", bound=BaseModel)
Place = Sequence[str | int]
Fault = tuple[int, str, str]


def parse(
    text: str,
    model: type[Model],
    *,
    file: str,
    code: str,
    check: Callable[[Model], Iterable[tuple[Place, str]]] = lambda found: (),
) -> Model:
    """The model that a YAML text describes. Raises Invalid (`code`) whose data lists every fault as {line, where, sentence}.

    `check` gives the faults of a model whose shape is right: keys and indexes from the top, and a sentence. A model's own
    check may raise ValueError("path.to.0.value|sentence") instead: the path, from that model, finds the line.
    """
    node: yaml.Node | None = None
    try:
        node, data = _loaded(text)
        made = model.model_validate(data)
    except _Unreadable as error:
        raise _invalid(file, code, error.faults) from error
    except ValidationError as error:
        raise _invalid(file, code, [_of_shape(node, item) for item in error.errors()]) from error
    found = [_fault(node, place, sentence) for place, sentence in check(made)]
    if found:
        raise _invalid(file, code, found)
    return made


class _Unreadable(Exception):
    """The text is no file of data at all."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__()


def _loaded(text: str) -> tuple[yaml.Node, dict[Any, Any]]:
    if len(text) > LARGEST:
        raise _Unreadable((1, "", _("文件太大，不应超过 20 万字")))
    try:
        # Anchors are refused before they are followed: a short text could name itself a million times. So is what is too deep.
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            line = event.start_mark.line + 1 if event.start_mark else 1
            if depth > DEEPEST:
                raise _Unreadable((line, "", _too_strange()))
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _Unreadable((line, "", _("这里不用 & 和 *，请把内容写出来；文字里要用时请加引号")))
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        raise _Unreadable((mark.line + 1 if mark else 1, "", _("这一行附近的格式不是 YAML，请检查缩进、引号和冒号后的空格"))) from error
    except ValueError as error:
        raise _Unreadable((1, "", _too_strange())) from error
    if node is None or not isinstance(data, dict):
        raise _Unreadable((1, "", _("文件是空的，或不是“键: 值”的形式")))
    wrong = _unusable(node)
    if wrong:
        raise _Unreadable(*wrong)
    return node, data


def _too_strange() -> str:
    return _("读不懂这个文件：套得太深，或日期、数字不成样子")


def _unusable(node: yaml.Node) -> list[Fault]:
    """Keys that are no words, keys written twice (YAML keeps the last silently, we do not), and what YAML can spell and no database keeps."""
    if isinstance(node, yaml.ScalarNode) and not storable(node.value):
        return [(node.start_mark.line + 1, "", _("里面有不能保存的字符，请删掉"))]
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


def _of_shape(node: yaml.Node | None, item: Any) -> Fault:
    """One of pydantic's errors in our words."""
    place = [part for part in item["loc"] if part != "[key]"]
    if item["type"] == "value_error":
        where, bar, sentence = str(item["ctx"]["error"]).partition("|")
        if not bar:
            return _fault(node, place, where)
        deeper = [int(part) if part.isdigit() else part for part in where.split(".")]
        return _fault(node, [*place, *deeper], sentence)
    words = _meanings().get(item["type"])
    return _fault(node, place, words(item.get("ctx") or {}) if words else _("这里写得不对"))


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
        "literal_error": lambda ctx: _("只能是 {choices} 之一").format(choices="、".join(re.findall(r"'([^']+)'", ctx["expected"]))),
        "finite_number": lambda ctx: number,
        **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), lambda ctx: whole),
        **dict.fromkeys(("float_parsing", "float_type"), lambda ctx: number),
        **dict.fromkeys(("bool_parsing", "bool_type"), lambda ctx: truth),
        **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), lambda ctx: mapping),
        **dict.fromkeys(("list_type", "tuple_type"), lambda ctx: listing),
        "string_type": lambda ctx: text,
    }


def _line(node: yaml.Node | None, place: Place) -> int:
    """The line (from 1) of the deepest part of a place that the text has."""
    line = node.start_mark.line + 1 if node else 1
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


def _fault(node: yaml.Node | None, place: Place, sentence: str) -> Fault:
    return _line(node, place), _spelled(place), sentence


def _spelled(place: Place) -> str:
    """A place as people count: posts.3.shifts for the third of the posts."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def _invalid(file: str, code: str, found: Iterable[Fault]) -> Invalid:
    found = sorted(set(found))
    lines = [
        _("{file} 第 {line} 行（{place}）：{sentence}").format(file=file, line=line, place=place, sentence=sentence)
        if place
        else _("{file} 第 {line} 行：{sentence}").format(file=file, line=line, sentence=sentence)
        for line, place, sentence in found
    ]
    data = [{"line": line, "where": place, "sentence": sentence} for line, place, sentence in found]
    return Invalid("\n".join(lines), code=code, file=file, faults=data)

"""Reads playbooks: those shipped, and those an office keeps in JIMU_HOME/playbooks. Errors name file, line and mend."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import ValidationError

from jimu.core.errors import Invalid, NotFound
from jimu.playbooks.schema import Playbook

SHIPPED = Path(__file__).parent / "library"
MEANINGS = {
    "extra_forbidden": "不认识的键，请检查拼写或删去",
    "missing": "少了这一项，请补上",
    "string_pattern_mismatch": "代码只能用小写字母、数字、- 和 _，以字母开头",
    "greater_than_equal": "数字太小",
    "less_than_equal": "数字太大",
    "too_short": "不能是空的",
    "int_parsing": "这里应该是整数",
    "int_type": "这里应该是整数",
    "float_parsing": "这里应该是数字",
    "float_type": "这里应该是数字",
    "string_type": "这里应该是文字，数字请加引号",
    "bool_parsing": "这里应该是 true 或 false",
    "literal_error": "只能是 red、orange、yellow、blue 之一",
}


def parse(text: str, *, file: str = "playbook.yaml") -> Playbook:
    """A playbook from its text. Raises Invalid whose data lists every fault as {line, where, sentence}."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise _invalid(file, [(line, "", "这一行附近的格式不是 YAML，请检查缩进和冒号后的空格")]) from error
    if not isinstance(data, dict) or node is None:
        raise _invalid(file, [(1, "", "预案文件是空的，或不是“键: 值”的形式")])
    duplicate = _duplicate_key(node)
    if duplicate:
        raise _invalid(file, [duplicate])
    try:
        return Playbook.model_validate(data)
    except ValidationError as error:
        raise _invalid(file, [_fault(node, item) for item in error.errors()]) from error


def _fault(node: yaml.Node, item: Any) -> tuple[int, str, str]:
    """(line, place, sentence) of one of pydantic's errors; our own carry their place before a bar."""
    place: Sequence[str | int] = item["loc"]
    sentence = MEANINGS.get(item["type"], item["msg"])
    if item["type"] == "value_error":
        sentence = str(item["ctx"]["error"])
        if "|" in sentence:
            where, sentence = sentence.split("|", 1)
            place = [int(part) if part.isdigit() else part for part in where.split(".")]
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


def _duplicate_key(node: yaml.Node) -> tuple[int, str, str] | None:
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


def _invalid(file: str, faults: list[tuple[int, str, str]]) -> Invalid:
    lines = "\n".join(f"{file} 第 {line} 行{f'（{place}）' if place else ''}：{sentence}" for line, place, sentence in sorted(faults))
    data = [{"line": line, "where": place, "sentence": sentence} for line, place, sentence in sorted(faults)]
    return Invalid(lines, code="bad_playbook", file=file, faults=data)


def files() -> list[Path]:
    """All playbook files; an office's own stand after those shipped."""
    own = Path(settings.JIMU_HOME) / "playbooks"
    return [*sorted(SHIPPED.glob("*.yaml")), *sorted(own.glob("*.yaml"))]


def all_playbooks() -> list[tuple[Playbook, str]]:
    """The newest version of each playbook with its text; a broken file of the office's is left out here (check names it)."""
    newest: dict[str, tuple[Playbook, str]] = {}
    for path in files():
        try:
            playbook, text = _read(path, path.stat().st_mtime)
        except Invalid:
            continue
        if playbook.name not in newest or newest[playbook.name][0].version <= playbook.version:
            newest[playbook.name] = (playbook, text)
    return [newest[name] for name in sorted(newest)]


def find(name: str) -> tuple[Playbook, str]:
    """A playbook and its text by name. Raises NotFound."""
    for playbook, text in all_playbooks():
        if playbook.name == name:
            return playbook, text
    raise NotFound(_("没有这个预案。"), name=name)


@lru_cache(maxsize=64)
def _read(path: Path, changed: float) -> tuple[Playbook, str]:
    text = path.read_text(encoding="utf-8")
    return parse(text, file=path.name), text

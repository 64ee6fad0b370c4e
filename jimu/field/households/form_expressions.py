"""Conditions of a form (`relevant`, `constraint` of XLSForm), read into plain lists that the server and the phone both evaluate.

Known: ${question}, `.`, words in quotes, numbers, = != < <= > >=, and, or, not(), + -, selected(${q}, 'x'), string-length(),
count-selected(), today(), true(), false(), parentheses. `tests/conditions.json` holds what both evaluators must agree on.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

Node = list[Any]
TOKEN = re.compile(r"\s*(?:(\$\{[^}]*\})|('[^']*'|\"[^\"]*\")|(\d+(?:\.\d+)?)|(!=|<=|>=|[=<>()+,-])|([A-Za-z][\w-]*)|(\.))")
COMPARES = ("=", "!=", "<", "<=", ">", ">=")
FUNCTIONS = {"not": 1, "selected": 2, "string-length": 1, "count-selected": 1, "today": 0, "true": 0, "false": 0}
DEEPEST = 20
LONGEST = 500


class Unsupported(ValueError):
    """The text is no condition that is known here; says which part."""


def parse(text: str) -> Node:
    """The condition as nested lists: ["and", a, b], ["=", a, b], ["ref", name], ["self"], ["lit", value] and so on. Raises Unsupported."""
    if len(text) > LONGEST:
        raise Unsupported(_("条件太长"))
    return _Parser(text).whole()


def names_in(node: Node) -> set[str]:
    """The questions that a condition asks about."""
    if node[0] == "ref":
        return {node[1]}
    return {name for part in node[1:] if isinstance(part, list) for name in names_in(part)}


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at, kinds = 0, ("ref", "text", "number", "sign", "word", "self")
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if not found:
                raise Unsupported(_("看不懂“{part}”").format(part=text[at : at + 20].strip()))
            self.tokens.append((kinds[(found.lastindex or 1) - 1], found.group(found.lastindex or 1)))
            at = found.end()
        self.at = self.depth = 0

    def whole(self) -> Node:
        """All of it."""
        node = self._or()
        if self.at < len(self.tokens):
            raise Unsupported(_("“{part}”放在这里看不懂").format(part=self.tokens[self.at][1]))
        return node

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _take(self, wanted: str = "") -> tuple[str, str]:
        if self.at >= len(self.tokens) or (wanted and self.tokens[self.at][1] != wanted):
            raise Unsupported(_("条件没有写完，缺“{part}”").format(part=wanted or "…"))
        self.at += 1
        return self.tokens[self.at - 1]

    def _or(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unsupported(_("条件套得太深"))
        node = self._and()
        while self._peek() == "or":
            self._take()
            node = ["or", node, self._and()]
        self.depth -= 1
        return node

    def _and(self) -> Node:
        node = self._compare()
        while self._peek() == "and":
            self._take()
            node = ["and", node, self._compare()]
        return node

    def _compare(self) -> Node:
        node = self._sum()
        if self._peek() in COMPARES:
            sign = self._take()[1]
            node = [sign, node, self._sum()]
        return node

    def _sum(self) -> Node:
        node = self._one()
        while self._peek() in ("+", "-"):
            sign = self._take()[1]
            node = [sign, node, self._one()]
        return node

    def _one(self) -> Node:
        kind, words = self._take()
        if kind == "ref":
            return ["ref", words[2:-1].strip()]
        if kind == "text":
            return ["lit", words[1:-1]]
        if kind == "number":
            return ["lit", float(words) if "." in words else int(words)]
        if kind == "self":
            return ["self"]
        if words == "(":
            node = self._or()
            self._take(")")
            return node
        if words == "-" and self._peek().replace(".", "", 1).isdigit():
            return ["-", ["lit", 0], self._one()]
        return self._function(words)

    def _function(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise Unsupported(_("不支持“{part}”").format(part=name))
        self._take("(")
        given: list[Node] = []
        while self._peek() != ")":
            if given:
                self._take(",")
            given.append(self._or())
        self._take(")")
        if len(given) != FUNCTIONS[name]:
            raise Unsupported(_("“{part}”的括号里应有 {n} 项").format(part=name, n=FUNCTIONS[name]))
        return [name, *given]


def evaluate(node: Node, values: Mapping[str, Any], own: Any = None, today: str = "") -> Any:
    """The value of a condition for answers by name; `own` is the answer being judged, `today` an ISO day. Empty answers are ''."""
    head, parts = node[0], node[1:]
    if head == "lit":
        return parts[0]
    if head in ("ref", "self"):
        found = own if head == "self" else values.get(parts[0])
        return "" if found is None else found
    if head in ("and", "or"):
        first = truth(evaluate(parts[0], values, own, today))
        return first if first == (head == "or") else truth(evaluate(parts[1], values, own, today))
    return _apply(head, [evaluate(part, values, own, today) for part in parts], today)


def _apply(head: str, given: Sequence[Any], today: str) -> Any:
    match head:
        case "not":
            return not truth(given[0])
        case "true" | "false":
            return head == "true"
        case "today":
            return today
        case "selected":
            return str(given[1]) in (given[0] if isinstance(given[0], list) else str(given[0]).split())
        case "count-selected":
            return len(given[0]) if isinstance(given[0], list) else len(str(given[0]).split())
        case "string-length":
            return len(_text(given[0]))
        case "+" | "-":
            first, second = (_number(one) or 0 for one in given)
            return first + second if head == "+" else first - second
    return _compared(head, given[0], given[1])


def _compared(sign: str, first: Any, second: Any) -> bool:
    """As numbers where both are numbers, else as text; an empty answer is smaller and greater than nothing."""
    numbers = (_number(first), _number(second))
    a: Any
    b: Any
    a, b = numbers if None not in numbers else (_text(first), _text(second))
    if sign in ("=", "!="):
        return bool(a == b) == (sign == "=")
    if a == "" or b == "":
        return False
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign])


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool | list):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value) else None


def truth(value: Any) -> bool:
    """Whether a value counts as true: not empty, not zero, not an empty list."""
    return bool(value)

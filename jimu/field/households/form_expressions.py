"""Conditions and calculations of a form (`relevant`, `constraint`, `choice_filter`, `calculation` of XLSForm), read into plain lists that
the server and the phone both evaluate.

Known: ${question}, `.`, words in quotes, numbers, = != < <= > >=, and, or, not(), + - * div mod, selected(${q}, 'x'), string-length(),
count-selected(), if(), coalesce(), concat(), round(), int(), number(), min(), max(), today(), true(), false(), parentheses; in a choice_filter
the columns of the choices by their bare names. Of repeats: position(..) inside one; outside it sum(), min(), max(), join(), count-non-empty() of
one of its questions and count() of the repeat. `tests/conditions.json` and `tests/calculations.json` hold what both evaluators must agree on.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

Node = list[Any]
TOKEN = re.compile(r"\s*(?:(\$\{[^}]*\})|('[^']*'|\"[^\"]*\")|(\d+(?:\.\d+)?)|(!=|<=|>=|[=<>()+*,-])|([A-Za-z][\w-]*)|(\.\.?))")
COMPARES = ("=", "!=", "<", "<=", ">", ">=")
#: How many things stand between the brackets of each: at least, at most.
FUNCTIONS = {
    "not": (1, 1), "selected": (2, 2), "string-length": (1, 1), "count-selected": (1, 1), "today": (0, 0), "true": (0, 0), "false": (0, 0),
    "if": (3, 3), "coalesce": (2, 2), "concat": (1, 20), "round": (1, 2), "int": (1, 1), "number": (1, 1), "min": (1, 20), "max": (1, 20),
    "sum": (1, 1), "count": (1, 1), "count-non-empty": (1, 1), "join": (2, 2),
}  # fmt: skip
#: What takes the answers of all entries of a repeat together.
TOGETHER = ("sum", "min", "max", "join", "count", "count-non-empty")
#: Under which name the values of an entry hold the number of the entry, from 1.
POSITION = "position(..)"
DEEPEST = 20
LONGEST = 500


class Unsupported(ValueError):
    """The text is no condition that is known here; says which part."""


def parse(text: str, columns: Sequence[str] = ()) -> Node:
    """The condition as nested lists: ["and", a, b], ["=", a, b], ["ref", name], ["self"], ["lit", value] and so on; ["col", name] for one of the
    `columns` of a choice. Raises Unsupported."""
    if len(text) > LONGEST:
        raise Unsupported(_("条件太长"))
    return _Parser(text, columns).whole()


def names_in(node: Node) -> set[str]:
    """The questions that a condition asks about."""
    if node[0] == "ref":
        return {node[1]}
    return {name for part in node[1:] if isinstance(part, list) for name in names_in(part)}


def gathered(node: Node, inside: Mapping[str, str], by: str = "") -> Node:
    """A condition that stands outside of repeats: what it asks of all their entries becomes ["each", repeat, question], or ["each", repeat, ""] of
    the entries themselves. `inside` is the repeat of each question that lies in one, and of each repeat itself. Raises Unsupported for one alone."""
    if node[0] == "ref" and node[1] in inside:
        name, repeat = node[1], inside[node[1]]
        if (by == "count") != (name == repeat) or by not in TOGETHER:
            raise Unsupported(_("“{name}”在重复组里，各项不同。组外请用 sum()、min()、max()、join()、count-non-empty()；数有几项用 count(重复组)").format(name=name))
        return ["each", repeat, "" if name == repeat else name]
    return [node[0], *(gathered(part, inside, node[0]) if isinstance(part, list) else part for part in node[1:])]


def asks_position(node: Node) -> bool:
    """Whether it asks which entry of a repeat it is."""
    return node[0] == "position" or any(isinstance(part, list) and asks_position(part) for part in node[1:])


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, text: str, columns: Sequence[str] = ()) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.columns = columns
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
        node = self._product()
        while self._peek() in ("+", "-"):
            sign = self._take()[1]
            node = [sign, node, self._product()]
        return node

    def _product(self) -> Node:
        node = self._one()
        while self._peek() in ("*", "div", "mod"):
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
        if kind == "self" and words == ".":
            return ["self"]
        if words == "(":
            node = self._or()
            self._take(")")
            return node
        if words == "-" and self._peek().replace(".", "", 1).isdigit():
            return ["-", ["lit", 0], self._one()]
        return self._function(words)

    def _function(self, name: str) -> Node:
        if name in self.columns and self._peek() != "(":
            return ["col", name]
        if name not in FUNCTIONS and name != "position":
            raise Unsupported(_("不支持“{part}”").format(part=name))
        self._take("(")
        if name == "position":
            self._take("..")
            self._take(")")
            return [name]
        given: list[Node] = []
        while self._peek() != ")":
            if given:
                self._take(",")
            given.append(self._or())
        self._take(")")
        least, most = FUNCTIONS[name]
        if not least <= len(given) <= most:
            raise Unsupported(_("“{part}”的括号里应有 {n} 项").format(part=name, n=least if least == most else f"{least}–{most}"))
        return [name, *given]


def evaluate(node: Node, values: Mapping[str, Any], own: Any = None, today: str = "") -> Any:
    """The value of a condition for answers by name; `own` is the answer being judged (in a choice_filter the columns of the choice), `today`
    an ISO day. Empty answers are ''."""
    head, parts = node[0], node[1:]
    if head == "lit":
        return parts[0]
    if head == "col":
        return own.get(parts[0], "") if isinstance(own, Mapping) else ""
    if head in ("ref", "self"):
        found = own if head == "self" else values.get(parts[0])
        return "" if found is None else found
    if head in ("and", "or"):
        first = truth(evaluate(parts[0], values, own, today))
        return first if first == (head == "or") else truth(evaluate(parts[1], values, own, today))
    if head == "position":
        return values.get(POSITION, "")
    given: list[Any] = []
    for part in parts:
        given += _each(part, values) if part[0] == "each" else [evaluate(part, values, own, today)]
    return _apply(head, given, today)


def _each(node: Node, values: Mapping[str, Any]) -> list[Any]:
    """What the entries of a repeat answered, where they did."""
    _head, repeat, name = node
    return [entry[name] if name else entry for entry in values.get(repeat) or [] if not name or name in entry]


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
        case "if":
            return given[1] if truth(given[0]) else given[2]
        case "coalesce":
            return given[1] if given[0] in ("", []) else given[0]
        case "concat":
            return "".join(_text(one) for one in given)
        case "+" | "-" | "*" | "div" | "mod":
            first, second = (_number(one) or 0 for one in given)
            return reckoned(head, first, second)
        case "round" | "int" | "number" | "min" | "max":
            return _of_numbers(head, [_number(one) for one in given])
        case "sum":
            return _plain(sum(_number(one) or 0 for one in given))
        case "count" | "count-non-empty":
            return len([one for one in given if head == "count" or one not in ("", [])])
        case "join":
            return _text(given[0]).join(_text(one) for one in given[1:])
    return _compared(head, given[0], given[1])


def reckoned(sign: str, first: float, second: float) -> Any:
    """Two numbers; '' for what cannot be divided."""
    if sign in ("div", "mod"):
        if not second:
            return ""
        return _plain(first / second if sign == "div" else math.fmod(first, second))
    return _plain({"+": first + second, "-": first - second, "*": first * second}[sign])


def _of_numbers(head: str, given: Sequence[float | None]) -> Any:
    """What is no number counts for nothing; '' when none is left. Halves are rounded up, as the phone rounds."""
    if head in ("min", "max"):
        found = [one for one in given if one is not None]
        return _plain((min if head == "min" else max)(found)) if found else ""
    if given[0] is None or (len(given) > 1 and given[1] is None):
        return ""
    if head == "round":
        scale = 10.0 ** max(0, min(6, int(given[1] or 0))) if len(given) > 1 else 1.0
        return _plain(math.floor(given[0] * scale + 0.5) / scale)
    return _plain(float(math.trunc(given[0])) if head == "int" else given[0])


def _plain(number: float) -> float | int:
    """Whole numbers are written without a point, on the server as on the phone."""
    return int(number) if abs(number) < 1e15 and number == int(number) else number


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
    return str(_plain(value)) if isinstance(value, float) else str(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool | list):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value) else None


def truth(value: Any) -> bool:
    """Whether a value counts as true: not empty, not zero, not an empty list."""
    return bool(value)

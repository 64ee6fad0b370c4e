"""Headcount rules: arithmetic over named numbers, nothing else.

A rule is read into a tree once; what the tree may hold is listed here, so there is nothing to call, to reach
into or to import. The same tree gives the number, the names it leans on, and the rule in plain words.
"""

import ast
import math
import string
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

LONGEST = 200
DEEPEST = 20


class FormulaError(ValueError):
    """A rule that cannot be read or counted, with one sentence for whoever wrote it."""


def _ceil(value: float) -> float:
    # 0.1 * 30 is a hair above 3 in binary; a hair is nobody.
    return math.ceil(round(value, 9))


def _floor(value: float) -> float:
    return math.floor(round(value, 9))


FUNCTIONS: Mapping[str, Callable[..., float]] = {"ceil": _ceil, "floor": _floor, "min": min, "max": max, "round": round}
ONE_ARGUMENT = frozenset({"ceil", "floor", "round"})
ARITHMETIC: Mapping[type[ast.operator], tuple[str, int, Callable[[float, float], float]]] = {
    ast.Add: ("+", 1, lambda a, b: a + b),
    ast.Sub: ("−", 1, lambda a, b: a - b),
    ast.Mult: ("×", 2, lambda a, b: a * b),
    ast.Div: ("÷", 2, lambda a, b: a / b),
}
COMPARISONS: Mapping[type[ast.cmpop], tuple[str, Callable[[float, float], bool]]] = {
    ast.Lt: ("<", lambda a, b: a < b),
    ast.LtE: ("≤", lambda a, b: a <= b),
    ast.Gt: (">", lambda a, b: a > b),
    ast.GtE: ("≥", lambda a, b: a >= b),
    ast.Eq: ("=", lambda a, b: a == b),
}


@dataclass(frozen=True)
class Formula:
    """A rule that was read; `names` are the numbers that it leans on."""

    text: str
    tree: ast.expr
    names: frozenset[str]

    def value(self, values: Mapping[str, float]) -> float:
        """What it comes to. Raises FormulaError for a name without a number, a division by zero, no finite number."""
        try:
            result = _value(self.tree, values)
        except KeyError as error:
            raise FormulaError(_("不认识的名字 {name}").format(name=error.args[0])) from error
        except ZeroDivisionError as error:
            raise FormulaError(_("除以了零")) from error
        except OverflowError as error:
            raise FormulaError(_("数字太大")) from error
        if not math.isfinite(result):
            raise FormulaError(_("数字太大"))
        return result

    def words(self, shown: Mapping[str, str]) -> str:
        """The rule as people read it, each name shown as `shown` says."""
        return _words(self.tree, shown)[0]


def read_formula(text: str) -> Formula:
    """A rule from its text. Raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError(_("规则太长，请拆成几个 quantities"))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(_("规则“{text}”不成算式，请检查括号和运算符").format(text=text)) from error
    _check(tree, DEEPEST)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called)
    return Formula(text, tree, names)


def _check(node: ast.expr, depth: int) -> None:
    if depth == 0:
        raise FormulaError(_("规则套得太深，请拆成几个 quantities"))
    for child in _parts(node):
        _check(child, depth - 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """What an allowed node is made of. Raises FormulaError for any other node."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool) and math.isfinite(number):
            return []
        case ast.Name():
            return []
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            return [left, right]
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=orelse) if type(op) in COMPARISONS:
            return [left, right, body, orelse]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            if len(args) == 1 if name in ONE_ARGUMENT else len(args) >= 2:
                return args
            raise FormulaError(_("{name} 的参数个数不对").format(name=name))
    raise FormulaError(_("规则里不能用“{part}”。只能用数字、+ - * /、ceil、floor、round、min、max 和已定义的名字").format(part=ast.unparse(node)))


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=op, operand=operand):
            return -_value(operand, values) if isinstance(op, ast.USub) else _value(operand, values)
        case ast.BinOp(left=left, op=op, right=right):
            return ARITHMETIC[type(op)][2](_value(left, values), _value(right, values))
        case ast.IfExp(test=ast.Compare(left=left, ops=[sign], comparators=[right]), body=body, orelse=orelse):
            holds = COMPARISONS[type(sign)][1](_value(left, values), _value(right, values))
            return _value(body if holds else orelse, values)
        case ast.Call(func=ast.Name(id=name), args=args):
            return FUNCTIONS[name](*(_value(argument, values) for argument in args))
    raise FormulaError(ast.unparse(node))


def _words(node: ast.expr, shown: Mapping[str, str]) -> tuple[str, int]:
    """Words and how firmly they hold together (a sum 1, a product 2, anything else 3)."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return number_text(number), 3
        case ast.Name(id=name):
            return shown.get(name, name), 3
        case ast.UnaryOp(operand=operand):
            return f"−{_words(operand, shown)[0]}", 2
        case ast.BinOp(left=left, op=op, right=right):
            sign, rank, _count = ARITHMETIC[type(op)]
            (a, left_rank), (b, right_rank) = _words(left, shown), _words(right, shown)
            firm = right_rank > rank or (right_rank == rank and isinstance(op, ast.Add | ast.Mult))
            return f"{a if left_rank >= rank else f'({a})'} {sign} {b if firm else f'({b})'}", rank
        case ast.IfExp(test=ast.Compare(left=left, ops=[sign], comparators=[right]), body=body, orelse=orelse):
            a, b, yes, no = (_words(part, shown)[0] for part in (left, right, body, orelse))
            test = f"{a} {COMPARISONS[type(sign)][0]} {b}"
            return _("{test} 时 {yes}，否则 {no}").format(test=test, yes=yes, no=no), 0
        case ast.Call(func=ast.Name(id=name), args=args):
            inner = "、".join(_words(argument, shown)[0] for argument in args)
            return f"{function_words()[name]}({inner})", 3
    raise FormulaError(ast.unparse(node))


def function_words() -> dict[str, str]:
    """What each function is called on pages."""
    return {"ceil": _("进一取整"), "floor": _("舍尾取整"), "round": _("四舍五入"), "min": _("取小者"), "max": _("取大者")}


def number_text(value: float) -> str:
    """1,050 for 1050.0 and 2.32 for 2.32."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"


def check_template(template: str, names: Collection[str]) -> list[str]:
    """What is wrong with a text that names numbers in braces; empty when nothing is."""
    try:
        fields = [(field, spec, conversion) for _, field, spec, conversion in string.Formatter().parse(template) if field is not None]
    except ValueError:
        return [_("花括号没有配对")]
    wrong = [field for field, spec, conversion in fields if field not in names or spec or conversion]
    return [_("不认识 {{{field}}}").format(field=field) for field in wrong]


def evaluate(expression: str, values: Mapping[str, float]) -> int:
    """A headcount straight from a rule's text: whole people, at least none. Raises FormulaError."""
    return max(0, int(_ceil(read_formula(expression).value(values))))


def check_expression(expression: str, names: Collection[str]) -> list[str]:
    """What is wrong with a rule that stands alone, in sentences; empty when nothing is."""
    try:
        unknown = sorted(read_formula(expression).names - set(names))
        if not unknown:
            evaluate(expression, dict.fromkeys(names, 1000))
    except FormulaError as error:
        return [str(error)]
    known = "、".join(sorted(names))
    return [_("不认识的名字 {name}，可用：{names}").format(name=name, names=known) for name in unknown]

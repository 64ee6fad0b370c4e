"""Headcount rules: arithmetic and nothing else; never negative, never less for more households."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.playbooks.expressions import FormulaError, check_template, read_formula
from jimu.playbooks.headcount import count
from jimu.playbooks.library import shelf
from jimu.playbooks.terms import FACTS

SHIPPED = [(playbook, level) for playbook, _ in shelf().playbooks for level in playbook.levels]
numbers = st.integers(min_value=0, max_value=200_000)
facts = st.fixed_dictionaries({name: st.none() | numbers for name in FACTS})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 * ceil(households / 1800)", 2),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("max(0, households - 2000)", 0),
        ("min(households, 3)", 3),
        ("floor(2.9) + round(2.6)", 5),
        ("3 if households > 1000 else 1", 3),
        ("3 if households > 1050 else 1", 1),
        ("ceil(0.1 * 30)", 3),
        ("-(-4)", 4),
    ],
)
def test_arithmetic_is_done_as_it_is_written(text: str, value: float) -> None:
    assert read_formula(text).value({"households": 1050}) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')", "households.bit_length()", "households.__class__", "open('x')", "(lambda: 1)()", "[1, 2][0]",
        "{1: 2}", "'a' * 9", "f'{households}'", "9 ** 9 ** 9", "1 << 99", "not households", "True", "x := 5", "ceil", "ceil.real", "ceil()",
        "ceil(1, 2)", "max(1)", "round(1, ndigits=2)", "max(*households)", "1j", "None", "await x", "1 if True else 2", "1 < 2 < 3",
        "print(1)", "a = 1", "1; 2", "", "   ", "1e999", "households[0]", "(1, 2)", "eval('1')", "1 +", "7 // 2", "..." , "x" * 201, "(" * 150 + "1" + ")" * 149,
    ],
)  # fmt: skip
def test_nothing_else_can_be_written(text: str) -> None:
    with pytest.raises(FormulaError):
        read_formula(text).value({"households": 1050, "x": 1})


@given(st.text(alphabet="0123456789+-*/(). ,householdsceilmax_'[]{}:=<>", max_size=60))
def test_whatever_is_typed_comes_to_a_number_or_a_sentence(text: str) -> None:
    with suppress(FormulaError):
        assert math.isfinite(read_formula(text).value({"households": 7, "s": 1}))


def test_a_division_by_zero_and_a_number_past_all_bounds_are_sentences() -> None:
    with pytest.raises(FormulaError, match="除以了零"):
        read_formula("1 / households").value({"households": 0})
    with pytest.raises(FormulaError, match="数字太大"):
        read_formula("1e308 * 10").value({})


def test_a_formula_tells_the_names_it_leans_on() -> None:
    assert read_formula("ceil(households / gate) + max(blocks, 1)").names == {"households", "gate", "blocks"}


def test_a_formula_reads_as_words() -> None:
    shown = {"households": "户数", "gate": "每口 1,800 户"}
    assert read_formula("2 * ceil(households / gate)").words(shown) == "2 × 进一取整(户数 ÷ 每口 1,800 户)"
    assert read_formula("(households - 1) * 2 / (gate + 1)").words(shown) == "(户数 − 1) × 2 ÷ (每口 1,800 户 + 1)"
    assert read_formula("households / (gate / 2)").words(shown) == "户数 ÷ (每口 1,800 户 ÷ 2)"
    assert read_formula("1 if households < 300 else 2").words(shown) == "户数 < 300 时 1，否则 2"


def test_a_reason_may_name_numbers_and_nothing_inside_them() -> None:
    assert check_template("{households} 户", ["households"]) == []
    for text in ("{households.real}", "{households[0]}", "{households!r}", "{households:>99999}", "{}", "{0}"):
        assert check_template(text, ["households"]), text


@pytest.mark.parametrize(("playbook", "level"), SHIPPED, ids=lambda value: getattr(value, "name", value))
@given(known=facts)
def test_every_shipped_rule_gives_whole_people_on_every_neighborhood(playbook, level, known) -> None:
    found = count(playbook, level, known)
    assert all(isinstance(need.needed, int) and need.needed > 0 and 0 < len(need.reason) <= 200 for need in found.needs)
    told = {need.rule.code for need in found.needs} | {left.rule.code for left in found.left_out}
    assert told <= {post.code for post in playbook.posts_at(level)}


@pytest.mark.parametrize(("playbook", "level"), SHIPPED, ids=lambda value: getattr(value, "name", value))
@given(known=st.fixed_dictionaries(dict.fromkeys(FACTS, numbers)), more=numbers, which=st.sampled_from(sorted(FACTS)))
def test_more_of_anything_never_asks_for_fewer_people(playbook, level, known, more, which) -> None:
    def seats(values):
        return {(n.rule.code, n.shift_code): n.needed for n in count(playbook, level, values).needs}

    few, many = seats(known), seats({**known, which: known[which] + more})
    assert all(many.get(key, 0) >= needed for key, needed in few.items())

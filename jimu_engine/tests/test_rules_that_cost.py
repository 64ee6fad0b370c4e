"""Soft rules: what they cost, and that the solver prices a roster as the checker does."""

import pytest

from jimu_engine import History, Problem, check, rules
from jimu_engine.tests.cases import costs, person, problem, roster, shift

TWO = (person("li"), person("wu"))


def cost(case: Problem, taken: dict[str, object]) -> float:
    """The cost without empty seats, once both sides agree on it."""
    seen, reckoned = costs(case, taken)  # type: ignore[arg-type]
    assert seen == pytest.approx(reckoned)
    return seen - check(case, roster(taken)).by_rule.get("cover", 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(("taken", "expected"), [({}, 30), ({"s": "li"}, 20), ({"s": ("li", "wu")}, 10)])
def test_every_empty_seat_costs_what_its_shift_says(taken: dict[str, object], expected: float) -> None:
    case = problem([shift("s", required=3, under=10)], [*TWO, person("he")])
    assert costs(case, taken) == (expected, expected)  # type: ignore[arg-type]


def test_without_the_rule_of_cover_an_empty_seat_costs_nothing() -> None:
    case = Problem(1, TWO, (shift("s", required=3, under=10),), (rules.Continuity(),))
    assert costs(case, {}) == (0, 0)


def test_seats_of_a_requested_shift_cost_nothing() -> None:
    assert costs(problem([shift("s", requested=True)]), {}) == (0, 0)


def test_one_with_two_shifts_costs_more_than_two_with_one_each() -> None:
    case = problem([shift("s", 0), shift("t", 1)], TWO, rule=rules.Fairness(unit=240))
    assert cost(case, {"s": "li", "t": "li"}) == 4
    assert cost(case, {"s": "li", "t": "wu"}) == 2


def test_load_of_the_past_makes_the_next_hour_dearer() -> None:
    tired = person("li", history=History(load=240))
    case = problem([shift("s")], [tired, person("wu")], rule=rules.Fairness(unit=240))
    assert cost(case, {"s": "li"}) == 3
    assert cost(case, {"s": "wu"}) == 1


def test_the_unit_of_load_goes_by_kind() -> None:
    case = problem([shift("s")], [person(kinds=("cadre",))], rule=rules.Fairness(unit=240, by_kind={"cadre": 480}))
    assert cost(case, {"s": "li"}) == 0.25


@pytest.mark.parametrize(("posts", "expected"), [
    (frozenset(), 1), (frozenset({("a", "gate")}), 1), (frozenset({("a", "gate"), ("a", "desk")}), 0), (frozenset({("z", "none")}), 2),
])  # fmt: skip
def test_each_further_post_costs(posts: frozenset[tuple[str, str]], expected: float) -> None:
    who = person(history=History(posts=posts))
    case = problem([shift("s", 0), shift("t", 1, kind="desk"), shift("u", 2)], [who], rule=rules.Continuity(1.0))
    assert cost(case, {"s": "li", "t": "li", "u": "li"}) == expected


def test_the_same_post_elsewhere_is_another_post() -> None:
    case = problem([shift("s", 0), shift("t", 1, place="b")], rule=rules.Continuity(1.0))
    assert cost(case, {"s": "li", "t": "li"}) == 1
    assert cost(problem([shift("s", 0), shift("t", 1)], rule=rules.Continuity(1.0)), {"s": "li", "t": "li"}) == 0


def test_wishes_and_reluctance_have_their_price() -> None:
    who = person(reluctance=0.5, wishes={"t": 3.0, "u": -2.0, "gone": 9.0})
    case = problem([shift("s", 0), shift("t", 1), shift("u", 2)], [who], rule=rules.Wishes(2.0))
    assert cost(case, {"s": "li"}) == 1
    assert cost(case, {"t": "li"}) == 7
    assert cost(case, {"u": "li"}) == -3


def test_a_broken_promise_costs_once_whoever_comes_instead() -> None:
    case = problem([shift("s"), shift("t", 1)], TWO, rule=rules.Stability(2.0), published=frozenset({("s", "li"), ("t", "wu")}))
    assert cost(case, {"s": "li", "t": "wu"}) == 0
    assert cost(case, {"s": "wu", "t": "wu"}) == 2
    assert cost(case, {}) == 4


def test_a_promise_about_what_is_gone_costs_nothing() -> None:
    case = problem([shift("s")], rule=rules.Stability(2.0), published=frozenset({("gone", "li"), ("s", "moved away")}))
    assert cost(case, {"s": "li"}) == 0


def test_every_rule_has_a_file_of_its_own_and_a_sentence() -> None:
    files = [rule.__module__ for rule in rules.RULES.values()]
    assert len(set(files)) == len(files)
    assert all(rule.sentence and rule.__doc__ for rule in rules.RULES.values())
    assert [rule.hard for rule in rules.standard()] == sorted((rule.hard for rule in rules.standard()), reverse=True)

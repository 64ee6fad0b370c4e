"""Rules about one person and one shift: the checker and the solver say the same, on each side of the line."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from jimu_engine import Person, Problem, Shift, Window, check, rules
from jimu_engine.index import Index
from jimu_engine.tests.cases import HOUR, both_sides, codes, person, problem, roster, shift
from jimu_engine.tests.worlds import problems

ALLOWED, FORBIDDEN = (True, True), (False, False)
FREE = (Window(8 * HOUR, 10 * HOUR), Window(10 * HOUR, 12 * HOUR))
# On loan from 8 to 12: until then, and from then on, only elsewhere than at b.
LENT = {"": (Window(8 * HOUR, 12 * HOUR),), "b": (Window(-9 * HOUR, 8 * HOUR), Window(12 * HOUR, 99 * HOUR))}

CASES = [
    ("all qualifications", rules.Qualified(), person(qualifications=frozenset("xy")), shift("s", qualifications=frozenset("xy")), True),
    ("one qualification missing", rules.Qualified(), person(qualifications=frozenset("x")), shift("s", qualifications=frozenset("xy")), False),
    ("a qualification that ends when the shift begins", rules.Qualified(), person(qualifications=frozenset("x"), expires={"x": 8 * HOUR}), shift("s", start=8, qualifications=frozenset("x")), False),
    ("a qualification that ends in the middle of the shift", rules.Qualified(), person(qualifications=frozenset("x"), expires={"x": 9 * HOUR}), shift("s", start=8, qualifications=frozenset("x")), True),
    ("another qualification that has ended", rules.Qualified(), person(qualifications=frozenset("xy"), expires={"y": 0}), shift("s", start=8, qualifications=frozenset("x")), True),
    ("nothing asked", rules.Qualified(), person(), shift("s"), True),
    ("the right kind", rules.RightKind(), person(kinds=("member", "cadre")), shift("s", kinds=frozenset({"cadre"})), True),
    ("the wrong kind", rules.RightKind(), person(kinds=("member",)), shift("s", kinds=frozenset({"cadre"})), False),
    ("any kind", rules.RightKind(), person(), shift("s"), True),
    ("medic on a shift of the roster", rules.OwnCommand(), person(kinds=("medic",)), shift("s"), False),
    ("member on a shift of the roster", rules.OwnCommand(), person(kinds=("member", "medic")), shift("s"), True),
    ("at home", rules.AllowedPlace(), person(places=frozenset("ab")), shift("s", place="b"), True),
    ("elsewhere", rules.AllowedPlace(), person(places=frozenset("ab")), shift("s", place="c"), False),
    ("anywhere", rules.AllowedPlace(), person(), shift("s", place="c"), True),
    ("on loan, at the borrower's", rules.OpenPlace(), person(closed=LENT), shift("s", start=8, place="b"), True),
    ("on loan, at home", rules.OpenPlace(), person(closed=LENT), shift("s", start=8, place="a"), False),
    ("on loan, and the shift outlasts the term", rules.OpenPlace(), person(closed=LENT), shift("s", start=10, place="b"), False),
    ("before the loan, at home", rules.OpenPlace(), person(closed=LENT), shift("s", start=4, place="a"), True),
    ("after the loan, at the borrower's", rules.OpenPlace(), person(closed=LENT), shift("s", start=12, place="b"), False),
    ("free all the while", rules.Available(), person(available=FREE), shift("s", start=8, hours=4), True),
    ("free but for the end", rules.Available(), person(available=FREE), shift("s", start=9, hours=4), False),
    ("a gap between two windows", rules.Available(), person(available=FREE[:1]), shift("s", start=8, hours=4), False),
    ("away when it starts", rules.Available(), person(unavailable=(Window(0, 8 * HOUR),)), shift("s", start=8), True),
    ("away in the middle", rules.Available(), person(unavailable=(Window(9 * HOUR, 10 * HOUR),)), shift("s", start=8), False),
    ("no nights, by night", rules.Limits(), person(limits=frozenset({"no_night"})), shift("s", start=22, hours=8), False),
    ("no nights, by day", rules.Limits(), person(limits=frozenset({"no_night"})), shift("s"), True),
    ("no nights, an evening with one hour of night", rules.Limits(), person(limits=frozenset({"no_night"})), shift("s", start=19, hours=4), True),
    ("nothing heavy, heavy", rules.Limits(), person(limits=frozenset({"no_heavy"})), shift("s", heavy=True), False),
    ("no suit, in a suit", rules.Limits(), person(limits=frozenset({"no_suit"})), shift("s", suit=True), False),
    ("no suit, without", rules.Limits(), person(limits=frozenset({"no_suit"})), shift("s"), True),
    ("nothing heavy, light", rules.Limits(), person(limits=frozenset({"no_heavy"})), shift("s"), True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rule", "who", "what", "allowed"), CASES, ids=[case[0] for case in CASES])
def test_both_sides_draw_the_same_line(name: str, rule: rules.PairRule, who: Person, what: Shift, allowed: bool) -> None:
    case = problem([what], [who], rule=rule)
    assert both_sides(case, {}, ("s", "li")) == (ALLOWED if allowed else FORBIDDEN)
    assert codes(check(case, roster({"s": "li"}))) == (set() if allowed else {rule.code})


@pytest.mark.parametrize(("name", "rule", "who", "what", "allowed"), CASES, ids=[case[0] for case in CASES])
def test_without_the_rule_nothing_is_forbidden(name: str, rule: rules.PairRule, who: Person, what: Shift, allowed: bool) -> None:
    # If this failed, a case above would be forbidden by something else than the rule it names.
    other = rules.Qualified() if rule.code != "qualification" else rules.RightKind()
    assert both_sides(problem([what], [who], rule=other), {}, ("s", "li")) == ALLOWED


@pytest.mark.parametrize(("name", "rule", "who", "what", "allowed"), CASES, ids=[case[0] for case in CASES])
def test_each_rule_shuts_out_by_itself_whom_it_forbids(name: str, rule: rules.PairRule, who: Person, what: Shift, allowed: bool) -> None:
    # Beside the rule other parts of the index may shut people out too (its pool of a place); the rule must not lean on them.
    index, li = Index(problem([what], [who], rule=rule)), np.array([0])
    assert rule.blocks(index, 0, li).tolist() == [not allowed] == [rule.forbids(who, what)]
    assert index.eligible(0, li).tolist() == [allowed]


@pytest.mark.parametrize("asked", [True, False])
def test_what_is_requested_is_shut_to_everybody_by_the_rule_itself(asked: bool) -> None:
    case = problem([shift("s", requested=asked)], [person("li"), person("wu", kinds=("medic",))], rule=rules.RequestedOnly())
    assert rules.RequestedOnly().blocks(Index(case), 0, np.arange(2)).tolist() == [asked, asked]
    assert Index(case).eligible(0, np.arange(2)).tolist() == [not asked, not asked]


def test_a_requested_shift_is_never_filled_and_its_seats_are_not_open() -> None:
    case = problem([shift("s", requested=True)], rule=rules.RequestedOnly())
    by_hand = check(case, roster({"s": "li"}))
    assert (codes(by_hand), by_hand.filled_seats, by_hand.feasible) == ({"requested"}, 0, False)
    assert check(case, roster({})).feasible
    assert check(case, roster({})).open_seats == 0
    assert check(case, roster({})).objective == 0
    assert both_sides(case, {}, ("s", "li")) == FORBIDDEN


def test_people_of_another_command_take_shifts_requested_from_it() -> None:
    medic = person(kinds=("medic",))
    assert not check(problem([shift("s", requested=True)], [medic], rule=rules.OwnCommand()), roster({"s": "li"})).hard
    assert check(problem([shift("s")], [medic], rule=rules.OwnCommand()), roster({"s": "li"})).hard
    for asked in (True, False):
        index = Index(problem([shift("s", requested=asked)], [medic, person("wu")], rule=rules.OwnCommand()))
        assert rules.OwnCommand().blocks(index, 0, np.arange(2)).tolist() == [not asked, False]


@given(problems(most_seats=8, most_people=5))
@settings(max_examples=80, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_shifts_that_are_alike_to_a_rule_block_the_same_people(case: Problem) -> None:
    index = Index(case)
    everybody = np.arange(len(case.people))
    for rule in index.pair_rules:
        seen: dict[object, list[bool]] = {}
        for s in range(len(case.shifts)):
            look, blocked = rule.looks_at(index, s), rule.blocks(index, s, everybody).tolist()
            assert look is None or seen.setdefault(look, blocked) == blocked, rule.code


@given(problems(most_seats=8, most_people=5))
@settings(max_examples=80, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_candidates_are_those_whom_every_rule_allows_where_somebody_is_wanted(case: Problem) -> None:
    index = Index(case)
    ptr, person, _ = index.candidates
    everybody = np.arange(len(case.people))
    for s, wanted in enumerate(index.required):
        assert person[ptr[s] : ptr[s + 1]].tolist() == everybody[index.eligible(s, everybody) & bool(wanted)].tolist()

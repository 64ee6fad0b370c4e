"""Advice on a roster: recommend, why a seat is open, repair, what one relaxation does, what if."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from jimu_engine import (
    Advisor,
    BadProblem,
    BadRoster,
    History,
    Person,
    Problem,
    Reason,
    Roster,
    check,
    recommend,
    repair,
    rules,
    solve,
)
from jimu_engine.explain import explain
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import HOUR, person, problem, roster, shift
from jimu_engine.tests.worlds import problems
from jimu_engine.what_if import scaled, what_if

quiet = settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
names = tuple(person(name) for name in ("li", "wu", "he"))


@quiet
@given(problems(most_seats=6, most_people=5), st.data())
def test_recommended_are_exactly_those_whom_the_checker_would_pass(case: Problem, data: st.DataObject) -> None:
    now = solve(case, stop=MaxRounds(1), with_bound=False).roster
    wanted = data.draw(st.sampled_from(case.shifts))
    assume(len(now.on(wanted.id)) < wanted.required or wanted.requested)
    found = recommend(case, now, wanted.id, limit=99)
    # A novice could stand there beside a veteran, and is no substitute for one.
    able = [p for p in case.people if p.id not in now.on(wanted.id) and not p.novice & wanted.qualifications]
    passed = {p.id for p in able if not check(case, Roster.of([*now.pairs(), (wanted.id, p.id)])).hard}
    assert {candidate.person for candidate in found.candidates} == passed
    assert sum(found.kept_off.values()) == len(case.people) - len(passed)
    before = check(case, now).objective
    for candidate in found.candidates:
        after = check(case, Roster.of([*now.pairs(), (wanted.id, candidate.person)])).objective
        assert after - before == pytest.approx(candidate.cost - wanted.under)
    assert [c.cost for c in found.candidates] == sorted(c.cost for c in found.candidates)


def test_asked_of_some_people_the_answer_is_that_of_all_without_the_others() -> None:
    case = problem([shift("s", 0, 8), shift("t", 0, 9)], names, rule=rules.standard())
    advisor = Advisor(case, roster({"t": "li"}))
    everybody = advisor.recommend("s")
    some = advisor.recommend("s", among=["he", "li", "nobody"])
    assert [c for c in everybody.candidates if c.person == "he"] == list(some.candidates)
    assert (everybody.kept_off, some.kept_off) == ({"rest": 1}, {"rest": 1})
    assert advisor.recommend("s", among=[]).candidates == ()


def test_the_others_are_counted_under_the_first_rule_that_keeps_them_off() -> None:
    people = [person("free"), person("far", places=frozenset({"b"})), person("unfit"), person("busy", qualifications=frozenset("x"))]
    people[0] = person("free", qualifications=frozenset("x"))
    case = problem([shift("s", 0, 8, qualifications=frozenset("x")), shift("t", 0, 14)], people, rule=rules.standard())
    found = recommend(case, roster({"t": "busy"}), "s")
    assert [candidate.person for candidate in found.candidates] == ["free"]
    assert found.kept_off == {"qualification": 2, "rest": 1}


def test_nobody_is_recommended_for_a_requested_shift() -> None:
    case = problem([shift("s", requested=True)], names, rule=rules.standard())
    assert recommend(case, Roster({}), "s").kept_off == {"requested": 3}


def test_reasons_speak_of_rest_post_and_hours() -> None:
    case = problem([shift("s", 0), shift("t", 1)], names, rule=rules.standard())
    advisor = Advisor(case, roster({"s": "li"}))
    by_name = {c.person: c.reasons for c in advisor.recommend("t").candidates}
    assert by_name["li"] == (Reason("load", 240), Reason("rested", 20 * HOUR), Reason("knows_post"))
    assert by_name["wu"] == (Reason("load", 0),)
    assert advisor.why_here("s", "li") == (Reason("load", 0),)
    assert {c.person: c.reasons for c in advisor.recommend("t").candidates} == by_name


def test_reasons_know_what_was_before_the_roster() -> None:
    who = person(history=History(last_end=-2 * HOUR, posts=frozenset({("a", "gate")})), reluctance=0.5)
    case = problem([shift("s", 0, 10, qualifications=frozenset("x"))], [replace(who, qualifications=frozenset("x")), person("wu", qualifications=frozenset("x"))])
    first, other = sorted(recommend(case, Roster({}), "s").candidates, key=lambda c: c.person)
    assert first.reasons == (Reason("load", 0), Reason("rested", 12 * HOUR), Reason("knows_post"), Reason("qualified", 1), Reason("times_unknown"))
    assert other.reasons == (Reason("load", 0), Reason("qualified", 1))


def test_a_shift_that_ends_when_the_next_begins_leaves_no_rest() -> None:
    case = problem([shift("s", 0, 8, 4), shift("t", 0, 12), shift("u", 0, 18)], names[:1])
    reasons = {r.code: r.value for r in recommend(case, roster({"s": "li"}), "t").candidates[0].reasons}
    assert reasons["rested"] == 0


def test_as_many_as_asked_for_are_named_the_cheapest_first_and_then_by_name() -> None:
    tired = person("an", history=History(load=480))
    case = problem([shift("s", required=2)], [*names, tired], rule=rules.Fairness())
    assert [c.person for c in recommend(case, Roster({}), "s", limit=9).candidates] == ["he", "li", "wu", "an"]
    assert [c.person for c in recommend(case, Roster({}), "s", limit=2).candidates] == ["he", "li"]


def test_the_nearest_to_an_open_seat_are_those_with_least_to_do() -> None:
    people = [person(name, limits=frozenset({"no_heavy"})) for name in ("an", "bo", "cy")]
    case = problem([shift("s", heavy=True, required=2), shift("t", 1), shift("u", 2)], [*people, person("di")], rule=rules.standard())
    found = Advisor(case, roster({"s": "di", "t": "an", "u": "an"})).why_open("s", nearest=2)
    assert (found.missing, found.nearest, found.relax) == (1, (("bo", "limits"), ("cy", "limits")), ("limits", 3))
    # Whoever is on the shift already is kept off by nothing that could be relaxed.
    assert found.kept_off == {"limits": 3, "twice": 1}
    assert "di" not in {name for name, _ in Advisor(case, roster({"s": "di"})).why_open("s", nearest=9).nearest}


def test_of_several_rules_the_first_is_told() -> None:
    both = person("both", limits=frozenset({"no_night"}), available=())
    case = problem([shift("s", 0, 22, 8)], [both], rule=rules.standard())
    found = Advisor(case, Roster({})).why_open("s")
    assert (found.kept_off, found.relax, found.nearest) == ({"availability": 1}, None, ())


def test_why_open_names_the_nearest_and_the_rule_that_alone_keeps_them_off() -> None:
    people = [person("night", limits=frozenset({"no_night"})), person("both", limits=frozenset({"no_night"}), available=()), person("away", available=())]
    case = problem([shift("s", 0, 22, 8)], people, rule=rules.standard())
    found = Advisor(case, Roster({})).why_open("s")
    assert (found.missing, found.relax) == (1, ("availability", 1)) or found.relax == ("limits", 1)
    assert set(found.nearest) == {("night", "limits"), ("away", "availability")}
    assert Advisor(case, Roster({})).would_break("s", "both") == ("availability", "limits")


@quiet
@given(problems(most_seats=8, most_people=6), st.data())
def test_repair_takes_out_only_what_it_must(case: Problem, data: st.DataObject) -> None:
    gone = {data.draw(st.sampled_from(case.people)).id}
    case = case.replace(pinned=frozenset(pair for pair in case.pinned if pair[1] not in gone))
    now = solve(case, stop=MaxRounds(2), with_bound=False).roster
    since = data.draw(st.sampled_from((0, 24 * HOUR)))
    done = repair(case, now, gone=gone, since=since)
    late = {s.id for s in case.shifts if s.start >= since}
    assert not {(s, p) for s, p in done.roster.pairs() if s in late and p in gone}
    assert {(s, p) for s, p in now.pairs() if s not in late} <= set(done.roster.pairs())
    assert not done.report.hard
    must = {(s, p) for s, p in now.pairs() if s in late and p in gone}
    people, shifts = case.person_at, case.shift_at
    alone = {(s, p) for s, p in done.removed - must if case.people[people[p]].novice & case.shifts[shifts[s]].qualifications}
    # Whoever else is taken off a seat was moved to another one; a novice may have lost their veteran.
    assert {p for _, p in done.removed - must - alone} <= {p for _, p in done.added}
    assert done.report.filled_seats >= len(list(now.pairs())) - len(must) - len(alone)


@quiet
@given(problems(most_seats=8, most_people=6))
def test_repair_adds_but_never_moves_when_nobody_is_gone(case: Problem) -> None:
    now = solve(case, stop=MaxRounds(2), with_bound=False).roster
    assert not repair(case, now, depth=0).removed


def test_repair_moves_somebody_only_where_nobody_is_free() -> None:
    skilled = [person("li", qualifications=frozenset("x")), person("wu", qualifications=frozenset("x")), person("he")]
    case = problem([shift("s", 0, 8, qualifications=frozenset("x")), shift("t", 0, 9)], skilled, rule=rules.standard())
    now = roster({"s": "li", "t": "wu"})
    done = repair(case, now, gone={"li"})
    assert done.roster == roster({"s": "wu", "t": "he"})
    assert done.removed == {("s", "li"), ("t", "wu")}
    assert repair(case, now, gone={"li"}, depth=0).roster == roster({"t": "wu"})


def test_a_place_that_closed_is_cleared() -> None:
    case = problem([shift("s"), shift("t", 1)], [person("li", places=frozenset({"b"})), person("wu")], rule=rules.standard())
    done = repair(case, roster({"s": "li"}))
    assert done.removed == {("s", "li")}
    assert done.roster == roster({"s": "wu", "t": "wu"})


def test_the_relaxation_that_fills_most_comes_first() -> None:
    people = [person("li", limits=frozenset({"no_heavy"})), person("wu", limits=frozenset({"no_heavy"})), person("he", available=())]
    case = problem([shift("s", heavy=True, required=3), shift("t", 1)], people, rule=rules.standard())
    found = explain(case, roster({"t": "li"}))
    assert found.open_seats == 3
    assert [(each.rule, each.filled) for each in found.relaxations] == [("limits", 2), ("availability", 1)]
    assert [seat.shift for seat in found.shifts] == ["s"]
    assert explain(case.replace(shifts=()), Roster({})).relaxations == ()


def test_relaxations_of_the_body_are_marked() -> None:
    case = problem([shift("s", 0, 8), shift("t", 0, 14)], rule=rules.MinimumRest(660))
    (only,) = explain(case, roster({"s": "li"})).relaxations
    assert (only.rule, only.bodily, only.filled) == ("rest", True, 1)


def test_more_people_of_a_kind_fill_what_their_kind_can() -> None:
    case = problem([shift("s", required=3, kinds=frozenset({"cadre"}))], [person("li", kinds=("cadre",))], rule=rules.standard())
    now = roster({"s": "li"})
    assert what_if(case, now, more={"cadre": 1}).filled_more == 1
    assert what_if(case, now, more={"cadre": 5}).open_more == -2
    assert what_if(case, now, more={"member": 5}).filled_more == 0
    here = Person("", ("cadre",), places=frozenset({"elsewhere"}))
    assert what_if(case, now, more={"cadre": 5}, like={"cadre": here}).filled_more == 0


def test_more_demand_opens_seats_and_less_closes_them() -> None:
    case = problem([shift(f"s{i}", i, required=2) for i in range(4)], names[:2], rule=rules.standard())
    now = roster({f"s{i}": ("li", "wu") for i in range(4)})
    assert what_if(case, now, demand=0.5).after.open_seats == 4
    assert what_if(case, now, demand=-0.5).after.filled_seats == 4
    assert what_if(case, now).after.open_seats == 0


@pytest.mark.parametrize(("factor", "seats"), [(1.0, 10), (1.1, 11), (1.25, 13), (0.5, 5), (0.0, 0), (2.0, 20)])
def test_seats_are_scaled_without_a_drift(factor: float, seats: int) -> None:
    shifts = tuple(shift(f"s{i}", i % 14, required=1) for i in range(10))
    assert sum(each.required for each in scaled(shifts, factor)) == seats


@pytest.mark.parametrize("change", [{"demand": float("nan")}, {"demand": -1.5}, {"more": {"cadre": -1}}])
def test_a_change_that_means_nothing_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadProblem):
        what_if(problem([shift("s")]), Roster({}), **change)  # type: ignore[arg-type]


def test_a_strangers_roster_is_refused_everywhere() -> None:
    case, stranger = problem([shift("s")]), roster({"gone": "li"})
    # To repair, a shift that went is news like any other: only people must be known.
    for ask in (lambda: repair(case, roster({"s": "nobody"})), lambda: repair(case, roster({"gone": "nobody"})), lambda: explain(case, stranger), lambda: what_if(case, stranger)):
        with pytest.raises(BadRoster):
            ask()


def test_nobody_is_recommended_twice() -> None:
    case = problem([shift("s", required=2), *(shift(f"t{i}", i + 1) for i in range(3))], names, rule=rules.standard())
    for who, where in product(names, ("s", "t0")):
        found = [c.person for c in recommend(case, roster({where: who.id}), "s").candidates]
        assert len(found) == len(set(found))
        assert (who.id in found) == (where != "s")

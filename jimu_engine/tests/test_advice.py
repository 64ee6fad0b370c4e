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

pytestmark = pytest.mark.slow
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
    before = check(case, now)
    for candidate in found.candidates:
        after = check(case, Roster.of([*now.pairs(), (wanted.id, candidate.person)]))
        assert after.objective - before.objective == pytest.approx(candidate.cost - wanted.under)
        # Rule by rule too, so that what is told is why.
        told = {"cover": -wanted.under, **candidate.by_rule}
        for code in {*told, *after.by_rule}:
            assert after.by_rule.get(code, 0.0) - before.by_rule.get(code, 0.0) == pytest.approx(told.get(code, 0.0)), code
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


def test_reasons_know_the_team_that_somebody_is_with_by_another_shift_or_was_with_before() -> None:
    case = problem([shift("s", 0, team="x"), shift("t", 1, team="x"), shift("u", 2)], [*names[:2], person("he", history=History(teams=frozenset("x")))], rule=rules.standard())
    advisor = Advisor(case, roster({"s": "li"}))
    told = {name: {c.person for c in advisor.recommend(name).candidates if Reason("same_team") in c.reasons} for name in "tu"}
    assert told == {"t": {"li", "he"}, "u": set()}


def test_putting_somebody_by_hand_would_break_what_they_may_not_and_what_they_have_already() -> None:
    case = problem([shift("s"), shift("t", 0, 14, heavy=True)], [person("li", limits=frozenset({"no_heavy"})), person("wu")], rule=rules.standard())
    advisor = Advisor(case, roster({"s": "li"}))
    assert [advisor.would_break("t", name) for name in ("li", "wu")] == [("limits", "rest"), ()]
    assert advisor.would_break("s", "wu") == ()


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


def test_seats_missing_are_those_of_the_shift_that_is_asked_about() -> None:
    case = problem([shift("full"), shift("half", 1, required=4)], names, rule=rules.standard())
    advisor = Advisor(case, roster({"full": "li", "half": ("li", "wu", "he")}))
    assert (advisor.why_open("full").missing, advisor.why_open("half").missing) == (0, 1)


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


def test_open_shifts_are_explained_dearest_first_then_by_start_then_by_name_and_no_more_than_asked_for() -> None:
    shifts = [shift("late", 1, under=5.0), shift("b", under=5.0), shift("a", under=5.0), shift("dear", 2, under=9.0), shift("theirs", requested=True), shift("full", 3)]
    case = problem(shifts, [person("li", available=())], rule=rules.standard())
    found = explain(case, roster({"full": "li"}))
    assert [seat.missing for seat in found.shifts] == [1] * 4
    assert ([seat.shift for seat in found.shifts], found.open_seats) == (["dear", "a", "b", "late"], 4)
    assert [seat.shift for seat in explain(case, roster({"full": "li"}), at_most=3).shifts] == ["dear", "a", "b"]


def test_what_can_be_filled_as_it_is_counts_for_no_relaxation() -> None:
    case = problem([shift("s"), shift("heavy", heavy=True)], [person("free"), person("weak", limits=frozenset({"no_heavy"}), available=())], rule=rules.standard())
    # Both at once: one of them is filled as it is, the other by whoever is away.
    assert [(each.rule, each.filled) for each in explain(case, Roster({})).relaxations] == [("availability", 1)]
    assert [each.rule for each in explain(case.replace(shifts=case.shifts[1:]), Roster({})).relaxations] == []


def test_the_seat_that_fewest_can_take_is_filled_first_so_that_no_relaxation_seems_needed() -> None:
    shifts = [shift("plain"), shift("skilled", qualifications=frozenset("x"))]
    case = problem(shifts, [person("able", qualifications=frozenset("x")), person("dear", reluctance=0.5)], rule=rules.standard())
    assert explain(case, Roster({})).relaxations == ()
    two = explain(case.replace(people=(*case.people[1:], person("other"))), Roster({}))
    assert [(each.rule, each.filled) for each in two.relaxations] == [("qualification", 1)]


def test_what_only_costs_is_no_rule_to_relax_though_without_it_more_seats_were_found_filled() -> None:
    # Whoever would rather not come is asked last: so the first two seats take away whom the third needs.
    able = {"an": "xy", "bo": "xz", "cy": "yz"}
    people = [person(name, qualifications=frozenset(able[name]), history=History(load=240 if name == "bo" else 0)) for name in able]
    case = problem([shift(f"s{skill}", qualifications=frozenset(skill)) for skill in "xyz"], people, rule=(rules.Qualified(), rules.MinimumRest(), rules.Fairness(), rules.Wishes()))
    assert explain(case, Roster({})).relaxations == ()
    reluctant = case.replace(people=(replace(people[0], reluctance=9.0), *people[1:]))
    assert {each.rule for each in explain(reluctant, Roster({})).relaxations} == {"qualification"}


def test_relaxations_are_tried_with_everybody_where_they_stand_even_against_a_rule() -> None:
    shifts = [shift("plain"), shift("skilled", qualifications=frozenset("x")), shift("heavy", 1, heavy=True)]
    weak = {"limits": frozenset({"no_heavy"})}
    case = problem(shifts, [person("able", qualifications=frozenset("x"), **weak), person("other", **weak)], rule=rules.standard())
    # Whoever could fill the open seat stands on the other.
    found = explain(case, roster({"plain": "able"})).relaxations
    assert [(each.rule, each.filled) for each in found] == [("limits", 1), ("qualification", 1)]
    # Put there by hand: the seat is taken.
    found = explain(case, roster({"plain": "able", "skilled": "other"})).relaxations
    assert [(each.rule, each.filled) for each in found] == [("limits", 1)]


def test_of_relaxations_that_fill_as_many_those_of_the_body_come_last_and_the_others_by_name() -> None:
    people = [person("far", places=frozenset({"b"}), qualifications=frozenset("x")), person("away", available=(), qualifications=frozenset("x")), person("unfit")]
    found = explain(problem([shift("s", qualifications=frozenset("x"))], people, rule=rules.standard()), Roster({}))
    assert [(each.rule, each.filled) for each in found.relaxations] == [("availability", 1), ("qualification", 1), ("place", 1)]


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
    assert what_if(case, now, more={"cadre": 0}).problem == case
    here = Person("", ("cadre",), places=frozenset({"elsewhere"}))
    assert what_if(case, now, more={"cadre": 5}, like={"cadre": here}).filled_more == 0


def test_newcomers_come_as_their_kind_first_and_else_as_whom_they_are_like() -> None:
    like = Person("", ("member", "cadre"), frozenset("x"), limits=frozenset({"no_night"}))
    found = what_if(problem([shift("s")]), Roster({}), more={"medic": 1, "cadre": 2}, like={"cadre": like}).problem.people[1:]
    assert [(p.id, p.kinds) for p in found] == [("new:cadre:0", ("cadre", "member")), ("new:cadre:1", ("cadre", "member")), ("new:medic:0", ("medic",))]
    assert [(p.qualifications, p.limits) for p in found] == [(like.qualifications, like.limits)] * 2 + [(frozenset(), frozenset())]


@pytest.mark.parametrize(("demand", "seats"), [(-1, 0), (0, 2), (10, 22)])
def test_demand_changes_from_nothing_left_to_eleven_times(demand: float, seats: int) -> None:
    case = problem([shift("s", required=2)], names, rule=rules.standard())
    assert what_if(case, roster({"s": ("li", "wu")}), demand=demand).problem.seats == seats
    for beyond in (-1.01, 10.01):
        with pytest.raises(BadProblem):
            what_if(case, Roster({}), demand=beyond)


def test_what_rounding_leaves_is_carried_on_within_a_post_alone() -> None:
    shifts = tuple(shift(f"s{i}", i, kind=kind, place=place) for i, (kind, place) in enumerate(product(("gate", "desk"), "ab")))
    assert [each.required for each in scaled(shifts + shifts, 1.5)] == [2, 2, 2, 2, 1, 1, 1, 1]
    assert [each.required for each in scaled(shifts + shifts, 0.5)] == [1, 1, 1, 1, 0, 0, 0, 0]


def test_more_demand_opens_seats_and_less_closes_them() -> None:
    case = problem([shift(f"s{i}", i, required=2) for i in range(4)], names[:2], rule=rules.standard())
    now = roster({f"s{i}": ("li", "wu") for i in range(4)})
    assert what_if(case, now, demand=0.5).after.open_seats == 4
    assert what_if(case, now, demand=-0.5).after.filled_seats == 4
    assert what_if(case, now).after.open_seats == 0


def test_what_if_ends_when_it_is_told_to() -> None:
    case, asked = problem([shift(f"s{i}", i) for i in range(4)], names, rule=rules.standard()), list[int]()

    def at_once(rounds: int, best: float, bound: float) -> bool:
        asked.append(rounds)
        return True

    assert what_if(case, Roster({}), stop=lambda: at_once).after.hard == ()
    assert asked


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

"""What is told of somebody beside a seat: their wishes, promises, rhythm, what they were promised, and what they would have to leave."""

from dataclasses import replace

import pytest

from jimu_engine import Advisor, History, Problem, Reason, Roster, recommend, rules
from jimu_engine.problem import Days
from jimu_engine.recommend import Candidate
from jimu_engine.tests.cases import person, problem, roster, shift

posted = History(posts=frozenset({("a", "gate")}))
teamed = History(teams=frozenset({"x"}))


def only(case: Problem, now: Roster, seat: str = "s") -> Candidate:
    """The one candidate of a problem of one person."""
    (found,) = recommend(case, now, seat).candidates
    return found


def of(rule: rules.Rule, *shifts: object, **about: object) -> Problem:
    return problem(list(shifts), [person("li", **about)], rule=rule)  # type: ignore[arg-type]


@pytest.mark.parametrize(("wish", "reason"), [(-2.0, Reason("wished", 2.0)), (2.0, Reason("unwished", 2.0)), (0.0, None)])
def test_a_wish_is_told_for_what_it_is(wish: float, reason: Reason | None) -> None:
    found = only(of(rules.Wishes(weight=3), shift("s"), wishes={"s": wish}), Roster({}))
    assert found.reasons == (Reason("load"), *([reason] if reason else []))
    assert (found.cost, found.by_rule) == (3 * wish, {"wishes": 3 * wish} if wish else {})


def test_whoever_is_asked_last_costs_as_a_wish_does_and_is_told_apart_from_it() -> None:
    found = only(of(rules.Wishes(), shift("s"), wishes={"s": -1.0}, reluctance=0.5), Roster({}))
    assert found.by_rule == {"wishes": -0.5}
    assert found.reasons[1:] == (Reason("wished", 1), Reason("times_unknown"))


@pytest.mark.parametrize("published", [{("s", "li")}, {("t", "li")}])
def test_a_promise_is_told_on_its_own_seat_alone(published: set[tuple[str, str]]) -> None:
    case = of(rules.Stability(weight=4), shift("s"), shift("t", 1)).replace(published=frozenset(published))
    found = only(case, Roster({}))
    kept = ("s", "li") in published
    assert (Reason("promised") in found.reasons, found.by_rule) == (kept, {"stability": -4} if kept else {})


@pytest.mark.parametrize(("kind", "told", "cost"), [("desk", [Reason("new_post")], {"continuity": 7}), ("gate", [Reason("knows_post")], {})])
def test_another_post_is_told_only_of_who_knows_one(kind: str, told: list[Reason], cost: dict[str, float]) -> None:
    case = of(rules.Continuity(weight=7), shift("s", kind=kind), history=posted)
    found = only(case, Roster({}))
    assert ([*found.reasons[1:]], found.by_rule) == (told, cost)
    fresh = case.replace(people=(replace(case.people[0], history=History()),))
    assert (only(fresh, Roster({})).reasons, only(fresh, Roster({})).by_rule) == ((Reason("load"),), {})


@pytest.mark.parametrize(("team", "told", "cost"), [("y", [Reason("new_team")], {"team": 5}), ("x", [Reason("same_team")], {}), ("", [], {})])
def test_another_team_is_told_only_of_who_was_with_one(team: str, told: list[Reason], cost: dict[str, float]) -> None:
    found = only(of(rules.SameTeam(weight=5), shift("s", team=team), history=teamed), Roster({}))
    assert ([*found.reasons[1:]], found.by_rule) == (told, cost)


def test_days_that_a_rhythm_gains_or_loses_are_counted() -> None:
    two_on = of(rules.Rhythm(weight=2), shift("s", 3), shift("t", 2), rhythm=Days(least_on=2))
    alone, beside = only(two_on, Roster({})), only(two_on, roster({"t": "li"}))
    assert (alone.reasons[-1], alone.by_rule) == (Reason("off_rhythm", 1), {"rhythm": 2})
    assert (beside.reasons[-1], beside.by_rule) == (Reason("on_rhythm", 1), {"rhythm": -2})
    assert only(two_on.replace(people=(person("li"),)), Roster({})).by_rule == {}


@pytest.mark.parametrize(("least", "told", "cost"), [(3, [Reason("owed", 2)], {"least_shifts": -6}), (1, [], {})])
def test_shifts_agreed_on_and_still_owed_are_told(least: int, told: list[Reason], cost: dict[str, float]) -> None:
    case = of(rules.LeastShifts(weight=6), shift("s", 2), shift("t"), shifts_of={"gate": (least, 9)})
    found = only(case, roster({"t": "li"}))
    assert ([r for r in found.reasons if r.code == "owed"], found.by_rule) == (told, cost)


def test_what_no_rule_pays_for_is_no_reason() -> None:
    case = of(rules.MinimumRest(60), shift("s", kind="desk", team="y"), history=History(posts=posted.posts, teams=teamed.teams), rhythm=Days(least_on=2), shifts_of={"desk": (2, 9)})
    assert only(case, Roster({})) == Candidate("li", 0.0, (Reason("load"),), {})


def test_hours_cost_more_the_more_somebody_has() -> None:
    case = of(rules.Fairness(), shift("s", 1), shift("t"))
    fresh, tired = only(case, Roster({})), only(case, roster({"t": "li"}))
    assert set(fresh.by_rule) == set(tired.by_rule) == {"fairness"}
    assert tired.cost == tired.by_rule["fairness"] > fresh.by_rule["fairness"] == fresh.cost


def test_who_is_on_the_seat_is_told_what_spoke_for_them_before() -> None:
    case = of(rules.LeastShifts(), shift("s"), shifts_of={"gate": (1, 9)})
    assert Advisor(case, roster({"s": "li"})).why_here("s", "li") == (Reason("load"), Reason("owed", 1))

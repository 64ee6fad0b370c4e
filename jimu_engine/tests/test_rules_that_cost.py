"""Soft rules: what they cost, and that the solver prices a roster as the checker does."""

import pytest

from jimu_engine import History, Problem, check, recommend, rules, solve
from jimu_engine.problem import Days
from jimu_engine.rules.base import View
from jimu_engine.stop import MaxRounds
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
    assert {each.person: each.cost for each in recommend(case, roster({"s": "li"}), "t").candidates} == {"li": 3, "wu": 1}


def test_load_of_the_past_makes_the_next_hour_dearer() -> None:
    tired = person("li", history=History(load=240))
    case = problem([shift("s")], [tired, person("wu")], rule=rules.Fairness(unit=240))
    assert cost(case, {"s": "li"}) == 3
    assert cost(case, {"s": "wu"}) == 1


def test_load_promised_after_the_horizon_makes_the_next_hour_dearer_as_that_of_the_past_does() -> None:
    case = problem([shift("s")], [person("li", promised=240, history=History(load=240)), person("wu")], rule=rules.Fairness(unit=240))
    assert cost(case, {"s": "li"}) == 5
    assert cost(case, {"s": "wu"}) == 1
    assert solve(case, stop=MaxRounds(2)).roster == roster({"s": "wu"})


@pytest.mark.parametrize(("taken", "expected"), [({}, 4), ({"s": "li"}, 2), ({"s": "li", "t": "li"}, 0), ({"s": "li", "t": "li", "v": "li"}, 0), ({"u": "li"}, 4), ({"s": "wu"}, 4)])
def test_each_shift_of_a_post_too_few_costs(taken: dict[str, object], expected: float) -> None:
    shifts = [shift("s", 0), shift("t", 1, place="b"), shift("u", 2, kind="desk"), shift("v", 3)]
    case = problem(shifts, [person("li", shifts_of={"gate": (2, 9)}), person("wu")], rule=rules.LeastShifts(2.0))
    assert cost(case, taken) == expected


@pytest.mark.parametrize(("worked", "least", "saved"), [("", 1, 2), ("g", 1, 0), ("g", 2, 2), ("dd", 1, 2), ("gd", 1, 0), ("gg", 3, 2), ("gg", 2, 0)])
def test_one_more_shift_of_a_post_saves_as_long_as_somebody_has_too_few_of_it(worked: str, least: int, saved: float) -> None:
    shifts = [shift(f"{n}", n, kind={"g": "gate", "d": "desk"}[post]) for n, post in enumerate(worked)]
    people = [person("an", shifts_of={"gate": (0 if saved else 9, 9)}), person(shifts_of={"desk": (2, 9), "gate": (least, 9)})]
    case, now = problem([*shifts, shift("last", 9)], people, rule=rules.LeastShifts(2.0)), {f"{n}": "li" for n in range(len(worked))}
    assert cost(case, now) - cost(case, {**now, "last": "li"}) == saved
    assert {each.person: each.cost for each in recommend(case, roster(now), "last").candidates}["li"] == -saved


def test_shifts_of_a_post_that_is_not_there_are_missed_whoever_works() -> None:
    case = problem([shift("s")], [person(shifts_of={"elsewhere": (1, 1)})], rule=rules.LeastShifts(2.0))
    assert (cost(case, {}), cost(case, {"s": "li"})) == (2, 2)


def test_who_has_too_few_shifts_of_a_post_is_asked_first_though_they_did_more() -> None:
    keen = person("li", shifts_of={"gate": (1, 1)}, history=History(load=240))
    case = problem([shift("s")], [keen, person("wu")], rule=(rules.Fairness(unit=240), rules.LeastShifts(5.0)))
    assert solve(case, stop=MaxRounds(2)).roster == roster({"s": "li"})


#: (worked days of seven, history, least on, least off, most off, days missed)
RHYTHMS = [
    ("0000000", None, 3, 3, None, 0), ("0010000", None, 2, 1, None, 1), ("0010000", None, 1, 1, None, 0), ("1000001", None, 3, 1, None, 0),
    ("0100110", None, 3, 1, None, 3), ("1101111", None, 1, 2, None, 1), ("0111110", None, 1, 3, None, 0), ("1101101", None, 1, 3, None, 4),
    ("0000000", None, 0, 0, 5, 2), ("0001000", None, 0, 0, 2, 2), ("1010101", None, 0, 0, 1, 0), ("0010000", None, 0, 0, 2, 2),
    ("1000000", {-1}, 3, 1, None, 1), ("1000000", {-3, -2, -1}, 4, 1, None, 0), ("0100000", {-1}, 1, 2, None, 1), ("0010000", {-1}, 1, 3, None, 1),
    ("0000000", {-1}, 3, 1, None, 0), ("0001111", {-5}, 1, 1, 6, 1), ("1000000", set(range(-7, 0)), 9, 1, None, 0), ("0111111", {-3, -1}, 3, 5, None, 4),
    ("1000000", set(range(-5, 0)), 7, 1, None, 1),
]  # fmt: skip


@pytest.mark.parametrize(("worked", "past", "on", "off", "most", "expected"), RHYTHMS)
def test_days_that_miss_a_rhythm_cost(worked: str, past: set[int] | None, on: int, off: int, most: int | None, expected: float) -> None:
    who = person(rhythm=Days(least_on=on, least_off=off, most_off=most), history=History(days=frozenset(past or ())))
    shifts = [shift(f"d{d}", d) for d in range(7)]
    case = problem(shifts, [who, person("wu")], rule=rules.Rhythm(1.0), days=7)
    now = {f"d{d}": "li" for d in range(7) if worked[d] == "1"}
    assert cost(case, now) == expected
    for free in {s.id for s in shifts} - now.keys():
        more = {each.person: each.cost for each in recommend(case, roster(now), free).candidates}
        assert more == {"li": cost(case, {**now, free: "li"}) - expected, "wu": 0}
    assert cost(case, {f"d{d}": "wu" for d in range(7) if worked[d] == "1"}) == cost(case, {})


def test_a_solver_gives_somebody_their_days_together() -> None:
    two = [person(name, rhythm=Days(least_on=2, least_off=2)) for name in ("li", "wu")]
    case = problem([shift(f"d{d}", d) for d in range(8)], two, rule=(rules.Rhythm(5.0), rules.Fairness(0.01)), days=8)
    assert solve(case, seed=1, stop=MaxRounds(40)).report.by_rule.get("rhythm", 0.0) == 0


@pytest.mark.parametrize(("teams", "expected"), [(frozenset(), 1), (frozenset("x"), 1), (frozenset("xy"), 0), (frozenset("z"), 2)])
def test_each_further_team_costs(teams: frozenset[str], expected: float) -> None:
    who = person(history=History(teams=teams))
    shifts = [shift("r", 0), shift("s", 1, team="x"), shift("t", 2, team="y"), shift("u", 3, team="x")]
    case = problem(shifts, [who], rule=rules.SameTeam(1.0))
    assert cost(case, {"r": "li", "s": "li", "t": "li", "u": "li"}) == expected


def test_a_shift_of_no_team_is_nobodys_change_of_team() -> None:
    case = problem([shift("s", 0), shift("t", 1, team="x")], [person()], rule=rules.SameTeam(1.0))
    assert cost(case, {"s": "li", "t": "li"}) == 0


def test_a_solver_leaves_people_with_their_team_and_says_so() -> None:
    two = [person("li", history=History(teams=frozenset("x"))), person("wu", history=History(teams=frozenset("y")))]
    case = problem([shift("s", team="y"), shift("t", team="x", place="b")], two, rule=(rules.SameTeam(1.0), rules.MinimumRest()))
    assert solve(case, stop=MaxRounds(3)).roster == roster({"s": "wu", "t": "li"})
    first, other = recommend(case, roster({}), "s").candidates
    assert (first.person, other.person) == ("wu", "li")
    assert ["same_team" in {reason.code for reason in each.reasons} for each in (first, other)] == [True, False]


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


@pytest.mark.parametrize("worked", ["", "s", "t", "st"])
@pytest.mark.parametrize("known", ["", "x", "y", "z", "xy"])
def test_one_more_shift_costs_what_it_adds_of_posts_and_teams(worked: str, known: str) -> None:
    posts = {"x": ("a", "gate"), "y": ("b", "gate"), "z": ("c", "gate")}
    history = History(posts=frozenset(posts[name] for name in known), teams=frozenset(known))
    people = [person("an", history=History(posts=frozenset(posts.values()), teams=frozenset("xz"))), person(history=history)]
    shifts = [shift("s"), shift("t", 1, place="b", team="y"), shift("u", 2, team="x")]
    case, now = problem(shifts, people, rule=(rules.Continuity(1.0), rules.SameTeam(8.0))), dict.fromkeys(worked, "li")
    more = {each.person: each.cost for each in recommend(case, roster(now), "u").candidates}
    assert more == {who: cost(case, {**now, "u": who}) - cost(case, now) for who in ("an", "li")}


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


ALL = {"s": "li", "t": "li", "u": "li"}


@pytest.mark.parametrize(("rule", "who", "fields", "kept", "missed", "price"), [
    (rules.Cover(), {}, {}, ALL, {"s": "li", "t": "wu"}, 10), (rules.LeastShifts(), {"shifts_of": {"gate": (1, 1)}}, {}, {"s": "li"}, {"s": "wu"}, 1),
    (rules.Continuity(), {}, {}, {"s": "li"}, ALL, 0.05), (rules.SameTeam(), {}, {}, {"t": "li"}, ALL, 0.05), (rules.Rhythm(), {"rhythm": Days(most_off=13)}, {}, {"s": "li"}, {}, 0.5),
    (rules.Wishes(), {"wishes": {"t": 1.0}}, {}, {"s": "li"}, {"t": "li"}, 1), (rules.Stability(), {}, {"published": frozenset({("s", "li")})}, {"s": "li"}, {"s": "wu"}, 2),
])  # fmt: skip
def test_what_is_missed_once_is_told_once_with_its_price_and_what_is_kept_not_at_all(rule: rules.Rule, who: dict, fields: dict, kept: dict, missed: dict, price: float) -> None:
    case = problem([shift("s"), shift("t", 1, place="b", team="x"), shift("u", 2, team="y")], [person(**who), TWO[1]], rule=rule, **fields)
    kept_told, (breach,) = ([*rule.breaches(View(case, roster(taken), roster(taken).by_person(case)))] for taken in (kept, missed))
    assert kept_told == []
    assert (breach.rule, breach.hard, breach.amount, breach.cost) == (rule.code, False, 1, price)


def test_every_rule_has_a_file_of_its_own_and_a_sentence() -> None:
    files = [rule.__module__ for rule in rules.RULES.values()]
    assert len(set(files)) == len(files)
    assert all(rule.sentence and rule.__doc__ for rule in rules.RULES.values())
    assert [rule.hard for rule in rules.standard()] == sorted((rule.hard for rule in rules.standard()), reverse=True)

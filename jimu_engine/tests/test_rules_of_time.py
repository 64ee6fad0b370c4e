"""Rules about what a person does beside one shift: rest, nights, suits, caps. One case on each side of each line."""

from dataclasses import replace

import pytest

from jimu_engine import History, Person, Problem, Roster, Window, check, rules
from jimu_engine.problem import Days
from jimu_engine.tests.cases import DAY, HOUR, both_sides, codes, person, problem, roster, shift

ALLOWED, FORBIDDEN = (True, True), (False, False)


def days(*numbers: int, start: float = 8, hours: float = 4, **fields: object) -> list[object]:
    return [shift(f"d{n}", n, start, hours, **fields) for n in numbers]


def line(case: Problem, last: str) -> tuple[bool, bool]:
    """Everything but one shift is worked by Li; may the last be added?"""
    return both_sides(case, {s.id: "li" for s in case.shifts if s.id != last}, (last, "li"))


@pytest.mark.parametrize(("start", "allowed"), [(23, True), (22.5, False), (12, False), (7, False)])
def test_rest_between_two_shifts(start: float, allowed: bool) -> None:
    case = problem([shift("first", 0, 8, 4), shift("next", 0, start, 4)], rule=rules.MinimumRest(660))
    assert line(case, "next") == (ALLOWED if allowed else FORBIDDEN)
    assert line(case, "first") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("last_end", "allowed"), [(-3 * HOUR, True), (-2 * HOUR, False), (None, True)])
def test_rest_counts_what_was_before_the_horizon(last_end: int | None, allowed: bool) -> None:
    case = problem([shift("s", 0, 8)], [person(history=History(last_end=last_end))], rule=rules.MinimumRest(660))
    assert line(case, "s") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("worked", "last", "allowed"), [
    ((0, 1, 2, 3, 4), 5, True), ((0, 1, 2, 3, 4, 5), 6, False), ((1, 2, 3, 5, 6, 7), 4, False), ((0, 1, 2, 4, 5, 6), 8, True),
])  # fmt: skip
def test_one_free_day_in_any_seven(worked: tuple[int, ...], last: int, allowed: bool) -> None:
    assert line(problem(days(*worked, last), rule=rules.WeeklyRestDay()), f"d{last}") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("past", "allowed"), [(range(-6, 0), False), (range(-5, 0), True), ((-7, -6, -5, -4, -2, -1), True)])
def test_the_free_day_counts_the_days_before(past: range | tuple[int, ...], allowed: bool) -> None:
    case = problem(days(0), [person(history=History(days=frozenset(past)))], rule=rules.WeeklyRestDay())
    assert line(case, "d0") == (ALLOWED if allowed else FORBIDDEN)


def test_a_night_takes_the_day_it_ends_on() -> None:
    nights = [*days(0, 1, 2, 3, 4), shift("night", 5, 22, 8)]
    assert line(problem(nights, rule=rules.WeeklyRestDay()), "night") == FORBIDDEN
    assert line(problem([*nights[:-1], shift("night", 5, 14, 8)], rule=rules.WeeklyRestDay()), "night") == ALLOWED


@pytest.mark.parametrize(("worked", "last", "allowed"), [((0,), 1, True), ((0, 1), 2, False), ((0, 2), 1, False), ((0, 1), 3, True)])
def test_nights_in_a_row(worked: tuple[int, ...], last: int, allowed: bool) -> None:
    case = problem(days(*worked, last, start=22, hours=8), rule=rules.NightsInRow(2))
    assert line(case, f"d{last}") == (ALLOWED if allowed else FORBIDDEN)


def test_days_between_nights_do_not_count_as_nights() -> None:
    assert line(problem(days(0, 1, 2, start=8), rule=rules.NightsInRow(2)), "d2") == ALLOWED


@pytest.mark.parametrize(("nights", "most", "allowed"), [((-2, -1), 2, False), ((-1,), 2, True), ((-3, -2), 2, True), (range(-7, 0), 8, True), (range(-7, 0), 7, False)])
def test_nights_before_the_horizon_count(nights: tuple[int, ...] | range, most: int, allowed: bool) -> None:
    case = problem(days(0, start=22, hours=8), [person(history=History(nights=frozenset(nights)))], rule=rules.NightsInRow(most))
    assert line(case, "d0") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("start", "suit", "allowed"), [
    (10.4, True, False), (10.5, True, True), (10.4, False, True), (22, True, True), (5, True, False), (4, True, True),
])  # fmt: skip
def test_minutes_in_a_suit_without_a_pause(start: float, suit: bool, allowed: bool) -> None:
    case = problem([shift("first", 1, 7, 3, suit=True), shift("next", 1, round(start * 12) / 12, 2, suit=suit)], rule=rules.SuitStint(240, 30, 600))
    assert line(case, "next") == (ALLOWED if allowed else FORBIDDEN)
    assert line(case, "first") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("start", "allowed"), [(13.25, False), (13.5, True)])
def test_a_shift_between_two_others_joins_them_to_one_stint(start: float, allowed: bool) -> None:
    # The pause is missing on both sides of the middle, or on one of them only.
    case = problem([shift("a", 0, 8, 2, suit=True), shift("c", 0, start, 2, suit=True), shift("b", 0, 10.25, 2.75, suit=True)], rule=rules.SuitStint(300, 30, 900))
    assert line(case, "b") == (ALLOWED if allowed else FORBIDDEN)
    assert line(case, "a") == line(case, "c") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("pause", "allowed"), [(60, False), (15, True)])
def test_a_stint_goes_on_past_midnight(pause: int, allowed: bool) -> None:
    case = problem([shift("late", 0, 20, 3.75, suit=True), shift("early", 1, 0.25, 2, suit=True)], rule=rules.SuitStint(240, pause))
    assert line(case, "early") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("worn", "start", "allowed"), [
    ([(-130, -10)], 0.25, False), ([(-125, -5)], 0.25, False), ([(-120, -10)], 0.25, True), ([(-130, -10)], 1 / 3, True),
    # Two before that follow each other without the pause are one; with it the earlier one counts no more.
    ([(-80, -10), (-150, -100)], 0.25, False), ([(-80, -10), (-170, -110)], 0.25, True),
    ([(-130, -10), (-300, -200)], 0.25, False),
    # Two at once, the later of which ends first.
    ([(-130, -10), (-60, -45)], 0.25, False),
    # One that began before the horizon and ends in it.
    ([(-80, 40)], 1, False), ([(-80, 40)], 1.25, True), ([], 0, True),
])  # fmt: skip
def test_a_stint_counts_what_was_worn_before_the_horizon(worn: list[tuple[int, int]], start: float, allowed: bool) -> None:
    who = [person(history=History(suits=tuple(Window(*span) for span in worn)))]
    case = problem([shift("s", 0, round(start * 12) / 12, 2 + 1 / 12, suit=True)], who, rule=rules.SuitStint(240, 30))
    assert line(case, "s") == (ALLOWED if allowed else FORBIDDEN)
    assert line(case.replace(shifts=tuple(replace(s, suit=False) for s in case.shifts)), "s") == ALLOWED


def test_a_stint_from_before_the_horizon_goes_on_from_shift_to_shift() -> None:
    who = [person(history=History(suits=(Window(-60, -10),)))]
    case = problem([shift("a", 0, 0.25, 1.5, suit=True), shift("b", 0, 2, 2, suit=True)], who, rule=rules.SuitStint(240, 30))
    assert line(case, "b") == line(case, "a") == FORBIDDEN
    assert line(case.replace(people=(person(),)), "b") == ALLOWED
    (breach,) = check(case, roster({"a": "li", "b": "li"})).hard
    assert (breach.shifts, breach.amount) == (("a", "b"), 50 + 90 + 120 - 240)


def test_minutes_in_a_suit_before_the_horizon_are_of_the_day_they_began_on_and_too_many_of_them_nobodys_to_mend() -> None:
    who = [person(history=History(suits=(Window(-600, -20),)))]
    case = problem([shift("s", 0, 0.25, 4, suit=True)], who, rule=rules.SuitStint(300, 30, 240))
    assert line(case, "s") == ALLOWED
    case = problem([shift("s", 0, 0, 1, suit=True)], who, rule=rules.SuitStint(300, 30, 240))
    assert line(case, "s") == FORBIDDEN
    assert not check(case, Roster({})).hard


def test_one_shift_in_a_suit_may_be_too_long_by_itself() -> None:
    assert line(problem([shift("s", hours=4, suit=True)], rule=rules.SuitStint(240, 30, 600)), "s") == ALLOWED
    assert line(problem([shift("s", hours=4.25, suit=True)], rule=rules.SuitStint(240, 30, 600)), "s") == FORBIDDEN


@pytest.mark.parametrize(("last", "kind", "allowed"), [(2, "gate", False), (2, "desk", True)])
def test_most_shifts_of_a_post(last: int, kind: str, allowed: bool) -> None:
    who = person(shifts_of={"gate": (0, 2), "elsewhere": (0, 0)})
    # The same post at another place is the same kind of work.
    case = problem([*days(0), *days(1, place="b"), shift("d2", last, kind=kind)], [who], rule=rules.MostShifts())
    assert line(case, "d2") == (ALLOWED if allowed else FORBIDDEN)
    assert line(case.replace(people=(person(),)), "d2") == ALLOWED
    assert line(case.replace(rules=(rules.Cover(),)), "d2") == ALLOWED


@pytest.mark.parametrize(("worked", "most", "allowed"), [("gg", 2, False), ("gg", 3, True), ("g", 2, True), ("gdd", 2, True), ("ddg", 1, False), ("dd", 0, False)])
def test_only_shifts_of_one_post_and_of_one_person_count_up_to_their_most(worked: str, most: int, allowed: bool) -> None:
    shifts = [shift(f"{n}", n, kind={"g": "gate", "d": "desk"}[post]) for n, post in enumerate(worked)]
    people = [person("an", shifts_of={"gate": (0, 0 if allowed else 9)}), person(shifts_of={"desk": (0, 2), "gate": (0, most)})]
    assert line(problem([*shifts, shift("last", 9)], people, rule=rules.MostShifts()), "last") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("worked", "last", "most", "allowed"), [
    ((0, 1), 2, 3, True), ((0, 1), 2, 2, False), ((0, 2), 1, 2, False), ((0, 1), 3, 2, True), ((0, 1), 2, None, True), ((), 0, 0, False),
])  # fmt: skip
def test_days_in_a_row_of_one_person(worked: tuple[int, ...], last: int, most: int | None, allowed: bool) -> None:
    case = problem(days(*worked, last), [person(rhythm=Days(most_on=most))], rule=rules.DaysOn())
    assert line(case, f"d{last}") == (ALLOWED if allowed else FORBIDDEN)
    assert line(case.replace(people=(person(),)), f"d{last}") == ALLOWED


@pytest.mark.parametrize(("past", "most", "allowed"), [((-2, -1), 2, False), ((-1,), 2, True), ((-3, -2), 2, True), (range(-7, 0), 8, True), (range(-7, 0), 7, False)])
def test_days_in_a_row_of_one_person_count_those_before(past: tuple[int, ...] | range, most: int, allowed: bool) -> None:
    who = person(rhythm=Days(most_on=most), history=History(days=frozenset(past)))
    assert line(problem(days(0), [who], rule=rules.DaysOn()), "d0") == (ALLOWED if allowed else FORBIDDEN)


def test_a_night_is_two_days_in_a_row_for_who_may_work_one() -> None:
    who = [person(rhythm=Days(most_on=1))]
    assert line(problem([shift("night", 3, 22, 8)], who, rule=rules.DaysOn()), "night") == FORBIDDEN
    assert line(problem([shift("night", 3, 14, 8)], who, rule=rules.DaysOn()), "night") == ALLOWED


@pytest.mark.parametrize(("suit", "day", "allowed"), [(True, 0, False), (False, 0, True), (True, 1, True)])
def test_minutes_in_a_suit_a_day(suit: bool, day: int, allowed: bool) -> None:
    case = problem([shift("first", 0, 6, 4, suit=True), shift("next", day, 14, 2, suit=suit)], rule=rules.SuitStint(240))
    assert line(case, "next") == line(case, "first") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("hours", "kind", "allowed"), [(4, "member", True), (4.5, "member", False), (4.5, "cadre", True)])
def test_minutes_a_day_by_kind(hours: float, kind: str, allowed: bool) -> None:
    rule = rules.DailyCap(480, {"cadre": 600})
    case = problem([shift("first", 0, 6, 4), shift("next", 0, 14, hours)], [person(kinds=(kind,))], rule=rule)
    assert line(case, "next") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("last", "allowed"), [(6, False), (7, True)])
def test_minutes_of_any_seven_days(last: int, allowed: bool) -> None:
    case = problem(days(0, 1, 2, 3, 4, last), rule=rules.WeeklyCap(20 * HOUR, 7))
    assert line(case, f"d{last}") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("last", "allowed"), [(6, False), (7, True)])
def test_days_of_any_seven(last: int, allowed: bool) -> None:
    case = problem(days(0, 1, 2, 3, 4, last), rule=rules.WeeklyCap(99 * HOUR, 5))
    assert line(case, f"d{last}") == (ALLOWED if allowed else FORBIDDEN)


def test_two_shifts_on_one_day_are_one_day() -> None:
    case = problem([*days(0, 1, 2, 3, 4), shift("twice", 4, 20, 2)], rule=rules.WeeklyCap(99 * HOUR, 5))
    assert line(case, "twice") == ALLOWED


@pytest.mark.parametrize(("past", "allowed"), [({-6: 240}, False), ({-7: 240}, True), ({-1: 240}, False), ({}, True)])
def test_the_week_before_counts(past: dict[int, int], allowed: bool) -> None:
    case = problem(days(0), [person(history=History(minutes_by_day=past))], rule=rules.WeeklyCap(7 * HOUR, 7))
    assert line(case, "d0") == (ALLOWED if allowed else FORBIDDEN)


@pytest.mark.parametrize(("rule", "first", "start", "who"), [
    (rules.NightsInRow(1), 12, 22, {}), (rules.DaysOn(), 12, 8, {"rhythm": Days(most_on=1)}), (rules.WeeklyRestDay(), 7, 8, {}),
    (rules.WeeklyCap(26 * HOUR, 7), 7, 8, {}), (rules.WeeklyCap(99 * HOUR, 6), 7, 8, {}),
])  # fmt: skip
def test_the_last_days_of_the_horizon_count(rule: rules.Rule, first: int, start: float, who: dict) -> None:
    case = problem(days(*range(first, 14), start=start), [person(**who)], rule=rule, days=14)
    assert line(case, "d13") == FORBIDDEN
    assert line(case.replace(shifts=case.shifts[1:]), "d13") == ALLOWED


@pytest.mark.parametrize(("rule", "first", "who"), [(rules.DaysOn(), 13, {"rhythm": Days(most_on=1)}), (rules.WeeklyRestDay(), 8, {})])
def test_the_day_after_the_horizon_counts_where_a_night_ends_on_it(rule: rules.Rule, first: int, who: dict) -> None:
    case = problem([*days(*range(first, 13)), shift("night", 13, 22, 8)], [person(**who)], rule=rule, days=14)
    assert line(case, "night") == FORBIDDEN
    assert line(case.replace(shifts=(*case.shifts[:-1], shift("night", 13, 14, 8))), "night") == ALLOWED


def test_a_week_that_only_the_past_overfilled_forbids_nothing_later() -> None:
    who: Person = person(history=History(minutes_by_day={-6: 700, -5: 700}))
    assert line(problem(days(2), [who], rule=rules.WeeklyCap(20 * HOUR, 7)), "d2") == ALLOWED


def test_what_is_pinned_must_stay() -> None:
    case = problem([shift("s"), shift("t", 1)], [person("li"), person("wu")], rule=rules.Pinned(), pinned=frozenset({("s", "li")}))
    (breach,) = check(case, roster({"s": "wu"})).hard
    assert (breach.rule, breach.person, breach.shifts, breach.amount, breach.cost) == ("pinned", "li", ("s",), 1, 0)
    assert not check(case, roster({"s": "li"})).hard


def test_a_shift_takes_no_more_people_than_seats_and_nobody_twice() -> None:
    case = problem([shift("s", required=2)], [person(n) for n in ("li", "wu", "he")])
    assert not check(case, roster({"s": ("li", "wu")})).hard
    assert codes(check(case, roster({"s": ("li", "wu", "he")}))) == {"cover"}
    assert codes(check(case, Roster({"s": ("li", "li")}))) == {"cover"}


def test_a_breach_names_the_person_and_the_shifts() -> None:
    case = problem([shift("a", 0, 8), shift("b", 0, 14)], rule=rules.MinimumRest(660))
    (breach,) = check(case, roster({"a": "li", "b": "li"})).hard
    assert (breach.person, breach.shifts, breach.amount, breach.cost) == ("li", ("a", "b"), 660 - 120, 0)


@pytest.mark.parametrize(("rule", "shifts", "who", "amount"), [
    (rules.WeeklyRestDay(), days(0, 1, 2, 3, 4, 5, 6, 7), {}, [1, 2]),
    (rules.NightsInRow(1), days(0, 1, 2, start=22, hours=8), {}, [1, 2]),
    (rules.WeeklyCap(8 * HOUR, 7), days(0, 1, 2), {}, [240] * 5),
    (rules.WeeklyCap(99 * HOUR, 1), days(0, 1, 2), {}, [1, *[2] * 5, 1]),
    (rules.DailyCap(300), days(0), {}, []),
    (rules.DailyCap(200), days(0), {}, [40]),
    (rules.DailyCap(239), days(0), {}, [1]),
    (rules.WeeklyRestDay(), days(0), {"history": History(days=frozenset(range(-7, 0)))}, [2]),
    (rules.MinimumRest(660), days(0), {"history": History(last_end=-2 * HOUR)}, [60]),
    (rules.AllowedPlace(), days(0, 1), {"places": frozenset("b")}, [1, 1]),
    (rules.SuitStint(200, 30, 900), days(0, suit=True), {}, [40]),
    (rules.SuitStint(900, 30, 210), days(0, suit=True), {}, [30]),
    (rules.MostShifts(), days(0, 1, 2), {"shifts_of": {"gate": (0, 1)}}, [2]),
    (rules.DaysOn(), days(0, 1, 2), {"rhythm": Days(most_on=1)}, [1, 2]),
])  # fmt: skip
def test_a_breach_says_by_how_much(rule: rules.Rule, shifts: list, who: dict, amount: list[int]) -> None:
    case = problem(shifts, [person(**who)], rule=rule, days=8)
    assert [breach.amount for breach in check(case, roster({s.id: "li" for s in shifts})).hard] == amount


@pytest.mark.parametrize(("rule", "shifts", "who", "named"), [
    (rules.MinimumRest(660), days(0, 1), {"history": History(last_end=-2 * HOUR)}, [("d0",)]),
    (rules.MinimumRest(660), [*days(0, 1), shift("late", 1, 14)], {}, [("d1", "late")]),
    (rules.WeeklyRestDay(), days(0, 1, 2, 3, 4, 5, 6), {}, [("d6",)]),
    (rules.DaysOn(), days(0, 1, 3), {"rhythm": Days(most_on=1)}, [("d1",)]),
    (rules.NightsInRow(1), [*days(0, 1, start=22, hours=8), shift("noon", 1, 12)], {}, [("d1",)]),
    (rules.DailyCap(300), [*days(0, 1), shift("late", 1, 14)], {}, [("d1", "late")]),
    (rules.WeeklyCap(8 * HOUR, 7), days(0, 3, 6, 7), {}, [("d0", "d3", "d6"), ("d3", "d6", "d7")]),
    (rules.WeeklyCap(300, 7), days(6, 7), {}, [("d6", "d7")]),
    (rules.MostShifts(), [*days(0, 1), shift("desk", 2, kind="desk")], {"shifts_of": {"gate": (0, 1)}}, [("d0", "d1")]),
    (rules.SuitStint(200, 30, 900), [*days(0, suit=True), shift("plain", 0, 12)], {}, [("d0",)]),
    (rules.SuitStint(900, 30, 210), [*days(0, suit=True), shift("plain", 0, 14), shift("other", 1, hours=1, suit=True)], {}, [("d0",)]),
    (rules.AllowedPlace(), [*days(0), shift("far", 1, place="b")], {"places": frozenset("a")}, [("far",)]),
])  # fmt: skip
def test_a_breach_names_the_shifts_that_cross_the_line_and_no_other(rule: rules.Rule, shifts: list, who: dict, named: list[tuple[str, ...]]) -> None:
    case = problem(shifts, [person(**who)], rule=rule, days=8)
    assert [breach.shifts for breach in check(case, roster({s.id: "li" for s in shifts})).hard] == named


def test_people_too_many_are_counted_and_somebody_twice_is_one() -> None:
    case = problem([shift("s")], [person(n) for n in ("li", "wu", "he")])
    assert [b.amount for b in check(case, roster({"s": ("li", "wu", "he")})).hard] == [2]
    # A seat too many is forbidden, and earns nothing.
    assert check(case, roster({"s": ("li", "wu", "he")})).objective == 0
    assert [b.amount for b in check(case, Roster({"s": ("li", "li")})).hard] == [1]
    # Who sits twice fills one seat.
    twice = check(problem([shift("s", required=2)]), Roster({"s": ("li", "li")}))
    assert (twice.filled_seats, twice.open_seats) == (1, 1)


def test_rules_that_only_cost_are_marked_as_such() -> None:
    soft = {code for code, rule in rules.RULES.items() if not rule.hard}
    assert soft == {"cover", "least_shifts", "fairness", "continuity", "team", "rhythm", "wishes", "stability"}


def test_limits_of_the_body_are_marked_as_such() -> None:
    bodily = {code for code, rule in rules.RULES.items() if rule.bodily}
    assert bodily == {"place", "rest", "rest_day", "nights", "suit"}


def test_a_day_is_a_day() -> None:
    assert [s.day for s in days(0, 3)] == [0, 3]  # type: ignore[attr-defined]
    assert (shift("n", 0, 22, 8).last_day, shift("n", 0, 22, 2).last_day, shift("n", 0, 22, 2).end) == (1, 0, DAY)

"""What the engine does with nonsense: a typed error, or an honest open roster; never a hang, never a wrong number."""

import tracemalloc
from collections.abc import Callable

import pytest

from jimu_engine import (
    Advisor,
    BadProblem,
    BadRoster,
    EngineError,
    History,
    Person,
    Problem,
    Roster,
    Shift,
    UnknownPeople,
    Window,
    check,
    repair,
    rules,
    solve,
)
from jimu_engine.problem import Days
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import DAY, codes, person, problem, roster, shift

NAN, ENDLESS = float("nan"), float("inf")
QUICK = MaxRounds(3)

NONSENSE: dict[str, Callable[[], object]] = {
    "no day": lambda: problem([shift("s")], days=0),
    "more days than a plan can have": lambda: problem([shift("s")], days=10**9),
    "a NaN price of an empty seat": lambda: problem([shift("s", under=NAN)]),
    "an endless price": lambda: problem([shift("s", under=ENDLESS)]),
    "a negative price": lambda: problem([shift("s", under=-1.0)]),
    "fewer than no seats": lambda: problem([shift("s", required=-1)]),
    "a NaN wish": lambda: problem([shift("s")], [person(wishes={"s": NAN})]),
    "a NaN reluctance": lambda: problem([shift("s")], [person(reluctance=NAN)]),
    "a NaN weight": lambda: problem([shift("s")], rule=rules.Fairness(weight=NAN)),
    "a negative weight": lambda: problem([shift("s")], rule=rules.Continuity(weight=-1.0)),
    "a unit of nothing": lambda: problem([shift("s")], rule=rules.Fairness(unit=0)),
    "a unit of nothing for one kind": lambda: problem([shift("s")], rule=rules.Fairness(by_kind={"cadre": 0})),
    "a negative cap": lambda: problem([shift("s")], rule=rules.WeeklyCap(by_kind={"cadre": (-1, 5)})),
    "a negative rest": lambda: problem([shift("s")], rule=rules.MinimumRest(-1)),
    "a shift that ends before it starts": lambda: problem([Shift("s", 600, 540)]),
    "a shift after the last day": lambda: problem([shift("s", day=14)]),
    "a shift before the first day": lambda: problem([Shift("s", -60, 60)]),
    "a shift of three days": lambda: problem([shift("s", hours=72)]),
    "a shift at an odd minute": lambda: problem([Shift("s", 601, 660)]),
    "a window that ends before it starts": lambda: Window(60, 60),
    "one rule twice": lambda: problem([shift("s")], rule=(rules.Fairness(), rules.Fairness(weight=2.0))),
    "one person twice": lambda: problem([shift("s")], [person("li"), person("li")]),
    "one shift twice": lambda: problem([shift("s"), shift("s")]),
    "a pinned stranger": lambda: problem([shift("s")], pinned=frozenset({("s", "nobody")})),
    "a past that lies ahead": lambda: problem([shift("s")], [person(history=History(last_end=60))]),
    "past days that lie ahead": lambda: problem([shift("s")], [person(history=History(days=frozenset({0})))]),
    "a suit before the horizon that was worn in it": lambda: problem([shift("s")], [person(history=History(suits=(Window(0, 5),)))]),
    "a NaN of past load": lambda: problem([shift("s")], [person(history=History(load=NAN))]),  # type: ignore[arg-type]
    "a NaN of promised load": lambda: problem([shift("s")], [person(promised=NAN)]),
    "a negative promised load": lambda: problem([shift("s")], [person(promised=-1)]),
    "more shifts at least than at most": lambda: problem([shift("s")], [person(shifts_of={"gate": (3, 2)})]),
    "fewer than no shifts": lambda: problem([shift("s")], [person(shifts_of={"gate": (-1, 2)})]),
    "more days on at least than at most": lambda: problem([shift("s")], [person(rhythm=Days(least_on=3, most_on=2))]),
    "more days off at least than at most": lambda: problem([shift("s")], [person(rhythm=Days(least_off=3, most_off=2))]),
    "a NaN of days": lambda: problem([shift("s")], [person(rhythm=Days(least_on=NAN))]),  # type: ignore[arg-type]
    "a negative pause": lambda: problem([shift("s")], rule=rules.SuitStint(pause=-1)),
    "sixty-three qualifications": lambda: solve(problem([shift("s")], [person(qualifications=frozenset(map(str, range(63))))])),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_with_one_sentence(name: str) -> None:
    with pytest.raises(BadProblem) as refused:
        NONSENSE[name]()
    assert isinstance(refused.value, EngineError)
    assert str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_same_values_made_sensible_are_taken() -> None:
    who = person(wishes={"s": 1.0}, reluctance=0.5, history=History(last_end=0, days=frozenset({-1}), load=240, suits=(Window(-5, 5),)))
    case = problem([shift("s", day=13, under=1.0, required=0), Shift("t", 600, 665)], [who], rule=rules.standard())
    assert solve(case, stop=QUICK).report.feasible


def test_a_start_roster_of_another_problem_is_refused() -> None:
    case = problem([shift("s")])
    for stranger in (roster({"s": "nobody"}), roster({"gone": "li"})):
        with pytest.raises(BadRoster):
            solve(case, stop=QUICK, start=stranger)
        with pytest.raises(BadRoster):
            check(case, stranger)


def test_a_repair_names_whom_the_problem_does_not_have() -> None:
    case, now = problem([shift("s")]), roster({"s": "li"})
    with pytest.raises(UnknownPeople, match="gone names 'nobody', 'somebody',") as refused:
        repair(case, now, gone={"somebody", "li", "nobody"})
    assert refused.value.people == ("nobody", "somebody")
    with pytest.raises(UnknownPeople, match="the roster names 'he', 'wu',"):
        repair(case, roster({"s": ["li", "wu", "he"]}))
    with pytest.raises(UnknownPeople, match="'14' and 20 more,") as many:
        repair(case, now, gone=[str(n) for n in range(10, 35)])
    assert len(many.value.people) == 25
    assert repair(case, now, gone={"li"}).roster == Roster({})


def test_an_unlawful_start_roster_is_mended() -> None:
    case = problem([shift("s", 0, 8), shift("t", 0, 14)], rule=rules.MinimumRest(660))
    result = solve(case, stop=QUICK, start=roster({"s": "li", "t": "li"}))
    assert result.report.feasible
    assert result.report.open_seats == 1


def test_pins_that_contradict_the_rules_stay_and_are_called_infeasible() -> None:
    pins = frozenset({("s", "li"), ("t", "li")})
    case = problem([shift("s", 0, 8), shift("t", 0, 14)], rule=(rules.MinimumRest(660), rules.Pinned()), pinned=pins)
    result = solve(case, stop=QUICK)
    assert set(result.roster.pairs()) == pins
    assert result.status == "infeasible"
    assert codes(result.report) == {"rest"}


def test_more_pins_than_seats_are_called_infeasible() -> None:
    pins = frozenset({("s", "li"), ("s", "wu")})
    case = problem([shift("s")], [person("li"), person("wu")], rule=rules.Pinned(), pinned=pins)
    assert solve(case, stop=QUICK).status == "infeasible"


def test_somebody_with_no_shift_they_can_do_stays_at_home() -> None:
    case = problem([shift("s", required=2)], [person("li", places=frozenset({"elsewhere"})), person("wu")], rule=rules.standard())
    result = solve(case, stop=QUICK)
    assert result.roster == roster({"s": "wu"})
    assert result.report.open_seats == 1


@pytest.mark.parametrize("case", [
    Problem(1, (), (shift("s"),), rules.standard()),
    Problem(1, (person(),), (), rules.standard()),
    Problem(1, (), (), ()),
    Problem(1, (Person("li", available=()),), (shift("s"),), rules.standard()),
    Problem(1, (person(),), (shift("s", required=0),), rules.standard()),
], ids=["nobody", "nothing to do", "nothing at all", "nobody has time", "no seat"])  # fmt: skip
def test_empty_worlds_give_empty_rosters_at_a_proven_cost(case: Problem) -> None:
    result = solve(case, stop=QUICK, workers=2)
    assert result.roster == Roster({})
    assert result.objective == sum(s.under * s.required for s in case.shifts)
    assert result.status == "optimal"


def test_a_million_seats_of_one_shift_and_one_person_stay_open_in_little_memory() -> None:
    case = problem([shift("s", required=10**6, under=1.0)], rule=rules.standard())
    tracemalloc.start()
    result = solve(case, stop=QUICK)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.report.open_seats == 10**6 - 1
    assert result.bound <= result.objective == pytest.approx(10**6, abs=3)
    assert peak < 50 * 2**20


def test_a_roster_with_fifty_shifts_on_one_day_is_judged_and_advised_on() -> None:
    case = problem([shift(f"s{i:02}") for i in range(50)], [person("li"), person("wu")], rule=rules.standard())
    absurd = roster({f"s{i:02}": "li" for i in range(50)})
    assert "rest" in codes(check(case, absurd))
    advisor = Advisor(case, absurd)
    assert {candidate.person for candidate in advisor.recommend("s00").candidates} == {"wu"}
    assert len(list(repair(case, absurd).roster.pairs())) == 2


@pytest.mark.slow
def test_many_shifts_and_one_person_come_to_an_end() -> None:
    shifts = [Shift(f"s{i}", (i % 14) * DAY + 480, (i % 14) * DAY + 720, "gate", "a", 50, 1.0) for i in range(20_000)]
    result = solve(problem(shifts, rule=rules.standard()), stop=MaxRounds(1))
    assert result.report.feasible
    assert result.report.open_seats == 10**6 - result.report.filled_seats
    assert 0 < result.report.filled_seats <= 14


def test_bad_weights_never_become_a_number() -> None:
    # Rules are frozen, but a file or a caller may build one with any value: the problem is where it is refused.
    for value in (NAN, ENDLESS, -ENDLESS):
        with pytest.raises(BadProblem, match="stability"):
            problem([shift("s")], rule=rules.Stability(weight=value))

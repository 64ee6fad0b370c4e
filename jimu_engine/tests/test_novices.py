"""The first shift is beside a veteran: what the checker says, and that the solver keeps it and still uses novices."""

from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu_engine import Person, Problem, Roster, check, recommend, repair, rules, solve
from jimu_engine.novices import seat_novices
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import every_roster, optimum, person, problem, roster, shift

NOVICES = import_module("jimu_engine.novices")
#: The module, which the function of the same name hides.
REPAIR = import_module("jimu_engine.repair")
SUIT = frozenset({"ppe"})


def veteran(name: str, **more: object) -> Person:
    return person(name, qualifications=SUIT, **more)


def novice(name: str, **more: object) -> Person:
    return person(name, qualifications=SUIT, novice=SUIT, **more)


def case(*people: Person, seats: int = 2) -> Problem:
    return problem([shift("s", required=seats, qualifications=SUIT)], people, rule=[rules.Qualified(), rules.Supervised()])


def test_a_novice_alone_or_beside_novices_breaks_the_rule_and_beside_a_veteran_does_not() -> None:
    world = case(novice("an"), novice("bao"), veteran("chen"))
    assert [(b.rule, b.person, b.shifts, b.amount) for b in check(world, roster({"s": ["an"]})).hard] == [("supervised", "an", ("s",), 1)]
    assert len(check(world, roster({"s": ["an", "bao"]})).hard) == 2
    assert not check(world, roster({"s": ["an", "chen"]})).hard
    assert not check(world, roster({"s": ["chen"]})).hard


def test_each_novice_needs_a_veteran_of_their_own() -> None:
    world = case(novice("an"), novice("bao"), veteran("chen"), seats=3)
    assert len(check(world, roster({"s": ["an", "bao", "chen"]})).hard) == 1


def test_somebody_without_the_qualification_is_no_veteran() -> None:
    world = case(novice("an"), person("dong"))
    assert "supervised" in {b.rule for b in check(world, roster({"s": ["an", "dong"]})).hard}


def test_the_solver_seats_a_novice_beside_a_veteran_and_never_alone() -> None:
    assert set(solve(case(novice("an"), veteran("chen")), stop=MaxRounds(3)).roster.on("s")) == {"an", "chen"}
    assert solve(case(novice("an")), stop=MaxRounds(3)).roster.on("s") == ()


def test_without_the_rule_novices_are_seated_like_anybody() -> None:
    world = case(novice("an"))
    assert repair(world, Roster({})).roster == Roster({})
    assert repair(world.replace(rules=(rules.Qualified(), rules.Cover())), Roster({})).roster == roster({"s": "an"})


def test_a_novice_is_no_substitute_for_a_veteran() -> None:
    found = recommend(case(novice("an"), veteran("chen")), roster({}), "s")
    assert ([c.person for c in found.candidates], found.kept_off) == (["chen"], {"supervised": 1})


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(["novice", "veteran", "none"]), min_size=1, max_size=4), st.lists(st.integers(1, 2), min_size=1, max_size=3), st.integers(0, 2))
def test_whatever_the_mix_the_roster_is_lawful_and_the_bound_stays_below_every_roster(kinds, required, seed) -> None:
    made = {"novice": novice, "veteran": veteran, "none": person}
    people = [made[kind](f"p{i}") for i, kind in enumerate(kinds)]
    shifts = [shift(f"s{i}", day=i // 2, start=8, required=n, qualifications=SUIT) for i, n in enumerate(required)]
    world = problem(shifts, people, rule=rules.standard())
    result = solve(world, seed=seed, stop=MaxRounds(4))
    assert not check(world, result.roster).hard
    assert result.bound <= optimum(world) + 1e-6


def standing(*others: Person, seats: int = 2) -> tuple[Problem, Roster]:
    """A novice beside a veteran, on a shift that others could take too, and the roster with both of them."""
    return case(novice("an"), veteran("chen"), *others, seats=seats), roster({"s": ["an", "chen"]})


def test_repair_leaves_a_novice_where_they_stand_lawfully_though_a_veteran_is_free() -> None:
    world, now = standing(veteran("dong"))
    assert repair(world, now).roster == now
    assert not repair(world, now).added


def test_repair_keeps_the_novice_when_another_veteran_takes_the_place_of_the_one_who_dropped_out() -> None:
    world, now = standing(veteran("dong"))
    done = repair(world, now, gone={"chen"})
    assert (done.removed, done.added) == ({("s", "chen")}, {("s", "dong")})
    assert not done.report.hard


def test_repair_keeps_the_novice_when_another_veteran_stands_there_anyway() -> None:
    world, now = standing(veteran("dong"), seats=3)
    done = repair(world, Roster.of([*now.pairs(), ("s", "dong")]), gone={"chen"})
    assert done.roster == roster({"s": ["an", "dong"]})


def test_repair_takes_the_novice_out_when_no_veteran_is_left() -> None:
    world, now = standing(person("dong"))
    done = repair(world, now, gone={"chen"})
    assert (done.roster, done.removed) == (Roster({}), {("s", "an"), ("s", "chen")})
    assert not done.report.hard


def test_repair_keeps_one_novice_for_each_veteran() -> None:
    world = case(novice("an"), novice("bao"), veteran("chen"), veteran("dong"), seats=4)
    done = repair(world, roster({"s": ["an", "bao", "chen", "dong"]}), gone={"dong"})
    assert done.roster == roster({"s": ["an", "chen"]})


def test_repair_takes_out_a_novice_whom_another_rule_forbids() -> None:
    world, now = standing()
    elsewhere = world.replace(people=(novice("an", places=frozenset({"b"})), *world.people[1:]), rules=rules.standard())
    assert repair(elsewhere, now).roster == roster({"s": "chen"})


def test_repair_seats_a_novice_beside_a_veteran_where_nobody_else_can_stand_but_no_one_who_dropped_out() -> None:
    world, _ = standing()
    assert repair(world, roster({"s": "chen"})).roster == roster({"s": ["an", "chen"]})
    assert repair(world, roster({"s": "chen"}), gone={"an"}).roster == roster({"s": "chen"})


def test_a_novice_who_stood_alone_in_what_is_history_stays_in_it() -> None:
    world = case(novice("an"), veteran("chen"))
    assert ("s", "an") in repair(world, roster({"s": "an"}), since=24 * 60).roster.pairs()


def test_solve_from_a_roster_leaves_the_novice_and_their_veteran_and_from_nothing_takes_veterans() -> None:
    world, now = standing(veteran("dong"))
    elsewhere = shift("t", day=1, required=1, qualifications=SUIT)
    world = world.replace(shifts=(*world.shifts, elsewhere), rules=rules.standard())
    for seed in range(4):
        assert {"an", "chen"} == set(solve(world, start=now, seed=seed, stop=MaxRounds(5)).roster.on("s"))
        promised = world.replace(published=frozenset(now.pairs()))
        assert {"an", "chen"} == set(solve(promised, seed=seed, stop=MaxRounds(5)).roster.on("s"))
    assert "an" not in solve(world, stop=MaxRounds(5)).roster.on("s")


def test_solve_from_a_roster_takes_out_a_novice_whose_veteran_cannot_come() -> None:
    world, now = standing()
    away = world.replace(people=(world.people[0], veteran("chen", available=())), rules=rules.standard())
    assert solve(away, start=now, stop=MaxRounds(3)).roster == Roster({})


def classes(count: int) -> Problem:
    """On each day a seat beside a veteran, and one novice who is free."""
    return problem([shift(f"s{d}", day=d, required=2, qualifications=SUIT) for d in range(count)], [novice("an"), veteran("chen")], rule=[rules.Qualified(), rules.Supervised()])


@pytest.mark.parametrize(("looks", "last", "seated"), [(1, 1, 0), (1, 2, 1), (1, 3, 1), (1, 4, 2), (1, 5, 2), (1, 10**9, 5), (10**9, 1, 5)])
def test_seating_novices_ends_when_it_is_told_to_but_not_before_it_has_looked_at_so_many(
    monkeypatch: pytest.MonkeyPatch, looks: int, last: int, seated: int
) -> None:
    monkeypatch.setattr(NOVICES, "LOOKS", looks)
    asked = iter(range(1, 10**9 + 1))
    case, now = classes(5), roster({f"s{d}": "chen" for d in range(5)})
    done = seat_novices(case, now, stop=lambda: next(asked) >= last)
    assert not check(case, done).hard
    assert sum("an" in done.on(f"s{d}") for d in range(5)) == seated


def test_whoever_stands_without_a_veteran_goes_however_little_time_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NOVICES, "LOOKS", 0)
    assert seat_novices(classes(2), roster({"s0": "an", "s1": "chen"}), stop=lambda: True) == roster({"s1": "chen"})


def test_a_solve_seats_no_more_novices_once_it_is_told_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    case = classes(5)
    late = [False]

    def stop(rounds: int, best: float, bound: float) -> bool:
        late[0] = late[0] or rounds >= 2
        return late[0]

    assert solve(case, stop=stop).report.open_seats == 0
    monkeypatch.setattr(NOVICES, "LOOKS", 0)
    late[0] = False
    told = solve(case, stop=stop)
    assert (told.report.open_seats, told.report.hard) == (5, ())


def test_a_repair_ends_the_search_for_novices_after_so_many_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    case, now = classes(5), roster({f"s{d}": "chen" for d in range(5)})
    monkeypatch.setattr(NOVICES, "LOOKS", 1)
    monkeypatch.setattr(REPAIR, "TURNS", 3)
    assert 0 < repair(case, now).report.open_seats < 5
    monkeypatch.setattr(REPAIR, "TURNS", 1000)
    assert repair(case, now).report.open_seats == 0


@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["novice", "veteran", "none"]), min_size=1, max_size=4), st.lists(st.integers(1, 3), min_size=1, max_size=2), st.data())
def test_from_whatever_lawful_roster_novices_stay_unless_their_veteran_is_gone(kinds, required, data) -> None:
    made = {"novice": novice, "veteran": veteran, "none": person}
    people = [made[kind](f"p{i}") for i, kind in enumerate(kinds)]
    shifts = [shift(f"s{i}", day=i, qualifications=SUIT, required=n) for i, n in enumerate(required)]
    world = problem(shifts, people, rule=rules.standard())
    now = data.draw(st.sampled_from([each for each in every_roster(world) if not check(world, each).hard]))
    gone = data.draw(st.sampled_from([p.id for p in people]))
    done = repair(world, now, gone={gone})
    assert not done.report.hard
    for s, p in done.removed:
        mine, veterans = world.people[world.person_at[p]], [v for v in done.roster.on(s) if not world.people[world.person_at[v]].novice]
        assert p == gone or (mine.novice and len(veterans) < len([n for n in now.on(s) if n != gone and world.people[world.person_at[n]].novice]))
    again = solve(world, start=now, stop=MaxRounds(2))
    assert not again.report.hard
    assert set(now.pairs()) <= set(again.roster.pairs()) or again.objective <= check(world, now).objective

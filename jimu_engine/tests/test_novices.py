"""The first shift is beside a veteran: what the checker says, and that the solver keeps it and still uses novices."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jimu_engine import Person, Problem, check, recommend, rules, solve
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import optimum, person, problem, roster, shift

SUIT = frozenset({"ppe"})


def veteran(name: str, **more: object) -> Person:
    return person(name, qualifications=SUIT, **more)


def novice(name: str, **more: object) -> Person:
    return person(name, qualifications=SUIT, novice=SUIT, **more)


def case(*people: Person, seats: int = 2) -> Problem:
    return problem([shift("s", required=seats, qualifications=SUIT)], people, rule=[rules.Qualified(), rules.Supervised()])


def test_a_novice_alone_or_beside_novices_breaks_the_rule_and_beside_a_veteran_does_not() -> None:
    world = case(novice("an"), novice("bao"), veteran("chen"))
    assert [b.rule for b in check(world, roster({"s": ["an"]})).hard] == ["supervised"]
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

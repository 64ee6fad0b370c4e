"""Repair when demand jumps, falls, or a place closes: what it changes, against the least change of all rosters of tiny worlds."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu_engine import Problem, Roster, check, repair, rules
from jimu_engine.problem import Pair, Shift
from jimu_engine.tests.cases import every_roster, person, problem, roster, shift

PEOPLE = tuple(person(name) for name in ("li", "wu", "he"))


def pairs(taken: Roster) -> set[Pair]:
    return set(taken.pairs())


def world(*, required: int = 2, **fields: object) -> Problem:
    """Two shifts of one day that nobody may have both of, the first with so many seats."""
    return problem([shift("s", 0, 8, required=required), shift("t", 0, 14)], PEOPLE, rule=rules.standard(), **fields)


def test_a_demand_that_jumps_takes_who_is_free_and_moves_nobody() -> None:
    now = roster({"s": ["li"], "t": "wu"})
    assert not check(world(required=1), now).hard
    done = repair(world(required=2), now)
    assert (done.removed, done.added) == (set(), {("s", "he")})
    assert done.report.open_seats == 0


def test_a_demand_that_jumps_beyond_all_people_leaves_seats_open_and_says_so() -> None:
    done = repair(world(required=5), roster({"s": ["li"], "t": "wu"}))
    assert (done.removed, done.added) == (set(), {("s", "he")})
    assert (done.report.open_seats, done.report.hard) == (3, ())


def test_a_demand_that_falls_takes_out_as_many_as_are_too_many() -> None:
    now = roster({"s": ["he", "li"], "t": "wu"})
    assert "cover" in {breach.rule for breach in check(world(required=1), now).hard}
    done = repair(world(required=1), now)
    assert not done.report.hard
    assert (len(done.removed), done.added) == (1, frozenset())
    assert {shift for shift, _ in done.removed} == {"s"}


def test_a_demand_that_falls_to_nothing_clears_the_shift_and_whoever_is_free_may_serve_elsewhere() -> None:
    done = repair(world(required=0), roster({"s": ["he", "li"]}))
    assert {shift for shift, _ in done.roster.pairs()} == {"t"}
    assert {("s", "he"), ("s", "li")} == done.removed


def test_a_shift_that_went_is_taken_out_and_its_people_are_free() -> None:
    gone = problem([shift("t", 0, 14)], PEOPLE[:1], rule=rules.standard())
    done = repair(gone, roster({"s": ["li"]}))
    assert (done.removed, done.added, done.roster) == ({("s", "li")}, {("t", "li")}, roster({"t": "li"}))
    assert repair(problem([], PEOPLE), roster({"s": ["li"]})).roster == Roster({})


def test_a_chain_goes_as_far_as_asked_for_and_no_farther_than_it_must() -> None:
    # Each can take what stands before their own: with the first gone all move up by one.
    skills = ["abc", "ab", "bc", "c"]
    shifts = [shift("s", 0, 8, qualifications=frozenset("a")), shift("t", 0, 9, qualifications=frozenset("b")), shift("u", 0, 10, qualifications=frozenset("c"))]
    people = [person(f"p{n}", qualifications=frozenset(skill)) for n, skill in enumerate(skills)]
    case, now = problem(shifts, people, rule=rules.standard()), roster({"s": "p0", "t": "p1", "u": "p2"})
    done = repair(case, now, gone={"p0"}, depth=2)
    assert done.roster == roster({"s": "p1", "t": "p2", "u": "p3"})
    assert repair(case, now, gone={"p0"}, depth=1).roster == roster({"t": "p1", "u": "p2"})
    # Where one move is enough by another way, nobody makes two.
    able = [person(name, qualifications=frozenset(skill)) for name, skill in (("p4", "ad"), ("p5", "d"))]
    wider = case.replace(people=(*people, *able), shifts=(*shifts, shift("v", 0, 9, qualifications=frozenset("d"))))
    done = repair(wider, Roster.of([*now.pairs(), ("v", "p4")]), gone={"p0"}, depth=2)
    assert done.roster == roster({"s": "p4", "t": "p1", "u": "p2", "v": "p5"})


def test_who_is_pinned_stays_where_they_are_though_a_chain_would_move_them() -> None:
    case = problem(
        [shift("s", 0, 8, qualifications=frozenset("x")), shift("t", 0, 9)],
        [person("li", qualifications=frozenset("x")), person("wu", qualifications=frozenset("x")), person("he")], rule=rules.standard(),
    )  # fmt: skip
    now = roster({"s": "li", "t": "wu"})
    assert repair(case, now, gone={"li"}).roster == roster({"s": "wu", "t": "he"})
    done = repair(case.replace(pinned=frozenset({("t", "wu")})), now, gone={"li"})
    assert (done.roster, done.report.hard) == (roster({"t": "wu"}), ())


def test_a_shift_that_starts_at_the_very_minute_is_not_history() -> None:
    now = roster({"s": ["li"], "t": "wu"})
    done = repair(world(required=1), now, gone={"wu"}, since=14 * 60)
    assert done.roster == roster({"s": ["li"], "t": "he"})
    assert repair(world(required=1), now, gone={"li"}, since=14 * 60).roster == now


def test_the_dearest_seat_gets_who_is_left() -> None:
    shifts = [shift("s", 0, 8, under=1.0), shift("t", 0, 9, under=2.0), shift("u", 0, 10, under=1.5)]
    assert repair(problem(shifts, PEOPLE[:1], rule=rules.standard()), Roster({})).roster == roster({"t": "li"})


def test_of_two_shifts_that_exclude_each_other_the_pinned_one_stays() -> None:
    case = problem([shift("s", 0, 8), shift("t", 0, 14)], PEOPLE[:1], rule=rules.standard(), pinned=frozenset({("t", "li")}))
    assert repair(case, roster({"s": "li", "t": "li"})).roster == roster({"t": "li"})
    assert repair(case.replace(pinned=frozenset()), roster({"s": "li", "t": "li"})).roster == roster({"s": "li"})


def test_work_that_is_history_stays_even_where_its_demand_fell_since() -> None:
    now = roster({"s": ["he", "li"], "t": "wu"})
    assert ("s", "he") in pairs(repair(world(required=1), now, since=14 * 60).roster)
    assert ("s", "li") in pairs(repair(world(required=1), now, since=14 * 60).roster)


def test_work_that_is_history_still_counts_for_who_did_it_and_nobody_is_moved_off_it() -> None:
    skilled = person("li", qualifications=frozenset("x"))
    shifts = [shift("early", 0, 8), shift("next", 0, 14, qualifications=frozenset("x"))]
    case, now = problem(shifts, [skilled, PEOPLE[1]], rule=rules.standard()), roster({"early": "li"})
    # The rest after it is too short, and wu cannot take back what is done.
    assert repair(case, now, since=13 * 60).roster == now
    assert repair(case, now).roster == roster({"early": "wu", "next": "li"})
    assert repair(case, Roster({}), since=13 * 60).roster == roster({"next": "li"})


def least_change(case: Problem, now: Roster) -> tuple[int, int]:
    """(most seats that a lawful roster fills, fewest pairs of `now` that a roster with as many must take out), by trying all."""
    found = [(-report.filled_seats, len(pairs(now) - pairs(each))) for each in every_roster(case) if not (report := check(case, each)).hard]
    filled, out = min(found)
    return -filled, out


def changed(case: Problem, kind: str, which: Shift) -> Problem:
    """The world after one shift needs more or fewer, or its place closed to everybody."""
    if kind == "closed":
        return case.replace(people=tuple(person(p.id, places=frozenset({"elsewhere"} | {s.place for s in case.shifts} - {which.place})) for p in case.people))
    more = 1 if kind == "more" else -1
    required = max(0, which.required + more)
    return case.replace(shifts=tuple(shift(s.id, s.day, s.start % 1440 / 60, required=required if s == which else s.required, place=s.place) for s in case.shifts))


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from((8, 13, 18)), st.integers(1, 2), st.sampled_from("ab")), min_size=1, max_size=3), st.integers(1, 3), st.sampled_from(("more", "fewer", "closed")), st.data())
def test_after_a_change_repair_is_lawful_and_takes_out_no_more_than_it_must(wanted, count, kind, data) -> None:
    shifts = [shift(f"s{i}", 0, hour, required=n, place=place) for i, (hour, n, place) in enumerate(wanted)]
    before = problem(shifts, PEOPLE[:count], rule=rules.standard())
    now = data.draw(st.sampled_from([each for each in every_roster(before) if not check(before, each).hard]))
    after = changed(before, kind, data.draw(st.sampled_from(before.shifts)))
    done = repair(after, now)
    must = unlawful(after, now)
    filled, out = least_change(after, now)
    assert not done.report.hard
    # Nobody loses a seat without need except by being moved to another one.
    assert len(done.removed) - len(done.added) <= must
    assert done.report.filled_seats == filled
    assert len(done.removed) <= out


def unlawful(case: Problem, now: Roster) -> int:
    """The fewest pairs of a roster that must go for the rest to be lawful."""
    return min(len(pairs(now) - pairs(each)) for each in every_roster(case) if not check(case, each).hard)

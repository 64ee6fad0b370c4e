"""What a lender needs at one time, what lending would leave, who is asked first, and the drawing of it."""

from itertools import pairwise
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from jimu.core.clock import MINUTES_PER_DAY
from jimu.teams import loan_rules
from jimu.teams.loan_drawing import Flow, loan_map
from jimu.teams.rules import Candidate

posts = st.lists(st.tuples(st.integers(0, 1439), st.integers(5, 1440), st.integers(1, 9)).map(lambda t: (t[0], t[0] + t[1], t[2])), max_size=6)


def person(**more: object) -> Candidate:
    return Candidate(uuid4(), frozenset({"volunteer"}), more.pop("cell", uuid4()), False, frozenset(more.pop("can", ())), **more)


@given(posts)
def test_the_peak_is_the_busiest_minute_of_the_day_counted_minute_by_minute(given_posts: list[loan_rules.Post]) -> None:
    by_minute = [0] * MINUTES_PER_DAY
    for start, end, needed in given_posts:
        for minute in range(start, end):
            by_minute[minute % MINUTES_PER_DAY] += needed
    assert loan_rules.peak(given_posts) == max(by_minute)


def test_posts_that_follow_each_other_need_the_same_people_once_and_a_night_reaches_into_the_morning() -> None:
    assert loan_rules.peak([(360, 600, 3), (600, 840, 2)]) == 3
    assert loan_rules.peak([(1320, 1800, 2), (300, 420, 1)]) == 3
    assert loan_rules.peak([]) == 0


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_lender_is_short_exactly_when_fewer_stay_than_are_needed(have: int, needed: int, lent: int) -> None:
    found = loan_rules.shortfalls({"x": have}, {"x": needed}, {"x": lent})
    assert bool(found) == (lent > 0 and have - lent < needed)
    assert all(short.left == have - lent for short in found)


def test_the_worst_shortfall_is_told_first_and_a_skill_before_heads() -> None:
    found = loan_rules.shortfalls({"": 5, "x": 5, "y": 5}, {"": 4, "x": 4, "y": 5}, {"": 2, "x": 2, "y": 2})
    assert [short.code for short in found] == ["y", "x", ""]


def test_who_can_be_spared_goes_first_then_who_is_near_then_from_where_most_can_be_spared() -> None:
    ranked = sorted(
        [(loan_rules.rank(person(), spare=s, near=n), s, n) for s in (-1, 1, 3) for n in (True, False)], key=lambda item: item[0]
    )
    assert [(spare, near) for _rank, spare, near in ranked] == [(3, True), (1, True), (3, False), (1, False), (-1, True), (-1, False)]
    assert loan_rules.rank(person(load=0), spare=1, near=True) < loan_rules.rank(person(load=1), spare=1, near=True)


def test_who_is_paused_counts_for_nothing() -> None:
    crowd = [person(can="x"), person(), person(can="x", limits=frozenset({"paused"}))]
    assert loan_rules.counted(crowd, ["x"]) == {"": 2, "x": 1}


@given(st.lists(st.builds(Flow, st.sampled_from("abcd"), st.sampled_from("wxyz"), st.integers(0, 9), st.integers(1, 9)), max_size=8, unique_by=lambda f: (f.source, f.target)))
def test_the_drawing_has_everybody_on_both_sides_and_stays_in_its_box(flows: list[Flow]) -> None:
    drawn = loan_map(flows)
    if drawn is None:
        assert not flows
        return
    total = sum(flow.people for flow in flows)
    for column in (drawn.lenders, drawn.borrowers):
        assert sum(node.people for node in column) == total
        ends = [(node.y, node.y + node.height) for node in column]
        assert all(top >= -0.3 and bottom <= drawn.height + 0.3 for top, bottom in ends)
        assert all(first[1] <= second[0] + 0.3 for first, second in pairwise(ends))

"""Splitting into blocks: the cuts are those of trying all; names sort as people count; leaders keep their block."""

from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.grid import splitting
from jimu.grid.splitting import TOLERABLE, House


def house(n: int, households: float, elders: float = 0, *, shared: bool = False) -> House:
    return House(UUID(int=n + 1), f"{n}号楼", households, elders, shared, known=True)


def rest(houses: list[House], cuts: tuple[int, ...]) -> float:
    """Sum of squared relative deviations, reckoned anew."""
    total = 0.0
    for name in ("households", "elders", "shared"):
        sums = [sum(getattr(h, name) for h in run) for run in splitting.runs(houses, cuts)]
        mean = sum(sums) / len(sums)
        total += sum(((value - mean) / mean) ** 2 for value in sums) if mean else 0.0
    return total


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.tuples(st.sampled_from((0, 12, 30, 48, 96)), st.integers(0, 20), st.booleans()), min_size=1, max_size=9), st.integers(1, 5)
)
def test_no_other_cuts_are_more_even(rows: list[tuple[int, int, bool]], blocks: int) -> None:
    houses = [house(n, households, elders, shared=shared) for n, (households, elders, shared) in enumerate(rows)]
    cuts = splitting.cuts_of(houses, blocks)
    k = min(blocks, len(houses))
    assert splitting.valid(cuts, len(houses))
    assert len(cuts) == k - 1
    ways = list(combinations(range(1, len(houses)), k - 1))
    least = min(splitting.worst(houses, way) for way in ways)
    allowed = [way for way in ways if splitting.worst(houses, way) <= max(least, TOLERABLE) + 1e-9]
    assert tuple(cuts) in allowed
    assert rest(houses, tuple(cuts)) == pytest.approx(min(rest(houses, way) for way in allowed))


def test_elders_decide_between_cuts_that_are_even_enough() -> None:
    houses = [house(0, 50, 10), house(1, 50, 10), house(2, 4, 40), house(3, 50, 0), house(4, 50, 0)]
    assert splitting.cuts_of(houses, 2) == [2]
    assert splitting.cuts_of([*houses[:2], house(2, 40, 40), *houses[3:]], 2) in ([2], [3])
    assert splitting.worst(houses, [2]) == pytest.approx(2 / 102)


def test_numbers_sort_as_people_count() -> None:
    names = ["651弄2号楼", "10号楼", "631弄10号楼", "2号楼", "631弄9号楼", "甲楼"]
    assert sorted(names, key=splitting.natural) == ["2号楼", "10号楼", "631弄9号楼", "631弄10号楼", "651弄2号楼", "甲楼"]


def test_a_building_without_a_number_takes_an_equal_share_of_what_is_left() -> None:
    assert splitting.shared_out([30, None, None], 100) == [30, 35, 35]
    assert splitting.shared_out([30, None], 20) == [30, 0]
    assert splitting.shared_out([30, None, 50], None) == [30, 40, 50]
    assert splitting.shared_out([None, None], None) == [1, 1]
    assert splitting.shared_out([3, 4], 100) == [3, 4]


def test_a_block_stays_where_most_of_its_households_are_and_order_is_kept() -> None:
    assert splitting.keepers([[30, 0], [10, 40]]) == [0, 1]
    assert splitting.keepers([[30, 0], [20, 10], [0, 30]]) == [0, None, 1]
    assert splitting.keepers([[30, 20, 30]]) in ([0], [2])
    assert splitting.keepers([[], []]) == [None, None]
    assert splitting.keepers([]) == []


@pytest.mark.parametrize(("cuts", "good"), [([2, 4], True), ([], True), ([4, 2], False), ([2, 2], False), ([0, 3], False), ([2, 6], False)])
def test_cuts_leave_every_block_a_building(cuts: list[int], good: bool) -> None:
    assert splitting.valid(cuts, 6) is good

"""Decisions without a database: ends, reasons, what a change of level changes."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.core.errors import Invalid
from jimu.incidents.matrix import matrix_of
from jimu.incidents.rules import (
    LONGEST_DAYS,
    PostNow,
    changes,
    checked_end,
    checked_headcount,
    checked_reason,
    common_path,
    overdue,
)

from .conftest import refused

TODAY = date(2026, 4, 6)
UNIT = UUID(int=1)


def need(needed: int):
    return SimpleNamespace(rule=SimpleNamespace(title="铲雪"), start_minute=480, end_minute=720, needed=needed)


def now(needed: int, *, by_hand: bool = False) -> PostNow:
    return PostNow("铲雪", 480, 720, needed, by_hand)


def test_an_order_ends_today_at_the_earliest_and_within_half_a_year() -> None:
    assert checked_end(TODAY, today=TODAY) == TODAY
    last = TODAY + timedelta(days=LONGEST_DAYS)
    assert checked_end(last, today=TODAY) == last
    for wrong, code in ((TODAY - timedelta(days=1), "ends_in_the_past"), (last + timedelta(days=1), "ends_too_far")):
        with pytest.raises(Invalid) as found:
            checked_end(wrong, today=TODAY)
        assert found.value.code == code


def test_an_order_is_overdue_from_the_day_after_its_end() -> None:
    assert [overdue(TODAY + timedelta(days=n), today=TODAY) for n in (-1, 0, 1)] == [True, False, False]


def test_a_reason_of_spaces_is_none() -> None:
    assert checked_reason("  雪停了 ", example="x") == "雪停了"
    with refused(Invalid, "no_reason") as found:
        checked_reason("   ", example="雪停了")
    assert "例如“雪停了”" in str(found.value)


def test_a_headcount_lies_between_none_and_five_hundred() -> None:
    assert [checked_headcount(n) for n in (0, 500)] == [0, 500]
    for wrong in (-1, 501):
        with refused(Invalid, "headcount_range"):
            checked_headcount(wrong)


def test_a_change_of_level_raises_lowers_adds_and_drops() -> None:
    keys = [(UNIT, code, "day") for code in "abcd"]
    present = dict(zip(keys[:3], [now(4), now(4), now(4)], strict=True))
    then = {keys[0]: need(6), keys[1]: need(4), keys[3]: need(2)}
    found = {change.key[1]: (change.before, change.after, change.need is None) for change in changes(present, then)}
    assert found == {"a": (4, 6, False), "d": (0, 2, False), "c": (4, 0, True)}


def test_a_number_set_by_hand_stays_while_its_post_is_on_and_goes_with_it() -> None:
    key = (UNIT, "a", "day")
    assert changes({key: now(9, by_hand=True)}, {key: need(6)}) == []
    assert [(c.before, c.after) for c in changes({key: now(9, by_hand=True)}, {})] == [(9, 0)]


def test_a_post_that_was_dropped_before_is_no_change_again() -> None:
    assert changes({(UNIT, "a", "day"): now(0)}, {}) == []


@given(st.lists(st.text("AB", min_size=4, max_size=4), min_size=1, max_size=4), st.integers(1, 4))
def test_the_common_path_holds_all_and_no_deeper_one_does(parts: list[str], depth: int) -> None:
    paths = ["ROOT" + "".join(parts[:n]) for n in range(depth, depth + 2)] + ["ROOT" + "".join(reversed(parts))]
    found = common_path(paths, 4)
    assert all(path.startswith(found) for path in paths)
    assert len(found) % 4 == 0
    assert found == min(paths, key=len) or len({path[: len(found) + 4] for path in paths}) > 1


def test_the_matrix_sums_shifts_and_keeps_the_order_of_posts() -> None:
    units = [SimpleNamespace(pk=UUID(int=n), name=str(n)) for n in (1, 2)]
    entries = [(units[0].pk, "b", "乙", 2), (units[0].pk, "b", "乙", 2), (units[0].pk, "a", "甲", 1), (units[1].pk, "a", "甲", 3)]
    drawn = matrix_of(units, entries)
    assert drawn.columns == ["乙", "甲"]
    assert [row.cells for row in drawn.rows] == [[(4, 1.0), (1, 1 / 3)], [(0, 0.0), (3, 1.0)]]
    assert ([row.total for row in drawn.rows], drawn.totals, drawn.total) == ([5, 3], [4, 4], 8)
    assert [row.share for row in drawn.rows] == [1.0, 0.6]


def test_an_empty_matrix_is_empty() -> None:
    assert (matrix_of([], []).columns, matrix_of([], []).total) == ([], 0)

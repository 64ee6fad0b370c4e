"""How a place stands, which shift is on, and what the coming day looks like."""

from datetime import datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from jimu.command import rules
from jimu.command.rules import Seats, Status, Window
from jimu.core import clock

from .conftest import DAY, TEN


def window(start: int, end: int, needed: int = 4, filled: int = 4, critical: int = 0) -> Window:
    return Window("u", clock.at_minute(DAY, start), clock.at_minute(DAY, end), needed, filled, critical)


@pytest.mark.parametrize(
    ("seats", "status"),
    [
        (Seats(), Status.IDLE),
        (Seats(10, 10), Status.NORMAL),
        (Seats(10, 12), Status.NORMAL),
        (Seats(10, 9), Status.SHORT),
        (Seats(10, 7), Status.SHORT),
        (Seats(10, 6), Status.CRITICAL),
        (Seats(10, 9, critical=1), Status.CRITICAL),
        (Seats(10, 10, arrived=9, absent=1), Status.SHORT),
        (Seats(10, 10, absent=4), Status.CRITICAL),
    ],
)
def test_a_place_stands_as_its_seats_do(seats: Seats, status: Status) -> None:
    assert rules.status_of(seats) == status


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_open_and_manned_seats_are_never_negative_and_the_share_is_a_share(needed: int, filled: int, absent: int) -> None:
    seats = Seats(needed, filled, absent=absent)
    assert seats.open >= 0
    assert seats.manned >= 0
    assert 0 <= seats.share <= 1
    assert (seats.open == 0) == (seats.share == 1)


def test_a_shift_is_on_from_its_start_until_just_before_its_end() -> None:
    shift = window(480, 960)
    assert shift.covers(clock.at_minute(DAY, 480))
    assert shift.covers(clock.at_minute(DAY, 959))
    assert not shift.covers(clock.at_minute(DAY, 960))
    assert not shift.covers(clock.at_minute(DAY, 479))


def test_seats_now_are_those_of_all_shifts_that_are_on() -> None:
    windows = [window(480, 960, 4, 3, 1), window(360, 720, 2, 2), window(960, 1440, 9, 0)]
    assert rules.seats_at(windows, TEN) == Seats(6, 5, critical=1)
    assert rules.seats_at([], TEN) == Seats()


WINDOWS = st.lists(
    st.builds(lambda start, length, needed: window(start, start + length, needed, needed // 2), *[st.integers(-1440, 2880), st.integers(30, 900), st.integers(0, 9)]),
    max_size=8,
)  # fmt: skip


@given(WINDOWS, st.integers(0, 1439))
def test_each_coming_hour_is_what_stands_at_its_middle(windows: list[Window], minute: int) -> None:
    at = clock.at_minute(DAY, minute)
    hour = at.replace(minute=0)
    wanted = [rules.seats_at(windows, hour + timedelta(hours=n, minutes=30)) for n in range(24)]
    assert rules.hours_ahead(windows, at) == wanted


def test_the_current_shift_is_the_one_with_the_most_seats() -> None:
    turn = rules.current_turn([window(480, 960, 4, 4), window(480, 960, 3, 1), window(360, 720, 5, 5)], TEN)
    assert turn is not None
    assert (turn.needed, turn.filled, turn.open) == (7, 5, 2)
    assert turn.elapsed(TEN) == pytest.approx(0.25)
    assert rules.current_turn([window(720, 960)], TEN) is None


def test_the_next_shift_is_the_one_that_begins_first() -> None:
    turn = rules.next_turn([window(960, 1440, 9), window(720, 960, 2), window(720, 1200, 5), window(480, 960)], TEN)
    assert turn is not None
    assert (turn.starts_at, turn.needed) == (clock.at_minute(DAY, 720), 5)
    assert rules.next_turn([window(480, 960)], TEN) is None


@time_machine.travel(datetime.fromisoformat("2026-04-06T10:00:00+08:00"), tick=False)
def test_the_clock_of_these_tests_is_the_one_of_the_world() -> None:
    assert clock.now() == TEN

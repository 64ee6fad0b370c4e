"""Local days, minutes after midnight, and what people read."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.errors import Invalid

DAY = date(2026, 4, 6)


def test_minute_480_is_eight_in_the_morning_of_the_subdistrict() -> None:
    assert clock.at_minute(DAY, 480) == datetime(2026, 4, 6, 0, 0, tzinfo=UTC)


def test_a_minute_above_1440_lies_on_the_next_day() -> None:
    assert clock.at_minute(DAY, 1440 + 360) == clock.at_minute(date(2026, 4, 7), 360)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-2880, 4320))
def test_the_minute_of_a_moment_is_the_one_it_was_made_from(day: date, minute: int) -> None:
    assert clock.minute_of(clock.at_minute(day, minute), day) == minute


@pytest.mark.parametrize("words", ["9999-12-31", "0001-01-01", "31.12.2026"])
def test_a_day_that_no_calendar_has_around_the_world_is_refused(words: str) -> None:
    with pytest.raises(Invalid):
        clock.bounds(clock.day_of(words))


def test_today_is_the_date_of_the_subdistrict_not_of_greenwich() -> None:
    with time_machine.travel(datetime(2026, 4, 5, 17, 0, tzinfo=UTC), tick=False):
        assert clock.today() == DAY
        assert clock.now().tzinfo is not None


@pytest.mark.parametrize(("minute", "text"), [(0, "00:00"), (485, "08:05"), (1439, "23:59"), (1440, "00:00"), (1860, "07:00")])
def test_clock_text_wraps_at_midnight(minute: int, text: str) -> None:
    assert clock.clock_text(minute) == text

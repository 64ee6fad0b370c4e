"""Searches, times as bars and as words, and who is the same person."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.core.clock import MINUTES_PER_DAY
from jimu.core.errors import Invalid
from jimu.grid.tests.town import ID_NUMBER
from jimu.people import rules
from jimu.people.identity import same_person
from jimu.people.intake.times import Window
from jimu.people.rules import Contact

DAY = MINUTES_PER_DAY
windows = st.builds(
    lambda days, start, length: Window(days, start, start + length), st.integers(1, 127), st.integers(0, DAY - 1), st.integers(1, DAY - 1)
)


def test_a_name_sorts_and_is_found_by_its_sounds() -> None:
    assert rules.sort_name("王伟") == "wangwei ww"


@pytest.mark.parametrize(("typed", "contact"), [
    ("13900005678", Contact("phone", "13900005678")), ("+86 139 0000 5678", Contact("phone", "13900005678")), (ID_NUMBER, Contact("id_number", ID_NUMBER)),
    ("王伟", None), ("wangwei", None), ("1390000567", None), ("", None), ("999999198506150029", None),
])  # fmt: skip
def test_a_search_is_for_a_number_only_when_it_is_one(typed: str, contact: Contact | None) -> None:
    assert rules.contact_in(typed) == contact


def test_a_number_is_not_in_the_text_of_a_search() -> None:
    assert "5678" not in repr(rules.contact_in("13900005678"))


def test_bars_are_cut_at_midnight_and_joined() -> None:
    sunday_night = Window(1 << 6, 1320, 1800)
    bars = rules.week_bars([sunday_night, Window(1, 300, 500), Window(1, 600, 700)])
    assert bars[6] == [(1320, 1440)]
    assert bars[0] == [(0, 500), (600, 700)]
    assert bars[1] == []


@given(st.lists(windows, max_size=6))
def test_bars_cover_exactly_the_minutes_of_the_windows(given_windows: list[Window]) -> None:
    bars = rules.week_bars(given_windows)
    wanted = {
        ((day + minute // DAY) % 7, minute % DAY)
        for window in given_windows for day in range(7) if window.weekdays >> day & 1
        for minute in range(window.start, window.end)
    }  # fmt: skip
    drawn = [(day, minute) for day in range(7) for start, end in bars[day] for minute in range(start, end)]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == wanted


@given(st.lists(windows, max_size=4, unique=True))
def test_times_written_as_words_are_read_as_the_same_times(given_windows: list[Window]) -> None:
    words = rules.times_as_words(given_windows, known=True)
    assert rules.times_from_words(words) == (True, given_windows)


def test_nothing_said_is_not_any_time() -> None:
    assert rules.times_from_words("") == (False, [])
    assert rules.times_from_words("随时") == (True, [])
    assert rules.times_as_words([], known=False) == ""


@pytest.mark.parametrize("words", ["看心情", "周一三五晚；看心情", "周末，不排夜班"])
def test_what_is_not_understood_is_refused_by_name(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.times_from_words(words)
    assert "没有看懂" in str(refused.value)


@dataclass
class Known:
    id_number_index: str


def test_the_same_valid_id_is_the_same_person_else_name_and_phone_unless_ids_differ() -> None:
    holder, plain, other = Known("a"), Known(""), Known("b")
    assert same_person(id_number_index="a", by_id=holder, twin=plain) is holder
    assert same_person(id_number_index="a", by_id=None, twin=plain) is plain
    assert same_person(id_number_index="a", by_id=None, twin=other) is None
    assert same_person(id_number_index="", by_id=None, twin=other) is other
    assert same_person(id_number_index="", by_id=None, twin=None) is None

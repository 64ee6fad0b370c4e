"""How many are asked: the shares of the playbook, corrected by what is heard; nobody is asked for seats that are expected to fill."""

from datetime import timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from jimu.calls import rules
from jimu.calls.rules import Tally

from .conftest import EVE

TERMS = {"short_hours": 6, "no_show": 0.15, "no_show_short": 0.25}


def asked(seats: int, *, absent: float = 0.15, share: float = 0.35, tally: Tally | None = None, standing_by: int = 0) -> int:
    return rules.wave_size(open_seats=seats, standing_by=standing_by, tally=tally or Tally(), share=share, absent_share=absent)


def test_more_must_say_yes_than_there_are_seats_by_the_share_who_do_not_come() -> None:
    # The domain's rule: ceil(n / (1 - p)), 15 % on a weekday, 25 % at less than six hours' notice.
    assert rules.wanted_yes(17, 0.15) == 20
    assert rules.wanted_yes(3, 0.25) == 4
    assert rules.wanted_yes(0, 0.25) == 0
    assert rules.no_show(TERMS, EVE + timedelta(hours=5), EVE) == 0.25
    assert rules.no_show(TERMS, EVE + timedelta(hours=7), EVE) == 0.15


def test_the_first_wave_is_sized_by_the_share_who_say_yes() -> None:
    assert asked(17) == ceil(20 / 0.35) == 58
    assert asked(17, absent=0.25) == ceil(23 / 0.35) == 66
    assert asked(0) == 0


def test_the_share_is_corrected_by_what_the_call_has_heard() -> None:
    assert rules.yes_share(0.35, Tally()) == 0.35
    eager, weary = Tally(yes=60, no=20), Tally(yes=4, no=50, silent=26)
    assert rules.yes_share(0.35, eager) == (0.35 * 20 + 60) / 100
    assert rules.yes_share(0.35, weary) == (0.35 * 20 + 4) / 100
    assert asked(10, share=rules.yes_share(0.35, weary)) > asked(10) > asked(10, share=rules.yes_share(0.35, eager))


@given(seats=st.integers(0, 200), waiting=st.integers(0, 400), by=st.integers(0, 50), share=st.floats(0.05, 1), absent=st.floats(0, 0.5))
def test_a_wave_is_never_larger_for_more_who_are_still_to_answer_or_stand_by(seats: int, waiting: int, by: int, share: float, absent: float) -> None:
    size = asked(seats, share=share, absent=absent, tally=Tally(waiting=waiting), standing_by=by)
    assert 0 <= size <= asked(seats, share=share, absent=absent)
    assert asked(seats, share=share, absent=absent, tally=Tally(waiting=waiting + 1), standing_by=by) <= size
    # What is expected of the wave and of those who are still to answer covers the seats.
    if seats:
        assert share * (size + waiting) + by + 1e-6 >= seats

"""Turns and alarms, decided without a database."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jimu.relay import rules

DAY = datetime(2026, 4, 6, tzinfo=UTC)


def hours(*pairs: tuple[int, int]) -> list[rules.Span]:
    return [(DAY + timedelta(hours=a), DAY + timedelta(hours=b)) for a, b in pairs]


def test_a_turn_leads_to_the_next_shift_even_when_it_begins_the_next_morning() -> None:
    found = rules.turns(hours((8, 20), (32, 44)))
    assert next((turn.ends_at, turn.begins_at) for turn in found) == (DAY + timedelta(hours=20), DAY + timedelta(hours=32))
    assert found[0].until == DAY + timedelta(hours=44)


def test_after_the_last_known_shift_the_next_is_taken_to_begin_at_once() -> None:
    last = rules.turns(hours((8, 12)))[-1]
    assert last.begins_at == last.ends_at < last.until


def test_alarms_climb_one_level_for_each_further_wait_and_stop_at_the_root() -> None:
    due = DAY
    steps = [
        rules.alarm_step(due_at=due, at=due + timedelta(minutes=m), minutes=15, levels=3) for m in (-1, 0, 14, 15, 30, 9000)
    ]
    assert steps == [0, 1, 1, 2, 3, 3]


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda pair: hours((pair[0], pair[0] + pair[1]))[0]), max_size=12
)


@given(SPANS)
def test_every_end_has_one_turn_and_nobody_begins_before_it(spans: list[rules.Span]) -> None:
    found = rules.turns(spans)
    assert [turn.ends_at for turn in found] == sorted({end for _start, end in spans})
    assert all(turn.ends_at <= turn.begins_at < turn.until for turn in found)


@given(st.integers(-500, 5000), st.integers(0, 300), st.integers(5, 120), st.integers(1, 5))
def test_time_never_takes_an_alarm_back(minute: int, later: int, wait: int, levels: int) -> None:
    def step(m: int) -> int:
        return rules.alarm_step(due_at=DAY, at=DAY + timedelta(minutes=m), minutes=wait, levels=levels)

    assert 0 <= step(minute) <= step(minute + later) <= levels

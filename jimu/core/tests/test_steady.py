"""The clock of service: only forward, only while it runs, counted by one process at a time."""

import pytest

from jimu.core import steady
from jimu.core.models import SteadyClock

pytestmark = pytest.mark.django_db


class Watch:
    """A stop-watch in hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_it_counts_the_seconds_of_the_process_and_keeps_the_fractions() -> None:
    watch = Watch()
    clock = steady.Advancer(measure=watch)
    clock.advance()
    for _n in range(5):
        watch.seconds += 1.5
        clock.advance()
    assert steady.now() == 7
    watch.seconds += 0.5
    clock.advance()
    assert steady.now() == 8


def test_a_pause_of_the_machine_does_not_count_as_waiting() -> None:
    watch = Watch()
    clock = steady.Advancer(measure=watch)
    clock.advance()
    watch.seconds += 8 * 3600
    clock.advance()
    assert steady.now() == steady.LONGEST_STEP


def test_of_two_processes_one_counts_and_the_other_takes_over_when_it_stops() -> None:
    watch = Watch()
    first, second = steady.Advancer(measure=watch), steady.Advancer(measure=watch)
    for _n in range(20):
        watch.seconds += 3
        first.advance()
        second.advance()
    assert steady.now() == 60
    for _n in range(20):
        watch.seconds += 3
        second.advance()
    assert 90 <= steady.now() <= 100
    assert SteadyClock.objects.get().holder == second.token


def test_a_new_start_goes_on_where_the_last_one_stood() -> None:
    watch = Watch()
    steady.Advancer(measure=watch).advance()
    SteadyClock.objects.update(seconds=1000)
    fresh = steady.Advancer(alone=True, measure=watch)
    fresh.advance()
    watch.seconds += 3
    fresh.advance()
    assert steady.now() == 1003

"""Identifiers sort by the time they were made."""

import threading
import time
import uuid

import time_machine

from jimu.core.ids import new_id


def test_an_id_is_a_uuid_of_version_seven() -> None:
    assert new_id().version == 7


def test_ids_sort_in_the_order_they_were_made() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)


def test_no_two_ids_are_alike() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_an_id_begins_with_the_millisecond_it_was_made_in() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000 + 1


def test_ids_made_by_several_threads_are_all_different() -> None:
    made: list = []
    threads = [threading.Thread(target=lambda: made.extend(new_id() for _ in range(2000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000


def test_a_clock_that_steps_back_does_not_undo_the_order() -> None:
    before = new_id()
    with time_machine.travel(0, tick=False):
        assert new_id() > before


def test_an_id_is_of_the_variant_that_others_can_read() -> None:
    assert new_id().variant == uuid.RFC_4122

"""Locks of the house: who holds a name holds it alone, on both databases."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from jimu.core import clock, locks
from jimu.core.models import Pulse


def together(*acts: Callable[[], None]) -> None:
    """Run the acts at once, each on its own connection, and raise what any of them raised."""
    failures: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if failures:
        raise failures[0]


def test_a_lock_outside_a_transaction_is_a_mistake_in_the_program(transactional_db) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        locks.hold("board")
    with transaction.atomic():
        locks.hold("board")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_four_who_read_and_then_write_under_a_lock_lose_nothing() -> None:
    Pulse.objects.create(topic="count", version=0, at=clock.now())

    def add() -> None:
        for _ in range(10):
            with transaction.atomic():
                locks.hold("count")
                version = Pulse.objects.get(topic="count").version
                time.sleep(0.001)
                Pulse.objects.filter(topic="count").update(version=version + 1)

    together(add, add, add, add)
    assert Pulse.objects.get(topic="count").version == 40


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_names_given_in_any_order_do_not_lock_each_other_out() -> None:
    def take(*names: str) -> None:
        for _ in range(15):
            with transaction.atomic():
                locks.hold(*names)

    together(lambda: take("a", "b", "c"), lambda: take("c", "b", "a"), lambda: take("b", "a", "c"))


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_lock_ends_with_its_transaction_even_when_that_fails() -> None:
    def undone() -> None:
        with transaction.atomic():
            locks.hold("x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    taken = []

    def take() -> None:
        with transaction.atomic():
            locks.hold("x")
            taken.append(True)

    together(take)
    assert taken

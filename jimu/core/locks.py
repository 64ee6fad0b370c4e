"""Locks of the house, in one file: take the lock, then decide, then write."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from django.db import connection, transaction


def hold(*names: str) -> None:
    """Hold the named locks until the transaction ends; they are taken in one order, so nobody deadlocks.

    PostgreSQL: transaction-level advisory locks. SQLite: a transaction is IMMEDIATE there, so it holds the
    only write lock already. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("locks.hold needs a transaction")
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # One statement, since a batch may hold many; an array is read in its order.
        numbers = sorted({zlib.crc32(name.encode()) for name in names})
        cursor.execute("SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number", [numbers])


_turn = RLock()


@contextmanager
def in_turn() -> Iterator[None]:
    """Around a short transaction that many ask for at once: threads of this process queue for it.

    SQLite's one write lock is polled for with growing pauses, in which others overtake; a queue has neither. Nothing
    on PostgreSQL, and nothing within a transaction, which may hold that lock already.
    """
    if connection.vendor == "postgresql" or connection.in_atomic_block:
        yield
        return
    with _turn:
        yield

"""Locks of the house, in one file: take the lock, then decide, then write."""

import zlib

from django.db import connection, transaction


def hold(*names: str) -> None:
    """Hold the named locks until the transaction ends; names are taken in sorted order, so nobody deadlocks.

    PostgreSQL: transaction-level advisory locks. SQLite: a transaction is IMMEDIATE there, so it holds the
    only write lock already. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("locks.hold needs a transaction")
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name in sorted(set(names)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])

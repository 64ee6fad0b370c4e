"""The watch over what is written: what is taken back does not count, what is half written does."""

from django.db import transaction

from jimu.core.models import Job
from jimu.core.tests.written import Written, written


def test_what_is_taken_back_was_not_written(db) -> None:
    with written() as seen, transaction.atomic():
        Job.objects.update(kind="a")
        transaction.set_rollback(True)
    assert seen.tables == []


def test_what_stands_was_written_also_in_a_transaction_that_came_after(db) -> None:
    with written() as seen:
        with transaction.atomic(), transaction.atomic():
            Job.objects.update(kind="a")
        with transaction.atomic():
            transaction.set_rollback(True)
    assert seen.tables == ["core_job"]


def test_half_of_it_is_seen() -> None:
    seen = Written()
    for sql in ('SAVEPOINT "a"', 'INSERT INTO "first" VALUES (1)', 'SAVEPOINT "b"', 'DELETE FROM "second"', 'ROLLBACK TO SAVEPOINT "b"',
                'RELEASE SAVEPOINT "b"', 'RELEASE SAVEPOINT "a"'):  # fmt: skip
        seen.note(sql)
    assert seen.tables == ["first"]

"""Rows appended many at once: all of them, in statements of a bounded size, or none."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jimu.core import bulk, clock
from jimu.core.models import Pulse

pytestmark = pytest.mark.django_db

COLUMNS = ["topic", "version", "at"]


def rows(count: int) -> list[tuple[str, int, str]]:
    return [(f"t{n}", n, "2022-04-05 00:00:00+00:00") for n in range(count)]


@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_every_row_is_there_however_many_statements_it_takes(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_ROWS", 3)
    bulk.append(Pulse._meta.db_table, COLUMNS, rows(count))
    assert dict(Pulse.objects.values_list("topic", "version")) == {f"t{n}": n for n in range(count)}


def test_a_key_that_is_there_already_takes_the_whole_transaction_with_it() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.append(Pulse._meta.db_table, COLUMNS, [*rows(3), *rows(1)])
    assert not Pulse.objects.exists()


def test_unless_it_is_told_to_let_it_be() -> None:
    suffix = connection.ops.on_conflict_suffix_sql([], bulk.OnConflict.IGNORE, [], [])
    verb = connection.ops.insert_statement(on_conflict=bulk.OnConflict.IGNORE)
    bulk.append(Pulse._meta.db_table, COLUMNS, [*rows(3), *rows(4)], verb=verb, suffix=suffix)
    assert Pulse.objects.count() == 4


@pytest.mark.parametrize(("count", "counted"), [(2, False), (3, True)])
def test_postgresql_counts_a_table_anew_once_many_rows_are_committed(
    count: int, counted: bool, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(bulk, "MANY_ROWS", 3)
    asked = counted and connection.vendor == "postgresql"
    with django_capture_on_commit_callbacks() as later:
        bulk.insert([Pulse(topic=f"t{n}", version=n, at=clock.now()) for n in range(count)])
    assert len(later) == asked
    with CaptureQueriesContext(connection) as asked_of:
        for call in later:
            call()
    assert [q["sql"] for q in asked_of.captured_queries] == ['ANALYZE "core_pulse"'] * asked
    assert Pulse.objects.count() == count

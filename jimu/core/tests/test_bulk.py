"""Rows appended many at once: all of them, in statements of a bounded size, or none."""

import pytest
from django.db import IntegrityError, connection, transaction

from jimu.core import bulk
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

"""The journal: beside the write, in the same transaction, never rewritten."""

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from jimu.core import clock, journal
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor

pytestmark = pytest.mark.django_db
ACTOR = Actor(7, "顾指挥")


def write(**changes: object) -> JournalEntry:
    given: dict = {"actor": ACTOR, "at": clock.now(), "verb": "roster.published", "target": "roster:1", "scope": "0001"}
    return journal.record(**{**given, **changes})


def test_an_entry_says_who_did_what_to_what_where_and_when() -> None:
    at = clock.now()
    write(at=at, data={"seats": 3})
    entry = JournalEntry.objects.get()
    assert (entry.account_id, entry.actor_name, entry.verb, entry.target, entry.scope) == (
        7, "顾指挥", "roster.published", "roster:1", "0001",
    )  # fmt: skip
    assert (entry.at, entry.data) == (at, {"seats": 3})


def test_the_system_has_no_account() -> None:
    assert write(actor=SYSTEM).account_id is None


def test_an_entry_goes_with_its_write_when_that_is_undone() -> None:
    def undone() -> None:
        with transaction.atomic():
            write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert not JournalEntry.objects.exists()
    write()
    assert JournalEntry.objects.exists()


def test_newest_entries_come_first() -> None:
    at = clock.now()
    made = [write(at=at).pk for _ in range(3)]
    assert [entry.pk for entry in JournalEntry.objects.all()] == made[::-1]


def test_the_database_refuses_to_change_an_entry() -> None:
    entry = write()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        JournalEntry.objects.filter(pk=entry.pk).update(verb="nothing.happened")
    entry.verb = "nothing.happened"
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        entry.save()
    assert JournalEntry.objects.get().verb == "roster.published"


def test_the_database_refuses_to_delete_an_entry() -> None:
    write()
    if connection.vendor == "sqlite":
        # Taken away for tests that clean up after themselves, see the conftest of the house.
        guard = import_module("jimu.core.migrations.0001_squashed_0004_steadyclock").SQLITE["delete"]
        with connection.cursor() as cursor:
            cursor.execute(guard)
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        JournalEntry.objects.all().delete()
    assert JournalEntry.objects.count() == 1


def test_the_page_tells_in_words_what_happened_and_where(client) -> None:
    from jimu.grid.tests.town import build

    town = build()
    write(verb="people.revealed", scope=town["甲一居民区"].path)
    write(verb="gone.brick_did", actor=SYSTEM)
    client = town.client("auditor")
    page = client.get("/system/journal/").content.decode()
    for words in ("顾指挥", "查看完整号码", "甲一居民区", "系统", "gone.brick_did"):
        assert words in page, words
    assert "people.revealed</" not in page
    narrowed = client.get("/system/journal/?verb=people.revealed").content.decode()
    assert "gone.brick_did" not in narrowed
    assert "没有这样的记录" in client.get("/system/journal/?verb=roster.pinned").content.decode()

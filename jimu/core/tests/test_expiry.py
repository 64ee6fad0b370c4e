"""Days of many places become few conditions, and each row is held to the days of its own place."""

from datetime import timedelta

import pytest

from jimu.core import clock, journal
from jimu.core.expiry import past
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def test_rows_are_held_to_the_days_of_their_place_however_many_places_there_are() -> None:
    at = clock.now()
    days = {f"{number:08d}": 3 + number % 2 for number in range(3000)}
    for scope in ("00000000", "00000001", "00009999"):
        journal.record(actor=SYSTEM, at=at - timedelta(days=3), verb="sync.wiped", target="device:x", scope=scope, data={})
    over = JournalEntry.objects.filter(past(days, place="scope", moment="at__lte", at=at))
    assert list(over.values_list("scope", flat=True)) == ["00000000"]
    assert not JournalEntry.objects.filter(past({}, place="scope", moment="at__lte", at=at)).exists()

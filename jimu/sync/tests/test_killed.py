"""The service killed in the middle of batches: all that was acknowledged is there, once."""

import os
from collections import Counter
from pathlib import Path

import pytest

from jimu.core import clock
from jimu.core.models import JournalEntry
from jimu.core.tests.elsewhere import environment, free_port
from jimu.sync.models import Operation
from jimu.sync.tests import killing, offering
from jimu.sync.tests.conftest import Phone, enrolled

pytestmark = [pytest.mark.concurrency, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
#: How often the service is killed.
KILLS = int(os.environ.get("JIMU_KILLS", "200"))
#: How many operations each phone sends at once: five that come by the lane of the phones, two whose batches are larger and go the pages' way.
SIZES = [1, 1, 3, 6, 20, 60, 60]


def test_a_service_killed_in_the_middle_of_batches_keeps_every_acknowledged_operation_once(phone: Phone, tmp_path: Path) -> None:
    port, file, at = free_port(), tmp_path / "serving", clock.now().isoformat()
    account, unit = phone.device.account, str(phone.town.units["1号楼"].pk)
    phones = [phone, *(enrolled(phone.town, account) for _ in SIZES[1:])]
    senders = [killing.Sender(one.token, lambda: killing.operation(unit, at), size) for one, size in zip(phones, SIZES, strict=True)]
    with killing.service(port, file, environment()):
        ordeal = killing.undergo(port=port, senders=senders, file=file, kills=KILLS, seed=7)
    assert sorted(ordeal.acknowledged) == sorted(ordeal.sent)
    records = Counter(JournalEntry.objects.filter(verb=offering.KNOCKED).values_list("target", flat=True))
    assert records == Counter(f"op:{one}" for one in ordeal.sent)
    assert Operation.objects.count() == len(ordeal.sent)
    # Both ways were taken, and it died on both sides of the commit.
    assert min(ordeal.by_lane, ordeal.by_pages) > 0
    assert 0 < ordeal.found < len(ordeal.sent)

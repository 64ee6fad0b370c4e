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
from jimu.sync.tests.conftest import Phone

pytestmark = [pytest.mark.concurrency, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
#: How often the service is killed: 10 times within the suite, JIMU_KILLS=200 for an ordeal.
KILLS = int(os.environ.get("JIMU_KILLS", "10"))


def test_a_service_killed_in_the_middle_of_batches_keeps_every_acknowledged_operation_once(phone: Phone, tmp_path: Path) -> None:
    port, file = free_port(), tmp_path / "serving"
    unit, at = str(phone.town.units["1号楼"].pk), clock.now().isoformat()
    with killing.service(port, file, environment()):
        ordeal = killing.undergo(
            address=f"http://127.0.0.1:{port}", token=phone.token, unit=unit, at=at, file=file, kills=KILLS, size=60, seed=7
        )
    assert sorted(ordeal.acknowledged) == sorted(ordeal.sent)
    records = Counter(JournalEntry.objects.filter(verb=offering.KNOCKED).values_list("target", flat=True))
    assert records == Counter(f"op:{one}" for one in ordeal.sent)
    assert Operation.objects.count() == len(ordeal.sent)

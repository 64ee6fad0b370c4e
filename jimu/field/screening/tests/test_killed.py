"""The service killed while tables send scans: every acknowledged one is in its tube, once."""

import itertools
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jimu.core import clock
from jimu.core.tests.elsewhere import environment, free_port
from jimu.field.screening.models import Scan, Tube
from jimu.field.screening.tests.conftest import yard_of
from jimu.field.screening.tests.test_offline import op
from jimu.grid.tests.town import build
from jimu.sync.models import Operation
from jimu.sync.tests import killing
from jimu.sync.tests.conftest import enrolled

pytestmark = [pytest.mark.concurrency, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KILLS = min(20, int(os.environ.get("JIMU_KILLS", "20")))
SIZES = [1, 1, 5, 30]


def test_a_service_killed_while_tables_send_keeps_every_acknowledged_scan_once(db: None, tmp_path: Path) -> None:
    yard = yard_of(build(), at=clock.now() - timedelta(hours=2))
    phones = [enrolled(yard.town, yard.town.account("member", "甲一居民区"), "甲一居民区") for _ in SIZES]

    def table(n: int) -> Callable[[], dict[str, Any]]:
        count = itertools.count()

        def scan() -> dict[str, Any]:
            number = next(count)
            return op(yard, phones[n], tube=f"T{n}-{number // 10}", code=f"foreign-{n}-{number}")

        return scan

    senders = [killing.Sender(phone.token, table(n), SIZES[n]) for n, phone in enumerate(phones)]
    port, file = free_port(), tmp_path / "serving"
    with killing.service(port, file, environment(), offered=False):
        ordeal = killing.undergo(port=port, senders=senders, file=file, kills=KILLS, seed=7)
    assert sorted(ordeal.acknowledged) == sorted(ordeal.sent)
    assert sorted(str(one) for one in Scan.objects.values_list("pk", flat=True)) == sorted(ordeal.sent)
    assert Operation.objects.count() == len(ordeal.sent)
    assert sum(Tube.objects.values_list("taken", flat=True)) == len(ordeal.sent)
    assert min(ordeal.by_lane, ordeal.by_pages) > 0

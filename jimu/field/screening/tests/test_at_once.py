"""Tables and pages that write at the same moment: a tube holds what fits, a person's scan is there once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from jimu.core.errors import JimuError
from jimu.core.permissions import SYSTEM
from jimu.field.screening import custody, scanning
from jimu.field.screening.models import Batch, Scan, Tube
from jimu.field.screening.tests.conftest import AT, MINUTE, yard_of
from jimu.grid.tests.town import build

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def at_once(*works: Any) -> list[Any]:
    """What all of them answered, an error for an error."""

    def run(work: Any) -> Any:
        try:
            return work()
        except JimuError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_eight_scans_at_once_into_a_tube_of_five() -> None:
    yard = yard_of(build(), pool=5)
    acts = [yard.act(person) for person in yard.people[:8]]
    told = at_once(*(lambda act=act: scanning.take(actor=SYSTEM, act=act) for act in acts))
    assert sorted(one.doubt for one in told) == [""] * 5 + ["over"] * 3
    tube = Tube.objects.get()
    assert (tube.taken, Scan.objects.filter(tube=tube, doubt="").count(), Scan.objects.count()) == (5, 5, 8)


def test_the_same_scan_told_by_six_at_once_is_one() -> None:
    yard = yard_of(build())
    act = yard.act(yard.people[0])
    told = at_once(*[lambda: scanning.take(actor=SYSTEM, act=act)] * 6)
    assert sorted(one.again for one in told) == [False] + [True] * 5
    assert (Scan.objects.count(), Tube.objects.get().taken) == (1, 1)


def test_a_tube_goes_into_one_box() -> None:
    yard = yard_of(build())
    tube = yard.fill("T1", 2)
    given = {"actor": SYSTEM, "at": AT + 40 * MINUTE, "round_id": yard.round.pk, "site_id": yard.site.pk, "tube_ids": [tube.pk]}
    told = at_once(*[lambda: custody.pack(**given)] * 4)
    assert sum(isinstance(one, Batch) for one in told) == 1
    assert Tube.objects.get(pk=tube.pk).events.filter(kind="packed").count() == 1

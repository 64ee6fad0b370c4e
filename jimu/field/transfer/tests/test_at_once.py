"""Desks that write at the same moment: one person sits in one vehicle, the last seat is given once, two sign as two."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from jimu.core.errors import JimuError
from jimu.field.transfer import acting, custody, disinfecting, leaving, listing, runs
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Dependant, Disinfection, Fact, KeySignature, Transfer
from jimu.field.transfer.tests.conftest import AT, PACKED, Lane, fresh, lane_of, person
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


@pytest.fixture
def busy() -> Lane:
    return lane_of(build())


def seat(lane: Lane, run: Any, one: Transfer) -> Any:
    return lambda: runs.seat(actor=lane.secretary, at=AT, run_id=run.pk, transfer_ids=[one.pk])


def test_two_desks_put_one_person_in_two_vehicles_and_one_does(busy: Lane) -> None:
    one = busy.ready("安父亲")
    vehicles = [busy.run(crew=False) for _n in range(4)]
    told = at_once(*[seat(busy, run, one) for run in vehicles])
    assert sum(not isinstance(each, JimuError) for each in told) == 1
    assert Fact.objects.filter(transfer=one, act="seat").count() == 1


def test_the_last_seat_is_given_once(busy: Lane) -> None:
    rows = [busy.ready(name) for name in ("安父亲", "安甲户", "安乙户", "安远人")]
    run = busy.run(seats=1, crew=False)
    told = at_once(*[seat(busy, run, one) for one in rows])
    assert sorted(getattr(each, "code", "seated") for each in told) == ["full", "full", "full", "seated"]
    assert run.transfers.count() == 1


def test_the_last_bed_is_given_once_over_several_vehicles(busy: Lane) -> None:
    runs.add_destination(actor=busy.secretary, at=AT, unit_id=busy.town["甲一居民区"].pk, name="示例隔离酒店", beds=1)
    rows = [busy.ready(name) for name in ("安父亲", "安甲户", "安乙户")]
    vehicles = [busy.run(crew=False) for _one in rows]
    told = at_once(*[seat(busy, run, one) for run, one in zip(vehicles, rows, strict=True)])
    assert sorted(getattr(each, "code", "seated") for each in told) == ["no_bed", "no_bed", "seated"]


def test_one_resident_is_listed_once(busy: Lane) -> None:
    told = at_once(*[lambda: listing.add(actor=busy.secretary, at=AT, resident_id=busy.people["安父亲"].pk, why="close")] * 4)
    assert (sum(isinstance(each, Transfer) for each in told), Transfer.objects.count()) == (1, 1)


def test_a_positive_case_and_a_contact_put_on_one_vehicle_at_once(busy: Lane) -> None:
    rows = [busy.ready("安父亲", "positive"), busy.ready("安甲户", "close")]
    run = busy.run(crew=False)
    at_once(*[seat(busy, run, one) for one in rows])
    assert run.transfers.count() == 1


def test_one_boards_while_another_desk_says_that_nobody_is_left(busy: Lane) -> None:
    one = busy.act(busy.listed("安母亲"), "told")
    busy.answered(one, LeftGiven("child", "", busy.people["安小孩"].pk))
    busy.act(one, "prepare", packed=PACKED)
    busy.run(one)
    child = Dependant.objects.get()
    at_once(
        lambda: acting.act(actor=busy.escort, at=AT, transfer_id=one.pk, name="board"),
        lambda: busy.cared(child),
        lambda: leaving.answer(actor=busy.lead, at=AT, transfer_id=one.pk, left=[LeftGiven("pet", "一只猫")]),
    )
    found = {each.kind: each.alarm_at for each in Dependant.objects.all()}
    assert fresh(one).state == "boarded"
    assert found["pet"] == AT
    assert found["child"] is not None


def test_keys_offered_to_one_are_signed_for_once(busy: Lane) -> None:
    one = busy.ready("安甲户")
    key = custody.collect(actor=busy.secretary, at=AT, transfer_id=one.pk)
    custody.offer(actor=busy.secretary, at=AT, key_id=key.pk, to_id=person(busy.second))
    at_once(*[lambda: custody.take(actor=busy.second, at=AT, key_id=key.pk)] * 4)
    assert (KeySignature.objects.filter(kind="taken").count(), custody.chain_faults()) == (1, [])


def test_a_disinfection_signed_by_one_twice_at_once_is_half(busy: Lane) -> None:
    busy.gone("安甲户", "positive")
    kitchen = Disinfection.objects.get(kitchen="东灶")
    busy.on_duty(busy.escort)
    at_once(*[lambda: disinfecting.sign(actor=busy.escort, at=AT, disinfection_id=kitchen.pk)] * 3)
    assert fresh(kitchen).state == "half"

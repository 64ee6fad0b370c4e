"""Many phones at one moment: each hears of its own, a refusal of one touches nobody else, nothing is told before its commit."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.sync import actions, logbook, receiving, registry
from jimu.sync.errors import Revoked
from jimu.sync.models import Operation
from jimu.sync.reading import read
from jimu.sync.receiving import Report
from jimu.sync.tests import offering
from jimu.sync.tests.conftest import Phone, enrolled, knocks

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each returned or raised, all begun at one moment."""
    found: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(number: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[number] = work()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def sending(phone: Phone, ops: list[dict[str, Any]]) -> Callable[[], Any]:
    return lambda: receiving.take(receiving.batch_of(device_id=phone.device.pk, at=clock.now(), raw=ops, report=Report()))


def test_each_phone_hears_of_its_own_and_a_revoked_one_leaves_nothing(phone: Phone) -> None:
    phones = [phone, *(enrolled(phone.town, phone.device.account) for _n in range(5))]
    batches = [[one.op(), one.op()] for one in phones]
    works = [sending(one, ops) for one, ops in zip(phones, batches, strict=True)]
    actions.revoke(actor=SYSTEM, at=clock.now(), device_id=phones[2].device.pk)
    found = at_once(*works)
    assert isinstance(found[2], Revoked)
    for number in (0, 1, 3, 4, 5):
        assert [(one["op_id"], one["outcome"]) for one in found[number]] == [(op["op_id"], "done") for op in batches[number]]
    assert (Operation.objects.count(), len(knocks())) == (10, 10)


def test_one_batch_by_two_requests_at_once_is_written_once(phone: Phone) -> None:
    ops = [phone.op() for _n in range(3)]
    found = at_once(*(sending(phone, ops) for _n in range(4)))
    outcomes = sorted(tuple(one["outcome"] for one in answer) for answer in found)
    assert outcomes == [("already_done",) * 3] * 3 + [("done",) * 3]
    assert len(knocks()) == 3


def test_each_is_answered_in_its_own_language(phone: Phone) -> None:
    phones = [phone, *(enrolled(phone.town, phone.device.account) for _n in range(3))]
    languages = ["en", "zh-hans", "en", "zh-hans"]
    late = at_once(*(_late(*pair) for pair in zip(phones, languages, strict=True)))
    assert late[0] == late[2] != late[1] == late[3]


def _late(phone: Phone, language: str) -> Callable[[], Any]:
    send = sending(phone, [phone.op(ago=timedelta(days=9))])

    def work() -> Any:
        with translation.override(language):
            return send()[0]["message"]

    return work


def test_when_the_commit_fails_nobody_is_told_that_it_stands(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []
    notes = logbook.note

    def failing(many: Any) -> None:
        notes(many)
        transaction.on_commit(lambda: tries.append(100))
        tries.append(1)
        raise OperationalError("disk I/O error")

    phone.send(phone.op())
    phones = [phone, enrolled(phone.town, phone.device.account)]
    monkeypatch.setattr(receiving, "TRIES", 1)
    monkeypatch.setattr(logbook, "note", failing)
    found = at_once(*(sending(one, [one.op()]) for one in phones))
    assert [type(one) for one in found] == [OperationalError, OperationalError]
    assert set(tries) == {1}
    assert (Operation.objects.count(), len(knocks())) == (1, 1)


def test_one_that_cannot_be_written_takes_no_other_with_it(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    phones = [phone, *(enrolled(phone.town, phone.device.account) for _n in range(5))]
    bad, writing = phones[3].device.pk, logbook.write

    def some(rows: Any) -> None:
        if any(row.device_id == bad for row in rows):
            raise ZeroDivisionError
        writing(rows)

    monkeypatch.setattr(logbook, "write", some)
    batches = [[one.op(), one.op()] for one in phones]
    found = at_once(*(sending(one, ops) for one, ops in zip(phones, batches, strict=True)))
    assert isinstance(found[3], ZeroDivisionError)
    assert [[told["outcome"] for told in answer] for number, answer in enumerate(found) if number != 3] == [["done", "done"]] * 5
    assert (Operation.objects.count(), len(knocks())) == (10, 10)


def test_a_bulk_action_for_one_phone_gets_no_two_phones_at_once(trio: list[Phone], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[set[str]] = []

    def many(found: Any) -> Any:
        asked.append({one.actor.name for one in found} | {str(one.device_id) for one in found})
        return offering.knock_all(found)

    at = clock.now()
    monkeypatch.setitem(registry.kinds(), "test.knock", offering.Kind(**{**vars(offering.KNOCK), "bulk_action": many, "several_phones": False}))
    batches = [receiving.batch_of(device_id=one.device.pk, at=at, raw=[one.op(), one.op()], report=Report()) for one in trio]
    with transaction.atomic():
        assert [[told["outcome"] for told in answer] for answer in receiving.settle(batches)] == [["done", "done"]] * 3
    assert [len(one) for one in asked] == [2, 2, 2]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(st.tuples(st.integers(0, 2), st.lists(st.integers(0, 7), min_size=1, max_size=5)), min_size=1, max_size=6))
def test_batches_written_together_are_answered_as_one_after_another(trio: list[Phone], sent: list[tuple[int, list[int]]]) -> None:
    """Whatever stands twice in them: the same operations of two phones, one phone with two batches, one id within a batch."""
    at = clock.now()
    pool = [trio[0].op("test.fussy" if number % 4 == 3 else "test.knock", payload={"how": "refuse"} if number % 4 == 3 else {}) for number in range(8)]

    def batch(number: int, ops: list[int]) -> receiving.Batch:
        raw = [read(pool[one], skew=timedelta(), received_at=at) for one in ops]
        return receiving.Batch(trio[number].device.pk, at, raw, Report(), None)

    batches = [batch(*one) for one in sent]
    with transaction.atomic():
        together = receiving.settle(batches)
        kept = Operation.objects.count(), len(knocks())
        transaction.set_rollback(True)
    with transaction.atomic():
        alone = [receiving.settle([one])[0] for one in batches]
        assert (together, kept) == (alone, (Operation.objects.count(), len(knocks())))
        transaction.set_rollback(True)


@pytest.fixture
def trio(phone: Phone) -> list[Phone]:
    return [phone, *(enrolled(phone.town, phone.device.account) for _n in range(2))]

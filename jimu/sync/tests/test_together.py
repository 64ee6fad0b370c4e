"""Many phones at one moment: each hears of its own, a refusal of one touches nobody else, nothing is told before its commit."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import translation

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.sync import actions, receiving, together
from jimu.sync.errors import Revoked
from jimu.sync.models import Device, Operation
from jimu.sync.receiving import Report
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
    device = Device.objects.select_related("account", "unit").get(pk=phone.device.pk)
    return lambda: receiving.receive(device=device, at=clock.now(), raw=ops, report=Report())


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
    wrong = [phone.op(kind="test.nothing")]

    def speaking(language: str) -> Callable[[], Any]:
        send = sending(phone, wrong)

        def work() -> Any:
            with translation.override(language):
                return together.written(lambda: translation.get_language()), send()

        return work

    assert [told[0] for told in at_once(speaking("en"), speaking("zh-hans"), speaking("en"))] == ["en", "zh-hans", "en"]


def test_when_the_commit_fails_nobody_is_told_that_it_stands(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("one writer is the embedded database's")
    tries: list[int] = []

    def failing() -> None:
        tries.append(1)
        Operation.objects.all().delete()
        transaction.on_commit(lambda: tries.append(100))
        raise OperationalError("disk I/O error")

    phone.send(phone.op())
    found = at_once(lambda: together.written(failing), lambda: together.written(failing))
    assert [type(one) for one in found] == [OperationalError, OperationalError]
    assert 100 not in tries
    assert Operation.objects.count() == 1

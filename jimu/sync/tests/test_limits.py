"""Where it ends: how much one batch, one payload, one photo may hold, which ids and clocks are believed. Each limit with what just fits."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from jimu.accounts.queries import actor_of
from jimu.core.ids import new_id
from jimu.sync import photos, rules
from jimu.sync.models import Operation, Photo
from jimu.sync.tests.conftest import Phone, knocks
from jimu.sync.tests.test_photos import code

pytestmark = pytest.mark.django_db


def test_a_batch_holds_so_many_operations(phone: Phone) -> None:
    ops = [phone.op() for _n in range(rules.MOST_OPERATIONS + 1)]
    refused = phone.post("operations", {"operations": ops})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "too_many")
    assert not Operation.objects.exists()
    assert set(phone.outcomes(*ops[1:])) == {"done"}


def test_a_request_holds_so_many_bytes(phone: Phone) -> None:
    body = b'{"operations": []}'
    assert phone.post("operations", body.ljust(rules.MOST_BYTES)).status_code == 200
    refused = phone.post("operations", body.ljust(rules.MOST_BYTES + 1))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "too_large")


def test_a_payload_holds_so_many_bytes(phone: Phone) -> None:
    def sent(size: int) -> str:
        op = phone.op("test.fussy", payload={"how": "", "pad": ""})
        op["payload"]["pad"] = "x" * (size - len(str(op["payload"]).replace("'", '"').replace(": ", ":").replace(", ", ",")))
        return str(phone.send(op)[0]["code"])

    assert sent(rules.MOST_PAYLOAD) == ""
    assert sent(rules.MOST_PAYLOAD + 1) == "malformed"


@pytest.mark.parametrize("op_id", ["9b2f3c4e-1d5a-4b6c-8d7e-0f1a2b3c4d5e", "", "x" * 36, 7, None])
def test_only_an_id_that_a_phone_makes_is_one(phone: Phone, op_id: object) -> None:
    assert phone.send(phone.op(op_id=op_id))[0]["code"] == "bad_op_id"
    assert not Operation.objects.exists()


@pytest.mark.parametrize("other", [{"kind": "test.edit"}, {"at": "2026-04-05T09:00:00+08:00"}, {"based_on": "2"}])
def test_another_kind_moment_or_version_under_the_same_id_is_another_operation(phone: Phone, other: dict[str, str]) -> None:
    first = phone.op()
    assert phone.outcomes(first, first) == ["done", "already_done"]
    assert phone.send({**first, **other})[0]["code"] == "op_id_reused"
    # Within one batch too.
    second = phone.op()
    assert [one["code"] for one in phone.send(second, {**second, **other})] == ["", "op_id_reused"]
    assert len(knocks()) == 2


def test_a_closed_account_s_phone_writes_nothing_any_more(phone: Phone) -> None:
    assert phone.outcomes(phone.op()) == ["done"]
    phone.device.account.is_active = False
    phone.device.account.save()
    assert code(phone.post("operations", {"operations": [phone.op()]})) == "device_revoked"
    assert Operation.objects.count() == 1


def test_a_difference_that_the_network_makes_is_none(phone: Phone) -> None:
    phone.ahead = rules.SKEW_NOTED - timedelta(seconds=1)
    op = phone.op(ago=timedelta(hours=1))
    phone.send(op)
    assert knocks()[0].at == datetime.fromisoformat(op["at"])
    assert Operation.objects.get().at == datetime.fromisoformat(op["at"])


def test_a_phone_speaks_for_no_organisation(phone: Phone) -> None:
    account = replace(actor_of(phone.device.account), organisation_id=UUID(int=7))
    assert rules.holder(account, "小米", phone.device.unit.path).organisation_id is None


def test_who_acts_from_a_phone_is_named_with_it_and_never_twice(phone: Phone) -> None:
    account, path = actor_of(phone.device.account), phone.device.unit.path
    assert rules.holder(account, "小米", path).name == f"{account.name}（小米）"
    assert rules.holder(account, account.name, path).name == f"{account.name}（手机）"


@pytest.mark.parametrize(("number", "of", "size"), [(2, 2, 1), (0, photos.MOST_PARTS + 1, 1), (0, 2, 0), (0, 2, photos.PART_BYTES + 1)])
def test_a_photo_has_so_many_parts_of_so_many_bytes(phone: Phone, number: int, of: int, size: int) -> None:
    phone.send(op := phone.op())

    def put(number: int, of: int, size: int) -> object:
        header = {"Authorization": f"Bearer {phone.token}"}
        return phone.client.post(f"/sync/photos/{new_id()}/{number}?op={op['op_id']}&of={of}", data=b"x" * size, content_type="application/octet-stream", headers=header)

    assert code(put(number, of, size)) == "bad_part"
    assert not Photo.objects.exists()
    assert put(photos.MOST_PARTS - 1, photos.MOST_PARTS, photos.PART_BYTES).status_code == 200  # type: ignore[attr-defined]

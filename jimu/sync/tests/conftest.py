"""A phone on duty in 第1网格块 of 甲一, in the hands of its block leader; and what it sends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.grid.tests.town import Town, town  # noqa: F401  a fixture
from jimu.sync import actions, packing, registry
from jimu.sync.models import Device
from jimu.sync.receiving import Report
from jimu.sync.tests import offering


@dataclass
class Phone:
    """An enrolled phone; `ahead` is by how much its clock is wrong."""

    town: Town
    device: Device
    token: str
    ahead: timedelta = timedelta()
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def now(self) -> datetime:
        return clock.now() + self.ahead

    def op(self, kind: str = "test.knock", *, ago: timedelta = timedelta(), unit: str = "1号楼", **more: Any) -> dict[str, Any]:
        """An operation as the phone writes it down."""
        payload = {"unit": str(self.town.units[unit].pk), "result": "answered", **more.pop("payload", {})}
        return {"op_id": str(new_id()), "kind": kind, "at": (self.now() - ago).isoformat(), "based_on": None, "payload": payload, **more}

    def edit(self, unit: str = "1号楼", *, was: dict[str, Any], to: dict[str, Any], **more: Any) -> dict[str, Any]:
        return self.op("test.edit", payload={"unit": str(self.town.units[unit].pk), "fields": to, "was": was}, **more)

    def post(self, path: str, body: Any) -> Any:
        header = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.post(f"/sync/{path}", data=body, content_type="application/json", headers=header)

    def send(self, *ops: Any, **more: Any) -> list[dict[str, Any]]:
        """Send a batch; the results."""
        answer = self.post("operations", {"operations": list(ops), "sent_at": self.now().isoformat(), "protocol": 1, "app_version": "test", **more})
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    def outcomes(self, *ops: Any) -> list[str]:
        return [one["outcome"] for one in self.send(*ops)]

    def pack(self, cursor: str = "", **headers: str) -> Any:
        return self.client.get("/sync/pack", {"cursor": cursor}, headers={"Authorization": f"Bearer {self.token}", **headers})


def enrolled(town: Town, account: Account, unit: str = "第1网格块", days: int = 1) -> Phone:  # noqa: F811
    """A phone of an account, enrolled by itself."""
    at = clock.now()
    device, secret = actions.invite(
        actor=actor_of(account), at=at, account_id=account.pk, unit_id=town[unit].pk, label="小米", ends_at=at + timedelta(days=days)
    )
    device, token = actions.enrol(at=at, secret=secret, report=Report())
    return Phone(town, device, token)


def knocks() -> list[JournalEntry]:
    """What the knocks became."""
    return list(JournalEntry.objects.filter(verb=offering.KNOCKED).order_by("at"))


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kinds of the tests, and no others."""
    monkeypatch.setattr(registry, "offers", lambda: (offering.OFFER,))
    registry.forget()
    packing.forget()
    yield
    monkeypatch.undo()
    registry.forget()
    packing.forget()


@pytest.fixture
def phone(town: Town, offered: None) -> Phone:  # noqa: F811
    """The block leader's phone."""
    return enrolled(town, town.account("block_leader", "第1网格块"))


EPOCH = datetime(1970, 1, 3, tzinfo=UTC)

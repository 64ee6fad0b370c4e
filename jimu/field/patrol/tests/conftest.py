"""北门 of 甲一居民区, its secretary, a member who stands there, and verbs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.households import zone_actions, zone_queries
from jimu.field.patrol import actions
from jimu.field.patrol.actions import Leave, Told
from jimu.field.patrol.models import Gate, Pass
from jimu.grid.tests.town import Town, build

HOUR = timedelta(hours=1)


@dataclass
class Watch:
    """北门 of 甲一居民区 with its secretary, and a member who stands there."""

    town: Town
    secretary: Actor
    guard: Actor
    gate: Gate

    def client(self, actor: Actor) -> Client:
        client = Client()
        client.force_login(Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def card(self, hours: int = 6, **more: Any) -> Pass:
        at, place = more.pop("at", clock.now()), more.pop("place", "甲一居民区")
        leave = Leave(**{"purpose": "supplies", "starts_at": at, "ends_at": at + hours * HOUR, "holder": "陈某某", **more})
        return actions.issue(actor=self.secretary, at=at, unit_id=self.town[place].pk, leave=leave)

    def told(self, number: str = "", way: str = "out", **more: Any) -> Told:
        return Told(**{"id": new_id(), "gate_id": self.gate.pk, "way": way, "at": clock.now(), "number": number, **more})

    def seal(self, building: str, track: str = "lockdown") -> None:
        """Put a building under a zone from today on, by the policy of May 2022."""
        at = clock.now()
        today = zone_queries.today(at)
        zone_actions.adopt_policy(actor=SYSTEM, at=at, unit_id=self.town["和风街道"].pk, name="three-zones-2022-05", effective_from=today, legal_basis="通告")
        zone_actions.set_zones(actor=SYSTEM, at=at, building_ids=[self.town[building].pk], track=track, day_one=today, legal_basis="通告")

    def cross(self, number: str = "", way: str = "out", **more: Any) -> None:
        actions.cross(actor=self.guard, told=self.told(number, way, **more))


@pytest.fixture
def watch(db: None) -> Watch:
    town = build()
    secretary = town.actor("secretary", "甲一居民区")
    gate = actions.open_gate(actor=secretary, at=clock.now() - 48 * HOUR, unit_id=town["甲一居民区"].pk, name="北门", basis="街道第 3 号通告", ends_on=clock.today() + timedelta(days=7))
    return Watch(town, secretary, town.actor("member", "第1网格块"), gate)

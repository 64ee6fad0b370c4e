"""The town with an open door for its residents, a team, and people who could see to something."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.needs import acting, answering, doors, reporting
from jimu.field.needs.models import Door, Need
from jimu.field.needs.reporting import Given
from jimu.grid.models import Unit
from jimu.grid.tests.town import Town, town
from jimu.incidents.models import Incident
from jimu.people.models import Person
from jimu.teams.models import Membership, Seat, Team

__all__ = ["AT", "Ward", "town", "ward"]
AT = datetime(2026, 4, 6, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = timedelta(hours=1)
PHONE = "13900000001"


@dataclass
class Ward:
    """甲一居民区 with its secretary, a block leader, a member who hears of things, and two who can see to them."""

    town: Town
    building: Unit
    secretary: Actor
    lead: Actor
    finder: Actor
    hand: Actor
    other: Actor
    door: Door

    def account(self, role: str, name: str, unit: str = "甲一居民区") -> Account:
        account = self.town.account(role, unit)
        account.person = self.town.people[name]
        account.save()
        return account

    def client(self, actor: Actor) -> Client:
        client = Client()
        client.force_login(Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def given(self, kind: str = "food", **more: Any) -> Given:
        return Given(**{"unit_id": self.building.pk, "kind": kind, "text": "家里没有米了", "room": "502", "phone": PHONE, **more})

    def need(self, kind: str = "food", at: datetime = AT, **more: Any) -> Need:
        """One that the finder heard of on the phone."""
        return reporting.report(actor=self.finder, at=at, given=self.given(kind, **more))

    def by_resident(self, kind: str = "food", at: datetime = AT, **more: Any) -> Need:
        return reporting.report_by_resident(at=at, code=self.door.code, address="10.0.0.1", given=self.given(kind, **more))

    def given_to(self, need: Need, actor: Actor, at: datetime = AT) -> Need:
        return acting.assign(actor=self.secretary, at=at, need_id=need.pk, person_id=actor.person_id)

    def done(self, kind: str = "food", at: datetime = AT) -> Need:
        """One that the hand says is done."""
        need = self.need(kind, at)
        self.given_to(need, self.hand, at)
        acting.accept(actor=self.hand, at=at, need_id=need.pk)
        return acting.finish(actor=self.hand, at=at, need_id=need.pk)

    def say(self, need: Need, act: str, actor: Actor | None = None, at: datetime = AT, note: str = "说明") -> Need:
        """An act by an account, or by receipt when no actor is named."""
        if actor is None:
            return answering.by_receipt(at=at, address="10.0.0.9", receipt=need.receipt, act=act, note=note)
        return answering.by_account(actor=actor, at=at, need_id=need.pk, act=act, note=note)

    def team(self, *actors: Actor) -> Team:
        """A team of 甲一 in which these sit."""
        unit = self.town["甲一居民区"]
        incident = Incident.objects.create(
            playbook="p", playbook_version=1, playbook_text="", level="l", title="t", legal_basis="b", scope=unit.path, starts_at=AT,
            ends_on=AT.date(), activated_at=AT, activated_by="a",
        )  # fmt: skip
        team = Team.objects.create(incident=incident, unit=unit, template="t", template_version=1, shape="s", title="保障组", purpose="p", state="confirmed", created_at=AT)
        for number, actor in enumerate(actors):
            seat = Seat.objects.create(team=team, code="m", number=number + 1, title="组员", duty="d")
            Membership.objects.create(seat=seat, person_id=actor.person_id, incident=incident, team=team, origin="hand", since=AT)
        return team


def person_of(actor: Actor) -> Person:
    return Person.objects.get(pk=actor.person_id)


def fresh(need: Need | UUID) -> Need:
    return Need.objects.select_related("unit").get(pk=need.pk if isinstance(need, Need) else need)


@pytest.fixture
def ward(town: Town) -> Ward:
    building = Unit.objects.filter(kind="building", path__startswith=town["甲一居民区"].path).order_by("path").first()
    assert building is not None
    block = Unit.objects.get(path=building.path[:-4])
    town.units["那块"] = block
    for number, name in enumerate(["安书记", "安块长", "安报告", "安办理", "安旁人"]):
        town.person(name, phone=f"1380000000{number}")
    made = Ward(town, building, SYSTEM, SYSTEM, SYSTEM, SYSTEM, SYSTEM, doors.open_door(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk))
    made.secretary = actor_of(made.account("secretary", "安书记"))
    made.lead = actor_of(made.account("block_leader", "安块长", "那块"))
    for role, name in (("finder", "安报告"), ("hand", "安办理"), ("other", "安旁人")):
        setattr(made, role, actor_of(made.account("member", name)))
    town.lead("那块", "安块长")
    return made

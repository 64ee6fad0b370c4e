"""A neighborhood whose residents need medicine: a secretary, a block leader, runners, a hospital with a special window."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core.permissions import Actor
from jimu.field.medicine import acting, doors, registering, trips
from jimu.field.medicine.models import Hospital, Order, Thing, Trip
from jimu.field.medicine.registering import ItemGiven
from jimu.field.medicine.scenes import Given
from jimu.grid.models import Unit
from jimu.grid.tests.town import AT, Town, build

__all__ = ["AT", "DRUG", "HOUR", "PHONE", "Desk", "desk"]
HOUR = timedelta(hours=1)
PHONE = "13900000001"
DRUG = "门冬胰岛素注射液"


@dataclass
class Desk:
    """甲一居民区: 1号楼 and 2号楼 in one block, 3号楼 in another. 安书记 triages; 安跑腿, 安核对 and 安付费 go."""

    town: Town
    building: Unit
    secretary: Actor
    lead: Actor
    runner: Actor
    checker: Actor
    payer: Actor
    hospital: Hospital

    def account(self, role: str, name: str, unit: str = "甲一居民区") -> Account:
        account = self.town.account(role, unit)
        account.person = self.town.people[name]
        account.save()
        return account

    def client(self, actor: Actor) -> Client:
        client = Client()
        client.force_login(
            Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    def actor(self, account: Account) -> Actor:
        return actor_of(account)

    def client_of(self, account: Account) -> Client:
        return self.client(actor_of(account))

    def given(self, *drugs: str, days: int | None = 1, **more: Any) -> registering.Given:
        items = [ItemGiven(drug, 2, "某某制药", "3ml", days) for drug in drugs or (DRUG,)]
        return registering.Given(
            **{
                "unit_id": self.building.pk,
                "room": "502室",
                "name": "安病人",
                "items": items,
                "phone": PHONE,
                **more,
            }
        )

    def order(self, *drugs: str, days: int | None = 1, at: datetime = AT, **more: Any) -> Order:
        return registering.register(actor=self.runner, at=at, given=self.given(*drugs, days=days, **more))

    def act(
        self, order: Order, name: str, actor: Actor | None = None, at: datetime = AT, **more: Any
    ) -> Order:
        """One act, by the secretary when nobody is named."""
        return acting.act(
            actor=actor or self.secretary,
            at=at,
            order_id=order.pk,
            name=name,
            given=Given(**{"note": "说明", **more}),
        )

    def collected(self, *drugs: str, cash: int = 0, **more: Any) -> Order:
        """Triaged, with the card (and cash, in fen) in the runner's hands."""
        order = self.act(self.order(*drugs, **more), "triage", hospital_id=self.hospital.pk)
        things = ["card", "book", *(["cash"] if cash else [])]
        return self.act(order, "collect", self.runner, things=things, cash=cash)

    def trip(self, *orders: Order, window: str = "general") -> Trip:
        """A trip with these, on which the three go."""
        made = trips.make(
            actor=self.secretary,
            at=AT,
            unit_id=self.town["甲一居民区"].pk,
            hospital_id=self.hospital.pk,
            window=window,
            order_ids=[o.pk for o in orders],
        )
        people = [
            (person(self.payer), "pay"),
            (person(self.runner), "fetch"),
            (person(self.checker), "check"),
        ]
        return trips.man(actor=self.secretary, at=AT, trip_id=made.pk, people=people)

    def fetched(
        self, *drugs: str, cash: int = 0, total: int = 5000, insurance: int = 4000, **more: Any
    ) -> Order:
        order = self.collected(*drugs, cash=cash, **more)
        self.trip(order)
        self.act(order, "take", self.runner)
        return self.act(order, "fetch", self.runner, total=total, insurance=insurance)

    def checked(self, *drugs: str, **more: Any) -> Order:
        order = self.fetched(*drugs, **more)
        self.act(order, "check", self.runner)
        return self.act(order, "check", self.checker)

    def signed(self, *drugs: str, **more: Any) -> Order:
        order = self.checked(*drugs, **more)
        self.act(order, "deliver", self.runner)
        return self.act(order, "sign", self.runner)


def person(actor: Actor) -> UUID:
    assert actor.person_id is not None
    return UUID(str(actor.person_id))


def fresh(order: Order) -> Order:
    return Order.objects.select_related("unit", "trip", "runner").get(pk=order.pk)


def card(order: Order) -> Thing:
    return Thing.objects.get(kind="card", key=order.owner_index)


@pytest.fixture
def desk(db: None) -> Desk:
    town = build()
    building = town["1号楼"]
    town.units["那块"] = Unit.objects.get(path=building.path[:-4])
    for number, name in enumerate(["安书记", "安块长", "安跑腿", "安核对", "安付费"]):
        town.person(name, phone=f"1380000000{number}")
    at = {"安书记": ("secretary", "甲一居民区"), "安块长": ("block_leader", "那块")}
    hospital = Hospital(unit=town["甲一居民区"], name="区中心医院", windows=["oncology"])
    hospital.save()
    made = Desk(town, building, *[None] * 5, hospital)  # type: ignore[arg-type]
    for field, name in (
        ("secretary", "安书记"),
        ("lead", "安块长"),
        ("runner", "安跑腿"),
        ("checker", "安核对"),
        ("payer", "安付费"),
    ):
        role, unit = at.get(name, ("member", "甲一居民区"))
        setattr(made, field, actor_of(made.account(role, name, unit)))
    return made


@pytest.fixture
def door(desk: Desk) -> str:
    """The code of an open public door."""
    return doors.open_door(actor=desk.secretary, at=AT, unit_id=desk.town["甲一居民区"].pk).code

"""A store in 甲一居民区: vegetable bags and mask packs; two buildings with five households at home, one of them old and alone."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.households import actions as ledger
from jimu.field.households.models import Room
from jimu.field.supplies import delivering, handing, planning, queries, receiving
from jimu.field.supplies.delivering import Told
from jimu.field.supplies.models import Consignment, Lot, Move, Plan
from jimu.field.supplies.planning import Wish
from jimu.field.supplies.receiving import Given
from jimu.field.supplies.stock import Place, Stock
from jimu.grid.models import Unit
from jimu.grid.tests.town import AT, Town, build

__all__ = ["AT", "HOUR", "LATER", "Store", "Town"]
HOUR = timedelta(hours=1)
#: When what arrived at AT and was disinfected then may leave.
LATER = AT + 2 * HOUR


@dataclass
class Store:
    """The store, who works it, and verbs."""

    town: Town
    secretary: Actor
    first: Actor
    second: Actor
    carrier: Actor
    rooms: dict[str, Room]

    @property
    def unit(self) -> Unit:
        return self.town["甲一居民区"]

    def building(self, name: str) -> Unit:
        return self.town[name]

    def client(self, actor: Actor) -> Client:
        client = Client()
        client.force_login(Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def lot(self, number: int = 100, item: str = "蔬菜包", *, ready: bool = True, **more: Any) -> Lot:
        given = Given(**{"item": item, "measure": "袋", "number": number, "source": "government", "disinfect": not ready, **more})
        return receiving.arrive(actor=SYSTEM, at=AT, unit_id=self.unit.pk, given=given)

    def plan(self, lot: Lot | None = None, each: int = 1, **more: Any) -> Plan:
        lot = lot or self.lot()
        return planning.make_plan(actor=SYSTEM, at=more.pop("planned", LATER), wish=Wish(more.pop("title", "蔬菜包"), {lot.pk: each}, **more))

    def issue(self, plan: Plan, building: str, portions: int) -> Consignment:
        return handing.issue(actor=SYSTEM, at=LATER, plan_id=plan.pk, building_id=self.town[building].pk, portions=portions)

    def told(self, plan: Plan, room: str, result: str = "done", **more: Any) -> Told:
        return Told(more.pop("id", None) or new_id(), plan.pk, self.rooms[room].pk, result, more.pop("at", LATER), **more)

    def deliver(self, plan: Plan, room: str, result: str = "done", *, actor: Actor | None = None, **more: Any) -> None:
        delivering.deliver(actor=actor or self.carrier, told=self.told(plan, room, result, **more))


def where(lot: Lot) -> dict[str, int]:
    """Where a lot's goods are; what came in is their sum."""
    line = queries.lot_lines([lot], LATER)[0]
    return {"store": line.store, "buildings": line.buildings, "out": line.out, "lost": line.lost, "back": line.back}


def conserved(lot_id: UUID) -> bool:
    """Nothing is made or lost on the way, and no hand holds less than nothing, reckoned from the rows alone."""
    hands: dict[tuple[str, Any], int] = {}
    for move in Move.objects.filter(lot=lot_id):
        for place, sign in ((move.into, 1), (move.outof, -1)):
            key = (place, (move.building_id, move.plan_id) if place == Place.BUILDING else None)
            hands[key] = hands.get(key, 0) + sign * move.number
    arrived = -hands.pop((Place.SOURCE, None), 0)
    return arrived == sum(hands.values()) == Stock([lot_id]).arrived(lot_id) and all(n >= 0 for n in hands.values())


def home(town: Town, building: str, number: str, people: int = 1, **given: Any) -> Room:
    """A door with people behind it."""
    ledger.add_rooms(actor=SYSTEM, at=AT, building_id=town[building].pk, entrance="", words=number)
    room = Room.objects.get(building=town[building], number=number)
    for n in range(people):
        ledger.add_resident(actor=SYSTEM, at=AT, room_id=room.pk, given=ledger.Given(name="赵钱孙李周吴郑王"[n] + "某人", **given))
    return room


@pytest.fixture
def store(db: None) -> Store:
    town = build()
    rooms = {
        "1-101": home(town, "1号楼", "101"), "1-201": home(town, "1号楼", "201", groups=["elder_alone"]), "1-301": home(town, "1号楼", "301", 5),
        "2-101": home(town, "2号楼", "101"), "2-201": home(town, "2号楼", "201"), "2-301": home(town, "2号楼", "301", 0),
    }  # fmt: skip
    Room.objects.filter(pk=rooms["2-301"].pk).update(state=Room.State.EMPTY)
    return Store(
        town, town.actor("secretary", "甲一居民区"), town.actor("building_leader", "1号楼"), town.actor("building_leader", "2号楼"),
        town.actor("member", "甲一居民区"), rooms,
    )  # fmt: skip

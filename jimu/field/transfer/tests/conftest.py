"""A neighborhood on the day of a transfer: a family with a child, an old couple, a shared kitchen; a secretary, a building leader, escorts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import sealed
from jimu.core.models import SteadyClock
from jimu.core.permissions import Actor
from jimu.field.households.models import Resident, Room
from jimu.field.transfer import acting, leaving, listing, runs
from jimu.field.transfer.leaving import Care, LeftGiven
from jimu.field.transfer.models import Dependant, Destination, Run, Transfer
from jimu.field.transfer.runs import Vehicle
from jimu.field.transfer.scenes import Given
from jimu.grid.models import Unit
from jimu.grid.tests.town import AT, Town, build
from jimu.incidents.models import Incident, Post
from jimu.incidents.tests.under_way import begin, text_with
from jimu.roster.models import Assignment, Roster, Shift

__all__ = ["AT", "HOUR", "MINUTE", "Lane", "fresh", "lane", "lane_of", "left", "passed", "person"]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PACKED = tuple(range(5))
#: Building, room, kitchen, name, year of birth, priority groups.
LIVING = (
    ("1号楼", "501", "", "安父亲", 1980, ""), ("1号楼", "501", "", "安母亲", 1982, ""), ("1号楼", "501", "", "安小孩", 2018, ""),
    ("1号楼", "502", "", "安老伯", 1940, "elder"), ("1号楼", "502", "", "安老太", 1942, "elder"), ("1号楼", "301", "", "安透析", 1975, "dialysis"),
    ("2号楼", "101", "东灶", "安甲户", 1990, ""), ("2号楼", "102", "东灶", "安乙户", 1991, ""), ("2号楼", "201", "", "安少年", 2010, ""),
    ("3号楼", "301", "", "安远人", 1985, ""),
)  # fmt: skip


@dataclass
class Lane:
    """甲一居民区; people of the ledger by name."""

    town: Town
    people: dict[str, Resident]
    secretary: Actor
    lead: Actor
    building_leader: Actor
    escort: Actor
    second: Actor
    hotel: Destination
    accounts: dict[str, Account] = field(default_factory=dict)

    def client(self, actor: Actor) -> Client:
        client = Client()
        client.force_login(Account.objects.get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def listed(self, name: str, why: str = "close", at: datetime = AT) -> Transfer:
        return listing.add(actor=self.secretary, at=at, resident_id=self.people[name].pk, why=why)

    def act(self, one: Transfer, name: str, actor: Actor | None = None, at: datetime = AT, **more: Any) -> Transfer:
        """One act, by the secretary when nobody is named."""
        return acting.act(actor=actor or self.secretary, at=at, transfer_id=one.pk, name=name, given=Given(**more))

    def answered(self, one: Transfer, *given: LeftGiven, nobody: str = "他们在爷爷家", at: datetime = AT) -> Transfer:
        return leaving.answer(actor=self.secretary, at=at, transfer_id=one.pk, left=given, nobody_why=nobody)

    def ready(self, name: str, why: str = "close", at: datetime = AT, *, given: tuple[LeftGiven, ...] = ()) -> Transfer:
        """Told, asked who is left behind, packed."""
        one = self.act(self.listed(name, why, at), "told", at=at)
        self.answered(one, *given, at=at)
        return self.act(one, "prepare", at=at, packed=PACKED)

    def run(self, *seated: Transfer, at: datetime = AT, crew: bool = True, **more: Any) -> Run:
        given = {"unit_id": self.town["甲一居民区"].pk, "destination_id": self.hotel.pk, "plate": "沪A12345", "seats": 6, "leaves_at": at + HOUR, **more}
        made = runs.make(actor=self.secretary, at=at, vehicle=Vehicle(**given), transfer_ids=[one.pk for one in seated])
        if crew:
            runs.man(actor=self.secretary, at=at, run_id=made.pk, people=[person(self.escort)])
        return made

    def gone(self, name: str, why: str = "close", at: datetime = AT, *, given: tuple[LeftGiven, ...] = (), **more: Any) -> Transfer:
        """Away: on a vehicle of their own."""
        one = self.ready(name, why, at, given=given)
        self.run(one, at=at, **more)
        return self.act(fresh(one), "board", self.escort, at=at)

    def cared(self, one: Dependant, at: datetime = AT, **more: Any) -> Dependant:
        given = {"until": at + 48 * HOUR, "first_due": at + 2 * HOUR, "person_id": person(self.second), **more}
        return leaving.name_caretaker(actor=self.secretary, at=at, dependant_id=one.pk, care=Care(**given))

    def on_duty(self, *actors: Actor, at: datetime = AT, code: str = "disinfection", place: str = "甲一居民区", state: str = "published", standby: bool = False) -> None:
        """On a seat of a roster for that day, from two hours before to two after."""
        unit = self.town[place]
        incident = begin(unit, text_with(""), at, hazard=f"h{Incident.objects.count()}")
        post = Post.objects.create(incident=incident, unit=unit, code=code, title=code, group="消杀", shift_code="day", start_minute=0, end_minute=1, needed=9, reason="")
        roster = Roster.objects.create(incident=incident, scope=unit.path, first_day=at.date(), state=state, created_at=at, created_by="x")
        shift = Shift.objects.create(roster=roster, post=post, unit=unit, day=at.date(), starts_at=at - 2 * HOUR, ends_at=at + 2 * HOUR, needed=9)
        for number, actor in enumerate(actors):
            Assignment.objects.create(shift=shift, person_id=person(actor), seat=number, standby=standby)


def person(actor: Actor) -> UUID:
    assert actor.person_id is not None
    return UUID(str(actor.person_id))


def fresh(one: Any) -> Any:
    return type(one).objects.get(pk=one.pk)


def left(one: Transfer) -> Dependant:
    return Dependant.objects.get(transfer=one)


def passed(minutes: int) -> None:
    """Minutes of service."""
    row, _made = SteadyClock.objects.get_or_create(pk=1, defaults={"holder": "test"})
    SteadyClock.objects.filter(pk=row.pk).update(seconds=row.seconds + minutes * 60)


def _resident(building: Unit, number: str, kitchen: str, name: str, born: int, groups: str) -> Resident:
    room, _made = Room.objects.get_or_create(
        building=building, entrance="", number=number, defaults={"kitchen": kitchen, "floor": int(number[0]), "created_at": AT, "updated_at": AT}
    )
    phone = f"1390000{born}"
    return Resident.objects.create(
        room=room, name_sealed=sealed.seal(name), name_index=sealed.blind_index(name), phone_sealed=sealed.seal(phone), phone_index=sealed.blind_index(phone),
        birth_year=born, groups_sealed=sealed.seal(groups), priority=bool(groups), created_at=AT, updated_at=AT,
    )  # fmt: skip


def lane_of(town: Town) -> Lane:
    """The cast on a town."""
    town.units["那块"] = Unit.objects.get(path=town["1号楼"].path[:-4])
    people = {row[3]: _resident(town[row[0]], *row[1:]) for row in LIVING}
    actors = []
    for number, (name, role, unit) in enumerate([
        ("安书记", "secretary", "甲一居民区"), ("安块长", "block_leader", "那块"), ("安楼长", "building_leader", "1号楼"), ("安陪护", "member", "甲一居民区"), ("安照看", "member", "甲一居民区"),
    ]):  # fmt: skip
        town.person(name, phone=f"1380000000{number}")
        account = town.account(role, unit)
        account.person = town.people[name]
        account.save()
        actors.append(actor_of(account))
    town.lead("1号楼", "安楼长")
    town.lead("那块", "安块长")
    hotel = runs.add_destination(actor=actors[0], at=AT, unit_id=town["甲一居民区"].pk, name="示例隔离酒店")
    return Lane(town, people, *actors, hotel)


@pytest.fixture
def lane(db: None) -> Lane:
    return lane_of(build())

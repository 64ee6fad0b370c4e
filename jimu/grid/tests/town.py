"""A small subdistrict with its cast, for tests of the grid and of people.

和风街道 has two zones: 东片区 (甲一 with two blocks of buildings, 甲二) and 西片区 (乙一). 沈书记 leads 甲一.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import sealed
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.grid.paths import child_path
from jimu.people.models import Affiliation, Availability, Person, Skill, UnitLeader
from jimu.people.rules import sort_name

AT = datetime(2026, 4, 6, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
#: Passes the check digit, of an area that was never assigned.
ID_NUMBER = "999999198506150028"
CODES = {"和风街道": "999999001", "甲一居民区": "999999001001", "第1网格块": "99999900100101"}


@dataclass
class Town:
    """Units by name, people by name, and verbs to add more."""

    units: dict[str, Unit]
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Unit:
        return Unit.objects.get(pk=self.units[name].pk)

    def person(self, name: str, unit: str | None = "甲一居民区", *, phone: str = "", kind: str = "volunteer", **more: Any) -> Person:
        """Somebody new; `skills` are codes, `times` (weekdays, start, end) rows."""
        skills, times, id_number = more.pop("skills", ()), more.pop("times", ()), more.pop("id_number", "")
        person = Person.objects.create(
            name=name, sort_name=sort_name(name), unit=self.units[unit] if unit else None, created_at=AT, updated_at=AT,
            phone_sealed=sealed.seal(phone), phone_index=sealed.blind_index(phone),
            id_number_sealed=sealed.seal(id_number), id_number_index=sealed.blind_index(id_number), **more,
        )  # fmt: skip
        Affiliation.objects.create(person=person, kind=kind, source="花名册.xlsx › 表1 › 第 3 行")
        Skill.objects.bulk_create(Skill(person=person, code=code, words="") for code in skills)
        Availability.objects.bulk_create(Availability(person=person, weekdays=d, start_minute=s, end_minute=e) for d, s, e in times)
        self.people[name] = person
        return person

    def lead(self, unit: str, person: str, role: str = "leader", title: str = "") -> UnitLeader:
        """Put somebody at the head of a unit."""
        return UnitLeader.objects.create(unit=self.units[unit], person=self.people[person], role=role, title=title, since=AT)

    def account(self, role: str, unit: str = "和风街道") -> Account:
        """An account with a role on a unit."""
        name = f"{role}{Account.objects.count()}"
        account = Account.objects.create_user(username=name, display_name=f"账号{name}")
        Grant.objects.create(account=account, role=role, unit=self.units[unit])
        return account

    def actor(self, role: str, unit: str = "和风街道") -> Actor:
        """Who acts under such an account."""
        return actor_of(self.account(role, unit))

    def client(self, role: str, unit: str = "和风街道") -> Client:
        """A signed-in browser of such an account."""
        client = Client()
        client.force_login(self.account(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def more_places(self, count: int) -> None:
        """More neighborhoods in 西片区, each with a block of two buildings."""
        west = self["西片区"]
        made = []
        for number in range(100, 100 + count):
            place = _unit(west, number, "neighborhood", f"丙{number}居民区", households=700, residents=1600)
            block = _unit(place, 1, "block", "第1网格块")
            made += [place, block, _unit(block, 1, "building", "1号楼"), _unit(block, 2, "building", "2号楼")]
        Unit.objects.bulk_create(made)


def _unit(parent: Unit, number: int, kind: str, name: str, **more: Any) -> Unit:
    short = name.removesuffix("居民区").removesuffix("号楼")
    code = more.pop("code", "")
    return Unit(
        path=child_path(parent.path, number), depth=parent.depth + 1, kind=kind, name=name, short_name=short, code=code, order=number, **more
    )


def build() -> Town:
    """The units and the cast."""
    top = Unit.objects.create(path="0001", depth=1, numchild=2, kind="subdistrict", name="和风街道", short_name="和风", code=CODES["和风街道"])
    east, west = _unit(top, 1, "zone", "东片区", numchild=2), _unit(top, 2, "zone", "西片区", numchild=1)
    one = _unit(east, 1, "neighborhood", "甲一居民区", code=CODES["甲一居民区"], numchild=2, households=900, residents=2100, elders=800, elders_living_alone=40, buildings=4, blocks=2)
    two, far = _unit(east, 2, "neighborhood", "甲二居民区", households=500), _unit(west, 1, "neighborhood", "乙一居民区", households=700)
    first, second = _unit(one, 1, "block", "第1网格块", code=CODES["第1网格块"], numchild=2), _unit(one, 2, "block", "第2网格块", numchild=1)
    houses = [_unit(first, 1, "building", "1号楼"), _unit(first, 2, "building", "2号楼"), _unit(second, 1, "building", "3号楼")]
    Unit.objects.bulk_create([east, west, one, two, far, first, second, *houses])
    town = Town({unit.name: unit for unit in Unit.objects.all()})
    town.person("沈洁", phone="13800001234", kind="committee_cadre", id_number=ID_NUMBER, times_known=True)
    town.lead("甲一居民区", "沈洁", title="总支书记")
    town.person("王伟", phone="13900005678", skills=("scanning",), times_known=True, times=[(0b0010101, 1080, 1320)], limits=["no_heavy"])
    town.person("李娜", "乙一居民区", phone="13700009999", kind="party_member")
    return town


@pytest.fixture
def town(db: None) -> Town:
    """The small subdistrict."""
    return build()

"""A small grid with leaders: zones over neighborhoods over blocks over buildings, everybody with a deputy and a phone."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock, sealed
from jimu.core.models import SteadyClock
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.incidents import order_actions
from jimu.incidents.models import Order, Receipt
from jimu.people.models import Person, UnitLeader

AT = clock.at_minute(clock.today(), 720)
ALL = ("zone", "neighborhood", "block", "building")


@dataclass
class Grid:
    """Units by name, people by name."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def top(self) -> Unit:
        return self.units["街道"]

    def person(self, name: str, *, phone: bool = True) -> Person:
        number = f"19{len(self.people):09d}" if phone else ""
        found = Person.objects.create(
            name=name, created_at=AT, updated_at=AT, phone_sealed=sealed.seal(number), phone_index=sealed.blind_index(number)
        )
        self.people[name] = found
        return found

    def lead(self, unit: str, person: str, role: str = "leader") -> None:
        UnitLeader.objects.create(unit=self.units[unit], person=self.people[person], role=role, since=AT)

    def account(self, role: str, unit: str = "街道", person: str = "") -> Account:
        name = f"{role}{Account.objects.count()}"
        account = Account.objects.create_user(
            username=name, password="long-enough-1", display_name=f"{unit}{role}", person=self.people.get(person)
        )
        Grant.objects.create(account=account, role=role, unit=self.units[unit])
        return account

    def actor(self, role: str, unit: str = "街道", person: str = "") -> Actor:
        return actor_of(self.account(role, unit, person))

    def as_person(self, name: str) -> Actor:
        """Somebody who follows the link of their own."""
        return Actor(account_id=None, name=name, person_id=self.people[name].pk)

    def issue(self, **more: Any) -> Order:
        given = {
            "actor": SYSTEM, "at": AT, "unit_id": self.top.pk, "title": "今晚敲门一遍", "text": "每户敲门，核对在家人数。", "kinds": ALL,
            "deadline": AT + timedelta(hours=2), "legal_basis": "街道防控办第 12 号通知", "ends_on": clock.today() + timedelta(days=3),
            "silence_minutes": 10, **more,
        }  # fmt: skip
        return order_actions.issue(**given)

    def receipt(self, unit: str) -> Receipt:
        return Receipt.objects.select_related("person").get(unit=self.units[unit])


def add(grid: Grid, parent: str, kind: str, name: str) -> Unit:
    unit = Unit.objects.add_child(Unit.objects.get(pk=grid.units[parent].pk), {"kind": kind, "name": name, "short_name": name})
    grid.units[name] = Unit.objects.get(pk=unit.pk)
    return grid.units[name]


def build() -> Grid:
    """街道 › 甲片 › 甲一 › 一块 › 1楼 2楼; 街道 › 乙片 › 乙一 › 乙楼. Leader X长, deputy X副."""
    grid = Grid()
    grid.units["街道"] = Unit.objects.add_root({"kind": "subdistrict", "name": "街道", "short_name": "街道"})
    shape = [
        ("街道", "zone", "甲片"), ("甲片", "neighborhood", "甲一"), ("甲一", "block", "一块"), ("一块", "building", "1楼"),
        ("一块", "building", "2楼"), ("街道", "zone", "乙片"), ("乙片", "neighborhood", "乙一"), ("乙一", "building", "乙楼"),
    ]  # fmt: skip
    for parent, kind, name in shape:
        add(grid, parent, kind, name)
    for name in grid.units:
        for suffix, role in (("长", "leader"), ("副", "deputy")):
            grid.person(name + suffix)
            grid.lead(name, name + suffix, role)
    return grid


def pass_minutes(minutes: int) -> None:
    """Let minutes of service pass."""
    row, _made = SteadyClock.objects.get_or_create(pk=1)
    SteadyClock.objects.filter(pk=1).update(seconds=row.seconds + minutes * 60)

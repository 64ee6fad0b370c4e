"""A small subdistrict under one incident, at ten in the morning of a Monday.

甲一 has its gate manned and a patrol seat open; 甲二 has a gate seat open; 乙一 is outside the incident.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.people.models import Person, UnitLeader
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

DAY = date(2026, 4, 6)
TEN = clock.at_minute(DAY, 600)


@dataclass
class World:
    """Handles of the small subdistrict, and verbs to change it."""

    top: Unit
    units: dict[str, Unit]
    incident: Incident
    roster: Roster
    shifts: dict[str, Shift] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    at: datetime = TEN
    day: date = DAY

    def shift(
        self, name: str, unit: str, *, start: int, end: int, needed: int, priority: int = 2, **more: Any
    ) -> Shift:
        """A post with one shift on the day, nobody on it yet."""
        post = Post.objects.create(
            incident=self.incident, unit=self.units[unit], code=name, title=name, group="gate", shift_code=str(start),
            start_minute=start, end_minute=end, needed=needed, reason="", priority=priority, **more,
        )  # fmt: skip
        self.shifts[f"{unit} {name}"] = Shift.objects.create(
            roster=self.roster, post=post, unit=post.unit, day=self.day, needed=needed,
            starts_at=clock.at_minute(self.day, start), ends_at=clock.at_minute(self.day, end),
        )  # fmt: skip
        return self.shifts[f"{unit} {name}"]

    def fill(self, shift: Shift, count: int) -> list[Assignment]:
        """Put fresh people on the first seats of a shift."""
        made = []
        for seat in range(count):
            person = Person.objects.create(
                name=f"人{len(self.people)}", unit=shift.unit, created_at=self.at, updated_at=self.at
            )
            self.people.append(person)
            made.append(Assignment.objects.create(shift=shift, person=person, seat=seat))
        Shift.objects.filter(pk=shift.pk).update(filled=count)
        return made

    def mark(self, assignment: Assignment, mark: str, *, minutes_ago: int = 5) -> None:
        """Somebody was seen, or not."""
        CheckIn.objects.create(
            assignment=assignment, mark=mark, at=self.at - timedelta(minutes=minutes_ago), marked_by="x"
        )

    def account(self, role: str, unit: Unit | None = None) -> Account:
        """An account with a role on a unit, the whole subdistrict when none is named."""
        name = f"{role}{Account.objects.count()}"
        account = Account.objects.create_user(username=name, password="long-enough-1", display_name=name)
        Grant.objects.create(account=account, role=role, unit=unit or self.top)
        return account

    def actor(self, role: str, unit: Unit | None = None) -> Actor:
        """The actor of such an account."""
        return actor_of(self.account(role, unit))


def _grid() -> tuple[Unit, dict[str, Unit]]:
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    units = {}
    for zone_name, names in (("甲片区", ("甲一", "甲二")), ("乙片区", ("乙一",))):
        zone = Unit.objects.add_child(
            Unit.objects.get(pk=top.pk), {"kind": Unit.Kind.ZONE, "name": zone_name, "short_name": zone_name}
        )
        for name in names:
            units[name] = Unit.objects.add_child(
                Unit.objects.get(pk=zone.pk),
                {
                    "kind": Unit.Kind.NEIGHBORHOOD,
                    "name": f"{name}居民区",
                    "short_name": name,
                    "households": 900,
                    "residents": 2100,
                },
            )
    return Unit.objects.get(pk=top.pk), units


@pytest.fixture
def bare(db) -> World:
    """The grid, an active incident over 甲一 and 甲二, and a published roster without shifts."""
    top, units = _grid()
    incident = Incident.objects.create(
        playbook="x", playbook_version=1, playbook_text="", level="x", title="封控应急响应", legal_basis="演练", scope=top.path,
        starts_at=TEN, ends_on=DAY + timedelta(days=7), activated_at=TEN, activated_by="顾指挥",
    )  # fmt: skip
    for name in ("甲一", "甲二"):
        IncidentUnit.objects.create(incident=incident, unit=units[name], hazard="epidemic")
    roster = Roster.objects.create(
        incident=incident,
        scope=top.path,
        first_day=DAY,
        state=Roster.State.PUBLISHED,
        created_at=TEN,
        created_by="顾指挥",
    )
    return World(top, units, incident, roster)


@pytest.fixture
def world(bare: World) -> World:
    """Shifts that are on at ten: 甲一 gate 2 of 2 and patrol 1 of 2; 甲二 gate 1 of 2; medics are asked for."""
    for name, unit, needed, filled, priority in (
        ("门岗", "甲一", 2, 2, 1), ("巡逻", "甲一", 2, 1, 3), ("门岗", "甲二", 2, 1, 1),
    ):  # fmt: skip
        bare.fill(bare.shift(name, unit, start=480, end=960, needed=needed, priority=priority), filled)
    bare.shift("采样", "甲一", start=480, end=720, needed=4, requested_only=True)
    bare.fill(bare.shift("夜门岗", "甲一", start=960, end=1440, needed=3), 2)
    UnitLeader.objects.create(unit=bare.top, person=bare.people[0], role="leader", since=TEN)
    return bare

"""Two neighborhoods under an incident, with just enough people: 甲一 can fill its teams, 乙一 has nobody of its own."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.people.models import Affiliation, Person, Skill
from jimu.teams.models import Membership, Seat, Team

DAY = date(2026, 4, 6)
TEN = clock.at_minute(DAY, 600)


@dataclass
class World:
    """Handles of the small subdistrict, and verbs to change it."""

    top: Unit
    first: Unit
    second: Unit
    incident: Incident
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, unit: Unit | None, kind: str, *, skill: str = "", sent: Unit | None = None, **more: object) -> Person:
        """Somebody on the register, of one kind, perhaps sent to a neighborhood."""
        more = {"times_known": True, **more}
        person = Person.objects.create(name=name, sort_name=name, unit=unit, created_at=TEN, updated_at=TEN, **more)
        Affiliation.objects.create(person=person, kind=kind, unit=sent)
        if skill:
            Skill.objects.create(person=person, code=skill, words=skill)
        self.people[name] = person
        return person

    def account(self, role: str, unit: Unit | None = None) -> Account:
        """An account with a role on a unit, the whole subdistrict when none is named."""
        name = f"{role}{Account.objects.count()}"
        account = Account.objects.create_user(username=name, password="long-enough-1", display_name=name)
        Grant.objects.create(account=account, role=role, unit=unit or self.top)
        return account

    def actor(self, role: str, unit: Unit | None = None) -> Actor:
        """The actor of such an account."""
        return actor_of(self.account(role, unit))

    def seat(self, template: str, code: str, unit: Unit | None = None) -> Seat:
        """The first seat of a sort in a neighborhood's team."""
        return Seat.objects.get(team__template=template, team__unit=unit or self.first, code=code, number=1)

    def sits(self, template: str, code: str, unit: Unit | None = None) -> str:
        """Who sits there; empty for nobody."""
        found = Membership.objects.filter(seat=self.seat(template, code, unit), until=None).first()
        return found.person.name if found else ""

    def team(self, template: str, unit: Unit | None = None) -> Team:
        """The team of a template in a neighborhood."""
        return Team.objects.get(template=template, unit=unit or self.first)


def small_world() -> World:
    """The subdistrict of this file's first line."""
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    first, second = (
        Unit.objects.add_child(
            Unit.objects.get(pk=top.pk),
            {"kind": Unit.Kind.NEIGHBORHOOD, "name": f"{name}居民区", "short_name": name, "households": 80, "residents": 200},
        )
        for name in ("甲一", "乙一")
    )
    block = Unit.objects.add_child(Unit.objects.get(pk=first.pk), {"kind": Unit.Kind.BLOCK, "name": "第1网格块", "short_name": "1"})
    assert block.path.startswith(first.path)
    incident = Incident.objects.create(
        playbook="x", playbook_version=1, playbook_text="", level="x", title="演练", legal_basis="演练", scope=top.path,
        starts_at=TEN, ends_on=DAY + timedelta(days=7), activated_at=TEN, activated_by="顾指挥",
    )  # fmt: skip
    world = World(Unit.objects.get(pk=top.pk), Unit.objects.get(pk=first.pk), Unit.objects.get(pk=second.pk), incident)
    for unit in (world.first, world.second):
        IncidentUnit.objects.create(incident=incident, unit=unit, hazard="epidemic")
    world.person("街道领导", None, "subdistrict_leader")
    world.person("医生", None, "medic", sent=world.first)
    world.person("民警", None, "police", sent=world.first)
    for n in range(6):
        world.person(f"机关{n}", None, "office_cadre")
        world.person(f"居委{n}", None, "committee_cadre", sent=world.first)
        world.person(f"物业{n}", None, "property", sent=world.first)
    for n in range(12):
        world.person(f"党员{n}", world.first, "party_member")
    for n in range(40):
        world.person(f"志愿{n}", world.first, "reserve_volunteer", skill="scanning" if n < 2 else "")
    return world


@pytest.fixture
def world(db: None) -> World:
    return small_world()

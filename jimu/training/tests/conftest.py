"""Two neighborhoods under an incident whose gate asks for scanning: 甲一 has one who can and two who could, 乙一 has nobody."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, Post
from jimu.people.models import Affiliation, Availability, Person, Skill
from jimu.training.library import find
from jimu.training.models import Certificate, Trainer

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

    def person(self, name: str, unit: Unit | None, *, skill: str = "", times: tuple[int, int, int] | None = None, **more: object) -> Person:
        """Somebody on the register; a reserve volunteer."""
        person = Person.objects.create(name=name, sort_name=name, unit=unit, created_at=TEN, updated_at=TEN, **more)
        Affiliation.objects.create(person=person, kind="reserve_volunteer")
        if skill:
            Skill.objects.create(person=person, code=skill, words=skill)
        if times:
            mask, start, end = times
            Availability.objects.create(person=person, weekdays=mask, start_minute=start, end_minute=end)
        self.people[name] = person
        return person

    def account(self, role: str, unit: Unit | None = None, person: Person | None = None) -> Account:
        """An account with a role on a unit, the whole subdistrict when none is named."""
        name = f"{role}{Account.objects.count()}"
        account = Account.objects.create_user(username=name, password="long-enough-1", display_name=name, person=person)
        Grant.objects.create(account=account, role=role, unit=unit or self.top)
        return account

    def actor(self, role: str, unit: Unit | None = None, person: Person | None = None) -> Actor:
        """The actor of such an account."""
        return actor_of(self.account(role, unit, person))

    def post(self, unit: Unit, *, qualifications: list[str], needed: int, start: int = 480, end: int = 720, **more: object) -> Post:
        """A post that asks for qualifications."""
        return Post.objects.create(
            incident=self.incident, unit=unit, code=f"p{Post.objects.count()}", title="岗", group="g", shift_code="s",
            start_minute=start, end_minute=end, needed=needed, reason="", qualifications=qualifications, **more,
        )  # fmt: skip

    def trainer(self, person: Person, course: str) -> Trainer:
        """Somebody who teaches a course."""
        return Trainer.objects.create(person=person, course=course, since=TEN, appointed_by="x")

    def certificate(self, person: Person, course: str, *, days: int = 30, start: date = DAY, **more: object) -> Certificate:
        """A certificate that holds for some days from a day."""
        return Certificate.objects.create(
            person=person, qualification=find(course).qualification, course=course, course_version=1, way="session",
            valid_from=start, expires_on=start + timedelta(days=days - 1), issued_at=TEN, issued_by="x", **more,
        )  # fmt: skip


def small_world() -> World:
    """The subdistrict of this file's first line."""
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    first, second = (
        Unit.objects.add_child(
            Unit.objects.get(pk=top.pk), {"kind": Unit.Kind.NEIGHBORHOOD, "name": f"{name}居民区", "short_name": name}
        )
        for name in ("甲一", "乙一")
    )
    incident = Incident.objects.create(
        playbook="x", playbook_version=1, playbook_text="", level="x", title="演练", legal_basis="演练", scope=top.path,
        starts_at=TEN, ends_on=DAY + timedelta(days=7), activated_at=TEN, activated_by="顾指挥",
    )  # fmt: skip
    world = World(Unit.objects.get(pk=top.pk), first, second, incident)
    for unit in (first, second):
        world.post(unit, qualifications=["scanning"], needed=1)
    world.person("会的人", first, skill="scanning")
    world.person("早上有空", first, times=(127, 420, 780))
    world.person("晚上有空", first, times=(127, 1080, 1320))
    return world


@pytest.fixture
def world(db: None) -> World:
    return small_world()

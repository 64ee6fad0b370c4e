"""The roster's world with two companies: 启明 has one who lives in 甲一, one who only works here and one cadre; 远航 has one."""

import pytest

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core.permissions import SYSTEM, Actor
from jimu.organisations import actions
from jimu.organisations.actions import Promise
from jimu.organisations.models import Pledge
from jimu.people.models import Affiliation, Organisation, Person
from jimu.roster.tests.conftest import DAY, TEN, World, small_world

__all__ = ["DAY", "TEN", "World"]


@pytest.fixture
def world(db: None) -> World:
    return companies()


def companies() -> World:
    """What this file's first line says."""
    world = small_world()
    ours, theirs = (Organisation.objects.create(name=name) for name in ("启明公司", "远航公司"))
    for name, kind, unit, organisation in (
        ("住户员工", "party_member", "甲一", ours), ("外地员工", "contractor", None, ours), ("选派员工", "seconded_cadre", None, ours),
        ("别家员工", "party_member", "乙一", theirs),
    ):  # fmt: skip
        person = world.person(name, kind, unit=unit)
        Affiliation.objects.filter(person=person).update(organisation=organisation)
    return world


def company(name: str = "启明公司") -> Organisation:
    return Organisation.objects.get(name=name)


def contact_account(name: str = "启明公司") -> Account:
    return Account.objects.create_user(
        username=f"contact{Account.objects.count()}", password=None, display_name=f"{name}联络员", contact_of=company(name)
    )


def contact(name: str = "启明公司") -> Actor:
    return actor_of(contact_account(name))


def pledged(world: World, *, number: int = 2, unit: str | None = None, actor: Actor = SYSTEM, **more: object) -> Pledge:
    """A pledge of people by 启明公司."""
    words = {"sort": "people", "number": number, "first_day": DAY, "last_day": DAY, "unit_id": world.units[unit].pk if unit else None, **more}
    return actions.pledge(actor=actor, at=TEN, organisation_id=company().pk, promise=Promise(**words))


def named(world: World, pledge: Pledge, *names: str) -> Pledge:
    actions.name_people(actor=SYSTEM, at=TEN, pledge_id=pledge.pk, person_ids=[world.people[name].pk for name in names])
    return pledge


def person(world: World, name: str) -> Person:
    return Person.objects.get(pk=world.people[name].pk)

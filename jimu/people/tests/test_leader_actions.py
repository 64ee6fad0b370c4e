"""Leaders and deputies: one leader a unit, deputies beside each other, nothing overwritten."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from jimu.core.errors import NotPermitted
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor, Granted
from jimu.grid.models import Unit
from jimu.people.leader_actions import Appointment, appoint
from jimu.people.models import Person, UnitLeader

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = AT.replace(hour=12)


@pytest.fixture
def place() -> Unit:
    root = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "甲街道", "short_name": "甲"})
    return Unit.objects.add_child(root, {"kind": Unit.Kind.NEIGHBORHOOD, "name": "甲一居民区", "short_name": "甲一"})


@pytest.fixture
def people() -> list[Person]:
    return [Person.objects.create(id=new_id(), name=name, created_at=AT, updated_at=AT) for name in ("林青", "王安", "赵云")]


def as_leader(place: Unit, person: Person) -> Appointment:
    return Appointment(place.pk, person.pk, UnitLeader.Role.LEADER, "总支书记")


def in_office(place: Unit) -> list[tuple[str, str]]:
    rows = UnitLeader.objects.filter(unit=place, until=None).select_related("person").order_by("-role", "id")
    return [(row.role, row.person.name) for row in rows]


def test_a_new_leader_relieves_the_one_before_and_deputies_stay(place: Unit, people: list[Person]) -> None:
    deputies = [Appointment(place.pk, person.pk, UnitLeader.Role.DEPUTY) for person in people[1:]]
    assert appoint(actor=SYSTEM, at=AT, appointments=[as_leader(place, people[0]), *deputies]) == 3
    assert appoint(actor=SYSTEM, at=LATER, appointments=[as_leader(place, people[1])]) == 1
    assert in_office(place) == [("leader", "王安"), ("deputy", "王安"), ("deputy", "赵云")]
    assert UnitLeader.objects.get(person=people[0]).until == LATER


def test_the_same_list_again_changes_nothing(place: Unit, people: list[Person]) -> None:
    rows = [as_leader(place, people[0])]
    appoint(actor=SYSTEM, at=AT, appointments=rows)
    assert appoint(actor=SYSTEM, at=LATER, appointments=rows) == 0
    assert UnitLeader.objects.get().since == AT
    assert JournalEntry.objects.filter(verb="people.leaders_appointed").count() == 1


def test_a_secretary_appoints_at_home_and_nowhere_else(place: Unit, people: list[Person]) -> None:
    other = Unit.objects.add_child(Unit.objects.get(depth=1), {"kind": Unit.Kind.NEIGHBORHOOD, "name": "甲二居民区", "short_name": "甲二"})
    secretary = Actor(1, "书记", (Granted("secretary", place.path),))
    assert appoint(actor=secretary, at=AT, appointments=[as_leader(place, people[0])]) == 1
    with pytest.raises(NotPermitted):
        appoint(actor=secretary, at=AT, appointments=[as_leader(other, people[1]), as_leader(place, people[1])])
    assert in_office(place) == [("leader", "林青")]

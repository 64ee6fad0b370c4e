"""Registering and changing one person: the same rules as an intake, on record, one at a time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jimu.core import sealed
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.grid import tree_actions
from jimu.grid.tests.test_tree_actions import at_once
from jimu.grid.tests.town import AT, ID_NUMBER, Town, build
from jimu.people import actions
from jimu.people.actions import Change, Registration
from jimu.people.models import Person

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture
def new(town: Town) -> Registration:
    return Registration(name=" 孙 新 ", kind="volunteer", unit_id=town["甲一居民区"].pk, phone="１３５１２３４５６７８", organisation="和风中学")


def register(given: Registration, **changes: Any) -> actions.Registered:
    return actions.register(actor=SYSTEM, at=AT, given=replace(given, **changes))


def change_of(town: Town, who: str, /, **changes: Any) -> dict[str, Any]:
    person = Person.objects.get(pk=town.people[who].pk)
    given = Change(name=person.name, unit_id=person.unit_id, times="", limits=frozenset(), skills=frozenset(), state="active")
    return {"person_id": person.pk, "seen": person.updated_at, "change": replace(given, **changes)}


def test_somebody_new_is_cleaned_sealed_and_found(new: Registration) -> None:
    done = register(new, id_number="999999195001010018")
    person = Person.objects.get(pk=done.person.pk)
    assert done.created
    assert (person.name, person.sort_name, person.phone, person.sex, person.birth_year) == ("孙新", "sunxin sx", "13512345678", "m", 1950)
    assert person.phone_index == sealed.blind_index("13512345678")
    assert person.affiliations.get().organisation.name == "和风中学"


@pytest.mark.parametrize(("changes", "fault"), [
    ({"phone": "", "id_number": ""}, "no_contact"), ({"phone": "1351234567"}, "phone_length"), ({"id_number": ID_NUMBER[:-1] + "1"}, "id_check_digit"),
    ({"name": "孙1"}, "bad_name"), ({"name": "=1+1"}, "bad_name"), ({"kind": "king"}, "unknown_kind"),
])  # fmt: skip
def test_what_cannot_be_is_refused(new: Registration, changes: dict[str, str], fault: str) -> None:
    before = Person.objects.count()
    with pytest.raises(Invalid) as refused:
        register(new, **changes)
    assert refused.value.code == fault
    assert Person.objects.count() == before


def test_the_same_id_is_the_same_person_whatever_the_name(town: Town, new: Registration) -> None:
    done = register(new, name="沈结", id_number=ID_NUMBER)
    assert not done.created
    assert done.person.pk == town.people["沈洁"].pk
    assert {a.kind for a in done.person.affiliations.all()} == {"committee_cadre", "volunteer"}


def test_the_same_name_and_phone_is_the_same_person_and_gains_the_id(town: Town, new: Registration) -> None:
    done = register(new, name="王伟", phone="13900005678", id_number="999999195001010018")
    assert done.person.pk == town.people["王伟"].pk
    assert Person.objects.get(pk=done.person.pk).id_number_index


def test_a_namesake_with_the_same_phone_and_another_id_is_somebody_else(town: Town, new: Registration) -> None:
    assert register(new, name="沈洁", phone="13800001234", id_number="999999195001010018").created


def test_who_is_registered_elsewhere_is_not_doubled_nor_taken(town: Town, new: Registration) -> None:
    given = replace(new, name="李娜", phone="13700009999")
    with pytest.raises(Conflict) as refused:
        actions.register(actor=town.actor("secretary", "甲一居民区"), at=AT, given=given)
    assert refused.value.code == "registered_elsewhere"
    assert Person.objects.filter(name="李娜").count() == 1


def test_nobody_is_put_into_a_retired_unit_or_one_outside(town: Town, new: Registration) -> None:
    with pytest.raises(NotFound):
        actions.register(actor=town.actor("secretary", "甲二居民区"), at=AT, given=new)
    tree_actions.retire(actor=SYSTEM, at=AT, unit_id=new.unit_id, reason="合并")
    with pytest.raises(Conflict):
        register(new)


def test_a_change_is_told_in_the_journal_without_numbers_or_limits(town: Town) -> None:
    change = change_of(town, "王伟", name="王维", phone="13911112222", limits=frozenset({"no_suit"}), skills=frozenset({"scanning", "driving"}), times="周末")
    person = actions.edit(actor=SYSTEM, at=LATER, **change)
    assert person.updated_at == LATER
    data = JournalEntry.objects.get(verb="people.edited").data
    assert set(data["fields"]) == {"phone", "name", "times", "skills", "limits"}
    assert data["before"]["times"] == "周一三五 18:00-22:00"
    assert data["after"]["skills"] == "驾驶、扫码"
    assert not [word for word in ("1391111", "no_suit", "防护服") if word in str(data)]


def test_no_change_leaves_no_trace(town: Town) -> None:
    same = change_of(town, "王伟", times="周一三五 18:00-22:00", skills=frozenset({"scanning"}), limits=frozenset({"no_heavy"}))
    actions.edit(actor=SYSTEM, at=LATER, **same)
    assert not JournalEntry.objects.exists()
    assert Person.objects.get(name="王伟").updated_at == AT


def test_a_record_moves_only_between_parts_that_the_editor_has(town: Town) -> None:
    east, one = town.actor("secretary", "东片区"), town.actor("secretary", "甲一居民区")
    actions.edit(actor=east, at=AT, **change_of(town, "王伟", unit_id=town["甲二居民区"].pk))
    with pytest.raises(NotFound):
        actions.edit(actor=one, at=AT, **change_of(town, "沈洁", unit_id=town["甲二居民区"].pk))
    with pytest.raises(NotFound):
        actions.edit(actor=one, at=AT, **change_of(town, "王伟"))
    with pytest.raises(NotPermitted):
        actions.edit(actor=town.actor("block_leader", "甲一居民区"), at=AT, **change_of(town, "沈洁"))


@pytest.mark.parametrize(("changes", "fault"), [
    ({"id_number": ID_NUMBER}, "id_number_taken"), ({"name": "李娜", "phone": "13700009999"}, "person_taken"),
])  # fmt: skip
def test_a_record_does_not_become_somebody_elses(town: Town, changes: dict[str, str], fault: str) -> None:
    with pytest.raises(Conflict) as refused:
        actions.edit(actor=SYSTEM, at=LATER, **change_of(town, "王伟", **changes))
    assert refused.value.code == fault
    assert Person.objects.get(pk=town.people["王伟"].pk).name == "王伟"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_register_the_same_person_at_once_register_one() -> None:
    town = build()
    given = Registration(name="孙新", kind="volunteer", unit_id=town["甲一居民区"].pk, phone="13512345678")
    results = at_once(*[lambda: actions.register(actor=SYSTEM, at=AT, given=given)] * 2)
    assert sorted(r.created for r in results if isinstance(r, actions.Registered)) == [False, True]
    assert Person.objects.filter(name="孙新").count() == 1

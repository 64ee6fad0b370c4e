"""Leaders and deputies: one leader a place, terms that end and stay, and who may appoint whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid import tree_actions
from jimu.grid.tests.test_tree_actions import at_once
from jimu.grid.tests.town import AT, Town, build
from jimu.people.intake.entries import Entry, Role
from jimu.people.intake.plan import Plan
from jimu.people.intake_actions import apply_plan
from jimu.people.leader_actions import end_leadership, name_leader
from jimu.people.models import Person, UnitLeader

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
HTMX = {"HTTP_HX_REQUEST": "true"}


def seen(town: Town, unit: str) -> int | None:
    row = UnitLeader.objects.filter(unit=town.units[unit], role="leader", until=None).first()
    return row.pk if row else None


def appoint(town: Town, unit: str, person: str, role: str = "leader", *, actor: Actor = SYSTEM, **more: Any) -> UnitLeader:
    given = {"seen_leader": seen(town, unit), **more}
    return name_leader(actor=actor, at=LATER, unit_id=town.units[unit].pk, person_id=town.people[person].pk, role=role, **given)


def in_office(town: Town, unit: str) -> set[tuple[str, str]]:
    return set(UnitLeader.objects.filter(unit=town.units[unit], until=None).values_list("role", "person__name"))


def test_a_new_leader_ends_the_term_before_and_the_row_stays(town: Town) -> None:
    appoint(town, "甲一居民区", "王伟", title="代理书记")
    assert in_office(town, "甲一居民区") == {("leader", "王伟")}
    assert UnitLeader.objects.get(person=town.people["沈洁"]).until == LATER
    assert {e.target.split(":")[0] for e in JournalEntry.objects.filter(verb="people.leader_appointed")} == {"unit", "person"}


def test_deputies_stand_beside_each_other_and_nobody_deputises_for_themselves(town: Town) -> None:
    appoint(town, "甲一居民区", "王伟", "deputy")
    appoint(town, "甲一居民区", "李娜", "deputy")
    appoint(town, "甲一居民区", "王伟")
    assert in_office(town, "甲一居民区") == {("leader", "王伟"), ("deputy", "李娜")}
    with pytest.raises(Conflict):
        appoint(town, "甲一居民区", "王伟")


def test_an_appointment_over_one_not_seen_is_refused(town: Town) -> None:
    with pytest.raises(Conflict):
        appoint(town, "甲一居民区", "王伟", seen_leader=None)
    assert in_office(town, "甲一居民区") == {("leader", "沈洁")}


def test_a_term_ends_once(town: Town) -> None:
    row = UnitLeader.objects.get()
    end_leadership(actor=SYSTEM, at=LATER, unit_id=row.unit_id, row_id=row.pk)
    assert in_office(town, "甲一居民区") == set()
    with pytest.raises(Conflict):
        end_leadership(actor=SYSTEM, at=LATER, unit_id=row.unit_id, row_id=row.pk)
    with pytest.raises(NotFound):
        end_leadership(actor=SYSTEM, at=LATER, unit_id=town.units["甲二居民区"].pk, row_id=row.pk)


@pytest.mark.parametrize("state", [{"active": False}, {"minor": True}])
def test_who_left_or_is_a_minor_does_not_lead(town: Town, state: dict[str, bool]) -> None:
    Person.objects.filter(name="王伟").update(**state)
    with pytest.raises(Invalid):
        appoint(town, "甲一居民区", "王伟")


def test_a_secretary_appoints_in_her_part_from_people_of_her_part(town: Town) -> None:
    secretary = town.actor("secretary", "甲一居民区")
    appoint(town, "1号楼", "王伟", actor=secretary)
    with pytest.raises(NotFound):
        appoint(town, "甲二居民区", "王伟", actor=secretary)
    with pytest.raises(NotFound):
        appoint(town, "2号楼", "李娜", actor=secretary)
    with pytest.raises(NotPermitted):
        appoint(town, "2号楼", "王伟", actor=town.actor("block_leader", "甲一居民区"))
    tree_actions.retire(actor=SYSTEM, at=AT, unit_id=town.units["2号楼"].pk, reason="拆除")
    with pytest.raises(Conflict):
        appoint(town, "2号楼", "王伟", actor=secretary)


def entry_of_list(name: str, phone: str) -> Plan:
    roles = [Role("committee_cadre", title="总支书记", place="甲一")]
    return Plan([Entry(name=name, phone=phone, roles=roles, leads="甲一")], [], [], 1)


def test_an_old_list_does_not_overturn_what_was_decided_by_hand(town: Town) -> None:
    appoint(town, "甲一居民区", "王伟")
    apply_plan(actor=SYSTEM, at=LATER, plan=entry_of_list("沈洁", "13800001234"))
    assert in_office(town, "甲一居民区") == {("leader", "王伟")}


def test_a_list_with_a_new_secretary_ends_the_term_before(town: Town) -> None:
    for _time in range(2):
        apply_plan(actor=SYSTEM, at=LATER, plan=entry_of_list("何新", "13611110000"))
    assert in_office(town, "甲一居民区") == {("leader", "何新")}
    assert UnitLeader.objects.count() == 2


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_appoint_at_once_one_is_told_and_one_leads() -> None:
    town = build()
    held = seen(town, "甲一居民区")
    results = at_once(*[lambda name=name: appoint(town, "甲一居民区", name, seen_leader=held) for name in ("王伟", "李娜")])
    assert [type(r) for r in results].count(Conflict) == 1
    assert len(in_office(town, "甲一居民区")) == 1


def test_the_panel_says_who_leads_and_what_is_missing(town: Town) -> None:
    client = town.client("commander")
    panel = client.get(reverse("people:unit_panel", args=[town.units["甲一居民区"].pk])).content.decode()
    assert "沈洁" in panel
    assert "138****1234" in panel
    assert "13800001234" not in panel
    assert "没有副手" in panel
    assert "没有负责人" in client.get(reverse("people:unit_panel", args=[town.units["甲二居民区"].pk])).content.decode()
    assert "没有楼组长" in client.get(reverse("people:unit_panel", args=[town.units["1号楼"].pk])).content.decode()


def test_somebody_is_chosen_by_search_appointed_and_relieved_from_the_panel(town: Town) -> None:
    client, unit = town.client("secretary", "甲一居民区"), town.units["1号楼"].pk
    for typed in ("ww", "13900005678"):
        found = client.post(reverse("people:choose", args=[unit]), {"q": typed}, **HTMX).content.decode()
        assert "139****5678" in found
    assert "没有找到" in client.post(reverse("people:choose", args=[unit]), {"q": "李娜"}, **HTMX).content.decode()
    given = {"person": str(town.people["王伟"].pk), "role": "leader", "title": "楼组长", "seen_leader": ""}
    assert "已任命王伟" in client.post(reverse("people:appoint", args=[unit]), given, **HTMX).content.decode()
    assert client.post(reverse("people:appoint", args=[unit]), given | {"person": str(town.people["沈洁"].pk)}, **HTMX).status_code == 409
    relieve = reverse("people:relieve", args=[unit, seen(town, "1号楼")])
    assert client.post(relieve)["Location"] == reverse("grid:unit", args=[unit])
    assert in_office(town, "1号楼") == set()


def posts(town: Town, unit: str) -> list[tuple[str, dict[str, str]]]:
    pk = town.units[unit].pk
    return [
        (reverse("people:choose", args=[pk]), {"q": "王"}),
        (reverse("people:appoint", args=[pk]), {"person": str(town.people["王伟"].pk), "role": "leader"}),
        (reverse("people:relieve", args=[pk, 1]), {}),
    ]


@pytest.mark.parametrize("role", ["auditor", "block_leader", "member"])
def test_readers_appoint_nobody(town: Town, role: str) -> None:
    client = town.client(role, "甲一居民区")
    assert [client.post(address, data).status_code for address, data in posts(town, "甲一居民区")] == [403] * 3


def test_elsewhere_looks_like_not_found_and_looking_changes_nothing(town: Town) -> None:
    client = town.client("secretary", "甲二居民区")
    assert [client.post(address, data).status_code for address, data in posts(town, "甲一居民区")] == [404] * 3
    assert [client.get(address).status_code for address, _ in posts(town, "甲一居民区")] == [405] * 3
    assert client.get(reverse("people:unit_panel", args=[town.units["甲一居民区"].pk])).status_code == 404


def test_a_stranger_is_sent_to_sign_in(town: Town, client: Client) -> None:
    assert client.get(reverse("people:unit_panel", args=[town.units["甲一居民区"].pk])).status_code == 302

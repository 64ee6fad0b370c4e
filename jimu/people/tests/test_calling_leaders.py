"""Whom somebody may call: who leads above and below them, phone only, on record; nobody else."""

import pytest
from django.urls import reverse

from jimu.core.errors import NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.grid.tests.town import AT, Town
from jimu.people import chain_queries
from jimu.people.leader_actions import call, end_leadership

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def chain(town: Town) -> Town:
    """沈洁 leads 甲一, 块嫂 its first block, 楼伯 building 1; 旁人 leads the other block."""
    for name, unit, phone in (("块嫂", "第1网格块", "13800000001"), ("楼伯", "1号楼", "13800000002"), ("旁人", "第2网格块", "13800000003")):
        town.person(name, phone=phone)
        town.lead(unit, name)
    return town


def row_of(town: Town, name: str) -> int:
    return town.people[name].leads.get(until=None).pk


def test_who_leads_a_building_calls_her_block_and_her_neighborhood(chain: Town) -> None:
    actor = chain.actor("building_leader", "1号楼")
    assert call(actor=actor, at=AT, row_id=row_of(chain, "块嫂")) == "13800000001"
    assert call(actor=actor, at=AT, row_id=row_of(chain, "沈洁")) == "13800001234"
    entries = JournalEntry.objects.filter(verb="people.called")
    assert {entry.target for entry in entries} == {f"person:{chain.people[name].pk}" for name in ("块嫂", "沈洁")}
    assert not any("138" in str(entry.data) for entry in entries)


def test_who_leads_a_block_calls_down_as_well_as_up(chain: Town) -> None:
    actor = chain.actor("block_leader", "第1网格块")
    assert call(actor=actor, at=AT, row_id=row_of(chain, "楼伯")) == "13800000002"


@pytest.mark.parametrize(("role", "unit"), [("building_leader", "1号楼"), ("block_leader", "第1网格块"), ("secretary", "乙一居民区")])
def test_nobody_calls_beside_their_chain(chain: Town, role: str, unit: str) -> None:
    with pytest.raises(NotFound):
        call(actor=chain.actor(role, unit), at=AT, row_id=row_of(chain, "旁人"))
    assert not JournalEntry.objects.filter(verb="people.called").exists()


def test_whoever_leads_no_more_is_called_no_more(chain: Town) -> None:
    row = row_of(chain, "块嫂")
    end_leadership(actor=chain.actor("commander"), at=AT, unit_id=chain["第1网格块"].pk, row_id=row)
    with pytest.raises(NotFound):
        call(actor=chain.actor("building_leader", "1号楼"), at=AT, row_id=row)


def test_the_number_comes_once_by_post_and_is_kept_nowhere(chain: Town) -> None:
    client, address = chain.client("building_leader", "1号楼"), reverse("people:call", args=[row_of(chain, "块嫂")])
    for headers in ({}, HTMX):
        answer = client.post(address, **headers)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert "tel:13800000001" in answer.content.decode()
    assert client.get(address).status_code == 405
    assert chain.client("member", "1号楼").post(address).status_code == 403
    assert chain.client("auditor").post(address).status_code == 403


def test_a_member_has_nobodys_phone(chain: Town) -> None:
    with pytest.raises((NotFound, NotPermitted)):
        call(actor=chain.actor("member", "1号楼"), at=AT, row_id=row_of(chain, "块嫂"))


def test_the_chain_is_told_nearest_first(chain: Town) -> None:
    above = chain_queries.above(chain["1号楼"])
    assert [(rung.unit.name, [row.person.name for row in rung.leaders]) for rung in above] == [("第1网格块", ["块嫂"]), ("甲一居民区", ["沈洁"])]
    below = chain_queries.below(chain["第1网格块"])
    assert [(rung.unit.name, [row.person.name for row in rung.leaders]) for rung in below] == [("1号楼", ["楼伯"]), ("2号楼", [])]

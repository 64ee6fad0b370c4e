"""Splitting a neighborhood: the page proposes and moves cuts, the action makes it so at once, leaders keep their block."""

from uuid import UUID

import pytest
from django.urls import reverse

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.core.tests.test_locks import together
from jimu.grid import split_actions, split_queries, tree_actions, unit_queries
from jimu.grid.models import Unit
from jimu.people.models import UnitLeader

from .town import AT, Town, build


def houses(town: Town) -> list[UUID]:
    return [house.unit_id for house in split_queries.material(town["甲一居民区"])[0]]


def split(town: Town, cuts: list[int], **more: object) -> list[Unit]:
    words = {"actor": SYSTEM, "at": AT, "unit_id": town["甲一居民区"].pk, "cuts": cuts, "houses": houses(town)}
    return split_actions.split(**{**words, **more})


def drawn(town: Town) -> dict[str, list[str]]:
    """The names of buildings in each block in use, as the page draws them."""
    rows = unit_queries.inside(SYSTEM, town["甲一居民区"]).rows
    return {row.block.unit.name: [tile.unit.name for tile in row.buildings] for row in rows if row.block}


def test_a_moved_cut_moves_the_building_and_keeps_blocks_leaders_and_people(town: Town) -> None:
    town.lead("第1网格块", "王伟")
    resident = town.person("住户", "2号楼")
    assert drawn(town) == {"第1网格块": ["1号楼", "2号楼"], "第2网格块": ["3号楼"]}
    made = split(town, [1])
    assert drawn(town) == {"第1网格块": ["1号楼"], "第2网格块": ["2号楼", "3号楼"]}
    assert [block.pk for block in made] == [town.units["第1网格块"].pk, town.units["第2网格块"].pk]
    assert UnitLeader.objects.get(unit=town.units["第1网格块"], until=None).person == town.people["王伟"]
    resident.refresh_from_db()
    assert resident.unit.path.startswith(town["第2网格块"].path)
    assert JournalEntry.objects.get(verb="grid.split").data["moved"] == 1
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_more_blocks_are_made_and_fewer_retire_what_is_left_empty(town: Town) -> None:
    split(town, [1, 2])
    assert drawn(town) == {"第1网格块": ["1号楼"], "第3网格块": ["2号楼"], "第2网格块": ["3号楼"]}
    assert town["甲一居民区"].blocks == 3
    assert [block.name for block in split(town, [1, 2])] == ["第1网格块", "第3网格块", "第2网格块"]
    split(town, [])
    assert drawn(town) == {"第1网格块": ["1号楼", "2号楼", "3号楼"]}
    assert Unit.objects.filter(path__startswith=town["甲一居民区"].path, kind="block").exclude(retired_at=None).count() == 2
    assert Unit.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize("cuts", [[0], [3], [2, 1], [1, 1]])
def test_cuts_that_leave_a_block_empty_are_refused(town: Town, cuts: list[int]) -> None:
    with pytest.raises(Invalid):
        split(town, cuts)
    assert len(split(town, [1])) == 2


def test_buildings_that_changed_since_they_were_seen_are_not_split(town: Town) -> None:
    seen = houses(town)
    tree_actions.create_units(actor=SYSTEM, at=AT, parent_id=town["第2网格块"].pk, kind="building", names=["4号楼"])
    with pytest.raises(Conflict):
        split(town, [1], houses=seen)
    assert len(split(town, [1])) == 2


def test_only_who_may_edit_the_neighborhood_splits_it(town: Town) -> None:
    with pytest.raises(NotPermitted):
        split(town, [1], actor=town.actor("block_leader", "甲一居民区"))
    with pytest.raises(NotFound):
        split(town, [1], actor=town.actor("secretary", "乙一居民区"))
    with pytest.raises(NotFound):
        split(town, [1], unit_id=town["第1网格块"].pk)
    assert len(split(town, [1], actor=town.actor("secretary", "甲一居民区"))) == 2


def test_numbers_of_buildings_count_and_the_rest_is_shared(town: Town) -> None:
    Unit.objects.filter(name="1号楼").update(households=500)
    found = split_queries.cut_for(SYSTEM, town["甲一居民区"].pk, blocks=2, cuts=None)
    assert [(h.households, h.known) for h in found.houses] == [(500, True), (200, False), (200, False)]
    assert (found.cuts, found.unknown, found.percent) == ([1], 2, 11)
    moved = split_queries.cut_for(SYSTEM, town["甲一居民区"].pk, blocks=None, cuts=[2])
    assert (moved.by_hand, moved.percent) == (True, 56)
    assert (moved.strips[0].left, moved.strips[0].right, moved.strips[1].left, moved.strips[1].right) == ("", "1", "", "")


def test_the_page_proposes_moves_and_confirms(town: Town) -> None:
    client = town.client("secretary", "甲一居民区")
    unit = town["甲一居民区"]
    address = reverse("grid:split", args=[unit.pk])
    assert reverse("grid:split", args=[unit.pk]) in client.get(reverse("grid:unit", args=[unit.pk])).content.decode()
    page = client.get(address, {"k": 3}).content.decode()
    assert "户数最多差 0%" in page
    assert "3 幢楼没有填户数" in page
    assert client.get(address, {"k": "x", "cuts": "7,a"}).status_code == 200
    assert "手工调整过" in client.get(address, {"cuts": "2"}).content.decode()
    assert "手工调整过" not in client.get(address, {"cuts": "9"}).content.decode()
    confirm = reverse("grid:split_confirm", args=[unit.pk])
    given = {"cuts": "1", "houses": ",".join(map(str, houses(town)))}
    assert client.post(confirm, {**given, "houses": "x"}).status_code == 422
    assert client.post(confirm, {**given, "cuts": "9"}).status_code == 422
    assert client.post(confirm, given)["Location"] == reverse("grid:unit", args=[unit.pk])
    assert drawn(town)["第1网格块"] == ["1号楼"]
    marked = client.post(reverse("grid:split_kitchens", args=[unit.pk]), {"shared": [town["1号楼"].pk]})
    assert marked.status_code == 302
    assert list(Unit.objects.filter(shared_kitchen=True).values_list("name", flat=True)) == ["1号楼"]
    assert "合用厨房 1 幢" in client.get(address).content.decode()


def test_strangers_readers_and_wrong_methods_are_turned_away(town: Town, client) -> None:
    unit = town["甲一居民区"].pk
    pages = {name: reverse(f"grid:{name}", args=[unit]) for name in ("split", "split_confirm", "split_kitchens")}
    assert client.get(pages["split"]).status_code == 302
    assert town.client("auditor").get(pages["split"]).status_code == 403
    assert town.client("secretary", "乙一居民区").get(pages["split"]).status_code == 404
    for name in ("split_confirm", "split_kitchens"):
        assert town.client("commander").get(pages[name]).status_code == 405
        assert town.client("auditor").post(pages[name]).status_code == 403


def test_a_neighborhood_without_buildings_says_what_to_do_first(town: Town) -> None:
    page = town.client("commander").get(reverse("grid:split", args=[town["甲二居民区"].pk])).content.decode()
    assert "还没有楼栋" in page


def test_queries_do_not_grow_with_buildings(town: Town, django_assert_max_num_queries) -> None:
    client, unit = town.client("commander"), town["甲一居民区"]
    for more in (0, 40):
        if more:
            names = [f"{n}号楼" for n in range(10, 10 + more)]
            tree_actions.create_units(actor=SYSTEM, at=AT, parent_id=town["第2网格块"].pk, kind="building", names=names)
        with django_assert_max_num_queries(14):
            assert client.get(reverse("grid:split", args=[unit.pk]), {"k": 2}).status_code == 200


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_split_at_once_do_it_one_after_the_other() -> None:
    town = build()
    seen, refused = houses(town), []

    def ask(cuts: list[int]) -> None:
        try:
            split(town, cuts, houses=seen)
        except JimuError as error:
            refused.append(error)

    together(lambda: ask([1]), lambda: ask([1, 2]))
    assert refused == []
    assert sorted(name for names in drawn(town).values() for name in names) == ["1号楼", "2号楼", "3号楼"]
    assert len(drawn(town)) == town["甲一居民区"].blocks
    assert Unit.objects.find_problems() == ([], [], [], [], [])

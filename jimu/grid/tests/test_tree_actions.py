"""Which units there are: made, renamed, retired, moved; codes and paths are never given twice."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.grid import queries, tree_actions
from jimu.grid.actions import NeighborhoodFacts, edit_facts, ensure_neighborhoods
from jimu.grid.models import FormerUnit, Unit
from jimu.grid.tests.town import AT, Town, build
from jimu.grid.tree_actions import Naming
from jimu.incidents.models import Incident
from jimu.roster.models import Roster

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def naming(unit: Unit, **changes: str) -> dict[str, Any]:
    seen = Naming(unit.name, unit.short_name, unit.code, unit.note)
    return {"unit_id": unit.pk, "seen": seen, "naming": Naming(**{**seen.__dict__, **changes})}


def create(town: Town, parent: str, kind: str, *names: str) -> list[Unit]:
    return tree_actions.create_units(actor=SYSTEM, at=AT, parent_id=town[parent].pk, kind=kind, names=names)


def test_new_units_get_the_next_codes_and_stand_last(town: Town) -> None:
    made = create(town, "甲一居民区", "block", "第3网格块", "第4网格块")
    assert [unit.code for unit in made] == ["99999900100102", "99999900100103"]
    assert [unit.path for unit in made] == sorted(unit.path for unit in made)
    assert made[0].path > town["第2网格块"].path
    assert town["甲一居民区"].numchild == 4
    assert JournalEntry.objects.filter(verb="grid.created").count() == 2


def test_a_unit_below_one_without_a_code_gets_its_code_from_above_or_none(town: Town) -> None:
    assert create(town, "东片区", "neighborhood", "甲三居民区")[0].code == "999999001002"
    assert create(town, "第2网格块", "building", "4号楼")[0].code == "99999900100100001"
    Unit.objects.update(code="")
    assert create(town, "东片区", "neighborhood", "甲四居民区")[0].code == ""


@pytest.mark.parametrize(("parent", "kind", "name", "fault"), [
    ("甲一居民区", "zone", "新片区", "wrong_level"), ("1号楼", "building", "新楼", "wrong_level"), ("甲一居民区", "block", "第1网格块", "name_taken"),
])  # fmt: skip
def test_what_cannot_stand_there_is_refused(town: Town, parent: str, kind: str, name: str, fault: str) -> None:
    before = Unit.objects.count()
    with pytest.raises(Invalid) as refused:
        create(town, parent, kind, name)
    assert refused.value.code == fault
    assert Unit.objects.count() == before


def test_a_renamed_unit_is_still_found_by_its_old_name_and_its_old_code_stays_taken(town: Town) -> None:
    unit = town["甲一居民区"]
    tree_actions.rename(actor=SYSTEM, at=AT, **naming(unit, name="新甲居民区", short_name="新甲", code="999999001009"))
    assert [tile.unit.name for tile in queries.search(SYSTEM, "甲一")] == ["新甲居民区"]
    with pytest.raises(Invalid) as refused:
        tree_actions.rename(actor=SYSTEM, at=AT, **naming(town["甲二居民区"], code="999999001001"))
    assert refused.value.code == "code_taken"
    assert create(town, "东片区", "neighborhood", "甲三居民区")[0].code == "999999001010"


def test_a_name_that_changed_meanwhile_is_not_overwritten(town: Town) -> None:
    stale = naming(town["甲一居民区"], note="新")
    tree_actions.rename(actor=SYSTEM, at=AT, **naming(town["甲一居民区"], note="先"))
    with pytest.raises(Conflict):
        tree_actions.rename(actor=SYSTEM, at=AT, **stale)
    assert town["甲一居民区"].note == "先"


def test_a_retired_unit_goes_with_all_in_it_and_comes_back_with_just_that(town: Town) -> None:
    tree_actions.retire(actor=SYSTEM, at=AT, unit_id=town["3号楼"].pk, reason="拆除")
    tree_actions.retire(actor=SYSTEM, at=LATER, unit_id=town["甲一居民区"].pk, reason="合并")
    assert {unit.name for unit in queries.units_for(SYSTEM)} & {"甲一居民区", "第1网格块", "1号楼", "3号楼"} == set()
    with pytest.raises(Conflict):
        tree_actions.restore(actor=SYSTEM, at=LATER, unit_id=town["第1网格块"].pk)
    with pytest.raises(Conflict):
        create(town, "甲一居民区", "block", "第9网格块")
    tree_actions.restore(actor=SYSTEM, at=LATER, unit_id=town["甲一居民区"].pk)
    assert town["1号楼"].retired_at is None
    assert town["3号楼"].retired_at == AT


def test_a_secretary_retires_what_is_inside_her_place_but_not_the_place(town: Town) -> None:
    secretary = town.actor("secretary", "甲一居民区")
    tree_actions.retire(actor=secretary, at=AT, unit_id=town["3号楼"].pk, reason="拆除")
    with pytest.raises(NotPermitted):
        tree_actions.retire(actor=secretary, at=AT, unit_id=town["甲一居民区"].pk, reason="合并")
    with pytest.raises(NotFound):
        tree_actions.retire(actor=secretary, at=AT, unit_id=town["甲二居民区"].pk, reason="合并")
    with pytest.raises(Invalid):
        tree_actions.retire(actor=SYSTEM, at=AT, unit_id=town["和风街道"].pk, reason="合并")


@pytest.mark.django_db(transaction=True)
def test_a_place_moves_with_all_in_it_and_what_kept_its_path_follows(town: Town) -> None:
    old = town["甲一居民区"].path
    incident = Incident.objects.create(
        playbook="x", playbook_version=1, playbook_text="", level="x", title="演练", legal_basis="演练", scope=old,
        starts_at=AT, ends_on=date(2026, 4, 20), activated_at=AT, activated_by="顾",
    )  # fmt: skip
    Roster.objects.create(incident=incident, scope=old, first_day=date(2026, 4, 6), created_at=AT, created_by="顾")
    secretary = town.account("secretary", "甲一居民区")
    tree_actions.move(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk, parent_id=town["西片区"].pk)
    moved = town["甲一居民区"]
    assert moved.path.startswith(town["西片区"].path)
    assert town["1号楼"].path.startswith(town["第1网格块"].path)
    assert town["1号楼"].depth == 5
    assert (town["东片区"].numchild, town["西片区"].numchild) == (1, 2)
    assert {Incident.objects.get().scope, Roster.objects.get().scope} == {moved.path}
    from jimu.accounts.queries import actor_of

    assert actor_of(secretary).may("grid.edit", moved.path)
    # Nobody else ever gets the place's old path, under which its earlier records stand.
    tree_actions.move(actor=SYSTEM, at=AT, unit_id=town["甲二居民区"].pk, parent_id=town["西片区"].pk)
    made = create(town, "东片区", "neighborhood", "甲三居民区", "甲四居民区")
    gone = set(FormerUnit.objects.values_list("path", flat=True))
    assert old in gone
    assert not gone & {unit.path for unit in made}


def test_a_block_is_not_moved_and_a_place_not_into_a_retired_zone(town: Town) -> None:
    with pytest.raises(Invalid):
        tree_actions.move(actor=SYSTEM, at=AT, unit_id=town["第1网格块"].pk, parent_id=town["乙一居民区"].pk)
    tree_actions.retire(actor=SYSTEM, at=AT, unit_id=town["西片区"].pk, reason="合并")
    with pytest.raises(Conflict):
        tree_actions.move(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk, parent_id=town["西片区"].pk)


def test_every_unit_gets_a_code_in_the_order_of_the_tree(town: Town) -> None:
    assert tree_actions.number_units(actor=SYSTEM, at=AT, root_id=town["和风街道"].pk) == 6
    codes = {unit.name: unit.code for unit in Unit.objects.all()}
    assert codes["甲二居民区"] == "999999001002"
    assert codes["第2网格块"] == "99999900100102"
    assert codes["3号楼"] == "99999900100102001"
    assert codes["东片区"] == ""
    assert tree_actions.number_units(actor=SYSTEM, at=AT, root_id=town["和风街道"].pk) == 0


def test_zones_are_arranged_once_and_again_without_change(town: Town) -> None:
    places = [town["甲一居民区"].pk, town["乙一居民区"].pk]
    for _time in range(2):
        tree_actions.arrange_zones(actor=SYSTEM, at=AT, root=town["和风街道"], zones={"南片区": places})
    south = Unit.objects.get(name="南片区")
    assert set(Unit.objects.filter(path__startswith=south.path, kind="neighborhood").values_list("pk", flat=True)) == set(places)
    assert south.numchild == 2
    assert JournalEntry.objects.filter(verb="grid.moved").count() == 2
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_a_list_of_facts_says_on_each_place_what_it_brought(town: Town) -> None:
    facts = [NeighborhoodFacts("甲二居民区", "甲二", {"residents": 1200}), NeighborhoodFacts("丁居民区", "丁", {"households": 300, "blocks": 1, "buildings": 2})]
    assert ensure_neighborhoods(actor=SYSTEM, at=AT, root=town["和风街道"], facts=facts) == (1, 1)
    entries = JournalEntry.objects.filter(verb="grid.unit_imported")
    assert {entry.target for entry in entries} == {f"unit:{Unit.objects.get(short_name=name, kind='neighborhood').pk}" for name in ("甲二", "丁")}
    assert JournalEntry.objects.get(target=f"unit:{town['甲二居民区'].pk}").data == {"after": {"residents": 1200}}


def at_once(*works: Any) -> list[object]:
    """Run them in threads that start together; their results or errors."""
    results: list[object] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(number: int) -> None:
        gate.wait()
        try:
            results[number] = works[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_people_add_at_once_and_no_path_or_code_is_given_twice() -> None:
    town = build()
    parent = town["甲一居民区"].pk
    results = at_once(*[
        lambda n=n: tree_actions.create_units(actor=SYSTEM, at=AT, parent_id=parent, kind="block", names=[f"第{n}网格块"]) for n in (7, 8)
    ])  # fmt: skip
    assert not [r for r in results if isinstance(r, Exception)]
    assert Unit.objects.filter(name__in=["第7网格块", "第8网格块"]).values("path", "code").distinct().count() == 2
    assert town["甲一居民区"].numchild == 4


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_the_same_number_at_once_one_is_told() -> None:
    town = build()
    unit = town["甲一居民区"].pk
    results = at_once(*[
        lambda n=n: edit_facts(actor=SYSTEM, at=AT, unit_id=unit, values={"households": n}, seen={"households": 900}) for n in (901, 902)
    ])  # fmt: skip
    assert [type(r) for r in results].count(Conflict) == 1
    assert JournalEntry.objects.filter(verb="grid.facts_edited").count() == 1

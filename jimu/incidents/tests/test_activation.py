"""Activating: the preview tells what will be, one transaction makes it, and what is under way is not doubled."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from jimu.core import live
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.incidents import actions, plans
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.playbooks.headcount import count
from jimu.playbooks.library import find

from .conftest import DAY, NOW, World, refused


def previewed(world: World, **more):
    given = {"actor": SYSTEM, "at": NOW, "playbook_name": "snow", "level": "blue", "unit_id": world.top.pk, **more}
    return plans.with_people(plans.plan_activation(**given))


def test_the_preview_counts_seats_and_people_and_writes_nothing(world: World) -> None:
    plan = previewed(world)
    assert [unit.unit.short_name for unit in plan.units] == ["甲一", "甲二", "乙一"]
    # 3, 2 and 1 teams of 4 who shovel, and one watch by day and by night in each.
    assert [unit.seats_per_day for unit in plan.units] == [14, 10, 6]
    assert (plan.seats_per_day, plan.seats_busiest_day, plan.posts_per_day) == (30, 30, 9)
    assert (plan.ends_on, plan.title) == (DAY + timedelta(days=2), "和风街道 扫雪")
    assert not Incident.objects.exists()
    assert not JournalEntry.objects.exists()


def test_the_preview_sets_people_needed_beside_people_there(world: World) -> None:
    plan = previewed(world)
    musters = {muster.label: muster for muster in plan.musters}
    # 24 shovel a day, 168 a week: at five shifts a week that takes 34; five grown-ups are on the lists.
    assert (musters["任何人"].needed, musters["任何人"].there, musters["任何人"].short) == (34, 5, 29)
    # Six watches a day, 42 a week, by property staff only.
    assert (musters["物业"].needed, musters["物业"].there) == (9, 2)
    assert [(unit.people_needed, unit.people_there) for unit in plan.units] == [(20, 5), (14, 0), (9, 0)]


def test_people_of_the_office_count_for_every_part_and_those_next_door_do_not(world: World) -> None:
    from jimu.people.models import Person

    Person.objects.create(name="机关", unit=world.top, created_at=NOW, updated_at=NOW)
    anyone = next(m for m in previewed(world, unit_id=world.units["乙一"].pk).musters if not m.kinds)
    assert anyone.there == 1


def test_a_fact_that_nobody_counted_is_said_in_the_preview(world: World) -> None:
    Unit.objects.filter(pk=world.units["甲一"].pk).update(households=None)
    Unit.objects.filter(pk=world.units["甲二"].pk).update(households=None, residents=None)
    plan = previewed(world)
    warnings = {unit.unit.short_name: unit.warnings for unit in plan.uncounted}
    assert warnings == {
        "甲一": ["缺户数，按每户 2.32 人，估为 776"],
        "甲二": ["缺户数，1 个岗位算不出人数，没有列入：铲雪"],
    }
    assert [unit.lacking for unit in plan.units] == [False, True, False]


def test_activating_makes_what_the_preview_showed(world: World) -> None:
    plan = previewed(world)
    incident = world.activate()
    made = sorted(Post.objects.filter(incident=incident).values_list("unit_id", "code", "shift_code", "needed", "reason"))
    shown = sorted((u.unit.pk, n.rule.code, n.shift_code, n.needed, n.reason) for u in plan.units for n in u.needs)
    assert made == shown
    assert (incident.level, incident.level_title, incident.level_colour, incident.drill) == ("blue", "蓝色", "blue", False)
    assert (incident.legal_basis, incident.ends_on, incident.scope) == ("《突发事件应对法》", plan.ends_on, world.top.path)
    assert incident.playbook_text == find("snow")[1]
    assert IncidentUnit.objects.filter(incident=incident, hazard="snow", ended_at=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_activating_is_told_to_the_journal_and_to_live_pages(world: World) -> None:
    before = live.versions(["board"])["board"]
    incident = world.activate(actor=world.actor("commander"), drill=True)
    entry = JournalEntry.objects.get()
    assert (entry.verb, entry.target, entry.scope, entry.actor_name) == ("incident.activated", incident.target, world.top.path, "commander甲")
    assert (entry.data["units"], entry.data["level"], entry.data["drill"]) == (3, "blue", True)
    assert live.versions(["board", incident.target]) == {"board": before + 1, incident.target: 1}


def test_a_zone_or_one_neighborhood_or_some_of_them_can_be_chosen(world: World) -> None:
    zone = world.activate(unit_id=world.zones["甲片区"].pk)
    assert (zone.scope, zone.title) == (world.zones["甲片区"].path, "甲片区 扫雪")
    one = world.activate(unit_id=world.units["乙一"].pk)
    assert (one.scope, one.units.count()) == (world.units["乙一"].path, 1)


def test_some_neighborhoods_of_a_zone_are_held_together_by_what_is_above_them(world: World) -> None:
    both = [world.units["甲一"].pk, world.units["甲二"].pk]
    incident = world.activate(only=both)
    assert (incident.scope, incident.title) == (world.zones["甲片区"].path, "甲一、甲二 扫雪")
    assert set(incident.units.values_list("unit_id", flat=True)) == set(both)


def test_neighborhoods_outside_the_chosen_unit_are_refused(world: World) -> None:
    with refused(Invalid, "outside_the_unit") as found:
        world.activate(unit_id=world.zones["甲片区"].pk, only=[world.units["乙一"].pk])
    assert "不在“甲片区”之内" in str(found.value)


def test_a_unit_that_has_one_already_gets_a_sentence_and_nothing_is_made(world: World, running: Incident) -> None:
    assert [row.unit.short_name for row in previewed(world).taken] == ["甲一", "甲二", "乙一"]
    with pytest.raises(Conflict) as found:
        world.activate(unit_id=world.units["甲二"].pk, level="red")
    assert found.value.code == "already_active"
    assert str(found.value) == "甲二居民区已经在“和风街道 扫雪”之中。可以只选其他居民区，或先解除它；要换级别，请到那次响应里调整级别。"
    assert found.value.data == {"units": ["甲二居民区"], "incident": str(running.pk)}
    assert Incident.objects.count() == 1


def test_another_playbook_may_overlap_and_an_ended_one_makes_room(world: World, running: Incident) -> None:
    storm = world.activate(playbook_name="typhoon", level="orange")
    assert storm.units.count() == 3
    actions.stand_down(actor=SYSTEM, at=NOW, incident_id=running.pk, reason="雪停了")
    assert world.activate().pk != running.pk


@pytest.mark.parametrize(
    ("more", "error", "code"),
    [
        ({"playbook_name": "hail"}, NotFound, "not_found"),
        ({"level": "purple"}, Invalid, "no_such_level"),
        ({"unit_id": uuid4()}, NotFound, "not_found"),
        ({"ends_on": DAY - timedelta(days=1)}, Invalid, "ends_in_the_past"),
        ({"ends_on": date(2027, 4, 6)}, Invalid, "ends_too_far"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(world: World, more, error, code: str) -> None:
    with pytest.raises(error) as found:
        world.activate(**more)
    assert found.value.code == code
    assert not Incident.objects.exists()


def test_an_unknown_level_is_answered_with_those_there_are(world: World) -> None:
    with pytest.raises(Invalid) as found:
        world.activate(level="purple")
    assert str(found.value) == "这个预案没有级别“purple”，可选：blue（蓝色）、red（红色）。"


def test_a_part_without_neighborhoods_is_refused(world: World) -> None:
    bare = Unit.objects.add_child(Unit.objects.get(pk=world.top.pk), {"kind": Unit.Kind.ZONE, "name": "空片区", "short_name": "空片区"})
    with refused(Invalid, "no_neighborhood"):
        world.activate(unit_id=bare.pk)


def test_a_failure_half_way_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**words):
        raise ZeroDivisionError

    monkeypatch.setattr(actions.journal, "record", broken)
    with pytest.raises(ZeroDivisionError):
        world.activate()
    assert not Incident.objects.exists()
    assert not Post.objects.exists()
    assert not IncidentUnit.objects.exists()


def test_a_later_edition_of_the_playbook_changes_nothing_under_way(world: World, running: Incident, settings) -> None:
    text = running.playbook_text.replace("version: 1", "version: 2").replace("4 * teams", "9 * teams")
    (settings.JIMU_HOME / "playbooks" / "snow.v2.yaml").write_text(text, encoding="utf-8")
    assert find("snow")[0].version == 2
    plan = plans.plan_level(running, "red")
    assert next(after for title, _, after in plan.by_post if title == "铲雪") == (3 + 2 + 1) * 6


@pytest.mark.parametrize("role", ["secretary", "block_leader", "building_leader", "member", "auditor"])
def test_only_a_commander_activates(world: World, role: str) -> None:
    with pytest.raises(NotPermitted):
        world.activate(actor=world.actor(role))
    assert world.activate(actor=world.actor("commander"))


def test_a_commander_of_a_zone_activates_there_and_nowhere_else(world: World) -> None:
    chief = world.actor("commander", world.zones["甲片区"])
    with pytest.raises(NotFound):
        world.activate(actor=chief)
    with pytest.raises(NotFound):
        world.activate(actor=chief, unit_id=world.units["乙一"].pk)
    assert world.activate(actor=chief, unit_id=world.units["甲一"].pk)


def test_one_more_query_is_not_needed_for_one_more_neighborhood(world: World, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(8) as few:
        previewed(world, unit_id=world.units["甲一"].pk)
    with django_assert_max_num_queries(len(few.captured_queries)):
        previewed(world)


def test_every_shipped_playbook_activates_at_every_level(world: World) -> None:
    for name in ("epidemic-lockdown", "typhoon", "gas-leak"):
        playbook, _ = find(name)
        for level in playbook.levels:
            incident = world.activate(playbook_name=name, level=level, unit_id=world.units["甲一"].pk)
            assert incident.posts.count() == len(count(playbook, level, plans.facts_of(world.units["甲一"])).needs)
            actions.stand_down(actor=SYSTEM, at=NOW, incident_id=incident.pk, reason="下一级")

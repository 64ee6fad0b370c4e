"""An incident under way: another level, another headcount, another end, and its end. Records stay."""

from datetime import timedelta

import pytest

from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.incidents import actions, plans, queries
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.incidents.timeline import told

from .conftest import DAY, NOW, World, refused


def level(running: Incident, to: str = "red", **more):
    return actions.change_level(**{"actor": SYSTEM, "at": NOW, "incident_id": running.pk, "level": to, "reason": "雪更大了", **more})


def needed(incident: Incident, unit) -> dict[str, int]:
    posts = Post.objects.filter(incident=incident, unit=unit)
    return {f"{post.code} {post.shift_code}": post.needed for post in posts}


def test_a_higher_level_makes_its_posts_and_the_plan_showed_it(world: World, running: Incident) -> None:
    shown = plans.plan_level(running, "red")
    assert shown.by_post == [("铲雪", 24, 36), ("看望老人", 0, 12)]
    assert (shown.before, shown.after) == (30, 54)
    done = level(running)
    assert (done.by_post, done.before, done.after) == (shown.by_post, shown.before, shown.after)
    # 45 elders live alone: two pairs.
    assert needed(running, world.units["甲一"]) == {"shovel day": 18, "watch day": 1, "watch night": 1, "elders day": 4}
    running.refresh_from_db()
    assert (running.level, running.level_title, running.level_colour) == ("red", "红色", "red")


def test_going_back_keeps_the_rows_with_nobody_needed(world: World, running: Incident) -> None:
    level(running)
    ids = set(Post.objects.filter(incident=running).values_list("pk", flat=True))
    level(running, "blue", reason="雪小了")
    assert set(Post.objects.filter(incident=running).values_list("pk", flat=True)) == ids
    assert needed(running, world.units["甲一"]) == {"shovel day": 12, "watch day": 1, "watch night": 1, "elders day": 0}
    gone = Post.objects.get(incident=running, unit=world.units["甲一"], code="elders")
    assert gone.reason == "蓝色不设这个岗位"
    assert "看望老人" not in queries.matrix_for(SYSTEM, running).columns


def test_a_number_set_by_hand_outlives_a_change_of_level(world: World, running: Incident) -> None:
    post = Post.objects.get(incident=running, unit=world.units["甲一"], code="shovel")
    actions.adjust_post(actor=SYSTEM, at=NOW, post_id=post.pk, needed=5, reason="路窄")
    assert plans.plan_level(running, "red").kept_by_hand == 1
    level(running)
    post.refresh_from_db()
    assert (post.needed, post.by_hand, post.reason) == (5, True, "人工调整：路窄")
    assert needed(running, world.units["甲二"])["shovel day"] == 12


def test_confinement_follows_the_level(world: World, running: Incident) -> None:
    storm = world.activate(playbook_name="epidemic-lockdown", level="precaution")
    assert not IncidentUnit.objects.filter(incident=storm, confined=True).exists()
    level(storm, "lockdown")
    assert IncidentUnit.objects.filter(incident=storm, confined=True).count() == 3
    assert not IncidentUnit.objects.filter(incident=running, confined=True).exists()


def test_the_journal_tells_a_change_of_level_before_and_after(running: Incident) -> None:
    level(running)
    line = told(JournalEntry.objects.get(verb="incident.level_changed"))
    assert line.sentence == "级别由蓝色改为红色，每天岗位人数 30 → 54"
    assert line.reason == "雪更大了"


@pytest.mark.parametrize(
    ("more", "code"), [({"to": "blue"}, "same_level"), ({"to": "purple"}, "no_such_level"), ({"reason": " "}, "no_reason")]
)
def test_a_change_that_is_none_is_refused(running: Incident, more, code: str) -> None:
    with pytest.raises(Invalid) as found:
        level(running, **more)
    assert found.value.code == code
    assert not JournalEntry.objects.filter(verb="incident.level_changed").exists()


def test_a_headcount_set_by_hand_carries_its_reason(world: World, running: Incident) -> None:
    post = Post.objects.get(incident=running, unit=world.units["甲一"], code="shovel")
    actions.adjust_post(actor=SYSTEM, at=NOW, post_id=post.pk, needed=20, reason=" 坡道多 ")
    post.refresh_from_db()
    assert (post.needed, post.reason, post.by_hand) == (20, "人工调整：坡道多", True)
    entry = JournalEntry.objects.get(verb="incident.post_adjusted")
    assert (entry.scope, told(entry).sentence) == (world.units["甲一"].path, "甲一居民区“铲雪”由 12 人改为 20 人")


@pytest.mark.parametrize(("words", "code"), [({"needed": 501}, "headcount_range"), ({"needed": -1}, "headcount_range"), ({"reason": ""}, "no_reason")])
def test_a_headcount_that_cannot_be_leaves_the_old_one(running: Incident, words, code: str) -> None:
    post = Post.objects.filter(incident=running).first()
    with pytest.raises(Invalid) as found:
        actions.adjust_post(**{"actor": SYSTEM, "at": NOW, "post_id": post.pk, "needed": 3, "reason": "x", **words})
    assert found.value.code == code
    assert Post.objects.get(pk=post.pk).by_hand is False


def test_an_order_is_prolonged_with_a_reason(running: Incident) -> None:
    end = DAY + timedelta(days=20)
    actions.prolong(actor=SYSTEM, at=NOW, incident_id=running.pk, ends_on=end, reason="预警延续")
    running.refresh_from_db()
    assert running.ends_on == end
    assert told(JournalEntry.objects.get(verb="incident.prolonged")).sentence == f"结束日期由 2026-04-08 改为 {end}"
    for wrong in ({"ends_on": DAY - timedelta(days=1)}, {"reason": ""}):
        with pytest.raises(Invalid):
            actions.prolong(**{"actor": SYSTEM, "at": NOW, "incident_id": running.pk, "ends_on": end, "reason": "x", **wrong})


def test_standing_down_ends_it_once_and_keeps_its_records(running: Incident) -> None:
    with refused(Invalid, "no_reason"):
        actions.stand_down(actor=SYSTEM, at=NOW, incident_id=running.pk, reason=" ")
    posts = Post.objects.filter(incident=running).count()
    actions.stand_down(actor=SYSTEM, at=NOW, incident_id=running.pk, reason="雪停了")
    running.refresh_from_db()
    assert (running.state, running.stood_down_at) == ("stood_down", NOW)
    assert not IncidentUnit.objects.filter(ended_at=None).exists()
    assert Post.objects.filter(incident=running).count() == posts
    with refused(Conflict, "stood_down"):
        actions.stand_down(actor=SYSTEM, at=NOW, incident_id=running.pk, reason="再来")


def test_nothing_of_an_ended_incident_can_be_changed(running: Incident) -> None:
    actions.stand_down(actor=SYSTEM, at=NOW, incident_id=running.pk, reason="雪停了")
    post = Post.objects.filter(incident=running).first()
    for change in (
        lambda: level(running),
        lambda: actions.adjust_post(actor=SYSTEM, at=NOW, post_id=post.pk, needed=1, reason="x"),
        lambda: actions.prolong(actor=SYSTEM, at=NOW, incident_id=running.pk, ends_on=DAY, reason="x"),
    ):
        with pytest.raises(Conflict) as found:
            change()
        assert "已经解除，不能再改" in str(found.value)


def acts(actor, incident: Incident, post: Post):
    return (
        lambda: level(incident, actor=actor),
        lambda: actions.prolong(actor=actor, at=NOW, incident_id=incident.pk, ends_on=DAY, reason="x"),
        lambda: actions.stand_down(actor=actor, at=NOW, incident_id=incident.pk, reason="x"),
        lambda: actions.adjust_post(actor=actor, at=NOW, post_id=post.pk, needed=1, reason="x"),
    )


@pytest.mark.parametrize("role", ["secretary", "block_leader", "member", "auditor"])
def test_who_only_sees_it_cannot_change_it(world: World, running: Incident, role: str) -> None:
    post = Post.objects.filter(incident=running, unit=world.units["甲一"]).first()
    for act in acts(world.actor(role, world.units["甲一"]), running, post):
        with pytest.raises(NotPermitted):
            act()


def test_a_stranger_learns_nothing_of_it(world: World) -> None:
    incident = world.activate(unit_id=world.zones["甲片区"].pk)
    post = Post.objects.filter(incident=incident).first()
    for act in acts(world.actor("commander", world.zones["乙片区"]), incident, post):
        with pytest.raises(NotFound):
            act()


def test_a_commander_of_a_zone_sets_its_own_numbers_in_an_incident_of_all(world: World, running: Incident) -> None:
    chief = world.actor("commander", world.zones["甲片区"])
    own = Post.objects.filter(incident=running, unit=world.units["甲一"]).first()
    other = Post.objects.filter(incident=running, unit=world.units["乙一"]).first()
    assert actions.adjust_post(actor=chief, at=NOW, post_id=own.pk, needed=3, reason="x").needed == 3
    with pytest.raises(NotFound):
        actions.adjust_post(actor=chief, at=NOW, post_id=other.pk, needed=3, reason="x")
    with pytest.raises(NotPermitted):
        actions.stand_down(actor=chief, at=NOW, incident_id=running.pk, reason="x")

"""A draft becomes the roster that people go by: judged, versioned, once; and the one before it steps back."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from jimu.core.errors import Conflict, JimuError, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.roster import actions
from jimu.roster.errors import NotDraft, NotFit, PublishedMeanwhile, SeatTaken, Stale
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

from .conftest import DAY, EVE, TEN, World, small_world, solve, who


def publish(roster: Roster, **more):
    given = {"actor": SYSTEM, "at": EVE, "expected_version": Roster.objects.get(pk=roster.pk).version, **more}
    return actions.publish(roster_id=roster.pk, **given)


def test_publishing_supersedes_the_roster_before_and_tells_the_journal(manned: World) -> None:
    first, second = manned.solved(), manned.solved()
    publish(first)
    publish(second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "published")
    assert second.published_by == "system"
    verbs = JournalEntry.objects.filter(target=f"roster:{first.pk}").values_list("verb", flat=True)
    assert {"roster.drafted", "roster.solved", "roster.published", "roster.superseded"} == set(verbs)


def test_a_draft_that_breaks_a_rule_is_not_published_and_the_list_says_who_and_why(manned: World) -> None:
    roster = manned.draft()
    manned.person("邻居", unit="甲二")
    manned.seat(roster, "门岗", "邻居")
    with pytest.raises(NotFit) as refused:
        publish(roster)
    breach = refused.value.data["breaches"][0]
    assert (breach["code"], breach["sentence"][:3]) == ("place", "邻居：")
    assert Roster.objects.get(pk=roster.pk).state == "draft"
    Assignment.objects.all().delete()
    assert publish(roster).state == "published"


def test_a_rule_lifted_by_name_does_not_stop_publishing_but_the_same_unlifted_does(manned: World) -> None:
    roster = manned.draft()
    manned.person("晚上有空", times=[(127, 1200, 1300)])
    seat = manned.seat(roster, "门岗", "晚上有空", override={"rules": ["availability"], "by": "x", "reason": "y"})
    assert publish(roster).state == "published"
    Roster.objects.update(state="draft")
    Assignment.objects.filter(pk=seat.pk).update(override={})
    with pytest.raises(NotFit):
        publish(roster)


def test_a_limit_of_the_body_stops_publishing_even_when_somebody_wrote_a_leave(manned: World) -> None:
    roster = manned.draft()
    leave = {"rules": ["rest", "daily_cap"], "by": "x", "reason": "y"}
    manned.seat(roster, "门岗", "张一", override=leave)
    manned.seat(roster, "巡逻", "张一", override=leave)
    with pytest.raises(NotFit) as refused:
        publish(roster)
    assert {breach["code"] for breach in refused.value.data["breaches"]} == {"rest"}


def test_what_changed_since_it_was_looked_at_is_not_published(manned: World) -> None:
    roster = manned.draft()
    seen = roster.version
    actions.assign(
        actor=SYSTEM, at=EVE, roster_id=roster.pk, shift_id=manned.shift(roster, "门岗").pk,
        person_id=manned.people["张一"].pk,
    )  # fmt: skip
    with pytest.raises(Stale):
        publish(roster, expected_version=seen)
    assert publish(roster).state == "published"
    with pytest.raises(NotDraft):
        publish(roster)


def test_a_publisher_who_saw_another_roster_in_force_is_stopped(manned: World) -> None:
    first, second = manned.draft(), manned.draft()
    publish(first, replaces=None)
    with pytest.raises(PublishedMeanwhile):
        publish(second, replaces=None)
    assert Roster.objects.get(pk=first.pk).state == "published"
    assert publish(second, replaces=first.pk).state == "published"


def test_only_those_who_may_publish_do(manned: World) -> None:
    roster = manned.draft()
    for role in ("secretary", "auditor", "member"):
        with pytest.raises(NotPermitted):
            publish(roster, actor=manned.actor(role, "甲一"))
    assert publish(roster, actor=manned.actor("commander")).state == "published"


def test_nothing_is_published_or_drafted_once_the_response_is_over(manned: World) -> None:
    roster = manned.draft()
    type(manned.incident).objects.update(state="stood_down")
    with pytest.raises(Conflict) as refused:
        publish(roster)
    assert refused.value.code == "incident_over"
    with pytest.raises(Conflict):
        manned.draft()


@pytest.mark.parametrize("days", [0, 32])
def test_a_roster_has_one_to_thirty_one_days(manned: World, days: int) -> None:
    with pytest.raises(JimuError) as refused:
        manned.draft(days)
    assert refused.value.code == "days_out_of_range"
    assert not Roster.objects.exists()


def test_an_incident_without_posts_says_what_to_do(world: World) -> None:
    with pytest.raises(JimuError) as refused:
        world.draft()
    assert refused.value.code == "no_posts"
    assert not Roster.objects.exists()


def test_a_draft_can_be_thrown_away_but_not_what_people_were_told(manned: World) -> None:
    draft, told = manned.draft(), manned.draft()
    told = publish(told)
    actions.discard(actor=SYSTEM, at=EVE, roster_id=draft.pk, expected_version=draft.version)
    assert not Roster.objects.filter(pk=draft.pk).exists()
    with pytest.raises(NotDraft):
        actions.discard(actor=SYSTEM, at=EVE, roster_id=told.pk, expected_version=told.version)
    with pytest.raises(NotFound):
        actions.publish(actor=SYSTEM, at=EVE, roster_id=draft.pk, expected_version=1)


def test_who_is_at_a_post_now_stays_there_in_a_new_roster_with_the_marks(manned: World) -> None:
    first = manned.solved()
    publish(first)
    on = Assignment.objects.filter(shift__roster=first, shift__post__title="门岗")
    for seat in on:
        CheckIn.objects.create(assignment=seat, mark="arrived", at=TEN, marked_by="x")
    second = manned.draft()
    second = solve(second, seed=7)
    assert who(second, "门岗") == {seat.person.name for seat in on}
    publish(second, at=TEN)
    assert CheckIn.objects.filter(assignment__shift__roster=second).count() == 2


def together(*acts) -> list[object]:
    """Run the acts at once, each on its own connection; what each returned or raised."""
    found: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(n: int) -> None:
        try:
            start.wait(timeout=30)
            found[n] = acts[n]()
        except JimuError as refusal:
            found[n] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("drafts", ["the same", "two"])
def test_two_who_publish_at_once_exactly_one_does(drafts: str) -> None:
    world = small_world()
    world.post("门岗", 480, 720)
    world.person("张三")
    first = world.draft()
    second = first if drafts == "the same" else world.draft(first_day=DAY + timedelta(days=1))
    found = together(
        *(
            lambda roster=roster: actions.publish(
                actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version, replaces=None
            )
            for roster in (first, second)
        )
    )
    refusals = [one for one in found if isinstance(one, JimuError)]
    assert len(refusals) == 1
    assert isinstance(refusals[0], Stale | NotDraft | PublishedMeanwhile)
    assert str(refusals[0]).endswith("。")
    assert Roster.objects.filter(state="published").count() == 1
    assert not Roster.objects.filter(state="superseded").exists()
    assert JournalEntry.objects.filter(verb="roster.published").count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_four_who_take_the_last_seat_at_once_exactly_one_sits() -> None:
    world = small_world()
    world.post("门岗", 480, 720)
    for n in range(4):
        world.person(f"人{n}")
    roster = world.draft()
    shift = Shift.objects.get()
    found = together(
        *(
            lambda person=person: actions.assign(
                actor=SYSTEM, at=EVE, roster_id=roster.pk, shift_id=shift.pk, person_id=person.pk
            )
            for person in world.people.values()
        )
    )
    assert sum(isinstance(one, SeatTaken) for one in found) == 3
    assert Assignment.objects.count() == 1
    assert Shift.objects.get().filled == 1

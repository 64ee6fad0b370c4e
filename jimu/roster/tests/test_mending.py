"""Open seats filled with the least change: looked at, done in one step, told, taken back."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import Conflict, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.messages.models import Message
from jimu.roster import actions, mend_actions, mending
from jimu.roster.errors import Stale
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.roster.writing import refresh_filled

from .conftest import DAY, EVE, TEN, World, broken, solve, who


@pytest.fixture
def thinned(manned: World, ten) -> World:
    """In force for three days: a driver's run that counts for much, a gate and a patrol; the driver of tomorrow fell ill.

    One more driver stands at tomorrow's gate, at the same hour; somebody who came later is free.
    """
    manned.post("送药", 480, 720, priority=1, qualifications=["driving"])
    for name in ("司机甲", "司机乙"):
        manned.person(name, skills=["driving"])
    manned.roster = manned.draft(3)
    for day in range(3):
        manned.seat(manned.roster, "送药", "司机甲", day)
        for title, name in (("门岗", "张一"), ("门岗", "司机乙"), ("巡逻", "王二")):
            manned.seat(manned.roster, title, name, day)
    Roster.objects.filter(pk=manned.roster.pk).update(solved_at=EVE)
    actions.publish(actor=SYSTEM, at=EVE, roster_id=manned.roster.pk, expected_version=manned.roster.version)
    ill = Assignment.objects.get(shift=manned.shift(manned.roster, "送药", 1), person=manned.people["司机甲"])
    manned.people["司机甲"].limits = ["paused"]
    manned.people["司机甲"].save()
    actions.unassign(actor=SYSTEM, at=TEN, roster_id=manned.roster.pk, assignment_id=ill.pk)
    Assignment.objects.filter(person=manned.people["司机甲"]).delete()
    refresh_filled(manned.roster)
    manned.roster = Roster.objects.get(pk=manned.roster.pk)
    return manned


def proposed(world: World, actor: Actor = SYSTEM) -> mending.Proposal:
    return mending.propose(actor, Roster.objects.select_related("incident").get(pk=world.roster.pk), TEN)


def done(world: World, actor: Actor, at=TEN):
    token = mend_actions.token_of(proposed(world, actor))
    return actions.mend(actor=actor, at=at, roster_id=world.roster.pk, token=token)


def seats(roster: Roster) -> set[tuple]:
    return set(Assignment.objects.filter(shift__roster=roster).values_list("shift", "person", "standby", "pinned", "origin"))


def test_a_chain_fills_what_counts_and_nobody_else_is_moved(thinned: World) -> None:
    found = proposed(thinned)
    # Two days ahead, at eight each; today's shift has begun.
    assert (found.before, found.after) == (2, 0)
    assert [(step.name, len(step.left), len(step.taken)) for step in found.moved] == [("司机乙", 2, 2)]
    assert {place.shift.post.title for place in found.moved[0].taken} == {"送药"}
    assert sum(len(step.taken) for step in found.placed) == 2
    assert {step.name for step in found.placed} <= {"李三", "赵四", "王二"}
    assert not found.dropped
    assert not found.given_up


@pytest.mark.parametrize(("minute", "filled"), [(420, True), (421, False)])
def test_what_begins_within_the_hour_is_left_to_who_stands_by_and_to_calls(thinned: World, minute: int, filled: bool) -> None:
    at = clock.at_minute(DAY + timedelta(days=1), minute)
    found = mending.propose(SYSTEM, Roster.objects.select_related("incident").get(pk=thinned.roster.pk), at)
    assert (DAY + timedelta(days=1) in {place.shift.day for step in found.moved for place in step.taken}) is filled
    assert found.before == 1 + filled


def test_where_nobody_can_follow_the_lesser_seat_stays_open_and_is_named(thinned: World) -> None:
    for name in ("李三", "赵四", "王二"):
        thinned.people[name].limits = ["paused"]
        thinned.people[name].save()
    Assignment.objects.filter(person=thinned.people["王二"]).delete()
    found = proposed(thinned)
    assert {place.shift.post.title for place in found.given_up} == {"门岗"}
    assert len(found.given_up) == 2
    assert {step.name for step in found.moved} == {"司机乙"}


def test_done_it_is_lawful_counted_told_and_journaled(thinned: World) -> None:
    commander = thinned.actor()
    edit = done(thinned, commander)
    roster = thinned.roster
    assert who(roster, "送药", 1) == who(roster, "送药", 2) == {"司机乙"}
    assert not broken(roster)
    assert all(shift.filled == shift.assignments.count() for shift in Shift.objects.filter(roster=roster))
    told = {message.person.name: message.text for message in Message.objects.filter(subject=f"mend:{edit.entry.pk}").select_related("person")}
    assert "明天 08:00–12:00 甲一居民区 送药" in told["司机乙"]
    assert "不用去了" in told["司机乙"]
    assert len(told) == len(proposed_people(edit))
    assert edit.entry.verb == "roster.mended"
    assert proposed(thinned).steps == []


def proposed_people(edit) -> set[str]:
    return {one["person"] for one in (*edit.entry.data["in"], *edit.entry.data["out"])}


def test_taken_back_everybody_sits_as_before_and_is_told(thinned: World) -> None:
    commander, before = thinned.actor(), seats(thinned.roster)
    edit = done(thinned, commander)
    assert seats(thinned.roster) != before
    back = actions.undo(actor=commander, at=TEN, roster_id=thinned.roster.pk, entry_id=edit.entry.pk)
    assert seats(thinned.roster) == before
    assert Message.objects.filter(subject=f"mend:{back.entry.pk}").count() == len(proposed_people(edit))
    with pytest.raises(Conflict):
        actions.undo(actor=commander, at=TEN, roster_id=thinned.roster.pk, entry_id=edit.entry.pk)


@pytest.mark.parametrize("change", ["edited", "begun", "marked"])
def test_it_is_not_taken_back_when_things_went_on(thinned: World, change: str) -> None:
    commander = thinned.actor()
    edit, at = done(thinned, commander), TEN
    seat = Assignment.objects.get(shift=thinned.shift(thinned.roster, "送药", 1))
    if change == "edited":
        actions.pin(actor=commander, at=TEN, roster_id=thinned.roster.pk, assignment_id=seat.pk, pinned=True)
    elif change == "marked":
        CheckIn.objects.create(assignment=seat, mark=CheckIn.Mark.ARRIVED, at=TEN, marked_by="x")
    else:
        at = clock.at_minute(DAY + timedelta(days=1), 485)
    with pytest.raises(Conflict):
        actions.undo(actor=commander, at=at, roster_id=thinned.roster.pk, entry_id=edit.entry.pk)
    assert who(thinned.roster, "送药", 1) == {"司机乙"}


@pytest.mark.parametrize("change", ["edited", "people", "begun", "other", "forged"])
def test_what_was_looked_at_must_still_hold(thinned: World, change: str, monkeypatch) -> None:
    commander, at, roster_id = thinned.actor(), TEN, thinned.roster.pk
    token = mend_actions.token_of(proposed(thinned, commander))
    before = seats(thinned.roster)
    if change == "edited":
        Roster.objects.filter(pk=roster_id).update(version=thinned.roster.version + 1)
    elif change == "people":
        thinned.people["司机乙"].limits = ["paused"]
        thinned.people["司机乙"].save()
    elif change == "begun":
        at = clock.at_minute(DAY + timedelta(days=1), 485)
    elif change == "other":
        roster_id = thinned.draft(1, first_day=DAY + timedelta(days=5)).pk
    else:
        token = token[:-2] + ("ab" if token[-2:] != "ab" else "cd")
    with pytest.raises(Stale):
        actions.mend(actor=commander, at=at, roster_id=roster_id, token=token)
    assert seats(thinned.roster) == before
    assert not JournalEntry.objects.filter(verb="roster.mended").exists()


def test_what_was_arranged_by_hand_allowed_by_name_or_marked_is_not_touched(thinned: World) -> None:
    gate = [Assignment.objects.get(shift=thinned.shift(thinned.roster, "门岗", day), person=thinned.people["司机乙"]) for day in (1, 2)]
    assert {place.shift.day for step in proposed(thinned).moved for place in step.left} == {seat.shift.day for seat in gate}
    Assignment.objects.filter(pk=gate[0].pk).update(pinned=True)
    CheckIn.objects.create(assignment=gate[1], mark=CheckIn.Mark.ARRIVED, at=TEN, marked_by="x")
    assert proposed(thinned).steps == []
    CheckIn.objects.all().delete()
    # Somebody who may not serve any more, but whose seat a commander allowed by name.
    Assignment.objects.filter(pk=gate[1].pk).update(override={"rules": ["limits"], "by": "顾指挥"})
    assert proposed(thinned).steps == []
    Assignment.objects.filter(pk=gate[1].pk).update(override={})
    assert len(proposed(thinned).moved) == 1


def test_a_secretary_mends_their_own_part_only(thinned: World) -> None:
    assert proposed(thinned, thinned.actor("secretary", "甲一")).steps
    other = thinned.actor("secretary", "甲二")
    assert (proposed(thinned, other).before, proposed(thinned, other).steps) == (0, [])
    with pytest.raises(Conflict):
        done(thinned, other)
    with pytest.raises(NotPermitted):
        proposed(thinned, thinned.actor("auditor"))
    # What somebody else was shown is not theirs to do.
    with pytest.raises(Stale):
        actions.mend(actor=other, at=TEN, roster_id=thinned.roster.pk, token=mend_actions.token_of(proposed(thinned)))


def test_who_must_rest_is_not_asked(thinned: World, monkeypatch) -> None:
    name = proposed(thinned).placed[0].name
    tired = thinned.people[name].pk
    monkeypatch.setattr(mending.resting, "must_rest", lambda people, at, **_more: {tired: "累"} if tired in people else {})
    found = proposed(thinned)
    assert name not in {step.name for step in found.placed}
    assert found.after == 0


def test_a_draft_is_mended_once_it_was_solved_and_a_roster_of_the_past_is_not(manned: World, ten) -> None:
    manned.roster = manned.draft(2)
    with pytest.raises(Conflict) as refused:
        proposed(manned)
    assert refused.value.code == "not_solved"
    manned.roster = solve(manned.roster)
    gone = Assignment.objects.filter(shift=manned.shift(manned.roster, "巡逻", 1)).first()
    gone.delete()
    manned.roster.refresh_from_db()
    assert (proposed(manned).before, proposed(manned).after) == (1, 0)
    done(manned, manned.actor())
    assert not Message.objects.exists()
    Roster.objects.filter(pk=manned.roster.pk).update(state=Roster.State.SUPERSEDED)
    with pytest.raises(Conflict):
        proposed(manned)


def test_from_the_page_to_the_roster_and_back(thinned: World, client: Client) -> None:
    client.force_login(thinned.account("commander"))
    shown = client.get(f"/roster/{thinned.roster.pk}/").content.decode()
    assert f"/roster/{thinned.roster.pk}/mend/" in shown
    assert "正在找改动最小的补法" in client.get(f"/roster/{thinned.roster.pk}/mend/").content.decode()
    found = client.get(f"/roster/{thinned.roster.pk}/mend/found/").content.decode()
    assert "司机乙" in found
    token = re.search(r'name="token" value="([^"]+)"', found)[1]
    answered = client.post(f"/roster/{thinned.roster.pk}/mend/do/", {"token": token})
    assert "已经改好" in answered.content.decode()
    assert who(thinned.roster, "送药", 1) == {"司机乙"}
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', answered.content.decode())[1]
    assert client.post(undo).status_code == 302
    assert who(thinned.roster, "送药", 1) == set()
    assert client.post(f"/roster/{thinned.roster.pk}/mend/do/", {"token": token}).status_code == 409
    client.force_login(thinned.account("block_leader", thinned.units["甲一块"]))
    assert client.get(f"/roster/{thinned.roster.pk}/mend/").status_code == 403


def test_by_the_api_and_by_command(thinned: World, client: Client, capsys) -> None:
    client.force_login(thinned.account("commander"))
    address = f"/api/v1/rosters/{thinned.roster.pk}/mending"
    looked = client.get(address).json()
    assert (looked["open_before"], looked["open_after"]) == (2, 0)
    assert run(["roster", "mend"]) == 0
    assert "还没有改" in capsys.readouterr().out
    made = client.post(address, {"token": looked["token"]}, content_type="application/json")
    assert made.status_code == 201
    assert client.post(f"/api/v1/rosters/{thinned.roster.pk}/undo/{made.json()['entry_id']}").status_code == 200
    assert run(["roster", "mend", "--do"]) == 0
    assert "司机乙" in capsys.readouterr().out
    assert who(thinned.roster, "送药", 2) == {"司机乙"}

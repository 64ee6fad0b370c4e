"""Alarms as messages: to whoever must act, each once, level by level; nothing where nothing is known."""

from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.incidents.models import Incident
from jimu.messages.models import Message
from jimu.people.models import Person, UnitLeader
from jimu.people.words import PAUSED
from jimu.relay import alarms, handover_actions, sweeping
from jimu.roster import actions as roster
from jimu.roster.models import Shift
from jimu.roster.tests.conftest import DAY, World

from .conftest import TEN, Gate, published

EIGHT, NOON = clock.at_minute(DAY, 480), clock.at_minute(DAY, 720)
LATE = EIGHT + timedelta(minutes=10)


@pytest.fixture
def post(world: World) -> Gate:
    """A critical gate with 张一 on one of two seats; 周主任 leads 甲一 with 钱副 beside, 顾指挥 the subdistrict."""
    morning = world.post("门岗", 480, 720, code="gate", needed=2, priority=1)
    afternoon = world.post("巡逻", 720, 960)
    for name in ("张一", "王二", "李三"):
        world.person(name)
    lead(world, "周主任", "甲一")
    lead(world, "钱副", "甲一", role="deputy")
    lead(world, "顾指挥", None)
    made = Gate(world, published(world), morning, afternoon)
    made.seat("张一")
    made.seat("王二")
    return made


def lead(world: World, name: str, unit: str | None, role: str = "leader") -> Person:
    person = world.person(name, "committee_cadre", phone_index=name)
    UnitLeader.objects.create(unit=world.units[unit] if unit else world.top, person=person, role=role, since=EIGHT - timedelta(days=9))
    return person


def told(kind: str) -> list[str]:
    rows = Message.objects.filter(key__startswith=kind).order_by("created_at", "key")
    return [row.person.name for row in rows.select_related("person") if row.person]


def arrive(gate: Gate, name: str, at=EIGHT) -> None:
    seat = gate.shift(gate.morning).assignments.get(person=gate.world.people[name])
    roster.mark(actor=SYSTEM, at=at, assignment_id=seat.pk, mark="arrived")


def test_a_critical_post_that_is_not_manned_is_told_to_its_leader_then_upward_each_once(post: Gate) -> None:
    arrive(post, "张一")
    assert sweeping.sweep(LATE - timedelta(seconds=1))["empty"] == 0
    assert sweeping.sweep(LATE)["empty"] == 1
    assert sweeping.sweep(LATE)["empty"] == 0
    assert told("post-alarm:") == ["周主任"]
    (first,) = Message.objects.filter(key__startswith="post-alarm:")
    assert "应有 2 人，到了 1 人" in first.text
    assert not any(name in first.text for name in ("张一", "王二"))
    # The clock is set back, then on: nothing is told twice.
    assert sweeping.sweep(EIGHT)["empty"] == 0
    assert sweeping.sweep(LATE + timedelta(minutes=1))["empty"] == 0
    assert sweeping.sweep(LATE + timedelta(minutes=45))["empty"] == 2
    assert told("post-alarm:").count("周主任") == 1
    assert "顾指挥" in told("post-alarm:")


def test_a_post_where_everybody_came_is_no_alarm(post: Gate) -> None:
    arrive(post, "张一")
    arrive(post, "王二")
    assert sweeping.sweep(LATE)["empty"] == 0


def test_where_nobody_keeps_attendance_only_what_is_surely_empty_is_told(post: Gate) -> None:
    assert alarms.empty_posts(LATE) == []
    Shift.objects.filter(pk=post.shift(post.morning).pk).update(needed=3)
    (one,) = alarms.empty_posts(LATE)
    assert (one.here, one.missing) == (0, 3)


def test_a_post_that_is_not_critical_is_left_to_its_lead(post: Gate) -> None:
    post.morning.priority = 2
    post.morning.save()
    arrive(post, "张一")
    assert sweeping.sweep(LATE)["empty"] == 0


def test_a_leader_whose_phone_is_off_all_night_holds_nothing_up(post: Gate) -> None:
    Person.objects.filter(name="周主任").update(limits=[PAUSED])
    arrive(post, "张一")
    sweeping.sweep(LATE)
    assert told("post-alarm:") == ["钱副"]
    Person.objects.filter(name="钱副").update(phone_index="")
    handover = handover_actions.open_handover(
        actor=SYSTEM, at=EIGHT, incident_id=post.world.incident.pk, unit_id=post.world.units["甲一"].pk, turn_at=NOON
    )
    sweeping.sweep(handover.due_at)
    assert told(f"{handover.target}:alarm:1") == ["顾指挥"]


def test_a_handover_nobody_accepts_is_told_to_those_whose_turn_it_is_and_to_the_leader(post: Gate) -> None:
    post.seat("李三", day=1)
    turn = clock.at_minute(DAY, 720)
    handover = handover_actions.open_handover(
        actor=SYSTEM, at=TEN, incident_id=post.world.incident.pk, unit_id=post.world.units["甲一"].pk, post_code="gate", turn_at=turn
    )
    sweeping.sweep(handover.due_at)
    sweeping.sweep(handover.due_at)
    assert sorted(told(f"{handover.target}:alarm:1")) == ["周主任", "李三"]
    assert all(row.urgency == "urgent" for row in Message.objects.filter(subject=handover.target))
    handover_actions.hand_over(actor=SYSTEM, at=handover.due_at, handover_id=handover.pk)
    handover_actions.accept(actor=post.world.actor(), at=handover.due_at, handover_id=handover.pk)
    assert sweeping.sweep(handover.due_at + timedelta(hours=5))["alarms"] == 0


def test_a_drill_says_so(post: Gate) -> None:
    Incident.objects.update(drill=True)
    arrive(post, "张一")
    sweeping.sweep(LATE)
    assert Message.objects.get(key__startswith="post-alarm:").text.startswith("【演练】")


def test_who_stands_by_is_told_when_they_step_in_and_the_alarm_does_not_ring(post: Gate) -> None:
    Shift.objects.filter(pk=post.shift(post.morning).pk).update(spare=1)
    waits = post.seat("李三")
    waits.standby = True
    waits.save()
    for name in ("张一", "李三"):
        arrive(post, name)
    gone = post.shift(post.morning).assignments.get(person=post.world.people["王二"])
    roster.mark(actor=SYSTEM, at=EIGHT, assignment_id=gone.pk, mark="absent")
    assert told("stepped-in:") == ["李三"]
    assert sweeping.sweep(LATE)["empty"] == 0

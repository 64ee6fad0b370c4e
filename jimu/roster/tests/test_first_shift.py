"""The first shift: nobody newly certified stands alone, whoever seats them; a veteran beside them signs them off."""

import pytest
from django.test import Client

from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import SYSTEM
from jimu.roster import actions, first_shift, hand_actions, judge
from jimu.roster.errors import BreaksRules
from jimu.roster.models import Assignment
from jimu.training.models import Certificate

from .conftest import EVE, TEN, World, solve, who
from .test_certificates import certify

pytestmark = pytest.mark.django_db


@pytest.fixture
def suits(world: World) -> World:
    """A post in suits with two seats; 张三 has a fresh certificate, 李四 has stood her first shift."""
    world.person("张三")
    world.person("李四")
    world.post("白大褂", 480, 720, needed=2, qualifications=["ppe"])
    certify(world, "张三", "ppe", days=30, supervised_at=None)
    certify(world, "李四", "ppe", days=30)
    return world


def test_the_engine_seats_a_novice_beside_a_veteran_and_never_alone(suits: World) -> None:
    roster = suits.draft()
    assert who(solve(roster), "白大褂") == {"张三", "李四"}
    assert not judge.hard_breaches(roster)
    Certificate.objects.filter(person=suits.people["李四"]).delete()
    assert who(suits.solved(), "白大褂") == set()


def test_a_hand_seats_a_novice_only_beside_a_veteran_or_with_a_reason_of_the_commander(suits: World) -> None:
    roster = suits.draft()
    shift, novice, veteran = suits.shift(roster, "白大褂"), suits.people["张三"], suits.people["李四"]

    def seat(role: str, person, **more):
        return hand_actions.assign(actor=suits.actor(role), at=EVE, roster_id=roster.pk, shift_id=shift.pk, person_id=person.pk, **more)

    with pytest.raises(BreaksRules) as refused:
        seat("secretary", novice)
    assert [one["code"] for one in refused.value.data["breaches"]] == ["supervised"]
    with pytest.raises(BreaksRules):
        seat("secretary", novice, override_reason="急用")
    seat("secretary", veteran)
    assert seat("secretary", novice).assignment.override == {}
    hand_actions.unassign(actor=suits.actor(), at=EVE, roster_id=roster.pk, assignment_id=Assignment.objects.get(person=novice).pk)
    hand_actions.unassign(actor=suits.actor(), at=EVE, roster_id=roster.pk, assignment_id=Assignment.objects.get(person=veteran).pk)
    assert seat("commander", novice, override_reason="只有这一位").assignment.override["rules"] == ["supervised"]


def test_a_veteran_is_not_moved_away_from_a_novice(suits: World) -> None:
    suits.post("门岗", 480, 720)
    roster = suits.draft()
    suits.seat(roster, "白大褂", "张三")
    veteran = suits.seat(roster, "白大褂", "李四")
    to = suits.shift(roster, "门岗")
    with pytest.raises(BreaksRules):
        hand_actions.move(actor=suits.actor("secretary"), at=EVE, roster_id=roster.pk, assignment_id=veteran.pk, to_shift_id=to.pk)


@pytest.fixture
def on_duty(suits: World):
    """Both are on the shift of a published roster."""
    roster = suits.draft()
    seats = suits.seat(roster, "白大褂", "张三"), suits.seat(roster, "白大褂", "李四")
    actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    return suits, *seats


def arrive(*seats: Assignment) -> None:
    for seat in seats:
        actions.mark(actor=SYSTEM, at=TEN, assignment_id=seat.pk, mark="arrived")


def sign(actor, seat: Assignment, supervisor: Assignment) -> Assignment:
    return first_shift.sign_off(actor=actor, at=TEN, assignment_id=seat.pk, supervisor_id=supervisor.pk)


def test_once_both_have_arrived_the_veteran_signs_the_novice_off_and_the_gate_opens(on_duty) -> None:
    world, novice, veteran = on_duty
    lead = world.actor("block_leader", "甲一")
    arrive(novice)
    with pytest.raises(Conflict):
        sign(lead, novice, veteran)
    arrive(veteran)
    sign(lead, novice, veteran)
    certificate = Certificate.objects.get(person=novice.person)
    assert (certificate.supervised_at, certificate.supervised_by) == (TEN, "李四")
    with pytest.raises(Conflict):
        sign(lead, novice, veteran)
    ((novices, veterans),) = first_shift.sides_of([(novice.shift, [novice.person_id])])
    assert (novices, veterans) == (set(), {novice.person_id})


def test_nobody_signs_themselves_off_and_a_novice_signs_nobody_off(on_duty) -> None:
    world, novice, veteran = on_duty
    arrive(novice, veteran)
    with pytest.raises(Invalid):
        sign(world.actor(), novice, novice)
    Certificate.objects.filter(person=veteran.person).update(supervised_at=None)
    with pytest.raises(Invalid):
        sign(world.actor(), novice, veteran)


def test_another_neighborhood_signs_nobody_off(on_duty) -> None:
    world, novice, veteran = on_duty
    arrive(novice, veteran)
    with pytest.raises(NotFound):
        sign(world.actor("secretary", "甲二"), novice, veteran)


def test_the_mark_stands_on_the_shift_and_is_gone_after_the_sign_off(on_duty) -> None:
    world, novice, veteran = on_duty
    client = Client()
    client.force_login(world.account("commander"), backend="django.contrib.auth.backends.ModelBackend")
    assert "首班带教" in client.get(f"/roster/shift/{novice.shift_id}/").content.decode()
    arrive(novice, veteran)
    sign(world.actor(), novice, veteran)
    assert "首班带教" not in client.get(f"/roster/shift/{novice.shift_id}/").content.decode()
    assert client.get(f"/roster/roll/first/{novice.pk}/").status_code == 405

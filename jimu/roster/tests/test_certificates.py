"""The gate of training is the roster's gate: a certificate opens a seat through its last day, and not the day after."""

from datetime import timedelta

import pytest

from jimu.roster import hand_actions, judge
from jimu.roster.errors import BreaksRules
from jimu.roster.models import Assignment
from jimu.training.models import Certificate

from .conftest import DAY, TEN, World

pytestmark = pytest.mark.django_db


def certify(world: World, name: str, qualification: str, *, days: int, **more: object) -> Certificate:
    """A certificate that holds for some days from the roster's first."""
    return Certificate.objects.create(
        person=world.people[name], qualification=qualification, course=qualification, course_version=1, way="session",
        valid_from=DAY, expires_on=DAY + timedelta(days=days - 1), issued_at=TEN, issued_by="x", **{"supervised_at": TEN, **more},
    )  # fmt: skip


@pytest.fixture
def suits(world: World) -> World:
    """One volunteer, and a post in a suit on each day, for which one's own word is not enough."""
    world.person("张三", skills=["ppe"])
    world.post("白大褂", 480, 720, qualifications=["ppe"])
    return world


def on_duty(world: World, days: int) -> list[int]:
    """The days of the roster on which the seat is filled."""
    roster = world.solved(days)
    assert judge.hard_breaches(roster) == []
    return sorted((a.shift.day - DAY).days for a in Assignment.objects.filter(shift__roster=roster).select_related("shift"))


def test_ones_own_word_does_not_open_a_seat_whose_course_wants_a_certificate(suits: World) -> None:
    assert on_duty(suits, 2) == []


def test_a_certificate_opens_it_through_its_last_day(suits: World) -> None:
    certify(suits, "张三", "ppe", days=2)
    assert on_duty(suits, 4) == [0, 1]


def test_a_revoked_certificate_opens_nothing(suits: World) -> None:
    certify(suits, "张三", "ppe", days=30, revoked_at=TEN)
    assert on_duty(suits, 2) == []


def test_a_hand_is_held_to_the_same_day(suits: World) -> None:
    certify(suits, "张三", "ppe", days=1)
    roster, actor = suits.draft(2), suits.actor("secretary", "甲一")

    def assign(day: int) -> None:
        shift = suits.shift(roster, "白大褂", day)
        hand_actions.assign(actor=actor, at=TEN, roster_id=roster.pk, shift_id=shift.pk, person_id=suits.people["张三"].pk)

    with pytest.raises(BreaksRules) as caught:
        assign(1)
    assert [broken["code"] for broken in caught.value.data["breaches"]] == ["qualification"]
    assign(0)

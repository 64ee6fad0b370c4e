"""What a careless change would let through: limits at their edge, keys that are lost, steps taken back when something followed."""

from datetime import timedelta

import pytest

from jimu.core.errors import InOtherHands, Invalid, NotNow
from jimu.field.transfer import acting, custody, disinfecting, leaving, rules, runs
from jimu.field.transfer.errors import DoesNotFit, Full
from jimu.field.transfer.models import Dependant, Disinfection
from jimu.people.models import Person
from jimu.people.words import PAUSED
from jimu.playbooks.schema import Transfer as Numbers

from .conftest import AT, HOUR, Lane, fresh, left, person
from .test_course import CAT

pytestmark = pytest.mark.django_db


def test_who_has_a_seat_is_missed_only_when_the_vehicle_is_late_and_they_stood_outside_too_long() -> None:
    numbers = Numbers()
    assert rules.seat_limit(AT, numbers) == AT + timedelta(minutes=numbers.late_minutes + numbers.outside_minutes)


def test_keys_that_are_lost_are_not_handed_on(lane: Lane) -> None:
    one = lane.ready("安甲户")
    key = custody.collect(actor=lane.secretary, at=AT, transfer_id=one.pk)
    custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="lost", note="掉在车上")
    with pytest.raises(InOtherHands, match="报失"):
        custody.offer(actor=lane.secretary, at=AT, key_id=key.pk, to_id=person(lane.second))
    custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="found")
    custody.offer(actor=lane.secretary, at=AT, key_id=key.pk, to_id=person(lane.second))
    assert custody.take(actor=lane.second, at=AT, key_id=key.pk).holder_id == lane.second.person_id


def test_keys_that_are_lost_open_no_flat(lane: Lane) -> None:
    one = lane.gone("安甲户", "positive")
    flat = Disinfection.objects.get(kitchen="")
    key = custody.collect(actor=lane.secretary, at=AT, transfer_id=one.pk)
    custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="lost", note="掉在车上")
    with pytest.raises(Invalid):
        disinfecting.sign(actor=lane.secretary, at=AT, disinfection_id=flat.pk)
    custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="found")
    assert disinfecting.sign(actor=lane.secretary, at=AT, disinfection_id=flat.pk).state == "half"


def test_what_gave_a_seat_back_is_not_taken_back(lane: Lane) -> None:
    one = lane.ready("安甲户")
    run = lane.run(one)
    lane.act(one, "refuse", note="不肯走")
    assert fresh(one).run_id is None
    with pytest.raises(NotNow, match="座位已经退掉"):
        acting.undo(actor=lane.secretary, at=AT, transfer_id=one.pk)
    assert (fresh(one).state, run.transfers.count()) == ("refused", 0)


def test_a_child_and_its_adult_sit_in_one_vehicle(lane: Lane) -> None:
    child, mother = lane.ready("安小孩"), lane.ready("安母亲")
    lane.act(child, "wants", companion_id=mother.pk, minor=True)
    lane.run(child)
    lane.run(mother, plate="沪A22222")
    with pytest.raises(DoesNotFit):
        lane.act(fresh(child), "board", lane.escort)


def test_somebody_who_goes_along_needs_a_seat_too(lane: Lane) -> None:
    one = lane.ready("安甲户")
    lane.run(one, seats=1)
    with pytest.raises(Full, match="多了 1 人"):
        lane.act(fresh(one), "wants", companion="隔壁王阿姨")
    assert fresh(one).seats == 1
    other = lane.ready("安乙户")
    run = lane.run(other, plate="沪A22222", seats=2)
    assert lane.act(fresh(other), "wants", companion="隔壁王阿姨").seats == run.seats


def test_a_caretaker_who_is_paused_looks_after_nobody_any_more(lane: Lane) -> None:
    one = left(lane.gone("安甲户", given=(CAT,)))
    lane.cared(one)
    assert (leaving.anybody_lapsed(), leaving.lapse(at=AT)) == (False, 0)
    Person.objects.filter(pk=person(lane.second)).update(limits=["no_night"])
    assert leaving.lapse(at=AT) == 0
    Person.objects.filter(pk=person(lane.second)).update(limits=[PAUSED])
    assert (leaving.anybody_lapsed(), leaving.lapse(at=AT)) == (True, 1)
    assert fresh(one).person_id is None


def test_a_vehicle_that_comes_later_moves_the_hour_of_who_sits_in_it(lane: Lane) -> None:
    one = lane.ready("安甲户")
    run = lane.run(one)
    before = fresh(one).alarm_at
    runs.delay(actor=lane.secretary, at=AT, run_id=run.pk, leaves_at=AT + 3 * HOUR, why="堵车")
    assert fresh(one).alarm_at == before + 2 * HOUR


def test_what_a_phone_tells_late_does_not_undo_what_was_seen_since(lane: Lane) -> None:
    one = left(lane.gone("安甲户", given=(CAT,)))
    lane.cared(one)
    leaving.visit(actor=lane.second, at=AT + HOUR, dependant_id=one.pk, result="fine")
    due = fresh(one).next_due
    leaving.visit(actor=lane.second, at=AT + HOUR / 2, dependant_id=one.pk, result="trouble", note="没吃东西")
    assert (fresh(one).trouble_at, fresh(one).next_due) == (None, due)
    assert Dependant.objects.get(pk=one.pk).visits.count() == 2

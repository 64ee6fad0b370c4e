"""Waves: how many are asked and who, what silence does, when a call ends, what a crash or a second sweep changes."""

from datetime import timedelta

import pytest

from jimu.calls import actions, choosing, waves
from jimu.calls.errors import AlreadyCalled, NothingOpen
from jimu.calls.models import Call, CallShift, Offer
from jimu.core.errors import NotFound, NotPermitted
from jimu.core.permissions import SYSTEM
from jimu.messages.models import Message
from jimu.roster import actions as rosters
from jimu.roster.models import Shift

from .conftest import EVE, HOUR, Gate, World, passed

pytestmark = pytest.mark.django_db


def test_the_first_wave_asks_as_many_as_the_shares_call_for(gate: Gate) -> None:
    for n in range(6, 20):
        gate.world.person(f"志{n}")
    call = gate.call()
    # Two seats, 15 % do not come: three must say yes; at 35 % that is nine asked.
    assert (call.wave, call.step, Offer.objects.count()) == (1, 1, 9)
    assert Message.objects.filter(subject=call.target).count() == 9


def test_at_short_notice_more_are_asked(gate: Gate) -> None:
    for n in range(6, 30):
        gate.world.person(f"志{n}")
    Shift.objects.update(needed=4)
    # Four seats. The evening before five must say yes, at 35 % fifteen are asked; an hour before six, eighteen.
    assert gate.call().offers.count() == 15
    Call.objects.all().delete()
    assert gate.call(at=gate.shift().starts_at - HOUR).offers.count() == 18


def test_nobody_who_does_not_fit_is_asked(gate: Gate) -> None:
    people = gate.world.people
    gate.world.person("外人", unit="乙一")
    gate.world.person("未成年", minor=True)
    gate.world.person("病假", limits=["paused"])
    gate.world.person("夜里才有空", times=[(127, 1200, 1380)])
    gate.world.person("民警", "police")
    gate.call()
    assert set(gate.states()) == {f"志{n}" for n in range(6)}
    assert people["外人"].pk not in set(Offer.objects.values_list("person_id", flat=True))


def test_who_is_on_another_shift_then_is_not_asked(gate: Gate) -> None:
    gate.world.seat(gate.roster, "门岗", "志0")
    call = gate.call()
    assert "志0" not in gate.states()
    assert call.shifts.get().wanted == 1


def test_one_person_has_one_offer_at_a_time(gate: Gate) -> None:
    first = gate.call()
    second = gate.call(shift_ids=[gate.shift(1).pk])
    assert first.offers.count() == 6
    assert second.offers.count() == 0
    assert second.exhausted


def test_a_sweep_that_runs_twice_sends_nothing_twice(gate: Gate) -> None:
    gate.call()
    before = Offer.objects.count(), Message.objects.count()
    assert waves.sweep(EVE) == {"offers": 0, "silent": 0, "told": 0}
    assert (Offer.objects.count(), Message.objects.count()) == before


def test_a_crash_in_the_middle_of_a_wave_leaves_nothing_of_it_and_the_next_sweep_sends_it_whole(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    call = actions.begin(actor=SYSTEM, at=EVE, shift_ids=[gate.shift().pk])

    def killed(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(waves, "enqueue", killed)
        with pytest.raises(KeyboardInterrupt):
            waves.advance(call.pk, EVE)
    assert (Offer.objects.count(), Message.objects.count(), Call.objects.get().wave) == (0, 0, 0)
    waves.sweep(EVE)
    assert (Offer.objects.count(), Message.objects.count(), Call.objects.get().wave) == (6, 6, 1)


def test_a_clock_that_jumps_ahead_makes_nobody_silent(gate: Gate) -> None:
    gate.call()
    waves.sweep(EVE + timedelta(hours=6))
    assert set(gate.states().values()) == {"waiting"}
    passed(11)
    waves.sweep(EVE - timedelta(days=3))
    assert set(gate.states().values()) == {"silent"}


def test_silence_brings_the_next_wave_and_the_next_step(gate: Gate) -> None:
    for n in range(6, 14):
        gate.world.person(f"志{n}")
    call = gate.call()
    assert call.offers.count() == 9
    passed(11)
    waves.sweep(EVE)
    call.refresh_from_db()
    assert (call.wave, call.offers.count()) == (2, 14)
    passed(11)
    waves.sweep(EVE)
    call.refresh_from_db()
    assert call.exhausted
    assert call.step == 1


def test_who_is_silent_may_still_say_yes(gate: Gate) -> None:
    gate.call()
    passed(11)
    waves.sweep(EVE)
    assert gate.say("志0", "yes").offer.state == "yes"
    assert gate.seated() == {"志0"}


def test_who_said_later_is_asked_once_more_and_then_is_silent(gate: Gate) -> None:
    call = gate.call()
    gate.say("志0", "later")
    passed(16)
    waves.sweep(EVE)
    assert gate.states()["志0"] == "waiting"
    assert Message.objects.filter(key=f"{call.target}:{gate.offer('志0').pk.hex}:again").count() == 1
    passed(11)
    waves.sweep(EVE)
    assert gate.states()["志0"] == "silent"


def test_a_call_ends_when_its_seats_are_filled_and_unsent_letters_are_withdrawn(gate: Gate) -> None:
    call = gate.call()
    for name in ("志0", "志1"):
        gate.say(name, "yes")
    waves.sweep(EVE)
    call.refresh_from_db()
    assert (call.state, call.end) == ("done", "filled")
    assert not CallShift.objects.filter(active=True).exists()
    assert set(Message.objects.filter(subject=call.target).values_list("state", flat=True)) == {"withdrawn"}
    assert Message.objects.filter(subject=f"{call.target}:outcome").count() == 2
    assert gate.states()["志5"] == "closed"


def test_a_call_ends_with_its_shift_and_with_its_incident(gate: Gate) -> None:
    call = gate.call()
    passed(11)
    waves.sweep(gate.shift().ends_at)
    call.refresh_from_db()
    assert (call.state, call.end) == ("done", "over")
    other = gate.call(shift_ids=[gate.shift(1).pk])
    gate.world.incident.state = "stood_down"
    gate.world.incident.save()
    passed(11)
    waves.sweep(EVE)
    other.refresh_from_db()
    assert other.end == "stood_down"


def test_at_night_only_shifts_that_are_near_wake_people(gate: Gate) -> None:
    midnight = EVE + timedelta(hours=4)
    far = gate.call(at=midnight, shift_ids=[gate.shift(2).pk])
    assert far.offers.count() == 0
    assert not far.exhausted
    passed(11)
    waves.sweep(midnight + timedelta(hours=8))
    assert far.offers.count() == 6
    passed(11)
    near = gate.call(at=midnight)
    assert near.offers.count() == 6


def test_a_paused_call_sends_nothing_until_it_goes_on(gate: Gate) -> None:
    call = actions.begin(actor=SYSTEM, at=EVE, shift_ids=[gate.shift().pk])
    actions.pause(actor=SYSTEM, at=EVE, call_id=call.pk)
    waves.sweep(EVE)
    assert Offer.objects.count() == 0
    actions.go_on(actor=SYSTEM, at=EVE, call_id=call.pk)
    waves.sweep(EVE)
    assert Offer.objects.count() == 6


def test_stopping_frees_the_shifts_and_closes_the_offers(gate: Gate) -> None:
    call = gate.call()
    actions.stop(actor=SYSTEM, at=EVE, call_id=call.pk)
    assert set(gate.states().values()) == {"closed"}
    assert gate.call().pk != call.pk


def test_two_calls_never_have_the_same_shift(gate: Gate) -> None:
    gate.call()
    with pytest.raises(AlreadyCalled):
        gate.call()
    with pytest.raises(AlreadyCalled):
        actions.attach(Call.objects.get(), [gate.shift()])


def test_where_nothing_is_open_there_is_nothing_to_call_for(gate: Gate) -> None:
    for name in ("志0", "志1"):
        gate.world.seat(gate.roster, "门岗", name)
    with pytest.raises(NothingOpen):
        gate.call()


def test_a_secretary_calls_for_her_own_place_and_not_beyond(gate: Gate) -> None:
    call = gate.call(actor=gate.world.actor("secretary", "甲一"))
    assert call.chain == ["team", "neighborhood"]
    actions.stop(actor=SYSTEM, at=EVE, call_id=call.pk)
    with pytest.raises(NothingOpen):
        gate.call(actor=gate.world.actor("secretary", "甲二"))
    with pytest.raises(NotPermitted):
        gate.call(actor=gate.world.actor("auditor"))
    with pytest.raises(NotFound):
        actions.stop(actor=gate.world.actor("secretary", "甲二"), at=EVE, call_id=call.pk)
    assert gate.call(actor=gate.world.actor()).chain == ["team", "neighborhood", "neighbors", "organisations", "subdistrict"]


def test_residents_of_a_sealed_neighborhood_are_not_called_out_of_it(gate: Gate) -> None:
    gate.world.person("邻居", unit="甲二")
    gate.world.person("外援", unit="乙一")
    gate.call()
    passed(11)
    waves.sweep(EVE)
    assert "邻居" not in gate.states()
    assert gate.states()["外援"] == "waiting"
    offer = gate.offer("外援")
    assert (offer.step, offer.lent) == ("subdistrict", True)


def test_a_new_roster_takes_the_call_along(gate: Gate) -> None:
    from jimu.roster import actions as rosters

    call = gate.call()
    fresh = gate.world.draft(3)
    rosters.publish(actor=SYSTEM, at=EVE, roster_id=fresh.pk, expected_version=fresh.version)
    waves.sweep(EVE)
    call.refresh_from_db()
    assert call.roster_id == fresh.pk
    assert gate.say("志0", "yes").offer.state == "yes"
    assert gate.world.shift(fresh, "门岗").assignments.count() == 1


def test_somebody_from_elsewhere_whom_two_places_could_borrow_is_asked_by_one(world: World) -> None:
    for unit in ("甲一", "甲二"):
        world.post(f"{unit}门岗", 480, 720, unit=unit, code="gate")
    world.person("外援", unit="乙一")
    draft = world.draft()
    rosters.publish(actor=SYSTEM, at=EVE, roster_id=draft.pk, expected_version=draft.version)
    shifts = [world.shift(draft, f"{unit}门岗") for unit in ("甲一", "甲二")]
    call = actions.begin(actor=SYSTEM, at=EVE, shift_ids=[shift.pk for shift in shifts])
    needs = choosing.needs(call, EVE)
    assert choosing.choose(call, needs, "neighborhood", EVE) == []
    for asked in (needs, needs[:1], needs[1:]):
        (found,) = choosing.choose(call, asked, "subdistrict", EVE)
        assert (found.person_id, found.lent, found.shift) == (world.people["外援"].pk, True, asked[0].shift)

"""Answers: the first yes has the seat, later ones stand by, and what may have changed since the offer is looked at again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from jimu.calls import answering, letters, waves
from jimu.calls.answering import Said
from jimu.calls.errors import CallOver, DeadLink
from jimu.calls.models import Answer, Offer, Standby
from jimu.core import sealed
from jimu.core.errors import NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.messages.models import Message
from jimu.roster import hand_actions
from jimu.roster.models import Assignment, Shift
from jimu.teams.models import Loan

from .conftest import EVE, Gate, gate_of, passed, small_world

pytestmark = pytest.mark.django_db


def test_the_first_who_say_yes_have_the_seats_and_the_next_stands_by(gate: Gate) -> None:
    gate.call()
    heard = [gate.say(f"志{n}", "yes").offer.state for n in range(3)]
    assert heard == ["yes", "yes", "bench"]
    assert gate.seated() == {"志0", "志1"}
    standby = Standby.objects.get()
    assert (standby.person.name, standby.until, standby.ended_at) == ("志2", gate.shift().ends_at, None)


def test_saying_the_same_again_changes_nothing(gate: Gate) -> None:
    gate.call()
    for word in ("yes", "yes", "no", "no"):
        gate.say("志0", word)
    assert list(Answer.objects.values_list("word", "outcome")) == [("yes", "yes"), ("no", "no")]


def test_who_has_a_seat_and_cannot_come_gives_it_back_and_the_next_has_it(gate: Gate) -> None:
    gate.call()
    for name in ("志0", "志1"):
        gate.say(name, "yes")
    assert gate.say("志0", "no").offer.state == "no"
    assert gate.seated() == {"志1"}
    assert gate.say("志2", "yes").offer.state == "yes"


def test_what_came_of_it_is_told_once(gate: Gate) -> None:
    call = gate.call()
    for n in range(3):
        gate.say(f"志{n}", "yes")
    for _n in range(2):
        waves.tell_outcomes(EVE)
    told = Message.objects.filter(subject=f"{call.target}:outcome").values_list("person__name", "text")
    assert {name for name, _text in told} == {"志0", "志1", "志2"}
    assert ["候补" in text for _name, text in sorted(told)] == [False, False, True]


def test_who_said_yes_elsewhere_since_is_judged_again(gate: Gate) -> None:
    gate.world.post("夜巡", 240, 470, code="patrol")
    gate.call()
    other = gate.world.draft(3)
    assert other.pk
    Assignment.objects.create(shift=_beside(gate), person=gate.world.people["志0"], seat=0)
    heard = gate.say("志0", "yes")
    assert heard.offer.state == "unfit"
    assert heard.why
    assert gate.seated() == set()


def _beside(gate: Gate) -> Shift:
    """A shift of the roster in force that leaves no rest before the gate."""
    first = gate.shift()
    return Shift.objects.create(
        roster=gate.roster, post=gate.world.posts["夜巡"], unit=first.unit, day=first.day, starts_at=first.starts_at - timedelta(hours=4),
        ends_at=first.starts_at - timedelta(minutes=10), needed=1,
    )  # fmt: skip


def test_who_was_marked_as_ill_since_is_not_seated(gate: Gate) -> None:
    gate.call()
    person = gate.world.people["志0"]
    person.limits = ["paused"]
    person.updated_at += timedelta(minutes=1)
    person.save()
    assert gate.say("志0", "yes").offer.state == "unfit"


def test_their_yes_outdoes_what_they_had_said_of_their_time(gate: Gate) -> None:
    gate.call()
    person = gate.world.people["志0"]
    person.times.create(weekdays=127, start_minute=1200, end_minute=1380)
    person.updated_at += timedelta(minutes=1)
    person.save()
    assert gate.say("志0", "yes").offer.state == "yes"
    assert Assignment.objects.get().override["rules"] == ["availability"]


def test_a_lead_who_fills_the_seat_meanwhile_leaves_the_bench(gate: Gate) -> None:
    gate.call()
    for name in ("志4", "志5"):
        hand_actions.assign(actor=SYSTEM, at=EVE, roster_id=gate.roster.pk, shift_id=gate.shift().pk, person_id=gate.world.people[name].pk)
    assert gate.say("志0", "yes").offer.state == "bench"
    assert gate.seated() == {"志4", "志5"}


def test_why_somebody_cannot_come_is_sealed_and_in_no_journal(gate: Gate) -> None:
    gate.call()
    gate.say("志0", "no", reason="ill", words="发烧")
    kept = gate.offer("志0").reason_sealed
    assert "发烧" not in kept
    assert sealed.unseal(kept) == "ill:发烧"
    assert not [entry for entry in JournalEntry.objects.all() if "发烧" in str(entry.data) or "ill" in entry.data.values()]


def test_after_the_end_nobody_is_needed(gate: Gate) -> None:
    gate.call()
    with pytest.raises(CallOver):
        gate.say("志0", "yes", at=gate.shift().ends_at)
    for name in ("志1", "志2"):
        gate.say(name, "yes")
    waves.sweep(EVE)
    with pytest.raises(CallOver):
        gate.say("志0", "yes")
    assert gate.say("志1", "no").offer.state == "no"


def test_a_link_is_for_one_offer_and_cannot_be_made_up(gate: Gate) -> None:
    gate.call()
    offer = gate.offer("志0")
    token = letters.token(offer.pk)
    assert letters.read_token(token) == offer.pk
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), offer.pk.hex, "", gate.offer("志1").pk.hex + token[32:]):
        with pytest.raises(DeadLink):
            letters.read_token(wrong)


def test_a_person_answers_their_own_offer_and_a_lead_for_their_people(gate: Gate) -> None:
    gate.call()
    mine = gate.offer("志0").pk
    with pytest.raises(NotFound):
        answering.answer_own(actor=gate.own("志1"), at=EVE, offer_id=mine, said=Said("no"))
    assert answering.answer_own(actor=gate.own("志0"), at=EVE, offer_id=mine, said=Said("no")).offer.state == "no"
    other = gate.offer("志1").pk
    with pytest.raises(NotFound):
        answering.answer_for(actor=gate.world.actor("secretary", "甲二"), at=EVE, offer_id=other, said=Said("yes"))
    assert answering.answer_for(actor=gate.world.actor("secretary", "甲一"), at=EVE, offer_id=other, said=Said("yes")).offer.state == "yes"
    assert set(Answer.objects.values_list("via", flat=True)) == {"account", "lead"}


def test_somebody_from_elsewhere_is_lent_for_the_shift_by_their_yes(gate: Gate) -> None:
    gate.world.person("外援", unit="乙一")
    gate.call()
    passed(11)
    waves.sweep(EVE)
    assert gate.say("外援", "yes").offer.state == "yes"
    loan = Loan.objects.get()
    assert (loan.state, loan.to_unit_id, loan.from_unit_id) == ("agreed", gate.world.units["甲一"].pk, gate.world.units["乙一"].pk)
    assert loan.starts_at < gate.shift().starts_at < gate.shift().ends_at < loan.ends_at
    from jimu.roster import judge

    assert judge.hard_breaches(gate.roster) == []


def test_one_who_comes_too_late_from_elsewhere_is_not_lent(gate: Gate) -> None:
    gate.world.person("外援", unit="乙一")
    gate.call()
    passed(11)
    waves.sweep(EVE)
    for name in ("志0", "志1"):
        gate.say(name, "yes")
    assert gate.say("外援", "yes").offer.state == "bench"
    assert not Loan.objects.exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_many_who_say_yes_at_once_as_many_are_seated_as_there_are_seats() -> None:
    gate = gate_of(small_world(), people=12, needed=3)
    gate.call()
    ids = list(Offer.objects.values_list("pk", flat=True))
    assert len(ids) == 12
    start = Barrier(len(ids))

    def say(offer_id: object) -> str:
        start.wait()
        try:
            return answering.answer_by_link(at=EVE, offer_id=offer_id, said=Said("yes")).offer.state  # type: ignore[arg-type]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(ids)) as threads:
        outcomes = sorted(threads.map(say, ids))
    connection.close()
    assert outcomes == ["bench"] * 9 + ["yes"] * 3
    assert Assignment.objects.filter(shift=gate.shift()).count() == gate.shift().filled == 3
    assert Answer.objects.count() == 12
    assert Standby.objects.count() == 9


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_one_wave() -> None:
    from jimu.calls import actions

    gate = gate_of(small_world(), people=12, needed=3)
    actions.begin(actor=SYSTEM, at=EVE, shift_ids=[gate.shift().pk])
    start = Barrier(3)

    def sweep(_n: int) -> int:
        start.wait()
        try:
            return waves.sweep(EVE)["offers"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        sent = sorted(threads.map(sweep, range(3)))
    assert sent == [0, 0, 12]
    assert Message.objects.count() == Offer.objects.count() == 12

"""Faults: a service that is down for an hour, refuses or does not answer; a process that dies at every point of a wave."""

import pytest
import time_machine as machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.steady import now
from jimu.messages import actions, rules, sending, transports
from jimu.messages.models import Channel, Delivery, LocalLine, Message
from jimu.messages.sending import LEASE
from jimu.messages.transports import SENT, Answer

from .conftest import NOON, ROBOT, Office, pass_time, states

DOWN = Answer(False, "unreachable", down=True)
REFUSED = Answer(False, "refused 93000")
UNSURE = Answer(False, "unsure", down=True)
MAIL = "mailtos://u:p@smtp.example.com?to={to}"


def test_an_hour_without_the_service_loses_nothing_and_sends_nothing_twice(office: Office, service) -> None:
    office.channel("mail", address=MAIL)
    office.enqueue(office.letters(3))
    begun = now()
    service.answers = [DOWN] * 1000
    while now() - begun < 3600:
        sending.send_due()
        pass_time(5)
    assert service.taken == []
    assert 1000 - len(service.answers) < 40, "it rests between tries"
    service.answers = []
    for _n in range(300):
        sending.send_due()
        pass_time(5)
    assert states() == {"sent": 3}
    assert len({parcel.address for parcel in service.taken}) == len(service.taken) == 3


def test_what_is_refused_again_and_again_waits_for_a_person(office: Office, service) -> None:
    office.channel("wecom", "group", office.place, address=ROBOT)
    office.enqueue([actions.Letter("g", office.place.pk, "到岗", urgency="urgent")])
    service.answers = [REFUSED] * 100
    for _n in range(100):
        sending.send_due()
        pass_time(60)
    assert states() == {"dead": 1}
    assert 100 - len(service.answers) == sending.MOST_REFUSALS
    service.answers = []
    actions.send_again(actor=office.actor(), at=NOON, message_ids=[Message.objects.get().pk])
    sending.send_due()
    assert states() == {"sent": 1}


def test_an_answer_that_nobody_heard_is_not_sent_again_by_itself(office: Office, service) -> None:
    office.channel("mail", address=MAIL)
    office.enqueue(office.letters(1))
    service.answers = [UNSURE]
    for _n in range(50):
        sending.send_due()
        pass_time(60)
    assert (states(), service.taken, Message.objects.get().error) == ({"dead": 1}, [], "unsure")


def test_where_the_service_drops_repeats_it_is_asked_again_under_the_same_key(office: Office, service) -> None:
    office.channel("webhook", address="https://example.com/hook?to={to}")
    office.enqueue(office.letters(1))
    service.answers = [UNSURE]
    sending.send_due()
    key = Delivery.objects.get().pk
    pass_time(LEASE + 1)
    sending.send_due()
    assert states() == {"sent": 1}
    assert [parcel.key for parcel in service.taken] == [key]


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


@pytest.mark.parametrize("at_point", ["before handing over", "after handing over", "after the service took it"])
def test_killed_in_the_middle_of_a_wave_nothing_is_sent_twice_and_nothing_is_lost(office: Office, service, monkeypatch, at_point) -> None:
    office.channel("mail", address=MAIL)
    office.enqueue(office.letters(3))
    point = {"before handing over": "hand", "after handing over": "_answer", "after the service took it": "settle"}[at_point]
    whole = getattr(sending, point)
    calls = []

    def dies(*args, **more):
        calls.append(args)
        if len(calls) == 2:
            raise Killed
        return whole(*args, **more)

    monkeypatch.setattr(sending, point, dies)
    with pytest.raises(Killed):
        sending.send_due()
    monkeypatch.setattr(sending, point, whole)
    assert sending.send_due() == 0, "the lease holds"
    pass_time(LEASE + 1)
    sending.send_due()
    addresses = [parcel.address for parcel in service.taken]
    assert len(addresses) == len(set(addresses))
    unsure = Message.objects.filter(state="dead", error="unsure").count()
    assert unsure == (0 if at_point == "before handing over" else 1)
    assert states().get("sent", 0) + unsure == 3


def test_a_sender_that_was_thought_dead_hands_over_nothing_any_more(office: Office, service) -> None:
    office.channel("mail", address=MAIL)
    office.enqueue(office.letters(1))
    slow = sending.claim()
    pass_time(LEASE + 1)
    assert sending.send_due() == 1
    assert slow is not None
    assert sending.deliver(slow) == 0
    assert (len(service.taken), states()) == (1, {"sent": 1})


def test_a_late_answer_still_counts(office: Office, service) -> None:
    office.channel("mail", address=MAIL)
    office.enqueue(office.letters(1))
    slow = sending.claim()
    assert slow is not None
    sending.hand([slow.parcels[0].key])
    pass_time(LEASE + 1)
    sending.send_due()
    assert states() == {"dead": 1}
    sending.settle(slow, {slow.parcels[0].key: SENT})
    assert states() == {"sent": 1}


def test_a_local_wave_killed_after_it_was_kept_is_not_kept_twice(office: Office, monkeypatch) -> None:
    office.channel()
    office.enqueue(office.letters(3))
    claimed = sending.claim()
    assert claimed is not None
    sending.hand([parcel.key for parcel in claimed.parcels])
    transports.keep(claimed.channel, claimed.parcels)
    pass_time(LEASE + 1)
    sending.send_due()
    assert (states(), LocalLine.objects.count()) == ({"sent": 3}, 3)


def test_a_clock_that_is_set_changes_no_pause_and_no_lease(office: Office, service) -> None:
    office.channel("mail", address=MAIL)
    office.enqueue(office.letters(1))
    claimed = sending.claim()
    with machine.travel("2031-01-01 12:00+08:00", tick=True):
        assert sending.claim() is None, "a jump forward ends no lease"
    with machine.travel("2021-01-01 12:00+08:00", tick=True):
        assert claimed is not None
        service.answers = [DOWN]
        sending.deliver(claimed)
        pass_time(rules.LONGEST_PAUSE)
        assert sending.send_due() == 1, "a jump back stretches no pause"


def test_a_closed_channel_leaves_what_waits_to_a_hand(office: Office) -> None:
    from jimu.messages import channel_actions

    channel = office.channel()
    office.enqueue(office.letters(2))
    channel_actions.close_channel(actor=office.actor(), at=NOON, channel_id=channel.pk)
    assert states() == {"by_hand": 2}
    assert not Channel.objects.get().active


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.sampled_from([SENT, DOWN, REFUSED, UNSURE]), max_size=20), steps=st.lists(st.integers(1, 400), max_size=12))
def test_whatever_the_service_answers_each_message_is_taken_at_most_once(office: Office, service, answers, steps) -> None:
    Message.objects.all().delete()
    Delivery.objects.all().delete()
    Channel.objects.all().delete()
    office.channel("mail", address=MAIL)
    service.taken, service.answers = [], list(answers)
    office.enqueue(office.letters(3))
    for step in steps:
        sending.send_due()
        pass_time(step)
    addresses = [parcel.address for parcel in service.taken]
    assert len(addresses) == len(set(addresses)) == states().get("sent", 0)
    assert sum(states().values()) == 3

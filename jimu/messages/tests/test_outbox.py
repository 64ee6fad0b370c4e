"""The outbox: a key is sent once, quiet hours, joining within limits, what a group may read, who is told by hand."""

from dataclasses import replace

import pytest

from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.models import JournalEntry
from jimu.messages import actions, sending
from jimu.messages.actions import Letter, Queued
from jimu.messages.models import LocalLine, Message
from jimu.messages.rules import PersonalInGroup

from .conftest import NOON, ROBOT, Office, pass_time, states


def test_a_letter_goes_out_once_however_often_it_is_put_in(office: Office) -> None:
    office.channel()
    assert office.enqueue(office.letters(3)) == Queued(3, 0, 0)
    assert office.enqueue(office.letters(3)) == Queued(0, 3, 0)
    assert sending.send_due() == 3
    assert office.enqueue(office.letters(4)) == Queued(1, 3, 0)
    sending.send_due()
    assert states() == {"sent": 4}
    assert LocalLine.objects.count() == 4


def test_a_key_that_only_one_database_would_hold_is_refused_on_both(office: Office) -> None:
    (letter,) = office.letters(1)
    assert office.enqueue([replace(letter, key="k" * 120)]).fresh == 1
    with pytest.raises(ValueError, match="too long"):
        office.enqueue([replace(letter, key="k" * 121)])


def test_without_a_channel_people_are_told_by_hand(office: Office) -> None:
    assert office.enqueue(office.letters(2)).by_hand == 2
    assert sending.send_due() == 0
    ids = list(Message.objects.values_list("pk", flat=True))
    with pytest.raises(Conflict):
        actions.send_again(actor=office.actor(), at=NOON, message_ids=ids)
    assert actions.mark_told(actor=office.actor("secretary", office.place), at=NOON, message_ids=ids[:1]) == 1
    office.channel()
    assert actions.send_again(actor=office.actor(), at=NOON, message_ids=ids) == 1
    sending.send_due()
    assert states() == {"told": 1, "sent": 1}
    assert JournalEntry.objects.filter(verb="messages.told").get().data == {"count": 1}


def test_a_stranger_marks_nothing(office: Office) -> None:
    office.enqueue(office.letters(1))
    with pytest.raises(NotFound):
        actions.mark_told(
            actor=office.actor("secretary", office.other), at=NOON, message_ids=list(Message.objects.values_list("pk", flat=True))
        )
    assert states() == {"by_hand": 1}


def test_routine_messages_wait_for_the_end_of_quiet_hours_and_urgent_ones_do_not(office: Office) -> None:
    office.channel()
    night = NOON.replace(hour=2)
    actions.enqueue(actor=office.actor(), at=night, letters=office.letters(1, key="u"))
    actions.enqueue(actor=office.actor(), at=night, letters=office.letters(1, key="r", urgency="routine"))
    urgent, routine = Message.objects.get(key="u0"), Message.objects.get(key="r0")
    assert urgent.not_before is None
    assert routine.not_before is not None
    assert (routine.not_before - night).total_seconds() == 5 * 3600


def test_routine_messages_to_one_group_are_joined_and_the_limit_of_the_service_holds(office: Office, service) -> None:
    office.channel("wecom", "group", office.place, address=ROBOT)
    office.enqueue([Letter(f"r{n}", office.place.pk, f"第{n}条") for n in range(30)])
    assert sending.send_due() == 1
    assert all(f"第{n}条" in service.taken[0].text for n in range(30))
    office.enqueue([Letter(f"u{n}", office.place.pk, f"急{n}" + "字" * 200, urgency="urgent") for n in range(60)])
    sending.send_due()
    assert len(service.taken) == 20
    assert sending.send_due() == 0
    pass_time(70)
    sending.send_due()
    assert states() == {"sent": 90}
    assert all(len(parcel.text.encode()) <= 2048 for parcel in service.taken)


def test_a_group_never_reads_a_number_or_a_name(office: Office) -> None:
    office.channel("wecom", "group", office.place, address=ROBOT)
    for text in ("联系 19900000001", "身份证 999999195001010018", "请赵甲到岗"):
        with pytest.raises(PersonalInGroup) as found:
            office.enqueue([Letter("g", office.place.pk, text)])
        assert "1990000" not in str(found.value)
    office.people[1].name = "甲一"
    office.people[1].save(update_fields=["name"])
    assert office.enqueue([Letter("g", office.place.pk, "甲一居民区请到岗")]).fresh == 1
    # The same words may go to the person they are about.
    assert office.enqueue([Letter("p", office.place.pk, "请赵甲到岗", office.people[0].pk)]).fresh == 1


def test_an_empty_or_endless_text_is_refused(office: Office) -> None:
    for text in ("  ", "字" * 1501):
        with pytest.raises(Invalid):
            office.enqueue(office.letters(1, text=text))
    assert office.enqueue(office.letters(1, text="字" * 1500)).fresh == 1


def test_a_letter_takes_the_nearest_channel(office: Office, service) -> None:
    wide, near = office.channel(), office.channel(unit=office.place)
    office.enqueue(office.letters(1))
    office.enqueue([Letter("far", office.other.pk, "到岗", office.people[0].pk)])
    assert Message.objects.get(key="k0").channel == near
    assert Message.objects.get(key="far").channel == wide


def test_what_was_withdrawn_does_not_go_out(office: Office) -> None:
    office.channel()
    office.enqueue(office.letters(2), subject="order:1")
    office.enqueue(office.letters(1, key="z"), subject="order:2")
    assert actions.withdraw(subject="order:1", at=NOON, by="x") == 2
    sending.send_due()
    assert states() == {"withdrawn": 2, "sent": 1}

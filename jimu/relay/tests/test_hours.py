"""Hours: counted once, corrected beside, certified with a code that tells a stranger no more than it must."""

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.messages.models import Message
from jimu.relay import attendance_actions, certificate, codes, hours, rules
from jimu.relay.models import Certificate, ServiceEntry
from jimu.roster.tests.conftest import DAY, small_world
from jimu.roster.tests.test_publishing import together

from .conftest import Gate, gate_of

EIGHT, NOON = clock.at_minute(DAY, 480), clock.at_minute(DAY, 720)
AFTER = NOON + timedelta(hours=1)


def came(gate: Gate, name: str = "张一", late: int = 0) -> None:
    code = codes.shift_code(gate.shift(gate.morning))
    attendance_actions.sign_by_code(actor=gate.own(name), at=EIGHT + timedelta(minutes=late), code=code, going="in")


def test_a_shift_is_counted_once_when_it_is_over(gate: Gate) -> None:
    came(gate, late=30)
    assert hours.count(AFTER - timedelta(minutes=1)) == 0
    assert [hours.count(AFTER), hours.count(AFTER + timedelta(days=1))] == [1, 0]
    assert [one.minutes for one in ServiceEntry.objects.all()] == [210]
    assert hours.served_by(gate.world.people["张一"].pk)[0].hours == "3.5"
    assert hours.served_by(gate.world.people["王二"].pk) == []


def test_who_was_taken_back_as_absent_served_nothing(gate: Gate) -> None:
    came(gate)
    seat = gate.shift(gate.morning).assignments.get()
    attendance_actions.mark_absent(
        actor=gate.world.actor("secretary", "甲一"), at=EIGHT + timedelta(minutes=5), assignment_id=seat.pk, why="代签"
    )
    hours.count(AFTER)
    assert [one.minutes for one in ServiceEntry.objects.all()] == [0]


def test_a_correction_stands_beside_and_nobody_corrects_their_own(gate: Gate) -> None:
    came(gate)
    hours.count(AFTER)
    entry = ServiceEntry.objects.get()
    lead = gate.world.actor("secretary", "甲一")
    with pytest.raises(Invalid):
        hours.correct(actor=lead, at=AFTER, entry_id=entry.pk, minutes=120, reason="")
    for other in (gate.world.actor("secretary", "甲二"), gate.own("张一", "secretary", "甲一")):
        with pytest.raises(NotFound):
            hours.correct(actor=other, at=AFTER, entry_id=entry.pk, minutes=900, reason="x")
    for minutes in (120, 180):
        hours.correct(actor=lead, at=AFTER, entry_id=entry.pk, minutes=minutes, reason="提前离开")
    assert ServiceEntry.objects.get(pk=entry.pk).minutes == 240
    assert hours.served_by(gate.world.people["张一"].pk)[0].minutes == 180


def test_a_certificate_is_ones_own_and_the_same_hours_give_the_same(gate: Gate) -> None:
    person, own = gate.world.people["张一"], gate.own("张一")
    words = {"at": AFTER, "person_id": person.pk, "incident_id": gate.world.incident.pk}
    with pytest.raises(NotFound):
        hours.certify(actor=own, **words)
    came(gate, late=500 - 480)
    hours.count(AFTER)
    with pytest.raises(NotFound):
        hours.certify(actor=gate.world.actor(), **words)
    made = hours.certify(actor=own, **words)
    assert hours.certify(actor=own, **words) == made
    assert made.hours == "3.5"
    ServiceEntry.objects.update(minutes=0)
    with pytest.raises(Conflict):
        hours.certify(actor=own, **words)


def test_a_stranger_learns_the_hours_and_one_letter(gate: Gate, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    came(gate)
    hours.count(AFTER)
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    client = signed_in(gate.account("张一"))
    assert "4" in client.get("/relay/me/hours/").content.decode()
    answer = client.post(f"/relay/me/hours/{gate.world.incident.pk}/")
    assert answer.status_code == 200
    code = Certificate.objects.get().code
    if certificate.font():
        assert answer.content.startswith(b"%PDF-")
    for typed in (code, code.lower(), certificate.spaced(code)):
        text = Client().get("/relay/verify/", {"code": typed}).content.decode()
        assert "证明是真的：张姓同志，服务 4 小时。" in text
        assert "张一" not in text
        assert gate.world.incident.title not in text
    assert "没有这个查验码" in Client().get("/relay/verify/", {"code": "0" * 12}).content.decode()
    assert Client().post("/relay/verify/").status_code == 405


@given(st.integers(-120, 600), st.integers(-120, 900), st.integers(1, 720))
def test_nobody_serves_more_than_the_shift_and_its_overtime(arrived: int, left: int, length: int) -> None:
    end = EIGHT + timedelta(minutes=length)
    minutes = rules.served_minutes(
        starts_at=EIGHT, ends_at=end, arrived_at=EIGHT + timedelta(minutes=arrived), left_at=EIGHT + timedelta(minutes=left)
    )
    assert 0 <= minutes <= length + 120
    assert minutes <= max(0, left - arrived)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_counts_at_once_count_once() -> None:
    gate = gate_of(small_world())
    came(gate)
    together(lambda: hours.count(AFTER), lambda: hours.count(AFTER))
    assert ServiceEntry.objects.count() == 1


def test_a_lead_corrects_on_the_page_of_the_day_and_the_person_reads_why(gate: Gate, signed_in, monkeypatch) -> None:
    came(gate)
    hours.count(AFTER)
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    entry, unit = ServiceEntry.objects.get(), gate.world.units["甲一"]
    address = f"/relay/hours/{entry.pk}/correct/"
    assert signed_in(gate.account("王二")).post(address, {"minutes": 90, "reason": "早走"}).status_code == 403
    assert signed_in(gate.world.account("secretary", gate.world.units["甲二"])).post(address, {"minutes": 90, "reason": "早走"}).status_code == 404
    lead = signed_in(gate.world.account("secretary", unit))
    page = f"/relay/attendance/{unit.pk}/?day={DAY.isoformat()}"
    assert "4 小时" in lead.get(page).content.decode()
    assert lead.post(address, {"minutes": 90, "reason": ""}).status_code == 422
    assert lead.post(address, {"minutes": 90, "reason": "早走"}).status_code == 302
    assert "1 小时 30 分钟" in lead.get(page).content.decode()
    told = Message.objects.get(person=gate.world.people["张一"])
    assert "由 4 小时 改为 1 小时 30 分钟，原因：早走" in told.text
    own = signed_in(gate.account("张一")).get("/relay/me/hours/").content.decode()
    assert "1 小时 30 分钟" in own
    assert "早走" in own

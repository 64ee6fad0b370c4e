"""The same acts by JSON and by command: one's own seats, a lead's word, hours, rest."""

import json
from datetime import timedelta

import pytest

from jimu.core import clock, commands
from jimu.relay import attendance_actions, codes, hours, seats
from jimu.relay.models import SeatRequest, ServiceEntry
from jimu.roster.models import Assignment
from jimu.roster.tests.conftest import DAY

from .conftest import Gate, SignIn

SEVEN, EIGHT = clock.at_minute(DAY, 420), clock.at_minute(DAY, 480)
AFTER = clock.at_minute(DAY, 720) + timedelta(hours=1)


@pytest.fixture
def seven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: SEVEN)
    monkeypatch.setattr(clock, "today", lambda: DAY)


def post(client, address: str, **body):
    return client.post(f"/api/v1/relay{address}", json.dumps(body), content_type="application/json")


def test_my_seats_a_leave_and_the_leads_word(gate: Gate, signed_in: SignIn, seven: None) -> None:
    mine = signed_in(gate.account("张一"))
    (seat,) = mine.get("/api/v1/relay/seats").json()
    assert (seat["post"], seat["standby"], seat["mark"]) == ("门岗", False, "")
    asked = post(mine, f"/seats/{seat['seat_id']}/leave", reason="发热")
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    other = signed_in(gate.account("王二"))
    assert post(other, f"/seats/{seat['seat_id']}/leave", reason="替他").status_code == 404
    assert other.get("/api/v1/relay/requests/open").status_code == 403
    lead = signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    (waiting,) = lead.get("/api/v1/relay/requests/open").json()
    assert waiting["reason"] == "发热"
    assert post(lead, f"/requests/{waiting['id']}/decide", grant=False).status_code == 422
    assert post(lead, f"/requests/{waiting['id']}/decide", grant=True).json()["state"] == "done"
    assert not Assignment.objects.filter(pk=seat["seat_id"]).exists()


def test_a_swap_is_asked_and_agreed_by_json(gate: Gate, signed_in: SignIn, seven: None) -> None:
    mine = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    later = gate.seat("李三", day=1)
    asked = post(signed_in(gate.account("张一")), f"/seats/{mine.pk}/swap", with_seat_id=str(later.pk)).json()
    theirs = signed_in(gate.account("李三"))
    assert [one["id"] for one in theirs.get("/api/v1/relay/requests").json()] == [asked["id"]]
    assert post(theirs, f"/requests/{asked['id']}/reply", yes=True).json()["state"] == "done"
    assert gate.shift(gate.morning).assignments.get().person.name == "李三"


def test_a_code_signs_and_hours_are_told_and_corrected(gate: Gate, signed_in: SignIn, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EIGHT)
    mine = signed_in(gate.account("张一"))
    code = codes.shift_code(gate.shift(gate.morning))
    assert post(mine, "/sign", code=code, going="in").json()["mark"] == "arrived"
    assert post(mine, "/sign", code=code[:-2] + "AA", going="in").status_code == 422
    hours.count(AFTER)
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    (served,) = mine.get("/api/v1/relay/hours").json()
    assert served["minutes"] == 240
    entry = ServiceEntry.objects.get()
    assert post(mine, f"/entries/{entry.pk}/correct", minutes=300, reason="多记").status_code == 403
    lead = signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    assert post(lead, f"/entries/{entry.pk}/correct", minutes=180, reason="早走").json()["difference"] == -60
    made = post(mine, f"/hours/{served['incident_id']}/certify")
    assert (made.status_code, made.json()["minutes"]) == (201, 180)


def test_who_must_rest_and_who_answers_for_it_by_json(gate: Gate, signed_in: SignIn, seven: None) -> None:
    lead = signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    assert {one["person_id"] for one in lead.get("/api/v1/relay/rest").json()} >= {str(gate.world.people["张一"].pk)}
    address, body = f"/rest/{gate.world.people['张一'].pk}/approve", {"day": DAY.isoformat(), "reason": "没有别人"}
    assert post(lead, address, **body).status_code == 403
    assert post(signed_in(gate.world.account("commander")), address, **body).status_code == 201


def test_commands_list_decide_and_correct(gate: Gate, capsys, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: SEVEN)
    own = gate.own("张一")
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    from jimu.relay import seat_actions

    asked = seat_actions.ask_leave(actor=own, at=SEVEN, assignment_id=seat.pk, reason="有事")
    assert commands.run(["relay", "requests"]) == 0
    assert str(asked.pk) in capsys.readouterr().out
    assert commands.run(["relay", "decide", str(asked.pk), "--refuse", "--say", "请来两小时"]) == 0
    assert SeatRequest.objects.get().state == "declined"
    attendance_actions.sign_by_code(actor=own, at=EIGHT, code=codes.shift_code(gate.shift(gate.morning)), going="in")
    hours.count(AFTER)
    entry = ServiceEntry.objects.get()
    assert commands.run(["relay", "correct", str(entry.pk), "--minutes", "60", "--reason", "早走"]) == 0
    capsys.readouterr()
    assert commands.run(["relay", "hours", DAY.isoformat()]) == 0
    assert "早走" in capsys.readouterr().out
    for words in (["relay", "alarms"], ["relay", "rest", "--all"]):
        assert commands.run(words) == 0

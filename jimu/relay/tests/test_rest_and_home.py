"""Who must rest and is not asked without a name; and the way home after an incident."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.models import Job
from jimu.core.permissions import SYSTEM
from jimu.incidents import actions as incidents
from jimu.relay import (
    attendance_actions,
    codes,
    fatigue,
    handover_actions,
    hours,
    seat_actions,
    seats,
    standing_down,
)
from jimu.relay.models import Certificate, StandDown
from jimu.roster.models import CheckIn
from jimu.roster.tests.conftest import DAY, World

from .conftest import TEN, Gate, SignIn, gate_of

EIGHT, NOON = clock.at_minute(DAY, 480), clock.at_minute(DAY, 720)


def test_days_in_a_row_and_an_absence_count_as_they_were(world: World) -> None:
    gate = gate_of(world, days=8)
    for day in range(1, 7):
        gate.seat("张一", day=day)
    at = clock.at_minute(DAY + timedelta(days=6), 1439)
    load = fatigue.loads([gate.world.people["张一"]], at)[0]
    assert (load.row_days, load.hours, load.must_rest) == (7, 28, True)
    missed = gate.shift(gate.morning, 3).assignments.get()
    CheckIn.objects.create(assignment=missed, mark="absent", at=at, marked_by="x")
    assert fatigue.loads([gate.world.people["张一"]], at)[0].row_days == 3


@given(st.sets(st.integers(0, 20)), st.integers(0, 21))
def test_a_row_of_days_ends_at_the_first_free_one(days: set[int], today: int) -> None:
    on = {date(2026, 4, 1) + timedelta(days=n) for n in days}
    count = fatigue.days_in_a_row(on, date(2026, 4, 1) + timedelta(days=today))
    last = today if today in days else today - 1
    assert all(last - n in days for n in range(count))
    assert last - count not in days


def test_who_must_rest_is_asked_only_with_a_name_that_answers(world: World) -> None:
    gate = gate_of(world, days=10)
    for day in range(6):
        gate.seat("李三", day=day)
    own, third = gate.own("张一"), gate.world.people["李三"]
    seat = gate.seat("张一", day=8)
    at = clock.at_minute(DAY + timedelta(days=5), 1300)
    words = {"actor": own, "at": at, "assignment_id": seat.pk, "person_id": third.pk}
    with pytest.raises(fatigue.MustRest) as refused:
        seat_actions.ask_cover(**words)
    assert "连续 6 天没有休息" in str(refused.value)
    approval = {"at": at, "person_id": third.pk, "day": seat.shift.day}
    with pytest.raises(NotFound):
        fatigue.approve(actor=gate.world.actor("secretary", "甲一"), reason="没有别人", **approval)
    with pytest.raises(Invalid):
        fatigue.approve(actor=gate.world.actor(), reason=" ", **approval)
    assert fatigue.approve(actor=gate.world.actor(), reason="没有别人", **approval).by.startswith("commander")
    assert seat_actions.ask_cover(**words).state == "asked"


def test_the_page_of_rest_is_for_those_who_decide(gate: Gate, signed_in: SignIn, ten) -> None:
    assert "张一" in signed_in(gate.world.account("secretary", gate.world.units["甲一"])).get("/relay/rest/").content.decode()
    assert "张一" not in signed_in(gate.world.account("secretary", gate.world.units["甲二"])).get("/relay/rest/").content.decode()
    assert signed_in(gate.account("王二")).get("/relay/rest/").status_code == 403


@pytest.fixture
def ended(gate: Gate, django_capture_on_commit_callbacks) -> Gate:
    """The lockdown has ended at noon: 张一 served, a key is out, a leave was asked."""
    code = codes.shift_code(gate.shift(gate.morning))
    attendance_actions.sign_by_code(actor=gate.own("张一"), at=EIGHT, code=code, going="in")
    handover = handover_actions.open_handover(
        actor=SYSTEM, at=TEN, incident_id=gate.world.incident.pk, unit_id=gate.world.units["甲一"].pk, post_code="gate", turn_at=NOON
    )
    handover_actions.add_item(actor=SYSTEM, at=TEN, handover_id=handover.pk, kind="key", text="3号楼钥匙")
    seat = seats.coming(gate.world.people["王二"].pk, TEN)[0].assignment
    seat_actions.ask_leave(actor=gate.own("王二"), at=TEN, assignment_id=seat.pk, reason="有事")
    with django_capture_on_commit_callbacks(execute=True):
        incidents.stand_down(
            actor=gate.world.actor(), at=NOON + timedelta(hours=2), incident_id=gate.world.incident.pk, reason="按通告解除"
        )
    return gate


def test_the_end_counts_hours_closes_requests_and_lists_what_is_out(ended: Gate) -> None:
    left = standing_down.remains(ended.world.actor(), ended.world.incident.pk)
    assert (left.people, left.hours, [item.text for item in left.custody], len(left.unaccepted)) == (1, 4, ["3号楼钥匙"], 1)
    assert ended.world.people["王二"].seat_requests.get().state == "lapsed"
    with pytest.raises(NotFound):
        standing_down.remains(ended.world.actor("secretary", "甲一"), ended.world.incident.pk)


def test_closing_needs_a_word_on_what_is_open_then_thanks_and_certifies(ended: Gate, signed_in: SignIn, monkeypatch) -> None:
    at, pk = NOON + timedelta(hours=3), ended.world.incident.pk
    words = {"actor": ended.world.actor(), "at": at, "incident_id": pk, "thanks": "辛苦了，回家好好睡"}
    with pytest.raises(Invalid):
        standing_down.close(**words)
    standing_down.close(**words, left_words="钥匙由周主任收回")
    with pytest.raises(Conflict):
        standing_down.close(**words, left_words="再来一次")
    from jimu.core import jobs

    for _n in range(2):
        jobs.execute(str(Job.objects.get(kind="relay.certify").pk))
    assert [one.minutes for one in Certificate.objects.all()] == [240]
    monkeypatch.setattr(clock, "now", lambda: at)
    assert "辛苦了，回家好好睡" in signed_in(ended.account("张一")).get("/relay/me/").content.decode()
    assert "辛苦了" not in signed_in(ended.account("王二")).get("/relay/me/").content.decode()
    assert hours.due() is False


def test_the_pages_of_the_way_home(ended: Gate, signed_in: SignIn) -> None:
    pk = ended.world.incident.pk
    client = signed_in(ended.world.account("commander"))
    assert "待收队" in client.get("/relay/stand-down/").content.decode()
    assert "3号楼钥匙" in client.get(f"/relay/stand-down/{pk}/").content.decode()
    assert client.post(f"/relay/stand-down/{pk}/close/", {}).status_code == 422
    assert client.get(f"/relay/stand-down/{pk}/close/").status_code == 405
    assert client.post(f"/relay/stand-down/{pk}/close/", {"left_words": "由周主任收回"}).status_code == 302
    assert StandDown.objects.get().closed_by.startswith("commander")
    assert signed_in(ended.world.account("secretary", ended.world.units["甲一"])).get(f"/relay/stand-down/{pk}/").status_code == 403

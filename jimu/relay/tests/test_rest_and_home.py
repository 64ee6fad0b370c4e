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
from jimu.roster import explain
from jimu.roster.errors import BreaksRules
from jimu.roster.models import Assignment, CheckIn, Shift
from jimu.roster.offering import Offering
from jimu.roster.tests.conftest import DAY, World

from .conftest import TEN, Gate, SignIn, gate_of, published

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


@pytest.fixture
def nights(world: World) -> Gate:
    """李三 stood two nights; on the evening after, 张一 has the gate, and 王二 the next evening."""
    night, evening = world.post("夜岗", 1320, 1800), world.post("晚岗", 1080, 1320)
    for name in ("张一", "王二", "李三", "赵四"):
        world.person(name)
    made = Gate(world, published(world, 6), night, evening)
    for day in range(2):
        made.seat("李三", night, day)
    made.seat("张一", evening, 2)
    made.seat("王二", evening, 4)
    return made


MIDDAY = clock.at_minute(DAY + timedelta(days=2), 720)


def test_who_must_rest_is_asked_only_with_a_name_that_answers(nights: Gate) -> None:
    own, third = nights.own("张一"), nights.world.people["李三"]
    seat = seats.coming(nights.world.people["张一"].pk, MIDDAY)[0].assignment
    words = {"actor": own, "at": MIDDAY, "assignment_id": seat.pk, "person_id": third.pk}
    with pytest.raises(BreaksRules) as refused:
        seat_actions.ask_cover(**words)
    assert [one["code"] for one in refused.value.data["breaches"]] == ["must_rest"]
    assert "三天里上了 2 个夜班" in str(refused.value)
    approval = {"at": MIDDAY, "person_id": third.pk, "day": seat.shift.day}
    with pytest.raises(NotFound):
        fatigue.approve(actor=nights.world.actor("secretary", "甲一"), reason="没有别人", **approval)
    with pytest.raises(Invalid):
        fatigue.approve(actor=nights.world.actor(), reason=" ", **approval)
    assert fatigue.approve(actor=nights.world.actor(), reason="没有别人", **approval).by.startswith("commander")
    assert seat_actions.ask_cover(**words).state == "asked"


def test_a_swap_onto_a_day_of_rest_is_refused_and_one_after_it_is_not(nights: Gate) -> None:
    world = nights.world
    later = nights.seat("李三", nights.afternoon, 5)
    early = seats.coming(world.people["张一"].pk, MIDDAY)[0].assignment
    with pytest.raises(BreaksRules) as refused:
        seat_actions.ask_swap(actor=nights.own("张一"), at=MIDDAY, assignment_id=early.pk, with_assignment_id=later.pk)
    assert [one["code"] for one in refused.value.data["breaches"]] == ["must_rest"]
    rested = seats.coming(world.people["王二"].pk, MIDDAY)[0].assignment
    assert seat_actions.ask_swap(actor=nights.own("王二"), at=MIDDAY, assignment_id=rested.pk, with_assignment_id=later.pk).state == "asked"


def test_a_lead_who_moves_or_seats_them_needs_a_commander_with_a_reason(nights: Gate) -> None:
    world = nights.world
    later, shift = nights.seat("李三", nights.afternoon, 5), nights.shift(nights.afternoon, 2)
    Shift.objects.filter(pk=shift.pk).update(needed=3)
    move = {"at": MIDDAY, "assignment_id": later.pk, "to_shift_id": shift.pk, "reason": "东门没人"}
    with pytest.raises(BreaksRules) as refused:
        seat_actions.move_in_emergency(actor=world.actor("secretary", "甲一"), **move)
    assert refused.value.data["needs_commander"]
    seat_actions.move_in_emergency(actor=world.actor(), **move)
    held = Assignment.objects.get(shift=shift, person=world.people["李三"]).override
    assert (held["rules"], held["reason"], held["by"].startswith("commander")) == (["must_rest"], "东门没人", True)


def test_substitutes_who_must_rest_are_not_asked_and_stand_last_on_the_leads_list(nights: Gate) -> None:
    shift, people = nights.shift(nights.afternoon, 2), {name: one.pk for name, one in nights.world.people.items()}
    Assignment.objects.filter(shift=shift).delete()
    asked = Offering(nights.roster, at=MIDDAY, people=list(people.values()), shifts=[shift]).ranked(shift.pk, limit=9)
    assert people["李三"] not in {one.person_id for one in asked}
    assert people["赵四"] in {one.person_id for one in asked}
    fits = explain.candidates(shift, at=MIDDAY).fits
    assert fits[-1].person_id == people["李三"]
    assert "须指挥长批准" in fits[-1].reasons[0]
    fatigue.approve(actor=nights.world.actor(), at=MIDDAY, person_id=people["李三"], day=shift.day, reason="没有别人")
    again = Offering(nights.roster, at=MIDDAY, people=list(people.values()), shifts=[shift]).ranked(shift.pk, limit=9)
    assert people["李三"] in {one.person_id for one in again}


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

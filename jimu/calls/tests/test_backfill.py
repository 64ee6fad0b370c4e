"""Backfill: a seat that opens is offered to ranked substitutes by itself, whoever stands by first; the lead may pick."""

from datetime import timedelta

import pytest

from jimu.calls import backfill, sweeping, waves
from jimu.calls.choosing import open_seats
from jimu.calls.errors import CallOver
from jimu.calls.models import Call, Offer
from jimu.calls.words import reason_clauses
from jimu.command.queries import board
from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM
from jimu.messages.models import Message
from jimu.roster import attendance, hand_actions
from jimu.roster.models import Assignment, CheckIn

from .conftest import EVE, Gate, gate_of, passed, small_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manned() -> Gate:
    """志0 and 志1 at the gate on each of three days; four others free."""
    gate = gate_of(small_world())
    for day in range(3):
        for name in ("志0", "志1"):
            gate.world.seat(gate.roster, "门岗", name, day)
    return gate


def begun(gate: Gate, day: int = 0):  # type: ignore[no-untyped-def]
    return gate.shift(day).starts_at + timedelta(minutes=15)


def miss(gate: Gate, name: str = "志0", day: int = 0) -> None:
    seat = Assignment.objects.get(shift=gate.shift(day), person=gate.world.people[name])
    attendance.mark(actor=SYSTEM, at=begun(gate, day), assignment_id=seat.pk, mark="absent")


def test_a_no_show_is_offered_at_once_to_ranked_substitutes_with_reasons(manned: Gate) -> None:
    manned.world.person("做过的")
    manned.world.seat(manned.roster, "门岗", "做过的", 0)
    Assignment.objects.filter(person=manned.world.people["志1"], shift=manned.shift(0)).delete()
    miss(manned, "志0", 1)
    call = Call.objects.get()
    assert (call.kind, call.cause, call.wave) == ("backfill", "no_show", 1)
    best = call.offers.order_by("rank").first()
    assert best is not None
    offers = {offer.person.name: reason_clauses(offer.reasons) for offer in call.offers.select_related("person")}
    assert set(offers) == {"做过的", "志2", "志3", "志4", "志5"}
    assert any("做过这个岗位" in clause and "4月6日" in clause for clause in offers["做过的"])
    assert any("休息 20 小时" in clause for clause in offers["做过的"])
    assert not any("做过这个岗位" in clause for clause in offers["志2"])
    assert Message.objects.filter(subject=call.target, urgency="urgent").count() == 5


def test_two_who_do_not_come_leave_two_seats_open(manned: Gate) -> None:
    for name in ("志0", "志1"):
        miss(manned, name)
    assert open_seats([manned.shift(0)])[manned.shift(0).pk] == 2
    for name in ("志2", "志3", "志4"):
        manned.say(name, "yes", at=begun(manned))
    assert [manned.states()[name] for name in ("志2", "志3", "志4")] == ["yes", "yes", "bench"]


def test_the_substitute_sits_beside_the_mark_and_the_gap_is_seen_until_then(manned: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    at = begun(manned)
    monkeypatch.setattr(clock, "now", lambda: at)
    commander = manned.world.actor()
    miss(manned)
    assert sum(gap.open for gap in board(commander, at).gaps) == 1
    assert manned.say("志2", "yes", at=at).offer.state == "yes"
    assert manned.say("志3", "yes", at=at).offer.state == "bench"
    assert manned.seated() == {"志0", "志1", "志2"}
    assert CheckIn.objects.get().mark == "absent"
    assert sum(gap.open for gap in board(commander, at).gaps) == 0
    waves.sweep(at)
    assert Call.objects.get().end == "filled"


def test_a_new_roster_keeps_the_substitute_and_not_the_missing(manned: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    from jimu.roster import actions as rosters
    from jimu.roster.tests.conftest import solve

    at = begun(manned)
    miss(manned)
    manned.say("志2", "yes", at=at)
    monkeypatch.setattr(clock, "now", lambda: at)
    draft = solve(rosters.draft_roster(actor=SYSTEM, at=at, incident_id=manned.world.incident.pk, first_day=manned.roster.first_day, days=3))
    rosters.publish(actor=SYSTEM, at=at, roster_id=draft.pk, expected_version=draft.version)
    names = set(Assignment.objects.filter(shift=manned.world.shift(draft, "门岗"), standby=False).values_list("person__name", flat=True))
    assert names == {"志1", "志2"}


def test_who_stands_by_is_asked_first(manned: Gate) -> None:
    Assignment.objects.filter(shift=manned.shift(0)).delete()
    manned.call()
    for name in ("志3", "志4", "志5"):
        manned.say(name, "yes")
    waves.sweep(EVE)
    at = begun(manned)
    seat = Assignment.objects.get(shift=manned.shift(0), person=manned.world.people["志3"])
    attendance.mark(actor=SYSTEM, at=at, assignment_id=seat.pk, mark="absent")
    call = Call.objects.get(kind="backfill")
    asked = dict(call.offers.values_list("person__name", "step"))
    assert asked["志5"] == "bench"
    assert "志3" not in asked
    offer = call.offers.get(person__name="志5")
    from jimu.calls.answering import Said, answer_by_link

    assert answer_by_link(at=at, offer_id=offer.pk, said=Said("yes")).offer.state == "yes"
    assert manned.world.people["志5"].standbys.get().end == "seated"


def test_a_seat_that_its_lead_opens_is_left_a_moment_then_offered(manned: Gate) -> None:
    at = manned.shift(0).starts_at - timedelta(hours=3)
    seat = Assignment.objects.get(shift=manned.shift(0), person=manned.world.people["志0"])
    hand_actions.unassign(actor=SYSTEM, at=at, roster_id=manned.roster.pk, assignment_id=seat.pk)
    assert waves.sweep(at)["offers"] == 0
    passed(0.5)
    assert waves.sweep(at)["offers"] == 5
    assert Call.objects.get().cause == "left"


def test_a_seat_filled_by_hand_meanwhile_bothers_nobody(manned: Gate) -> None:
    at = manned.shift(0).starts_at - timedelta(hours=3)
    seat = Assignment.objects.get(shift=manned.shift(0), person=manned.world.people["志0"])
    hand_actions.unassign(actor=SYSTEM, at=at, roster_id=manned.roster.pk, assignment_id=seat.pk)
    hand_actions.assign(actor=SYSTEM, at=at, roster_id=manned.roster.pk, shift_id=manned.shift(0).pk, person_id=manned.world.people["志2"].pk)
    passed(0.5)
    waves.sweep(at)
    assert (Offer.objects.count(), Call.objects.get().end) == (0, "filled")


def test_a_seat_that_is_far_off_is_left_to_the_roster(manned: Gate) -> None:
    seat = Assignment.objects.get(shift=manned.shift(2), person=manned.world.people["志0"])
    hand_actions.unassign(actor=SYSTEM, at=EVE, roster_id=manned.roster.pk, assignment_id=seat.pk)
    assert not Call.objects.exists()


def test_one_who_said_yes_and_then_no_is_replaced(manned: Gate) -> None:
    Assignment.objects.filter(shift=manned.shift(0)).delete()
    manned.call()
    for name in ("志2", "志3"):
        manned.say(name, "yes")
    waves.sweep(EVE)
    manned.say("志2", "no")
    passed(0.5)
    waves.sweep(EVE)
    call = Call.objects.get(kind="backfill")
    assert "志2" in set(call.offers.values_list("person__name", flat=True)) or call.offers.exists()
    assert manned.seated() == {"志3"}


def test_what_a_crash_left_unnoticed_is_found_by_the_sweep(manned: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**more: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(backfill, "begin", broken)
        miss(manned)
    assert not Call.objects.exists()
    assert CheckIn.objects.count() == 1
    monkeypatch.setattr(clock, "now", lambda: begun(manned))
    assert sweeping.anything_due()
    sweeping.sweep_now()
    assert Offer.objects.count() == 4
    assert sweeping.sweep_now()["noticed"] == 0


def test_the_lead_picks_one_and_the_others_need_not_answer(manned: Gate) -> None:
    miss(manned)
    call, at = Call.objects.get(), begun(manned)
    given = {"at": at, "call_id": call.pk, "shift_id": manned.shift().pk, "person_id": manned.world.people["志4"].pk}
    with pytest.raises(NotFound):
        backfill.pick(actor=manned.world.actor("secretary", "甲二"), **given)
    backfill.pick(actor=manned.world.actor("secretary", "甲一"), **given)
    waves.sweep(at)
    assert manned.seated() == {"志0", "志1", "志4"}
    assert set(manned.states().values()) == {"closed"}
    with pytest.raises(CallOver):
        backfill.pick(actor=manned.world.actor("secretary", "甲一"), **given)

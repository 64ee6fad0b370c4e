"""The roll call: who is marked when, by whom, and what stays on record."""

from datetime import timedelta

import pytest

from jimu.core import clock, live
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import SYSTEM
from jimu.roster import actions, roll_queries
from jimu.roster.models import Assignment, CheckIn

from .conftest import DAY, EVE, TEN, World, solve


@pytest.fixture
def gate(manned: World) -> Assignment:
    roster = solve(manned.draft())
    actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    return Assignment.objects.filter(shift__post__title="门岗").order_by("seat").first()


def mark(world: World, seat: Assignment, word: str, at=TEN, actor=None):
    return actions.mark(actor=actor or SYSTEM, at=at, assignment_id=seat.pk, mark=word)


def test_marks_are_appended_and_the_newest_counts(manned: World, gate: Assignment) -> None:
    lead = manned.actor("secretary", "甲一")
    mark(manned, gate, "arrived", actor=lead)
    mark(manned, gate, "arrived", at=TEN + timedelta(minutes=1), actor=lead)
    assert CheckIn.objects.count() == 1
    mark(manned, gate, "left", at=TEN + timedelta(minutes=2), actor=lead)
    assert list(CheckIn.objects.values_list("mark", flat=True)) == ["arrived", "left"]
    assert roll_queries.seat(lead, gate.pk).mark == "left"


@pytest.mark.parametrize(("minute", "may"), [(359, False), (361, True), (720, True), (720 + 719, True), (720 + 721, False)])
def test_a_mark_is_made_around_the_shift_and_not_long_before_or_after(manned: World, gate: Assignment, minute: int, may: bool) -> None:
    at = clock.at_minute(DAY, minute)
    if may:
        assert mark(manned, gate, "arrived", at=at).mark == "arrived"
    else:
        with pytest.raises(Invalid):
            mark(manned, gate, "arrived", at=at)
        assert not CheckIn.objects.exists()


def test_strangers_unknown_marks_and_drafts_are_refused(manned: World, gate: Assignment) -> None:
    with pytest.raises(NotFound):
        mark(manned, gate, "arrived", actor=manned.actor("secretary", "甲二"))
    with pytest.raises(Invalid):
        mark(manned, gate, "asleep")
    type(gate.shift.roster).objects.update(state="draft")
    with pytest.raises(Conflict):
        mark(manned, gate, "arrived")
    assert not CheckIn.objects.exists()


def test_the_board_and_the_roll_hear_of_a_mark(manned: World, gate: Assignment, django_capture_on_commit_callbacks) -> None:
    topics = ["board", f"roll:{gate.shift.unit_id}"]
    before = live.versions(topics)
    with django_capture_on_commit_callbacks(execute=True):
        mark(manned, gate, "absent")
    after = live.versions(topics)
    assert all(after[topic] > before[topic] for topic in topics)


def test_the_roll_counts_those_on_now_and_lists_those_who_come_next(manned: World, gate: Assignment) -> None:
    lead = manned.actor("secretary", "甲一")
    mark(manned, gate, "absent")
    roll = roll_queries.roll(lead, manned.units["甲一"].pk, TEN)
    assert (roll.expected, roll.arrived, roll.absent, roll.uncalled) == (2, 0, 1, 1)
    assert [group.shift.post.title for group in roll.groups] == ["门岗"]
    later = roll_queries.roll(lead, manned.units["甲一"].pk, clock.at_minute(DAY, 725))
    assert [(group.shift.post.title, group.on_now) for group in later.groups] == [("巡逻", False)]
    assert later.expected == 0


def test_a_lead_taps_and_sees_the_mark_at_once(manned: World, gate: Assignment, signed_in, ten) -> None:
    client = signed_in(manned.account("secretary", manned.units["甲一"]))
    assert client.get("/roster/roll/").status_code == 302
    text = client.get(f"/roster/roll/{manned.units['甲一'].pk}/").content.decode()
    assert "当班应到 2 人，已到 0 人，还没点名 2 人" in text
    answer = client.post(f"/roster/roll/mark/{gate.pk}/", {"mark": "arrived"}, headers={"HX-Request": "true"})
    assert "已到岗" in answer.content.decode()
    assert "已到 1 人" in client.get(f"/roster/roll/{manned.units['甲一'].pk}/").content.decode()


@pytest.mark.parametrize(("role", "where", "leads"), [("secretary", "甲一", True), ("block_leader", "甲一块", False)])
def test_a_gap_leads_to_its_shift_only_those_who_may_open_it(
    manned: World, gate: Assignment, signed_in, ten, role: str, where: str, leads: bool
) -> None:
    actions.unassign(actor=SYSTEM, at=TEN, roster_id=gate.shift.roster_id, assignment_id=gate.pk)
    client = signed_in(manned.account(role, manned.units[where]))
    text = client.get(f"/roster/roll/{manned.units['甲一'].pk}/").content.decode()
    assert "空 1" in text
    assert (f'href="/roster/shift/{gate.shift_id}/"' in text) is leads
    assert client.get(f"/roster/shift/{gate.shift_id}/").status_code == (200 if leads else 404)

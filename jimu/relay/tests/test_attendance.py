"""Signing in and out: by code, by one's own word, by the lead; late, early, absent, and who says so."""

from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.core.errors import Invalid, NotFound
from jimu.relay import attendance_actions as actions
from jimu.relay import attendance_queries as queries
from jimu.relay import codes
from jimu.relay.signing import CodeOver
from jimu.roster import actions as roster_actions
from jimu.roster.models import CheckIn
from jimu.roster.tests.conftest import DAY

from .conftest import Gate

EIGHT, NOON = clock.at_minute(DAY, 480), clock.at_minute(DAY, 720)


def presence(gate: Gate, name: str = "张一") -> queries.Presence:
    _unit, groups = queries.day_at(gate.world.actor("secretary", "甲一"), gate.world.units["甲一"].pk, DAY)
    return next(one for group in groups for one in group.people if one.assignment.person.name == name)


def test_a_scanned_code_signs_its_own_in_and_out_once(gate: Gate) -> None:
    own, code = gate.own("张一"), codes.shift_code(gate.shift(gate.morning))
    for _n in range(2):
        actions.sign_by_code(actor=own, at=EIGHT, code=code, going="in")
    actions.sign_by_code(actor=own, at=NOON - timedelta(minutes=30), code=code, going="out")
    assert list(CheckIn.objects.values_list("mark", "how", "marked_by")) == [("arrived", "code", "张一"), ("left", "code", "张一")]
    assert (presence(gate).late, presence(gate).early) == (0, 30)


def test_the_code_of_another_post_or_a_duty_card_signs_nobody(gate: Gate) -> None:
    own, noon = gate.own("张一"), NOON - timedelta(hours=1)
    with pytest.raises(NotFound, match="不在这个岗位"):
        actions.sign_by_code(actor=own, at=noon, code=codes.shift_code(gate.shift(gate.afternoon)), going="in")
    with pytest.raises(Invalid):
        actions.sign_by_code(actor=own, at=EIGHT, code=codes.card_code(gate.shift(gate.morning)), going="in")
    with pytest.raises(NotFound):
        actions.sign_by_code(actor=gate.world.actor(), at=EIGHT, code=codes.shift_code(gate.shift(gate.morning)), going="in")
    assert not CheckIn.objects.exists()


def test_a_photo_of_a_turning_code_is_worth_nothing_later(gate: Gate) -> None:
    code = codes.turning_code(gate.shift(gate.morning), EIGHT)
    with pytest.raises(CodeOver):
        actions.sign_by_code(actor=gate.own("张一"), at=EIGHT + timedelta(minutes=7), code=code, going="in")
    assert actions.sign_by_code(actor=gate.own("张一"), at=EIGHT + timedelta(minutes=4), code=code, going="in")


def test_ones_own_word_names_a_place_and_is_shown_as_ones_own(gate: Gate) -> None:
    seat = gate.shift(gate.morning).assignments.get()
    with pytest.raises(Invalid):
        actions.sign_by_oneself(actor=gate.own("张一"), at=EIGHT, assignment_id=seat.pk, going="in", place=" ")
    with pytest.raises(NotFound):
        actions.sign_by_oneself(actor=gate.own("王二"), at=EIGHT, assignment_id=seat.pk, going="in", place="北门")
    actions.sign_by_oneself(actor=gate.own("张一"), at=EIGHT + timedelta(minutes=12), assignment_id=seat.pk, going="in", place="北门")
    newest = presence(gate).newest
    assert newest is not None
    assert (newest.how, newest.why, presence(gate).late) == ("self", "北门", 12)
    assert "北门" not in str(CheckIn.objects.values().get())


@pytest.mark.parametrize(("minutes", "late"), [(-30, 0), (5, 0), (6, 6), (61, 61)])
def test_late_is_counted_in_minutes_beyond_the_grace(gate: Gate, minutes: int, late: int) -> None:
    seat = gate.shift(gate.morning).assignments.get()
    roster_actions.mark(
        actor=gate.world.actor("secretary", "甲一"), at=EIGHT + timedelta(minutes=minutes), assignment_id=seat.pk, mark="arrived"
    )
    assert presence(gate).late == late


def test_a_no_show_keeps_who_says_so_and_why_and_a_later_arrival_counts_from_then(gate: Gate) -> None:
    lead, seat = gate.world.actor("secretary", "甲一"), gate.shift(gate.morning).assignments.get()
    with pytest.raises(Invalid):
        actions.mark_absent(actor=lead, at=EIGHT, assignment_id=seat.pk, why="")
    with pytest.raises(NotFound):
        actions.mark_absent(actor=gate.world.actor("secretary", "甲二"), at=EIGHT, assignment_id=seat.pk, why="联系不上")
    actions.mark_absent(actor=lead, at=EIGHT + timedelta(minutes=20), assignment_id=seat.pk, why="联系不上")
    shown = presence(gate)
    assert shown.absent
    assert (shown.newest.marked_by, shown.newest.why) == (lead.name, "联系不上")
    actions.sign_by_code(actor=gate.own("张一"), at=EIGHT + timedelta(minutes=40), code=codes.shift_code(seat.shift), going="in")
    assert (presence(gate).absent, presence(gate).late) == (False, 40)


def test_a_days_list_costs_the_same_whatever_it_holds(gate: Gate, django_assert_max_num_queries) -> None:
    lead = gate.world.actor("secretary", "甲一")
    for n in range(2):
        for name in ("李三", "赵四")[: n * 2]:
            gate.seat(name)
        with django_assert_max_num_queries(3):
            queries.day_at(lead, gate.world.units["甲一"].pk, DAY)

"""Leave, cover, swap and a lead's own acts: who may, which rules hold, who is told, and that one of two wins."""

from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.incidents.models import Post
from jimu.people.models import Affiliation
from jimu.relay import request_queries, seats
from jimu.relay import seat_actions as actions
from jimu.relay.errors import AlreadyAsked, AlreadyDecided, SeatGone, TooLate
from jimu.relay.models import SeatRequest
from jimu.roster import actions as roster_actions
from jimu.roster.errors import BreaksRules
from jimu.roster.models import Assignment, Shift
from jimu.roster.tests.conftest import DAY, EVE, small_world
from jimu.roster.tests.test_publishing import together

from .conftest import TEN, Gate, gate_of

SEVEN = clock.at_minute(DAY, 420)


def on(gate: Gate, post: Post, day: int = 0) -> list[str]:
    return list(Assignment.objects.filter(shift=gate.shift(post, day)).values_list("person__name", flat=True))


def test_a_leave_is_asked_by_its_own_and_the_lead_opens_the_seat(gate: Gate) -> None:
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    lead = gate.world.actor("secretary", "甲一")
    with pytest.raises(NotFound):
        actions.ask_leave(actor=gate.own("王二"), at=SEVEN, assignment_id=seat.pk, reason="有事")
    with pytest.raises(Invalid):
        actions.ask_leave(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, reason=" ")
    asked = actions.ask_leave(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, reason="发热三十九度")
    assert "发热" not in str(SeatRequest.objects.filter(pk=asked.pk).values().get())
    assert "发热" not in str(list(JournalEntry.objects.values_list("data", flat=True)))
    with pytest.raises(AlreadyAsked):
        actions.ask_leave(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, reason="再说一次")
    assert on(gate, gate.morning) == ["张一"]
    with pytest.raises(NotFound):
        actions.decide(actor=gate.world.actor("secretary", "甲二"), at=SEVEN, request_id=asked.pk, grant=True)
    actions.decide(actor=lead, at=SEVEN, request_id=asked.pk, grant=True)
    assert on(gate, gate.morning) == []
    assert gate.shift(gate.morning).filled == 0
    with pytest.raises(AlreadyDecided):
        actions.decide(actor=lead, at=SEVEN, request_id=asked.pk, grant=False, sentence="不行")


def test_a_refusal_has_words_and_leaves_the_seat(gate: Gate) -> None:
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    asked = actions.ask_leave(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, reason="有事")
    with pytest.raises(Invalid):
        actions.decide(actor=SYSTEM, at=SEVEN, request_id=asked.pk, grant=False)
    actions.decide(actor=SYSTEM, at=SEVEN, request_id=asked.pk, grant=False, sentence="没有人替，能否来两小时")
    assert on(gate, gate.morning) == ["张一"]
    assert request_queries.of_person(gate.world.people["张一"].pk, SEVEN)[0].answer.startswith("没有人替")


def test_nobody_decides_on_their_own_leave(gate: Gate) -> None:
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    own = gate.own("张一", "secretary", "甲一")
    asked = actions.ask_leave(actor=own, at=SEVEN, assignment_id=seat.pk, reason="有事")
    with pytest.raises(NotFound):
        actions.decide(actor=own, at=SEVEN, request_id=asked.pk, grant=True)


def test_a_rest_opens_every_seat_of_its_days_and_no_other(gate: Gate) -> None:
    for day in (1, 2):
        gate.seat("张一", day=day)
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    asked = actions.ask_rest(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, days=2, reason="连着上太累")
    actions.decide(actor=gate.world.actor("secretary", "甲一"), at=SEVEN, request_id=asked.pk, grant=True)
    assert [on(gate, gate.morning, day) for day in range(3)] == [[], [], ["张一"]]


def test_a_cover_needs_the_other_ones_word_and_every_rule(gate: Gate) -> None:
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    with pytest.raises(BreaksRules):
        # 王二 stands there all afternoon: a volunteer's day would be eight hours long.
        actions.ask_cover(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, person_id=gate.world.people["王二"].pk)
    asked = actions.ask_cover(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, person_id=gate.world.people["李三"].pk)
    with pytest.raises(NotFound):
        actions.consent(actor=gate.own("赵四"), at=SEVEN, request_id=asked.pk)
    assert [one.pk for one in request_queries.put_to(gate.world.people["李三"].pk)] == [asked.pk]
    actions.consent(actor=gate.own("李三"), at=SEVEN, request_id=asked.pk)
    assert on(gate, gate.morning) == ["李三"]


def test_rules_are_looked_at_again_when_the_other_agrees(gate: Gate) -> None:
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    asked = actions.ask_cover(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, person_id=gate.world.people["李三"].pk)
    gate.seat("李三", gate.afternoon)
    with pytest.raises(BreaksRules):
        actions.consent(actor=gate.own("李三"), at=SEVEN, request_id=asked.pk)
    assert on(gate, gate.morning) == ["张一"]
    assert SeatRequest.objects.get().state == "asked"


def test_a_swap_exchanges_two_seats_in_one_step(gate: Gate) -> None:
    mine, theirs = (seats.coming(gate.world.people[name].pk, SEVEN)[0].assignment for name in ("张一", "王二"))
    assert [one.pk for one in seats.exchangeable(mine, SEVEN)] == [theirs.pk]
    asked = actions.ask_swap(actor=gate.own("张一"), at=SEVEN, assignment_id=mine.pk, with_assignment_id=theirs.pk)
    actions.consent(actor=gate.own("王二"), at=SEVEN, request_id=asked.pk)
    assert (on(gate, gate.morning), on(gate, gate.afternoon)) == (["王二"], ["张一"])
    assert JournalEntry.objects.filter(verb="roster.swapped", actor_name="王二").count() == 1


def test_a_no_leaves_all_as_it_was_and_a_request_can_be_taken_back(gate: Gate) -> None:
    mine, theirs = (seats.coming(gate.world.people[name].pk, SEVEN)[0].assignment for name in ("张一", "王二"))
    asked = actions.ask_swap(actor=gate.own("张一"), at=SEVEN, assignment_id=mine.pk, with_assignment_id=theirs.pk)
    actions.decline(actor=gate.own("王二"), at=SEVEN, request_id=asked.pk, sentence="下午有课")
    assert on(gate, gate.morning) == ["张一"]
    again = actions.ask_swap(actor=gate.own("张一"), at=SEVEN, assignment_id=mine.pk, with_assignment_id=theirs.pk)
    with pytest.raises(NotFound):
        actions.withdraw(actor=gate.own("王二"), at=SEVEN, request_id=again.pk)
    actions.withdraw(actor=gate.own("张一"), at=SEVEN, request_id=again.pk)
    with pytest.raises(AlreadyDecided):
        actions.consent(actor=gate.own("王二"), at=SEVEN, request_id=again.pk)


def test_a_request_outlives_a_newer_roster_and_says_when_its_seat_is_gone(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: SEVEN)
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    asked = actions.ask_leave(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, reason="有事")
    newer = gate.world.draft(3)
    shift = Shift.objects.get(roster=newer, post=gate.morning, day=DAY)
    kept = Assignment.objects.create(shift=shift, person=gate.world.people["张一"], seat=0)
    roster_actions.publish(actor=SYSTEM, at=EVE, roster_id=newer.pk, expected_version=newer.version)
    actions.decide(actor=SYSTEM, at=SEVEN, request_id=asked.pk, grant=True)
    assert not Assignment.objects.filter(pk=kept.pk).exists()
    again = SeatRequest.objects.create(
        incident=gate.world.incident, kind="leave", person=gate.world.people["张一"], post=gate.morning, day=DAY,
        asked_at=SEVEN, asked_by="张一",
    )  # fmt: skip
    with pytest.raises(SeatGone):
        actions.decide(actor=SYSTEM, at=SEVEN, request_id=again.pk, grant=True)


def test_once_the_shift_began_nobody_asks_and_what_waits_lapses(gate: Gate) -> None:
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    with pytest.raises(TooLate):
        actions.ask_leave(actor=gate.own("张一"), at=TEN, assignment_id=seat.pk, reason="有事")
    actions.ask_leave(actor=gate.own("张一"), at=SEVEN, assignment_id=seat.pk, reason="有事")
    assert [actions.lapse(SEVEN), actions.lapse(TEN), actions.lapse(TEN)] == [0, 1, 0]


def test_a_lead_acts_for_somebody_absent_with_a_reason_that_they_can_read(gate: Gate) -> None:
    lead = gate.world.actor("secretary", "甲一")
    seat = seats.coming(gate.world.people["张一"].pk, SEVEN)[0].assignment
    with pytest.raises(Invalid):
        actions.cover_absent(actor=lead, at=SEVEN, assignment_id=seat.pk, person_id=gate.world.people["李三"].pk, reason="")
    with pytest.raises(NotFound):
        actions.release_absent(actor=gate.world.actor("secretary", "甲二"), at=SEVEN, assignment_id=seat.pk, reason="联系不上")
    actions.cover_absent(
        actor=lead, at=SEVEN, assignment_id=seat.pk, person_id=gate.world.people["李三"].pk, reason="住院，家人来电"
    )
    assert on(gate, gate.morning) == ["李三"]
    told = request_queries.of_person(gate.world.people["张一"].pk, SEVEN)[0]
    assert (told.kind, told.state, told.reason, told.asked_by) == ("cover", "done", "住院，家人来电", lead.name)


def test_an_emergency_move_has_a_reason_and_stops_at_the_body(gate: Gate) -> None:
    gate.world.person("陈六", "office_cadre")
    seat = gate.seat("陈六", gate.afternoon, day=1)
    target = gate.shift(gate.morning, 1)
    moved = actions.move_in_emergency(
        actor=gate.world.actor("secretary", "甲一"), at=SEVEN, assignment_id=seat.pk, to_shift_id=target.pk, reason="西门进水"
    )
    assert on(gate, gate.morning, 1) == ["陈六"]
    assert (moved.kind, moved.other_post, moved.reason) == ("move", gate.morning, "西门进水")
    night = gate.world.post("夜岗", 1320, 1800)
    shift = Shift.objects.create(
        roster=gate.roster, post=night, unit=gate.world.units["甲一"], day=DAY, needed=1, starts_at=clock.at_minute(DAY, 1320),
        ends_at=clock.at_minute(DAY, 1800),
    )  # fmt: skip
    Affiliation.objects.filter(person=gate.world.people["陈六"]).update(kind="office_cadre")
    gate.seat("陈六", gate.afternoon, day=0)
    stays = Assignment.objects.get(shift=target)
    with pytest.raises(BreaksRules) as refused:
        actions.move_in_emergency(actor=SYSTEM, at=SEVEN, assignment_id=stays.pk, to_shift_id=shift.pk, reason="无论如何")
    assert not refused.value.data["may_override"]
    assert on(gate, gate.morning, 1) == ["陈六"]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("acts", ["two decide", "release and cover", "consent and release"])
def test_of_two_leads_on_one_seat_exactly_one_acts_and_the_other_learns_why(acts: str) -> None:
    gate = gate_of(small_world())
    one, two = gate.world.actor("secretary", "甲一"), gate.world.actor()
    person, other = gate.world.people["张一"], gate.world.people["李三"]
    seat = seats.coming(person.pk, SEVEN)[0].assignment
    own, colleague = gate.own("张一"), gate.own("李三")
    if acts == "two decide":
        asked = actions.ask_leave(actor=own, at=SEVEN, assignment_id=seat.pk, reason="有事")
        found = together(
            lambda: actions.decide(actor=one, at=SEVEN, request_id=asked.pk, grant=True),
            lambda: actions.decide(actor=two, at=SEVEN, request_id=asked.pk, grant=True),
        )
    elif acts == "release and cover":
        found = together(
            lambda: actions.release_absent(actor=one, at=SEVEN, assignment_id=seat.pk, reason="联系不上"),
            lambda: actions.cover_absent(actor=two, at=SEVEN, assignment_id=seat.pk, person_id=other.pk, reason="联系不上"),
        )
    else:
        asked = actions.ask_cover(actor=own, at=SEVEN, assignment_id=seat.pk, person_id=other.pk)
        found = together(
            lambda: actions.consent(actor=colleague, at=SEVEN, request_id=asked.pk),
            lambda: actions.release_absent(actor=two, at=SEVEN, assignment_id=seat.pk, reason="联系不上"),
        )
    refused = [answer for answer in found if isinstance(answer, JimuError)]
    assert len(refused) == 1, found
    assert str(refused[0]).endswith("。")
    assert SeatRequest.objects.filter(state="done").count() == 1
    assert "张一" not in on(gate, gate.morning)
    assert gate.shift(gate.morning).filled == len(on(gate, gate.morning)) <= 1


def test_the_lists_cost_the_same_whatever_they_hold(gate: Gate, django_assert_max_num_queries) -> None:
    person = gate.world.people["张一"]
    lead = gate.world.actor("secretary", "甲一")
    for size in (1, 20):
        for n in range(size):
            SeatRequest.objects.create(
                incident=gate.world.incident, kind="leave", person=person, post=gate.morning, asked_at=TEN, asked_by="x",
                day=DAY + timedelta(days=n + size * 2),
            )  # fmt: skip
        with django_assert_max_num_queries(1):
            assert [one.person.name + one.post.unit.name for one in request_queries.open_for(lead)]
        with django_assert_max_num_queries(1):
            request_queries.of_person(person.pk, TEN)

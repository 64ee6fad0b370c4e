"""A need's course: given, taken, done, and the word of whom it belongs to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.field.needs import acting, answering, proposing, queries, rules
from jimu.field.needs.errors import NotNow, OwnWork
from jimu.field.needs.models import Need
from jimu.field.needs.tests.conftest import AT, HOUR, Ward, fresh
from jimu.messages.models import Message

pytestmark = pytest.mark.django_db


def test_a_red_need_has_two_hours_a_yellow_one_a_day_a_blue_one_three(ward: Ward) -> None:
    assert [ward.need(kind).due_at - AT for kind in ("medicine_urgent", "food", "other")] == [2 * HOUR, 24 * HOUR, 72 * HOUR]


def test_the_finder_says_that_it_is_done(ward: Ward) -> None:
    assert ward.say(ward.done(), "confirm", ward.finder).state == Need.State.CONFIRMED


def test_the_resident_says_that_it_is_done(ward: Ward) -> None:
    assert ward.say(ward.done(), "confirm").state == Need.State.CONFIRMED


def test_whoever_called_the_resident_back_says_that_it_is_done(ward: Ward) -> None:
    need = ward.say(ward.done(), "confirm", ward.secretary)
    assert queries.story(need)[-1].role == "callback"


def test_the_handler_does_not_confirm_their_own_work_even_with_every_right(ward: Ward) -> None:
    need = ward.need()
    acting.assign(actor=ward.secretary, at=AT, need_id=need.pk, person_id=ward.secretary.person_id)
    acting.accept(actor=ward.secretary, at=AT, need_id=need.pk)
    acting.finish(actor=ward.secretary, at=AT, need_id=need.pk)
    with pytest.raises(OwnWork):
        ward.say(need, "confirm", ward.secretary)
    assert ward.say(need, "confirm", ward.finder).state == Need.State.CONFIRMED


def test_a_stranger_to_it_neither_reads_nor_confirms(ward: Ward) -> None:
    with pytest.raises(NotFound):
        ward.say(ward.done(), "confirm", ward.other)


def test_what_is_not_done_begins_again_with_a_fresh_limit_and_nobody_on_it(ward: Ward) -> None:
    later = AT + 5 * HOUR
    need = ward.say(ward.done(), "reopen", at=later)
    assert (need.state, need.handler_id, need.due_at) == (Need.State.OPEN, None, later + 24 * HOUR)


def test_an_assignment_is_taken_back_until_it_is_accepted(ward: Ward) -> None:
    need = ward.need()
    ward.given_to(need, ward.hand)
    assert acting.recall(actor=ward.secretary, at=AT, need_id=need.pk).handler is None
    ward.given_to(need, ward.hand)
    acting.accept(actor=ward.hand, at=AT, need_id=need.pk)
    with pytest.raises(NotNow):
        acting.recall(actor=ward.secretary, at=AT, need_id=need.pk)


def test_the_person_is_told_without_the_residents_words(ward: Ward) -> None:
    need = ward.need(text="糖尿病，没有胰岛素")
    ward.given_to(need, ward.hand)
    told = Message.objects.get(subject=need.target)
    assert told.person_id == ward.hand.person_id
    assert "502" in told.text
    assert "胰岛素" not in told.text


def test_a_return_needs_its_reason(ward: Ward) -> None:
    need = ward.need()
    ward.given_to(need, ward.hand)
    with pytest.raises(Invalid):
        acting.give_back(actor=ward.hand, at=AT, need_id=need.pk, note=" ")
    assert acting.give_back(actor=ward.hand, at=AT, need_id=need.pk, note="今天不在").state == Need.State.OPEN


def test_a_note_leaves_the_need_with_whom_it_was_given_to(ward: Ward) -> None:
    need = ward.need()
    ward.given_to(need, ward.hand)
    assert acting.add_note(actor=ward.secretary, at=AT, need_id=need.pk, note="催过").handler_id == ward.hand.person_id


def test_of_a_team_the_first_to_accept_has_it(ward: Ward) -> None:
    need, team = ward.need(), ward.team(ward.hand, ward.other)
    acting.assign(actor=ward.secretary, at=AT, need_id=need.pk, team_id=team.pk)
    assert acting.accept(actor=ward.hand, at=AT, need_id=need.pk).handler_id == ward.hand.person_id
    with pytest.raises(NotNow) as refused:
        acting.accept(actor=ward.other, at=AT, need_id=need.pk)
    assert "安办理" in str(refused.value)
    assert acting.accept(actor=ward.hand, at=AT, need_id=need.pk).state == Need.State.ACCEPTED


def test_somebody_of_elsewhere_is_not_given_it(ward: Ward) -> None:
    ward.town.person("远人", "乙一居民区")
    with pytest.raises(NotFound):
        acting.assign(actor=ward.secretary, at=AT, need_id=ward.need().pk, person_id=ward.town.people["远人"].pk)


def test_who_can_do_it_comes_first_then_the_near_and_unladen(ward: Ward) -> None:
    ward.team(ward.hand, ward.other)
    ward.town.people["安旁人"].skills.create(code="repair")
    names = [p.candidate.name for p in proposing.proposals(ward.need("repair"))]
    assert names[0] in ("保障组", "安旁人")
    assert set(names[:2]) == {"保障组", "安旁人"}
    assert proposing.proposals(ward.need("food"))[0].candidate.name == "安块长"


def test_the_same_door_and_class_within_a_day_is_suggested_and_merged_by_a_person(ward: Ward) -> None:
    first, second = ward.by_resident(), ward.need(at=AT + HOUR, text="没米")
    assert [n.pk for n in queries.duplicates(ward.secretary, fresh(second))] == [first.pk]
    assert queries.duplicates(ward.secretary, fresh(ward.need(room="503"))) == []
    acting.merge(actor=ward.secretary, at=AT + HOUR, need_id=second.pk, into_id=first.pk)
    assert fresh(second).state == Need.State.MERGED
    assert Message.objects.filter(subject=first.target, person=ward.finder.person_id).exists()
    # The second receipt leads to the one that goes on.
    assert queries.by_receipt(second.receipt).merged_into_id == first.pk
    assert ward.say(second, "withdraw").pk == first.pk


def test_needs_of_two_classes_are_not_merged(ward: Ward) -> None:
    with pytest.raises(Invalid):
        acting.merge(actor=ward.secretary, at=AT, need_id=ward.need("food").pk, into_id=ward.need("care").pk)


def test_a_medical_exit_is_decided_with_a_reason_before_it_is_done(ward: Ward) -> None:
    need = ward.need("medical_exit")
    ward.given_to(need, ward.hand)
    acting.accept(actor=ward.hand, at=AT, need_id=need.pk)
    with pytest.raises(Invalid):
        acting.finish(actor=ward.hand, at=AT, need_id=need.pk)
    with pytest.raises(Invalid):
        acting.decide(actor=ward.secretary, at=AT, need_id=need.pk, granted=False)
    with pytest.raises(NotPermitted):
        acting.decide(actor=ward.lead, at=AT, need_id=need.pk, granted=True)
    acting.decide(actor=ward.secretary, at=AT, need_id=need.pk, granted=True)
    assert acting.finish(actor=ward.hand, at=AT, need_id=need.pk).state == Need.State.DONE


def test_a_refused_exit_goes_to_the_level_above_with_its_own_clock(ward: Ward) -> None:
    need, later = ward.by_resident("medical_exit"), AT + HOUR
    acting.decide(actor=ward.secretary, at=AT, need_id=need.pk, granted=False, note="没有车")
    need = ward.say(need, "appeal", at=later)
    assert (need.state, need.due_at) == (Need.State.OPEN, later + 2 * HOUR)
    with pytest.raises(NotPermitted):
        acting.decide(actor=ward.secretary, at=later, need_id=need.pk, granted=False, note="还是没有车")
    zone = ward.town.actor("commander", "东片区")
    acting.decide(actor=zone, at=later, need_id=need.pk, granted=True)
    assert [(e.kind, e.by) for e in queries.story(need) if e.kind in ("refused", "granted")] == [("refused", ward.secretary.name), ("granted", zone.name)]


def test_what_the_whole_subdistrict_refused_has_no_level_above(ward: Ward) -> None:
    need = ward.by_resident("medical_exit")
    acting.decide(actor=ward.town.actor("commander"), at=AT, need_id=need.pk, granted=False, note="没有床位")
    with pytest.raises(Conflict) as refused:
        ward.say(need, "appeal")
    assert refused.value.code == "top_reached"


def test_every_act_is_in_the_story_and_in_the_journal_without_words(ward: Ward) -> None:
    need = ward.say(ward.done(), "confirm", note="米收到了")
    assert [e.kind for e in queries.story(need)] == ["reported", "assigned", "accepted", "done", "confirmed"]
    entries = JournalEntry.objects.filter(target=need.target)
    assert entries.count() == 5
    assert not [e for e in entries if "米" in str(e.data) or "502" in str(e.data)]


MOVES = st.lists(st.tuples(st.sampled_from(sorted(rules.ACTS)), st.sampled_from(["secretary", "lead", "finder", "hand", "other", "resident"])), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(["food", "medical_exit", "support"]), moves=MOVES)
def test_whatever_is_tried_by_whomever_a_need_stays_lawful(ward: Ward, kind: str, moves: list[tuple[str, str]]) -> None:
    need, at = ward.need(kind), AT
    for act, who in moves:
        before, at = fresh(need), at + timedelta(minutes=1)
        try:
            _try(ward, need, act, who, at)
        except JimuError:
            assert fresh(need).state == before.state
            continue
        after = fresh(need)
        assert before.state in rules.ACTS[act][0] or after.state == before.state
        if after.state == Need.State.CONFIRMED != before.state:
            assert who in ("resident", "finder", "secretary", "lead")
            assert who == "resident" or getattr(ward, who).person_id != before.handler_id
        _lawful(after)


def _try(ward: Ward, need: Need, act: str, who: str, at: object) -> None:
    if who == "resident":
        answering.by_receipt(at=at, address="10.0.0.2", receipt=need.receipt, act=act)  # type: ignore[arg-type]
    elif act in answering.ACTS:
        ward.say(need, act, getattr(ward, who), at)  # type: ignore[arg-type]
    elif act == "assign":
        acting.assign(actor=getattr(ward, who), at=at, need_id=need.pk, person_id=ward.hand.person_id)  # type: ignore[arg-type]
    elif act == "merge":
        acting.merge(actor=getattr(ward, who), at=at, need_id=need.pk, into_id=ward.need("other").pk)  # type: ignore[arg-type]
    else:
        acting.act(actor=getattr(ward, who), at=at, need_id=need.pk, name=act, note="说明")  # type: ignore[arg-type]


def _lawful(need: Need) -> None:
    assert (need.handler_id is None) or need.state != Need.State.OPEN
    assert need.state not in (Need.State.ASSIGNED, Need.State.ACCEPTED, Need.State.DONE) or need.handler_id is not None
    assert (need.closed_at is None) == (need.running or need.state == Need.State.DONE)
    assert need.state not in (Need.State.DONE, Need.State.CONFIRMED) or need.decision in ("", "granted")
    assert need.state != Need.State.REFUSED or need.decision == "refused"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_accept_at_once_and_one_wins(ward: Ward) -> None:
    need, team = ward.need(), ward.team(ward.hand, ward.other)
    acting.assign(actor=ward.secretary, at=AT, need_id=need.pk, team_id=team.pk)

    def take(actor: object) -> str:
        try:
            return acting.accept(actor=actor, at=AT, need_id=need.pk).handler.name  # type: ignore[arg-type,union-attr]
        except NotNow:
            return ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(take, [ward.hand, ward.other]))
    connection.close()
    assert sorted(bool(name) for name in won) == [False, True]
    assert fresh(need).handler.name == max(won)  # type: ignore[union-attr]
    assert need.events.filter(kind="accepted").count() == 1

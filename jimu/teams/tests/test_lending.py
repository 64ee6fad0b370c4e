"""Loans: asked for, promised, agreed to, in force where people are looked for, and over by themselves."""

from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.core.tests.test_locks import together
from jimu.incidents.actions import stand_down
from jimu.incidents.models import IncidentUnit
from jimu.teams import actions, forming, loan_actions, material
from jimu.teams.loan_actions import CannotLend, Need, Term, UnderMinimum
from jimu.teams.models import Loan, LoanRequest, Membership
from jimu.training.models import Certificate

from .conftest import DAY, TEN, World
from .loan_world import SCANNERS, TWO_DAYS, agreed, ask, cell_of, commit, lending_world, post

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db: None) -> World:
    return lending_world()


def seated(world: World, template: str, code: str, name: str, unit: object = None) -> Membership:
    forming._lay_out(world.incident, TEN, forming.cells_of(world.incident), [])
    seat = world.seat(template, code, unit)
    return actions.claim(actor=SYSTEM, at=TEN, seat_id=seat.pk, person_id=world.people[name].pk, override_reason="急用")


def test_who_agreed_works_at_the_borrowers_for_the_term_and_at_home_before_and_after(world: World) -> None:
    (loan,) = agreed(world, term=Term(TEN + HOUR, TEN + TWO_DAYS))
    moments = (TEN, TEN + HOUR, TEN + TWO_DAYS - HOUR, TEN + TWO_DAYS)
    assert [cell_of(world, "扫码0", at) for at in moments] == [world.first.pk, world.second.pk, world.second.pk, world.first.pk]
    assert cell_of(world, "扫码1", TEN + HOUR) == world.first.pk
    assert (loan.state, loan.request.state) == ("agreed", "met")
    assert JournalEntry.objects.filter(verb="loans.consented", scope=world.second.path).count() == 1


def test_a_promise_alone_changes_nothing_until_the_person_has_said_yes(world: World) -> None:
    (loan,) = commit(world, ask(world))
    assert cell_of(world, "扫码0") == world.first.pk
    said_no = loan_actions.answer(actor=SYSTEM, at=TEN, loan_id=loan.pk, yes=False, reason="家里有老人")
    assert (said_no.state, cell_of(world, "扫码0")) == ("declined", world.first.pk)
    assert LoanRequest.objects.get().state == "open"
    with pytest.raises(Conflict):
        loan_actions.answer(actor=SYSTEM, at=TEN, loan_id=loan.pk, yes=True)
    assert commit(world, LoanRequest.objects.get(), "扫码1")[0].state == "asked"


def test_the_person_answers_for_themselves_and_only_a_lender_with_a_reason_for_an_absent_one(world: World) -> None:
    first, second, third = commit(world, ask(world, need=Need(3, "scanning")), *SCANNERS[:3], override_reason="大筛")
    myself = Actor(account_id=None, name="扫码0", person_id=world.people["扫码0"].pk)
    assert loan_actions.answer(actor=myself, at=TEN, loan_id=first.pk, yes=True).consent["told_to"] is False
    with pytest.raises(NotFound):
        loan_actions.answer(actor=myself, at=TEN, loan_id=second.pk, yes=True)
    with pytest.raises(NotFound):
        loan_actions.answer(actor=world.actor("secretary", world.second), at=TEN, loan_id=second.pk, yes=True)
    lender = world.actor("secretary", world.first)
    with pytest.raises(Invalid):
        loan_actions.answer(actor=lender, at=TEN, loan_id=second.pk, yes=True, for_absent=True)
    said = loan_actions.answer(actor=lender, at=TEN, loan_id=second.pk, yes=True, for_absent=True, reason="夜里联系不上，平时答应过").consent
    assert (said["for_absent"], said["by"], said["reason"]) == (True, lender.name, "夜里联系不上，平时答应过")
    assert loan_actions.answer(actor=lender, at=TEN, loan_id=third.pk, yes=True).consent["told_to"] is True


def test_a_lender_keeps_what_its_posts_need_at_one_time(world: World) -> None:
    request = ask(world, need=Need(3, "scanning"))
    with pytest.raises(UnderMinimum) as caught:
        commit(world, request, *SCANNERS[:3])
    assert "甲一居民区会扫码的有 5 人，借出 3 人后剩 2 人，岗位同时要 3 人" in str(caught.value)
    assert not Loan.objects.exists()
    assert len(commit(world, request, *SCANNERS[:2])) == 2
    # The two who are promised count no more, also before they have answered.
    with pytest.raises(UnderMinimum):
        commit(world, request, "扫码2")
    over = commit(world, request, "扫码2", override_reason="乙一今晚大筛")[0].override
    assert (over["by"], over["reason"], over["rules"]) == ("system", "乙一今晚大筛", ["minimum"])


def test_heads_count_as_well_as_skills(world: World) -> None:
    for person in Loan._meta.get_field("person").related_model.objects.filter(name__startswith="志愿"):
        person.active = False
        person.save()
    here = sum(c.cell == world.first.pk for c in material.candidates(world.incident, TEN))
    post(world, world.first, here - 3, qualifications=[], start_minute=1320, end_minute=1800)
    request = ask(world, need=Need(5))
    with pytest.raises(UnderMinimum) as caught:
        commit(world, request, "党员0", "党员1", "党员2", "党员3")
    assert f"借出 4 人后剩 {here - 4} 人，岗位同时要 {here - 3} 人" in str(caught.value)
    assert len(commit(world, request, "党员0", "党员1", "党员2")) == 3


def limited(world: World) -> None:
    world.people["扫码0"].limits = ["paused"]
    world.people["扫码0"].save()


def unskilled(world: World) -> None:
    world.people["扫码0"].skills.all().delete()


def certificate(world: World, *, last: int) -> None:
    unskilled(world)
    Certificate.objects.create(
        person=world.people["扫码0"], qualification="scanning", course="scanning", course_version=1, way="hand", valid_from=DAY - timedelta(days=90),
        expires_on=DAY + timedelta(days=last), issued_at=TEN, issued_by="教员",
    )  # fmt: skip


def confined(world: World) -> None:
    IncidentUnit.objects.filter(unit=world.first).update(confined=True)


REFUSALS = [
    (limited, "paused"), (unskilled, "qualification"), (lambda w: certificate(w, last=-1), "expired"),
    (lambda w: certificate(w, last=1), "expires"), (confined, "confined"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), REFUSALS)
def test_who_cannot_go_is_refused_with_the_reason_before_the_promise_and_before_the_answer(world: World, change, code: str) -> None:
    request = ask(world)
    (loan,) = commit(world, request)
    change(world)
    with pytest.raises(CannotLend) as caught:
        loan_actions.answer(actor=SYSTEM, at=TEN, loan_id=loan.pk, yes=True)
    assert caught.value.data["reason"] == code
    loan_actions.bring_home(actor=SYSTEM, at=TEN, loan_id=loan.pk, reason="换人")
    with pytest.raises(CannotLend) as caught:
        commit(world, LoanRequest.objects.get())
    assert caught.value.data["reason"] == code
    assert "扫码0" in str(caught.value)


def test_a_certificate_that_lasts_through_the_term_will_do(world: World) -> None:
    certificate(world, last=2)
    assert commit(world, ask(world))[0].state == "asked"


def test_staff_may_leave_a_confined_neighborhood(world: World) -> None:
    confined(world)
    world.person("社工甲", world.first, "social_worker", sent=world.first)
    assert commit(world, ask(world, need=Need(1)), "社工甲")[0].state == "asked"


def test_nobody_is_lent_twice_nor_to_where_they_are_nor_by_somebody_else(world: World) -> None:
    agreed(world)
    request = ask(world, need=Need(2))
    with pytest.raises(Conflict) as caught:
        commit(world, request)
    assert "扫码0已由system借给乙一居民区" in str(caught.value)
    for name, code in (("机关0", "unplaced"),):
        with pytest.raises(CannotLend) as refused:
            commit(world, request, name)
        assert refused.value.data["reason"] == code
    back = ask(world, to_unit_id=world.first.pk, from_unit_id=world.second.pk, need=Need(1))
    with pytest.raises(CannotLend) as refused:
        commit(world, back, "扫码1")
    assert refused.value.data["reason"] == "there_already"


def test_seats_at_home_stand_open_during_the_loan_and_are_theirs_again_after_it(world: World) -> None:
    home = seated(world, "supplies", "carrier", "扫码0")
    (loan,) = agreed(world)
    assert world.sits("supplies", "carrier") == ""
    away = seated(world, "supplies", "carrier", "扫码0", world.second)
    assert away.team.unit_id == world.second.pk
    assert away.override == {}
    assert loan_actions.settle(at=TEN + TWO_DAYS) == (0, 1)
    assert (world.sits("supplies", "carrier"), world.sits("supplies", "carrier", world.second)) == ("扫码0", "")
    loan.refresh_from_db()
    assert (loan.state, loan.end, loan.ended_at, loan.left_seats) == ("returned", "term", TEN + TWO_DAYS, [str(home.seat_id)])
    assert loan_actions.settle(at=TEN + TWO_DAYS + HOUR) == (0, 0)
    assert JournalEntry.objects.filter(verb="loans.returned").count() == 2


def test_a_seat_that_somebody_took_meanwhile_stays_theirs(world: World) -> None:
    seated(world, "supplies", "carrier", "扫码0")
    agreed(world)
    actions.claim(actor=SYSTEM, at=TEN, seat_id=world.seat("supplies", "carrier").pk, person_id=world.people["志愿9"].pk)
    loan_actions.settle(at=TEN + TWO_DAYS)
    assert world.sits("supplies", "carrier") == "志愿9"


def test_a_term_in_the_future_begins_when_it_is_due(world: World) -> None:
    seated(world, "supplies", "carrier", "扫码0")
    agreed(world, term=Term(TEN + HOUR, TEN + TWO_DAYS))
    assert loan_actions.settle(at=TEN) == (0, 0)
    assert world.sits("supplies", "carrier") == "扫码0"
    assert loan_actions.settle(at=TEN + HOUR) == (1, 0)
    assert (world.sits("supplies", "carrier"), loan_actions.settle(at=TEN + HOUR)) == ("", (0, 0))


def test_a_promise_without_an_answer_lapses_with_its_term(world: World) -> None:
    (loan,) = commit(world, ask(world))
    loan_actions.settle(at=TEN + TWO_DAYS)
    loan.refresh_from_db()
    assert (loan.state, loan.end) == ("withdrawn", "unanswered")
    assert agreed(world, at=TEN, term=Term(TEN, TEN + HOUR))


def test_both_sides_may_end_it_early_with_a_reason_and_nobody_else(world: World) -> None:
    one, two = agreed(world, *SCANNERS[:2])
    with pytest.raises(Invalid):
        loan_actions.bring_home(actor=SYSTEM, at=TEN, loan_id=one.pk, reason=" ")
    with pytest.raises(NotPermitted):
        loan_actions.bring_home(actor=world.actor("auditor"), at=TEN, loan_id=one.pk, reason="x")
    third = type(world.first).objects.add_child(type(world.top).objects.get(pk=world.top.pk), {"kind": "neighborhood", "name": "丙一居民区", "short_name": "丙一"})
    with pytest.raises(NotFound):
        loan_actions.bring_home(actor=world.actor("secretary", third), at=TEN, loan_id=one.pk, reason="x")
    ends = [
        loan_actions.bring_home(actor=world.actor("secretary", unit), at=TEN + HOUR, loan_id=loan.pk, reason="够了").end
        for loan, unit in ((one, world.first), (two, world.second))
    ]
    assert ends == ["recalled", "released"]
    with pytest.raises(Conflict):
        loan_actions.bring_home(actor=SYSTEM, at=TEN, loan_id=one.pk, reason="够了")
    assert {cell_of(world, name, TEN + HOUR) for name in SCANNERS} == {world.first.pk}


def test_a_lender_that_takes_all_back_at_night_ends_every_loan_and_the_request_is_open_again(world: World) -> None:
    agreed(world, *SCANNERS[:2])
    seated(world, "supplies", "carrier", "扫码0", world.second)
    night = clock.at_minute(DAY + timedelta(days=1), 130)
    assert loan_actions.recall_all(actor=world.actor("secretary", world.first), at=night, unit_id=world.first.pk, reason="甲一出现疫情") == 2
    assert set(Loan.objects.values_list("end", "end_reason", "ended_at")) == {("recalled", "甲一出现疫情", night)}
    assert (world.sits("supplies", "carrier", world.second), LoanRequest.objects.get().state) == ("", "open")
    with pytest.raises(NotFound):
        loan_actions.recall_all(actor=world.actor("secretary", world.second), at=night, unit_id=world.first.pk, reason="x")


def test_when_the_incident_ends_everybody_goes_home(world: World, django_capture_on_commit_callbacks) -> None:
    agreed(world)
    with django_capture_on_commit_callbacks(execute=True):
        stand_down(actor=SYSTEM, at=TEN + HOUR, incident_id=world.incident.pk, reason="解除了")
    assert (Loan.objects.get().end, Loan.objects.get().ended_at) == ("stood_down", TEN + HOUR)


BAD_TERMS = [
    (Term(TEN + HOUR, TEN), "term_backwards"), (Term(TEN - 2 * HOUR, TEN + HOUR), "term_past"),
    (Term(TEN, TEN + timedelta(days=8)), "term_after_incident"), (Term(TEN, TEN + timedelta(days=61)), "term_long"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "code"), BAD_TERMS)
def test_a_term_that_will_not_do_is_refused(world: World, term: Term, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        ask(world, term=term)
    assert caught.value.code == code
    assert ask(world, term=Term(TEN, TEN + timedelta(days=7))).state == "open"


def test_who_asks_who_promises_and_who_declines(world: World) -> None:
    borrower, lender = world.actor("secretary", world.second), world.actor("secretary", world.first)
    with pytest.raises(NotFound):
        ask(world, actor=lender)
    request = ask(world, actor=borrower)
    with pytest.raises(NotFound):
        commit(world, request, actor=borrower)
    with pytest.raises(NotPermitted):
        commit(world, request, actor=world.actor("auditor"))
    assert len(commit(world, request, actor=lender)) == 1
    other = ask(world, actor=borrower)
    assert loan_actions.close_request(actor=lender, at=TEN, request_id=other.pk, reason="自己也紧").state == "declined"
    assert loan_actions.close_request(actor=borrower, at=TEN, request_id=ask(world).pk, reason="够了").state == "withdrawn"
    with pytest.raises(Conflict):
        commit(world, other, "扫码1", actor=lender)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_leaders_who_promise_the_same_person_at_once_are_told_apart() -> None:
    world = lending_world()
    requests = [ask(world), ask(world)]
    refused: list[JimuError] = []

    def promise(request: LoanRequest) -> None:
        try:
            commit(world, request)
        except JimuError as error:
            refused.append(error)

    together(*(lambda r=request: promise(r) for request in requests))
    assert [error.code for error in refused] == ["already_lent"]
    assert "扫码0已由" in str(refused[0])
    assert Loan.objects.filter(person=world.people["扫码0"], state__in=Loan.OPEN).count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_seat_at_home_and_a_loan_at_the_same_instant_leave_the_person_in_one_place() -> None:
    world = lending_world()
    forming._lay_out(world.incident, TEN, forming.cells_of(world.incident), [])
    (loan,) = commit(world, ask(world))
    seat = world.seat("supplies", "carrier")
    refused: list[JimuError] = []

    def sit() -> None:
        try:
            actions.claim(actor=SYSTEM, at=TEN, seat_id=seat.pk, person_id=world.people["扫码0"].pk)
        except JimuError as error:
            refused.append(error)

    together(sit, lambda: loan_actions.answer(actor=SYSTEM, at=TEN, loan_id=loan.pk, yes=True) and None)
    assert not Membership.objects.filter(person=world.people["扫码0"], until=None).exists()
    assert all(error.data["reason"] == "elsewhere" for error in refused)

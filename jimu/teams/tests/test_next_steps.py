"""Lending stands in the list of the day: with the lender until the term begins, with who asked when nobody comes; both are written to."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.messages.models import Message
from jimu.people.models import UnitLeader
from jimu.teams import loan_actions
from jimu.teams.loan_actions import Need, Term
from jimu.teams.next_steps import next_steps

from .conftest import TEN, World
from .loan_world import SCANNERS, TWO_DAYS, ask, commit, lending_world

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = Term(TEN + HOUR, TEN + TWO_DAYS)


@pytest.fixture
def world(db: None) -> World:
    made = lending_world()
    for name, unit in (("甲书记", made.first), ("乙书记", made.second)):
        leads(made, name, unit)
    return made


def leads(world: World, name: str, unit: Unit) -> None:
    person = world.people.get(name) or world.person(name, unit, "committee_cadre")
    Account.objects.get_or_create(username=name, defaults={"person": person})
    UnitLeader.objects.create(unit=unit, person=person, role=UnitLeader.Role.LEADER, since=TEN)


def told(actor: Actor, at: datetime = TEN) -> list[tuple[str, str]]:
    return [(step.text, step.tone) for step in next_steps(actor, at)]


def letters(world: World, name: str) -> list[str]:
    return [message.text for message in Message.objects.filter(person=world.people[name]).order_by("created_at")]


def test_who_may_decide_has_the_request_until_the_term_begins_and_then_as_an_alarm(world: World) -> None:
    request = ask(world, need=Need(2, "scanning"), term=LATER)
    lender, borrower = world.actor("secretary", world.first), world.actor("secretary", world.second)
    (step,) = next_steps(lender, TEN)
    assert (step.text, step.due, step.place, step.tone, step.own) == ("乙一居民区想借 2 人：选人，或答复借不出", TEN + HOUR, "甲一居民区", "warn", False)
    assert step.url == f"/teams/loans/requests/{request.pk}/"
    assert told(lender, TEN + HOUR) == [("乙一居民区想借 2 人：选人，或答复借不出", "bad")]
    assert told(borrower) == [("借人的申请还差 2 人，等借出方答复", "")]
    assert told(world.actor("commander")) == told(lender)
    assert told(world.actor("member", world.first)) == told(world.actor("auditor")) == []


def test_a_request_to_everybody_waits_for_every_lender_but_not_for_who_asked(world: World) -> None:
    ask(world, from_unit_id=None)
    assert told(world.actor("secretary", world.first)) == [("乙一居民区想借 1 人：选人，或答复借不出", "bad")]
    assert told(world.actor("secretary", world.second)) == [("借人的申请还差 1 人，等借出方答复", "warn")]
    assert (len(letters(world, "甲书记")), letters(world, "乙书记")) == (1, [])


def test_the_lenders_leader_is_written_to_with_what_is_asked_and_until_when(world: World, settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://jimu.example"]
    request = ask(world, term=LATER)
    (text,) = letters(world, "甲书记")
    assert "乙一居民区想借 1 人：04-06 11:00 到 04-08 10:00，今天大筛。请在 04-06 11:00 前答复" in text
    assert f"https://jimu.example/teams/loans/requests/{request.pk}/" in text
    assert letters(world, "乙书记") == []


def test_somebody_who_leads_two_places_is_written_to_once(world: World) -> None:
    third = Unit.objects.add_child(Unit.objects.get(pk=world.top.pk), {"kind": Unit.Kind.NEIGHBORHOOD, "name": "丙一居民区", "short_name": "丙一"})
    leads(world, "甲书记", third)
    world.incident.units.create(unit=third, hazard="epidemic")
    ask(world, from_unit_id=None)
    assert len(letters(world, "甲书记")) == 1


def test_who_asked_reads_that_nobody_comes_and_has_to_find_somebody_else(world: World) -> None:
    borrower, lender = world.actor("secretary", world.second), world.actor("secretary", world.first)
    request = ask(world, term=LATER)
    loan_actions.close_request(actor=lender, at=TEN, request_id=request.pk, reason="自己也缺")
    assert told(borrower) == [("借不出 1 人：自己也缺。请另想办法", "warn")]
    assert (told(lender), told(borrower, TEN + timedelta(days=1))) == ([], [])
    assert letters(world, "乙书记") == ["甲一居民区借不出您要的 1 人：自己也缺。请另想办法。"]


def test_what_the_borrower_took_back_is_no_news_to_it(world: World) -> None:
    borrower = world.actor("secretary", world.second)
    loan_actions.close_request(actor=borrower, at=TEN, request_id=ask(world).pk, reason="不用了")
    assert (told(borrower), letters(world, "乙书记")) == ([], [])


def test_the_promised_and_the_lender_are_asked_for_the_answer_and_who_asked_hears_of_each_success(world: World) -> None:
    lender, borrower = world.actor("secretary", world.first), world.actor("secretary", world.second)
    request = ask(world, term=LATER)
    (loan,) = commit(world, request)
    myself = Actor(account_id=None, name="扫码0", person_id=world.people["扫码0"].pk)
    assert [(step.text, step.place, step.own) for step in next_steps(myself, TEN)] == [("能不能去支援，请答复", "乙一居民区", True)]
    assert told(lender) == [("1 人还没说去不去乙一居民区，请问一问", "warn")]
    assert (told(borrower), len(letters(world, "乙书记"))) == ([], 1)
    loan_actions.answer(actor=SYSTEM, at=TEN, loan_id=loan.pk, yes=False)
    assert told(lender) == [("乙一居民区想借 1 人：选人，或答复借不出", "warn")]
    commit(world, request, SCANNERS[1], at=TEN + timedelta(minutes=5))
    assert letters(world, "乙书记") == ["向甲一居民区借的 1 人已经选好，正在问本人。"] * 2


def test_the_list_reads_as_often_for_many_requests_as_for_one(world: World, django_assert_max_num_queries) -> None:
    commander = world.actor("commander")
    for n in range(5):
        commit(world, ask(world, need=Need(2, "scanning")), SCANNERS[n], override_reason="大筛")
    with django_assert_max_num_queries(4):
        assert len(told(commander)) == 10


def test_the_board_of_lending_shows_who_asked_what_became_of_it(world: World, client: Client, time_machine) -> None:
    time_machine.move_to(TEN)
    request = ask(world)
    loan_actions.close_request(actor=world.actor("secretary", world.first), at=TEN, request_id=request.pk, reason="自己也缺")
    client.force_login(world.account("secretary", world.second), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/teams/loans/").content.decode()
    assert "申请的结果" in page
    assert "自己也缺" in page

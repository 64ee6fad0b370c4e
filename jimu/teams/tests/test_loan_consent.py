"""Whoever is promised gets a letter of their own, and answers behind its link without an account."""

import pytest
from django.test import Client

from jimu.core.models import JournalEntry
from jimu.messages.models import Message
from jimu.teams import loan_actions, loan_letters
from jimu.teams.models import Loan

from .conftest import TEN, World
from .loan_world import TWO_DAYS, ask, commit, lending_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return lending_world()


@pytest.fixture
def loan(world: World, settings, time_machine) -> Loan:
    """甲一 has promised one scanner; they have not answered."""
    settings.CSRF_TRUSTED_ORIGINS = ["https://jimu.example"]
    time_machine.move_to(TEN)
    (made,) = commit(world, ask(world))
    return made


def at(loan: Loan) -> str:
    return f"/teams/loans/consent/{loan_letters.token(loan.pk)}/"


def test_the_promised_get_one_letter_with_what_where_when_and_their_link(loan: Loan) -> None:
    letter = Message.objects.get(person=loan.person)
    assert letter.urgency == "urgent"
    assert "https://jimu.example" + at(loan) in letter.text
    for words in (loan.to_unit.name, "今天大筛", "04-06 10:00", "04-08 10:00"):
        assert words in letter.text
    loan_actions.enqueue(actor=loan_actions.SYSTEM, at=TEN, letters=loan_letters.letters([loan]))
    assert Message.objects.filter(person=loan.person).count() == 1


def test_looking_changes_nothing_yes_agrees_and_the_journal_says_who(loan: Loan) -> None:
    outside = Client()
    page = outside.get(at(loan))
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert Loan.objects.get().state == "asked"
    assert "已经记下您同意" in outside.post(at(loan), {"word": "yes"}).content.decode()
    assert Loan.objects.get().state == "agreed"
    assert JournalEntry.objects.filter(verb="loans.consented").first().actor_name == loan.person.name
    assert outside.post(at(loan), {"word": "no"}).status_code == 409
    assert Loan.objects.get().state == "agreed"


def test_no_is_kept_with_its_reason_and_the_request_looks_for_another(loan: Loan) -> None:
    assert "已记下您去不了" in Client().post(at(loan), {"word": "no", "reason": "家里老人要照顾"}).content.decode()
    kept = Loan.objects.select_related("request").get()
    assert (kept.state, kept.consent["reason"], kept.request.state) == ("declined", "家里老人要照顾", "open")


def test_a_link_that_was_not_made_here_or_is_for_something_else_opens_nothing(loan: Loan) -> None:
    outside = Client()
    assert outside.get("/teams/loans/consent/x/").status_code == 404
    assert outside.get(f"/teams/loans/consent/{loan_letters.links.sign('calls.offer', loan.pk)}/").status_code == 404
    assert outside.post(at(loan).rstrip("/") + "x/", {"word": "yes"}).status_code == 404
    assert Loan.objects.get().state == "asked"


def test_after_the_term_there_is_nothing_to_answer(loan: Loan, time_machine) -> None:
    time_machine.move_to(TEN + TWO_DAYS)
    page = Client().get(at(loan)).content.decode()
    assert "不用回答了" in page
    assert "同意去" not in page
    assert Client().post(at(loan), {"word": "yes"}).status_code == 409

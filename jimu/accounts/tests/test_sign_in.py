"""Signing in: noted, limited, and silent about which names exist."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from jimu.accounts import lockout
from jimu.accounts.models import Account, Grant
from jimu.core.models import JournalEntry
from jimu.grid.models import Unit

PAGE = "/accounts/sign-in/"
GOOD = {"username": "zhihui", "password": "long-enough-1"}


@pytest.fixture
def account(db) -> Account:
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    made = Account.objects.create_user(**GOOD, display_name="顾指挥")
    Grant.objects.create(account=made, role="commander", unit=top)
    return made


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("id").values_list("verb", flat=True))


def attempt(password: str = "wrong", username: str = "zhihui", address: str = "10.0.0.1") -> int:
    return Client(REMOTE_ADDR=address).post(PAGE, {"username": username, "password": password}).status_code


def test_signing_in_and_out_stand_in_the_journal_of_the_part_that_it_concerns(account: Account) -> None:
    client = Client()
    assert client.post(PAGE, GOOD).status_code == 302
    client.post("/accounts/sign-out/")
    assert verbs() == ["accounts.signed_in", "accounts.signed_out"]
    entry = JournalEntry.objects.first()
    assert (entry.account_id, entry.target, entry.scope) == (account.pk, f"account:{account.pk}", Unit.objects.get().path)


def test_a_wrong_password_is_noted_and_a_wrong_name_is_not_repeated_anywhere(account: Account, caplog) -> None:
    attempt()
    assert verbs() == ["accounts.sign_in_failed"]
    attempt(username="13800138000")
    assert verbs() == ["accounts.sign_in_failed"]
    assert "13800138000" not in caplog.text


def test_a_wrong_name_and_a_wrong_password_look_alike(account: Account) -> None:
    answers = [
        Client().post(PAGE, {"username": name, "password": "wrong"}).content.decode().replace(name, "")
        for name in ("zhihui", "nobody")
    ]
    without_tokens = [text[: text.index("csrfmiddlewaretoken")] + text[text.index("</h1>") :][:400] for text in answers]
    assert without_tokens[0].splitlines()[-1] == without_tokens[1].splitlines()[-1]
    assert "用户名或密码不对" in answers[0]
    assert "用户名或密码不对" in answers[1]


def test_five_wrong_passwords_lock_the_name_from_there_and_not_from_elsewhere(account: Account) -> None:
    for _ in range(4):
        assert attempt() == 200
    assert attempt() == 429
    assert attempt(GOOD["password"]) == 429
    assert attempt(GOOD["password"], address="10.0.0.2") == 302


def test_a_right_password_forgets_the_wrong_ones(account: Account) -> None:
    for _ in range(3):
        attempt()
        assert attempt(GOOD["password"]) == 302
        attempt()


def test_many_names_from_one_address_are_locked_too(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "FAILURES_OF_AN_ADDRESS", 6)
    for number in range(6):
        assert attempt(username=f"name{number}") == 200
    assert attempt(GOOD["password"]) == 429
    assert attempt(GOOD["password"], address="10.0.0.2") == 302
    AccessAttempt.objects.update(attempt_time="2026-01-01T00:00Z")
    assert attempt(GOOD["password"]) == 302


def test_a_lock_says_from_when_to_try_again_and_further_tries_do_not_prolong_it(account: Account) -> None:
    for _ in range(5):
        answer = Client(REMOTE_ADDR="10.0.0.1").post(PAGE, {"username": "zhihui", "password": "wrong"})
    first = AccessAttempt.objects.get().attempt_time
    said = f"{timezone.localtime(first + lockout.REST + timedelta(minutes=1)):%H:%M} 以后再试"
    assert said in answer.content.decode()
    AccessAttempt.objects.update(attempt_time=first - timedelta(minutes=10))
    again = Client(REMOTE_ADDR="10.0.0.1").post(PAGE, {"username": "zhihui", "password": "wrong"})
    assert again.status_code == 429
    assert f"{timezone.localtime(first + timedelta(minutes=6)):%H:%M} 以后再试" in again.content.decode()
    AccessAttempt.objects.update(attempt_time=first - lockout.REST - timedelta(seconds=1))
    assert attempt(GOOD["password"]) == 302

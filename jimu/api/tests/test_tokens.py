"""Tokens: made, shown once, listed, ended; by page and by command line."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from jimu.accounts.queries import actor_of
from jimu.api import actions, queries, rules
from jimu.api.models import ApiToken
from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import Invalid, NotFound
from jimu.core.models import JournalEntry

PAGE = "/tokens/"
GIVEN = {"name": "大屏", "days": "30"}


def secret_in(response) -> str:
    found = re.search(r"jimu_[\w-]{43}", response.content.decode())
    return found.group() if found else ""


def test_a_secret_is_shown_once_and_never_stored(account, browser) -> None:
    client = browser(account("commander"))
    secret = secret_in(client.post(PAGE, GIVEN))
    assert secret
    token = ApiToken.objects.get()
    assert secret not in str(vars(token))
    assert token.digest == rules.digest_of(secret)
    assert token.read_only
    assert token.expires_at - token.created_at == timedelta(days=30)
    again = client.get(PAGE)
    assert secret_in(again) == ""
    assert token.hint in again.content.decode()
    entry = JournalEntry.objects.get(verb="api.token_made")
    assert secret not in str(entry.data)


def test_a_token_is_ended_by_its_owner_only(account, browser, token) -> None:
    owner, other = account("commander"), account("commander")
    token(owner)
    path = f"/tokens/{ApiToken.objects.get().pk}/revoke/"
    assert browser(other).post(path).status_code == 404
    assert browser(owner).get(path).status_code == 405
    assert ApiToken.objects.get().revoked_at is None
    assert browser(owner).post(path).status_code == 302
    assert ApiToken.objects.get().revoked_at is not None
    assert browser(owner).post(path).status_code == 404
    assert JournalEntry.objects.filter(verb="api.token_revoked").count() == 1


def test_the_page_is_for_who_may_have_tokens(account, browser) -> None:
    assert Client().get(PAGE).status_code == 302
    assert browser(account("member")).get(PAGE).status_code == 403
    assert browser(account("auditor")).get(PAGE).status_code == 200
    assert browser(account("auditor")).delete(PAGE).status_code == 405


def test_a_list_shows_only_ones_own(account, browser, token) -> None:
    owner, other = account("commander"), account("commander")
    token(owner)
    assert "大屏" in browser(owner).get(PAGE).content.decode()
    assert "大屏…" not in browser(other).get(PAGE).content.decode()
    assert list(queries.live_tokens(other.pk, clock.now())) == []


@pytest.mark.parametrize("days", [0, rules.MOST_DAYS + 1])
def test_a_life_that_is_too_long_or_none_is_refused(account, days: int) -> None:
    commander = account("commander")
    make = {"actor": actor_of(commander), "at": clock.now(), "account_id": commander.pk, "name": "x", "read_only": True}
    with pytest.raises(Invalid):
        actions.make_token(days=days, **make)
    actions.make_token(days=rules.MOST_DAYS, **make)


def test_nobody_makes_a_token_for_another(account) -> None:
    mine, other = account("commander"), account("commander")
    with pytest.raises(NotFound):
        actions.make_token(
            actor=actor_of(mine), at=clock.now(), account_id=other.pk, name="x", days=1, read_only=True
        )


def test_tokens_do_not_pile_up(account, token) -> None:
    commander = account("commander")
    for _ in range(rules.MOST_TOKENS):
        token(commander)
    with pytest.raises(Invalid) as refusal:
        token(commander)
    assert refusal.value.code == "too_many_tokens"
    actions.revoke_token(actor=actor_of(commander), at=clock.now(), token_id=ApiToken.objects.first().pk)
    token(commander)


def test_the_database_refuses_a_token_that_ended_before_it_began(account) -> None:
    at = clock.now()
    token = ApiToken(account=account(), name="x", hint="x", digest="x", created_at=at, expires_at=at)
    with pytest.raises(ValidationError):
        token.validate_constraints()


def test_the_command_line_makes_lists_and_ends_tokens(account, capsys, program) -> None:
    commander = account("commander")
    assert run(["token", "make", commander.username, "--name", "上报", "--days", "7"]) == 0
    secret = capsys.readouterr().out.strip()
    assert program(secret).get("/api/v1/me").status_code == 200
    assert run(["token", "list", commander.username]) == 0
    listed = capsys.readouterr().out
    assert "上报" in listed
    assert secret not in listed
    assert run(["token", "revoke", listed.split()[0]]) == 0
    assert program(secret).get("/api/v1/me").status_code == 401
    assert run(["token", "make", "nobody", "--name", "x"]) == 1

"""Looking after accounts: within one's own part, never one's own account, never one above, and all of it in the journal."""

from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client

from jimu.accounts import actions, queries
from jimu.accounts.errors import AboveYou, LastGrant, NameTaken, OwnAccount, WeakPassword
from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core.errors import Conflict, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.grid.tests.town import AT, Town

PASSWORD = "long-enough-1"
ACTS: dict[str, Callable[..., Any]] = {
    "grant": lambda town, **who: actions.grant(role="member", unit=town["甲二居民区"], **who),
    "end": lambda town, **who: actions.end_grant(grant_id=Grant.objects.filter(account_id=who["account_id"]).latest("pk").pk, **who),
    "password": lambda town, **who: actions.reset_password(**who),
    "close": lambda town, **who: actions.close_account(**who),
}


def made(town: Town, *held: tuple[str, str], name: str = "someone") -> Account:
    """An account with these roles on these units."""
    account = Account.objects.create_user(username=name, password=PASSWORD, display_name="某某")
    for role, unit in held:
        Grant.objects.create(account=account, role=role, unit=town[unit])
    return account


def open_as(town: Town, role: str, place: str, unit: str, **more: Any) -> Account:
    given = {"username": "new", "password": PASSWORD, "display_name": "新来的", "role": "secretary", **more}
    return actions.open_account(actor=town.actor(role, place), at=AT, unit=town[unit], **given)


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize(("place", "unit"), [("和风街道", "甲一居民区"), ("东片区", "东片区"), ("东片区", "1号楼")])
def test_a_commander_opens_accounts_in_their_part(town: Town, place: str, unit: str) -> None:
    account = open_as(town, "commander", place, unit)
    assert [(held.role, held.unit_id) for held in account.grants.all()] == [("secretary", town[unit].pk)]
    entry = JournalEntry.objects.get()
    assert (entry.verb, entry.target, entry.scope, entry.data) == (
        "accounts.opened", f"account:{account.pk}", town[unit].path, {"role": "secretary"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "place", "unit"),
    [("commander", "东片区", "和风街道"), ("commander", "东片区", "乙一居民区"), ("secretary", "甲一居民区", "甲一居民区"), ("auditor", "和风街道", "甲一居民区")],
)
def test_nobody_grants_wider_than_their_own_part(town: Town, role: str, place: str, unit: str) -> None:
    with pytest.raises(NotPermitted):
        open_as(town, role, place, unit)
    standing = made(town, ("secretary", "甲二居民区"))
    with pytest.raises((NotPermitted, NotFound)):
        actions.grant(actor=town.actor(role, place), at=AT, account_id=standing.pk, role="member", unit=town[unit])
    assert verbs() == []
    assert not Account.objects.filter(username="new").exists()


@pytest.mark.parametrize("act", ACTS)
def test_an_account_within_the_part_is_changed_and_one_above_or_elsewhere_is_not(town: Town, act: str) -> None:
    chief = town.actor("commander", "东片区")
    within = made(town, ("secretary", "甲一居民区"), ("member", "东片区"), name="within")
    ACTS[act](town, actor=chief, at=AT, account_id=within.pk)
    assert len(verbs()) == 1
    mixed = made(town, ("secretary", "甲一居民区"), ("member", "乙一居民区"), name="mixed")
    with pytest.raises(AboveYou):
        ACTS[act](town, actor=chief, at=AT, account_id=mixed.pk)
    for name, unit in (("above", "和风街道"), ("beside", "乙一居民区")):
        out = made(town, ("commander", unit), ("member", unit), name=name)
        with pytest.raises(NotFound):
            ACTS[act](town, actor=chief, at=AT, account_id=out.pk)
    assert len(verbs()) == 1


@pytest.mark.parametrize("act", ACTS)
def test_nobody_changes_the_account_they_are_signed_in_with(town: Town, act: str) -> None:
    own = made(town, ("commander", "和风街道"), ("member", "甲一居民区"))
    with pytest.raises(OwnAccount):
        ACTS[act](town, actor=actor_of(own), at=AT, account_id=own.pk)
    ACTS[act](town, actor=town.actor("commander"), at=AT, account_id=own.pk)


def test_an_account_that_holds_nothing_is_for_who_looks_after_the_whole(town: Town) -> None:
    bare = made(town)
    assert queries.account_for(town.actor("commander"), bare.pk) == bare
    with pytest.raises(NotFound):
        queries.account_for(town.actor("commander", "东片区"), bare.pk)


def test_the_last_role_stays_and_a_role_granted_twice_is_one(town: Town) -> None:
    account, chief = made(town, ("member", "甲一居民区")), town.actor("commander")
    only = account.grants.get()
    with pytest.raises(LastGrant):
        actions.end_grant(actor=chief, at=AT, account_id=account.pk, grant_id=only.pk)
    for _ in range(2):
        actions.grant(actor=chief, at=AT, account_id=account.pk, role="secretary", unit=town["甲一居民区"])
    assert verbs() == ["accounts.granted"]
    actions.end_grant(actor=chief, at=AT, account_id=account.pk, grant_id=only.pk)
    assert verbs() == ["accounts.granted", "accounts.grant_ended"]
    with pytest.raises(NotFound):
        actions.end_grant(actor=chief, at=AT, account_id=account.pk, grant_id=only.pk)


def test_a_name_and_a_person_have_one_account(town: Town) -> None:
    person = town.people["王伟"]
    assert open_as(town, "commander", "和风街道", "甲一居民区", person=person).person == person
    with pytest.raises(NameTaken):
        open_as(town, "commander", "和风街道", "甲一居民区")
    with pytest.raises(Conflict) as refused:
        open_as(town, "commander", "和风街道", "甲一居民区", person=person, username="other")
    assert refused.value.code == "person_has_account"
    with pytest.raises(NotFound):
        open_as(town, "commander", "东片区", "甲一居民区", person=town.people["李娜"], username="third")


@pytest.mark.parametrize(
    ("password", "reason"),
    [("short-1", "too_short"), ("password1234", "too_common"), ("13800138000", "entirely_numeric"), ("xinlaide-shuji", "too_similar")],
)
def test_weak_passwords_are_refused(town: Town, password: str, reason: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        open_as(town, "commander", "和风街道", "甲一居民区", username="xinlaide-shuji", password=password)
    assert f"password_{reason}" in refused.value.data["reasons"]
    assert open_as(town, "commander", "和风街道", "甲一居民区", username="xinlaide-shuji", password=PASSWORD).check_password(PASSWORD)


def test_a_closed_account_is_out_at_once_and_comes_back_as_it_was(town: Town) -> None:
    account, chief = made(town, ("secretary", "甲一居民区")), town.actor("commander")
    client = Client()
    assert client.post("/accounts/sign-in/", {"username": "someone", "password": PASSWORD}).status_code == 302
    assert client.get("/accounts/me/").status_code == 200
    actions.close_account(actor=chief, at=AT, account_id=account.pk)
    assert client.get("/accounts/me/").status_code == 302
    assert client.post("/accounts/sign-in/", {"username": "someone", "password": PASSWORD}).status_code == 200
    with pytest.raises(Conflict):
        actions.close_account(actor=chief, at=AT, account_id=account.pk)
    actions.reopen_account(actor=chief, at=AT, account_id=account.pk)
    assert Client().post("/accounts/sign-in/", {"username": "someone", "password": PASSWORD}).status_code == 302
    assert [verb for verb in verbs() if "sign" not in verb] == ["accounts.closed", "accounts.reopened"]


def test_a_reset_ends_sessions_unlocks_the_name_and_asks_for_a_password_of_ones_own(town: Town) -> None:
    account = made(town, ("secretary", "甲一居民区"))
    client = Client()
    client.post("/accounts/sign-in/", {"username": "someone", "password": PASSWORD})
    for _ in range(5):
        Client().post("/accounts/sign-in/", {"username": "someone", "password": "wrong"})
    assert AccessAttempt.objects.exists()
    fresh = actions.reset_password(actor=town.actor("commander"), at=AT, account_id=account.pk)
    assert client.get("/accounts/me/").status_code == 302
    answer = Client().post("/accounts/sign-in/", {"username": "someone", "password": fresh})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/me/")
    assert fresh not in "".join(map(str, JournalEntry.objects.values_list("data", "target")))

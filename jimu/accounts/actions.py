"""Writes of accounts. Whoever writes holds `accounts.manage` on all that the account holds, and it is not their own."""

from datetime import datetime

from axes.utils import reset as forget_failures
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jimu.accounts import queries, rules
from jimu.accounts.errors import AboveYou, LastGrant, NameTaken, OwnAccount, WeakPassword
from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import journal, locks
from jimu.core.errors import Conflict, NotFound, NotPermitted
from jimu.core.permissions import CONTACT, Actor
from jimu.grid.models import Unit
from jimu.people.models import Organisation, Person
from jimu.people.queries import RIGHT as SEES_PEOPLE
from jimu.people.queries import has


def open_account(
    *,
    actor: Actor,
    at: datetime,
    username: str,
    password: str,
    display_name: str,
    role: str,
    unit: Unit,
    person: Person | None = None,
    must_change: bool = False,
) -> Account:
    """Open an account with one role on one unit; `must_change` asks its owner for a password of their own.

    `person` is who signs in with it, where that is somebody of the registry. Raises NotPermitted for a unit outside the
    actor's part, NameTaken, Conflict for a person who has an account, NotFound for one out of sight, WeakPassword.
    """
    with transaction.atomic():
        locks.hold("accounts")
        actor.require(rules.RIGHT, unit.path)
        if person and not has(actor, SEES_PEOPLE, person):
            raise NotFound
        if Account.objects.filter(username=username).exists():
            raise NameTaken
        if person and Account.objects.filter(person=person).exists():
            raise Conflict(_("这个人已经有账号了。请到账号页里给那个账号授予职责。"), code="person_has_account")
        _check(password, Account(username=username, display_name=display_name))
        account = Account.objects.create_user(
            username=username, password=password, display_name=display_name, person=person, must_change=must_change
        )
        Grant.objects.create(account=account, role=role, unit=unit)
        _note(actor, at, "accounts.opened", account, unit.path, role=role)
    return account


def open_contact(*, actor: Actor, at: datetime, username: str, password: str, display_name: str, organisation: Organisation) -> Account:
    """Open an account that speaks for an organisation and holds no part of the grid. Raises NotPermitted, NameTaken, WeakPassword."""
    with transaction.atomic():
        locks.hold("accounts")
        if not queries.manages_all(actor):
            raise NotPermitted(right=rules.RIGHT)
        if Account.objects.filter(username=username).exists():
            raise NameTaken
        _check(password, Account(username=username, display_name=display_name))
        account = Account.objects.create_user(
            username=username, password=password, display_name=display_name, contact_of=organisation, must_change=True
        )
        _note(actor, at, "accounts.opened", account, actor.ground, role=CONTACT, organisation=str(organisation.pk))
    return account


def grant(*, actor: Actor, at: datetime, account_id: int, role: str, unit: Unit) -> Grant:
    """Give an account one more role on a unit of the actor's part; one that it has already stays as it is."""
    with transaction.atomic():
        account = _held(actor, account_id)
        actor.require(rules.RIGHT, unit.path)
        found, fresh = Grant.objects.get_or_create(account=account, role=role, unit=unit)
        if fresh:
            _note(actor, at, "accounts.granted", account, unit.path, role=role)
    return found


def end_grant(*, actor: Actor, at: datetime, account_id: int, grant_id: int) -> None:
    """Take a role back. Raises NotFound, LastGrant."""
    with transaction.atomic():
        account = _held(actor, account_id)
        found = Grant.objects.filter(pk=grant_id, account=account).select_related("unit").first()
        if found is None:
            raise NotFound
        if account.grants.count() == 1:
            raise LastGrant
        found.delete()
        _note(actor, at, "accounts.grant_ended", account, found.unit.path, role=found.role)


def reset_password(*, actor: Actor, at: datetime, account_id: int) -> str:
    """A fresh password, which nobody can read again; sessions end, failures are forgotten."""
    with transaction.atomic():
        account = _held(actor, account_id)
        password = rules.fresh_password()
        _set(account, password, must_change=True)
        forget_failures(username=account.username)
        _note(actor, at, "accounts.password_reset", account)
    return password


def change_password(*, actor: Actor, at: datetime, password: str) -> Account:
    """The actor's own new password; their other sessions end. Raises NotFound without an account, WeakPassword."""
    with transaction.atomic():
        if actor.account_id is None:
            raise NotFound
        account = Account.objects.select_for_update().filter(pk=actor.account_id, is_active=True).first()
        if account is None:
            raise NotFound
        _check(password, account)
        _set(account, password, must_change=False)
        _note(actor, at, "accounts.password_changed", account)
    return account


def close_account(*, actor: Actor, at: datetime, account_id: int) -> None:
    """End an account: its sessions and tokens stop at once, what it did stays in the journal. It may be reopened."""
    _switch(actor, at, account_id, active=False)


def reopen_account(*, actor: Actor, at: datetime, account_id: int) -> None:
    """Let a closed account sign in again, with the roles and the password that it had."""
    _switch(actor, at, account_id, active=True)


def note_sign(*, account: Account, at: datetime, verb: str) -> None:
    """Write a sign-in, a sign-out or a wrong password of an account into the journal."""
    _note(actor_of(account), at, verb, account)


def _switch(actor: Actor, at: datetime, account_id: int, *, active: bool) -> None:
    with transaction.atomic():
        account = _held(actor, account_id)
        if account.is_active == active:
            raise Conflict
        Account.objects.filter(pk=account.pk).update(is_active=active)
        _note(actor, at, "accounts.reopened" if active else "accounts.closed", account)


def _held(actor: Actor, account_id: int) -> Account:
    """The account, held until the transaction ends. Raises NotFound out of sight, OwnAccount, AboveYou."""
    locks.hold("accounts")
    account = queries.account_for(actor, account_id)
    if account.pk == actor.account_id:
        raise OwnAccount
    if not queries.may_change(actor, account):
        raise AboveYou
    return account


def _check(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise WeakPassword([found.code or "" for found in error.error_list]) from error


def _set(account: Account, password: str, *, must_change: bool) -> None:
    account.set_password(password)
    account.must_change = must_change
    account.save(update_fields=["password", "must_change"])


def _note(actor: Actor, at: datetime, verb: str, account: Account, scope: str | None = None, **data: str) -> None:
    where = actor_of(account).ground if scope is None else scope
    journal.record(actor=actor, at=at, verb=verb, target=f"account:{account.pk}", scope=where, data=data)

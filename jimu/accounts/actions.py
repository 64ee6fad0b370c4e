"""Writes of accounts."""

from datetime import datetime

from django.db import transaction

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import journal
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.people.models import Person


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
) -> Account:
    """Open an account with one role on one unit; an existing account of that name gains the role.

    `person` is who signs in with it, where that is somebody of the registry.
    """
    with transaction.atomic():
        actor.require("accounts.manage", unit.path)
        account = Account.objects.filter(username=username).first()
        if account is None:
            account = Account.objects.create_user(username=username, password=password, display_name=display_name, person=person)
        Grant.objects.get_or_create(account=account, role=role, unit=unit)
        journal.record(
            actor=actor, at=at, verb="accounts.opened", target=f"account:{account.pk}", scope=unit.path, data={"role": role}
        )
    return account


def note_sign(*, account: Account, at: datetime, verb: str) -> None:
    """Write a sign-in, a sign-out or a wrong password of an account into the journal."""
    actor = actor_of(account)
    journal.record(actor=actor, at=at, verb=verb, target=f"account:{account.pk}", scope=actor.ground)

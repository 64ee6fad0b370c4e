"""Reads of accounts: who an account is when it acts, and who tries to be one."""

from collections.abc import Iterable
from datetime import datetime

from axes.models import AccessAttempt
from django.db.models import Sum

from jimu.accounts.models import Account, Grant
from jimu.core.permissions import Actor, Granted
from jimu.grid.models import Unit


def actor_of(account: Account) -> Actor:
    """The actor that this account is now; grants follow the grid as it stands."""
    rows = Grant.objects.filter(account=account).values_list("role", "unit__path")
    granted = tuple(Granted(role=role, path=path) for role, path in rows)
    return Actor(
        account_id=account.pk, name=account.display_name or account.username, granted=granted, person_id=account.person_id
    )


def failures_from(address: str | None, since: datetime) -> int:
    """Failed sign-ins from one network address, whatever the user names."""
    rows = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return rows.aggregate(total=Sum("failures_since_start"))["total"] or 0


def account_named(username: str) -> Account | None:
    """The account that signs in under a name."""
    return Account.objects.filter(username=username).first() if len(username) <= 150 else None


def commanders_of(units: Iterable[Unit]) -> list[str]:
    """The names of open accounts that command one of the units itself, in the order in which they were opened."""
    rows = Grant.objects.filter(unit__in=list(units), role=Grant.Role.COMMANDER, account__is_active=True)
    return list(rows.order_by("account_id").values_list("account__display_name", flat=True))

"""Reads of accounts: who an account is when it acts."""

from jimu.accounts.models import Account, Grant
from jimu.core.permissions import Actor, Granted


def actor_of(account: Account) -> Actor:
    """The actor that this account is now; grants follow the grid as it stands."""
    rows = Grant.objects.filter(account=account).values_list("role", "unit__path")
    granted = tuple(Granted(role=role, path=path) for role, path in rows)
    return Actor(
        account_id=account.pk, name=account.display_name or account.username, granted=granted, person_id=account.person_id
    )

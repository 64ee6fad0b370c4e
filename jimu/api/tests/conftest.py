"""Two neighborhoods, their accounts, and callers of the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.api import actions
from jimu.core import clock
from jimu.grid.models import Unit


@pytest.fixture
def grid(db) -> dict[str, Unit]:
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    for name in ("甲", "乙"):
        details = {"kind": Unit.Kind.NEIGHBORHOOD, "name": f"{name}居民区", "short_name": name, "households": 900}
        Unit.objects.add_child(Unit.objects.get(pk=top.pk), details)
    return {unit.short_name: unit for unit in Unit.objects.all()}


@pytest.fixture
def account(grid) -> Callable[..., Account]:
    """An account with a role on a unit; without a role when none is named."""

    def open_account(role: str = "", unit: str = "和风") -> Account:
        name = f"user{Account.objects.count()}"
        made = Account.objects.create_user(username=name, password="long-enough-1", display_name=f"某{name}")
        if role:
            Grant.objects.create(account=made, role=role, unit=grid[unit])
        return made

    return open_account


@pytest.fixture
def token() -> Callable[..., str]:
    """The secret of a fresh token of an account."""

    def make(account: Account, *, read_only: bool = False, days: int = 90, ago: timedelta = timedelta(0)) -> str:
        _, secret = actions.make_token(
            actor=actor_of(account), at=clock.now() - ago, account_id=account.pk, name="大屏", days=days, read_only=read_only
        )
        return secret

    return make


@pytest.fixture
def program() -> Callable[[str], Client]:
    """A client that sends a token and checks CSRF as browsers must."""

    def bearing(secret: str) -> Client:
        headers: dict[str, Any] = {"authorization": f"Bearer {secret}"}
        return Client(enforce_csrf_checks=True, headers=headers)

    return bearing


@pytest.fixture
def browser() -> Callable[..., Client]:
    """A client with the session of an account."""

    def of(account: Account, **options: Any) -> Client:
        client = Client(**options)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return of

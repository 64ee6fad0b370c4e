"""Reads of tokens: those of an account, and the one that a secret opens."""

from datetime import datetime

from django.db.models import QuerySet

from jimu.api.models import ApiToken
from jimu.api.rules import digest_of


def live_tokens(account_id: int, at: datetime) -> "QuerySet[ApiToken]":
    """Tokens of an account that still open the door, newest first."""
    return ApiToken.objects.filter(account_id=account_id, revoked_at=None, expires_at__gt=at)


def token_of(secret: str, at: datetime) -> ApiToken | None:
    """The token of a secret with its account; None when unknown, expired, revoked or the account is closed."""
    found = ApiToken.objects.filter(digest=digest_of(secret), revoked_at=None, expires_at__gt=at, account__is_active=True)
    return found.select_related("account").first()

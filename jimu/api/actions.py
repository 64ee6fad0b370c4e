"""Writes of tokens."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.api.models import ApiToken
from jimu.api.queries import live_tokens
from jimu.api.rules import MOST_DAYS, MOST_TOKENS, digest_of, fresh_secret, hint_of, worth_noting
from jimu.core import journal, locks
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor


def make_token(
    *, actor: Actor, at: datetime, account_id: int, name: str, days: int, read_only: bool
) -> tuple[ApiToken, str]:
    """Make a token for the actor's own account; returns it with its secret, which nobody can read again.

    Raises NotFound for another's account, Invalid for a life that is too long or one token too many.
    """
    with transaction.atomic():
        locks.hold(f"tokens:{account_id}")
        _own(actor, account_id)
        if not 1 <= days <= MOST_DAYS:
            raise Invalid(_("有效期请填 1 到 %(most)s 天。") % {"most": MOST_DAYS})
        if live_tokens(account_id, at).count() >= MOST_TOKENS:
            raise Invalid(_("令牌太多了，请先停用不再使用的。"), code="too_many_tokens")
        secret = fresh_secret()
        token = ApiToken.objects.create(
            account_id=account_id, name=name, hint=hint_of(secret), digest=digest_of(secret), read_only=read_only,
            created_at=at, expires_at=at + timedelta(days=days),
        )  # fmt: skip
        data = {"name": name, "read_only": read_only, "days": days}
        journal.record(actor=actor, at=at, verb="api.token_made", target=f"token:{token.pk}", scope=_scope(account_id), data=data)
    return token, secret


def revoke_token(*, actor: Actor, at: datetime, token_id: UUID) -> None:
    """End a token of the actor's own account at once. Raises NotFound when there is none such alive."""
    with transaction.atomic():
        token = ApiToken.objects.filter(pk=token_id, revoked_at=None).first()
        if token is None:
            raise NotFound
        _own(actor, token.account_id)
        ApiToken.objects.filter(pk=token_id).update(revoked_at=at)
        journal.record(
            actor=actor, at=at, verb="api.token_revoked", target=f"token:{token_id}",
            scope=_scope(token.account_id), data={"name": token.name},
        )  # fmt: skip


def note_use(*, token: ApiToken, at: datetime) -> None:
    """Remember that a token is in use, at most once an hour."""
    if worth_noting(token.last_used_at, at):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def _own(actor: Actor, account_id: int) -> None:
    if not actor.is_system and actor.account_id != account_id:
        raise NotFound


def _scope(account_id: int) -> str:
    return actor_of(Account.objects.get(pk=account_id)).ground

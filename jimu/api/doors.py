"""Who asks the API: a token of an account in the Authorization header, or the session of its pages."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from jimu.accounts.queries import actor_of
from jimu.api import actions, queries
from jimu.api.errors import ReadOnlyToken, SignInNeeded
from jimu.core import clock

READING = ("GET", "HEAD", "OPTIONS")


class TokenAuth(HttpBearer):
    """`Authorization: Bearer jimu_…`: the account's own rights, only for reading unless the token says more."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The account of the token, which also becomes the request's user. Raises SignInNeeded, ReadOnlyToken."""
        at = clock.now()
        found = queries.token_of(token, at)
        if found is None:
            raise SignInNeeded
        if found.read_only and request.method not in READING:
            raise ReadOnlyToken
        actions.note_use(token=found, at=at)
        actor = actor_of(found.account)
        request.user = found.account
        # The journal tells a program from its owner.
        request.actor = replace(actor, name=f"{actor.name[:36]}（{found.name}）")  # type: ignore[attr-defined]
        return found.account


class SignedIn(SessionAuth):
    """The session cookie of a signed-in account, with Django's CSRF check."""

    def _get_key(self, request: HttpRequest) -> str | None:
        # A program without a token is asked to sign in; it has no page that could have expired.
        return super()._get_key(request) if request.user.is_authenticated else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The signed-in account, or None."""
        return request.user if request.user.is_authenticated else None

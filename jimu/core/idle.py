"""When a session ends: after hours without a hand on it, and in any case after a shift.

A passive view (one that a page calls by itself, such as a board that refreshes) neither keeps a session alive
nor is it cut off by idleness, so a screen on the wall goes on showing what it shows.
"""

import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

SINCE, SEEN = "signed_in_since", "seen"
# Writing the moment down more often would cost a write on every click.
NOTED_EVERY = 60


def spent(session: Mapping[str, Any], now: float) -> bool:
    """Whether a session has had its whole time, however busy."""
    return bool(now - session.get(SINCE, now) > settings.SESSION_COOKIE_AGE)


def idle(session: Mapping[str, Any], now: float) -> bool:
    """Whether nobody has had a hand on it for too long."""
    return bool(now - session.get(SEEN, now) > settings.JIMU_IDLE_SECONDS)


def note(session: MutableMapping[str, Any], now: float) -> None:
    """Remember that somebody is there."""
    if SINCE not in session:
        session[SINCE] = int(now)
    if now - session.get(SEEN, 0) >= NOTED_EVERY:
        session[SEEN] = int(now)


class IdleMiddleware:
    """Signs out who was away too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Judge the session when it is known which view is asked for."""
        if not request.user.is_authenticated:
            return
        session, now, passive = request.session, time.time(), getattr(view, "passive", False)
        if spent(session, now) or (not passive and idle(session, now)):
            logout(request)
            request.actor = None  # type: ignore[attr-defined]
            messages.info(request, _("太久没有操作，请重新登录。"))
        elif not passive:
            note(session, now)

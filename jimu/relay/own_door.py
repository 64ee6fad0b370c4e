"""The door of one's own pages: by account, or by the personal link of the brick `own`. Either way one acts as oneself.

A phone that opened its link keeps it in a cookie that scripts cannot read, so that a scanned code knows who stands there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.doors import ActorRequest, behind_link, page
from jimu.own.queries import DeadLink, holder_of

P = ParamSpec("P")
RIGHT = "relay.own"
COOKIE = "jimu_own_link"
KEPT_SECONDS = 30 * 86400
READ: tuple[str, ...] = ("GET", "HEAD")


class OwnRequest(ActorRequest):
    """A request of somebody about themselves; `base` is where their own pages begin."""

    base: str
    by_link: bool


def own_page(
    *, methods: tuple[str, ...] = READ, remembered: bool = False
) -> Callable[[Callable[Concatenate[OwnRequest, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Guard a view of one's own. `remembered` lets a phone in that opened its link before (for scanned codes)."""

    def guard(view: Callable[Concatenate[OwnRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
        signed_in = page(RIGHT, methods=methods)(view)  # type: ignore[arg-type]

        @require_http_methods(methods)
        @wraps(view)
        def guarded(request: OwnRequest, token: str = "", **kwargs: Any) -> HttpResponse:
            given = token or _remembered(request, remembered)
            if not given:
                request.base, request.by_link = reverse("relay:me"), False
                return signed_in(request, **kwargs)
            try:
                _person, request.actor = holder_of(given, clock.now())
            except DeadLink:
                if token:
                    raise
                return signed_in(request, **kwargs)
            request.base, request.by_link = reverse("relay:by_link:me", args=[given]), True
            return _private(view(request, **kwargs), given)  # type: ignore[call-arg]

        return guarded

    return guard


def _remembered(request: OwnRequest, wanted: bool) -> str:
    return request.COOKIES.get(COOKIE, "") if wanted and not request.user.is_authenticated else ""


def _private(answer: HttpResponse, token: str) -> HttpResponse:
    behind_link(answer)
    answer.set_cookie(
        COOKIE, token, max_age=KEPT_SECONDS, path="/relay/", httponly=True, samesite="Lax", secure=settings.BEHIND_TLS
    )
    return answer

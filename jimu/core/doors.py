"""The door of a page: signed in, the right named, the asker's actor at hand."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.views.decorators.http import require_http_methods

from jimu.core.permissions import Actor

P = ParamSpec("P")


class ActorRequest(HttpRequest):
    """A request of a signed-in account, with its actor."""

    actor: Actor
    htmx: Any


def page(
    right: str, *, methods: tuple[str, ...] = ("GET", "HEAD"), passive: bool = False
) -> Callable[[Callable[Concatenate[ActorRequest, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Guard a view: sign-in first, then the right somewhere (the query or action checks the part), then the method.

    `passive` is for what pages ask for by themselves: it does not keep a session alive, see core.idle.
    """

    def guard(view: Callable[Concatenate[ActorRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @require_http_methods(methods)
        @wraps(view)
        def guarded(request: ActorRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            request.actor.require(right)
            return view(request, *args, **kwargs)

        guarded.passive = passive  # type: ignore[attr-defined]
        return guarded

    return guard


def unlisted(answer: HttpResponse) -> HttpResponse:
    """A page for people without an account: nothing that somebody typed stays on a shared phone, no search engine lists it."""
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def behind_link(answer: HttpResponse, *, referrer: str = "same-origin") -> HttpResponse:
    """The same where the address is the key: no other site is told it."""
    answer["Referrer-Policy"] = referrer
    return unlisted(answer)


def _to_sign_in(request: ActorRequest) -> HttpResponse:
    """Ask to sign in: the whole page, also when only a part of it asked."""
    part = bool(getattr(request, "htmx", False))
    back = (request.htmx.current_url_abs_path or "/") if part else request.get_full_path()
    address = f"{resolve_url('accounts:sign_in')}?next={quote(back)}"
    if part:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)

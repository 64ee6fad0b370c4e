"""Puts the actor on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jimu.accounts.queries import actor_of


class ActorMiddleware:
    """`request.actor` is the signed-in account's actor, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = actor_of(user) if user.is_authenticated else None  # type: ignore[attr-defined]
        return self.get_response(request)

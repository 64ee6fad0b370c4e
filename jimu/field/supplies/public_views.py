"""Pages without an account: what one's own door got, and the published account of donations."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.doors import behind_link, unlisted
from jimu.core.errors import NotFound
from jimu.field.supplies import showing
from jimu.grid.models import Unit


@require_http_methods(["GET", "HEAD"])
def got(request: HttpRequest, token: str) -> HttpResponse:
    """What came to a door. Looking changes nothing."""
    try:
        room = showing.room_of(token)
    except NotFound as error:
        return behind_link(render(request, "supplies/outside_refused.html", {"error": error}, status=404))
    return behind_link(render(request, "supplies/got.html", {"room": room, "got": showing.got_by(room)}))


@require_http_methods(["GET", "HEAD"])
def given(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """A store's donations in sums."""
    unit = Unit.objects.filter(pk=unit_id, retired_at=None).first()
    if unit is None:
        return unlisted(render(request, "supplies/outside_refused.html", {"error": NotFound()}, status=404))
    return unlisted(render(request, "supplies/given.html", {"unit": unit, "gifts": showing.gifts(unit, clock.now()), "at": clock.now()}))

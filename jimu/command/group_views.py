"""The day of one's group, as a page and as a fragment that keeps itself fresh."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from jimu.command.group_queries import RIGHT, group_day
from jimu.core import clock
from jimu.core.doors import ActorRequest, page


@page(RIGHT)
def show(request: ActorRequest, team_id: UUID | None = None) -> HttpResponse:
    """Of all the teams that one leads, or of one of them."""
    return _day(request, "command/group.html", team_id)


@page(RIGHT, passive=True)
def fragment(request: ActorRequest, team_id: UUID | None = None) -> HttpResponse:
    """The same, read again every minute."""
    return _day(request, "command/_group.html", team_id)


def _day(request: ActorRequest, template: str, team_id: UUID | None) -> HttpResponse:
    at = clock.now()
    day = group_day(request.actor, at, team_id)
    return render(request, template, {"day": day, "team_id": team_id, "opened": request.GET.get("open", ""), "at": at})

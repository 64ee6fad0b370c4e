"""What to do next, as a page of its own and as a fragment that keeps itself fresh."""

from django.http import HttpResponse
from django.shortcuts import render

from jimu.command.next_queries import RIGHT, next_up
from jimu.core import clock
from jimu.core.doors import ActorRequest, page


@page(RIGHT)
def show(request: ActorRequest) -> HttpResponse:
    """The list."""
    at = clock.now()
    return render(request, "command/next.html", {"next": next_up(request.actor, at), "at": at})


@page(RIGHT, passive=True)
def fragment(request: ActorRequest) -> HttpResponse:
    """The same list as a fragment, read again every minute."""
    at = clock.now()
    return render(request, "command/_next.html", {"next": next_up(request.actor, at), "at": at})

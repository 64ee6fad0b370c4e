"""The first page of those who lead a building or a block, and of members."""

from django.http import HttpResponse
from django.shortcuts import render

from jimu.command.mine_queries import RIGHT, mine
from jimu.command.next_queries import next_up
from jimu.command.progress_queries import progress
from jimu.core import clock
from jimu.core.doors import ActorRequest, page


@page(RIGHT)
def mine_page(request: ActorRequest) -> HttpResponse:
    """My cell, my shifts, whom to call."""
    at = clock.now()
    found = mine(request.actor, at)
    context = {"mine": found, "next": next_up(request.actor, at), "progress": progress(request.actor, [cell.unit for cell in found.cells])}
    return render(request, "command/mine.html", context)

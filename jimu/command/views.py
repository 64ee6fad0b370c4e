"""Thin pages of the board."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from jimu.command.faces import WORDS, context
from jimu.command.queries import RIGHT, board
from jimu.command.unit_queries import drawer
from jimu.core import clock
from jimu.core.doors import ActorRequest, page


def _drawer(request: ActorRequest, unit_id: UUID) -> dict[str, Any]:
    found = drawer(request.actor, unit_id, clock.now())
    return {"drawer": found, "word": WORDS[found.status]}


def _asked_unit(request: ActorRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("unit", ""))
    except ValueError:
        return None


@page(RIGHT)
def show(request: ActorRequest) -> HttpResponse:
    """The board; `?unit=` opens a neighborhood, `?wall=1` is for a screen on the wall."""
    wall = bool(request.GET.get("wall"))
    found = board(request.actor, clock.now())
    shown = context(found, wall=wall)
    # Who has one neighborhood wants to see into it.
    own = found.places[0].unit.pk if len(found.places) == 1 and not found.step else None
    unit_id = _asked_unit(request) or own
    if unit_id and not wall:
        shown |= _drawer(request, unit_id)
    return render(request, "command/wall.html" if wall else "command/board.html", shown)


@page(RIGHT, passive=True)
def live(request: ActorRequest) -> HttpResponse:
    """What changes on the board, as a fragment."""
    shown = context(board(request.actor, clock.now()), wall=bool(request.GET.get("wall")))
    return render(request, "command/_live.html", shown)


@page(RIGHT)
def unit(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """A neighborhood's drawer, as a fragment."""
    return render(request, "command/_drawer.html", _drawer(request, unit_id))

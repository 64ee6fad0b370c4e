"""What the roster adds to the pages of a person and of a unit."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.grid.queries import unit_for
from jimu.people.queries import person_for
from jimu.roster.duty_queries import duties_of, today_at


@page("roster.view")
def person_panel(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The coming and recent shifts of a person, a fragment."""
    person = person_for(request.actor, person_id)
    at = clock.now()
    return render(request, "roster/person_panel.html", {"duties": duties_of(person.pk, at, reader=request.actor), "at": at})


@page("roster.view")
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """How today's shifts of a unit stand, a fragment."""
    unit = unit_for(request.actor, unit_id, "roster.view")
    return render(request, "roster/unit_panel.html", {"unit": unit, "today": today_at(request.actor, unit, clock.now())})

"""The roll call: who should be at the posts of one neighborhood now, and who is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock, live
from jimu.core.doors import ActorRequest, page
from jimu.roster import actions, first_shift, forms, roll_queries
from jimu.roster.views import filled_in


@page("attendance.mark")
def choose(request: ActorRequest) -> HttpResponse:
    """The neighborhoods whose roll the reader calls; straight to it when there is one."""
    places = roll_queries.places(request.actor, clock.now())
    if len(places) == 1:
        return redirect("roster:roll", unit_id=places[0].unit_id)
    return render(request, "roster/roll_choose.html", {"places": places})


@page("attendance.mark")
def roll(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Who should be here now and next."""
    topic = f"roll:{unit_id}"
    version = live.versions([topic])[topic]
    called = roll_queries.roll(request.actor, unit_id, clock.now())
    fragment = request.htmx and not request.htmx.boosted
    return render(
        request, "roster/_roll.html" if fragment else "roster/roll.html", {"roll": called, "version": version}
    )


@page("attendance.mark", methods=("POST",))
def mark(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """Record that somebody arrived, left or did not come."""
    given = filled_in(forms.MarkForm(request.POST))["mark"]
    made = actions.mark(actor=request.actor, at=clock.now(), assignment_id=assignment_id, mark=given)
    seat = roll_queries.seat(request.actor, made.assignment_id)
    if request.htmx:
        return render(request, "roster/_roll_person.html", {"seat": seat})
    return redirect("roster:roll", unit_id=seat.assignment.shift.unit_id)


@page("attendance.mark", methods=("POST",))
def sign_off(request: ActorRequest, assignment_id: UUID) -> HttpResponse:
    """The first shift went well, as the veteran beside them saw."""
    given = filled_in(forms.SignOffForm(request.POST))["supervisor"]
    seat = first_shift.sign_off(actor=request.actor, at=clock.now(), assignment_id=assignment_id, supervisor_id=given)
    messages.success(request, _("{name}首班合格，以后可以独立上岗。").format(name=seat.person.name))
    return redirect("roster:roll", unit_id=seat.shift.unit_id)

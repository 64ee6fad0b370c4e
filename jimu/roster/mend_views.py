"""Fill what stands open with the least change: looked at first, done in one step, taken back in one."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.roster import actions, forms, mend_actions, mending, queries
from jimu.roster.views import filled_in


@page("roster.edit")
def look(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """The page at once; what would be done comes as soon as it is found."""
    roster = queries.roster_for(request.actor, roster_id, "roster.edit")
    return render(request, "roster/mend.html", {"roster": roster})


@page("roster.edit")
def found(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """What would be done: a fragment of the page, or a page of its own."""
    roster = queries.roster_for(request.actor, roster_id, "roster.edit")
    proposal = mending.propose(request.actor, roster, clock.now())
    context = {"roster": roster, "proposal": proposal, "token": mend_actions.token_of(proposal)}
    return render(request, "roster/_mend.html" if request.htmx else "roster/mend.html", context)


@page("roster.edit", methods=("POST",))
def mend(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """Do what was looked at."""
    token = filled_in(forms.MendForm(request.POST))["token"]
    edit = actions.mend(actor=request.actor, at=clock.now(), roster_id=roster_id, token=token)
    roster = queries.roster_for(request.actor, roster_id, "roster.edit")
    return render(request, "roster/mend.html", {"roster": roster, "done": edit})

"""Thin pages of allotments."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.teams import allotment_actions, allotment_queries
from jimu.teams.allotting import Weights
from jimu.teams.forms import AdjustForm, VersionForm, WeightsForm


@page("teams.view")
def board(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Before and after for each neighborhood, the weights, why each person goes there."""
    found = allotment_queries.board_for(request.actor, incident_id, clock.today())
    weights = found.shown.weights if found.shown else Weights()
    context = {
        "board": found, "incident": found.incident, "picture": found.shown, "form": WeightsForm.of(weights),
        "elsewhere": allotment_queries.seats_elsewhere(incident_id, clock.now()) if found.current and request.actor.may("teams.allot", found.incident.scope) else [],
    }  # fmt: skip
    return render(request, "teams/allotment.html", context)


@page("teams.allot")
def trial(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """What the sliders would give; a fragment."""
    weights = WeightsForm.checked(request.GET)
    found = allotment_queries.trial_for(request.actor, incident_id, weights, clock.now(), clock.today())
    return render(request, "teams/_allotment.html", {"board": found, "incident": found.incident, "picture": found.shown, "trial": True})


@page("teams.allot", methods=("POST",))
def propose(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Keep what the sliders give as the proposal."""
    weights, keep = WeightsForm.checked(request.POST), request.POST.get("keep_hand") == "1"
    allotment_actions.propose(actor=request.actor, at=clock.now(), incident_id=incident_id, weights=weights, keep_hand=keep)
    messages.success(request, _("建议已保存。看过、调过，再让它生效。"))
    return redirect("teams:allotment", incident_id=incident_id)


@page("teams.allot", methods=("POST",))
def put_in_force(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    """It holds from now on."""
    version = VersionForm.checked(request.POST)
    found = allotment_actions.put_in_force(actor=request.actor, at=clock.now(), allotment_id=allotment_id, version=version)
    messages.success(request, _("分派已生效。组队和新的排班都按它来；已发布的班表不变。"))
    return redirect("teams:allotment", incident_id=found.incident_id)


@page("teams.allot", methods=("POST",))
def end(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    """Drop a proposal, or end what is in force."""
    found = allotment_actions.end(actor=request.actor, at=clock.now(), allotment_id=allotment_id)
    messages.success(request, _("已停用。需要时可重新测算。"))
    return redirect("teams:allotment", incident_id=found.incident_id)


@page("teams.allot", methods=("POST",))
def release_seats(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Free the seats of people who are now allotted elsewhere."""
    freed = allotment_actions.release_seats(actor=request.actor, at=clock.now(), incident_id=incident_id)
    messages.success(request, _("空出 {n} 个席位。到队伍页为它们找人。").format(n=freed))
    return redirect("teams:allotment", incident_id=incident_id)


@page("teams.allot", methods=("GET", "HEAD", "POST"))
def adjust(request: ActorRequest, allotment_id: UUID, person_id: UUID) -> HttpResponse:
    """Where else one person could go and what it costs; the move."""
    if request.method == "POST":
        given = AdjustForm.checked(request.POST)
        row, rise = allotment_actions.adjust(actor=request.actor, at=clock.now(), allotment_id=allotment_id, person_id=person_id, **given)
        messages.success(request, _("已调整，代价 {rise}。").format(rise=f"{rise:+.1f}"))
        return redirect("teams:allotment", incident_id=row.allotment.incident_id)
    found, member, places = allotment_queries.places_for(request.actor, allotment_id, person_id, clock.today())
    return render(request, "teams/allotment_person.html", {"allotment": found, "member": member, "places": places})


@page("teams.view")
def sheet(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    """The allotment to print: who serves where."""
    incident, picture = allotment_queries.allotment_for(request.actor, allotment_id, clock.today())
    return render(request, "teams/allotment_sheet.html", {"incident": incident, "picture": picture, "at": clock.now()})

"""Pages of rest and of the way home."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.relay import fatigue, forms, seats, standing_down
from jimu.relay.forms import filled_in


@page(seats.DECIDE)
def rest(request: ActorRequest) -> HttpResponse:
    """Who must rest, by person and by team."""
    found = fatigue.ranked(request.actor, clock.now())
    context = {
        "loads": found[: fatigue.LISTED], "teams": fatigue.teams_of(found)[:20], "must": sum(one.must_rest for one in found),
        "total": len(found), "today": clock.today(),
    }  # fmt: skip
    return render(request, "relay/rest.html", context)


@page("relay.approve", methods=("POST",))
def approve(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Answer by name for asking somebody who must rest."""
    given = filled_in(forms.ApproveForm(request.POST))
    fatigue.approve(actor=request.actor, at=clock.now(), person_id=person_id, **given)
    messages.success(request, _("已记下由您批准。休息的硬规定仍然有效。"))
    return redirect("relay:rest")


@page(standing_down.RIGHT)
def stand_downs(request: ActorRequest) -> HttpResponse:
    """Incidents that ended, and how far their way home is."""
    return render(request, "relay/stand_downs.html", {"records": standing_down.ended_for(request.actor)})


@page(standing_down.RIGHT)
def stand_down(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """What is left of one incident."""
    return render(request, "relay/stand_down.html", {"left": standing_down.remains(request.actor, incident_id)})


@page(standing_down.RIGHT, methods=("POST",))
def close(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Release everybody with thanks."""
    given = filled_in(forms.CloseForm(request.POST))
    standing_down.close(actor=request.actor, at=clock.now(), incident_id=incident_id, **given)
    messages.success(request, _("已收队。服务证明正在开，大家在“我的班”里看得到。"))
    return redirect("relay:stand_down", incident_id=incident_id)

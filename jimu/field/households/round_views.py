"""Thin pages of survey rounds."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import NotFound
from jimu.core.ids import new_id
from jimu.field.households import form_joining, round_actions, round_queries
from jimu.field.households.form_queries import offered_at
from jimu.field.households.forms import KnockForm, RoundForm
from jimu.field.households.models import Visit
from jimu.field.households.queries import place_for
from jimu.grid.models import Unit


@page("households.edit", methods=("POST",))
def open_round(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Begin a round."""
    given = RoundForm.checked(request.POST, offered_at(place_for(request.actor, unit_id, (Unit.Kind.BLOCK, Unit.Kind.BUILDING))))
    made = round_actions.open_round(actor=request.actor, at=clock.now(), unit_id=unit_id, **given)
    messages.success(request, _("入户开始了，每对有自己的路线。"))
    return redirect("households:round", round_id=made.pk)


@page("households.record")
def show(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """A round: each pair's part and how far it is."""
    found = round_queries.round_for(request.actor, round_id)
    doubled = [room for room in form_joining.doubled(found) if request.actor.may(round_queries.RECORD, room.building.path)] if found.form_id else []
    shares = round_queries.shares_for(request.actor, found)
    shown = {"shares": shares, "total": round_queries.sum_of(shares), "whole": request.actor.may(round_queries.RECORD, found.unit.path)}
    return render(request, "households/round.html", {"found": found, "doubled": doubled, **shown})


@page("households.record", methods=("GET", "HEAD", "POST"))
def pair(request: ActorRequest, round_id: UUID, number: int) -> HttpResponse:
    """A pair's next doors; a posted knock goes on to the next one."""
    found = round_queries.round_for(request.actor, round_id)
    if not 1 <= number <= found.pairs:
        raise NotFound
    if request.method == "POST":
        told = round_actions.Knock(new_id(), found.pk, at=clock.now(), **KnockForm.checked(request.POST))
        round_actions.knock(actor=request.actor, told=told)
        return redirect("households:pair", round_id=round_id, number=number)
    share = next((one for one in round_queries.shares_for(request.actor, found) if one.number == number), None)
    if share is None:
        raise NotFound
    return render(request, "households/pair.html", {"found": found, "share": share, "results": Visit.Result.choices})


@page("households.edit", methods=("POST",))
def close(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """End a round."""
    found = round_actions.close_round(actor=request.actor, at=clock.now(), round_id=round_id)
    messages.success(request, _("这一轮入户结束了。"))
    return redirect("households:place", unit_id=found.unit_id)

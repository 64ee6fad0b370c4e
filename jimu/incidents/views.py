"""Thin pages of incidents."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import visible
from jimu.grid.models import Unit
from jimu.incidents import actions, queries
from jimu.incidents.forms import ActivateForm, AdjustForm, ConfirmForm, ProlongForm, ReasonForm


@page("incidents.view")
def index(request: ActorRequest) -> HttpResponse:
    """Responses under way and those that ended."""
    incidents = list(queries.incidents_for(request.actor)[:100])
    return render(request, "incidents/index.html", {"incidents": incidents, "units": Unit.objects.exists()})


@page("incidents.activate")
def new(request: ActorRequest) -> HttpResponse:
    """Choose a playbook, a level and a place; see what it would do."""
    asked = request.GET if "choice" in request.GET else None
    form = ActivateForm(asked, actor=request.actor, initial={"choice": f"{request.GET.get('playbook', '')}/lockdown"})
    context: dict[str, object] = {"form": form}
    if asked is not None and form.is_valid():
        plan = actions.preview(actor=request.actor, at=clock.now(), **form.words())
        context["plan"] = plan
        context["confirm"] = ConfirmForm(
            actor=request.actor,
            initial={**form.cleaned_data, "legal_basis": plan.playbook.legal_basis, "ends_on": plan.ends_on.isoformat()},
        )
    return render(request, "incidents/new.html", context)


@page("incidents.activate", methods=("POST",))
def activate(request: ActorRequest) -> HttpResponse:
    """Do it."""
    form = ConfirmForm(request.POST, actor=request.actor)
    if not form.is_valid():
        raise Invalid(_("请填写依据和结束日期。"))
    incident = actions.activate(actor=request.actor, at=clock.now(), **form.words())
    messages.success(request, _("已启动。下一步：为这次响应排班。"))
    return redirect("incidents:incident", incident_id=incident.pk)


@page("incidents.view")
def incident(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """One response: what it means, its posts, what happened."""
    found = queries.incident_for(request.actor, "incidents.view", incident_id)
    context = {
        "incident": found,
        "cells": queries.posts_by_unit(request.actor, found),
        "totals": queries.totals(found),
        "events": queries.events_of(found),
        "stand_down": ReasonForm(),
        "prolong": ProlongForm(initial={"ends_on": found.ends_on.isoformat()}),
    }
    return render(request, "incidents/incident.html", context)


@page("incidents.activate", methods=("POST",))
def stand_down(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """End it."""
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.stand_down(actor=request.actor, at=clock.now(), incident_id=incident_id, reason=reason)
    messages.success(request, _("已解除。记录都保留着。"))
    return redirect("incidents:incident", incident_id=incident_id)


@page("incidents.activate", methods=("POST",))
def prolong(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Another end."""
    form = ProlongForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请填写新的结束日期和理由。"))
    actions.prolong(actor=request.actor, at=clock.now(), incident_id=incident_id, **form.cleaned_data)
    messages.success(request, _("结束日期已更改。"))
    return redirect("incidents:incident", incident_id=incident_id)


@page("incidents.activate", methods=("POST",))
def adjust(request: ActorRequest, post_id: UUID) -> HttpResponse:
    """Another headcount of one post."""
    form = AdjustForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请填写 0 到 500 之间的人数和调整理由。"))
    post = actions.adjust_post(actor=request.actor, at=clock.now(), post_id=post_id, **form.cleaned_data)
    messages.success(request, _("人数已调整，下次排班按新的人数。"))
    return redirect("incidents:incident", incident_id=post.incident_id)


@page("incidents.view")
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """What is under way in one unit; a fragment of the unit's page."""
    unit = Unit.objects.filter(visible(request.actor, "incidents.view"), pk=unit_id).first()
    if unit is None:
        raise NotFound
    return render(request, "incidents/unit_panel.html", {"incidents": queries.active_in(unit)})

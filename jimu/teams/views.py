"""Thin pages of teams."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.incidents.queries import incident_for
from jimu.teams import actions, drawing, forming, queries
from jimu.teams.forms import ClaimForm, SeatPersonForm
from jimu.teams.queries import TeamView

LEAD_SIDE = "街道领导"


def _hexagon(view: TeamView | None) -> drawing.Hexagon | None:
    if view is None:
        return None
    sits = view.leader.membership if view.leader else None
    return drawing.hexagon(view.sides, lead=LEAD_SIDE, leader=sits.person.name if sits else "")


@page("teams.view")
def index(request: ActorRequest) -> HttpResponse:
    """Every neighborhood's hexagon, and what is still open."""
    groups = []
    for incident in queries.incidents_with_teams(request.actor):
        cells = [(cell, _hexagon(cell.hexagon)) for cell in queries.cells_with_teams(request.actor, incident)]
        totals = {name: sum(getattr(cell, name) for cell, _ in cells) for name in ("teams", "seats", "filled", "missing", "confirmed")}
        groups.append({"incident": incident, "cells": cells, "totals": totals})
    return render(request, "teams/index.html", {"groups": groups})


@page("teams.form", methods=("POST",))
def form(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """Form all teams in the background, and watch."""
    job = forming.enqueue_forming(actor=request.actor, at=clock.now(), incident_id=incident_id)
    return redirect("teams:forming", incident_id=incident_id, job_id=job.pk)


@page("teams.form")
def watch(request: ActorRequest, incident_id: UUID, job_id: UUID) -> HttpResponse:
    """How far forming is."""
    incident = incident_for(request.actor, "incidents.view", incident_id)
    return render(request, "teams/forming.html", {"incident": incident, "job": queries.job_of(incident, job_id)})


@page("teams.view")
def cell(request: ActorRequest, incident_id: UUID, unit_id: UUID) -> HttpResponse:
    """One neighborhood's teams."""
    incident, unit = incident_for(request.actor, "incidents.view", incident_id), unit_for(request.actor, unit_id, "teams.view")
    views = queries.teams_of(request.actor, incident, under=unit.path)
    first = next((view for view in views if view.team.shape == "hexagon"), None)
    context = {
        "incident": incident, "unit": unit, "hexagon": _hexagon(first), "hexagon_team": first,
        "branch": next((view for view in views if view.team.shape == "branch"), None),
        "views": [view for view in views if view is not first],
        "waiting": sum(view.team.state == "proposed" for view in views),
    }  # fmt: skip
    return render(request, "teams/cell.html", context)


@page("teams.form", methods=("POST",))
def confirm_cell(request: ActorRequest, incident_id: UUID, unit_id: UUID) -> HttpResponse:
    """All teams of a neighborhood stand."""
    done, left = actions.confirm_cell(actor=request.actor, at=clock.now(), incident_id=incident_id, unit_id=unit_id)
    messages.success(request, _("已确认 {n} 支队伍。").format(n=done))
    if left:
        messages.warning(request, _("还有 {n} 支没有带头的人，先定人再确认。").format(n=left))
    return redirect("teams:cell", incident_id=incident_id, unit_id=unit_id)


@page("teams.view")
def team(request: ActorRequest, team_id: UUID) -> HttpResponse:
    """One team: its seats, who sits there and why, what is missing."""
    view = queries.team_for(request.actor, team_id)
    return render(request, "teams/team.html", {"view": view, "hexagon": _hexagon(view) if view.team.shape == "hexagon" else None})


@page("teams.view")
def order(request: ActorRequest, team_id: UUID) -> HttpResponse:
    """The team order, and a card for each member, to print."""
    return render(request, "teams/order.html", {"view": queries.team_for(request.actor, team_id), "at": clock.now()})


@page("teams.form")
def choices(request: ActorRequest, seat_id: UUID) -> HttpResponse:
    """People for one seat, best first, or by name."""
    words = request.GET.get("q", "")
    seat, found = queries.choices_for(request.actor, seat_id, clock.now(), words=words)
    return render(request, "teams/choices.html", {"seat": seat, "choices": found, "words": words})


@page("teams.form", methods=("POST",))
def claim(request: ActorRequest, seat_id: UUID) -> HttpResponse:
    """Put somebody on a seat."""
    given = ClaimForm.checked(request.POST)
    membership = actions.claim(actor=request.actor, at=clock.now(), seat_id=seat_id, **given)
    messages.success(request, _("{name}已安排到{seat}。").format(name=membership.person.name, seat=membership.seat.title))
    return redirect("teams:team", team_id=membership.team_id)


@page("teams.form", methods=("POST",))
def release(request: ActorRequest, team_id: UUID) -> HttpResponse:
    """Take somebody off a seat."""
    actions.release(actor=request.actor, at=clock.now(), seat_id=SeatPersonForm.checked(request.POST))
    messages.success(request, _("席位已空出。"))
    return redirect("teams:team", team_id=team_id)


@page("teams.form", methods=("POST",))
def confirm(request: ActorRequest, team_id: UUID) -> HttpResponse:
    """The proposal stands."""
    actions.confirm(actor=request.actor, at=clock.now(), team_id=team_id)
    messages.success(request, _("队伍已确认。下一步：打印派工单，把人拉进群。"))
    return redirect("teams:team", team_id=team_id)


@page("teams.form", methods=("POST",))
def channel(request: ActorRequest, team_id: UUID) -> HttpResponse:
    """Its chat group is open, or not."""
    actions.set_channel(actor=request.actor, at=clock.now(), team_id=team_id, is_open=request.POST.get("open") == "1")
    return redirect("teams:team", team_id=team_id)


@page("teams.form", methods=("POST",))
def dissolve(request: ActorRequest, team_id: UUID) -> HttpResponse:
    """End a team."""
    found = actions.dissolve(actor=request.actor, at=clock.now(), team_id=team_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("已解散，人都空出来了。"))
    return redirect("teams:index") if found.unit_id is None else redirect("teams:cell", incident_id=found.incident_id, unit_id=_home(found.unit))


def _home(unit: Unit) -> UUID:
    home: UUID = Unit.objects.get_parent(unit).pk if unit.kind == Unit.Kind.BLOCK else unit.pk
    return home


@page("teams.view")
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Teams of one unit; a fragment of the unit's page."""
    unit = unit_for(request.actor, unit_id, "teams.view")
    found = [(incident, queries.teams_of(request.actor, incident, under=unit.path)) for incident in queries.incidents_with_teams(request.actor)]
    return render(request, "teams/unit_panel.html", {"unit": unit, "groups": [(i, views) for i, views in found if views]})

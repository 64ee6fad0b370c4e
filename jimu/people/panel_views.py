"""The people of one unit: who leads it, who stands in, how many there are; appointing."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.people import leader_actions, leader_queries
from jimu.people.forms import AppointForm
from jimu.people.models import UnitLeader
from jimu.people.queries import has


def _panel(request: ActorRequest, unit: Unit, notice: str = "") -> HttpResponse:
    held = leader_queries.leadership(unit)
    rows = [row for row in [held.leader, *held.deputies] if row is not None]
    context = {
        "unit": unit, "held": held, "kinds": leader_queries.kinds_in(unit), "notice": notice,
        "missing": leader_queries.missing_words(unit),
        "open": {row.person_id for row in rows if has(request.actor, "people.view", row.person)},
        "unreachable": {row.pk for row in rows if not leader_queries.can_be_reached(row.person)},
        "can_appoint": request.actor.may("people.appoint", unit.path) and unit.retired_at is None,
    }  # fmt: skip
    return render(request, "people/unit_panel.html", context)


@page("people.view")
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """A fragment of the unit's page."""
    unit = unit_for(request.actor, unit_id, "people.view")
    return _panel(request, unit)


@page("people.appoint", methods=("POST",))
def choose(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """People who could lead a unit; the words are posted because they may be a phone number."""
    unit = unit_for(request.actor, unit_id, "people.appoint")
    typed = request.POST.get("q", "")[:60]
    held = leader_queries.leadership(unit)
    context = {"unit": unit, "found": leader_queries.candidates(request.actor, unit, typed), "held": held, "roles": UnitLeader.Role, "typed": bool(typed.strip())}
    return render(request, "people/_candidates.html", context)


@page("people.appoint", methods=("POST",))
def appoint(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Appoint one person."""
    form = AppointForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请先选人，再选负责人或副手。"))
    given = dict(form.cleaned_data)
    row = leader_actions.name_leader(actor=request.actor, at=clock.now(), unit_id=unit_id, person_id=given.pop("person"), **given)
    return _answer(request, unit_id, _("已任命{name}。").format(name=row.person.name))


@page("people.appoint", methods=("POST",))
def relieve(request: ActorRequest, unit_id: UUID, row_id: int) -> HttpResponse:
    """End one term."""
    row = leader_actions.end_leadership(actor=request.actor, at=clock.now(), unit_id=unit_id, row_id=row_id)
    return _answer(request, unit_id, _("{name}的任职已结束。").format(name=row.person.name))


def _answer(request: ActorRequest, unit_id: UUID, notice: str) -> HttpResponse:
    if request.htmx:
        return _panel(request, unit_for(request.actor, unit_id), notice)
    return redirect("grid:unit", unit_id=unit_id)


@page("people.call", methods=("POST",))
def call(request: ActorRequest, row_id: int) -> HttpResponse:
    """The number of somebody who leads in the reader's chain; shown once, kept nowhere, on record."""
    number = leader_actions.call(actor=request.actor, at=clock.now(), row_id=row_id)
    template = "people/_revealed.html" if request.htmx else "people/revealed.html"
    response = render(request, template, {"number": number, "field": "phone", "back": reverse("home")})
    response["Cache-Control"] = "no-store"
    return response

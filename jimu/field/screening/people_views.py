"""Pages of people: who is not tested yet, who is visited, printed codes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page, unlisted
from jimu.core.errors import NotFound
from jimu.core.ids import new_id
from jimu.field.screening import calling, printing, queries, untested
from jimu.field.screening.calling import Missing
from jimu.field.screening.forms import ExcuseForm
from jimu.field.screening.models import Round
from jimu.field.screening.words import REASONS
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for


@page(queries.VIEW)
def left(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """Buildings of one's part, those with most people left first."""
    found = queries.round_for(request.actor, round_id, queries.VIEW)
    lines, total = untested.buildings_of(request.actor, found)
    return render(request, "screening/left.html", {"found": found, "lines": lines, "total": total})


def _building(request: ActorRequest, round_id: UUID, unit_id: UUID) -> tuple[Round, Unit]:
    found, building = queries.round_for(request.actor, round_id, queries.VIEW), unit_for(request.actor, unit_id)
    inside = building.path.startswith(found.unit.path)
    if building.kind != Unit.Kind.BUILDING or not inside or not request.actor.may(queries.VIEW, building.path):
        raise NotFound
    return found, building


@page(queries.VIEW)
def building(request: ActorRequest, round_id: UUID, unit_id: UUID) -> HttpResponse:
    """Who is left in one building, by entrance and door, and its floor plan."""
    found, house = _building(request, round_id, unit_id)
    visits = request.GET.get("visits") == "1"
    shown = untested.building_page(request.actor, found, house, visits_only=visits)
    floors = [
        (entrance, [(floor, [(cell, untested.tone(cell, shown.cells), shown.cells.get(cell.room_id, (0, 0))) for cell in cells]) for floor, cells in floors])
        for entrance, floors in shown.plan.entrances
    ]  # fmt: skip
    context = {"found": found, "shown": shown, "floors": floors, "reasons": REASONS, "visits": visits, "can_work": request.actor.may(queries.WORK, house.path)}
    return unlisted(render(request, "screening/building.html", context))


@page(queries.WORK, methods=("POST",))
def excuse(request: ActorRequest, round_id: UUID, unit_id: UUID) -> HttpResponse:
    """Why somebody is not tested."""
    d = ExcuseForm.of(request.POST)
    calling.excuse(actor=request.actor, told=Missing(new_id(), round_id, d["resident"], d["reason"], clock.now(), d["note"]))
    messages.success(request, _("记下了。"))
    return redirect(f"{reverse('screening:building', args=[round_id, unit_id])}{'?visits=1' if request.POST.get('visits') else ''}")


@page(queries.VIEW)
def codes(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Codes of a building to print and cut out."""
    house = unit_for(request.actor, unit_id, queries.VIEW)
    if house.kind != Unit.Kind.BUILDING:
        raise NotFound
    who = request.GET.get("who", printing.NO_PHONE)
    slips = printing.slips(actor=request.actor, at=clock.now(), building=house, who=who)
    choices = ((printing.NO_PHONE, _("没有登记手机的")), (printing.EVERYBODY, _("每个人")), (printing.HOUSEHOLDS, _("一户一张")))
    return unlisted(render(request, "screening/codes.html", {"building": house, "slips": slips, "who": who, "choices": choices}))

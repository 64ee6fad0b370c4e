"""Thin pages of the grid."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.core.panels import unit_panels
from jimu.grid import actions, queries, tree_actions, unit_queries
from jimu.grid.forms import CreateForm, FactsForm, MoveForm, NamingForm, RetireForm
from jimu.grid.models import Unit


@page("grid.view")
def index(request: ActorRequest) -> HttpResponse:
    """The reader's part of the grid, drawn; or what they search for."""
    words = request.GET.get("q", "").strip()[:60]
    if words:
        return render(request, "grid/index.html", {"q": words, "found": queries.search(request.actor, words)})
    shown = queries.overview(request.actor, alarming=request.GET.get("only") == "alarms")
    if shown.only is not None:
        return redirect("grid:unit", unit_id=shown.only.pk)
    return render(request, "grid/index.html", {"shown": shown, "only": request.GET.get("only", "")})


@page("grid.view")
def unit(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """One unit: where it stands, its facts, what stands in it, what other bricks say of it."""
    found = queries.unit_for(request.actor, unit_id)
    context = {
        "unit": found,
        "trail": queries.trail(request.actor, found),
        "facts": unit_queries.facts_of(found),
        "inside": unit_queries.inside(request.actor, found),
        "marks": queries.tiles(request.actor, [found])[0].marks,
        "panels": unit_panels(request.actor, unit_id=found.pk, path=found.path),
        "history": unit_queries.history(found),
        "kinds": unit_queries.kinds_inside(found),
    }
    if request.actor.may("grid.edit", found.path):
        context |= {"naming": NamingForm.of(found), "homes": unit_queries.homes_for(request.actor, found)}
        if request.GET.get("edit") == "facts":
            context["form"] = _facts_form(found)
    return render(request, "grid/unit.html", context)


def _facts_form(unit: Unit, data: object = None) -> FactsForm:
    return FactsForm(data, unit=unit, names=[fact.name for fact in unit_queries.facts_of(unit)])


@page("grid.view", methods=("GET", "HEAD", "POST"))
def facts(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """The card of a unit's numbers, the form to change them (`?edit=1`), and the change."""
    found = queries.unit_for(request.actor, unit_id)
    if request.method != "POST" and "edit" not in request.GET:
        return render(request, "grid/_facts.html", {"unit": found, "facts": unit_queries.facts_of(found)})
    request.actor.require("grid.edit", found.path)
    form = _facts_form(found, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "grid/_facts_form.html", {"unit": found, "form": form})
    if not form.is_valid():
        raise Invalid(_("请填写不小于零的整数，不知道的留空。"))
    found = actions.edit_facts(actor=request.actor, at=clock.now(), unit_id=unit_id, values=form.values(), seen=form.seen())
    if request.htmx:
        return render(request, "grid/_facts.html", {"unit": found, "facts": unit_queries.facts_of(found), "saved": True})
    messages.success(request, _("数字已保存。"))
    return redirect("grid:unit", unit_id=unit_id)


@page("grid.edit", methods=("POST",))
def create(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """New units in this one."""
    form = CreateForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请填写名称，多个用顿号隔开，也可以写成 1-12号楼。"))
    made = tree_actions.create_units(actor=request.actor, at=clock.now(), parent_id=unit_id, **form.cleaned_data)
    messages.success(request, ngettext("已添加 %(n)d 个。", "已添加 %(n)d 个。", len(made)) % {"n": len(made)})
    return redirect("grid:unit", unit_id=unit_id)


@page("grid.edit", methods=("POST",))
def rename(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Another name, code or note."""
    form = NamingForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请填写名称。"))
    tree_actions.rename(actor=request.actor, at=clock.now(), unit_id=unit_id, naming=form.naming(), seen=form.naming("seen_"))
    messages.success(request, _("已保存，原名称和编码留有记录。"))
    return redirect("grid:unit", unit_id=unit_id)


@page("grid.edit", methods=("POST",))
def retire(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Out of use."""
    form = RetireForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请填写停用的理由。"))
    tree_actions.retire(actor=request.actor, at=clock.now(), unit_id=unit_id, **form.cleaned_data)
    messages.success(request, _("已停用，需要时可以恢复。"))
    return redirect("grid:unit", unit_id=unit_id)


@page("grid.edit", methods=("POST",))
def restore(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Into use again."""
    tree_actions.restore(actor=request.actor, at=clock.now(), unit_id=unit_id)
    messages.success(request, _("已恢复使用。"))
    return redirect("grid:unit", unit_id=unit_id)


@page("grid.edit", methods=("POST",))
def move(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """To another zone."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请选择调到哪里。"))
    tree_actions.move(actor=request.actor, at=clock.now(), unit_id=unit_id, parent_id=form.cleaned_data["parent"])
    messages.success(request, _("已调整。权限和记录跟着走。"))
    return redirect("grid:unit", unit_id=unit_id)


@page("grid.edit", methods=("POST",))
def number(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Codes for all that have none."""
    given = tree_actions.number_units(actor=request.actor, at=clock.now(), root_id=unit_id)
    messages.success(request, ngettext("已为 %(n)d 个单元编码。", "已为 %(n)d 个单元编码。", given) % {"n": given})
    return redirect("grid:unit", unit_id=unit_id)

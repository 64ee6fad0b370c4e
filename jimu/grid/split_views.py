"""Thin pages of splitting a neighborhood into blocks."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.grid import queries, split_actions, split_queries
from jimu.grid.splitting import MOST_BLOCKS


def numbers(words: str) -> list[int] | None:
    """Cuts from an address or a form; None when there are none to read."""
    pieces = words.split(",") if words else []
    return [int(piece) for piece in pieces] if all(piece.isdecimal() and len(piece) < 6 for piece in pieces) else None


@page("grid.edit")
def split(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """The proposal for `k` blocks, or the cuts as somebody moved them, with their balance."""
    asked = request.GET.get("k", "")
    blocks = min(MOST_BLOCKS, max(1, int(asked))) if asked.isdecimal() and len(asked) < 6 else None
    cuts = numbers(request.GET["cuts"]) if "cuts" in request.GET else None
    cut = split_queries.cut_for(request.actor, unit_id, blocks=blocks, cuts=cuts)
    return render(request, "grid/split.html", {"cut": cut, "unit": cut.unit, "trail": queries.trail(request.actor, cut.unit)})


@page("grid.edit", methods=("POST",))
def confirm(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """The cut becomes blocks."""
    cuts, houses = numbers(request.POST.get("cuts", "")), _ids(request.POST.get("houses", "").split(","))
    if cuts is None:
        raise Invalid(_("划分有误，请刷新后重来。"))
    made = split_actions.split(actor=request.actor, at=clock.now(), unit_id=unit_id, cuts=cuts, houses=houses)
    messages.success(request, _("已划成 {n} 个网格块。留下的块，块长不变；新块请任命块长。").format(n=len(made)))
    return redirect("grid:unit", unit_id=unit_id)


@page("grid.edit", methods=("POST",))
def kitchens(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Which buildings share kitchens."""
    shared = set(_ids(request.POST.getlist("shared")))
    changed = split_actions.mark_kitchens(actor=request.actor, at=clock.now(), unit_id=unit_id, shared=shared)
    messages.success(request, ngettext("已改 %(n)d 幢。", "已改 %(n)d 幢。", changed) % {"n": changed})
    return redirect("grid:split", unit_id=unit_id)


def _ids(words: list[str]) -> list[UUID]:
    field = forms.UUIDField()
    try:
        return [field.clean(word) for word in words]
    except forms.ValidationError:
        raise Invalid(_("划分有误，请刷新后重来。")) from None

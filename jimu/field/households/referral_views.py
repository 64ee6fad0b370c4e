"""Thin pages of contacts who live where others lead."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Conflict, Invalid
from jimu.core.paging import paged
from jimu.field.households import case_actions, referral_actions, referral_queries
from jimu.field.households.case_queries import HEALTH
from jimu.field.households.forms import checked
from jimu.field.households.models import Referral
from jimu.field.households.zone_forms import AwayForm, NearForm, TakeForm
from jimu.field.households.zone_queries import today
from jimu.grid.queries import neighborhood_of, neighborhoods

LONGEST_SEARCH = 60


@page(HEALTH)
def referrals(request: ActorRequest) -> HttpResponse:
    """What others handed to one's part, what waits first."""
    shown = paged(referral_queries.came_to(request.actor), number=request.GET.get("page"))
    return _private(render(request, "households/referrals.html", {"page": shown, "lines": referral_queries.incoming(shown.rows)}))


@page(HEALTH, methods=("GET", "HEAD", "POST"))
def referral(request: ActorRequest, referral_id: UUID) -> HttpResponse:
    """One of them: find the resident on the ledger and take it up, or say why not."""
    at, do = clock.now(), request.POST.get("do", "")
    if do in ("take", "refuse"):
        given = checked(TakeForm(request.POST))
        if do == "take":
            referral_actions.take(actor=request.actor, at=at, referral_id=referral_id, resident_id=given["resident"])
            messages.success(request, _("接下了。这位住户现在也在您这里的密接名单上。"))
        else:
            referral_actions.refuse(actor=request.actor, at=at, referral_id=referral_id, why=given["why"])
            messages.success(request, _("已经答复那边。"))
        return redirect("households:referrals")
    line = referral_actions.look(actor=request.actor, at=at, referral_id=referral_id)
    words = request.POST.get("q", "")[:LONGEST_SEARCH].strip()
    hits = referral_queries.search(request.actor, words, inside=line.referral.unit.path) if words else None
    return _private(render(request, "households/referral.html", {"line": line, "words": words, "hits": hits, "refusals": Referral.Refusal.choices}))


@page(HEALTH, methods=("GET", "HEAD", "POST"))
def refer(request: ActorRequest, case_id: UUID) -> HttpResponse:
    """Add a contact of any building: found on the ledger of one's part, or handed to who leads where they live."""
    at, do, actor = clock.now(), request.POST.get("do", ""), request.actor
    case = case_actions.open_for(actor, case_id)
    words = request.POST.get("q", "")[:LONGEST_SEARCH].strip()
    near = NearForm(request.POST if do == "add" else None, auto_id="near_%s", initial={"exposed_on": today(at)})
    away = AwayForm(request.POST if do == "refer" else None, auto_id="away_%s", initial={"exposed_on": today(at)}, units=neighborhoods(), own=neighborhood_of(case.building))
    sent = near if do == "add" else away if do == "refer" else None
    if sent is not None and sent.is_valid():
        try:
            if do == "add":
                referral_actions.add_contact(actor=actor, at=at, case_id=case_id, **near.given())
                messages.success(request, _("记下了。住在别的居民区的，那边负责人会收到。"))
            else:
                referral_actions.refer(actor=actor, at=at, case_id=case_id, **away.given())
                messages.success(request, _("已经转过去。那边接下没有，在这一例里看。"))
            return redirect("households:case", case_id=case_id)
        except (Invalid, Conflict) as error:
            sent.add_error(None, str(error))
    hits = referral_queries.search(actor, words) if words else None
    context: dict[str, Any] = {"case": case, "words": words, "hits": hits, "near": near, "away": away}
    return _private(render(request, "households/refer.html", context, status=422 if sent is not None else 200))


@page(HEALTH, methods=("POST",))
def withdraw(request: ActorRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """Sent by mistake."""
    referral_actions.withdraw(actor=request.actor, at=clock.now(), referral_id=referral_id)
    messages.success(request, _("撤回了。"))
    return redirect("households:case", case_id=case_id)


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer

"""Pages of what was seen: write it down, the list, one with who sees to it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Conflict, Invalid
from jimu.core.ids import new_id
from jimu.core.paging import paged
from jimu.field.patrol import queries, seeing
from jimu.field.patrol.forms import SeenAtForm, SeenForm, WordsForm
from jimu.field.patrol.queries import MANAGE, WATCH
from jimu.field.patrol.seeing import Found
from jimu.people.models import Person

PARTS = (("open", gettext_lazy("要处理的")), ("settled", gettext_lazy("已了结")))


@page(WATCH, methods=("GET", "HEAD", "POST"))
def new_seen(request: ActorRequest) -> HttpResponse:
    """Write down what was seen anywhere."""
    form = SeenAtForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        kept = dict(form.cleaned_data)
        try:
            made = seeing.see(actor=request.actor, found=Found(new_id(), at=clock.now(), unit_id=kept.pop("unit").pk, **kept))
            messages.success(request, _("记下了，转成了居民诉求。") if made.to_need else _("记下了。"))
            return redirect("patrol:seen", seen_id=made.pk)
        except (Conflict, Invalid) as error:
            form.complain(error)
    return render(request, "patrol/form.html", {"form": form, "title": _("记一条情况"), "lead": _("急病请先打 120，火情请先打 119。")}, status=422 if form.errors else 200)


@page(WATCH, methods=("POST",))
def at_gate(request: ActorRequest, gate_id: UUID) -> HttpResponse:
    """What happened at a gate."""
    made = seeing.see(actor=request.actor, found=Found(new_id(), at=clock.now(), gate_id=gate_id, **SeenForm(request.POST).values()))
    messages.success(request, _("记下了，转成了居民诉求。") if made.to_need else _("记下了，管这里的人看得到。"))
    return redirect("patrol:gate", gate_id=gate_id)


@page(WATCH)
def listed(request: ActorRequest) -> HttpResponse:
    """All that was seen, the most pressing first, or what is settled."""
    part = "settled" if request.GET.get("part") == "settled" else "open"
    shown = paged(queries.seen_for(request.actor, settled=part == "settled"), number=request.GET.get("page"))
    queries.placed(request.actor, shown.rows)
    return render(request, "patrol/seen_list.html", {"page": shown, "part": part, "parts": PARTS, "at": clock.now()})


@page(WATCH)
def show(request: ActorRequest, seen_id: UUID) -> HttpResponse:
    """One: what, where, who sees to it, until when, whom the alarm told, which need it became."""
    (found,) = queries.placed(request.actor, [queries.one_seen(request.actor, seen_id, WATCH)])
    told = list(Person.objects.filter(pk__in=found.told).values_list("name", flat=True)) if found.told else []
    context = {"one": found, "told": told, "can_manage": request.actor.may(MANAGE, found.unit.path), "mine": found.taken_account == request.actor.account_id, "at": clock.now()}
    return render(request, "patrol/seen.html", context)


@page(MANAGE, methods=("POST",))
def take(request: ActorRequest, seen_id: UUID) -> HttpResponse:
    """Take it on."""
    seeing.take(actor=request.actor, at=clock.now(), seen_id=seen_id)
    messages.success(request, _("您接手了。处理完了请来了结。"))
    return redirect("patrol:seen", seen_id=seen_id)


@page(MANAGE, methods=("POST",))
def settle(request: ActorRequest, seen_id: UUID) -> HttpResponse:
    """It was seen to."""
    seeing.settle(actor=request.actor, at=clock.now(), seen_id=seen_id, how=WordsForm(request.POST).values()["text"])
    messages.success(request, _("已了结。"))
    return redirect("patrol:index")


@page(MANAGE, methods=("POST",))
def pass_on(request: ActorRequest, seen_id: UUID) -> HttpResponse:
    """It is about a household."""
    seeing.pass_on(actor=request.actor, at=clock.now(), seen_id=seen_id, room=WordsForm(request.POST).values()["text"])
    messages.success(request, _("转成了居民诉求，在诉求里派人办。"))
    return redirect("patrol:seen", seen_id=seen_id)

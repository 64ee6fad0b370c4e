"""Pages of what is left: those behind and who looks after them, keys, disinfection; and one's own day on a phone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, NotFound
from jimu.field.transfer import (
    care_queries,
    custody,
    disinfecting,
    disinfecting_queries,
    forms,
    leaving,
    policy,
    queries,
    run_queries,
)
from jimu.field.transfer.forms import CareForm, KeyForm, VisitForm, ids_of
from jimu.field.transfer.models import Visit
from jimu.field.transfer.views import place_of, tried


@page(queries.OWN)
def mine(request: ActorRequest) -> HttpResponse:
    """One's own day: the vehicles on which one goes along, whom one looks after, keys in one's hands, flats to disinfect."""
    actor, at = request.actor, clock.now()
    held, offered, _out = custody.keys_for(actor)
    own = [(run, run_queries.pick_ups(run)) for run in run_queries.own_runs(actor)]
    context = {
        "runs": own, "left": care_queries.lines(care_queries.own_left(actor), at), "held": held, "offered": offered, "on_register": actor.person_id is not None,
        "disinfections": disinfecting_queries.disinfections_for(actor, at)[:20] if actor.person_id is not None else [], "me": actor.person_id, "results": Visit.Result.choices,
        "sees_list": actor.may(queries.VIEW), "soon": forms.in_field(at, minutes=30),
    }  # fmt: skip
    answer = render(request, "transfer/mine.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.VIEW)
def left(request: ActorRequest) -> HttpResponse:
    """Everybody and everything left behind, those alone first."""
    place, at = place_of(request), clock.now()
    lines = care_queries.lines(care_queries.left_for(request.actor, unit=place), at)
    context = {"alone": [line for line in lines if line.alone], "cared": [line for line in lines if not line.alone], "place": place}
    return render(request, "transfer/left.html", context)


@page(queries.OWN)
def one_left(request: ActorRequest, dependant_id: UUID) -> HttpResponse:
    """One left behind: who looks after it, until when, visits, the end."""
    return _left_page(request, dependant_id)


def _left_page(request: ActorRequest, dependant_id: UUID, phone: str = "") -> HttpResponse:
    """Draw it; `phone` was just revealed, on record."""
    one, at = care_queries.left_one(request.actor, dependant_id), clock.now()
    acts = request.actor.may(queries.ACT, one.transfer.unit.path) or queries.on_crew(request.actor, one.transfer)
    hours = policy.visit_hours(one.transfer.unit, one.kind)
    context: dict[str, Any] = {
        "one": one, "line": care_queries.line_of(one, at), "visits": one.visits.all(), "acts": acts, "mine": one.person_id is not None and one.person_id == request.actor.person_id,
        "sees": queries.may_see(request.actor, one.transfer), "people": care_queries.caretakers(one.transfer) if acts else [],
        "neighbors": care_queries.neighbors(one.transfer) if acts else [], "hours": hours, "first": forms.in_field(at, hours=min(2, hours)), "until": forms.in_field(at, days=7),
        "results": Visit.Result.choices, "phone": phone,
    }  # fmt: skip
    answer = render(request, "transfer/left_one.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.OWN, methods=("POST",))
def care(request: ActorRequest, dependant_id: UUID) -> HttpResponse:
    """Name a caretaker."""
    tried(request, lambda: leaving.name_caretaker(actor=request.actor, at=clock.now(), dependant_id=dependant_id, care=CareForm(request.POST).asked()), _("定好了。名册上的照看人已经收到通知；别的人请打电话说一声。"))
    return redirect("transfer:left_one", dependant_id=dependant_id)


@page(queries.OWN, methods=("POST",))
def visit(request: ActorRequest, dependant_id: UUID) -> HttpResponse:
    """Somebody was there."""
    done = tried(request, lambda: leaving.visit(actor=request.actor, at=clock.now(), dependant_id=dependant_id, **VisitForm(request.POST).values()))
    if done is not None:
        messages.success(request, _("记下了这次看望。") if done.trouble_at is None else _("记下了，已经告诉负责人。急的请马上打电话，病情危急打 120。"))
    return redirect("transfer:mine") if request.POST.get("back") == "mine" else redirect("transfer:left_one", dependant_id=dependant_id)


@page(queries.OWN, methods=("POST",))
def end(request: ActorRequest, dependant_id: UUID) -> HttpResponse:
    """Nobody has to look any more."""
    why = request.POST.get("why", "")
    tried(request, lambda: leaving.end(actor=request.actor, at=clock.now(), dependant_id=dependant_id, why=why), _("这一项照看结束了。"))
    return redirect("transfer:left_one", dependant_id=dependant_id)


@page(queries.OWN, methods=("POST",))
def caretaker_phone(request: ActorRequest, dependant_id: UUID) -> HttpResponse:
    """The caretaker's phone, shown once, on record."""
    number = tried(request, lambda: leaving.reveal(actor=request.actor, at=clock.now(), dependant_id=dependant_id))
    return _left_page(request, dependant_id, number or "")


@page(queries.OWN)
def keys(request: ActorRequest) -> HttpResponse:
    """In whose hands which flat's keys are; one's own to hand on, those offered to sign for."""
    held, offered, out = custody.keys_for(request.actor)
    people = {key.pk: care_queries.caretakers(key.transfer) for key in held}
    return render(request, "transfer/keys.html", {"held": [(key, people[key.pk]) for key in held], "offered": offered, "out": out, "sees_list": request.actor.may(queries.VIEW)})


@page(queries.OWN, methods=("POST",))
def key(request: ActorRequest, key_id: UUID, what: str) -> HttpResponse:
    """Keys change hands; for `collect` the id is the transfer's."""
    by: dict[str, Any] = {"actor": request.actor, "at": clock.now()}

    def work() -> Any:
        given = KeyForm(request.POST).values()
        if what == "collect":
            return custody.collect(**by, transfer_id=key_id, count=given["count"] or 1, note=given["note"])
        if what == "offer":
            if given["to"] is None:
                raise Invalid(_("请选交给谁。"), field="to")
            return custody.offer(**by, key_id=key_id, to_id=given["to"])
        if what == "take":
            return custody.take(**by, key_id=key_id)
        return custody.say(**by, key_id=key_id, kind=what, note=given["note"])

    tried(request, work, _("记下了，签字人和时间都在签收链里。"))
    to = request.POST.get("back", "")
    if to == "keys" or to == "mine":
        return redirect(f"transfer:{to}")
    chosen = ids_of([to])
    if not chosen:
        raise NotFound
    return redirect("transfer:show", transfer_id=chosen[0])


@page(queries.OWN)
def disinfections(request: ActorRequest) -> HttpResponse:
    """What is to be disinfected, the most overdue first; two sign."""
    place, at = place_of(request), clock.now()
    rows = list(disinfecting_queries.disinfections_for(request.actor, at, unit=place)[:200])
    late = {one.pk for one in rows if one.alarm_at and one.alarm_at < at}
    context = {
        "rows": [(one, one.pk in late) for one in rows], "done": disinfecting_queries.disinfections_for(request.actor, at, over=True, unit=place)[:30], "place": place,
        "me": request.actor.person_id, "can_drop": request.actor.may(queries.MANAGE), "sees_list": request.actor.may(queries.VIEW),
    }  # fmt: skip
    return render(request, "transfer/disinfections.html", context)


@page(queries.OWN, methods=("POST",))
def disinfect(request: ActorRequest, disinfection_id: UUID, what: str) -> HttpResponse:
    """Sign, or say why not needed."""
    note = request.POST.get("note", "")
    by: dict[str, Any] = {"actor": request.actor, "at": clock.now(), "disinfection_id": disinfection_id}
    works: dict[str, Any] = {"sign": lambda: disinfecting.sign(**by, note=note), "drop": lambda: disinfecting.drop(**by, why=note)}
    if what not in works:
        raise NotFound
    tried(request, works[what], _("记下了。"))
    return redirect("transfer:mine") if request.POST.get("back") == "mine" else redirect("transfer:disinfections")

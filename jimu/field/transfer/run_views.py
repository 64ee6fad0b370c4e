"""Pages of vehicles: what goes when with whom, one run, the list for the door."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock, journal, sealed
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import NotFound
from jimu.field.transfer import forms, queries, run_queries, runs, words
from jimu.field.transfer.forms import DelayForm, PlaceForm, VehicleForm, ids_of
from jimu.field.transfer.models import Destination, Run, Why
from jimu.field.transfer.views import place_chosen, tried


@page(queries.MANAGE, methods=("GET", "HEAD", "POST"))
def index(request: ActorRequest) -> HttpResponse:
    """Vehicles under way, who is ready for one, and a new one; where people are brought."""
    place, places = place_chosen(request, queries.MANAGE)
    at = clock.now()
    if request.method == "POST":

        def work() -> Run:
            return runs.make(actor=request.actor, at=at, vehicle=VehicleForm(request.POST).asked(), transfer_ids=ids_of(request.POST.getlist("transfer")))

        made = tried(request, work)
        return redirect("transfer:run", run_id=made.pk) if made else redirect(f"{request.path}?unit={request.POST.get('unit', '')}")
    ready = queries.lines(run_queries.to_seat(request.actor, place), at) if place else []
    destinations = [(one, queries.beds_taken(one)) for one in queries.destinations_for(place)] if place else []
    context = {
        "place": place, "places": places, "ready": [(line, words.wants_words(line.transfer.wants)) for line in ready], "destinations": destinations,
        "runs": run_queries.runs_for(request.actor, at, unit=place), "over": run_queries.runs_for(request.actor, at, over=True, unit=place),
        "features": words.FEATURES.items(), "offers": words.OFFERS.items(), "whys": Why.choices, "soon": forms.in_field(at, hours=1),
    }  # fmt: skip
    return render(request, "transfer/runs.html", context)


@page(queries.OWN)
def run(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """One run: who is picked up in which order, how far, and what to do when it does not come."""
    actor, at = request.actor, clock.now()
    found = run_queries.run_for(actor, run_id)
    manages = actor.may(queries.MANAGE, found.unit.path)
    ready = queries.lines(run_queries.to_seat(actor, found.unit), at) if manages and found.closed_at is None else []
    crew = [one.person for one in found.crew.select_related("person")]
    context: dict[str, Any] = {
        "run": found, "progress": run_queries.progress([found], at)[0], "pick_ups": run_queries.pick_ups(found), "buildings": run_queries.buildings(found),
        "crew": crew, "people": run_queries.candidates(found) if manages else [], "ready": ready, "manages": manages,
        "acts": manages or run_queries.is_crew(actor, found), "destinations": queries.destinations_for(found.unit) if manages else [],
        "driver": sealed.mask_name(sealed.unseal(found.driver_sealed)), "driver_phone": sealed.unseal(found.driver_phone_sealed) if manages or found.crew.filter(person=actor.person_id).exists() else "",
        "features": [words.FEATURES[one] for one in found.has if one in words.FEATURES], "soon": forms.in_field(at, minutes=45), "sees_list": actor.may(queries.VIEW),
    }  # fmt: skip
    answer = render(request, "transfer/run.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.OWN, methods=("POST",))
def change(request: ActorRequest, run_id: UUID, what: str) -> HttpResponse:
    """People onto it, who goes along, the order, came, later, not at all, elsewhere."""
    sent = request.POST
    by: dict[str, Any] = {"actor": request.actor, "at": clock.now(), "run_id": run_id}

    def moved() -> Any:
        order = ids_of(sent.getlist("building"))
        up = ids_of([sent.get("up", "")])
        if up and up[0] in order:
            here = order.index(up[0])
            order[max(0, here - 1)], order[here] = order[here], order[max(0, here - 1)]
        return runs.reorder(**by, building_ids=order)

    works: dict[str, Any] = {
        "seat": lambda: runs.seat(**by, transfer_ids=ids_of(sent.getlist("transfer"))), "crew": lambda: runs.man(**by, people=ids_of(sent.getlist("person"))),
        "order": moved, "came": lambda: runs.came(**by), "delay": lambda: runs.delay(**by, **DelayForm(sent).values()), "fail": lambda: runs.fail(**by, why=sent.get("why", "")),
        "redirect": lambda: runs.redirect(**by, destination_id=(ids_of([sent.get("destination", "")]) or [run_id])[0]),
    }  # fmt: skip
    if what not in works:
        raise NotFound
    done = tried(request, works[what])
    if done is not None:
        said = {"fail": _("记下了。已经告诉陪护和楼里：请楼下的人回屋，回去一个点一个“已回屋”。"), "delay": _("改好了，已经告诉陪护。"), "crew": _("排好了，已经告诉陪护。")}
        messages.success(request, said.get(what, _("改好了。")))
    return redirect("transfer:mine") if sent.get("back") == "mine" else redirect("transfer:run", run_id=run_id)


@page(queries.MANAGE, methods=("POST",))
def unseat(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """Off a run, with the reason."""
    why = request.POST.get("note", "")
    tried(request, lambda: runs.unseat(actor=request.actor, at=clock.now(), transfer_id=transfer_id, why=why), _("退出了这趟车，回到等派车。"))
    return redirect("transfer:show", transfer_id=transfer_id)


@page(queries.OWN, methods=("POST",))
def manifest(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """Who is picked up, on paper for those who go along: names and doors, never why. Who printed it stands in the journal."""
    with transaction.atomic():
        found = run_queries.run_for(request.actor, run_id)
        if not run_queries.is_crew(request.actor, found):
            request.actor.require(queries.ACT, found.unit.path)
        journal.record(actor=request.actor, at=clock.now(), verb="transfer.manifest_read", target=found.target, scope=found.unit.path)
    context = {
        "run": found, "pick_ups": run_queries.pick_ups(found), "crew": [one.person for one in found.crew.select_related("person")],
        "driver": sealed.unseal(found.driver_sealed), "driver_phone": sealed.unseal(found.driver_phone_sealed),
    }  # fmt: skip
    answer = render(request, "transfer/manifest.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.MANAGE, methods=("POST",))
def add_place(request: ActorRequest) -> HttpResponse:
    """A destination."""

    def work() -> Destination:
        given = PlaceForm(request.POST).values()
        return runs.add_destination(actor=request.actor, at=clock.now(), unit_id=given.pop("unit"), **given)

    tried(request, work, _("登记好了。"))
    return redirect(reverse("transfer:runs") + f"?unit={request.POST.get('unit', '')}")


@page(queries.MANAGE, methods=("POST",))
def withdraw_place(request: ActorRequest, destination_id: UUID) -> HttpResponse:
    """It does not take anybody any more."""
    n = tried(request, lambda: runs.withdraw_destination(actor=request.actor, at=clock.now(), destination_id=destination_id, why=request.POST.get("why", "")))
    if n is not None:
        messages.success(request, _("记下了，{n} 趟车没有去处了，请马上另定。").format(n=n) if n else _("记下了，没有车受影响。"))
    return redirect("transfer:runs")

"""Pages for those who send, sign and carry: made for a phone, and for paper."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.supplies import delivering, handing, parcel_queries, policy, queries, routing, showing
from jimu.field.supplies.delivering import Told
from jimu.field.supplies.forms import CartForm, DoorForm, PortionsForm, SignForm
from jimu.field.supplies.models import Plan
from jimu.field.supplies.views import sent_words
from jimu.signup.poster import qr_svg
from jimu.sync.fields import read_id


@page(queries.DELIVER)
def mine(request: ActorRequest) -> HttpResponse:
    """What waits for one's signature, the buildings where doors wait, and the way there."""
    actor, at = request.actor, clock.now()
    context = {
        "signs": showing.to_sign(actor), "carries": showing.to_carry(actor), "routes": routing.to_route(actor, at),
        "loads": parcel_queries.to_sign(actor), "parcels": parcel_queries.to_carry(actor), "bought": routing.buys_to_route(actor, at),
    }  # fmt: skip
    return render(request, "supplies/mine.html", context)


@page(queries.SIGN, methods=("POST",))
def sign(request: ActorRequest, consignment_id: UUID) -> HttpResponse:
    """Sign for a consignment."""
    receipt = handing.sign(actor=request.actor, at=clock.now(), consignment_id=consignment_id, **SignForm(request.POST).values())
    off = receipt.counted - receipt.consignment.portions
    told = _("签收了，份数相符。") if not off else _("签收了，多出 {n} 份。").format(n=off) if off > 0 else _("签收了，短少 {n} 份，库房看得到。").format(n=-off)
    messages.success(request, told)
    return redirect("supplies:mine")


@page(queries.STORE, methods=("POST",))
def issue(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """Send everything that is due, or one building's."""
    actor, at = request.actor, clock.now()
    if building := request.POST.get("building"):
        handing.issue(actor=actor, at=at, plan_id=plan_id, building_id=read_id(building), **PortionsForm(request.POST).values())
        messages.success(request, sent_words(1))
    else:
        messages.success(request, sent_words(len(handing.issue_all(actor=actor, at=at, plan_id=plan_id))))
    return redirect("supplies:plan", plan_id=plan_id)


@page(queries.STORE, methods=("POST",))
def bring_back(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """What a building did not need."""
    building = read_id(request.POST.get("building", ""))
    handing.bring_back(actor=request.actor, at=clock.now(), plan_id=plan_id, building_id=building, **PortionsForm(request.POST).values())
    messages.success(request, _("已退回库里。"))
    return redirect("supplies:plan", plan_id=plan_id)


@page(queries.DELIVER, methods=("GET", "HEAD", "POST"))
def doors(request: ActorRequest, plan_id: UUID, building_id: UUID) -> HttpResponse:
    """A building's doors; one tap each."""
    if request.method == "POST":
        given, at = DoorForm(request.POST).values(), clock.now()
        if given["result"] == "undone":
            delivering.undo(actor=request.actor, at=at, plan_id=plan_id, room_id=given["room"])
            messages.success(request, _("已更正，这一户又回到名单上。"))
        else:
            told = Told(new_id(), plan_id, given["room"], given["result"], at, given["note"])
            delivering.deliver(actor=request.actor, told=told)
        return redirect(reverse("supplies:doors", args=[plan_id, building_id]) + "#doors")
    return render(request, "supplies/doors.html", {"shown": showing.doors_page(request.actor, plan_id, building_id)})


@page(queries.DELIVER)
def labels(request: ActorRequest, plan_id: UUID, building_id: UUID) -> HttpResponse:
    """A label for every bag: the door in big figures, and a code with which the household sees what it got."""
    shown = showing.doors_page(request.actor, plan_id, building_id)
    made = []
    for door in shown.doors.doors:
        address = request.build_absolute_uri(reverse("supplies:got", args=[showing.token_of(door.home.stop.room_id)]))
        made.append({"door": door, "qr": qr_svg(address, door.home.stop.number)})
    return render(request, "supplies/labels.html", {"shown": shown, "labels": made})


@page(queries.VIEW)
def routes(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """Rounds of the carts for the whole store, to print."""
    return _routes(request, queries.plan_for(request.actor, plan_id), None)


@page(queries.DELIVER)
def my_route(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """The same for who carries: the stops of the part where they may deliver, and no others."""
    return _routes(request, queries.plan_reached(request.actor, plan_id), request.actor)


def _routes(request: ActorRequest, plan: Plan, carrier: Actor | None) -> HttpResponse:
    numbers = policy.of_place(plan.unit)
    form = CartForm.of(request.GET, numbers)
    found = routing.route(plan, *form.cart(), carrier)
    context = {"plan": plan, "carrier": carrier, "form": form, "trips": found, "cart": form.cart(), "numbers": numbers}
    return render(request, "supplies/routes.html", context)

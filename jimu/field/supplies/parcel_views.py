"""Pages for a group buy's orders that go to doors: the carrier's list, the leader's signature, labels, the sheet of the rounds."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.ids import new_id
from jimu.field.supplies import bringing, buy_queries, parcel_queries, parcels, policy, queries, routing
from jimu.field.supplies.bringing import Brought
from jimu.field.supplies.forms import CartForm, LoadSignForm, ParcelForm
from jimu.field.supplies.models import ParcelEvent


@page(queries.SIGN, methods=("POST",))
def sign(request: ActorRequest, load_id: UUID) -> HttpResponse:
    """Sign for a load."""
    receipt = parcels.sign(actor=request.actor, at=clock.now(), load_id=load_id, **LoadSignForm(request.POST).values())
    off = receipt.counted - receipt.load.parcels.count()
    told = _("签收了，包数相符。") if not off else _("签收了，多出 {n} 包。").format(n=off) if off > 0 else _("签收了，短少 {n} 包，库房看得到。").format(n=-off)
    messages.success(request, told)
    return redirect("supplies:mine")


@page(queries.DELIVER, methods=("GET", "HEAD", "POST"))
def doors(request: ActorRequest, buy_id: UUID, building_id: UUID) -> HttpResponse:
    """A building's parcels; one tap each."""
    if request.method == "POST":
        given, at = ParcelForm(request.POST).values(), clock.now()
        if given["result"] == ParcelEvent.Kind.UNDONE:
            bringing.undo(actor=request.actor, at=at, parcel_id=given["parcel"])
            messages.success(request, _("已更正，这一户又回到名单上。"))
        else:
            bringing.bring(actor=request.actor, told=Brought(new_id(), given["parcel"], given["result"], at, given["note"]))
        return redirect(reverse("supplies:parcels", args=[buy_id, building_id]) + "#doors")
    return render(request, "supplies/parcels.html", {"shown": parcel_queries.parcels_page(request.actor, buy_id, building_id)})


@page(queries.DELIVER)
def labels(request: ActorRequest, buy_id: UUID, building_id: UUID) -> HttpResponse:
    """A label for every parcel: the door in big figures; no name, no telephone, nothing of what is in it."""
    shown = parcel_queries.parcels_page(request.actor, buy_id, building_id)
    return render(request, "supplies/parcel_labels.html", {"shown": shown, "labels": [one for one in shown.doors if one.parcel.state == "out"]})


@page(queries.VIEW)
def buy_route(request: ActorRequest, buy_id: UUID) -> HttpResponse:
    """Rounds for one buy, to print."""
    buy = buy_queries.buy_for(request.actor, buy_id)
    numbers = policy.of_place(buy.unit)
    form = CartForm.of(request.GET, numbers)
    trips = routing.buy_route(buy, *form.cart())
    context = {"title": buy.title, "crumb": buy.title, "rounds": [routing.Round(buy.unit, trips)] if trips else [], "form": form, "cart": form.cart(), "back": reverse("supplies:buy", args=[buy_id])}
    return render(request, "supplies/rounds.html", context)


@page(queries.DELIVER)
def my_rounds(request: ActorRequest) -> HttpResponse:
    """Everything that goes to the asker's buildings, plans and group buys together, so that each is come to once."""
    form = CartForm.of(request.GET, policy.of_place(None))
    rounds = routing.all_rounds(request.actor, clock.now(), *form.cart())
    context = {"title": _("一起送"), "crumb": _("签收和派送"), "rounds": rounds, "form": form, "cart": form.cart(), "back": reverse("supplies:mine")}
    return render(request, "supplies/rounds.html", context)

"""Pages of the desk and of those who run."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.core.paging import paged
from jimu.field.medicine import (
    alarming,
    custody_queries,
    offline,
    photos,
    queries,
    registering,
    showing,
    trip_queries,
)
from jimu.field.medicine.forms import DeskForm
from jimu.field.medicine.models import Order
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for

PARTS = (
    ("waiting", gettext_lazy("等初审、收卡、派单")), ("way", gettext_lazy("取药、核对、送药")), ("stuck", gettext_lazy("卡住的")),
    ("closing", gettext_lazy("等签收、还卡、结算")), ("over", gettext_lazy("已了结")),
)  # fmt: skip


def place_of(request: ActorRequest) -> Unit | None:
    """The unit that the address names."""
    given = request.GET.get("unit", "")
    try:
        return unit_for(request.actor, UUID(given)) if given else None
    except ValueError:
        return None


@page(queries.VIEW)
def index(request: ActorRequest) -> HttpResponse:
    """The queue by urgency with its clock, what is stuck and why, what is out with whom."""
    actor, at, place = request.actor, clock.now(), place_of(request)
    part = request.GET.get("part", "waiting")
    part = part if part in queries.PARTS else "waiting"
    shown = paged(queries.orders_for(actor, part=part, unit=place), number=request.GET.get("page"))
    counts = queries.counts(actor, place)
    held = custody_queries.out_for(actor, at)
    context = {
        "page": shown, "lines": queries.lines(shown.rows, at), "part": part, "parts": [(code, said, counts.get(code)) for code, said in PARTS],
        "asked": alarming.open_for(actor), "place": place, "alarms": [one for one in held if one.alarm], "out": len(held), "trips": trip_queries.trips_for(actor)[:6],
        "can_register": actor.may(queries.REGISTER), "can_open": actor.may(queries.DOOR), "can_manage": actor.may(queries.MANAGE) and actor.may(queries.READ),
    }  # fmt: skip
    return render(request, "medicine/index.html", context)


@page(queries.REGISTER, methods=("GET", "HEAD", "POST"))
def new(request: ActorRequest) -> HttpResponse:
    """Register an order."""
    posted = request.method == "POST"
    form = DeskForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        actor=request.actor,
        unit=place_of(request),
    )
    if posted and form.is_valid():
        try:
            order = registering.register(actor=request.actor, at=clock.now(), given=form.asked())
            words = _("登记好了：药袋 {bag}，回执号 {receipt}。请把回执号告诉居民，凭它查进度。")
            messages.success(request, words.format(bag=order.bag_words, receipt=order.receipt))
            return redirect("medicine:show", order_id=order.pk)
        except Invalid as error:
            form.complain(error)
    wrong = posted and (form.errors or any(row.errors for row in form.drugs))
    return render(request, "medicine/new.html", {"form": form, "wrong": wrong}, status=422 if wrong else 200)


@page(queries.OWN)
def mine(request: ActorRequest) -> HttpResponse:
    """The runner's day on a phone: what to fetch and check, the doors, what one holds and has to sign for."""
    actor, at = request.actor, clock.now()
    held, offered = custody_queries.mine(actor, at)
    own = list(queries.own_orders(actor))
    doors = [(order, offline.task_words(order)) for order in queries.door_tasks(actor)[:100]]
    context = {
        "lines": [(line, queries.fridge(line.order, at)) for line in queries.lines(own, at)], "doors": doors, "held": held, "offered": offered,
        "late": [one for one in held if one.alarm], "asked": alarming.open_for(actor), "trips": [p for p in trip_queries.trips_for(actor) if trip_queries.has_part(actor, p.trip)],
        "on_register": actor.person_id is not None, "can_register": actor.may(queries.REGISTER),
    }  # fmt: skip
    return render(request, "medicine/mine.html", context)


@page(queries.OWN)
def show(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """One order with its story, and what the reader can do about it."""
    return showing.order_page(request, queries.order_for(request.actor, order_id))


@page(queries.OWN, methods=("POST",))
def photo(request: ActorRequest, photo_id: UUID) -> HttpResponse:
    """The picture of a box, on record."""
    answer = HttpResponse(
        photos.read(actor=request.actor, at=clock.now(), photo_id=photo_id), content_type="image/jpeg"
    )
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.VIEW)
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """What waits at a place, on its page."""
    unit, at = unit_for(request.actor, unit_id), clock.now()
    rows = queries.orders_for(request.actor, unit=unit).filter(state__in=Order.AWAITED)
    context = {
        "unit": unit,
        "lines": queries.lines(rows[:5], at),
        "total": rows.count(),
        "can_register": request.actor.may(queries.REGISTER, unit.path),
    }
    return render(request, "medicine/unit_panel.html", context)

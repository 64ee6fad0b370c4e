"""Pages of trips: what to put together, how far each is, the sheets to print, hospitals, public doors."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock, downloads
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.core.permissions import visible
from jimu.field.medicine import doors as door_actions
from jimu.field.medicine import queries, report_file, trip_queries, trips
from jimu.field.medicine.forms import HospitalForm, TripForm, ids_of, people_of
from jimu.field.medicine.models import Duty, Order, Trip, Window
from jimu.field.medicine.views import place_of
from jimu.grid.models import Unit
from jimu.signup.poster import qr_svg


def _neighborhoods(request: ActorRequest, right: str) -> list[Unit]:
    rows = Unit.objects.filter(visible(request.actor, right), kind=Unit.Kind.NEIGHBORHOOD, retired_at=None)
    return list(rows.order_by("path"))


@page(queries.OWN)
def index(request: ActorRequest) -> HttpResponse:
    """Trips that go on, and those that could be made of what waits."""
    actor, at = request.actor, clock.now()
    places = (
        _neighborhoods(request, queries.READ) if actor.may(queries.READ) and actor.may(queries.MANAGE) else []
    )
    chosen = next(
        (unit for unit in places if str(unit.pk) == request.GET.get("unit")), places[0] if places else None
    )
    context = {
        "sees_list": actor.may(queries.VIEW), "manages": actor.may(queries.MANAGE), "trips": trip_queries.trips_for(actor), "over": trip_queries.trips_for(actor, over=True)[:10], "places": places, "chosen": chosen,
        "suggestions": trip_queries.suggestions(actor, chosen, at) if chosen else [], "hospitals": queries.hospitals_for(chosen) if chosen else [],
        "windows": [(code, words) for code, words in Window.choices if code != Window.GENERAL],
    }  # fmt: skip
    return render(request, "medicine/trips.html", context)


@page(queries.MANAGE)
def settlement_xlsx(request: ActorRequest) -> HttpResponse:
    """What trips cost, hospital by hospital: a table to send upwards."""
    at = clock.now()
    return downloads.report(report_file.settlement_book(request.actor, place_of(request), at), "medicine-settlement", at)


@page(queries.MANAGE, methods=("POST",))
def custody_xlsx(request: ActorRequest) -> HttpResponse:
    """Cards and money in other hands, on record."""
    at = clock.now()
    return downloads.report(report_file.custody_book(request.actor, None, at), "medicine-custody", at)


@page(queries.MANAGE, methods=("POST",))
def add_hospital(request: ActorRequest) -> HttpResponse:
    """Put a hospital on the list."""
    form = HospitalForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请写医院名称，并勾选它有的专科窗口。"))
    given = form.cleaned_data
    trips.add_hospital(
        actor=request.actor,
        at=clock.now(),
        unit_id=given["unit"],
        name=given["name"],
        windows=given["windows"],
    )
    messages.success(request, _("已登记这家医院。"))
    return redirect(f"{reverse('medicine:trips')}?unit={given['unit']}")


@page(queries.MANAGE, methods=("POST",))
def make(request: ActorRequest) -> HttpResponse:
    """Make the trip that was proposed."""
    form = TripForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请选择去哪家医院。"))
    try:
        ids = ids_of(request.POST.getlist("orders"))
        given = form.cleaned_data
        trip = trips.make(
            actor=request.actor,
            at=clock.now(),
            unit_id=given["unit"],
            hospital_id=given["hospital"],
            window=given["window"],
            order_ids=ids,
        )
    except JimuError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, str(error))
        return redirect("medicine:trips")
    messages.success(request, _("第 {n} 批组好了。接下来排人。").format(n=trip.number))
    return redirect("medicine:trip", trip_id=trip.pk)


@page(queries.OWN)
def trip(request: ActorRequest, trip_id: UUID) -> HttpResponse:
    """One trip: who does what, how far each order is."""
    found = trip_queries.trip_for(request.actor, trip_id)
    at = clock.now()
    manages = request.actor.may(queries.MANAGE, found.unit.path)
    duties = list(Duty.objects.filter(trip=found).select_related("person"))
    parts = [(code, words, [d.person for d in duties if d.part == code]) for code, words in Duty.Part.choices]
    rows = trip_queries.rows_of(found, at)
    reads = request.actor.may(queries.READ, found.unit.path) or (
        found.closed_at is None and trip_queries.has_part(request.actor, found)
    )
    context = {
        "trip": found, "rows": rows, "parts": parts, "manages": manages, "reads": reads, "window": Window(found.window).label if reads else "",
        "people": trip_queries.candidates(found) if manages else [], "done": sum(row.line.order.state in trip_queries.BROUGHT for row in rows),
        "waiting": queries.lines(_addable(request, found), at) if manages and found.closed_at is None else [],
    }  # fmt: skip
    return render(request, "medicine/trip.html", context)


def _addable(request: ActorRequest, found: Trip) -> list[Order]:
    rows = queries.orders_for(request.actor, part="waiting", unit=found.unit, right=queries.MANAGE).filter(
        state=queries.S.COLLECTED
    )
    return [o for o in rows if o.window == found.window and o.hospital_id in (None, found.hospital_id)][:20]


@page(queries.MANAGE, methods=("POST",))
def change(request: ActorRequest, trip_id: UUID, what: str) -> HttpResponse:
    """Man it, add to it, or close it."""
    actor, at = request.actor, clock.now()
    try:
        if what == "people":
            trips.man(actor=actor, at=at, trip_id=trip_id, people=people_of(request.POST))
            messages.success(request, _("排好了。他们在“我的配药”里看得到这一批。"))
        elif what == "add":
            for order_id in ids_of(request.POST.getlist("order")):
                trips.add(actor=actor, at=at, trip_id=trip_id, order_id=order_id)
        elif what == "close":
            trips.close(actor=actor, at=at, trip_id=trip_id)
            messages.success(request, _("这一批已结束。"))
        else:
            raise NotFound
    except JimuError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, str(error))
    return redirect("medicine:trip", trip_id=trip_id)


@page(queries.OWN)
def sheet(request: ActorRequest, trip_id: UUID) -> HttpResponse:
    """The trip on paper, for the doors: rooms and bags, no drug, no name."""
    found = trip_queries.trip_for(request.actor, trip_id)
    context = {
        "trip": found,
        "rows": trip_queries.rows_of(found, clock.now()),
        "duties": Duty.objects.filter(trip=found).select_related("person"),
    }
    return render(request, "medicine/sheet.html", context)


@page(queries.OWN, methods=("POST",))
def window_list(request: ActorRequest, trip_id: UUID) -> HttpResponse:
    """The trip on paper, for the counter: names and drugs, on record."""
    found, wanted = trips.window_list(actor=request.actor, at=clock.now(), trip_id=trip_id)
    answer = render(
        request,
        "medicine/window_list.html",
        {"trip": found, "wanted": wanted, "window": Window(found.window).label},
    )
    answer["Cache-Control"] = "no-store"
    return answer


@page(queries.DOOR)
def doors(request: ActorRequest) -> HttpResponse:
    """Public addresses that are open, and where one can be opened."""
    return render(
        request,
        "medicine/doors.html",
        {"doors": queries.doors_for(request.actor), "units": _neighborhoods(request, queries.DOOR)},
    )


@page(queries.DOOR, methods=("POST",))
def open_door(request: ActorRequest) -> HttpResponse:
    """Open one, then its poster."""
    chosen = ids_of([one for one in (request.POST.get("unit"),) if one])
    if not chosen:
        raise Invalid(_("请选择一个地方。"))
    door = door_actions.open_door(actor=request.actor, at=clock.now(), unit_id=chosen[0])
    return redirect("medicine:poster", door_id=door.pk)


@page(queries.DOOR)
def poster(request: ActorRequest, door_id: UUID) -> HttpResponse:
    """A sheet of A4 for the stairwell."""
    door = queries.door_for(request.actor, door_id)
    address = request.build_absolute_uri(reverse("medicine:ask", args=[door.code]))
    return render(
        request,
        "medicine/poster.html",
        {"door": door, "address": address, "qr": qr_svg(address, door.unit.name)},
    )


@page(queries.DOOR, methods=("POST",))
def close_door(request: ActorRequest, door_id: UUID) -> HttpResponse:
    """Close it."""
    door_actions.close_door(actor=request.actor, at=clock.now(), door_id=door_id)
    messages.success(request, _("已停用，旧海报不能再用。已经发出的回执仍可查询。"))
    return redirect("medicine:doors")

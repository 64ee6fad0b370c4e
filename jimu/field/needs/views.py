"""Pages for those who hear needs, dispatch them, and see to them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid
from jimu.core.paging import paged
from jimu.field.needs import doors as door_actions
from jimu.field.needs import queries, report_file, reporting, showing
from jimu.field.needs.forms import DeskForm
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.signup.poster import qr_svg

PARTS = (("running", gettext_lazy("在办")), ("done", gettext_lazy("等居民确认")), ("closed", gettext_lazy("已了结")))


def _place(request: ActorRequest) -> Unit | None:
    given = request.GET.get("unit", "")
    try:
        return unit_for(request.actor, UUID(given)) if given else None
    except ValueError:
        return None


@page(queries.VIEW)
def index(request: ActorRequest) -> HttpResponse:
    """Needs of one's part, overdue first, with counts by class."""
    actor, at, place = request.actor, clock.now(), _place(request)
    part = request.GET.get("part", "running")
    kind = request.GET.get("kind", "")
    shown = paged(queries.needs_for(actor, unit=place, kind=kind, part=part), number=request.GET.get("page"))
    context = {
        "page": shown, "lines": queries.lines(actor, shown.rows, at), "counts": queries.counts(actor, place, at), "part": part, "parts": PARTS,
        "kind": kind, "place": place, "can_report": actor.may(queries.REPORT), "can_open": actor.may(queries.DOOR), "at": at,
    }  # fmt: skip
    return render(request, "needs/index.html", context)


@page(queries.VIEW)
def report_xlsx(request: ActorRequest) -> HttpResponse:
    """By class how many wait, are late, are solved: a table to send upwards."""
    return report_file.answer(request.actor, _place(request), clock.now())


@page(queries.OWN)
def mine(request: ActorRequest) -> HttpResponse:
    """What was given to oneself, and what one reported and may confirm. Made for a phone."""
    actor, at = request.actor, clock.now()
    context = {
        "given": queries.lines(actor, queries.mine(actor), at), "confirm": queries.lines(actor, queries.to_confirm(actor), at),
        "group": queries.lines(actor, queries.of_group(actor), at), "on_register": actor.person_id is not None, "can_report": actor.may(queries.REPORT),
    }  # fmt: skip
    return render(request, "needs/mine.html", context)


@page(queries.REPORT, methods=("GET", "HEAD", "POST"))
def new(request: ActorRequest) -> HttpResponse:
    """The quick form for a call or a visit."""
    place = _place(request)
    form = DeskForm(request.POST if request.method == "POST" else None, actor=request.actor, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            need = reporting.report(actor=request.actor, at=clock.now(), given=form.given(form.cleaned_data["way"]))
            messages.success(request, _("记下了。回执号 {receipt}，请告诉居民，凭它可以查进度。").format(receipt=need.receipt))
            return redirect("needs:show", need_id=need.pk)
        except Invalid as error:
            form.complain(error)
    return render(request, "needs/new.html", {"form": form, "place": place}, status=422 if form.errors else 200)


@page(queries.OWN)
def show(request: ActorRequest, need_id: UUID) -> HttpResponse:
    """One need with its story, and what the reader can do about it."""
    need = queries.need_for(request.actor, need_id)
    return showing.need_page(request, need)


@page(queries.DOOR)
def doors(request: ActorRequest) -> HttpResponse:
    """Public addresses that are open, and where one can be opened."""
    units = Unit.objects.filter(pk__in=[unit.pk for unit in queries.places_under(request.actor.paths(queries.DOOR)) if unit.depth <= 3])
    return render(request, "needs/doors.html", {"doors": queries.doors_for(request.actor), "units": units.order_by("path")})


@page(queries.DOOR, methods=("POST",))
def open_door(request: ActorRequest) -> HttpResponse:
    """Open one, then its poster."""
    try:
        unit_id = UUID(request.POST.get("unit", ""))
    except ValueError:
        raise Invalid(_("请选择一个地方。")) from None
    door = door_actions.open_door(actor=request.actor, at=clock.now(), unit_id=unit_id)
    return redirect("needs:poster", door_id=door.pk)


@page(queries.DOOR)
def poster(request: ActorRequest, door_id: UUID) -> HttpResponse:
    """A sheet of A4 for the stairwell."""
    door = queries.door_for(request.actor, door_id)
    address = request.build_absolute_uri(reverse("needs:form", args=[door.code]))
    return render(request, "needs/poster.html", {"door": door, "address": address, "qr": qr_svg(address, door.unit.name)})


@page(queries.DOOR, methods=("POST",))
def close_door(request: ActorRequest, door_id: UUID) -> HttpResponse:
    """Close it."""
    door_actions.close_door(actor=request.actor, at=clock.now(), door_id=door_id)
    messages.success(request, _("已停用，旧海报不能再用。已经发出的回执仍可查询。"))
    return redirect("needs:doors")


@page(queries.VIEW)
def unit_panel(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """What waits at a place, on its page."""
    unit, at = unit_for(request.actor, unit_id), clock.now()
    rows = queries.needs_for(request.actor, unit=unit)
    return render(request, "needs/unit_panel.html", {
        "unit": unit, "lines": queries.lines(request.actor, rows[:5], at), "counts": queries.counts(request.actor, unit, at),
        "can_report": request.actor.may(queries.REPORT, unit.path),
    })  # fmt: skip

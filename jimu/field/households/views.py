"""Thin pages of the ledger."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock, downloads
from jimu.core.doors import ActorRequest, page
from jimu.core.downloads import workbook
from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import under
from jimu.field.households import (
    actions,
    case_actions,
    case_queries,
    form_joining,
    form_queries,
    queries,
    report_file,
    round_queries,
    uploads,
    zone_queries,
)
from jimu.field.households.drawing import drawn
from jimu.field.households.forms import (
    ImportForm,
    ResidentEditForm,
    ResidentForm,
    RoomForm,
    RoomsForm,
    RoundForm,
)
from jimu.field.households.marking import day_words
from jimu.field.households.words import ZONE_TONES
from jimu.grid.models import Unit


@page("households.view", methods=("GET", "HEAD", "POST"))
def index(request: ActorRequest) -> HttpResponse:
    """Blocks of one's part, and a search. Names are looked for by post, so that no address ever holds one."""
    words = request.POST.get("q", "")[:60]
    hits = queries.search(request.actor, words) if words.strip() else None
    context = {"hits": hits, "words": words, "lines": None if words.strip() else queries.lines_for(request.actor)}
    return render(request, "households/index.html", context)


@page("households.view")
def ledger_xlsx(request: ActorRequest) -> HttpResponse:
    """Doors, people and zones of one's part as a table to send upwards."""
    at = clock.now()
    return downloads.report(report_file.ledger_book(request.actor, None, at), "ledger", at)


@page("households.view", methods=("GET", "HEAD", "POST"))
def place(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """A block, or one building, drawn; posted by who may read of health, with cases and contacts in their rooms, on record."""
    found = queries.block_page(request.actor, unit_id)
    single, at = found.unit.kind == Unit.Kind.BUILDING, clock.now()
    buildings = [plan.building for plan in found.plans]
    health = case_actions.look_at_plan(actor=request.actor, at=at, unit=found.unit, buildings=buildings) if request.method == "POST" else None
    stands = zone_queries.stands([one.pk for one in buildings], zone_queries.today(at))
    context = {"found": found, "single": single, "drawings": [(plan, drawn(plan, health), zone_of(stands.get(plan.building.pk))) for plan in found.plans]}
    context |= {"form": RoomsForm() if single else None, "round": round_queries.open_round_over(found.unit), "round_form": RoundForm(offered=form_queries.offered_at(found.unit))}
    context |= {"health": case_queries.health_counts(request.actor, under([found.unit.path], "building__path")), "marked": health is not None}
    answer = render(request, "households/place.html", context)
    if health is not None:
        answer["Cache-Control"] = "no-store"
    return answer


def zone_of(found: zone_queries.Stands | None) -> tuple[zone_queries.Stands, str, str] | None:
    """A building's zone with its words and tone."""
    return (found, day_words(found.standing.zone, found.standing.day), ZONE_TONES[found.standing.zone]) if found else None


@page("households.edit", methods=("POST",))
def add_rooms(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """Put doors on the ledger."""
    n = actions.add_rooms(
        actor=request.actor, at=clock.now(), building_id=unit_id, entrance=request.POST.get("entrance", "")[:20], words=request.POST.get("words", "")[:4000]
    )
    messages.success(request, _("已登记 {n} 个室号。").format(n=n))
    return redirect("households:place", unit_id=unit_id)


@page("households.view", methods=("GET", "HEAD", "POST"))
def room(request: ActorRequest, room_id: UUID) -> HttpResponse:
    """One room; a posted form changes what is known of the door."""
    found = queries.room_page(request.actor, room_id)
    ill = request.actor.may(case_queries.HEALTH, found.room.building.path)
    form = RoomForm(request.POST) if request.method == "POST" else RoomForm.of(found.room)
    if request.method == "POST" and form.is_valid():
        actions.edit_room(actor=request.actor, at=clock.now(), room_id=room_id, seen=form.cleaned_data["seen"], changes=form.changes())
        messages.success(request, _("已保存。"))
        return redirect("households:room", room_id=room_id)
    asks = form_queries.asked_at(request.actor, found.room)
    return render(request, "households/room.html", {"found": found, "form": form, "may_health": ill, "answers": form_queries.answers_at(found.room),
        "asks": asks, "joining": form_joining.sheets_of(found.room, asks) if asks else []}, status=422 if form.errors else 200)


@page("households.edit", methods=("GET", "HEAD", "POST"))
def add_resident(request: ActorRequest, room_id: UUID) -> HttpResponse:
    """Somebody new in a room."""
    found = queries.room_for(request.actor, room_id, actions.EDIT)
    form = ResidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_resident(actor=request.actor, at=clock.now(), room_id=room_id, given=form.given())
        except (Invalid, Conflict) as error:
            form.add_error(field_of(error, form), str(error))
        else:
            messages.success(request, _("已登记。"))
            return redirect("households:room", room_id=room_id)
    return render(request, "households/resident.html", {"room": found, "form": form, "title": _("登记住户")}, status=422 if form.errors else 200)


@page("households.edit", methods=("GET", "HEAD", "POST"))
def resident(request: ActorRequest, resident_id: UUID) -> HttpResponse:
    """Change what is known of somebody."""
    found = queries.resident_for(request.actor, resident_id, actions.EDIT)
    form = ResidentEditForm(request.POST) if request.method == "POST" else ResidentForm.of(found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_resident(actor=request.actor, at=clock.now(), resident_id=resident_id, seen=form.cleaned_data["seen"], given=form.given())
        except (Invalid, Conflict) as error:
            form.add_error(field_of(error, form), str(error))
        else:
            messages.success(request, _("已保存。"))
            return redirect("households:room", room_id=found.room_id)
    context = {"room": found.room, "resident": found, "form": form, "title": _("修改住户资料")}
    return render(request, "households/resident.html", context, status=422 if form.errors else 200)


def field_of(error: Invalid | Conflict, form: ResidentForm) -> str | None:
    """The field that an error is about."""
    name = error.code.partition("_")[2]
    return name if name in form.fields else None


@page("households.edit", methods=("POST",))
def move_out(request: ActorRequest, resident_id: UUID) -> HttpResponse:
    """Somebody moved away."""
    gone = actions.move_out(actor=request.actor, at=clock.now(), resident_id=resident_id)
    messages.success(request, _("已登记搬走，记录还留着。"))
    return redirect("households:room", room_id=gone.room_id)


@page("households.reveal", methods=("POST",))
def reveal(request: ActorRequest, resident_id: UUID) -> HttpResponse:
    """A name or a phone in full; shown once, and the look is on record."""
    field_name = request.POST.get("field", "")
    value = actions.reveal(actor=request.actor, at=clock.now(), resident_id=resident_id, field_name=field_name)
    back = reverse("households:room", args=[queries.resident_for(request.actor, resident_id).room_id])
    template = "households/_revealed.html" if request.htmx else "households/revealed.html"
    response = render(request, template, {"value": value, "field": field_name, "back": back})
    response["Cache-Control"] = "no-store"
    return response


@page("households.import", methods=("GET", "HEAD", "POST"))
def bring_in(request: ActorRequest) -> HttpResponse:
    """Files of a ledger come in."""
    form = ImportForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        trial = request.POST.get("trial") == "1"
        job = uploads.start(actor=request.actor, at=clock.now(), unit_id=form.unit_id(), files=request.FILES.getlist("files"), dry_run=trial)
        return redirect("households:import_job", job_id=job.pk)
    return render(request, "households/import.html", {"form": form}, status=422 if form.errors else 200)


@page("households.import")
def marked(request: ActorRequest, job_id: UUID, number: int) -> HttpResponse:
    """A workbook that came in, its rows marked with what is wrong."""
    path = uploads.marked_file(actor=request.actor, job_id=job_id, number=number)
    return workbook(path.read_bytes(), path.name)


@page("households.import")
def import_job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """How far an import is, and what it did."""
    return render(request, "households/import_job.html", {"job": uploads.find(actor=request.actor, job_id=job_id)})

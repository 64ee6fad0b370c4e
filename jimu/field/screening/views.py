"""Pages of sites, rounds and their plan."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock, live
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Conflict, Invalid
from jimu.field.screening import policy, populace, queries, report_file, rules, setting_up, settling, untested
from jimu.field.screening.forms import RoundForm, SiteForm, TablesForm, moment_of
from jimu.field.screening.models import Round, Slot
from jimu.field.screening.reporting import report_of, tubes_of
from jimu.field.screening.setting_up import SlotChange
from jimu.field.screening.words import CREW_WORDS, WHY_WORDS
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for

WHY = {Slot.Kind.STAFF: "staff_first", Slot.Kind.BUILDING: "by_building", Slot.Kind.DOOR: "closed_at_its_door", Slot.Kind.HOME: "home_last"}
MORNING = 6


@page(queries.SEE)
def index(request: ActorRequest) -> HttpResponse:
    """Rounds of one's part, the running ones first."""
    rounds = sorted(queries.rounds_for(request.actor), key=lambda r: [Round.State.OPEN, Round.State.DRAFT, Round.State.CLOSED].index(Round.State(r.state)))
    can_plan = request.actor.may(queries.PLAN)
    places = queries.places_to_plan(request.actor) if can_plan else []
    context = {"rounds": rounds, "sites": queries.sites_for(request.actor), "can_plan": can_plan, "places": places}
    return render(request, "screening/index.html", context)


@page(queries.PLAN, methods=("GET", "HEAD", "POST"))
def sites(request: ActorRequest) -> HttpResponse:
    """Sites of one's part; a posted form sets up another."""
    form = SiteForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        try:
            made = setting_up.open_site(actor=request.actor, at=clock.now(), unit_id=d["unit"].pk, name=d["name"], place=d["place"], tables=d["tables"])
            messages.success(request, _("点位“{name}”设好了。").format(name=made.name))
            return redirect("screening:sites")
        except (Invalid, Conflict) as error:
            form.add_error("name", str(error))
    lines = []
    for site in queries.sites_for(request.actor, queries.PLAN):
        numbers = policy.of_place(site.unit)
        posts = [(CREW_WORDS[code], count) for code, count in rules.crew(site.tables, numbers)]
        lines.append((site, site.tables * numbers.persons_per_table, site.tables * rules.table_rate(numbers), posts, sum(n for _w, n in posts)))
    return render(request, "screening/sites.html", {"form": form, "lines": lines}, status=422 if form.errors else 200)


@page(queries.PLAN, methods=("POST",))
def change_site(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Another number of tables, or the end of a site."""
    given = TablesForm.of(request.POST)
    setting_up.change_site(actor=request.actor, at=clock.now(), site_id=site_id, **given)
    messages.success(request, _("已停用。") if given["retire"] else _("已改好。"))
    return redirect("screening:sites")


@page(queries.PLAN, methods=("GET", "HEAD", "POST"))
def new(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """A round to prepare, with what the place needs by its number of people."""
    unit = unit_for(request.actor, unit_id, queries.PLAN)
    numbers, sites = policy.of_place(unit), list(queries.sites_near(unit))
    persons = populace.living_in([unit.path]).count() or unit.residents or 0
    need = rules.capacity(persons, numbers)
    crew = sum(n for site in sites for _code, n in rules.crew(site.tables, numbers))
    initial = {
        "title": _("第 {n} 轮核酸筛查").format(n=Round.objects.filter(unit=unit).count() + 1), "pool_size": numbers.pool_size, "staff": crew,
        "starts_at": timezone.localtime(clock.now()).replace(hour=MORNING, minute=0) + timedelta(days=1), "sites": [site.pk for site in sites],
    }  # fmt: skip
    form = RoundForm(request.POST or None, unit=unit, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = setting_up.draft_round(actor=request.actor, at=clock.now(), wanted=form.wanted())
        messages.success(request, _("计划排好了，请看一遍，可以改，再开始。"))
        return redirect("screening:plan", round_id=made.pk)
    context = {"form": form, "unit": unit, "need": need, "sites": sites, "tables": sum(site.tables for site in sites), "unknown": populace.unknown_buildings(unit)}
    return render(request, "screening/new.html", context, status=422 if form.errors else 200)


@page(queries.SEE)
def show(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """A round at this moment."""
    return render(request, "screening/round.html", _now(request, round_id))


@page(queries.SEE, passive=True)
def now(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """The part of a round's page that refreshes by itself."""
    return render(request, "screening/_live.html", _now(request, round_id))


def _now(request: ActorRequest, round_id: UUID) -> dict[str, object]:
    actor, at = request.actor, clock.now()
    found = queries.round_for(actor, round_id)
    topic = setting_up.made_target(found)
    known = live.versions([topic])
    lines = queries.tube_lines(found, at)
    hurry = [line for line in lines if line.clock and line.tube.taken and line.clock.tone != "good"][:8]
    whole = actor.may(queries.PLAN, found.unit.path)
    positives = [line.tube for line in lines if line.tube.result_sealed and line.tube.result != "negative"] if actor.may(queries.POSITIVE, found.unit.path) else []
    return {
        "found": found, "sites": queries.site_lines(found, at), "hurry": hurry, "tubes": tubes_of(found, at)[0], "topic": topic, "version": known[topic],
        "turnout": untested.buildings_of(actor, found)[1], "open": settling.waiting(found) if whole else None, "positives": positives,
        "can_plan": whole, "can_view": actor.may(queries.VIEW), "slots": _slot_counts(found),
    }  # fmt: skip


def _slot_counts(found: Round) -> dict[str, int]:
    states = [slot.state for slot in queries.slots_of(found)]
    return {"all": len(states), "called": sum(1 for s in states if s != Slot.State.PLANNED), "done": states.count(Slot.State.DONE)}


@page(queries.PLAN, methods=("POST",))
def turn(request: ActorRequest, round_id: UUID, to: str) -> HttpResponse:
    """Begin or close a round."""
    act = setting_up.begin if to == "begin" else setting_up.close
    act(actor=request.actor, at=clock.now(), round_id=round_id)
    messages.success(request, _("开始了。手机上现在可以扫码。") if to == "begin" else _("这一轮结束了。手机上没传完的，传来时照样算。"))
    return redirect("screening:report" if to == "close" else "screening:round", round_id=round_id)


@page(queries.SEE, methods=("GET", "HEAD", "POST"))
def plan(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """The order of a round with its reasons; a posted form moves slots."""
    found = queries.round_for(request.actor, round_id)
    slots = queries.slots_of(found)
    if request.method == "POST":
        changed = setting_up.change_plan(actor=request.actor, at=clock.now(), round_id=found.pk, changes=_changes(request, slots))
        messages.success(request, _("改了 {n} 批。").format(n=changed))
        return redirect("screening:plan", round_id=found.pk)
    unknown: list[Unit] = list(populace.unknown_buildings(found.unit))
    context = {
        "found": found, "slots": [(slot, WHY_WORDS[WHY[Slot.Kind(slot.kind)]]) for slot in slots], "sites": list(found.sites.order_by("name")),
        "can_plan": request.actor.may(queries.PLAN, found.unit.path), "unknown": unknown,
        "persons": sum(slot.persons for slot in slots),
    }  # fmt: skip
    return render(request, "screening/plan.html", context)


def _changes(request: ActorRequest, slots: list[Slot]) -> dict[UUID, SlotChange]:
    """What of the plan was sent back; what was not stays."""
    made = {}
    for slot in slots:
        site, at, order = (request.POST.get(f"{name}-{slot.pk}", "") for name in ("site", "at", "order"))
        if not site or not at:
            continue
        try:
            made[slot.pk] = SlotChange(UUID(site), moment_of(at), int(order) - 1 if order.isdecimal() and len(order) < 6 else slot.order)
        except ValueError:
            raise Invalid(_("请选一个点位。")) from None
    return made


@page(queries.SEE)
def callers(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """The callers' lists, a sheet for each entrance: when to call whom, and who is to be visited instead."""
    found = queries.round_for(request.actor, round_id)
    return render(request, "screening/callers.html", {"found": found, "sheets": queries.callers_of(request.actor, found)})


@page(queries.VIEW)
def report(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """What a round came to."""
    found = queries.round_for(request.actor, round_id, queries.VIEW)
    return render(request, "screening/report.html", {"report": report_of(request.actor, found, clock.now()), "found": found})


@page(queries.VIEW)
def report_xlsx(request: ActorRequest, round_id: UUID) -> HttpResponse:
    """The same as a table to send upwards."""
    return report_file.answer(request.actor, queries.round_for(request.actor, round_id, queries.VIEW), clock.now())

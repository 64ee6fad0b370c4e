"""Pages of the store: what is there, what arrives, who gets it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core import clock, downloads
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Conflict, Invalid, JimuError
from jimu.core.paging import paged
from jimu.field.supplies import (
    amiss,
    planning,
    pledged,
    policy,
    queries,
    receiving,
    report_file,
    rules,
    showing,
    transfer_queries,
)
from jimu.field.supplies.forms import (
    COMMON_MEASURES,
    ArrivalForm,
    CorrectForm,
    CrewForm,
    NoteForm,
    NumberForm,
    PlanForm,
)
from jimu.field.supplies.models import Lot, Plan
from jimu.field.supplies.words import STAGE_TONES, STAGE_WORDS
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for

MOST_LOTS = 60


def _store(request: ActorRequest) -> Unit | None:
    given = request.GET.get("store", "")
    try:
        return unit_for(request.actor, UUID(given)) if given else None
    except ValueError:
        return None


def _dressed(lines: list[queries.LotLine]) -> list[dict[str, object]]:
    return [{"line": one, "stage": STAGE_WORDS[one.stage.code], "tone": STAGE_TONES[one.stage.code]} for one in lines]


@page(queries.VIEW)
def index(request: ActorRequest) -> HttpResponse:
    """What is in the store, and the plans."""
    actor, at, store = request.actor, clock.now(), _store(request)
    shown = paged(queries.lots_at(actor, store), number=request.GET.get("page"))
    numbers = policy.of_place(store or queries.stores(actor).filter(kind=Unit.Kind.NEIGHBORHOOD).first())
    crew_form = CrewForm(request.GET if "bags" in request.GET else None)
    crew = rules.crew(crew_form.cleaned_data["bags"], crew_form.cleaned_data["hours"], numbers) if crew_form.is_bound and crew_form.is_valid() else None
    context = {
        "page": shown, "lots": _dressed(queries.lot_lines(shown.rows, at)), "plans": queries.plans_at(actor, store)[:12], "store": store,
        "can_store": actor.may(queries.STORE), "crew_form": crew_form, "crew": crew, "pace": numbers.bags_per_person_hour, "coming": transfer_queries.coming(actor).count(), "places": sorted({lot.unit for lot in shown.rows}, key=lambda u: str(u.path)),
    }  # fmt: skip
    return render(request, "supplies/index.html", context)


@page(queries.VIEW)
def stock_xlsx(request: ActorRequest) -> HttpResponse:
    """What came, went out and is left: a table to send upwards."""
    at = clock.now()
    return downloads.report(report_file.stock_book(request.actor, _store(request), at), "supplies", at)


@page(queries.VIEW)
def plan_xlsx(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """What a plan gave, building by building and door by door."""
    at = clock.now()
    return downloads.report(report_file.plan_book(request.actor, plan_id, at), "supplies-plan", at)


@page(queries.STORE, methods=("GET", "HEAD", "POST"))
def arrival(request: ActorRequest) -> HttpResponse:
    """Write down what arrives; with `?pledge=` of an organisation's promise, of which nothing is typed again."""
    asked = request.GET.get("pledge", "")
    view = pledged.promise(request.actor, asked) if asked else None
    form = ArrivalForm(request.POST if request.method == "POST" else None, actor=request.actor, pledge=view.pledge if view else None)
    if request.method == "POST" and form.is_valid():
        unit_id, given = form.given()
        try:
            lot = receiving.arrive(actor=request.actor, at=clock.now(), unit_id=unit_id, given=given)
            messages.success(request, _("到货已登记。") + (_("接下来消杀，静置够时间再发。") if lot.disinfect else ""))
            return redirect("supplies:lot", lot_id=lot.pk)
        except (Conflict, Invalid) as error:
            form.complain(error)
    context = {"form": form, "measures": COMMON_MEASURES, "coming": pledged.to_come(request.actor), "view": view, "gone": asked and not view}
    return render(request, "supplies/arrival.html", context, status=422 if form.errors else 200)


@page(pledged.SEEN)
def of_organisation(request: ActorRequest, organisation_id: UUID) -> HttpResponse:
    """What became of an organisation's goods, on its page and on that of a pledge."""
    pledge, rows = request.GET.get("pledge", ""), pledged.what_became(request.actor, organisation_id)
    return render(request, "supplies/of_organisation.html", {"rows": [one for one in rows if not pledge or str(one.pledge_id) == pledge], "pledge": pledge})


@page(queries.VIEW)
def lot(request: ActorRequest, lot_id: UUID) -> HttpResponse:
    """One lot with its story."""
    shown = showing.lot_page(request.actor, lot_id, clock.now())
    others = transfer_queries.other_stores(shown.line.lot)
    context = {"shown": shown, "lot": shown.line.lot, "others": others, "sees_giver": pledged.sees_giver(request.actor, shown.line.lot), "can_store": request.actor.may(queries.STORE, shown.line.lot.unit.path), **_dressed([shown.line])[0]}
    return render(request, "supplies/lot.html", context)


@page(queries.STORE, methods=("POST",))
def lot_act(request: ActorRequest, lot_id: UUID, act: str) -> HttpResponse:
    """Disinfect, count, pack, thank, or correct."""
    actor, at = request.actor, clock.now()
    if act == "disinfect":
        receiving.disinfect(actor=actor, at=at, lot_id=lot_id, **NoteForm(request.POST).values())
        messages.success(request, _("消杀已登记，开始静置。"))
    elif act == "thank":
        receiving.thank(actor=actor, at=at, lot_id=lot_id, **NoteForm(request.POST).values())
        messages.success(request, _("致谢已登记。"))
    elif act == "pack":
        receiving.pack(actor=actor, at=at, lot_id=lot_id, **NumberForm(request.POST).values())
        messages.success(request, _("分拣已登记。"))
    elif act == "count":
        off = receiving.count(actor=actor, at=at, lot_id=lot_id, **NumberForm(request.POST).values())
        messages.success(request, _("账实相符。") if not off else _("清点已登记，比账上多 {n}。").format(n=off) if off > 0 else _("清点已登记，比账上少 {n}，记为缺损。").format(n=-off))
    else:
        receiving.correct(actor=actor, at=at, lot_id=lot_id, **CorrectForm({**request.POST.dict(), "how": act}).values())
        messages.success(request, _("已登记。"))
    return redirect("supplies:lot", lot_id=lot_id)


@page(queries.VIEW)
def gift_receipt(request: ActorRequest, lot_id: UUID) -> HttpResponse:
    """A receipt to print and hand to the giver."""
    shown = showing.lot_page(request.actor, lot_id, clock.now())
    return render(request, "supplies/gift_receipt.html", {"lot": shown.line.lot, "line": shown.line})


@page(queries.STORE, methods=("GET", "HEAD", "POST"))
def new_plan(request: ActorRequest) -> HttpResponse:
    """Choose what a portion is, see who would get it, write the plan down."""
    actor, at, store = request.actor, clock.now(), _store(request)
    if store is None:
        where = list(queries.stores(actor).filter(lots__isnull=False).distinct())
        if len(where) != 1:
            return render(request, "supplies/which_store.html", {"stores": where})
        store = where[0]
    actor.require(queries.STORE, store.path)
    lines = [one for one in queries.lot_lines(Lot.objects.filter(unit=store).exclude(source=Lot.Source.GROUP).select_related("unit").order_by("-arrived_at")[:MOST_LOTS], at) if one.store > 0]
    form = PlanForm(request.POST if request.method == "POST" else None, store=store, lines=lines, plans=list(Plan.objects.filter(unit=store).order_by("-opened_at")[:20]))
    draft = None
    if request.method == "POST" and form.is_valid():
        try:
            if "make" in request.POST:
                made = planning.make_plan(actor=actor, at=at, wish=form.wish())
                return redirect("supplies:plan", plan_id=made.pk)
            draft = planning.draft(actor=actor, wish=form.wish())
        except JimuError as error:
            form.add_error(None, str(error))
    context = {"form": form, "store": store, "rows": form.rows(), "draft": draft, "stages": STAGE_WORDS}
    return render(request, "supplies/new_plan.html", context, status=422 if form.errors else 200)


@page(queries.VIEW)
def plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """A plan with how far each building is."""
    shown = showing.plan_page(request.actor, plan_id)
    can_store = request.actor.may(queries.STORE, shown.plan.unit.path) and shown.plan.closed_at is None
    context = {"shown": shown, "plan": shown.plan, "can_store": can_store, "amiss": amiss.of_plan(shown.plan)}
    return render(request, "supplies/plan.html", context)


@page(queries.STORE, methods=("POST",))
def close_plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """End it."""
    planning.close_plan(actor=request.actor, at=clock.now(), plan_id=plan_id)
    messages.success(request, _("计划已结束。楼里没送出的，请退回库里。"))
    return redirect("supplies:plan", plan_id=plan_id)


def sent_words(count: int) -> str:
    """How many consignments left."""
    return ngettext("已发出 {n} 栋楼，等楼组长签收。", "已发出 {n} 栋楼，等楼组长签收。", count).format(n=count)

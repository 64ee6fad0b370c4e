"""Thin pages of orders."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, JimuError
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents import order_actions, order_answers, order_queries
from jimu.incidents.forms import ReasonForm
from jimu.incidents.models import Order
from jimu.incidents.order_chains import count_unready, unready
from jimu.incidents.order_drawing import legend, picture
from jimu.incidents.order_forms import OrderForm
from jimu.incidents.order_rules import SILENCE_MINUTES

DEFAULT_HOURS, DEFAULT_DAYS = 2, 3


@page("orders.view")
def index(request: ActorRequest) -> HttpResponse:
    """Orders that concern the reader; those to be answered first."""
    asked = order_queries.mine(request.actor)
    context = {"orders": order_queries.orders_for(request.actor)[:60], "mine": sum(one.open for one in asked), "asked": len(asked)}
    return render(request, "incidents/orders.html", context)


@page("orders.issue", methods=("GET", "HEAD", "POST"))
def new(request: ActorRequest) -> HttpResponse:
    """Write an order and give it. Cells without anybody to ask are shown beforehand."""
    now = timezone.localtime(clock.now())
    first = {
        "by_level": "0", "silence_minutes": SILENCE_MINUTES, "kinds": ["neighborhood", "block", "building"],
        "deadline": now + timedelta(hours=DEFAULT_HOURS), "ends_on": now.date() + timedelta(days=DEFAULT_DAYS),
    }  # fmt: skip
    form = OrderForm(request.POST or None, actor=request.actor, initial=first)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            order = order_actions.issue(actor=request.actor, at=clock.now(), **form.words())
        except JimuError as error:
            problem = str(error)
        else:
            messages.success(request, _("指令已下达。下面实时看各级回复。"))
            return redirect("incidents:order", order_id=order.pk)
    context = {"form": form, "problem": problem, "unready": count_unready(request.actor)}
    return render(request, "incidents/order_new.html", context, status=422 if problem or form.errors else 200)


def _tree(actor: Actor, found: Order) -> dict[str, Any]:
    tree = order_queries.tree(actor, found)
    return {
        "order": found, "tree": tree, "pictures": [picture(branch) for branch in tree.branches], "legend": legend(), "at": clock.now(),
        "levels": [(Unit.Kind(kind).label, count) for kind, count in tree.levels.items()],
        "to_call": order_queries.to_call(actor, found), "questions": order_queries.questions_of(actor, found),
        "overdue": found.state == Order.State.ACTIVE and found.ends_on < clock.today(),
        "can_issue": actor.may("orders.issue", found.unit.path),
    }  # fmt: skip


@page("orders.view")
def order(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """One order: the tree live, what must be called, questions, the end."""
    found = order_queries.order_for(request.actor, "orders.view", order_id)
    return render(request, "incidents/order.html", _tree(request.actor, found))


@page("orders.view", passive=True)
def live(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """What changes on an order's page; a fragment."""
    found = order_queries.order_for(request.actor, "orders.view", order_id)
    return render(request, "incidents/_order_live.html", _tree(request.actor, found))


@page("orders.view")
def unit(request: ActorRequest, order_id: UUID, unit_id: UUID) -> HttpResponse:
    """The receipts of one unit by name; who looks after it may answer for a leader who was rung."""
    found = order_queries.order_for(request.actor, "orders.view", order_id)
    place, receipts = order_queries.receipts_in(request.actor, found, unit_id)
    rows = [(receipt, order_queries.may_answer(request.actor, receipt)) for receipt in receipts]
    return render(request, "incidents/order_unit.html", {"order": found, "unit": place, "rows": rows})


@page("orders.view")
def mine(request: ActorRequest) -> HttpResponse:
    """Orders that ask the reader for an answer: big buttons, no script needed."""
    asked = order_queries.mine(request.actor)
    order_answers.see(actor=request.actor, at=clock.now(), order_ids=[one.order.pk for one in asked])
    return render(request, "incidents/orders_mine.html", {"mine": asked})


@page("orders.view", methods=("POST",))
def answer(request: ActorRequest) -> HttpResponse:
    """One answer from any of the pages; back to where it came from."""
    messages.success(request, answered(request, request.actor))
    back = request.POST.get("back", "")
    if back == "unit":
        return redirect("incidents:order_unit", order_id=_id(request, "order"), unit_id=_id(request, "unit"))
    return redirect("incidents:orders_mine")


def answered(request: HttpRequest, actor: Actor) -> str:
    """Do what a form of answers asks for; returns the words that confirm it."""
    do, at = request.POST.get("do", ""), clock.now()
    if do == "ask":
        order_answers.ask_back(actor=actor, at=at, receipt_id=_id(request, "receipt"), text=request.POST.get("text", ""))
        return _("疑问已送到下达的人。答复会显示在这里。")
    if do == "report":
        here, wanted = (_number(request, name) for name in ("here", "wanted"))
        order_answers.report(actor=actor, at=at, receipt_id=_id(request, "receipt"), here=here, wanted=wanted)
        return _("到位人数已报。")
    try:
        ids = [UUID(given) for given in request.POST.getlist("receipt")]
    except ValueError:
        ids = []
    if not ids:
        raise Invalid
    order_answers.acknowledge(actor=actor, at=at, receipt_ids=ids)
    return _("已回复“收到”。")


def _id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Invalid from None


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.POST.get(name, "").strip()
    return int(given) if given.isdecimal() and len(given) < 6 else None


@page("orders.issue", methods=("POST",))
def question(request: ActorRequest, question_id: UUID) -> HttpResponse:
    """Answer a question; everybody below reads it."""
    found = order_answers.answer(actor=request.actor, at=clock.now(), question_id=question_id, text=request.POST.get("text", ""))
    messages.success(request, _("已答复，下面各级都能看到。"))
    return redirect("incidents:order", order_id=found.receipt.order_id)


@page("orders.issue", methods=("POST",))
def stand_down(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """End an order."""
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    order_actions.stand_down(actor=request.actor, at=clock.now(), order_id=order_id, reason=reason)
    messages.success(request, _("指令已解除，收到过的人会得到通知。"))
    return redirect("incidents:order", order_id=order_id)


@page("orders.view")
def readiness(request: ActorRequest) -> HttpResponse:
    """Cells that an order would not reach, to be mended before an emergency."""
    rows = unready(request.actor)
    return render(request, "incidents/order_readiness.html", {"rows": rows[:400], "total": len(rows), "open_units": request.actor.may("grid.view")})

"""Pages of group buying: the committee's, the leader's private desk, and what a household opens from the chat."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jimu.core import clock
from jimu.core.doors import ActorRequest, behind_link, page
from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.core.permissions import Actor
from jimu.field.supplies import bought, buy_queries, buying, parcel_queries, parcels, policy, queries
from jimu.field.supplies.buy_forms import (
    ChainForm,
    LeaderForm,
    LeaderStateForm,
    OfferForm,
    OrderForm,
    RefundForm,
    SlotForm,
    arrived,
    read_uuid,
)
from jimu.field.supplies.buy_queries import BUY
from jimu.field.supplies.chain import Read, read_chain, read_sheet, written
from jimu.field.supplies.chain_places import orders_of, placed
from jimu.field.supplies.models import Buy, Slot
from jimu.field.supplies.queries import STORE, VIEW
from jimu.grid.models import Unit
from jimu.people.intake import readers
from jimu.signup.poster import qr_svg

MOST_BYTES = 2_000_000
MANY = 20


@page(VIEW)
def buys(request: ActorRequest) -> HttpResponse:
    """Buys of one's part, and the leaders."""
    actor = request.actor
    can_check = actor.may(BUY)
    places = queries.stores(actor).filter(kind=Unit.Kind.NEIGHBORHOOD) if can_check else []
    context = {
        "buys": buy_queries.buys_for(actor)[:MANY], "leaders": buy_queries.leaders_for(actor) if can_check else [], "can_check": can_check,
        "places": places, "at": clock.now(), "link": request.build_absolute_uri("/")[:-1],
    }  # fmt: skip
    return render(request, "supplies/buys.html", context)


@page(BUY, methods=("POST",))
def add_leader(request: ActorRequest) -> HttpResponse:
    """Register a leader."""
    given = LeaderForm(request.POST).values()
    buying.register_leader(actor=request.actor, at=clock.now(), unit_id=given["unit"], name=given["name"], phone=given["phone"])
    messages.success(request, _("已登记，核对以后他就能发起团购。"))
    return redirect("supplies:buys")


@page(BUY, methods=("POST",))
def set_leader(request: ActorRequest, leader_id: UUID) -> HttpResponse:
    """Check or stop one."""
    buying.set_leader(actor=request.actor, at=clock.now(), leader_id=leader_id, **LeaderStateForm(request.POST).values())
    messages.success(request, _("已登记。"))
    return redirect("supplies:buys")


def _context(request: HttpRequest, buy: Buy, base: str) -> dict[str, Any]:
    at = clock.now()
    link = request.build_absolute_uri(reverse("supplies:order", args=[buy.code]))
    return {
        "buy": buy, "items": buy_queries.items_of(buy), "orders": buy_queries.shown(buy_queries.live_orders(buy)), "slots": buy_queries.slots_of(buy, at),
        "taking": buying.taking(buy, at), "base": base, "doors": parcel_queries.doors_of(buy), "link": link, "qr": qr_svg(link, buy.title), "ways": Slot.Way.choices, "rest": policy.of_place(buy.unit).rest_minutes,
    }  # fmt: skip


@page(VIEW)
def buy(request: ActorRequest, buy_id: UUID) -> HttpResponse:
    """One buy with its orders, for the committee."""
    found = buy_queries.buy_for(request.actor, buy_id)
    can = request.actor.may(STORE, found.unit.path)
    context = _context(request, found, reverse("supplies:buy", args=[found.pk]))
    return render(request, "supplies/buy.html", {**context, "can_act": can, "can_arrive": can and not context["taking"]})


@page(STORE, methods=("POST",))
def buy_act(request: ActorRequest, buy_id: UUID, act: str) -> HttpResponse:
    """What the committee does with a buy."""
    found, at = buy_queries.buy_for(request.actor, buy_id, STORE), clock.now()
    if act == "arrive":
        numbers, rest = arrived(request.POST.dict(), list(found.items.all()))
        bought.arrive(actor=request.actor, at=at, buy_id=buy_id, numbers=numbers, rest_minutes=rest)
        messages.success(request, _("到货已登记，消杀、静置在物资页登记。"))
    else:
        messages.success(request, _act(request, found, act, request.actor, at))
    return redirect("supplies:buy", buy_id=buy_id)


def _act(request: HttpRequest, buy: Buy, act: str, actor: Actor, at: datetime) -> str:
    """What the leader may do too; the sentence that says it was done."""
    given = request.POST
    by: dict[str, Any] = {"actor": actor, "at": at, "buy": buy}
    if act == "slot":
        bought.open_slot(**by, **SlotForm(given).values())
    elif act == "cancel":
        buying.cancel_buy(**by)
    elif act == "refund":
        fen, note = RefundForm(given).fen()
        bought.refund(**by, order_id=read_uuid(given.get("order", "")), fen=fen, note=note)
    elif act == "send":
        one = given.get("order")
        building = given.get("building")
        loads = parcels.send(**by, building_id=read_uuid(building) if building else None, order_id=read_uuid(one) if one else None)
        return _("装车发出：{n} 栋楼。等楼组长点数签收。").format(n=len(loads))
    elif act == "assign":
        return _("归好了 {n} 单。").format(n=parcels.assign(**by, slot_id=read_uuid(given.get("slot", ""))))
    elif act == "parcel_back":
        parcels.take_back(**by, parcel_id=read_uuid(given.get("parcel", "")))
    elif act in ("paid", "hand"):
        done: Callable[..., object] = bought.pay if act == "paid" else bought.hand
        done(**by, order_id=read_uuid(given.get("order", "")))
    else:
        raise NotFound
    return _("已登记。")


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return behind_link(render(request, template, context, status=status))


def _outside(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page behind an address: a refusal is a page too, and wrong addresses are counted."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            return _refused(request, _counted(request, error))
        except JimuError as error:
            return _refused(request, error)

    return require_http_methods(["GET", "HEAD", "POST"])(guarded)


def _counted(request: HttpRequest, error: JimuError) -> JimuError:
    try:
        buying.knock(at=clock.now(), address=_address(request))
    except JimuError as too_many:
        return too_many
    return error


def _refused(request: HttpRequest, error: JimuError) -> HttpResponse:
    return _answer(request, "supplies/outside_refused.html", {"error": error}, error.status)


def _address(request: HttpRequest) -> str:
    return str(get_client_ip_address(request) or "")


@_outside
def lead(request: HttpRequest, code: str) -> HttpResponse:
    """The leader's desk: their buys, and a new one."""
    leader = buy_queries.leader_by_code(code)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = buying.open_buy(at=clock.now(), leader_code=code, offer=form.offer())
            return HttpResponseRedirect(reverse("supplies:lead_buy", args=[code, made.pk]))
        except Invalid as error:
            form.add_error(None, str(error))
    context = {"leader": leader, "form": form, "buys": leader.buys.select_related("leader").order_by("-opened_at")[:MANY]}
    return _answer(request, "supplies/lead.html", context, 422 if form.errors else 200)


@_outside
def lead_buy(request: HttpRequest, code: str, buy_id: UUID) -> HttpResponse:
    """One buy on the leader's desk; a pasted chain is shown as it was read before anything is written."""
    found = buy_queries.buy_of_leader(code, buy_id)
    context = {**_context(request, found, reverse("supplies:lead_buy", args=[code, found.pk])), "can_act": True, "code": code}
    if request.method != "POST":
        return _answer(request, "supplies/lead_buy.html", context)
    text = ChainForm(request.POST).values()["text"]
    read = _read(request, found, text)
    rows, text = placed(found, read), text if "file" not in request.FILES else "\n".join(map(written, read))
    wanted = orders_of(found, rows)
    if "take" in request.POST and wanted:
        made = buying.take_chain(actor=buying.leading(), at=clock.now(), buy=found, many=wanted)
        messages.success(request, _("录入了 {n} 单。").format(n=len(made)))
        return HttpResponseRedirect(context["base"])
    return _answer(request, "supplies/lead_buy.html", {**context, "rows": rows, "good": len(wanted), "text": text})


def _read(request: HttpRequest, buy: Buy, text: str) -> list[Read]:
    items = [item.name for item in buy.items.all()]
    file = request.FILES.get("file")
    if file is None:
        return read_chain(text, items)
    if (file.size or 0) > MOST_BYTES or Path(str(file.name)).suffix.lower() != ".xlsx":
        raise Invalid(_("请选 2 MB 以内的 xlsx 表格，或直接粘贴接龙。"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        path.write_bytes(file.read())
        return [row for sheet in readers.read(path).sheets for row in read_sheet(sheet.rows, items)]


@_outside
def lead_act(request: HttpRequest, code: str, buy_id: UUID, act: str) -> HttpResponse:
    """What the leader does with a buy."""
    if request.method != "POST":
        raise NotFound
    messages.success(request, _act(request, buy_queries.buy_of_leader(code, buy_id), act, buying.leading(), clock.now()))
    return HttpResponseRedirect(reverse("supplies:lead_buy", args=[code, buy_id]))


@_outside
def order(request: HttpRequest, code: str) -> HttpResponse:
    """The page from the chat: the price list, and an order."""
    found, at = buy_queries.open_buy(code), clock.now()
    form = OrderForm(request.POST if request.method == "POST" else None, buy=found, items=list(found.items.all()))
    if request.method == "POST" and form.is_valid():
        try:
            made = buying.order_by_resident(at=at, code=code, address=_address(request), wanted=form.wanted())
            return HttpResponseRedirect(reverse("supplies:ordered", args=[made.receipt]))
        except Invalid as error:
            form.complain(error)
    return _answer(request, "supplies/order.html", {"buy": found, "form": form, "taking": buying.taking(found, at)}, 422 if form.errors else 200)


@_outside
def ordered(request: HttpRequest, receipt: str) -> HttpResponse:
    """A household's order: how far it is, when it comes, and taking it back while that is possible."""
    at = clock.now()
    found = buy_queries.order_by_receipt(receipt)
    if request.method == "POST":
        if "cancel" in request.POST:
            buying.cancel_order(at=at, receipt=receipt)
        else:
            buying.choose_slot(at=at, receipt=receipt, slot_id=read_uuid(request.POST.get("slot", "")))
        return HttpResponseRedirect(reverse("supplies:ordered", args=[found.receipt]))
    shown = buy_queries.shown(type(found).objects.filter(pk=found.pk))[0]
    context = {"one": shown, "order": found, "buy": found.buy, "taking": buying.taking(found.buy, at), "slots": buy_queries.slots_of(found.buy, at)}
    return _answer(request, "supplies/ordered.html", context)

"""What the pages of orders and of custody may send."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.field.medicine import acting, alarming, custody, custody_queries, queries, showing, words
from jimu.field.medicine.forms import ActForm, counted_of, ids_of


@page(queries.OWN, methods=("POST",))
def do(request: ActorRequest, order_id: UUID, act: str) -> HttpResponse:
    """One act on an order; back to where it was pressed."""
    try:
        given = ActForm(request.POST).asked(request.POST.getlist("items"))
        order = acting.act(actor=request.actor, at=clock.now(), order_id=order_id, name=act, given=given)
        done = _("已记下“{act}”。现在：{state}。按错了可以撤销。")
        messages.success(request, done.format(act=words.act_words(act), state=order.get_state_display()))
    except JimuError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, str(error))
    return _back(request, order_id)


@page(queries.OWN, methods=("POST",))
def undo(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """Take the last act back."""
    try:
        order = acting.undo(actor=request.actor, at=clock.now(), order_id=order_id)
        messages.success(request, _("已撤销，现在是“{state}”。").format(state=order.get_state_display()))
    except JimuError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, str(error))
    return _back(request, order_id)


@page(queries.OWN, methods=("POST",))
def answer(request: ActorRequest, alarm_id: UUID) -> HttpResponse:
    """Answer what one was told of: one sees to it."""
    order = alarming.answer(actor=request.actor, at=clock.now(), alarm_id=alarm_id, note=request.POST.get("note", ""))
    messages.success(request, _("已答复。还没有送到的话，过一阵才会再告诉上一级。"))
    return _back(request, order.pk)


def _back(request: ActorRequest, order_id: UUID) -> HttpResponse:
    return (
        redirect("medicine:mine")
        if request.POST.get("back") == "mine"
        else redirect("medicine:show", order_id=order_id)
    )


@page(queries.OWN, methods=("POST",))
def drugs(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """The drugs by name, shown once, on record."""
    found = acting.reveal(actor=request.actor, at=clock.now(), order_id=order_id)
    return showing.order_page(request, queries.order_for(request.actor, order_id), drugs=found)


@page(queries.OWN, methods=("POST",))
def phone(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """The number in full, shown once, on record."""
    found = acting.reveal_phone(actor=request.actor, at=clock.now(), order_id=order_id)
    return showing.order_page(request, queries.order_for(request.actor, order_id), phone=found)


@page(queries.READ, methods=("POST",))
def history(request: ActorRequest, order_id: UUID) -> HttpResponse:
    """The resident's other orders, shown once, on record."""
    found = acting.read_history(actor=request.actor, at=clock.now(), order_id=order_id)
    return showing.order_page(request, queries.order_for(request.actor, order_id), past=found)


@page(queries.OWN)
def hands(request: ActorRequest) -> HttpResponse:
    """What is in whose hands; what one holds oneself can be handed over, what was offered signed for."""
    actor, at = request.actor, clock.now()
    held, offered = custody_queries.mine(actor, at)
    people = custody_queries.by_holder(custody_queries.out_for(actor, at)) if actor.may(queries.VIEW) else []
    context = {
        "held": held, "offered": offered, "people": people, "receivers": custody_queries.receivers(actor) if held else [],
        "alarms": sum(one.alarm for _person, rows in people for one in rows), "sees_all": actor.may(queries.VIEW), "manages": actor.may(queries.MANAGE),
    }  # fmt: skip
    return render(request, "medicine/hands.html", context)


@page(queries.OWN, methods=("POST",))
def hand_over(request: ActorRequest) -> HttpResponse:
    """Offer what was ticked to somebody, or sign for it."""
    actor, at = request.actor, clock.now()
    ids = ids_of(request.POST.getlist("things"))
    try:
        if request.POST.get("way") == "take":
            done = custody.take(
                actor=actor, at=at, thing_ids=ids, where=request.POST.get("where", ""), counted=counted_of(request.POST)
            )
            messages.success(
                request,
                ngettext("已签收 {n} 件，现在由您代管。", "已签收 {n} 件，现在由您代管。", len(done)).format(
                    n=len(done)
                ),
            )
        else:
            to = next(iter(ids_of([request.POST["to"]] if request.POST.get("to") else [])), None)
            if to is None:
                raise Invalid(_("请选择交给谁。"))
            done = custody.offer(
                actor=actor, at=at, thing_ids=ids, to_id=to, where=request.POST.get("where", "")
            )
            said = ngettext(
                "交出 {n} 件，对方签收以前仍由您负责。", "交出 {n} 件，对方签收以前仍由您负责。", len(done)
            )
            messages.success(request, said.format(n=len(done)))
    except JimuError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, str(error))
    return redirect("medicine:hands")


@page(queries.OWN)
def thing(request: ActorRequest, thing_id: UUID) -> HttpResponse:
    """One card's or one sum's chain of signatures."""
    found = custody_queries.thing_for(request.actor, thing_id)
    mine = request.actor.person_id is not None and found.holder_id == request.actor.person_id
    context = {
        "thing": found, "chain": custody_queries.chain_with_differences(found), "lost_steps": words.LOST_STEPS,
        "can_report": mine or request.actor.may(queries.MANAGE, found.order.unit.path), "sees_order": queries.may_see(request.actor, found.order),
    }  # fmt: skip
    return render(request, "medicine/thing.html", context)


@page(queries.OWN, methods=("POST",))
def report(request: ActorRequest, thing_id: UUID, kind: str) -> HttpResponse:
    """Lost, found, replaced, or an offer taken back."""
    actor, at = request.actor, clock.now()
    try:
        if kind == "withdrawn":
            custody.withdraw(actor=actor, at=at, thing_id=thing_id)
        else:
            custody.report(
                actor=actor, at=at, thing_id=thing_id, kind=kind, note=request.POST.get("note", "")
            )
        messages.success(request, _("已记下，签收链里看得到。"))
    except JimuError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, str(error))
    return redirect("medicine:thing", thing_id=thing_id)

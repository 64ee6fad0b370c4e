"""The page of one order: its story, the acts that are open to this reader now, and what each wants."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from jimu.core import clock, sealed
from jimu.core.doors import ActorRequest
from jimu.field.households.models import Room
from jimu.field.households.queries import VIEW as SEE_HOMES
from jimu.field.medicine import acting, alarming, custody_queries, queries, rules
from jimu.field.medicine.closing import MONEY
from jimu.field.medicine.models import Colour, Fact, Item, Order, Window
from jimu.field.medicine.steps import STEPS
from jimu.people.models import Person


def order_page(
    request: ActorRequest,
    order: Order,
    *,
    drugs: list[tuple[Item, str]] | None = None,
    phone: str = "",
    past: list[Order] | None = None,
) -> HttpResponse:
    """Draw it; `drugs`, `phone` and `past` are what was just revealed, on record."""
    actor, at = request.actor, clock.now()
    now = queries.standing(order)
    last = Fact.objects.filter(pk=now.last.key).first() if now.last else None
    acts = open_acts(request, order, now)
    held, _offered = custody_queries.mine(actor, at)
    context: dict[str, Any] = {
        "order": order, "line": queries.lines([order], at)[0], "now": now, "acts": acts, "story": queries.story(order), "drugs": drugs, "phone": phone,
        "masked_name": sealed.mask_name(order.name), "masked": sealed.mask_phone(sealed.unseal(order.phone_sealed)), "items": queries.items_of(order),
        "can_read": queries.may_read_drugs(actor, order), "can_history": actor.may(queries.READ, order.unit.path), "past": past,
        "things": custody_queries.of_order(order), "fridge": queries.fridge(order, at), "photos": list(order.photos.all()),
        "asked": next((one for one in alarming.open_for(actor) if one.order_id == order.pk), None), "alarms": alarming.told_of(order),
        "nobody_left": order.stage > 0 and order.next_tick is None, "difference": custody_queries.difference(order.things.filter(kind__in=MONEY)),
        "first": _first(now), "undo": last if last and (acting.own_fact(actor, last) or actor.may(queries.MANAGE, order.unit.path)) else None,
        "hospitals": queries.hospitals_for(order.unit), "windows": Window.choices, "colours": _higher(order, at), "again": list(order.again.all()),
        "bill": now.bill, "room": _room(request, order), "sees_trip": _sees_trip(request, order), "sees_list": actor.may(queries.VIEW), "mine_held": held, "can_reveal": _can_reveal(request, order),
    }  # fmt: skip
    response = render(request, "medicine/order.html", context)
    response["Cache-Control"] = "no-store"
    return response


def open_acts(request: ActorRequest, order: Order, now: rules.Standing) -> frozenset[str]:
    """What this reader may do with it as it is now."""
    actor, path = request.actor, order.unit.path
    runs = queries.on_trip(actor, order)
    found = {
        act
        for act in STEPS
        if rules.allowed(act, now.state)
        and (actor.may(acting.RIGHTS[act], path) or (runs and acting.RIGHTS[act] == queries.RUN))
    }
    if not actor.may(queries.READ, path):
        found.discard("triage")
    if not order.controlled or now.witness is not None:
        found.discard("witness")
    if not now.missing - now.ordered_again or order.state in (Order.State.FETCHING, Order.State.MISSING):
        found.discard("again")
    if not custody_queries.to_give_back(order):
        found.discard("return")
    found.discard("assign")
    return frozenset(found)


def _first(now: rules.Standing) -> str:
    """Who signed the first half of the check."""
    if now.first is None:
        return ""
    person = Person.objects.filter(pk__in=[now.first[0]] if now.first[0] else []).first()
    return person.name if person else now.first[1]


def _higher(order: Order, at: Any) -> list[tuple[str, str]]:
    colour = queries.lines([order], at)[0].colour
    return [
        (str(c.value), str(c.label))
        for c in Colour
        if rules.URGENT_FIRST.index(c.value) < rules.URGENT_FIRST.index(colour)
    ]


def _room(request: ActorRequest, order: Order) -> Room | None:
    """The door on the ledger, for those who may read it."""
    if not request.actor.may(SEE_HOMES, order.unit.path):
        return None
    return Room.objects.filter(building=order.unit, number=order.room).first()


def _sees_trip(request: ActorRequest, order: Order) -> bool:
    actor = request.actor
    if order.trip is None:
        return False
    path = order.trip.unit.path
    return queries.on_trip(actor, order) or actor.may(queries.MANAGE, path) or actor.may(queries.READ, path)


def _can_reveal(request: ActorRequest, order: Order) -> bool:
    actor = request.actor
    runs = queries.on_trip(actor, order) or (
        actor.person_id is not None and order.runner_id == actor.person_id
    )
    return runs or actor.may("people.reveal", order.unit.path)

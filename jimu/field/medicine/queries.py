"""Reads of orders, each within the asker's part; no drug is named in any of them but `drugs_for`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from jimu.core.errors import NotFound
from jimu.core.fetching import fetch_on_part
from jimu.core.permissions import Actor, holding, under, visible
from jimu.field.medicine import policy, rules, words
from jimu.field.medicine.errors import NoDoor, NoReceipt
from jimu.field.medicine.models import Door, Duty, Fact, Hospital, Item, Order, Thing
from jimu.field.medicine.rules import Said, Standing
from jimu.grid.models import Unit
from jimu.teams.leading import group_of

OWN, REGISTER, VIEW, MANAGE = "medicine.own", "medicine.register", "medicine.view", "medicine.manage"
RUN, READ, DOOR = "medicine.run", "medicine.read", "medicine.door"
WITH = ("unit", "place", "runner", "trip__hospital", "trip__unit", "hospital")
HISTORY_DAYS = 180
S = Order.State
#: Lists of the desk: what each part holds.
PARTS: dict[str, tuple[str, ...]] = {
    "waiting": (S.REGISTERED, S.TRIAGED, S.COLLECTED),
    "way": (S.ASSIGNED, S.FETCHING, S.FETCHED, S.CHECKED),
    "stuck": (S.MISSING, S.HELD),
    "closing": (S.DELIVERED, S.SIGNED, S.RETURNED),
    "over": Order.OVER,
}


def on_trip(actor: Actor, order: Order) -> bool:
    """Whether the asker has a part in the order's trip, while it goes on."""
    if actor.person_id is None or order.trip_id is None or not order.running:
        return False
    return Duty.objects.filter(trip=order.trip_id, person=actor.person_id).exists()


def in_group(actor: Actor, order: Order) -> bool:
    """Whether somebody whom the asker leads has a part in the order's trip, while it goes on. They see how far it is, never which drugs."""
    if order.trip_id is None or not order.running:
        return False
    group = group_of(actor)
    return bool(group) and Duty.objects.filter(trip=order.trip_id, person__in=group.people).exists()


def may_see(actor: Actor, order: Order) -> bool:
    """Whether the asker may know of an order at all."""
    return actor.may(VIEW, order.unit.path) or actor.may(RUN, order.unit.path) or on_trip(actor, order) or in_group(actor, order)


def may_read_drugs(actor: Actor, order: Order) -> bool:
    """Whether the asker may read which drugs: few, and who fetches or checks them, until they are at the door."""
    if actor.may(READ, order.unit.path):
        return True
    return order.state in (S.ASSIGNED, S.FETCHING, S.FETCHED, S.MISSING) and on_trip(actor, order)


def order_for(actor: Actor, order_id: UUID, right: str = "") -> Order:
    """One order. Raises NotFound unless the asker may know of it, NotPermitted without the right at its place."""
    order = Order.objects.select_related(*WITH).filter(pk=order_id).first()
    if order is None or not may_see(actor, order):
        raise NotFound
    if right and not (right == RUN and on_trip(actor, order)):
        actor.require(right, order.unit.path)
    return order


def orders_for(
    actor: Actor, *, part: str = "", unit: Unit | None = None, right: str = VIEW
) -> "QuerySet[Order]":
    """Orders of the asker's part, the most pressing first."""
    actor.require(right)
    rows = Order.objects.filter(
        visible(actor, right, "unit__path"), state__in=PARTS.get(part, tuple(rules.RUNNING))
    ).select_related(*WITH)
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    return rows.order_by("due_at", "pk") if part != "over" else rows.order_by("-closed_at", "pk")


def counts(actor: Actor, unit: Unit | None) -> dict[str, int]:
    """How many orders each part of the desk holds."""
    rows = dict(orders_for(actor, unit=unit).order_by().values_list("state").annotate(n=Count("pk")))
    return {
        part: sum(rows.get(state, 0) for state in states) for part, states in PARTS.items() if part != "over"
    }


def said(facts: Iterable[Fact]) -> list[Said]:
    """Facts as the rules see them."""
    return [
        Said(f.seq, f.act, f.leads_to, f.at, f.person_id, f.by, f.items, f.data, f.undoes_id) for f in facts
    ]


def standing(order: Order) -> Standing:
    """The present of an order out of its facts."""
    return rules.replay(said(order.facts.all()))


def colour_now(order: Order, at: datetime, numbers: Any) -> str:
    """Its colour now: by how long the medicine still lasts, or as a person raised it."""
    days = rules.days_now(order.days_left, order.registered_at, at)
    return rules.worse(rules.colour_of(days, numbers.red_days, numbers.yellow_days), order.raised)


@dataclass(frozen=True)
class Line:
    """An order as a list shows it: nothing of what it holds."""

    order: Order
    colour: str
    why: str
    place: str
    minutes: int
    next: str
    lost: bool = False

    @property
    def overdue(self) -> bool:
        """Whether it should be at the door and is not."""
        return self.order.state in Order.AWAITED and self.minutes < 0

    @property
    def colour_words(self) -> str:
        return str(words.COLOURS[self.colour])

    @property
    def tone(self) -> str:
        """Of its chip."""
        return {"red": "bad", "yellow": "warn"}.get(self.colour, "good")

    @property
    def left(self) -> str:
        """How long there is, or how long it is over; '' once it is at the door."""
        if self.order.state not in Order.AWAITED:
            return ""
        amount = words.amount(abs(self.minutes))
        return (_("超时 {amount}") if self.minutes < 0 else _("还有 {amount}")).format(amount=amount)


def lines(orders: Iterable[Order], at: datetime) -> list[Line]:
    """Orders for a list."""
    rows = list(orders)
    numbers = {place.pk: policy.of_place(place) for place in {one.place for one in rows}}
    lost = set(
        Thing.objects.filter(order__in=[one.pk for one in rows], lost=True).values_list("order_id", flat=True)
    )
    half = _half_checked([one.pk for one in rows if one.state == S.FETCHED])
    return [_line(one, at, numbers[one.place_id], one.pk in lost, one.pk in half) for one in rows]


def _half_checked(ids: Sequence[UUID]) -> set[UUID]:
    found: dict[UUID, list[Fact]] = {}
    for fact in Fact.objects.filter(order__in=ids):
        found.setdefault(fact.order_id, []).append(fact)
    return {pk for pk, facts in found.items() if rules.replay(said(facts)).half_checked}


def _line(order: Order, at: datetime, numbers: Any, lost: bool, half: bool) -> Line:
    days = rules.days_now(order.days_left, order.registered_at, at)
    colour = colour_now(order, at, numbers)
    minutes = int((order.due_at - at).total_seconds() // 60)
    step = str(words.LOST_NEXT if lost else words.HALF_NEXT if half else words.NEXT[order.state])
    return Line(
        order,
        colour,
        words.why(days, colour, order.raised),
        f"{order.unit.name} {order.room}",
        minutes,
        step,
        lost,
    )


@dataclass(frozen=True)
class Fridge:
    """How long what needs a fridge has been out of one."""

    minutes: int
    most: int

    @property
    def over(self) -> bool:
        return self.minutes > self.most


def fridge(order: Order, at: datetime) -> Fridge | None:
    """For cold drugs on their way from the pharmacy to the door; None for others."""
    if not order.cold or order.fetched_at is None or order.state not in (S.FETCHED, S.CHECKED):
        return None
    return Fridge(
        int((at - order.fetched_at).total_seconds() // 60), policy.of_place(order.unit).fridge_minutes
    )


def story(order: Order) -> list[tuple[Fact, str, bool]]:
    """What happened, in order: fact, words, whether it was undone."""
    facts = list(order.facts.select_related("person"))
    gone = {one.undoes_id for one in facts if one.undoes_id}
    return [(one, words.act_words(one.act), one.seq in gone) for one in facts]


def items_of(order: Order) -> list[Item]:
    """The drugs that are wanted, without those a new prescription replaced."""
    return [item for item in order.items.all() if item.gone_at is None]


def history(order: Order, at: datetime) -> list[Order]:
    """Other orders of the same resident. Whoever asks must be allowed to read drugs; the action journals it."""
    rows = Order.objects.filter(
        owner_index=order.owner_index, registered_at__gt=at - timedelta(days=HISTORY_DAYS)
    ).exclude(pk=order.pk)
    return list(rows.select_related(*WITH).order_by("-registered_at"))


def by_receipt(receipt: str) -> Order:
    """The order behind a receipt. Raises NoReceipt."""
    order = Order.objects.select_related(*WITH).filter(receipt=receipt.strip().lower()).first()
    if order is None:
        raise NoReceipt
    return order


def open_door(code: str) -> Door:
    """The open door behind a public address. Raises NoDoor."""
    door = Door.objects.select_related("unit").filter(code=code, closed_at=None).first()
    if door is None:
        raise NoDoor
    return door


def doors_for(actor: Actor) -> list[Door]:
    """Open doors of the asker's part."""
    rows = Door.objects.filter(visible(actor, DOOR, "unit__path"), closed_at=None)
    return list(rows.select_related("unit").order_by("unit__path"))


def door_for(actor: Actor, door_id: UUID) -> Door:
    """One open door. Raises NotFound."""
    return fetch_on_part(actor, Door.objects.filter(pk=door_id, closed_at=None).select_related("unit"), seen=DOOR)


def homes_under(paths: Sequence[str]) -> "QuerySet[Unit]":
    """Buildings of these parts."""
    rows: QuerySet[Unit] = Unit.objects.filter(under(paths), kind=Unit.Kind.BUILDING, retired_at=None)
    return rows.order_by("path")


def hospitals_for(unit: Unit) -> list[Hospital]:
    """Hospitals that a place goes to: its own and those of the units that hold it."""
    return list(Hospital.objects.filter(holding([unit.path], "unit__path"), closed_at=None).order_by("name"))


def open_counts(actor: Actor, units: Sequence[Unit], at: datetime) -> dict[UUID, tuple[int, int]]:
    """Orders not yet at the door at and below each unit, and how many are overdue. One read."""
    rows = Order.objects.filter(visible(actor, VIEW, "unit__path"), state__in=Order.AWAITED)
    held = list(rows.values_list("unit__path", "due_at"))
    found: dict[UUID, tuple[int, int]] = {}
    for unit in units:
        due = [due_at for path, due_at in held if path.startswith(unit.path)]
        if due:
            found[unit.pk] = (len(due), sum(due_at < at for due_at in due))
    return found


def door_tasks(actor: Actor, path: str = "") -> "QuerySet[Order]":
    """What waits at the doors of the asker's part: cards to collect, bags to hand over, cards to give back."""
    rows = Order.objects.filter(
        visible(actor, RUN, "unit__path"), state__in=(S.TRIAGED, S.CHECKED, S.DELIVERED, S.SIGNED)
    )
    if path:
        rows = rows.filter(under([path], "unit__path"))
    return rows.select_related(*WITH).order_by("unit__path", "room", "pk")


def own_orders(actor: Actor) -> "QuerySet[Order]":
    """Orders of the trips on which the asker has a part, until they are at the door."""
    if actor.person_id is None:
        return Order.objects.none()
    return on_trips_of([actor.person_id])


def group_orders(actor: Actor) -> "QuerySet[Order]":
    """The same of the people whom the asker leads, those that are the asker's own too left out."""
    group = group_of(actor)
    return on_trips_of(group.people).exclude(pk__in=own_orders(actor).order_by().values("pk")) if group.people else Order.objects.none()


def on_trips_of(people: Collection[UUID]) -> "QuerySet[Order]":
    """Orders of the trips on which people have a part, or that they fetch, until they are at the door."""
    theirs = Q(trip__duties__person__in=people) | Q(runner__in=people)
    states = (S.ASSIGNED, S.FETCHING, S.MISSING, S.FETCHED, S.CHECKED, S.HELD)
    return (
        Order.objects.filter(theirs, state__in=states).select_related(*WITH).distinct().order_by("due_at", "pk")
    )

"""What a group buy becomes: it arrives like all goods, is handed to those who ordered it, and what is missing is refunded outside."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.supplies import bringing, parcels, rules
from jimu.field.supplies.bringing import Brought
from jimu.field.supplies.buy_queries import buy_for
from jimu.field.supplies.buying import held_order, note_event
from jimu.field.supplies.models import Buy, Lot, OrderEvent, Slot
from jimu.field.supplies.parcel_queries import UNDER_WAY, Result
from jimu.field.supplies.queries import STORE
from jimu.field.supplies.receiving import TOPIC, require_ready, rest_at, tell
from jimu.field.supplies.stock import Carry, Place, Stock, carry, hold
from jimu.signup.rules import fresh_code

Kind = OrderEvent.Kind
MOST_FEN = 10_000_000


def arrive(*, actor: Actor, at: datetime, buy_id: UUID, numbers: Mapping[int, int], rest_minutes: int | None = None) -> list[Lot]:
    """A buy's goods are here: one lot for each item, to be disinfected and to rest like any other. Kept by the store, not the leader."""
    if not any(numbers.values()) or not all(0 <= n <= rules.MOST for n in numbers.values()) or not 0 <= (rest_minutes or 0) <= 10_080:
        raise Invalid(_("请写到了多少。"))
    with transaction.atomic():
        buy = buy_for(actor, buy_id, STORE)
        hold(buy.unit_id)
        buy.refresh_from_db(fields=["cancelled_at"])
        if buy.cancelled_at is not None or at < buy.closes_at:
            raise Conflict(_("团购还没有截止，或已取消。"), code="buy_open")
        items, rest_minutes = {item.pk: item for item in buy.items.all()}, rest_at(buy.unit, rest_minutes)
        if not set(numbers) <= set(items):
            raise NotFound
        made = []
        for item_id, number in numbers.items():
            if not number:
                continue
            item = items[item_id]
            lot = Lot.objects.create(
                unit=buy.unit, item=item.name, measure=item.measure, source=Lot.Source.GROUP, giver=buy.supplier, rest_minutes=rest_minutes,
                disinfect=rest_minutes > 0, receipt=fresh_code(), arrived_at=at, arrived_by=actor.name, buy_item=item,
            )  # fmt: skip
            carry([Carry(lot, number, Place.SOURCE, Place.STORE)], actor=actor, at=at)
            tell(actor, at, "supplies.arrived", lot, number=number)
            made.append(lot)
    return made


def open_slot(*, actor: Actor, at: datetime, buy: Buy, way: str, starts_at: datetime, ends_at: datetime, most: int) -> Slot:
    """A time at which orders are handed out. Raises Invalid."""
    if way not in Slot.Way.values or not at < ends_at or not starts_at < ends_at or not 1 <= most <= 2000:
        raise Invalid(_("时段要先开始后结束，名额至少 1 个。"), code="bad_slot")
    with transaction.atomic():
        hold(buy.unit_id)
        slot = Slot.objects.create(buy=buy, way=way, starts_at=starts_at, ends_at=ends_at, most=most)
        _tell(actor, at, "supplies.slot_opened", buy, orders=most)
    return slot


def pay(*, actor: Actor, at: datetime, buy: Buy, order_id: UUID) -> OrderEvent:
    """Noted that it was paid, outside."""
    with transaction.atomic():
        return note_event(held_order(buy, order_id), at, Kind.PAID, actor.name)


def refund(*, actor: Actor, at: datetime, buy: Buy, order_id: UUID, fen: int, note: str) -> OrderEvent:
    """Noted that so much went back to the household, outside, and why; never more than the order cost."""
    if not 0 < fen <= MOST_FEN or not note.strip():
        raise Invalid(_("请写退多少、为什么。"), field="note")
    with transaction.atomic():
        order = held_order(buy, order_id)
        cost = sum(n * price for n, price in order.lines.values_list("number", "item__price"))
        back = sum(order.events.filter(kind=Kind.REFUND).values_list("fen", flat=True))
        if back + fen > cost:
            raise Conflict(_("退款合计不能超过订单金额。"), code="too_much_back")
        return note_event(order, at, Kind.REFUND, actor.name, fen=fen, note=note)


def hand(*, actor: Actor, at: datetime, buy: Buy, order_id: UUID) -> None:
    """The household has its goods: once. What did not come has to be refunded first. Raises NotReady, Conflict, HadTheirs.

    Of an order that is on a cart it is that parcel: the household fetched it below.
    """
    with transaction.atomic():
        order = held_order(buy, order_id)
        parcel = order.parcels.filter(state__in=UNDER_WAY).select_related("load__building", "load__buy__unit", "order").first()
        if parcel is not None:
            bringing.say(parcel, Brought(new_id(), parcel.pk, Result.DONE, at), actor)
            _tell(actor, at, "supplies.order_handed", buy, orders=1)
            return
        note_event(order, at, Kind.HANDED, actor.name)
        lots = parcels.lots_of(buy)
        stock = Stock(lot.pk for lot in lots)
        many = parcels.goods_for(order, lots, stock, Place.OUT)
        require_ready([one.lot for one in many], at)
        carry(many, actor=actor, at=at, stock=stock)
        _tell(actor, at, "supplies.order_handed", buy, orders=1)


def _tell(actor: Actor, at: datetime, verb: str, buy: Buy, **data: int) -> None:
    locks.hold(f"supplies:{buy.unit_id}")
    journal.record(actor=actor, at=at, verb=verb, target=buy.target, scope=buy.unit.path, data={"title": buy.title, **data})
    live.beat(TOPIC)

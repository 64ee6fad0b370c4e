"""Reads of group buying: for the committee by its part of the grid, for a leader by their address, for a household by its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import NotFound
from jimu.core.fetching import fetch, fetch_on_part
from jimu.core.permissions import Actor, visible
from jimu.field.supplies.models import (
    Buy,
    BuyItem,
    BuyLeader,
    Lot,
    Order,
    OrderEvent,
    OrderLine,
    Parcel,
    Slot,
)
from jimu.field.supplies.stock import Place, Stock

VIEW, BUY = "supplies.view", "supplies.buy"
Kind = OrderEvent.Kind
WITH = ("unit", "leader")


def leaders_for(actor: Actor) -> "QuerySet[BuyLeader]":
    """Leaders of the asker's part, those to be checked first."""
    rows = BuyLeader.objects.filter(visible(actor, BUY, "unit__path")).select_related("unit")
    return rows.order_by("-state", "unit__path", "registered_at")


def leader_for(actor: Actor, leader_id: UUID, right: str = BUY) -> BuyLeader:
    """One leader. Raises NotFound."""
    return fetch_on_part(actor, BuyLeader.objects.filter(pk=leader_id).select_related("unit"), seen=right)


def leader_by_code(code: str) -> BuyLeader:
    """The leader behind a private address. Raises NotFound."""
    return fetch(BuyLeader.objects.filter(code=code).select_related("unit"))


def buys_for(actor: Actor) -> "QuerySet[Buy]":
    """Buys of the asker's part, the newest first."""
    actor.require(VIEW)
    return Buy.objects.filter(visible(actor, VIEW, "unit__path")).select_related(*WITH).order_by("-opened_at")


def buy_for(actor: Actor, buy_id: UUID, right: str = VIEW) -> Buy:
    """One buy. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    return fetch_on_part(actor, Buy.objects.filter(pk=buy_id).select_related(*WITH), seen=VIEW, right=right)


def buy_of_leader(code: str, buy_id: UUID) -> Buy:
    """A leader's own buy; a stopped one's desk is closed, the committee goes on. Raises NotFound."""
    return fetch(Buy.objects.filter(leader__code=code, pk=buy_id).exclude(leader__state=BuyLeader.State.STOPPED).select_related(*WITH))


def open_buy(code: str) -> Buy:
    """The buy behind a public address. Raises NotFound."""
    found = Buy.objects.filter(code=code).select_related(*WITH).first()
    if found is None:
        raise NotFound(_("没有这个团购，或地址不完整。请问团长再要一次。"))
    return found


def order_by_receipt(receipt: str) -> Order:
    """A household's own order. Raises NotFound."""
    found = Order.objects.filter(receipt=receipt.strip().lower()).select_related("buy__unit", "buy__leader", "building", "slot").first()
    if found is None:
        raise NotFound(_("没有这个回执号。请核对，或联系团长。"))
    return found


def live_orders(buy: Buy) -> "QuerySet[Order]":
    """Orders that were not taken back."""
    return Order.objects.filter(buy=buy).exclude(events__kind=Kind.CANCELLED)


def refunded() -> "QuerySet[OrderEvent, UUID]":
    """Orders of which all that they cost went back to the household: nothing is owed to it any more."""
    lines = OrderLine.objects.filter(order=OuterRef("order")).values("order").annotate(cost=Sum(F("number") * F("item__price"))).values("cost")
    paid = OrderEvent.objects.filter(kind=Kind.REFUND).order_by().values("order").annotate(back=Sum("fen"), cost=Subquery(lines))
    return paid.filter(back__gte=F("cost")).values_list("order", flat=True)


def owed(buy: Buy) -> "QuerySet[Order]":
    """Orders whose household has neither its goods by hand nor its money back; a parcel may be on its way, or there."""
    return live_orders(buy).exclude(events__kind=Kind.HANDED).exclude(pk__in=refunded())


def households_orders(buy: Buy) -> dict[tuple[UUID, str, int], int]:
    """How many of each item each household has ordered."""
    rows = OrderLine.objects.filter(order__in=live_orders(buy)).values_list("order__building", "order__room", "item")
    return {(b, room, item): n for b, room, item, n in rows.annotate(n=Sum("number")).order_by()}


@dataclass(frozen=True)
class OrderShown:
    """An order with what happened to it."""

    order: Order
    lines: Sequence[OrderLine]
    events: Sequence[OrderEvent]
    parcel: Parcel | None = None

    @property
    def kinds(self) -> set[str]:
        """What happened; put down at the door is handed over."""
        brought = {Kind.HANDED.value} if self.parcel is not None and self.parcel.state == Parcel.State.DONE else set()
        return {event.kind for event in self.events} | brought

    @property
    def carried(self) -> bool:
        """Whether its parcel is on the way: nothing else is chosen for it now."""
        return self.parcel is not None and self.parcel.state == Parcel.State.OUT

    @property
    def words(self) -> str:
        """What was ordered."""
        return "、".join(f"{line.item.name} {line.number} {line.item.measure}" for line in self.lines)

    @property
    def fen(self) -> int:
        """What it costs."""
        return sum(line.number * line.item.price for line in self.lines)

    @property
    def yuan(self) -> str:
        """The same in yuan."""
        return f"{self.fen // 100}.{self.fen % 100:02d}"


def shown(orders: "QuerySet[Order]") -> list[OrderShown]:
    """Orders by building and room, with lines, events and the newest parcel; four reads."""
    newest = Prefetch("parcels", Parcel.objects.order_by("-load__at", "-pk"))
    rows = orders.select_related("building", "slot").prefetch_related("lines__item", "events", newest).order_by("building__path", "room", "at")
    return [OrderShown(one, list(one.lines.all()), list(one.events.all()), next(iter(one.parcels.all()), None)) for one in rows]


@dataclass(frozen=True)
class ItemShown:
    """An item with how many are ordered, arrived, in the store, handed out, in buildings, lost, and still due."""

    item: BuyItem
    ordered: int
    arrived: int
    store: int
    out: int
    buildings: int = 0
    lost: int = 0
    due: int = 0

    @property
    def spare(self) -> int:
        """How many more the store holds than orders still wait for."""
        return max(0, self.store - self.due)

    @property
    def short(self) -> int:
        """How many are missing of what arrived."""
        return max(0, self.ordered - self.arrived) if self.arrived else 0


def items_of(buy: Buy) -> list[ItemShown]:
    """The price list, with sums."""
    ordered = dict(OrderLine.objects.filter(order__in=live_orders(buy)).values_list("item").annotate(n=Sum("number")).order_by())
    there = Parcel.objects.filter(order=OuterRef("order"), state__in=(Parcel.State.OUT, Parcel.State.DONE))
    open_lines = OrderLine.objects.filter(order__in=owed(buy)).exclude(Exists(there))
    due = dict(open_lines.values_list("item").annotate(n=Sum("number")).order_by())
    lots = list(Lot.objects.filter(buy_item__buy=buy))
    stock = Stock(lot.pk for lot in lots)
    made = []
    for item in buy.items.all():
        own = [lot.pk for lot in lots if lot.buy_item_id == item.pk]
        store, out, lost = (sum(stock.at(pk, place) for pk in own) for place in (Place.STORE, Place.OUT, Place.LOST))
        standing = sum(stock.in_buildings(pk) for pk in own)
        made.append(ItemShown(item, ordered.get(item.pk, 0), sum(stock.arrived(pk) for pk in own), store, out, standing, lost, due.get(item.pk, 0)))
    return made


@dataclass(frozen=True)
class SlotShown:
    """A slot with how many places are left."""

    slot: Slot
    left: int


def slots_of(buy: Buy, at: datetime) -> list[SlotShown]:
    """Slots that are not over."""
    taken = dict(live_orders(buy).filter(~Q(slot=None)).values_list("slot").annotate(n=Sum(1)).order_by())
    return [SlotShown(one, one.most - taken.get(one.pk, 0)) for one in buy.slots.filter(ends_at__gt=at)]

"""From the store to a building: parcels of a group buy leave, the building leader signs, what nobody wanted comes back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from jimu.core import journal, live, sealed
from jimu.core.errors import Conflict, Invalid
from jimu.core.fetching import fetch
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.supplies import parcel_queries, rules
from jimu.field.supplies.buy_queries import Kind, live_orders, owed
from jimu.field.supplies.chain import door_key
from jimu.field.supplies.models import Buy, Load, LoadReceipt, Lot, Order, Parcel, ParcelEvent
from jimu.field.supplies.parcel_queries import Result, State
from jimu.field.supplies.receiving import LONGEST_NOTE, TOPIC, require_ready
from jimu.field.supplies.signing import told_before
from jimu.field.supplies.stock import Carry, Place, Stock, hold, write
from jimu.grid.models import Unit


def lots_of(buy: Buy) -> list[Lot]:
    """What came for a buy, the oldest first."""
    return list(Lot.objects.filter(buy_item__buy=buy).order_by("arrived_at", "pk"))


def goods_for(order: Order, lots: Sequence[Lot], stock: Stock, into: str, *, building_id: UUID | None = None, parcel_id: UUID | None = None) -> list[Carry]:
    """What the store holds of an order, of the oldest lots first. Raises Conflict when too little is there and the rest was not refunded."""
    many: list[Carry] = []
    missing = 0
    for item_id, number, price in order.lines.values_list("item", "number", "item__price"):
        left = number
        for lot in (one for one in lots if one.buy_item_id == item_id):
            taken = min(left, stock.at(lot.pk, Place.STORE))
            if taken > 0:
                many.append(Carry(lot, taken, Place.STORE, into, building_id, parcel_id=parcel_id))
                left -= taken
        missing += price * left
    if not many or missing > sum(order.events.filter(kind=Kind.REFUND).values_list("fen", flat=True)):
        raise Conflict(_("库里的不够这一单。缺货的先登记退款，再交其余的。"), code="not_arrived")
    return many


def send(*, actor: Actor, at: datetime, buy: Buy, building_id: UUID | None = None, order_id: UUID | None = None) -> list[Load]:
    """Orders for doors leave the store, a load for each building: all that wait, one building's, or one order again that came back.

    Whoever ordered first gets theirs first; an order of which too little is there waits. Raises Conflict when nothing can leave, NotReady.
    """
    with transaction.atomic():
        hold(buy.unit_id)
        buy.refresh_from_db(fields=["cancelled_at"])
        if buy.cancelled_at is not None:
            raise Conflict(_("这个团购已取消。"), code="buy_cancelled")
        rows = parcel_queries.waiting_for_a_cart(buy)
        if order_id is not None:
            again = parcel_queries.to_doors(buy).exclude(parcels__state__in=parcel_queries.UNDER_WAY)
            rows = again.filter(pk=fetch(again.filter(pk=order_id)).pk)
        if building_id is not None:
            rows = rows.filter(building=building_id)
        lots = lots_of(buy)
        stock, loads = Stock(lot.pk for lot in lots), dict[UUID, Load]()
        many: list[Carry] = []
        made: list[Parcel] = []
        for order in rows.select_related("building").order_by("at", "pk"):
            parcel = Parcel(order=order, pk=new_id())
            try:
                goods = goods_for(order, lots, stock, Place.BUILDING, building_id=order.building_id, parcel_id=parcel.pk)
            except Conflict:
                continue
            for one in goods:
                stock.take(one)
            parcel.load = loads.setdefault(order.building_id, Load(buy=buy, building=order.building, at=at, by=actor.name[:80]))
            many += goods
            made.append(parcel)
        if not made:
            raise Conflict(_("没有能装车的订单：都已发出，或库里的不够。缺货的先登记退款。"), code="nothing_to_send")
        require_ready([one.lot for one in many], at)
        Load.objects.bulk_create(loads.values())
        Parcel.objects.bulk_create(made)
        write(many, actor=actor, at=at)
        for load in loads.values():
            tell(actor, at, "supplies.parcels_sent", buy, load.building, parcels=sum(1 for one in made if one.load is load))
    return list(loads.values())


def sign(*, actor: Actor, at: datetime, load_id: UUID, counted: int, missing: str = "", note: str = "", receipt_id: UUID | None = None) -> LoadReceipt:
    """The building leader's signature: so many parcels were counted, and of which doors none was there, as far as that is known.

    `receipt_id` makes signing twice from one phone harmless. Raises Signed when somebody signed, Invalid for a door of which nothing was sent.
    """
    if not 0 <= counted <= rules.MOST:
        raise Invalid(_("请写点到几包。"), field="counted")
    with transaction.atomic():
        load = parcel_queries.load_for(actor, load_id)
        hold(load.buy.unit_id)
        before = told_before(LoadReceipt.objects.filter(load=load).first(), receipt_id)
        if before is not None:
            return before
        parcels = list(load.parcels.select_related("order", "load__building", "load__buy"))
        gone = _named(parcels, missing)
        if len(gone) > max(0, len(parcels) - counted):
            raise Invalid(_("写了 {k} 包没有到，和点到的 {n} 包对不上：这一批一共 {all} 包。").format(k=len(gone), n=counted, all=len(parcels)), field="missing")
        for parcel in gone:
            if parcel.state == State.OUT:
                lose(parcel, actor=actor, at=at, event_id=new_id())
        more = {"pk": receipt_id} if receipt_id is not None else {}
        receipt = LoadReceipt.objects.create(load=load, counted=counted, note=note.strip()[:LONGEST_NOTE], at=at, by=actor.name[:80], **more)
        tell(actor, at, "supplies.parcels_signed", load.buy, load.building, parcels=counted, off=counted - len(parcels))
    return receipt


def _named(parcels: Sequence[Parcel], words: str) -> list[Parcel]:
    """The parcels of the doors that words name, each once."""
    by_door: dict[str, list[Parcel]] = {}
    for one in parcels:
        by_door.setdefault(one.order.room, []).append(one)
    found: dict[UUID, Parcel] = {}
    for word in words.replace("，", " ").replace("、", " ").replace(",", " ").replace("；", " ").split():
        inside = by_door.get(door_key(word))
        if inside is None:
            raise Invalid(_("“{room}”不在这一批里，请照名单写室号。").format(room=word[:20]), field="missing")
        for one in inside:
            found[one.pk] = one
    return list(found.values())


def held(parcel: Parcel) -> list[tuple[Lot, int]]:
    """The goods of a parcel: what left the store for it."""
    moves = parcel.moves.filter(outof=Place.STORE, into=Place.BUILDING).values_list("lot").annotate(n=Sum("number")).order_by()
    numbers = dict(moves)
    return [(lot, numbers[lot.pk]) for lot in Lot.objects.filter(pk__in=numbers)]


def moved(parcel: Parcel, steps: Sequence[tuple[str, str]], *, actor: Actor, at: datetime, note: str = "") -> None:
    """All goods of a parcel go from hand to hand along these steps. Raises NotEnough."""
    goods = held(parcel)
    stock = Stock(lot.pk for lot, _n in goods)
    many = [Carry(lot, n, outof, into, parcel.load.building_id, note=note, parcel_id=parcel.pk) for outof, into in steps for lot, n in goods]
    for one in many:
        stock.take(one)
    write(many, actor=actor, at=at)


def happened(parcel: Parcel, kind: str, *, actor: Actor, at: datetime, event_id: UUID, note: str = "", state: str = "") -> ParcelEvent:
    """Append to a parcel whose store's lock is held."""
    made = ParcelEvent.objects.create(pk=event_id, parcel=parcel, kind=kind, note_sealed=sealed.seal(note.strip()[:LONGEST_NOTE]), at=at, by=actor.name[:80])
    if state:
        parcel.state = state
        parcel.save(update_fields=["state"])
    return made


def lose(parcel: Parcel, *, actor: Actor, at: datetime, event_id: UUID, note: str = "") -> None:
    """Nobody finds it: its goods are lost until it turns up, and the order can be sent again."""
    moved(parcel, [(Place.BUILDING, Place.LOST)], actor=actor, at=at, note=_("没有找到"))
    happened(parcel, Result.MISSING, actor=actor, at=at, event_id=event_id, note=note, state=State.MISSING)


def take_back(*, actor: Actor, at: datetime, buy: Buy, parcel_id: UUID) -> None:
    """A parcel that nobody wanted, or of which the goods were wrong, is at the store again. Raises Conflict."""
    with transaction.atomic():
        hold(buy.unit_id)
        parcel = fetch(Parcel.objects.filter(pk=parcel_id, load__buy=buy).select_related("load__building", "order"))
        if parcel.state != State.OUT:
            raise Conflict(_("这一包已经是“{state}”。").format(state=State(parcel.state).label), code="parcel_done")
        moved(parcel, [(Place.BUILDING, Place.STORE)], actor=actor, at=at, note=_("退回库里"))
        happened(parcel, Result.BACK, actor=actor, at=at, event_id=new_id(), state=State.BACK)
        tell(actor, at, "supplies.parcel_back", buy, parcel.load.building, parcels=1)


def assign(*, actor: Actor, at: datetime, buy: Buy, slot_id: UUID) -> int:
    """Orders whose household chose no time (a chain has no page to choose on) are put into one, as many as it takes. Returns how many."""
    with transaction.atomic():
        hold(buy.unit_id)
        slot = fetch(buy.slots.filter(pk=slot_id, ends_at__gt=at))
        left = slot.most - live_orders(buy).filter(slot=slot).count()
        ids = list(owed(buy).filter(slot=None).order_by("at", "pk").values_list("pk", flat=True)[: max(0, left)])
        if not ids:
            raise Conflict(_("没有还没选时段的订单，或这个时段已满。"), code="nothing_to_assign")
        Order.objects.filter(pk__in=ids).update(slot=slot)
        journal.record(actor=actor, at=at, verb="supplies.orders_assigned", target=buy.target, scope=buy.unit.path, data={"title": buy.title, "orders": len(ids)})
        live.beat(TOPIC)
    return len(ids)


def tell(actor: Actor, at: datetime, verb: str, buy: Buy, building: Unit, **numbers: int) -> None:
    """One entry of the journal for a building."""
    data = {"title": buy.title, "building": building.name, **numbers}
    journal.record(actor=actor, at=at, verb=verb, target=buy.target, scope=building.path, data=data)
    live.beat(TOPIC)



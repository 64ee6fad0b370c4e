"""Group buying: leaders are registered and checked, a buy opens and closes by itself, orders come in within the limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor
from jimu.field.supplies import buy_queries
from jimu.field.supplies.buy_queries import BUY, households_orders, leader_for
from jimu.field.supplies.chain import door_key
from jimu.field.supplies.errors import AboveLimit, BuyClosed, TooMany
from jimu.field.supplies.models import Buy, BuyItem, BuyLeader, Order, OrderEvent, OrderLine, Slot
from jimu.field.supplies.parcel_queries import UNDER_WAY
from jimu.field.supplies.receiving import TOPIC
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.people.intake import cells
from jimu.signup import errors as signup_errors
from jimu.signup import throttle
from jimu.signup.rules import fresh_code, names_a_person

LONGEST_BUY, MOST_ITEMS, MOST_PRICE, MOST_LIMIT = timedelta(days=7), 40, 1_000_000, 99
State, Kind = BuyLeader.State, OrderEvent.Kind


def register_leader(*, actor: Actor, at: datetime, unit_id: UUID, name: str, phone: str) -> BuyLeader:
    """Put a 团长 on the list of a neighborhood; they may begin once somebody checked them."""
    called, number = cells.name(name), cells.phone(phone)
    if not cells.is_name(called):
        raise Invalid(_("这不是姓名，请核对。"), field="name")
    if number[1] or not number[0]:
        raise Invalid(_("手机号不是有效号码。"), field="phone")
    with transaction.atomic():
        unit = unit_for(actor, unit_id, BUY)
        if unit.kind != Unit.Kind.NEIGHBORHOOD:
            raise Invalid(_("团长登记在居民区里。"), code="not_a_neighborhood")
        try:
            with transaction.atomic():
                made = BuyLeader.objects.create(
                    unit=unit, name_sealed=sealed.seal(called), phone_sealed=sealed.seal(number[0]), phone_index=sealed.blind_index(number[0]),
                    code=fresh_code(), registered_at=at, registered_by=actor.name,
                )  # fmt: skip
        except IntegrityError:
            raise Conflict(_("这个号码已经登记过团长。"), code="leader_there") from None
        _tell(actor, at, "supplies.leader_registered", f"buy-leader:{made.pk}", unit.path)
    return made


def set_leader(*, actor: Actor, at: datetime, leader_id: UUID, state: str, note: str = "") -> BuyLeader:
    """Check a leader, saying what was checked, or stop them; a stopped one's open buys take no more orders."""
    if state not in (State.CHECKED, State.STOPPED):
        raise Invalid
    if not note.strip():
        raise Invalid(_("请写一句：核对了什么，或为什么停止。"), field="note")
    with transaction.atomic():
        leader = leader_for(actor, leader_id, BUY)
        locks.hold(f"supplies:{leader.unit_id}")
        leader.state, leader.note, leader.checked_at, leader.checked_by = state, note.strip()[:200], at, actor.name
        leader.save(update_fields=["state", "note", "checked_at", "checked_by"])
        verb = "supplies.leader_checked" if state == State.CHECKED else "supplies.leader_stopped"
        _tell(actor, at, verb, f"buy-leader:{leader.pk}", leader.unit.path)
    return leader


@dataclass(frozen=True)
class Offer:
    """A buy as its leader describes it: items are (name, measure, fen, limit a household)."""

    title: str
    closes_at: datetime
    items: Sequence[tuple[str, str, int, int]]
    supplier: str = ""
    note: str = ""


def open_buy(*, at: datetime, leader_code: str, offer: Offer) -> Buy:
    """A checked leader opens a buy. Raises NotFound for a code that is none, Conflict before the check or after a stop."""
    title = cells.text(offer.title)[:60]
    items = [(cells.text(n)[:40], cells.text(m)[:10] or "份", price, limit) for n, m, price, limit in offer.items if cells.text(n)]
    if not title or not 0 < len(items) <= MOST_ITEMS or len({n for n, *_rest in items}) < len(items):
        raise Invalid(_("请写清叫什么、有哪些东西，名称不要重复。"), code="no_items")
    if not all(0 <= price <= MOST_PRICE and 1 <= limit <= MOST_LIMIT for _n, _m, price, limit in items):
        raise Invalid(_("价格或每户限购不对。"), code="bad_price")
    if not at < offer.closes_at <= at + LONGEST_BUY:
        raise Invalid(_("截止时间要在今后七天之内。"), code="bad_end", field="closes_at")
    if names_a_person(title + offer.note + offer.supplier):
        raise Invalid(_("这里不要写手机号或身份证号。"), code="personal")
    with transaction.atomic():
        leader = _leader(leader_code)
        locks.hold(f"supplies:{leader.unit_id}")
        buy = Buy.objects.create(
            code=fresh_code(), unit=leader.unit, leader=leader, title=title, supplier=cells.text(offer.supplier)[:80], note=offer.note.strip()[:200],
            opened_at=at, closes_at=offer.closes_at,
        )  # fmt: skip
        BuyItem.objects.bulk_create(BuyItem(buy=buy, name=n, measure=m, price=price, limit=limit) for n, m, price, limit in items)
        _tell(leading(), at, "supplies.buy_opened", buy.target, buy.unit.path, title=title)
    return buy


def cancel_buy(*, at: datetime, buy: Buy, actor: Actor) -> None:
    """It takes no more orders and nothing arrives; what was paid is to be refunded, outside."""
    with transaction.atomic():
        found = _held(buy)
        if found.cancelled_at is not None:
            raise Conflict
        found.cancelled_at = at
        found.save(update_fields=["cancelled_at"])
        _tell(actor, at, "supplies.buy_cancelled", found.target, found.unit.path, title=found.title)


@dataclass(frozen=True)
class Wanted:
    """An order as a household or its leader says it; `numbers` by item id."""

    building_id: UUID
    room: str
    numbers: Mapping[int, int]
    name: str = ""
    phone: str = field(default="", repr=False)


def order_by_resident(*, at: datetime, code: str, address: str, wanted: Wanted) -> Order:
    """A household orders through the public page. Raises NotFound, BuyClosed, AboveLimit, TooMany, Invalid."""
    with transaction.atomic():
        knock(at=at, address=address)
        buy = _held(buy_queries.open_buy(code))
        if not cells.phone(wanted.phone)[0]:
            raise Invalid(_("请留一个手机号，到货时好找到您。"), field="phone")
        return place(buy, at, [wanted], by=_("居民"))[0]


def place(buy: Buy, at: datetime, many: Sequence[Wanted], *, by: str) -> list[Order]:
    """Write orders of a buy whose lock is held, all or none. Raises BuyClosed, AboveLimit, Invalid."""
    if not taking(buy, at):
        raise BuyClosed
    items = {item.pk: item for item in buy.items.all()}
    had = households_orders(buy)
    inside = set(Unit.objects.filter(path__startswith=buy.unit.path, kind=Unit.Kind.BUILDING, retired_at=None).values_list("pk", flat=True))
    made, lines = [], []
    for wanted in many:
        room, numbers = door_key(cells.text(wanted.room))[:20], {i: n for i, n in wanted.numbers.items() if n}
        phone, fault = cells.phone(wanted.phone)
        if wanted.building_id not in inside or not room:
            raise Invalid(_("请选择楼，写清几室。"), field="room")
        if fault:
            raise Invalid(_("手机号不是有效号码。"), field="phone")
        if not numbers or not all(i in items and 0 < n <= MOST_LIMIT for i, n in numbers.items()):
            raise Invalid(_("请至少选一样。"), code="no_items")
        for item_id, number in numbers.items():
            key = (wanted.building_id, room, item_id)
            had[key] = had.get(key, 0) + number
            if had[key] > items[item_id].limit:
                raise AboveLimit(items[item_id].name, items[item_id].limit, room)
        order = Order(
            buy=buy, building_id=wanted.building_id, room=room, receipt=fresh_code(), at=at, by=by[:80],
            name_sealed=sealed.seal(cells.text(wanted.name)[:40]), phone_sealed=sealed.seal(phone),
        )  # fmt: skip
        made.append(order)
        lines += [OrderLine(order=order, item=items[i], number=n) for i, n in numbers.items()]
    Order.objects.bulk_create(made)
    OrderLine.objects.bulk_create(lines)
    live.beat(TOPIC)
    return made


def take_chain(*, actor: Actor, at: datetime, buy: Buy, many: Sequence[Wanted]) -> list[Order]:
    """What the leader pasted, after seeing how it was read. All or none."""
    with transaction.atomic():
        found = _held(buy)
        made = place(found, at, many, by=actor.name)
        _tell(actor, at, "supplies.orders_taken", found.target, found.unit.path, title=found.title, orders=len(made))
    return made


def taking(buy: Buy, at: datetime) -> bool:
    """Whether it takes orders now: nobody has to close it."""
    return buy.cancelled_at is None and at < buy.closes_at and buy.leader.state == State.CHECKED


def cancel_order(*, at: datetime, receipt: str) -> Order:
    """The household takes its order back, while the buy still takes orders."""
    with transaction.atomic():
        order = _held_order(buy_queries.order_by_receipt(receipt))
        if not taking(order.buy, at):
            raise Conflict(_("已经截止，要取消请联系团长。"), code="buy_closed")
        note_event(order, at, Kind.CANCELLED, _("居民"))
    return order


def choose_slot(*, at: datetime, receipt: str, slot_id: UUID) -> Order:
    """The household says when: within what the slot can take. Raises Conflict when it is full."""
    with transaction.atomic():
        order = _held_order(buy_queries.order_by_receipt(receipt))
        slot = Slot.objects.filter(pk=slot_id, buy=order.buy).first()
        if slot is None or slot.ends_at < at:
            raise NotFound
        if order.parcels.filter(state__in=UNDER_WAY).exists():
            raise Conflict(_("这一单已经装车，时段不能再改。"), code="on_the_way")
        if buy_queries.live_orders(order.buy).filter(slot=slot).exclude(pk=order.pk).count() >= slot.most:
            raise Conflict(_("这个时段已满，请选别的时段。"), code="slot_full")
        order.slot = slot
        order.save(update_fields=["slot"])
    return order


def note_event(order: Order, at: datetime, kind: str, by: str, *, fen: int = 0, note: str = "") -> OrderEvent:
    """Append to an order whose lock is held. Raises Conflict for what happened already, or cannot any more."""
    there = set(order.events.values_list("kind", flat=True))
    if kind != Kind.REFUND and (kind in there or Kind.CANCELLED in there or (kind == Kind.CANCELLED and Kind.HANDED in there)):
        raise Conflict(_("这张订单已经是“{state}”。").format(state=OrderEvent.Kind(sorted(there, key=list(Kind.values).index)[-1]).label), code="order_done")
    made = OrderEvent.objects.create(order=order, kind=kind, fen=fen, note=note.strip()[:200], at=at, by=by[:80])
    live.beat(TOPIC)
    return made


def leading() -> Actor:
    """Who acts with a leader's address: nobody with any right, and no name in the journal."""
    return Actor(account_id=None, name=_("团长"))


def knock(*, at: datetime, address: str) -> None:
    """Count a try at the public pages. Raises TooMany."""
    try:
        throttle.knock(at=at, address=address, campaign=None)
    except signup_errors.TooMany as error:
        raise TooMany(datetime.fromisoformat(error.data["until"])) from error


def _leader(code: str) -> BuyLeader:
    leader = buy_queries.leader_by_code(code)
    if leader.state != State.CHECKED:
        raise Conflict(_("居委会还没有核对您的团长登记，或已停止。请先联系居委会。"), code="leader_unchecked")
    return leader


def _held(buy: Buy) -> Buy:
    locks.hold(f"supplies:{buy.unit_id}")
    return Buy.objects.select_related("unit", "leader").get(pk=buy.pk)


def _held_order(order: Order) -> Order:
    locks.hold(f"supplies:{order.buy.unit_id}")
    return Order.objects.select_related("buy__unit", "buy__leader").get(pk=order.pk)


def held_order(buy: Buy, order_id: UUID) -> Order:
    """One order of a buy, its store's lock held. Raises NotFound."""
    locks.hold(f"supplies:{buy.unit_id}")
    return fetch(Order.objects.select_related("buy__unit", "buy__leader", "building").filter(pk=order_id, buy=buy))


def _tell(actor: Actor, at: datetime, verb: str, target: str, path: str, **data: object) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=target, scope=path, data=data)
    live.beat(TOPIC)



"""How orders come in: at the desk, at the door, from the resident through a public page, or again for what was missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jimu.core import locks, sealed
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.field.households.rules import room_number
from jimu.field.medicine import photos, policy, queries, rules
from jimu.field.medicine.errors import TooMany
from jimu.field.medicine.models import Door, Fact, Item, Order, Window
from jimu.field.medicine.moving import Told, write
from jimu.grid.models import Unit
from jimu.grid.queries import neighborhood_of
from jimu.people.intake import cells
from jimu.signup import errors as signup_errors
from jimu.signup import throttle
from jimu.signup.rules import fresh_code

OF_A_DOOR = 200
AGAIN = timedelta(minutes=10)
MOST_ITEMS, MOST_COUNT, MOST_DAYS = 12, 99, 365


@dataclass(frozen=True)
class ItemGiven:
    """One drug as it is asked for; `cold` and `controlled` None: as its name suggests."""

    name: str
    count: int = 1
    maker: str = ""
    strength: str = ""
    days_left: int | None = None
    cold: bool | None = None
    controlled: bool | None = None


@dataclass(frozen=True)
class Given:
    """Whose medicine, where, which."""

    unit_id: UUID
    room: str
    name: str
    items: Sequence[ItemGiven]
    phone: str = ""
    window: str = Window.GENERAL
    note: str = ""
    photo: bytes = b""


def register(
    *,
    actor: Actor,
    at: datetime,
    given: Given,
    way: str = Order.Way.DESK,
    op_id: UUID | None = None,
    recorded_at: datetime | None = None,
) -> Order:
    """Write an order down at the desk or at a door. The same operation of a phone twice is one order. Raises NotFound, Invalid."""
    with transaction.atomic():
        actor.require(queries.REGISTER)
        unit = queries.homes_under(actor.paths(queries.REGISTER)).filter(pk=given.unit_id).first()
        if unit is None:
            raise NotFound(_("请选一栋您负责范围内的楼。"))
        if op_id and (there := Fact.objects.filter(id=op_id).select_related("order").first()):
            return there.order
        return _taken(
            unit,
            given,
            actor=actor,
            at=at,
            way=way,
            told=Told("registered", Order.State.REGISTERED, op_id=op_id, recorded_at=recorded_at),
        )


def register_by_resident(*, at: datetime, code: str, address: str, given: Given) -> Order:
    """Take in what a resident sends through a public door. Sending the same again gives the same receipt. Raises NoDoor, TooMany, Invalid."""
    with transaction.atomic():
        door = queries.open_door(code)
        locks.hold(f"medicine:door:{door.pk}")
        knock(at=at, address=address)
        _refuse_flood(door, at)
        unit = queries.homes_under([door.unit.path]).filter(pk=given.unit_id).first()
        if unit is None:
            raise Invalid(_("请选择您住的楼。"), field="unit")
        if not given.phone.strip():
            raise Invalid(_("请留一个联系电话，我们好找到您。"), field="phone")
        sent = _sent_before(unit, given, at)
        if sent is not None:
            return sent
        return _taken(
            unit,
            given,
            actor=resident(),
            at=at,
            way=Order.Way.QR,
            told=Told("registered", Order.State.REGISTERED),
        )


def again(order: Order, items: Sequence[Item], *, actor: Actor, at: datetime) -> Order:
    """Another order for what was missing, with what is known: its clock begins anew by what is left of the days."""
    given = [
        ItemGiven(
            sealed.unseal(i.name_sealed), i.count, sealed.unseal(i.maker_sealed), sealed.unseal(i.strength_sealed),
            rules.days_now(i.days_left, order.registered_at, at), i.cold, i.controlled,
        )
        for i in items
    ]  # fmt: skip
    whole = Given(
        order.unit_id, order.room, order.name, given, sealed.unseal(order.phone_sealed), order.window
    )
    return _taken(
        order.unit,
        whole,
        actor=actor,
        at=at,
        way=order.way,
        told=Told("registered", Order.State.REGISTERED),
        again_of=order,
    )


def resident() -> Actor:
    """Who acts through a public door or with a receipt: nobody with any right."""
    return Actor(account_id=None, name=_("居民"))


def knock(*, at: datetime, address: str) -> None:
    """Count a try at the public pages. Raises TooMany."""
    try:
        throttle.knock(at=at, address=address, campaign=None)
    except signup_errors.TooMany as error:
        raise TooMany(datetime.fromisoformat(error.data["until"])) from error


def _refuse_flood(door: Door, at: datetime) -> None:
    came = Order.objects.filter(
        way=Order.Way.QR, unit__path__startswith=door.unit.path, registered_at__gt=at - throttle.HOUR
    )
    moments = list(came.order_by("-registered_at").values_list("registered_at", flat=True)[:OF_A_DOOR])
    if len(moments) >= OF_A_DOOR:
        raise TooMany(moments[-1] + throttle.HOUR)


def _sent_before(unit: Unit, given: Given, at: datetime) -> Order | None:
    """The same order, sent a moment ago from the same page: a button pressed twice."""
    rows = Order.objects.filter(
        owner_index=_owner(unit, given), registered_at__gt=at - AGAIN, state=Order.State.REGISTERED
    ).select_related("unit")
    wanted = sorted((cells.text(i.name), i.count) for i in given.items)
    return next(
        (
            row
            for row in rows
            if sorted((sealed.unseal(i.name_sealed), i.count) for i in row.items.all()) == wanted
        ),
        None,
    )


def _owner(unit: Unit, given: Given) -> str:
    return sealed.blind_index(f"{unit.pk}:{room_number(cells.text(given.room))}:{cells.name(given.name)}")


def _taken(
    unit: Unit,
    given: Given,
    *,
    actor: Actor,
    at: datetime,
    way: str,
    told: Told,
    again_of: Order | None = None,
) -> Order:
    room, name = room_number(cells.text(given.room))[:30], cells.name(given.name)[:40]
    if not room:
        raise Invalid(_("请写几室。"), field="room")
    if not name:
        raise Invalid(_("请写病人姓名：取药要和卡上的名字对上。"), field="name")
    if given.window not in Window.values:
        raise Invalid(_("请选择窗口。"), field="window")
    phone, fault = cells.phone(given.phone)
    if fault:
        raise Invalid(_("电话不对：手机 11 位，座机请带区号。"), field="phone")
    items = [_item(one, at) for one in given.items if one.name.strip()]
    if not 0 < len(items) <= MOST_ITEMS:
        raise Invalid(_("请写要配的药，1 到 {n} 种。").format(n=MOST_ITEMS), field="items")
    place = neighborhood_of(unit)
    locks.hold(f"medicine:bags:{place.pk}")
    order = Order(
        receipt=fresh_code(), unit=unit, room=room, place=place, bag=_next_bag(place), name_sealed=sealed.seal(name),
        phone_sealed=sealed.seal(phone), owner_index=_owner(unit, replace(given, room=room)), way=way, reported_by=actor.name[:80],
        again_of=again_of, window_sealed=sealed.seal(given.window), registered_at=at, due_at=at,
    )  # fmt: skip
    measure(order, items)
    order.save()
    for item in items:
        item.order = order
    Item.objects.bulk_create(items)
    if given.photo:
        photos.keep(order, given.photo, at)
    write(order, replace(told, note=given.note), actor=actor, at=at)
    return order


def _next_bag(place: Unit) -> int:
    return (Order.objects.filter(place=place).aggregate(last=Max("bag"))["last"] or 0) + 1


def measure(order: Order, items: Sequence[Item]) -> None:
    """Put what its drugs say into an order: for how many days they last, until when it is due, cold, controlled."""
    known = [item.days_left for item in items if item.days_left is not None]
    order.days_left = min(known, default=None)
    numbers = policy.of_place(order.unit)
    order.due_at = rules.due(
        order.days_left, order.registered_at, numbers.hours, numbers.red_days, numbers.yellow_days
    )
    order.cold, order.controlled = any(i.cold for i in items), any(i.controlled for i in items)


def _item(one: ItemGiven, at: datetime) -> Item:
    name = cells.text(one.name)[:80]
    if not 1 <= one.count <= MOST_COUNT:
        raise Invalid(_("盒数写 1 到 {n}。").format(n=MOST_COUNT), field="items")
    if one.days_left is not None and not 0 <= one.days_left <= MOST_DAYS:
        raise Invalid(_("还够几天写 0 到 {n}；已经断药写 0。").format(n=MOST_DAYS), field="items")
    cold, controlled = rules.marks_of(name)
    return Item(
        name_sealed=sealed.seal(name), maker_sealed=sealed.seal(cells.text(one.maker)[:60]), strength_sealed=sealed.seal(cells.text(one.strength)[:40]),
        count=one.count, days_left=one.days_left, cold=cold if one.cold is None else one.cold or cold,
        controlled=controlled if one.controlled is None else one.controlled or controlled, added_at=at,
    )  # fmt: skip


def replacement(one: ItemGiven, order: Order, at: datetime) -> Item:
    """A drug of a new prescription, put with its order."""
    if not one.name.strip():
        raise Invalid(_("请写医生改开的药。"), field="items")
    item = _item(one, at)
    item.order = order
    item.save()
    return item

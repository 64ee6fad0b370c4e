"""A group buy's orders at doors: on the same carts, lists and phones as other goods, signed for, spare and missing reckoned."""

from typing import Any

import pytest

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.supplies import (
    bought,
    bringing,
    buy_queries,
    buying,
    parcel_queries,
    parcels,
    receiving,
    routing,
)
from jimu.field.supplies.bringing import Brought
from jimu.field.supplies.errors import HadTheirs, NotReady, Signed
from jimu.field.supplies.models import (
    Buy,
    Load,
    Lot,
    Order,
    Parcel,
)

from .conftest import HOUR, Store, conserved
from .test_buying import leader_of, offer, ordered

pytestmark = pytest.mark.django_db
NOW = clock.now().replace(microsecond=0)


@pytest.fixture
def buy(store: Store) -> Buy:
    """Closed an hour ago."""
    return buying.open_buy(at=NOW - 2 * HOUR, leader_code=leader_of(store).code, offer=offer(closes_at=NOW - HOUR))


def order(store: Store, buy: Buy, room: str, eggs: int = 1, milk: int = 0, *, building: str = "1号楼", way: str = "door") -> Order:
    """An order with its time chosen."""
    slot = buy.slots.filter(way=way).first() or bought.open_slot(actor=SYSTEM, at=NOW, buy=buy, way=way, starts_at=NOW, ends_at=NOW + 8 * HOUR, most=9)
    made = ordered(store, buy, room, eggs, milk, at=NOW - 2 * HOUR, address=room + building, building=building)
    return buying.choose_slot(at=NOW, receipt=made.receipt, slot_id=slot.pk)


def come(buy: Buy, eggs: int, milk: int = 0, *, rest: int = 0) -> list[Lot]:
    first, second = buy.items.all()
    return bought.arrive(actor=SYSTEM, at=NOW, buy_id=buy.pk, numbers={first.pk: eggs, second.pk: milk}, rest_minutes=rest)


def parcel_of(made: Order) -> Parcel:
    return made.parcels.exclude(state__in=("missing", "back")).get()


def bring(store: Store, parcel: Parcel, result: str = "done", *, actor: Actor | None = None, at: Any = NOW, **more: Any) -> None:
    bringing.bring(actor=actor or store.carrier, told=Brought(more.pop("id", None) or new_id(), parcel.pk, result, at, **more))


def items(buy: Buy) -> dict[str, tuple[int, int, int, int, int]]:
    return {one.item.name: (one.store, one.buildings, one.out, one.lost, one.spare) for one in buy_queries.items_of(buy)}


def test_orders_for_doors_leave_as_loads_and_those_who_fetch_theirs_stay(store: Store, buy: Buy) -> None:
    near, far, fetched = order(store, buy, "101", 2), order(store, buy, "201", building="2号楼"), order(store, buy, "301", way="pickup")
    (eggs,) = come(buy, 5)
    loads = parcels.send(actor=store.secretary, at=NOW, buy=buy)
    assert sorted(load.building.name for load in loads) == ["1号楼", "2号楼"]
    assert items(buy)["鸡蛋"] == (2, 3, 0, 0, 1)
    with pytest.raises(Conflict) as refused:
        parcels.send(actor=store.secretary, at=NOW, buy=buy)
    assert refused.value.code == "nothing_to_send"
    bring(store, parcel_of(near))
    bought.hand(actor=store.secretary, at=NOW, buy=buy, order_id=fetched.pk)
    assert (items(buy)["鸡蛋"], parcel_of(far).state) == ((1, 1, 3, 0, 1), "out")
    assert conserved(eggs.pk)


def test_goods_rest_before_they_are_put_on_a_cart(store: Store, buy: Buy) -> None:
    order(store, buy, "101")
    (eggs,) = come(buy, 1, rest=60)
    with pytest.raises(NotReady):
        parcels.send(actor=store.secretary, at=NOW, buy=buy)
    receiving.disinfect(actor=SYSTEM, at=NOW, lot_id=eggs.pk)
    with pytest.raises(NotReady):
        parcels.send(actor=store.secretary, at=NOW + HOUR / 2, buy=buy)
    assert not Load.objects.exists()
    assert len(parcels.send(actor=store.secretary, at=NOW + HOUR, buy=buy)) == 1


def test_who_ordered_first_gets_theirs_and_what_did_not_come_is_refunded_before_it_leaves(store: Store, buy: Buy) -> None:
    first, second = order(store, buy, "301", 2), order(store, buy, "101", 1, 1)
    come(buy, 2, 1)
    parcels.send(actor=store.secretary, at=NOW, buy=buy)
    assert (first.parcels.count(), second.parcels.count()) == (1, 0)
    bought.refund(actor=SYSTEM, at=NOW, buy=buy, order_id=second.pk, fen=2850, note="缺鸡蛋")
    parcels.send(actor=store.secretary, at=NOW, buy=buy)
    assert [move.lot.item for move in parcel_of(second).moves.all()] == ["牛奶"]


def test_one_building_leaves_alone_and_a_cancelled_buy_does_not(store: Store, buy: Buy) -> None:
    order(store, buy, "101")
    far = order(store, buy, "201", building="2号楼")
    come(buy, 2)
    (load,) = parcels.send(actor=store.secretary, at=NOW, buy=buy, building_id=far.building_id)
    assert load.building_id == far.building_id
    buying.cancel_buy(at=NOW, buy=buy, actor=store.secretary)
    with pytest.raises(Conflict) as refused:
        parcels.send(actor=store.secretary, at=NOW, buy=buy)
    assert refused.value.code == "buy_cancelled"


@pytest.fixture
def load(store: Store, buy: Buy) -> Load:
    """Three parcels on their way to 1号楼, and one spare box of eggs in the store."""
    for room in ("101", "201", "2-301"):
        order(store, buy, room)
    come(buy, 4)
    return parcels.send(actor=store.secretary, at=NOW, buy=buy)[0]


def test_a_signature_names_the_doors_of_which_none_was_there_and_they_are_sent_again(store: Store, buy: Buy, load: Load) -> None:
    with pytest.raises(NotFound):
        parcels.sign(actor=store.second, at=NOW, load_id=load.pk, counted=3)
    with pytest.raises(Invalid):
        parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=3, missing="201")
    with pytest.raises(Invalid):
        parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=2, missing="999")
    parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=2, missing="2单元301室", note="少一包")
    with pytest.raises(Signed):
        parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=3)
    assert (items(buy)["鸡蛋"], parcel_queries.short_loads(buy)) == ((1, 2, 0, 1, 0), [])
    (again,) = parcels.send(actor=store.secretary, at=NOW, buy=buy)
    assert [one.order.room for one in again.parcels.all()] == ["2-301"]
    assert items(buy)["鸡蛋"] == (0, 3, 0, 1, 0)


def test_a_short_count_without_a_name_stays_in_sight_until_a_door_names_it(store: Store, buy: Buy, load: Load) -> None:
    parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=2, note="少一包")
    assert [(one.unnamed, one.over, one.note) for one in parcel_queries.short_loads(buy)] == [(1, 0, "少一包")]
    bring(store, load.parcels.get(order__room="101"), "missing")
    assert parcel_queries.short_loads(buy) == []


def test_a_count_above_what_was_sent_is_told_to_the_store(store: Store, buy: Buy, load: Load) -> None:
    parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=4)
    assert [(one.unnamed, one.over) for one in parcel_queries.short_loads(buy)] == [(0, 1)]


def test_a_door_gets_its_parcel_once_and_a_slip_is_taken_back(store: Store, buy: Buy, load: Load) -> None:
    one = load.parcels.get(order__room="101")
    bring(store, one)
    for result in ("done", "missing"):
        with pytest.raises(HadTheirs):
            bring(store, one, result)
    with pytest.raises(HadTheirs):
        bought.hand(actor=SYSTEM, at=NOW, buy=buy, order_id=one.order_id)
    bringing.undo(actor=store.carrier, at=NOW, parcel_id=one.pk)
    assert items(buy)["鸡蛋"] == (1, 3, 0, 0, 1)
    with pytest.raises(Conflict):
        bringing.undo(actor=store.carrier, at=NOW, parcel_id=one.pk)
    bring(store, one, at=NOW + HOUR)
    assert items(buy)["鸡蛋"] == (1, 2, 1, 0, 1)
    assert list(one.events.values_list("kind", flat=True)) == ["done", "undone", "done"]


def test_what_was_held_for_lost_turns_up_unless_another_went_out(store: Store, buy: Buy, load: Load) -> None:
    found, gone = load.parcels.get(order__room="101"), load.parcels.get(order__room="201")
    bring(store, found, "missing")
    bring(store, gone, "missing")
    bring(store, found, at=NOW + HOUR)
    assert items(buy)["鸡蛋"] == (1, 1, 1, 1, 0)
    parcels.send(actor=store.secretary, at=NOW + HOUR, buy=buy)
    with pytest.raises(Conflict) as refused:
        bring(store, gone, at=NOW + HOUR)
    assert refused.value.code == "sent_again"


def test_what_nobody_wants_goes_back_and_leaves_again_only_when_somebody_says_so(store: Store, buy: Buy, load: Load) -> None:
    one = load.parcels.get(order__room="101")
    bring(store, one, "refused", note="要换一家")
    assert (len(parcel_queries.to_carry(store.carrier)[0].left), parcel_queries.doors_of(buy).words[0][1]) == (2, "要换一家")
    parcels.take_back(actor=store.secretary, at=NOW, buy=buy, parcel_id=one.pk)
    assert items(buy)["鸡蛋"][:3] == (2, 2, 0)
    for act in (lambda: bring(store, one), lambda: parcels.take_back(actor=SYSTEM, at=NOW, buy=buy, parcel_id=one.pk), lambda: parcels.send(actor=SYSTEM, at=NOW, buy=buy)):
        with pytest.raises(Conflict):
            act()
    parcels.send(actor=store.secretary, at=NOW, buy=buy, order_id=one.order_id)
    with pytest.raises(NotFound):
        parcels.send(actor=store.secretary, at=NOW, buy=buy, order_id=one.order_id)


def test_who_comes_down_for_a_parcel_on_the_cart_has_it_and_their_time_is_no_longer_theirs_to_choose(store: Store, buy: Buy, load: Load) -> None:
    one = load.parcels.get(order__room="101")
    with pytest.raises(Conflict) as refused:
        buying.choose_slot(at=NOW, receipt=one.order.receipt, slot_id=buy.slots.get().pk)
    assert refused.value.code == "on_the_way"
    bought.hand(actor=SYSTEM, at=NOW, buy=buy, order_id=one.order_id)
    assert (items(buy)["鸡蛋"], parcel_of(one.order).state) == ((1, 2, 1, 0, 1), "done")
    assert not one.order.events.exists()


def test_orders_of_a_chain_are_put_into_a_time_at_the_door_as_many_as_it_takes(store: Store, buy: Buy) -> None:
    for room in ("101", "201"):
        ordered(store, buy, room, at=NOW - 2 * HOUR, address=room)
    slot = bought.open_slot(actor=SYSTEM, at=NOW, buy=buy, way="door", starts_at=NOW, ends_at=NOW + HOUR, most=1)
    assert (parcel_queries.doors_of(buy).unchosen, parcels.assign(actor=SYSTEM, at=NOW, buy=buy, slot_id=slot.pk)) == (2, 1)
    with pytest.raises(Conflict):
        parcels.assign(actor=SYSTEM, at=NOW, buy=buy, slot_id=slot.pk)
    assert Order.objects.get(slot=slot).room == "101"


def test_a_round_comes_to_a_building_once_with_bags_and_parcels_alike(store: Store, buy: Buy, load: Load) -> None:
    plan = store.plan(planned=NOW)
    (both,) = routing.all_rounds(store.carrier, NOW, 60, 2)
    (trip, stops), = both.trips
    assert [(stop.cargo.building.name, stop.cargo.what, stop.drop.portions) for stop in stops] == [("1号楼", "蔬菜包", 3), ("1号楼", "鸡蛋团", 3), ("2号楼", "蔬菜包", 2)]
    alone = sum(t.minutes for t, _s in [*routing.route(plan, 60, 2), *routing.buy_route(buy, 60, 2)])
    assert trip.minutes < alone
    assert [stop.cargo.building.name for _t, stops in routing.all_rounds(store.second, NOW, 60, 2)[0].trips for stop in stops] == ["2号楼"]
    parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=3)
    assert routing.buy_route(buy, 60, 2) == []
    assert routing.buys_to_route(store.carrier, NOW) == []

"""A parcel that nobody found is told until something was done about it: sent again, handed over, or all of it paid back."""

from collections.abc import Callable

import pytest

from jimu.core.errors import Conflict
from jimu.core.permissions import SYSTEM
from jimu.field.supplies import bought, buy_queries, parcel_queries, parcels, routing
from jimu.field.supplies.models import Buy, Load, Order
from jimu.field.supplies.next_steps import next_steps

from . import test_parcels
from .conftest import HOUR, Store
from .test_parcels import NOW, bring, come, items, order, parcel_of

pytestmark = pytest.mark.django_db
buy = test_parcels.buy


def told(store: Store, words: str = "团购少了") -> list[str]:
    return [step.text for step in next_steps(store.secretary, NOW + HOUR) if words in step.text]


def back(buy: Buy, one: Order, fen: int) -> None:
    bought.refund(actor=SYSTEM, at=NOW, buy=buy, order_id=one.pk, fen=fen, note="没找到")


@pytest.fixture
def gone(store: Store, buy: Buy) -> tuple[Order, Order]:
    """Two parcels of 鸡蛋 at 28.50 that were sent to 1号楼 and that nobody found."""
    orders = order(store, buy, "101"), order(store, buy, "201")
    come(buy, 2)
    parcels.send(actor=SYSTEM, at=NOW, buy=buy)
    parcels.sign(actor=store.first, at=NOW, load_id=Load.objects.get().pk, counted=0, missing="101 201")
    return orders


def on_page(buy: Buy) -> list[str]:
    return [door.parcel.order.room for door, _words in parcel_queries.doors_of(buy).words]


def test_once_all_that_an_order_cost_is_paid_back_its_lost_parcel_is_told_no_more(store: Store, buy: Buy, gone: tuple[Order, Order]) -> None:
    one, other = gone
    assert (told(store), on_page(buy)) == (["团购少了 2 包，补发或退款：鸡蛋团"], ["101", "201"])
    back(buy, one, 2849)
    assert (told(store), on_page(buy)) == (["团购少了 2 包，补发或退款：鸡蛋团"], ["101", "201"])
    back(buy, one, 1)
    assert (told(store), on_page(buy)) == (["团购少了 1 包，补发或退款：鸡蛋团"], ["201"])
    back(buy, other, 2850)
    assert (told(store), on_page(buy)) == ([], [])


def test_what_is_paid_back_waits_for_no_cart_and_is_owed_nothing(store: Store, buy: Buy, gone: tuple[Order, Order]) -> None:
    one, other = gone
    come(buy, 2)
    assert (told(store, "没交到住户"), items(buy)["鸡蛋"][4]) == (["团购到了，2 单还没交到住户：鸡蛋团"], 0)
    back(buy, one, 2850)
    assert (told(store, "没交到住户"), items(buy)["鸡蛋"][4]) == (["团购到了，1 单还没交到住户：鸡蛋团"], 1)
    assert (parcel_queries.doors_of(buy).waiting, [stop.cargo.portions for _trip, stops in routing.buy_route(buy, 40, 1) for stop in stops]) == (1, [1])
    parcels.send(actor=SYSTEM, at=NOW + HOUR, buy=buy)
    assert [order.parcels.count() for order in (one, other)] == [1, 2]
    with pytest.raises(Conflict) as refused:
        parcels.send(actor=SYSTEM, at=NOW + HOUR, buy=buy)
    assert refused.value.code == "nothing_to_send"
    # Whoever wants theirs after all gets it when somebody says so of this one order.
    parcels.send(actor=SYSTEM, at=NOW + HOUR, buy=buy, order_id=one.pk)
    assert one.parcels.count() == 2


def test_what_had_not_come_and_was_paid_back_before_does_not_settle_what_was_lost_of_the_rest(store: Store, buy: Buy) -> None:
    one = order(store, buy, "101", 1, 1)
    come(buy, 1)
    back(buy, one, 6000)
    parcels.send(actor=SYSTEM, at=NOW, buy=buy)
    bring(store, parcel_of(one), "missing")
    assert told(store) == ["团购少了 1 包，补发或退款：鸡蛋团"]
    back(buy, one, 2850)
    assert told(store) == []


@pytest.mark.parametrize(("second", "still"), [(("done",), False), (("refused", "back"), False), (("missing",), True), ((), False)])
def test_what_was_sent_last_for_an_order_says_whether_it_is_lost(
    store: Store, buy: Buy, gone: tuple[Order, Order], second: tuple[str, ...], still: bool
) -> None:
    one, other = gone
    back(buy, other, 2850)
    come(buy, 1)
    parcels.send(actor=SYSTEM, at=NOW + HOUR, buy=buy)
    for deed in second:
        acts: dict[str, Callable[[], object]] = {"back": lambda: parcels.take_back(actor=SYSTEM, at=NOW, buy=buy, parcel_id=parcel_of(one).pk)}
        acts.get(deed, lambda deed=deed: bring(store, parcel_of(one), deed))()
    assert bool(told(store)) is still


def test_a_parcel_that_came_back_and_was_lost_when_sent_again_is_lost(store: Store, buy: Buy) -> None:
    one = order(store, buy, "101")
    come(buy, 1)
    parcels.send(actor=SYSTEM, at=NOW, buy=buy)
    parcels.take_back(actor=SYSTEM, at=NOW, buy=buy, parcel_id=parcel_of(one).pk)
    parcels.send(actor=SYSTEM, at=NOW + HOUR, buy=buy, order_id=one.pk)
    bring(store, parcel_of(one), "missing")
    assert told(store) == ["团购少了 1 包，补发或退款：鸡蛋团"]


def test_whoever_fetched_theirs_from_the_store_misses_nothing(store: Store, buy: Buy, gone: tuple[Order, Order]) -> None:
    come(buy, 2)
    for one in gone:
        bought.hand(actor=SYSTEM, at=NOW, buy=buy, order_id=one.pk)
    assert (told(store), on_page(buy)) == ([], [])


def test_an_order_that_was_paid_back_is_put_into_no_time(store: Store, buy: Buy) -> None:
    orders = [order(store, buy, room) for room in ("101", "201")]
    slot = buy.slots.get()
    Order.objects.update(slot=None)
    back(buy, orders[0], 2850)
    assert parcel_queries.doors_of(buy).unchosen == 1
    assert parcels.assign(actor=SYSTEM, at=NOW, buy=buy, slot_id=slot.pk) == 1
    assert list(buy_queries.live_orders(buy).filter(slot=slot)) == [orders[1]]

"""What is refused at the store, each beside the same act as it is taken: nothing is written by what is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.field.supplies import (
    bought,
    buy_queries,
    buying,
    delivering,
    handing,
    planning,
    receiving,
    transferring,
)
from jimu.field.supplies.models import Buy, Delivery, Lot, LotEvent, Move, Order, Transfer
from jimu.field.supplies.receiving import Given
from jimu.grid.models import Unit

from .conftest import AT, HOUR, LATER, Store
from .test_buying import leader_of, offer, ordered

pytestmark = pytest.mark.django_db


def refused(code: str, work: Callable[[], Any], error: type[JimuError] = Invalid) -> None:
    """Refused with this code (or this class, where it has none of its own), and nothing moved."""
    before = (Move.objects.count(), LotEvent.objects.count(), Lot.objects.count(), Transfer.objects.count(), Delivery.objects.count())
    with pytest.raises(error) as found:
        work()
    assert found.value.code == (code or error.code)
    assert (Move.objects.count(), LotEvent.objects.count(), Lot.objects.count(), Transfer.objects.count(), Delivery.objects.count()) == before


def arrive(store: Store, unit: str = "甲一居民区", **more: Any) -> Lot:
    given = Given(**{"item": "蔬菜包", "measure": "袋", "number": 10, "source": "donation", "giver": "热心居民", "person": True, **more})
    return receiving.arrive(actor=store.secretary, at=AT, unit_id=store.town[unit].pk, given=given)


@pytest.mark.parametrize(("change", "code"), [
    ({"item": " "}, "no_goods"), ({"measure": ""}, "no_goods"), ({"number": 0}, "no_goods"), ({"number": 1_000_001}, "no_goods"), ({"source": "market"}, ""),
    ({"rest_minutes": -1}, ""), ({"rest_minutes": 10_081}, ""), ({"giver": " "}, "no_giver"), ({"giver": "陈某 13800000001"}, "personal"), ({"note": "找 13800000001"}, "personal"),
    ({"unit": "1号楼"}, "not_a_store"),
])  # fmt: skip
def test_what_arrives_is_told_in_full_and_lies_in_a_store(store: Store, change: dict[str, Any], code: str) -> None:
    assert arrive(store).pk
    refused(code, lambda: arrive(store, **change))


def test_the_ends_of_what_is_allowed_are_allowed(store: Store) -> None:
    for change in ({"number": 1}, {"number": 1_000_000}, {"rest_minutes": 0}, {"rest_minutes": 10_080}, {"source": "shop", "giver": ""}):
        assert arrive(store, **change).pk


def test_who_gave_nothing_is_not_thanked(store: Store) -> None:
    bought_in = store.lot()
    receiving.thank(actor=store.secretary, at=AT, lot_id=arrive(store).pk)
    refused("no_donation", lambda: receiving.thank(actor=store.secretary, at=AT, lot_id=bought_in.pk), Conflict)


def test_counts_and_corrections_are_numbers_with_a_reason(store: Store) -> None:
    lot, by = store.lot(), {"actor": store.secretary, "at": LATER}
    for number in (0, 1_000_000):
        receiving.count(**by, lot_id=lot.pk, number=number)
    for number in (-1, 1_000_001):
        refused("", lambda number=number: receiving.count(**by, lot_id=lot.pk, number=number))
    for number in (0, 1_000_001):
        refused("", lambda number=number: receiving.pack(**by, lot_id=lot.pk, number=number))
        refused("", lambda number=number: receiving.correct(**by, lot_id=lot.pk, how="lost", number=number, note="雨淋"))
    refused("no_words", lambda: receiving.correct(**by, lot_id=lot.pk, how="lost", number=1, note=" "))
    refused("", lambda: receiving.correct(**by, lot_id=lot.pk, how="eaten", number=1, note="雨淋"))
    receiving.pack(**by, lot_id=lot.pk, number=1)
    receiving.correct(**by, lot_id=lot.pk, how="lost", number=1, note="雨淋")


def test_spare_ones_are_given_out_only_when_they_may_leave(store: Store) -> None:
    ready, waiting = store.lot(), store.lot(ready=False)
    by = {"actor": store.secretary, "at": LATER, "how": "spare", "number": 1, "note": "志愿者午餐"}
    receiving.correct(**by, lot_id=ready.pk)
    refused("not_ready", lambda: receiving.correct(**by, lot_id=waiting.pk), JimuError)
    receiving.correct(**{**by, "how": "lost"}, lot_id=waiting.pk)


def test_a_closed_plan_sends_nothing_more_and_takes_what_was_done_before(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 2)
    planning.close_plan(actor=store.secretary, at=LATER + HOUR, plan_id=plan.pk)
    refused("plan_closed", lambda: store.issue(plan, "1号楼", 1), Conflict)
    refused("plan_closed", lambda: store.deliver(plan, "1-101", at=LATER + 2 * HOUR), Conflict)
    store.deliver(plan, "1-101", at=LATER + HOUR)


def test_what_is_said_at_a_door_is_one_of_a_few_words(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 2)
    for result in ("undone", "eaten", ""):
        refused("", lambda result=result: store.deliver(plan, "1-101", result))
    refused("", lambda: store.deliver(plan, "1-101", "wrong", note="字" * 201))
    store.deliver(plan, "1-101", "wrong", note="字" * 200)


def test_a_slip_is_taken_back_once_by_who_carries_there(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 2)
    undo = lambda actor=store.carrier: delivering.undo(actor=actor, at=LATER, plan_id=plan.pk, room_id=store.rooms["1-101"].pk)  # noqa: E731
    refused("nothing_to_undo", undo, Conflict)
    store.deliver(plan, "1-101")
    refused("", lambda: undo(store.second), NotFound)
    undo()
    refused("nothing_to_undo", undo, Conflict)


def test_everything_is_sent_once(store: Store) -> None:
    plan = store.plan()
    assert len(handing.issue_all(actor=store.secretary, at=LATER, plan_id=plan.pk)) == 2
    refused("all_issued", lambda: handing.issue_all(actor=store.secretary, at=LATER, plan_id=plan.pk), Conflict)


def test_goods_of_a_group_buy_and_numbers_of_people_do_not_travel_between_stores(store: Store) -> None:
    buy = buying.open_buy(at=AT, leader_code=leader_of(store).code, offer=offer())
    ordered(store, buy)
    items = {item.pk: 1 for item in buy.items.all()}
    group = bought.arrive(actor=store.secretary, at=AT + 2 * HOUR, buy_id=buy.pk, numbers=items, rest_minutes=0)[0]
    send = lambda lot, note="": transferring.send(actor=store.secretary, at=LATER, lot_id=lot.pk, to_id=store.town["乙一居民区"].pk, number=1, note=note)  # noqa: E731
    plain = store.lot()
    refused("group_goods", lambda: send(group), Conflict)
    refused("personal", lambda: send(plain, "找 13800000001"))
    move = send(plain, "他们缺菜")
    other = store.town.actor("secretary", "乙一居民区")
    for counted in (-1, 1_000_001):
        refused("", lambda counted=counted: transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=counted))
    transferring.cancel(actor=store.secretary, at=LATER, transfer_id=move.pk)
    refused("cancelled", lambda: transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=1), Conflict)


@pytest.fixture
def buys(store: Store) -> tuple[Buy, Buy]:
    """Two buys of two leaders, both open."""
    other = buying.register_leader(actor=store.secretary, at=AT, unit_id=store.unit.pk, name="吴敏", phone="13800000006")
    buying.set_leader(actor=store.secretary, at=AT, leader_id=other.pk, state="checked", note="本楼居民")
    return tuple(buying.open_buy(at=AT, leader_code=code, offer=offer()) for code in (leader_of(store).code, other.code))  # type: ignore[return-value]


@pytest.mark.parametrize(("change", "code"), [
    ({"eggs": 0}, "no_items"), ({"eggs": -1}, "no_items"), ({"eggs": 2, "milk": -1}, "no_items"), ({"eggs": 3}, "above_limit"), ({"milk": 2}, "above_limit"),
    ({"room": " "}, ""), ({"building": "别处"}, ""), ({"building": "3号楼"}, ""), ({"building": "甲一居民区"}, ""), ({"phone": ""}, ""), ({"phone": "1380000"}, ""), ({"item": "other"}, "no_items"),
])  # fmt: skip
def test_an_order_is_of_a_door_here_for_what_is_offered_within_its_limit(store: Store, buys: tuple[Buy, Buy], change: dict[str, Any], code: str) -> None:
    store.town.more_places(1)
    store.town.units["别处"] = Unit.objects.get(name="2号楼", path__startswith=Unit.objects.get(name="丙100居民区").path)
    Unit.objects.filter(pk=store.town["3号楼"].pk).update(retired_at=AT)

    def order(*, eggs: int = 1, milk: int = 0, room: str = "101", building: str = "1号楼", phone: str = "13800000009", item: str = "") -> Order:
        first, second = (buys[1] if item else buys[0]).items.all()
        wanted = buying.Wanted(store.town[building].pk, room, {first.pk: eggs, second.pk: milk}, "周阿姨", phone)
        return buying.order_by_resident(at=AT, code=buys[0].code, address=str(change), wanted=wanted)

    with pytest.raises(JimuError) as found:
        order(**change)
    assert found.value.code == (code or Invalid.code)
    assert not Order.objects.exists()
    assert order(eggs=2, milk=1).lines.count() == 2


def test_nobody_acts_on_an_order_a_time_or_a_thing_of_another_buy(store: Store, buys: tuple[Buy, Buy]) -> None:
    one, other = buys
    made = ordered(store, one)
    slots = [bought.open_slot(actor=store.secretary, at=AT, buy=buy, way="pickup", starts_at=AT, ends_at=LATER, most=3) for buy in buys]
    by = {"actor": store.secretary, "at": LATER, "order_id": made.pk}
    acts: list[Callable[[Buy], Any]] = [
        lambda buy: bought.pay(buy=buy, **by), lambda buy: bought.refund(buy=buy, fen=1, note="破一个", **by), lambda buy: bought.hand(buy=buy, **by),
        lambda buy: buying.choose_slot(at=AT, receipt=made.receipt, slot_id=slots[buys.index(buy)].pk),
        lambda buy: bought.arrive(actor=store.secretary, at=LATER, buy_id=one.pk, numbers={buy.items.first().pk: 1}, rest_minutes=0),
        lambda buy: buy_queries.buy_of_leader(one.leader.code, buy.pk),
    ]
    for act in acts:
        refused("", lambda act=act: act(other), NotFound)
    # In this order what is to be handed over came before.
    for n in (0, 1, 3, 4, 2, 5):
        acts[n](one)


def test_no_more_goes_back_than_an_order_cost_in_however_many_parts(store: Store, buys: tuple[Buy, Buy]) -> None:
    made = ordered(store, buys[0], eggs=2, milk=1)
    back = lambda fen: bought.refund(actor=store.secretary, at=LATER, buy=buys[0], order_id=made.pk, fen=fen, note="没来")  # noqa: E731
    refused("too_much_back", lambda: back(11_701), Conflict)
    for fen in (0, -1):
        refused("", lambda fen=fen: back(fen))
    back(6_000)
    refused("too_much_back", lambda: back(5_701), Conflict)
    back(5_700)
    refused("too_much_back", lambda: back(1), Conflict)


def test_a_time_counts_whom_it_serves_and_not_who_took_their_order_back(store: Store, buys: tuple[Buy, Buy]) -> None:
    slot = bought.open_slot(actor=store.secretary, at=AT, buy=buys[0], way="pickup", starts_at=AT, ends_at=LATER, most=2)
    orders = [ordered(store, buys[0], room) for room in ("101", "201", "301")]
    left = lambda at=AT: [one.left for one in buy_queries.slots_of(buys[0], at)]  # noqa: E731
    for order in orders[:2]:
        buying.choose_slot(at=AT, receipt=order.receipt, slot_id=slot.pk)
    assert left() == [0]
    buying.cancel_order(at=AT, receipt=orders[0].receipt)
    assert (left(), left(LATER)) == ([1], [])
    assert [one.ordered for one in buy_queries.items_of(buys[0])] == [2, 0]


def test_a_buy_that_was_called_off_takes_no_order_and_no_goods_and_is_called_off_once(store: Store, buys: tuple[Buy, Buy]) -> None:
    made = [ordered(store, buy) for buy in buys]
    goods = lambda buy: bought.arrive(actor=store.secretary, at=AT + HOUR, buy_id=buy.pk, numbers={buy.items.first().pk: 1})  # noqa: E731
    buying.cancel_buy(at=AT, buy=buys[0], actor=store.secretary)
    refused("", lambda: buying.cancel_buy(at=AT, buy=buys[0], actor=store.secretary), Conflict)
    refused("buy_closed", lambda: ordered(store, buys[0], "201"), JimuError)
    refused("buy_closed", lambda: buying.cancel_order(at=AT, receipt=made[0].receipt), Conflict)
    refused("buy_open", lambda: goods(buys[0]), Conflict)
    assert ordered(store, buys[1], "201")
    buying.cancel_order(at=AT, receipt=made[1].receipt)
    assert goods(buys[1])


EGGS = ("鸡蛋", "盒", 2850, 2)


@pytest.mark.parametrize(("change", "code"), [
    ({"title": " "}, "no_items"), ({"items": []}, "no_items"), ({"items": [EGGS, ("鸡蛋 ", "箱", 1, 1)]}, "no_items"), ({"items": [(f"菜{n}", "份", 1, 1) for n in range(41)]}, "no_items"),
    ({"items": [("鸡蛋", "盒", -1, 2)]}, "bad_price"), ({"items": [EGGS, ("牛奶", "箱", 1_000_001, 2)]}, "bad_price"), ({"items": [("鸡蛋", "盒", 1, 0)]}, "bad_price"),
    ({"items": [("鸡蛋", "盒", 1, 100)]}, "bad_price"), ({"closes_at": AT}, "bad_end"), ({"closes_at": AT + timedelta(days=7, seconds=1)}, "bad_end"),
    ({"title": "找 13800000001"}, "personal"), ({"note": "找 13800000001"}, "personal"), ({"supplier": "陈某 13800000001"}, "personal"),
])  # fmt: skip
def test_a_buy_says_what_there_is_for_how_much_and_until_when(store: Store, change: dict[str, Any], code: str) -> None:
    leader = leader_of(store)
    open_buy = lambda **more: buying.open_buy(at=AT, leader_code=leader.code, offer=offer(**more))  # noqa: E731
    refused(code, lambda: open_buy(**change))
    ends = [("白送", "", 0, 1), ("人参", "盒", 1_000_000, 99), *((f"菜{n}", "份", 1, 1) for n in range(38))]
    made = open_buy(items=ends, closes_at=AT + timedelta(days=7))
    assert [(one.measure, one.price, one.limit) for one in made.items.all()[:2]] == [("份", 0, 1), ("盒", 1_000_000, 99)]
    assert Buy.objects.count() == 1


@pytest.mark.parametrize("change", [{"way": "lift"}, {"most": 0}, {"most": 2001}, {"ends_at": AT}, {"starts_at": LATER}])
def test_a_time_to_fetch_or_bring_has_an_end_and_room_for_somebody(store: Store, buys: tuple[Buy, Buy], change: dict[str, Any]) -> None:
    slot = {"actor": store.secretary, "at": AT, "buy": buys[0], "way": "door", "starts_at": AT, "ends_at": LATER}
    refused("bad_slot", lambda: bought.open_slot(**{**slot, "most": 1, **change}))
    assert [bought.open_slot(**slot, most=most).most for most in (1, 2000)] == [1, 2000]


@pytest.mark.parametrize(("numbers", "rest", "code"), [((0, 0), 0, ""), ((1, -1), 0, ""), ((1_000_001, 0), 0, ""), ((1, 0), -1, ""), ((1, 0), 10_081, "")])
def test_what_a_buy_brings_is_a_number_of_its_things_from_its_end_on(store: Store, buys: tuple[Buy, Buy], numbers: tuple[int, int], rest: int, code: str) -> None:
    def arrive(*counts: int, at: datetime = AT + HOUR, rest: int = 0) -> list[Lot]:
        things = [item.pk for item in buys[0].items.all()]
        return bought.arrive(actor=store.secretary, at=at, buy_id=buys[0].pk, numbers=dict(zip(things, counts, strict=True)), rest_minutes=rest)

    refused(code, lambda: arrive(*numbers, rest=rest))
    refused("buy_open", lambda: arrive(1, 0, at=AT + HOUR - timedelta(seconds=1)), Conflict)
    assert [(lot.item, lot.disinfect) for lot in arrive(1, 0)] == [("鸡蛋", False)]
    assert [(lot.item, lot.disinfect, lot.rest_minutes) for lot in arrive(0, 1_000_000, rest=10_080)] == [("牛奶", True, 10_080)]

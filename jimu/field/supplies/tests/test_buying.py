"""Group buying: who may begin, what a chain says, limits of a household, an end that comes by itself, goods that go to those who ordered."""

import io
from datetime import timedelta
from functools import partial

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core import clock, sealed
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.models import JournalEntry
from jimu.core.tests.racing import outcomes
from jimu.field.supplies import bought, buy_queries, buying, forgetting, receiving
from jimu.field.supplies.buying import Offer, Wanted
from jimu.field.supplies.chain import read_chain, read_sheet, written
from jimu.field.supplies.chain_places import orders_of, placed
from jimu.field.supplies.errors import AboveLimit, BuyClosed, NotReady, TooMany
from jimu.field.supplies.models import Buy, BuyLeader, Delivery, Lot, Order
from jimu.field.supplies.planning import Wish, draft
from jimu.incidents.tests.under_way import begin, text_with
from jimu.signup import throttle

from .conftest import AT, HOUR, LATER, Store, conserved, where

pytestmark = pytest.mark.django_db
ITEMS = ["鸡蛋", "牛奶", "东北大米", "大米"]
PHONE = "13800000009"


def leader_of(store: Store) -> BuyLeader:
    made = buying.register_leader(actor=store.secretary, at=AT, unit_id=store.unit.pk, name="周建国", phone="13800000008")
    return buying.set_leader(actor=store.secretary, at=AT, leader_id=made.pk, state="checked", note="本楼居民")


def offer(**more: object) -> Offer:
    return Offer(**{"title": "鸡蛋团", "closes_at": AT + HOUR, "items": [("鸡蛋", "盒", 2850, 2), ("牛奶", "箱", 6000, 1)], **more})


@pytest.fixture
def buy(store: Store) -> Buy:
    return buying.open_buy(at=AT, leader_code=leader_of(store).code, offer=offer())


def ordered(store: Store, buy: Buy, room: str = "101", eggs: int = 1, milk: int = 0, *, at=AT, address: str = "1", building: str = "1号楼") -> Order:
    first, second = buy.items.all()
    wanted = Wanted(store.building(building).pk, room, {first.pk: eggs, second.pk: milk}, "周阿姨", PHONE)
    return buying.order_by_resident(at=at, code=buy.code, address=address, wanted=wanted)


def arrived(store: Store, buy: Buy, eggs: int, milk: int = 0) -> list[Lot]:
    first, second = buy.items.all()
    return bought.arrive(actor=store.secretary, at=AT + 2 * HOUR, buy_id=buy.pk, numbers={first.pk: eggs, second.pk: milk}, rest_minutes=0)


def test_a_leader_begins_only_after_somebody_checked_them(store: Store) -> None:
    made = buying.register_leader(actor=store.secretary, at=AT, unit_id=store.unit.pk, name="周建国", phone="13800000008")
    with pytest.raises(Conflict) as refused:
        buying.open_buy(at=AT, leader_code=made.code, offer=offer())
    assert refused.value.code == "leader_unchecked"
    with pytest.raises(Invalid):
        buying.set_leader(actor=store.secretary, at=AT, leader_id=made.pk, state="checked")
    buying.set_leader(actor=store.secretary, at=AT, leader_id=made.pk, state="checked", note="本楼居民")
    opened = buying.open_buy(at=AT, leader_code=made.code, offer=offer())
    buying.set_leader(actor=store.secretary, at=AT, leader_id=made.pk, state="stopped", note="涨价")
    with pytest.raises(BuyClosed):
        ordered(store, opened)
    with pytest.raises(NotFound):
        buy_queries.buy_of_leader(made.code, opened.pk)
    with pytest.raises(Conflict):
        buying.register_leader(actor=store.secretary, at=AT, unit_id=store.unit.pk, name="周建", phone="13800000008")
    assert "周建国" not in str(list(BuyLeader.objects.values()))


def test_it_closes_by_itself(store: Store, buy: Buy) -> None:
    order = ordered(store, buy, at=AT + HOUR - timedelta(seconds=1))
    with pytest.raises(BuyClosed):
        ordered(store, buy, "102", at=AT + HOUR)
    with pytest.raises(Conflict):
        buying.cancel_order(at=AT + HOUR, receipt=order.receipt)
    with pytest.raises(Invalid):
        buying.open_buy(at=AT, leader_code=buy.leader.code, offer=offer(closes_at=AT + timedelta(days=8)))


def test_a_household_has_its_limit_however_many_orders_it_makes(store: Store, buy: Buy) -> None:
    ordered(store, buy, "101室", 1)
    second = ordered(store, buy, "101", 1)
    with pytest.raises(AboveLimit):
        ordered(store, buy, "101", 1)
    buying.cancel_order(at=AT, receipt=second.receipt)
    assert ordered(store, buy, "101", 1).room == "101"
    ordered(store, buy, "101", 2, building="2号楼")
    ordered(store, buy, "2单元101", 2)
    with pytest.raises(AboveLimit):
        ordered(store, buy, "2-101室", 1)


CHAIN = """#接龙 周三团
例：楼号室号 姓名 要什么
1. 1号楼101 周阿姨 鸡蛋2 牛奶1
2、1号201室 老王13800000007 鸡蛋+1
3. 2-201 东北大米1袋，大米 x2
4. 阿强 鸡蛋1
5. 1号楼 301 牛奶
6. 9号楼101 鸡蛋1
"""


def test_a_chain_is_read_as_people_write_it(store: Store, buy: Buy) -> None:
    rows = read_chain(CHAIN, ITEMS)
    assert [(r.building, r.room, r.wanted, r.fault) for r in rows] == [
        ("1号楼", "101", {"鸡蛋": 2, "牛奶": 1}, ""), ("1号", "201", {"鸡蛋": 1}, ""), ("2", "201", {"东北大米": 1, "大米": 2}, ""),
        ("", "", {}, "place"), ("1号楼", "301", {"牛奶": 1}, ""), ("9号楼", "101", {"鸡蛋": 1}, ""),
    ]  # fmt: skip
    assert [(r.name, r.phone) for r in rows[:2]] == [("周阿姨", ""), ("老王", "13800000007")]
    places = placed(buy, read_chain(CHAIN.replace("东北大米1袋，大米 x2", "鸡蛋 1"), ["鸡蛋", "牛奶"]))
    assert [p.doubt for p in places] == ["", "", "", "place", "", "building"]
    assert [r.wanted for r in read_chain("1. 1号楼101 周阿姨 +2\n2. 1号楼201 3份", ["套餐"])] == [{"套餐": 2}, {"套餐": 3}]
    assert len(orders_of(buy, places)) == 4
    assert placed(buy, read_chain("1号楼909 鸡蛋", ["鸡蛋"]))[0].doubt == "room"


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fall(text: str) -> None:
    for row in read_chain(text, ITEMS):
        assert row.fault or (row.room and row.wanted)


@given(st.integers(1, 99), st.integers(101, 2909), st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 9), min_size=1))
def test_what_is_written_is_read_the_same_again(building: int, room: int, wanted: dict[str, int]) -> None:
    row = read_chain(f"1. {building}号楼{room} 周阿姨 " + " ".join(f"{item}{n}" for item, n in wanted.items()), ITEMS)[0]
    again = read_chain(written(row), ITEMS)[0]
    assert (again.building, again.room, again.wanted, again.name) == (f"{building}号楼", str(room), wanted, "周阿姨")


def test_a_sheet_is_read_by_its_header() -> None:
    rows = read_sheet([["团购登记"], ["楼号", "室号", "姓名", "手机", "鸡蛋（盒）", "牛奶"], ["1", 101.0, "周阿姨", "", 2.0, None], ["2号楼", "201", "", "", "", "1箱"], [None] * 6, ["", "", "吴", "", 1, ""]], ["鸡蛋", "牛奶"])
    assert [(r.building, r.room, r.wanted, r.fault) for r in rows] == [("1号", "101", {"鸡蛋": 2}, ""), ("2号楼", "201", {"牛奶": 1}, ""), ("", "", {"鸡蛋": 1}, "place")]


def test_goods_go_to_those_who_ordered_and_to_nobody_else(store: Store, buy: Buy) -> None:
    first, second = ordered(store, buy, "101", 2), ordered(store, buy, "201", 1)
    with pytest.raises(Conflict):
        bought.arrive(actor=store.secretary, at=AT, buy_id=buy.pk, numbers={buy.items.first().pk: 3})
    (lot,) = arrived(store, buy, 3)
    with pytest.raises(Invalid):
        draft(actor=store.secretary, wish=Wish("", {lot.pk: 1}))
    for order in (first, second):
        bought.hand(actor=store.secretary, at=LATER, buy=buy, order_id=order.pk)
    with pytest.raises(Conflict):
        bought.hand(actor=store.secretary, at=LATER, buy=buy, order_id=first.pk)
    assert where(lot)["out"] == 3
    assert conserved(lot.pk)


def test_goods_rest_before_they_are_handed_out(store: Store, buy: Buy) -> None:
    order = ordered(store, buy)
    (lot,) = bought.arrive(actor=store.secretary, at=LATER, buy_id=buy.pk, numbers={buy.items.first().pk: 1})
    receiving.disinfect(actor=store.secretary, at=LATER, lot_id=lot.pk)
    with pytest.raises(NotReady):
        bought.hand(actor=store.secretary, at=LATER, buy=buy, order_id=order.pk)
    bought.hand(actor=store.secretary, at=LATER + HOUR, buy=buy, order_id=order.pk)


def test_what_did_not_come_is_refunded_before_the_rest_is_handed_over(store: Store, buy: Buy) -> None:
    order = ordered(store, buy, "101", 2, 1)
    arrived(store, buy, 2)
    with pytest.raises(Conflict) as refused:
        bought.hand(actor=store.secretary, at=LATER, buy=buy, order_id=order.pk)
    assert refused.value.code == "not_arrived"
    with pytest.raises(Conflict):
        bought.refund(actor=store.secretary, at=LATER, buy=buy, order_id=order.pk, fen=12_000, note="缺牛奶")
    bought.refund(actor=store.secretary, at=LATER, buy=buy, order_id=order.pk, fen=6_000, note="缺牛奶")
    bought.hand(actor=store.secretary, at=LATER, buy=buy, order_id=order.pk)
    assert [one.item.name for one in buy_queries.items_of(buy) if one.out] == ["鸡蛋"]


def test_a_slot_takes_so_many(store: Store, buy: Buy) -> None:
    first, second = ordered(store, buy, "101"), ordered(store, buy, "201")
    slot = bought.open_slot(actor=store.secretary, at=AT, buy=buy, way="pickup", starts_at=AT, ends_at=LATER, most=1)
    buying.choose_slot(at=AT, receipt=first.receipt, slot_id=slot.pk)
    buying.choose_slot(at=AT, receipt=first.receipt, slot_id=slot.pk)
    with pytest.raises(Conflict):
        buying.choose_slot(at=AT, receipt=second.receipt, slot_id=slot.pk)
    buying.cancel_order(at=AT, receipt=first.receipt)
    buying.choose_slot(at=AT, receipt=second.receipt, slot_id=slot.pk)
    with pytest.raises(NotFound):
        buying.choose_slot(at=LATER + HOUR, receipt=second.receipt, slot_id=slot.pk)


def test_names_and_numbers_of_orders_end_and_the_order_stays(store: Store, buy: Buy) -> None:
    ordered(store, buy)
    assert (forgetting.forget(at=AT + timedelta(days=29)), forgetting.forget(at=AT + timedelta(days=31)), forgetting.forget(at=AT + timedelta(days=31))) == (0, 1, 0)
    order = Order.objects.get()
    assert (order.name, order.masked_phone, order.lines.count()) == ("", "", 1)


def test_what_tells_of_people_ends_after_the_days_of_the_playbook_and_each_kind_wakes_the_timer(store: Store) -> None:
    now, week = clock.now(), timedelta(days=8)
    buy = buying.open_buy(at=now, leader_code=leader_of(store).code, offer=offer(closes_at=now + timedelta(hours=1)))
    ordered(store, buy, at=now)
    given = store.lot(5, source="donation", giver="陈某某", person=True)
    plan = store.plan(store.lot(10))
    Delivery.objects.create(plan=plan, room=store.rooms["1-101"], result="nobody", note_sealed=sealed.seal("吴某说放邻居家"), at=now, by="x")
    begin(store.unit, text_with("supplies: {keep_days: 7}"))
    Lot.objects.update(arrived_at=now)
    assert forgetting.forget(at=now + timedelta(days=6)) == 0
    for rows, old in ((Buy.objects, {"closes_at": now - week}), (Delivery.objects, {"at": now - week}), (Lot.objects, {"arrived_at": now - week})):
        assert not forgetting.anything_due()
        rows.update(**old)
        assert forgetting.anything_due()
        assert forgetting.forget(at=now) == 1
    assert (Order.objects.get().name, Delivery.objects.get().note_sealed, Lot.objects.get(pk=given.pk).giver_sealed) == ("", "", "")


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(["101", "201"]), st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=8))
def test_no_household_is_above_its_limit_whatever_is_ordered_and_taken_back(store: Store, wishes: list[tuple[str, int, int, bool]]) -> None:
    BuyLeader.objects.all().delete()
    opened = buying.open_buy(at=AT, leader_code=leader_of(store).code, offer=offer())
    limits = {item.pk: item.limit for item in opened.items.all()}
    for room, eggs, milk, back in wishes:
        try:
            order = ordered(store, opened, room, eggs, milk, address=str(wishes))
            if back:
                buying.cancel_order(at=AT, receipt=order.receipt)
        except JimuError:
            pass
        assert all(n <= limits[item] for (_b, _room, item), n in buy_queries.households_orders(opened).items())
    Order.objects.all().delete()
    Buy.objects.all().delete()


def test_one_address_orders_so_often_an_hour(store: Store, buy: Buy) -> None:
    for number in range(throttle.OF_AN_ADDRESS):
        ordered(store, buy, str(500 + number))
    with pytest.raises(TooMany):
        ordered(store, buy, "999")


def typed(ahead: timedelta) -> str:
    return timezone.localtime(clock.now() + ahead).strftime("%Y-%m-%dT%H:%M")


def test_pages_from_the_leader_to_the_household(store: Store) -> None:
    desk = store.client(store.secretary)
    page = lambda name, *args: reverse(f"supplies:{name}", args=args)  # noqa: E731
    assert desk.post(page("add_leader"), {"unit": str(store.unit.pk), "name": "周建国", "phone": "12"}).status_code == 422
    desk.post(page("add_leader"), {"unit": str(store.unit.pk), "name": "周建国", "phone": "13800000008"})
    leader = BuyLeader.objects.get()
    assert desk.post(page("set_leader", leader.pk), {"state": "checked", "note": "本楼居民"}).status_code == 302
    told = desk.get(page("buys")).content.decode()
    assert leader.code in told
    assert "周建国" not in told
    outside = Client()
    form = {"title": "鸡蛋团", "items": "鸡蛋 28.5 盒 2\n牛奶 60 箱 1", "closes_at": typed(5 * HOUR)}
    assert outside.post(page("lead", leader.code), {**form, "items": "鸡蛋"}).status_code == 422
    there = outside.post(page("lead", leader.code), form)["Location"]
    buy = Buy.objects.get()
    eggs, milk = buy.items.all()
    assert (eggs.price, milk.limit) == (2850, 1)
    order = {"building": str(store.building("1号楼").pk), "room": "101", "phone": PHONE, f"n{eggs.pk}": 2}
    assert "鸡蛋" in outside.get(page("order", buy.code)).content.decode()
    assert outside.post(page("order", buy.code), {**order, "phone": "1"}).status_code == 422
    receipt = outside.post(page("order", buy.code), order)["Location"]
    assert "57.00" in outside.get(receipt).content.decode()
    assert outside.post(page("order", buy.code), order).status_code == 409
    shown = outside.post(there, {"text": "1. 1号楼201 王 鸡蛋1\n2. 阿强 鸡蛋1"}).content.decode()
    assert "看不出哪一户" in shown
    assert outside.post(there, {"text": "1. 1号楼201 王 鸡蛋1\n2. 阿强 鸡蛋1", "take": "1"}).status_code == 302
    book = openpyxl.Workbook()
    for row in (["楼号", "室号", "鸡蛋"], ["2号楼", "201", 1]):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    file = SimpleUploadedFile("订单.xlsx", kept.getvalue())
    assert "2号楼201室 鸡蛋 1" in outside.post(there, {"text": "", "file": file}).content.decode()
    assert Order.objects.count() == 2
    first = Order.objects.get(room="101")
    assert outside.post(f"{there}do/paid/", {"order": str(first.pk)}).status_code == 302
    assert outside.post(f"{there}do/refund/", {"order": str(first.pk), "yuan": "1.5", "note": "破一个"}).status_code == 302
    start, end = typed(HOUR), typed(3 * HOUR)
    assert desk.post(page("buy_act", buy.pk, "slot"), {"way": "door", "starts_at": start, "ends_at": end, "most": 5}).status_code == 302
    assert outside.post(receipt, {"slot": str(buy.slots.get().pk)}).status_code == 302
    Buy.objects.update(closes_at=clock.now())
    assert desk.post(page("buy_act", buy.pk, "arrive"), {f"n{eggs.pk}": 3, "rest_minutes": 0}).status_code == 302
    assert desk.post(page("buy_act", buy.pk, "hand"), {"order": str(first.pk)}).status_code == 302
    assert "已交货" in outside.get(receipt).content.decode()
    assert desk.get(page("buy", buy.pk)).status_code == 200
    assert store.town.client("secretary", "乙一居民区").get(page("buy", buy.pk)).status_code == 404
    assert [outside.get(page(name, "x")).status_code for name in ("lead", "order", "ordered")] == [404] * 3
    assert not [e for e in JournalEntry.objects.filter(verb__startswith="supplies.") if "周" in str(e.data) or PHONE in str(e.data)]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_orders_for_the_last_of_a_limit_one_is_taken(store: Store) -> None:
    opened = buying.open_buy(at=AT, leader_code=leader_of(store).code, offer=offer())

    won = outcomes([partial(ordered, store, opened, "101", 2, address=str(number)) for number in range(2)])
    assert sorted(won) == ["", "above_limit"]

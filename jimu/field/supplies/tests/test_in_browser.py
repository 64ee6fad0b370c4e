"""Goods by people in a browser: from the lorry to a door in a stairwell without a network, and a group buy from its leader to the household."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.permissions import SYSTEM, Actor
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.supplies import bought, buying
from jimu.field.supplies.models import Delivery, Lot, Order, Parcel, Receipt
from jimu.sync import actions
from jimu.sync.models import Operation
from jimu.sync.tests.patience import kept_by_worker

from .conftest import HOUR, Store, where
from .test_buying import leader_of, offer, ordered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: Taken by the clock that a browser types.
TYPED = "%Y-%m-%dT%H:%M"


def opened(site: Site, path: str, store: Store, actor: Actor | None = None, **options: Any) -> Any:
    page = site.open(path, client=store.client(actor) if actor else None, **options)
    page.context.set_default_timeout(30_000)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def phone_of(site: Site, store: Store, actor: Actor, unit: str, first: str) -> Any:
    """The app on a phone, enrolled by its link, with its lists on board."""
    account, at = Account.objects.get(pk=actor.account_id), clock.now()
    _device, secret = actions.invite(actor=actor_of(account), at=at, account_id=account.pk, unit_id=store.town[unit].pk, label="楼道", ends_at=at + timedelta(hours=8))
    page = opened(site, f"/app/#enrol={secret}", store, **PHONE)
    page.get_by_role("link", name=re.compile(first)).first.wait_for()
    kept_by_worker(page)
    return page


def said(page: Any, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def door(page: Any, room: str, result: str, note: str = "") -> None:
    """One door in the app."""
    page.get_by_role("link", name=re.compile(f"1号楼 {room}")).click()
    page.get_by_text(result, exact=True).click()
    if note:
        page.get_by_label(re.compile("备注")).fill(note)
    page.get_by_role("button", name="记下").click()
    said(page, f"已记下：1号楼 {room}")


def test_from_the_lorry_to_a_door_without_a_network_and_what_was_missing_is_sent_again(site: Site, store: Store) -> None:
    desk = opened(site, "/supplies/arrivals/new/", store, store.secretary)
    desk.get_by_label("是什么").fill("蔬菜包")
    desk.get_by_label("多少", exact=False).first.fill("20")
    desk.get_by_label("静置多少分钟").fill("0")
    desk.get_by_role("button", name="登记", exact=True).click()
    said(desk, "待消杀")
    desk.get_by_role("button", name="已消杀").click()
    said(desk, "消杀已登记")
    desk.get_by_label("库里点到").fill("20")
    desk.get_by_role("button", name="登记清点").click()
    said(desk, "账实相符")
    desk.get_by_label("装好多少份").fill("20")
    desk.get_by_role("button", name="登记分拣").click()
    said(desk, "分拣已登记")
    desk.goto(f"{site.address}/supplies/plans/new/")
    desk.get_by_label("蔬菜包").fill("1")
    desk.get_by_label("叫什么").fill("第一批")
    desk.get_by_role("button", name="先算给我看").click()
    said(desk, "会这样分")
    desk.get_by_role("button", name="就这样定").click()
    desk.get_by_role("button", name="全部发出").click()
    said(desk, "已发出 2 栋楼")
    plan = desk.url

    phone = phone_of(site, store, store.first, "1号楼", "1号楼 101")
    phone.context.set_offline(True)
    phone.get_by_role("link", name=re.compile("发来 3 份")).click()
    phone.get_by_label("点到几份").fill("2")
    phone.get_by_label(re.compile("短少、多出或破损")).fill("少一袋")
    phone.get_by_role("button", name="记下").click()
    door(phone, "101", "已放门口")
    door(phone, "201", "东西不对", "没有青菜")
    phone.locator("#queue", has_text="3 条待传").wait_for()
    phone.reload()
    phone.locator("#queue", has_text="3 条待传").wait_for()
    assert not Operation.objects.exists()
    phone.context.set_offline(False)
    phone.locator("#queue", has_text="都已传完").wait_for()

    assert (Receipt.objects.get().counted, sorted(Delivery.objects.values_list("result", flat=True))) == (2, ["done", "wrong"])
    desk.goto(plan)
    said(desk, "签收时短少 1 份")
    said(desk, "没有青菜")
    desk.get_by_role("button", name="补发").click()
    said(desk, "已发出 1 栋楼")
    assert desk.get_by_text("签收时短少 1 份").count() == 0
    found = where(Lot.objects.get())
    assert (found["out"], found["lost"], sum(found.values())) == (1, 1, 20)


def test_a_group_buy_from_its_leader_to_the_household(site: Site, store: Store) -> None:
    desk = opened(site, "/supplies/buys/", store, store.secretary)
    desk.get_by_label("姓名").fill("周建国")
    desk.get_by_label("手机号").fill("13800000008")
    desk.get_by_role("button", name="登记", exact=True).click()
    desk.get_by_label("核对了什么，或为什么停止").fill("本楼居民，健康")
    desk.get_by_role("button", name="核对通过").click()
    said(desk, "已核对")
    leader_page = desk.locator(".supply-link").inner_text()

    leader = opened(site, leader_page.removeprefix(site.address), store, **PHONE)
    leader.get_by_label("叫什么").fill("周三鸡蛋团")
    leader.get_by_label(re.compile("有什么")).fill("鸡蛋 28.5 盒 2\n牛奶 60 箱 1")
    leader.get_by_label("几点截止").fill((timezone.localtime() + timedelta(hours=5)).strftime(TYPED))
    leader.get_by_role("button", name="发起").click()
    said(leader, "自动截止")
    link = leader.locator(".supply-link").inner_text()

    home = opened(site, link.removeprefix(site.address), store, **PHONE)
    home.get_by_label(re.compile("^鸡蛋")).fill("3")
    home.get_by_label("哪栋楼").select_option(label="1号楼")
    home.get_by_label("几室").fill("101")
    home.get_by_label("手机号").fill("13800000009")
    home.get_by_role("button", name="下单").click()
    said(home, "还没有下单")
    home.get_by_label(re.compile("^鸡蛋")).fill("2")
    home.get_by_role("button", name="下单").click()
    said(home, "已下单，还没付款")
    said(home, "付款和提货找团长 周*国")

    leader.reload()
    leader.get_by_role("button", name=re.compile("已付款")).click()
    said(leader, "已登记")
    # The clock closes it: nobody has to.
    order = Order.objects.get()
    order.buy.closes_at = clock.now() - timedelta(minutes=1)
    order.buy.save(update_fields=["closes_at"])

    desk.goto(f"{site.address}/supplies/buys/{order.buy_id}/")
    desk.locator("summary", has_text="登记到货").click()
    desk.get_by_label(re.compile("^鸡蛋")).fill("2")
    desk.get_by_label("静置多少分钟").fill("0")
    desk.get_by_role("button", name="登记到货").click()
    said(desk, "到货已登记")
    leader.reload()
    leader.get_by_text("加一个时段").click()
    leader.get_by_label("从", exact=True).fill((timezone.localtime() + timedelta(hours=1)).strftime(TYPED))
    leader.get_by_label("到", exact=True).fill((timezone.localtime() + timedelta(hours=2)).strftime(TYPED))
    leader.get_by_role("button", name="加上").click()
    said(leader, "还剩 30 个名额")
    home.reload()
    home.get_by_role("button", name=re.compile("自提")).click()
    said(home, "已选")
    leader.reload()
    leader.get_by_role("button", name=re.compile("已交货")).click()
    said(leader, "已登记")
    home.reload()
    said(home, "已交货")
    assert {e.kind for e in order.events.all()} == {"paid", "handed"}
    assert where(Lot.objects.get())["out"] == 2


def test_goods_go_to_another_store_under_two_signatures(site: Site, store: Store) -> None:
    lot, far = store.lot(), store.town.actor("secretary", "乙一居民区")
    desk = opened(site, f"/supplies/lots/{lot.pk}/", store, store.secretary)
    desk.locator("summary", has_text="调到别的库").click()
    desk.get_by_label("调到哪里").select_option(label="乙一居民区")
    desk.get_by_label(re.compile("^多少")).fill("30")
    desk.get_by_role("button", name=re.compile("发出，等对方签收")).click()
    said(desk, "等乙一居民区点数签收")
    there = opened(site, "/supplies/", store, far, **PHONE)
    there.get_by_role("link", name=re.compile("等签收的调拨 1")).click()
    there.get_by_label(re.compile("您点到多少")).fill("29")
    there.get_by_role("button", name="签收").click()
    said(there, "签收了，短少 1，发出的库看得到")
    desk.goto(f"{site.address}/supplies/transfers/")
    said(desk, "短少 1")
    # A phone shows it all.
    assert there.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_group_buy_s_parcels_are_signed_for_and_put_at_doors_without_a_network(site: Site, store: Store) -> None:
    at = clock.now()
    buy = buying.open_buy(at=at - 2 * HOUR, leader_code=leader_of(store).code, offer=offer(closes_at=at - HOUR))
    slot = bought.open_slot(actor=SYSTEM, at=at, buy=buy, way="door", starts_at=at, ends_at=at + 8 * HOUR, most=9)
    for room in ("101", "201"):
        made = ordered(store, buy, room, at=at - 2 * HOUR, address=room)
        buying.choose_slot(at=at, receipt=made.receipt, slot_id=slot.pk)
    bought.arrive(actor=SYSTEM, at=at, buy_id=buy.pk, numbers={buy.items.first().pk: 3}, rest_minutes=0)
    desk = opened(site, f"/supplies/buys/{buy.pk}/", store, store.secretary)
    said(desk, "2 单等装车")
    desk.get_by_role("button", name="全部装车发出").click()
    said(desk, "装车发出：1 栋楼")

    phone = phone_of(site, store, store.first, "1号楼", "1号楼 101")
    phone.context.set_offline(True)
    phone.get_by_role("link", name=re.compile("团购鸡蛋团：发来 2 包")).click()
    phone.get_by_label("点到几包").fill("1")
    phone.get_by_label(re.compile("少了哪几户的")).fill("201")
    phone.get_by_role("button", name="记下").click()
    door(phone, "101", "已放门口")
    phone.locator("#queue", has_text="2 条待传").wait_for()
    phone.reload()
    phone.locator("#queue", has_text="2 条待传").wait_for()
    assert not Operation.objects.exists()
    phone.context.set_offline(False)
    phone.locator("#queue", has_text="都已传完").wait_for()
    assert sorted(Parcel.objects.values_list("order__room", "state")) == [("101", "done"), ("201", "missing")]
    desk.goto(f"{site.address}/supplies/buys/{buy.pk}/")
    desk.get_by_role("button", name=re.compile("补发")).click()
    said(desk, "装车发出：1 栋楼")
    carrier = opened(site, "/supplies/mine/", store, store.carrier, **PHONE)
    carrier.get_by_role("link", name=re.compile("去送 1号楼")).click()
    carrier.get_by_role("button", name=re.compile("已放门口 201")).click()
    said(carrier, "这栋楼的团购都送到了")
    assert carrier.evaluate("document.documentElement.scrollWidth") <= 390

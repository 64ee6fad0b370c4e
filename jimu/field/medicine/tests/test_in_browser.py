"""Medicine by its people, each before a browser of their own: a resident, the secretary at the desk, a runner on a phone without a network."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.medicine import checking
from jimu.field.medicine.models import Order, Thing
from jimu.field.medicine.tests.conftest import DRUG, PHONE, Desk, card, fresh, person
from jimu.sync import actions
from jimu.sync.models import Operation
from jimu.sync.tests.patience import kept_by_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
SMALL = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CONTROLLED = "盐酸吗啡缓释片"


def opened(site: Site, path: str, client: Client | None = None, **options: Any) -> Any:
    page = site.open(path, client=client, **options)
    page.set_default_timeout(30_000)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def go(page: Any, site: Site, path: str) -> None:
    page.goto(site.address + path)


def press(page: Any, name: str) -> None:
    """A button that sends a form: the page that answers is there afterwards."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def other_case(page: Any) -> None:
    page.get_by_text("出了别的情况").click()


def asked_by_resident(site: Site, desk: Desk, door: str) -> Order:
    """Out of insulin since today, by the poster's code, without an account."""
    page = opened(site, f"/medicine/ask/{door}/", **SMALL)
    page.get_by_label("哪栋楼").select_option(label="1号楼")
    page.get_by_label("几室").fill("502")
    page.get_by_label("病人姓名").fill("安病人")
    page.get_by_label("联系电话").fill(PHONE)
    page.locator("[name=d0-drug]").fill(DRUG)
    page.locator("[name=d0-count]").fill("2")
    page.locator("[name=d0-days_left]").fill("0")
    with page.expect_navigation():
        page.locator("main button.primary").click()
    page.get_by_text("已收到，正在核对。").wait_for()
    assert "胰岛素" not in page.locator("body").inner_text()
    return Order.objects.get(way="qr")


def registered_at_desk(page: Any, site: Site, room: str, drug: str, days: str) -> None:
    go(page, site, "/medicine/new/")
    page.get_by_label("哪栋楼").select_option(label="1号楼")
    page.get_by_label("几室").fill(room)
    page.get_by_label("病人姓名").fill("安邻居")
    page.locator("[name=d0-drug]").fill(drug)
    page.locator("[name=d0-days_left]").fill(days)
    press(page, "登记")
    page.get_by_text("登记好了").wait_for()


def reviewed(page: Any, site: Site, order: Order) -> None:
    """The secretary reads the drugs first, which stand above the form, and decides then."""
    go(page, site, f"/medicine/{order.pk}/")
    read = page.get_by_role("button", name="看药单（记入日志）")
    assert read.bounding_box()["y"] < page.get_by_role("button", name="初审通过").bounding_box()["y"]
    with page.expect_navigation():
        read.click()
    page.get_by_text(DRUG).first.wait_for()
    page.locator("#t-hospital").select_option(label="区中心医院")
    press(page, "初审通过")
    page.get_by_text("等上门收卡和病历本").first.wait_for()


def sent_off(page: Any, site: Site, desk: Desk) -> None:
    """A trip out of the first proposal, with three people."""
    go(page, site, "/medicine/trips/")
    press(page, "组成一批")
    for actor, part in ((desk.payer, "pay"), (desk.runner, "fetch"), (desk.checker, "check")):
        page.locator(f"#part-{part}").select_option(str(person(actor)))
    press(page, "排好了")


def on_phone(site: Site, desk: Desk) -> Any:
    """The phone app of the runner, enrolled."""
    account = Account.objects.get(pk=desk.runner.account_id)
    at = clock.now()
    _device, secret = actions.invite(
        actor=actor_of(account), at=at, account_id=account.pk, unit_id=desk.town["甲一居民区"].pk, label="跑腿", ends_at=at + timedelta(hours=8)
    )
    page = opened(site, f"/app/#enrol={secret}", **SMALL)
    page.get_by_role("link", name=re.compile("502 室")).wait_for()
    kept_by_worker(page)
    return page


def at_the_door(app: Any, kind: str, **filled: str) -> None:
    app.get_by_role("link", name=re.compile("502 室")).click()
    app.get_by_role("link", name=kind, exact=True).click()
    for name, value in filled.items():
        if name in ("who", "counted"):
            app.locator(f"[name={name}][value={value}]").check()
        else:
            app.locator(f"[name={name}]").fill(value)
    app.get_by_role("button", name="记下").click()
    app.get_by_text(re.compile("已记下：502 室")).wait_for()


def test_a_red_order_goes_by_its_people_from_the_poster_to_the_settlement(site: Site, desk: Desk, door: str) -> None:
    order = asked_by_resident(site, desk, door)
    secretary = opened(site, "/medicine/", desk.client(desk.secretary))
    registered_at_desk(secretary, site, "601", "阿司匹林肠溶片", "9")
    registered_at_desk(secretary, site, "602", "氨氯地平片", "2")
    go(secretary, site, "/medicine/")
    assert [chip.split(" ")[0][0] for chip in secretary.locator(".med-line .chip").all_inner_texts() if chip[0] in "红黄绿"] == ["红", "黄", "绿"]
    reviewed(secretary, site, order)

    runner = opened(site, f"/medicine/{order.pk}/", desk.client(desk.runner), **SMALL)
    press(runner, "收到了，我签字代管")
    sent_off(secretary, site, desk)
    go(runner, site, "/medicine/mine/")
    press(runner, "我去取")
    go(runner, site, f"/medicine/{order.pk}/")
    runner.locator("#f-total").fill("50")
    runner.locator("#f-ins").fill("40")
    press(runner, "取到了")
    press(runner, "我核对过，签第一个字")
    press(runner, "我也核对过，签第二个字")
    runner.get_by_text("核对要两个人").wait_for()
    assert fresh(order).state == "fetched"
    checker = opened(site, f"/medicine/{order.pk}/", desk.client(desk.checker), **SMALL)
    press(checker, "我也核对过，签第二个字")

    app = on_phone(site, desk)
    assert "胰岛素" not in app.locator("body").inner_text()
    app.context.set_offline(True)
    at_the_door(app, "送达")
    at_the_door(app, "居民签收", who="family", cash="10")
    at_the_door(app, "还卡", counted="true")
    assert not Operation.objects.exists()
    app.context.set_offline(False)
    app.locator("#queue", has_text="都已传完").wait_for()
    assert fresh(order).state == "returned"
    assert card(order).holder is None

    go(secretary, site, f"/medicine/{order.pk}/")
    press(secretary, "账平了，结算")
    secretary.get_by_text("门口收的药费 ¥10.00（安跑腿） 还没有交到您手里").wait_for()
    go(runner, site, "/medicine/hands/")
    runner.locator("#to").select_option(str(person(desk.secretary)))
    press(runner, "交出勾选的")
    go(secretary, site, "/medicine/hands/")
    secretary.get_by_label("当面点到（元）").fill("9.50")
    press(secretary, "当面点清，签收")
    go(secretary, site, f"/medicine/things/{Thing.objects.get(kind='paid').pk}/")
    secretary.get_by_text("点到少 ¥0.50").wait_for()
    go(secretary, site, f"/medicine/{order.pk}/")
    press(secretary, "账平了，结算")
    secretary.get_by_text("交接时少了 ¥0.50").wait_for()
    secretary.locator("#e-note").fill("安跑腿补五角")
    press(secretary, "账平了，结算")
    resident = opened(site, f"/medicine/receipt/{order.receipt}/", **SMALL)
    resident.get_by_text("已结清。").wait_for()
    assert checking.faults() == []


def test_what_goes_wrong_is_written_down_where_it_happens(site: Site, desk: Desk) -> None:
    """Missing at one hospital, another prescription, another window; brought back by the resident; and the card lost on the way."""
    order = desk.collected(CONTROLLED, cash=5000)
    desk.trip(order)
    desk.act(order, "take", desk.runner)
    address = f"/medicine/{order.pk}/"
    secretary, runner = (opened(site, address, desk.client(actor)) for actor in (desk.secretary, desk.runner))
    other_case(runner)
    press(runner, "勾选的缺药")
    runner.get_by_text("缺药：换医院、改方，或转专科窗口").first.wait_for()
    go(secretary, site, address)
    other_case(secretary)
    secretary.locator("#w-window").select_option("oncology")
    press(secretary, "转窗口")
    assert (fresh(order).window, fresh(order).state) == ("oncology", "collected")
    sent_off(secretary, site, desk)
    go(runner, site, "/medicine/mine/")
    press(runner, "我去取")
    go(runner, site, address)
    other_case(runner)
    runner.locator("#p-drug").fill("羟考酮缓释片")
    press(runner, "记下改方")
    runner.locator("#f-total").fill("30")
    press(runner, "取到了")
    press(runner, "我核对过，签第一个字")
    checker = opened(site, address, desk.client(desk.checker))
    press(checker, "我也核对过，签第二个字")
    press(checker, "我同行，签见证")
    go(runner, site, address)
    press(runner, "送到门口了")
    press(runner, "居民签收了")
    other_case(runner)
    runner.locator("#h-note").fill("医生停药")
    press(runner, "收回勾选的药")
    go(secretary, site, address)
    secretary.locator("#r-refund").fill("30")
    secretary.locator("#r-note").fill("全退")
    press(secretary, "记下退款")
    go(runner, site, f"/medicine/things/{card(order).pk}/")
    runner.locator("#lost").fill("医院收费处")
    press(runner, "找不到了，报失")
    runner.get_by_text("12393").first.wait_for()
    go(secretary, site, address)
    press(secretary, "账平了，结算")
    secretary.get_by_text("已报失，先找到或补办").wait_for()
    go(secretary, site, f"/medicine/things/{card(order).pk}/")
    press(secretary, "已补办，交居民")
    go(secretary, site, address)
    press(secretary, "卡和现金还给居民了")
    press(secretary, "账平了，结算")
    assert fresh(order).state == "settled"
    assert checking.faults() == []

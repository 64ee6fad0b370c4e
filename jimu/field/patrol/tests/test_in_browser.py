"""A gate by its keeper, without a network: passes are looked up on the phone, people go out and come in, who is ill goes; and a round with what was seen."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.patrol import actions as gates
from jimu.field.patrol.models import Crossing, Pass, Seen
from jimu.field.patrol.tests.conftest import HOUR, Watch
from jimu.sync import actions
from jimu.sync.models import Operation
from jimu.sync.tests import camera, full_disk
from jimu.sync.tests.clean import clean
from jimu.sync.tests.patience import kept_by_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
FOLDER = os.environ.get("JIMU_STORY_PICTURES")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def opened(site: Site, path: str, watch: Watch, actor: Any = None, **options: Any) -> Any:
    page = site.open(path, client=watch.client(actor) if actor else None, **options)
    page.context.set_default_timeout(30_000)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


@pytest.fixture
def cards(watch: Watch) -> dict[str, Pass]:
    return {"good": watch.card(), "once": watch.card(once=True, purpose="care"), "soon": watch.card(starts_at=clock.now() + HOUR), "gone": watch.card()}


@pytest.fixture
def phone(site: Site, watch: Watch, cards: dict[str, Pass]) -> Any:
    """The keeper's phone with today's passes, offline; one of them was taken back before it heard of them."""
    gates.revoke(actor=watch.secretary, at=clock.now(), pass_id=cards["gone"].pk, reason="情况有变")
    made = gates.open_round(actor=watch.secretary, at=clock.now(), unit_id=watch.gate.unit_id, title="夜巡", points=["配电间"])
    assert made.pk
    account, at = Account.objects.get(pk=watch.guard.account_id), clock.now()
    _device, secret = actions.invite(actor=actor_of(account), at=at, account_id=account.pk, unit_id=watch.town["第1网格块"].pk, label="北门", ends_at=at + timedelta(hours=8))
    page = opened(site, f"/app/#enrol={secret}", watch, **PHONE)
    page.get_by_role("link", name=re.compile("^北门")).wait_for()
    kept_by_worker(page)
    page.context.set_offline(True)
    return page


def said(page: Any, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def at_gate(page: Any, kind: str) -> None:
    page.get_by_role("link", name=re.compile("^北门")).click()
    page.get_by_role("link", name=kind).click()


def check(page: Any, number: str, way: str = "出门") -> None:
    page.get_by_label("扫码或输入凭证号").fill(number)
    page.get_by_role("button", name=way).click()


def test_a_keeper_checks_passes_lets_people_out_and_in_and_never_keeps_who_is_ill(phone: Any, watch: Watch, cards: dict[str, Pass]) -> None:
    at_gate(phone, "凭证出入")
    check(phone, cards["good"].parts)
    said(phone, "有效 · ")
    phone.get_by_role("button", name="放行，出").click()
    said(phone, "放行，记下了")
    check(phone, cards["good"].number, "进门")
    phone.get_by_role("button", name="放行，进").click()
    said(phone, "放行，记下了")
    check(phone, cards["once"].number)
    phone.get_by_role("button", name="放行，出").click()
    said(phone, f"{cards['once'].number} 放行，记下了")
    check(phone, cards["once"].number)
    said(phone, "只能出入一次，已经用过")
    check(phone, cards["soon"].number)
    said(phone, "还没有到开始时间")
    assert phone.get_by_role("button", name=re.compile("放行")).count() == 0
    for unknown in (cards["gone"].number, "x" * 12):
        check(phone, unknown)
        said(phone, "名单里没有这张")
        assert phone.get_by_role("button", name=re.compile("放行")).count() == 0
    said(phone, "没有凭证，就医放行")
    phone.get_by_role("button", name="劝回").click()
    said(phone, "劝回，记下了")
    phone.goto(phone.url.split("#")[0] + "#")
    at_gate(phone, "没有凭证，就医放行")
    phone.get_by_text("出", exact=True).click()
    phone.get_by_role("button", name="记下").click()
    at_gate(phone, "来访、车辆")
    for words in ("来访", "进", "劝回"):
        phone.get_by_text(words, exact=True).click()
    phone.get_by_label(re.compile("来访的是谁")).fill("吴某，找 101")
    phone.get_by_role("button", name="记下").click()
    phone.locator("#queue", has_text="6 条待传").wait_for()
    phone.reload()
    phone.locator("#queue", has_text="6 条待传").wait_for()
    assert not Operation.objects.exists()
    phone.context.set_offline(False)
    phone.locator("#queue", has_text="都已传完").wait_for()
    kept = sorted(Crossing.objects.values_list("what", "way", "result"))
    assert kept == sorted([
        ("pass", "out", "through"), ("pass", "in", "through"), ("pass", "out", "through"), ("pass", "out", "turned"), ("medical", "out", "through"), ("visitor", "in", "turned"),
    ])  # fmt: skip
    assert "吴某" not in str(list(Crossing.objects.values()))


def test_a_pass_that_ends_while_the_phone_is_offline_opens_no_gate(phone: Any, cards: dict[str, Pass]) -> None:
    at_gate(phone, "凭证出入")
    check(phone, cards["good"].number)
    said(phone, "有效 · ")
    later = int((clock.now() + 7 * HOUR).timestamp() * 1000)
    phone.evaluate(f"Date.now = () => {later}")
    check(phone, cards["good"].number)
    said(phone, "已经到期，不能放行")
    assert phone.get_by_role("button", name=re.compile("放行")).count() == 0


def test_a_pass_is_read_by_the_camera_and_without_a_reader_by_a_photo(phone: Any, cards: dict[str, Pass], tmp_path: Path) -> None:
    at_gate(phone, "凭证出入")
    camera.reads(phone)
    camera.show(phone, cards["good"].number)
    phone.get_by_role("button", name="扫码", exact=True).click()
    phone.wait_for_function("(number) => document.querySelector('#number').value === number", arg=cards["good"].number)
    phone.get_by_role("button", name="出门").click()
    said(phone, "有效 · ")
    camera.reads_none(phone)
    phone.get_by_role("button", name="扫码", exact=True).click()
    said(phone, "这部手机要连上网才能认照片里的码")
    if FOLDER:
        phone.screenshot(path=f"{FOLDER}/gate-camera.png", full_page=True)
    phone.screenshot(path=tmp_path / "photo.png")
    phone.context.set_offline(False)
    camera.shoot(phone, [cards["soon"].number], tmp_path / "photo.png")
    phone.wait_for_function("(number) => document.querySelector('#number').value === number", arg=cards["soon"].number)


def test_every_state_of_a_gate_is_accessible_and_large_enough(phone: Any, cards: dict[str, Pass]) -> None:
    at_gate(phone, "凭证出入")
    phone.get_by_label("扫码或输入凭证号").wait_for()
    clean(phone)
    check(phone, cards["good"].number)
    said(phone, "有效 · ")
    clean(phone)
    check(phone, cards["soon"].number)
    said(phone, "还没有到开始时间")
    clean(phone)
    phone.get_by_role("button", name="劝回").click()
    said(phone, "劝回，记下了")
    clean(phone)


def test_a_duty_that_ends_at_a_gate_leaves_who_stands_there_on_the_screen_and_calls_no_pass_a_wrong_one(phone: Any, cards: dict[str, Pass]) -> None:
    at_gate(phone, "凭证出入")
    check(phone, cards["good"].number)
    said(phone, "有效 · ")
    later = int((clock.now() + 9 * HOUR).timestamp() * 1000)
    phone.evaluate(f"Date.now = () => {later}; document.dispatchEvent(new Event('visibilitychange')); null")
    phone.locator("#standing").get_by_text("值守已经结束，这里不能再记了").wait_for()
    assert phone.locator("main").get_by_text("有效 · ").is_visible()
    phone.get_by_role("button", name="放行，出").click()
    phone.locator("main").get_by_text("值守已经结束，这里不能再记了").wait_for()
    check(phone, cards["once"].number)
    phone.locator("main").get_by_text("值守已经结束，这里不能再记了").wait_for()
    assert phone.get_by_text("名单里没有这张").count() == 0
    phone.get_by_label("扫码或输入凭证号").fill("")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange')); null")
    phone.get_by_role("heading", name="这次值守已经结束").wait_for()


@pytest.mark.parametrize("how", full_disk.WAYS)
def test_a_full_phone_at_a_gate_says_so_and_a_pass_for_once_is_spent_only_by_who_was_written_down(phone: Any, cards: dict[str, Pass], how: str) -> None:
    at_gate(phone, "凭证出入")
    check(phone, cards["once"].number)
    full_disk.fill(phone, how)
    phone.get_by_role("button", name="放行，出").click()
    phone.locator("main").get_by_text("手机存储已满").wait_for()
    full_disk.clear(phone)
    check(phone, cards["once"].number)
    phone.get_by_role("button", name="放行，出").dblclick()
    said(phone, f"{cards['once'].number} 放行，记下了")
    phone.locator("#queue", has_text="1 条待传").wait_for()
    phone.reload()
    check(phone, cards["once"].number)
    said(phone, "只能出入一次，已经用过")
    phone.locator("#queue", has_text="1 条待传").wait_for()


def test_what_was_seen_on_a_round_without_a_network_comes_to_the_desk(phone: Any, site: Site, watch: Watch) -> None:
    phone.get_by_role("link", name=re.compile("配电间")).click()
    phone.get_by_text("安全隐患", exact=True).click()
    phone.get_by_label(re.compile("说说情况")).fill("电线冒火花")
    phone.get_by_role("button", name="记下").click()
    phone.context.set_offline(False)
    phone.locator("#queue", has_text="都已传完").wait_for()
    desk = opened(site, "/patrol/", watch, watch.secretary)
    said(desk, "电线冒火花")
    desk.get_by_role("link", name=re.compile("安全隐患")).click()
    desk.get_by_role("button", name="我来处理").click()
    said(desk, "处理中")
    desk.get_by_label("怎么处理的").fill("物业断电检修")
    desk.get_by_role("button", name="了结").click()
    said(desk, "已了结")
    assert Seen.objects.get().settled_how == "物业断电检修"


def test_what_happens_at_a_gate_is_chosen_by_wide_boxes_without_a_network(phone: Any, watch: Watch) -> None:
    at_gate(phone, "卡口出了情况")
    phone.set_viewport_size({"width": 360, "height": 740})
    boxes = [phone.locator("label.choice", has_text=words).first.bounding_box() for words in ("安全隐患", "争执", "其他")]
    assert all(box["height"] >= 48 and box["width"] >= 120 for box in boxes)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    if FOLDER:
        phone.screenshot(path=f"{FOLDER}/gate-seen.png", full_page=True)
    phone.get_by_text("争执", exact=True).click()
    phone.get_by_text("是", exact=True).click()
    phone.get_by_label(re.compile("说说情况")).fill("有人硬闯")
    phone.get_by_role("button", name="记下").click()
    phone.locator("#queue", has_text="1 条待传").wait_for()
    phone.context.set_offline(False)
    phone.locator("#queue", has_text="都已传完").wait_for()
    seen = Seen.objects.get()
    assert (seen.gate, seen.kind, seen.urgency) == (watch.gate, "quarrel", "now")


def test_the_desk_issues_a_pass_and_the_gate_page_lets_it_through(site: Site, watch: Watch) -> None:
    watch.seal("1号楼")
    desk = opened(site, "/patrol/passes/new/", watch, watch.secretary)
    desk.get_by_label("哪里").select_option(value=str(watch.town["1号楼"].pk))
    desk.get_by_label("为什么").select_option(label="上岗")
    desk.get_by_role("button", name="登记").click()
    said(desk, "外出就医随时可以发")
    desk.get_by_label("哪里").select_option(value=str(watch.town["2号楼"].pk))
    desk.get_by_label("从", exact=False).first.fill(timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
    desk.get_by_role("button", name="登记").click()
    said(desk, "急病不用凭证，先走")
    card = Pass.objects.get()
    guard = opened(site, f"/patrol/gates/{watch.gate.pk}/", watch, watch.guard, **PHONE)
    guard.get_by_role("button", name="我来守").click()
    said(guard, "您在守这个卡口")
    guard.get_by_label("扫码或输入凭证号").fill(card.parts)
    guard.get_by_role("button", name="出门").click()
    guard.get_by_role("button", name="放行，出").click()
    said(guard, "放行，记下了")
    guard.get_by_role("button", name="就医放行").click()
    said(guard, "就医放行，记下了")
    assert guard.evaluate("document.documentElement.scrollWidth") <= 390
    assert list(Crossing.objects.order_by("at").values_list("what", flat=True)) == ["pass", "medical"]

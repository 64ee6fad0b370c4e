"""In a real browser: the desk's pages at both widths, and an escort's phone that has no network."""

import re
from datetime import timedelta
from typing import Any

import pytest

from jimu.accounts.models import Account
from jimu.core import clock
from jimu.core.tests.elsewhere import free_port
from jimu.core.tests.serving import CHROMIUM, Site, serve
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Dependant, Transfer
from jimu.field.transfer.tests.conftest import Lane, fresh, lane_of, left
from jimu.grid.tests.town import build
from jimu.sync import actions
from jimu.sync.models import Operation
from jimu.sync.tests.patience import kept_by_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}


def too_wide(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def busy() -> Lane:
    return lane_of(build())


def test_a_desk_asks_who_is_left_names_a_caretaker_and_sees_it_quiet(site: Site, busy: Lane) -> None:
    one = busy.act(busy.listed("安母亲", at=clock.now()), "told", at=clock.now())
    page = site.open(f"/transfer/{one.pk}/", client=busy.client(busy.building_leader), **PHONE)
    page.get_by_text("还没问。没问清，人不能上车。").wait_for()
    page.get_by_role("button", name="问过了，就这些").click()
    page.get_by_text("台账里这一户还有").wait_for()
    assert fresh(one).answered_at is None
    page.get_by_label("安*孩（孩子）").check()
    page.get_by_label("宠物").first.check()
    page.locator("input[name=left-pet]").fill("一只猫，一天喂两次")
    page.get_by_role("button", name="问过了，就这些").click()
    page.get_by_text("还没定谁照看").first.wait_for()
    assert too_wide(page) <= 0
    assert sorted(Dependant.objects.values_list("kind", flat=True)) == ["child", "pet"]
    page.get_by_role("link", name=re.compile("^宠物")).click()
    page.get_by_label("名册上的人（会收到通知）").select_option(label="安照看")
    page.get_by_role("button", name="定下").click()
    page.get_by_text("定好了").wait_for()
    assert too_wide(page) <= 0
    assert Dependant.objects.get(kind="pet").person_id == busy.second.person_id


def test_an_escort_without_a_network_asks_boards_and_hands_over_in_order(browser: Any, busy: Lane) -> None:
    at = clock.now()
    mother, other = busy.ready("安母亲", at=at), busy.ready("安甲户", at=at, given=(LeftGiven("pet", "一只猫"),))
    busy.run(mother, other, at=at)
    Transfer.objects.filter(pk=mother.pk).update(answered_at=None, nobody_why_sealed="")
    account = Account.objects.get(pk=busy.escort.account_id)
    _device, secret = actions.invite(
        actor=busy.escort, at=at, account_id=account.pk, unit_id=busy.town["甲一居民区"].pk, label="陪护的手机", ends_at=at + timedelta(hours=8)
    )
    service = serve(free_port())
    try:
        page, troubles = enrolled(browser, service.address, secret)
        page.get_by_text("1. 1号楼 501 安母亲").wait_for()
        shown = page.content()
        assert not any(word in shown for word in ("密接", "阳性"))
        page.context.set_offline(True)
        fill(page, "安母亲", "问家里留下谁", {"what": "小孩 8 岁，放学回家"}, ("孩子",))
        fill(page, "安母亲", "上车", {})
        fill(page, "安甲户", "上车", {})
        fill(page, "安甲户", "到达交接", {"receiver": "周护士"}, ("是",))
        assert not Operation.objects.exists()
        page.context.set_offline(False)
        page.locator("#queue", has_text="都已传完").wait_for()
        assert [fresh(one).state for one in (mother, other)] == ["boarded", "arrived"]
        child = left(mother)
        assert (child.resident_id, child.alarm_at is not None) == (busy.people["安小孩"].pk, True)
        assert troubles == []
    finally:
        service.stop()


def enrolled(browser: Any, address: str, secret: str) -> tuple[Any, list[str]]:
    """A phone that was let in, with what went wrong unseen on it."""
    context = browser.new_context(**PHONE)
    context.set_default_timeout(40_000)
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/app/#enrol={secret}")
    page.get_by_role("link", name=re.compile("安母亲")).wait_for()
    kept_by_worker(page)
    return page, troubles


def fill(page: Any, name: str, kind: str, values: dict[str, str], ticked: tuple[str, ...] = ()) -> None:
    """Open somebody, fill one of their forms in; the list shows again afterwards."""
    page.get_by_role("link", name=re.compile(name)).click()
    page.get_by_role("link", name=kind, exact=True).click()
    for words in ticked:
        page.get_by_text(words, exact=True).click()
    for field, typed in values.items():
        page.locator(f"[name={field}]").fill(typed)
    page.get_by_role("button", name="记下").click()
    page.get_by_text(re.compile("已记下：.*" + name)).wait_for()

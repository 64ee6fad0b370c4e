"""In a real browser, at three doors without a network: a bag for two is witnessed, a bag comes back, a card that is gone is reported."""

import re
from typing import Any

import pytest

from jimu.accounts.models import Account
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.medicine import checking
from jimu.field.medicine.tests.conftest import DRUG, Desk, card, fresh
from jimu.field.medicine.tests.test_two_offline import STRONG
from jimu.sync.models import Operation
from jimu.sync.tests.clean import clean
from jimu.sync.tests.in_hand import in_hand, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
WITNESS, HOLD, LOST = "同行见证（管制药双人送）", "整袋退药", "卡、病历本或现金不见了"


def to_form(page: Any, room: str, kind: str) -> None:
    """What somebody does at a door: the door, then what it is about."""
    page.get_by_role("link", name=room).click()
    page.get_by_role("link", name=kind, exact=True).wait_for()
    look(page, f"medicine-door-{room}")
    clean(page)
    page.get_by_role("link", name=kind, exact=True).click()
    page.get_by_role("button", name="记下").wait_for()
    look(page, f"medicine-form-{room}")
    clean(page)


def kept(page: Any) -> None:
    page.get_by_role("button", name="记下").click()
    page.get_by_text(re.compile("已记下")).first.wait_for()


def test_a_bag_for_two_a_bag_that_comes_back_and_a_lost_card_are_written_down_in_a_stairwell(site: Site, desk: Desk) -> None:
    signed, strong, back = desk.signed(room="601"), desk.checked(STRONG, room="701", name="安邻居"), desk.checked(room="801", name="安对门")
    page = in_hand(site, Account.objects.get(person_id=card(signed).holder_id), desk.town["甲一居民区"].pk)
    page.context.set_offline(True)
    look(page, "medicine-home")
    clean(page)
    # Who reads over a shoulder learns what to do, not what is in a bag.
    seen = page.locator("main").inner_text()
    assert "双人送" in seen
    assert [word for word in (DRUG, STRONG, "安病人") if word in seen] == []
    to_form(page, "701", WITNESS)
    kept(page)
    # It comes back after it was at the door.
    to_form(page, "801", "送达")
    kept(page)
    to_form(page, "801", HOLD)
    page.get_by_role("button", name="记下").click()
    # Without a reason it is not taken.
    assert page.get_by_text(re.compile("已记下")).count() == 0
    page.get_by_label(re.compile("为什么退")).fill("家里已有一样的，不要了")
    kept(page)
    to_form(page, "601", LOST)
    page.get_by_text("医保卡", exact=True).click()
    page.get_by_label(re.compile("最后在哪里")).fill("电梯口还在，到门口不见了")
    kept(page)
    look(page, "medicine-after")
    assert not Operation.objects.exists()
    page.context.set_offline(False)
    page.locator("#queue", has_text=re.compile("都已传完|要看")).wait_for()
    assert sorted(Operation.objects.values_list("kind", "outcome")) == [(f"medicine.{name}", "done") for name in ("deliver", "hold", "lost", "witness")]
    assert strong.facts.filter(act="witness").count() == 1
    assert fresh(back).state == "held"
    assert card(signed).lost
    assert checking.faults() == []
    assert site.errors == []

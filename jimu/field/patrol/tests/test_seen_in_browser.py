"""In a real browser: what is seen away from a point is written down in a stairwell without a network."""

import re

import pytest

from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.patrol import seeing
from jimu.field.patrol.models import Seen
from jimu.field.patrol.seeing import Found
from jimu.field.patrol.tests.conftest import HOUR, Watch
from jimu.sync.tests.clean import clean
from jimu.sync.tests.in_hand import in_hand, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


def test_boxes_in_a_stairwell_are_written_down_without_a_network(site: Site, watch: Watch) -> None:
    page = in_hand(site, watch.town.account("member", "第1网格块"), watch.town["第1网格块"].pk)
    page.get_by_role("heading", name="在哪里看到情况").wait_for()
    page.context.set_offline(True)
    page.locator("a.item[href*='patrol.places']", has_text="1号楼").click()
    page.get_by_role("button", name="记下").wait_for()
    clean(page)
    look(page, "patrol-seen")
    page.get_by_text("安全隐患", exact=True).click()
    page.get_by_role("textbox").first.fill("楼道堆着纸箱，挡住消防门")
    page.get_by_role("button", name="记下").click()
    page.locator("#notices").get_by_text(re.compile("已记下")).wait_for()
    assert page.locator("#queue").inner_text() == "1 条待传"
    look(page, "patrol-after")
    assert not Seen.objects.exists()
    page.context.set_offline(False)
    page.locator("#queue", has_text="都已传完").wait_for()
    assert [(one.unit.name, one.kind, one.text) for one in Seen.objects.select_related("unit")] == [("1号楼", "hazard", "楼道堆着纸箱，挡住消防门")]
    assert site.errors == []


def test_a_finding_is_settled_in_the_stairwell_without_a_network(site: Site, watch: Watch) -> None:
    found = seeing.see(actor=watch.guard, found=Found(new_id(), "hazard", clock.now() - HOUR, unit_id=watch.town["1号楼"].pk, text="楼道堆着纸箱，挡住消防门"))
    page = in_hand(site, watch.town.account("block_leader", "第1网格块"), watch.town["第1网格块"].pk)
    page.get_by_role("heading", name="看到的情况，等人处理").wait_for()
    look(page, "finding-list")
    page.context.set_offline(True)
    page.locator("a.item[href*='patrol.findings']", has_text="安全隐患").click()
    page.get_by_role("link", name="处理完了，了结").wait_for()
    look(page, "finding-item")
    page.get_by_role("link", name="处理完了，了结").click()
    page.get_by_role("button", name="记下").wait_for()
    clean(page)
    page.get_by_role("textbox").first.fill("请物业搬走了")
    look(page, "finding-settle")
    page.get_by_role("button", name="记下").click()
    page.locator("#notices").get_by_text(re.compile("已记下")).wait_for()
    assert page.locator("#queue").inner_text() == "1 条待传"
    page.locator("#queue").click()
    page.get_by_text("处理完了，了结").first.wait_for()
    look(page, "finding-queue")
    assert Seen.objects.get(pk=found.pk).state == "open"
    page.context.set_offline(False)
    page.locator("#queue", has_text="都已传完").wait_for()
    assert (Seen.objects.get(pk=found.pk).state, Seen.objects.get(pk=found.pk).settled_how) == ("settled", "请物业搬走了")
    page.goto(page.url.split("#")[0] + "#")
    page.get_by_role("heading", name="在哪里看到情况").wait_for()
    assert page.locator("a.item[href*='patrol.findings']").count() == 0
    assert site.errors == []

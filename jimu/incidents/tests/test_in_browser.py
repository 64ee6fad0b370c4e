"""Incidents and playbooks in a real browser: from preview to stand-down by hand, clean for axe, at home on a phone."""

from functools import partial

import pytest

from jimu.core.tests.serving import CHROMIUM, Site
from jimu.incidents.models import Incident
from jimu.playbooks.library import SHIPPED

from .conftest import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]


@pytest.fixture
def show(site: Site, world: World, signed_in):
    """Open a page as the commander."""
    return partial(site.open, client=signed_in(world.account("commander")))


def preview(world: World) -> str:
    return f"/incidents/new/?choice=typhoon/orange&unit={world.top.pk}"


def test_from_preview_to_stand_down_by_hand(show, world: World) -> None:
    page = show("/incidents/")
    page.get_by_role("link", name="启动预案").first.click()
    page.select_option("#id_choice", "typhoon/orange")
    page.get_by_role("button", name="预览").click()
    page.locator("summary", has_text="甲一居民区").click()
    page.wait_for_selector(".needs table")
    page.get_by_role("button", name="启动Ⅱ级").click()
    page.wait_for_selector("text=已启动。下一步")
    page.locator(".levels a", has_text="Ⅰ级").click()
    page.fill("#id_reason", "风更大了")
    page.get_by_role("button", name="改为Ⅰ级").click()
    page.wait_for_selector("text=级别由Ⅱ级（橙色）改为Ⅰ级（红色）")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#stand_down_reason", "预警解除")
    page.get_by_role("button", name="解除响应").click()
    page.wait_for_selector("text=记录都保留着")
    assert Incident.objects.get().state == "stood_down"


def test_standing_down_asks_first_and_no_is_no(show, world: World) -> None:
    incident = world.activate(playbook_name="typhoon", level="orange")
    page = show(f"/incidents/{incident.pk}/")
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.fill("#stand_down_reason", "误点")
    page.get_by_role("button", name="解除响应").click()
    assert Incident.objects.get().state == "active"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(show, world: World, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    fresh = preview(world)
    incident = world.activate(playbook_name="typhoon", level="yellow")
    here = f"/incidents/{incident.pk}/"
    pages = ["/incidents/", fresh.replace("typhoon/orange", "gas-leak/whole"), fresh, here, f"{here}level/?level=red"]
    pages += [f"{here}units/{world.units['甲一'].pk}/", "/playbooks/", "/playbooks/typhoon/", "/playbooks/-/check/"]
    page = show("/incidents/", color_scheme=scheme)
    root = page.url.removesuffix("/incidents/")
    for path in pages:
        page.goto(root + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        found = axe.run(page).response["violations"]
        assert [(path, v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found] == []


def test_faults_of_a_text_are_shown_and_clean_for_axe(show) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = show("/playbooks/-/check/")
    text = (SHIPPED / "typhoon.v1.yaml").read_text(encoding="utf-8")
    page.fill("#id_text", text.replace("posts: [duty, patrol, elders]", "posts: [duty, patrl]"))
    page.get_by_role("button", name="检查").click()
    page.wait_for_selector(".faults li")
    assert "岗位 patrl 没有在 posts 里定义" in page.locator(".faults").inner_text()
    assert axe.run(page).response["violations"] == []


def test_a_phone_shows_every_page_without_scrolling_sideways(show, world: World) -> None:
    fresh = preview(world)
    incident = world.activate(playbook_name="typhoon", level="yellow")
    page = show("/incidents/", viewport={"width": 360, "height": 740})
    root = page.url.removesuffix("/incidents/")
    here = f"/incidents/{incident.pk}/"
    for path in ("/incidents/", fresh, here, f"{here}level/?level=red", f"{here}units/{world.units['甲一'].pk}/", "/playbooks/typhoon/"):
        page.goto(root + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path

"""Splitting in a real browser: a cut moved by keyboard, clean for axe in both themes, on a phone without scrolling sideways."""

import pytest
from django.urls import reverse

from jimu.core.tests.serving import CHROMIUM, Site
from jimu.grid.models import Unit

from .town import Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
LOOKS = ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}, "has_touch": True})


def test_a_cut_is_moved_and_confirmed_and_axe_finds_nothing(town: Town, site: Site) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    Unit.objects.filter(name="1号楼").update(shared_kitchen=True)
    client = town.client("commander")
    path, broken = reverse("grid:split", args=[town["甲一居民区"].pk]), []
    for look in LOOKS:
        page = site.open(f"{path}?k=2", client=client, **look)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        broken += [(str(look), v["id"], [node["html"][:200] for node in v["nodes"]][:3]) for v in axe.run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    before = page.locator("#strip-1 .cell").count()
    link = page.locator("#strip-1 .actions a, #strip-2 .actions a").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=手工调整过")
    after = page.locator("#strip-1 .cell").count()
    assert abs(after - before) == 1
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="就这样划").click()
    page.wait_for_selector("text=已划成 2 个网格块")
    assert broken == []
    first = Unit.objects.filter(path__startswith=town["甲一居民区"].path, kind="block").order_by("path").first()
    assert Unit.objects.filter(path__startswith=first.path, kind="building").count() == after

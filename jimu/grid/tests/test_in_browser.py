"""Splitting in a real browser: a cut moved by keyboard, clean for axe in both themes, on a phone without scrolling sideways."""

import pytest
from django.urls import reverse

from jimu.core.tests.elsewhere import free_port
from jimu.core.tests.serving import CHROMIUM, serve
from jimu.grid.models import Unit

from .town import Town

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
LOOKS = ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}, "has_touch": True})


def test_a_cut_is_moved_and_confirmed_and_axe_finds_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    # Playwright runs a loop on this thread, which Django would take for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    Unit.objects.filter(name="1号楼").update(shared_kitchen=True)
    cookie = town.client("commander").cookies["sessionid"].value
    path, broken = reverse("grid:split", args=[town["甲一居民区"].pk]), []
    service = serve(free_port())
    try:
        with playwright.sync_playwright() as started:
            browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for look in LOOKS:
                context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", **look})
                context.add_cookies([{"name": "sessionid", "value": cookie, "url": service.address}])
                page = context.new_page()
                page.goto(f"{service.address}{path}?k=2")
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
            browser.close()
    finally:
        service.stop()
    assert broken == []
    first = Unit.objects.filter(path__startswith=town["甲一居民区"].path, kind="block").order_by("path").first()
    assert Unit.objects.filter(path__startswith=first.path, kind="building").count() == after

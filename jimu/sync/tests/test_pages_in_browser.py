"""Pages of phones in a browser: clean for axe, no wider than a phone."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jimu.core.tests.serving import CHROMIUM, Site
from jimu.grid.models import Unit
from jimu.sync.tests.conftest import Phone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]


def test_pages_of_phones_are_accessible(site: Site, phone: Phone, signed_in: Callable[[Any], Client]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    Unit.objects.filter(name="1号楼").update(note="办公室写的")
    phone.send(phone.edit(was={"note": "原来"}, to={"note": "手机写的"}))
    secretary = signed_in(phone.town.account("secretary", "甲一居民区"))
    page = site.open("/sync/devices/", client=secretary, viewport={"width": 390, "height": 844})
    page.set_default_timeout(40_000)

    def clean(name: str) -> None:
        found = axe.run(page).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, name
        # Large text on a narrow phone: nothing leaves the screen, the way to the rest of the menu least of all.
        page.set_viewport_size({"width": 360, "height": 740})
        page.evaluate("document.documentElement.style.fontSize = '200%'; null")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, name
        assert page.evaluate("(() => { const more = document.querySelector('.shell-more'); return !more?.offsetParent || more.getBoundingClientRect().right <= 360; })()"), name
        page.evaluate("document.documentElement.style.fontSize = ''; null")
        page.set_viewport_size({"width": 390, "height": 844})
        if folder := os.environ.get("JIMU_STORY_PICTURES"):
            page.screenshot(path=Path(folder) / f"sync-{name}.png", full_page=True)

    clean("devices")
    page.goto(f"{site.address}/sync/devices/new/")
    clean("whose")
    page.locator("main table a").first.click()
    page.get_by_label("用来做什么").wait_for()
    clean("new")
    page.get_by_role("button", name="生成二维码").click()
    page.locator("code.secret").wait_for()
    clean("invited")
    page.goto(f"{site.address}/sync/looks/")
    page.get_by_role("link", name="改楼栋资料").click()
    page.get_by_role("button", name="看内容").click()
    page.get_by_text("办公室写的").wait_for()
    clean("look")

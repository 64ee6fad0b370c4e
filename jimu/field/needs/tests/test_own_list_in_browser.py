"""The household's pages in a browser, answered by the test client: clean for axe, no wider than a phone."""

import mimetypes
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM
from jimu.field.needs.models import Need
from jimu.field.needs.own_list_queries import COOKIE
from jimu.sync import shell

from .conftest import PHONE, Ward

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


@pytest.fixture
def pages(ward: Ward) -> dict[str, bytes]:
    """The list with a need of each state, the receipt and the form as the phone that sent sees them."""
    phone = Client()
    for kind, text, state in (("food", "没有米了", "open"), ("repair", "水管漏水", "done"), ("medicine", "降压药", "confirmed"), ("elder", "老人没人照看", "accepted")):
        answer = phone.post(f"/needs/help/{ward.door.code}/", {"kind": kind, "unit": str(ward.building.pk), "room": "502", "text": text, "phone": PHONE})
        if answer.status_code == 302:
            Need.objects.filter(receipt=answer["Location"].split("/")[-2]).update(state=state)
    late = Need.objects.get(state="open")
    Need.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(hours=1))
    addresses = {"list": f"/needs/ours/{phone.cookies[COOKIE].value}/", "receipt": f"/needs/receipt/{late.receipt}/", "form": f"/needs/help/{ward.door.code}/"}
    found = {name: phone.get(address) for name, address in addresses.items()}
    assert {one.status_code for one in found.values()} == {200}
    return {f"/{name}": one.content for name, one in found.items()}


def test_the_household_s_pages_are_accessible_and_fit_a_phone(browser: Any, pages: dict[str, bytes]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")

    def answer(route: Any) -> None:
        path = route.request.url.split("app.test", 1)[1]
        if path.startswith("/static/"):
            name = path.removeprefix("/static/").split("?")[0]
            route.fulfill(body=shell.file_of(name).read_bytes(), content_type=mimetypes.guess_type(name)[0] or "text/plain")
        elif path in pages:
            route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
        else:
            route.abort()

    page.route("**/*", answer)
    for path in pages:
        page.goto(f"http://app.test{path}")
        for summary in page.locator("summary").all():
            if not summary.evaluate("(one) => one.parentElement.open"):
                summary.click()
        found = axe.run(page).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, path
        if folder := os.environ.get("JIMU_STORY_PICTURES"):
            page.screenshot(path=Path(folder) / f"needs-{path[1:]}-390.png", full_page=True)
            page.set_viewport_size({"width": 1280, "height": 900})
            page.screenshot(path=Path(folder) / f"needs-{path[1:]}.png", full_page=True)
            page.set_viewport_size({"width": 390, "height": 844})

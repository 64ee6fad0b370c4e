"""Pages of training in a real browser: clean for axe in both themes, and on a phone without scrolling sideways."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.core.tests.elsewhere import free_port
from jimu.core.tests.serving import CHROMIUM, serve
from jimu.training import actions

from .conftest import World

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
LOOKS = ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}, "has_touch": True})


def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(world: World, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    # Playwright runs a loop on this thread, which Django would take for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    client = signed_in(world.account("commander", person=world.people["会的人"]))
    world.trainer(world.people["会的人"], "scanning")
    world.certificate(world.people["早上有空"], "scanning", start=clock.today())
    session = actions.plan_session(
        actor=SYSTEM, at=clock.now(), course_code="scanning", unit_id=world.first.pk, place="居委会", starts_at=clock.now() + timedelta(days=1),
        capacity=10, trainer_id=world.people["会的人"].pk,
    )  # fmt: skip
    actions.invite(actor=SYSTEM, at=clock.now(), session_id=session.pk, person_ids=[world.people["晚上有空"].pk])
    pages = [
        reverse("training:index"), reverse("training:matrix"), reverse("training:next", args=[world.first.pk, "scanning"]),
        *(reverse(f"training:{name}", args=[code]) for name in ("course", "quiz") for code in ("ppe", "scanning")),
        reverse("training:holders", args=["scanning"]), reverse("training:session", args=[session.pk]),
    ]  # fmt: skip
    service = serve(free_port())
    broken: list[object] = []

    def note(error: object) -> None:
        broken.append(str(error))

    try:
        with playwright.sync_playwright() as started:
            browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for look in LOOKS:
                context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", **look})
                context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": service.address}])
                page = context.new_page()
                page.on("pageerror", note)
                for path in pages:
                    page.goto(service.address + path)
                    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
                    found = axe.run(page).response["violations"]
                    broken += [(path, str(look), v["id"], [node["html"][:200] for node in v["nodes"]][:3]) for v in found]
                    width = page.evaluate("document.documentElement.scrollWidth")
                    broken += [(path, str(look), "too wide", width)] if width > page.viewport_size["width"] else []
                context.close()
            browser.close()
    finally:
        service.stop()
    assert broken == []

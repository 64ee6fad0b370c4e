"""Pages of training in a real browser: clean for axe in both themes, and on a phone without scrolling sideways."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.training import actions

from .conftest import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
LOOKS = ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}, "has_touch": True})


def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(world: World, signed_in, site: Site) -> None:
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
    broken: list[object] = []
    for look in LOOKS:
        page = site.open(pages[0], client=client, **look)
        for path in pages:
            page.goto(site.address + path)
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            found = axe.run(page).response["violations"]
            broken += [(path, str(look), v["id"], [node["html"][:200] for node in v["nodes"]][:3]) for v in found]
            width = page.evaluate("document.documentElement.scrollWidth")
            broken += [(path, str(look), "too wide", width)] if width > page.viewport_size["width"] else []
    assert broken == []

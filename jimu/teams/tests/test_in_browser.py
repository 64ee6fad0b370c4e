"""Pages of teams in a real browser: clean for axe in both themes and on a phone; sliders answer before anything is kept."""

from functools import partial

import pytest
from django.urls import reverse

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.incidents.models import Post
from jimu.teams import allotment_actions, forming
from jimu.teams.allotting import Weights
from jimu.teams.models import Allotment, Membership, Placement, Seat

from .conftest import TEN, World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
LOOKS = ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}, "has_touch": True})


@pytest.fixture
def show(site: Site, world: World, signed_in):
    """Open a page as the commander."""
    for unit in (world.first, world.second):
        Post.objects.create(
            incident=world.incident, unit=unit, code="p", title="扫码", group="screening", shift_code="s", start_minute=360, end_minute=600,
            needed=2, reason="", qualifications=["scanning"],
        )  # fmt: skip
    world.people["机关0"].skills.create(code="scanning", words="扫码")
    return partial(site.open, client=signed_in(world.account("commander")))


def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(show, world: World) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    forming.form_teams(actor=SYSTEM, at=TEN, incident_id=world.incident.pk)
    found = allotment_actions.propose(actor=SYSTEM, at=clock.now(), incident_id=world.incident.pk, weights=Weights())
    allotment_actions.put_in_force(actor=SYSTEM, at=clock.now(), allotment_id=found.pk, version=1)
    again = allotment_actions.propose(actor=SYSTEM, at=clock.now(), incident_id=world.incident.pk, weights=Weights(stay=0))
    person = Placement.objects.filter(allotment=again).first().person_id
    seat = Seat.objects.filter(team=world.team("squad"), leads=False).first()
    Membership.objects.filter(seat=seat).update(until=TEN)
    hexagon = world.team("hexagon").pk
    pages = [
        reverse("teams:index"), reverse("teams:cell", args=[world.incident.pk, world.first.pk]), reverse("teams:team", args=[hexagon]),
        reverse("teams:team", args=[world.team("squad").pk]), reverse("teams:choices", args=[seat.pk]), reverse("teams:order", args=[hexagon]),
        reverse("teams:allotment", args=[world.incident.pk]), reverse("teams:allotment_sheet", args=[again.pk]),
        reverse("teams:allotment_adjust", args=[again.pk, person]),
    ]  # fmt: skip
    broken = []
    for look in LOOKS:
        page = show("/teams/", **look)
        root = page.url.removesuffix("/teams/")
        for path in pages:
            page.goto(root + path)
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            broken += [(path, str(look), v["id"], [node["html"][:200] for node in v["nodes"]][:3]) for v in axe.run(page).response["violations"]]
            width = page.evaluate("document.documentElement.scrollWidth")
            broken += [(path, str(look), "too wide", width)] if width > page.viewport_size["width"] else []
        page.context.close()
    assert broken == []


def test_sliders_show_what_they_would_do_and_keep_nothing_until_asked(show, world: World) -> None:
    page = show(reverse("teams:allotment", args=[world.incident.pk]))
    page.focus("#id_stay")
    page.keyboard.press("ArrowRight")
    assert page.locator("output[for=id_stay]").inner_text() == "11"
    page.keyboard.press("Tab")
    page.wait_for_selector("text=这是试算")
    assert page.locator(".share").count() == 2
    assert not Allotment.objects.exists()
    page.get_by_role("button", name="测算，存为建议").click()
    page.wait_for_selector("text=建议已保存")
    assert Allotment.objects.get().weights["stay"] == 11
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="让建议生效").click()
    page.wait_for_selector("text=分派已生效")
    assert Allotment.objects.get().state == "in_force"

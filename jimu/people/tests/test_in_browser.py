"""The grid and the registry in a real browser: clean for axe in both themes, on a phone, and at work."""

import pytest
from django.test import Client
from django.urls import reverse

from jimu.core.tests.serving import CHROMIUM, Site
from jimu.grid.models import Unit
from jimu.grid.tests.town import build
from jimu.people.models import Person, UnitLeader

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
QUIET = "() => !document.querySelector('[hx-trigger=load]') && !document.querySelector('.htmx-request')"


@pytest.fixture
def here(site: Site):
    """A commander's browser on the town: (town, open page by path)."""
    town = build()
    Person.objects.filter(name="王伟").update(note="看情况", address="4号楼 502")
    town.lead("1号楼", "王伟", title="楼组长")
    client: Client = town.client("commander")

    def show(path: str, **options):
        page = site.open(path, client=client, **options)
        page.wait_for_function(QUIET)
        return page

    return town, show


def addresses(town) -> list[str]:
    unit, person = town.units["甲一居民区"].pk, town.people["王伟"].pk
    return [
        reverse("grid:index"), reverse("grid:index") + "?q=2号楼", reverse("grid:unit", args=[unit]), reverse("grid:unit", args=[unit]) + "?edit=facts",
        reverse("people:index") + "?kind=volunteer", reverse("people:person", args=[person]), reverse("people:edit", args=[person]), reverse("people:register"),
    ]  # fmt: skip


def test_axe_finds_nothing_in_either_theme(here) -> None:
    town, show = here
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for scheme in ("light", "dark"):
        for path in addresses(town):
            page = show(path, color_scheme=scheme)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            found = axe.run(page).response["violations"]
            assert [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found] == [], (scheme, path)
            page.context.close()


def test_a_phone_shows_every_page_without_scrolling_sideways(here) -> None:
    town, show = here
    for path in addresses(town):
        page = show(path, viewport={"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.context.close()


def test_a_leader_is_found_by_typing_and_appointed_without_leaving_the_page(here) -> None:
    town, show = here
    page = show(reverse("grid:unit", args=[town.units["甲二居民区"].pk]))
    page.locator("#people-panel summary").click()
    page.locator("#appoint-q").press_sequentially("ln")
    page.locator(".candidates button[value=leader]").click()
    page.locator("#people-panel .leader-name").wait_for()
    assert "李娜" in page.locator("#people-panel").inner_text()
    assert UnitLeader.objects.get(unit=town.units["甲二居民区"], until=None).person.name == "李娜"


def test_a_number_is_shown_in_full_on_asking(here) -> None:
    town, show = here
    page = show(reverse("people:person", args=[town.people["王伟"].pk]))
    assert "13900005678" not in page.content()
    page.locator("#number-phone button").click()
    page.locator("#number-phone .revealed").wait_for()
    assert page.locator("#number-phone .revealed").inner_text() == "13900005678"


def test_a_conflict_is_said_and_the_form_stays(here) -> None:
    town, show = here
    page = show(reverse("grid:unit", args=[town.units["甲一居民区"].pk]))
    page.locator("#facts a.button").click()
    page.locator("#id_households").fill("912")
    Unit.objects.filter(pk=town.units["甲一居民区"].pk).update(households=950)
    page.locator("#facts button").click()
    page.locator("#notices .notice").wait_for()
    assert "这些数字刚刚有人改过" in page.locator("#notices").inner_text()
    assert page.locator("#id_households").input_value() == "912"

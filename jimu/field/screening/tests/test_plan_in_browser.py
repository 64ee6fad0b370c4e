"""The plan of a round that is being prepared: a table with boxes to type in, within its card at any width and at twice the size."""

import pytest
from django.urls import reverse

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.screening import setting_up
from jimu.field.screening.setting_up import Wanted
from jimu.field.screening.tests.conftest import populated
from jimu.grid.tests.town import Town, build
from jimu.sync.tests.in_hand import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
OUTSIDE = """() => { const edge = document.querySelector('main .card').getBoundingClientRect().right;
    return [...document.querySelectorAll('.plan-table *')].filter((one) => one.getBoundingClientRect().right > edge).map((one) => one.outerHTML.slice(0, 80)); }"""


@pytest.fixture
def plan(db: None) -> tuple[Town, str]:
    town = build()
    populated(town)
    site = setting_up.open_site(actor=SYSTEM, at=clock.now(), unit_id=town["甲一居民区"].pk, name="小区东门篮球场采样点")
    made = setting_up.draft_round(actor=SYSTEM, at=clock.now(), wanted=Wanted(town["甲一居民区"].pk, "第1轮", clock.now(), [site.pk], 10))
    return town, reverse("screening:plan", args=[made.pk])


# 720 and 640: screens of 1440 and 1280 at twice the size.
@pytest.mark.parametrize("width", [1440, 900, 720, 640, 360])
def test_a_plan_that_can_be_changed_stays_within_its_card(site: Site, plan: tuple[Town, str], width: int) -> None:
    town, address = plan
    page = site.open(address, client=town.client("secretary", "甲一居民区"), viewport={"width": width, "height": 900})
    page.locator("input[type=datetime-local]").first.wait_for()
    look(page, f"plan-{width}")
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0

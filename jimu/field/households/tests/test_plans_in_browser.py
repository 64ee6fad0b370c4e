"""Floor plans of a block: buildings beside each other where there is room, and nothing wider than the screen at any size."""

from typing import Any

import pytest
from django.urls import reverse

from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.households.tests.conftest import Town, door
from jimu.grid.tests.town import build
from jimu.sync.tests.in_hand import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


@pytest.fixture
def plans(db: None) -> tuple[Town, str]:
    town = build()
    for building in ("1号楼", "2号楼"):
        for floor in range(1, 4):
            for number in range(1, 5):
                door(town, building, f"{floor}0{number}")
    return town, reverse("households:place", args=[town["第1网格块"].pk])


def tops(page: Any) -> list[float]:
    """Where the plans of buildings with rooms begin."""
    return page.evaluate("[...document.querySelectorAll('.plans > section')].filter((one) => one.querySelector('.plan-cell')).map((one) => one.getBoundingClientRect().top)")


# 720 and 640: screens of 1440 and 1280 at twice the size.
@pytest.mark.parametrize(("width", "beside"), [(1440, True), (720, False), (640, False), (360, False)])
def test_buildings_stand_beside_each_other_where_both_fit(site: Site, plans: tuple[Town, str], width: int, beside: bool) -> None:
    town, address = plans
    page = site.open(address, client=town.client("secretary", "甲一居民区"), viewport={"width": width, "height": 900})
    page.locator(".plan-cell").first.wait_for()
    look(page, f"plans-{width}")
    first, second = tops(page)
    assert (first == second) is beside
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0

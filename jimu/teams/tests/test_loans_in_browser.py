"""Lending on phones: the borrower asks, the lender promises, who is lent answers behind a link; each page fits 360 px and a thumb."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.incidents.models import Incident
from jimu.sync.tests.in_hand import look
from jimu.teams import loan_letters
from jimu.teams.loan_actions import Term
from jimu.teams.models import Loan

from .conftest import World
from .loan_world import ask, lending_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
# What a finger has to hit and is lower than 48 px; words in running text are read, not aimed at.
SMALL = """() => [...document.querySelectorAll('main button, main .button, main summary, main input:not([type=checkbox]):not([type=hidden]), main select, main label.check')]
    .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 47.5).map((one) => `${one.getBoundingClientRect().height} ${one.outerHTML.slice(0, 120)}`)"""


def fits(page: Any) -> None:
    """Readable by anybody, no wider than the screen, large enough for a finger."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in axe.run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    # A mouse hits smaller things.
    assert page.viewport_size["width"] > 1000 or page.evaluate(SMALL) == []


@pytest.fixture
def world(db: None) -> World:
    world = lending_world()
    Incident.objects.update(ends_on=clock.today() + timedelta(days=7))
    return world


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_who_asks_who_lends_and_who_goes_each_find_their_way(site: Site, world: World, signed_in: Any, size: dict[str, Any]) -> None:
    name = "phone" if size is PHONE else "desk"
    borrower, lender = (partial(site.open, client=signed_in(world.account("secretary", unit)), **size) for unit in (world.second, world.first))
    page = borrower(reverse("teams:loans"))
    page.get_by_text("现在没有借调").wait_for()
    fits(page)
    look(page, f"loans-{name}-empty", full_page=True)
    page.get_by_role("link", name="申请借人").first.click()
    page.get_by_label("几个人").fill("2")
    fits(page)
    look(page, f"loans-{name}-ask", full_page=True)
    request = ask(world, at=clock.now(), term=Term(clock.now(), clock.now() + timedelta(days=2)))
    page = lender(reverse("teams:loan_request", args=[request.pk]))
    fits(page)
    look(page, f"loans-{name}-request", full_page=True)
    page.locator("label.offer", has_text="扫码0").click()
    with page.expect_navigation():
        page.get_by_role("button", name="借出选中的人").click()
    loan = Loan.objects.get()
    page.goto(site.address + reverse("teams:loans"))
    fits(page)
    look(page, f"loans-{name}-board", full_page=True)
    outside = site.open(f"/teams/loans/consent/{loan_letters.token(loan.pk)}/", **size)
    fits(outside)
    look(outside, f"loans-{name}-consent", full_page=True)
    with outside.expect_navigation():
        outside.get_by_role("button", name="同意去").click()
    outside.get_by_text("已经记下您同意").wait_for()
    page.reload()
    page.locator(".loan-line .chip.good").wait_for()
    fits(page)
    look(page, f"loans-{name}-agreed", full_page=True)
    assert Loan.objects.get().state == "agreed"
    assert site.errors == []

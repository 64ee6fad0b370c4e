"""A call in a real browser: looked at first, begun, answered on a phone, seen live, too late for the second; clean for axe."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.calls import letters, waves
from jimu.calls.models import Call, Offer, OrganisationAsk
from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.core.tests.elsewhere import free_port
from jimu.core.tests.serving import CHROMIUM, Service, serve
from jimu.people.models import Affiliation, Organisation
from jimu.roster import actions as rosters
from jimu.roster.models import Shift

from .conftest import Gate, small_world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def soon() -> Gate:
    """A gate of one seat in three hours from now, two volunteers who live there, and a company with two people elsewhere."""
    world = small_world()
    world.incident.ends_on = clock.today() + timedelta(days=30)
    world.incident.save()
    world.post("门岗", 480, 720, priority=1, code="gate")
    for name in ("白小梅", "黎大勇"):
        world.person(name)
    company = Organisation.objects.create(name="启明物流公司")
    for name in ("欧阳春", "司马秋"):
        Affiliation.objects.filter(person=world.person(name, "party_member", unit="乙一")).update(organisation=company)
    Account.objects.create_user(username="qiming", password=None, display_name="启明联络员", contact_of=company)
    roster = world.draft(1, first_day=clock.today())
    rosters.publish(actor=SYSTEM, at=clock.now(), roster_id=roster.pk, expected_version=roster.version)
    begins = clock.now() + timedelta(hours=3)
    Shift.objects.update(starts_at=begins, ends_at=begins + timedelta(hours=4))
    return Gate(world, roster)


@pytest.fixture
def service(soon: Gate) -> Iterator[Service]:
    running = serve(free_port())
    yield running
    running.stop()


@pytest.fixture
def show(browser, service: Service):  # type: ignore[no-untyped-def]
    """Open a page, signed in or not; errors of the page fail the test."""
    errors: list[str] = []

    def open_page(path: str, viewport: dict[str, int], account: Account | None = None):  # type: ignore[no-untyped-def]
        context = browser.new_context(viewport=viewport, locale="zh-CN")
        if account:
            client = Client()
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": service.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(service.address + path)
        return page

    yield open_page
    assert errors == []


def looked_at(page, name: str) -> None:  # type: ignore[no-untyped-def]
    """Nothing for axe, nothing wider than the screen; a picture where JIMU_PICTURES names a folder."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assert [(one["id"], one["nodes"][0]["html"]) for one in axe.run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if folder := os.environ.get("JIMU_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def offer_page(name: str) -> str:
    return f"/calls/a/{letters.token(Offer.objects.get(person__name=name).pk)}/"


def test_a_call_from_the_first_look_to_the_bench_and_on_to_a_company(show, soon: Gate) -> None:  # type: ignore[no-untyped-def]
    desk = show("/calls/", DESK, soon.world.account("commander"))
    desk.get_by_role("button", name="召集 甲一居民区").click()
    desk.get_by_text("还没有问任何人").wait_for()
    assert not Call.objects.exists()
    looked_at(desk, "preview")
    desk.get_by_role("button", name="开始召集").click()
    desk.get_by_text("马上就问").wait_for()
    waves.sweep(clock.now())
    call = Call.objects.get()
    # The page is told by the live line, or looks by itself.
    desk.get_by_text("黎大勇").first.wait_for(timeout=25_000)
    desk.evaluate("window.sameDocument = true")

    phone = show(offer_page("白小梅"), PHONE)
    looked_at(phone, "offer")
    phone.get_by_role("button", name="能来").click()
    phone.get_by_text("已经给您排上").wait_for()
    looked_at(phone, "offer-yes")
    desk.locator(".chip", has_text="已排满").wait_for(timeout=5000)
    assert desk.evaluate("window.sameDocument")
    looked_at(desk, "call")

    late = show(offer_page("黎大勇"), PHONE)
    late.get_by_role("button", name="能来").click()
    late.get_by_text("人已经够了").wait_for()
    looked_at(late, "offer-bench")
    assert soon.states() == {"白小梅": "yes", "黎大勇": "bench"}

    _second_seat(soon, call)
    company = show(f"/calls/o/{letters.organisation_token(OrganisationAsk.objects.get().pk)}/", PHONE)
    looked_at(company, "organisation")
    company.get_by_label("司马秋").uncheck()
    company.get_by_role("button", name="转给勾选的人").click()
    company.get_by_text("已转给 1 人").wait_for()
    looked_at(company, "organisation-passed")
    waves.sweep(clock.now())
    assert soon.states()["欧阳春"] == "waiting"
    assert "司马秋" not in soon.states()
    desk.get_by_text("已转给本单位的人").first.wait_for(timeout=25_000)
    looked_at(desk, "call-organisations")


def _second_seat(soon: Gate, call: Call) -> None:
    """Two more are needed there, and nobody else is near: the call goes on to the companies."""
    Shift.objects.update(needed=4)
    Call.objects.filter(pk=call.pk).update(due=0)
    waves.sweep(clock.now())

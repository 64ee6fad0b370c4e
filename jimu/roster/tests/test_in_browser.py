"""The roster in a real browser: by keyboard and by tap, live from another process, clean for axe, on paper."""

import os

import pytest

from jimu.core import clock, sealed
from jimu.core.permissions import SYSTEM
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.people.models import UnitLeader
from jimu.roster import actions
from jimu.roster.models import Assignment, CheckIn, Roster

from .conftest import World, small_world, solve

axe_package = pytest.importorskip("axe_playwright_python.sync_playwright")


pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]


@pytest.fixture
def today() -> World:
    """A roster in force that began today, gates all day; one seat nobody can take; medics asked for."""
    world = small_world()
    world.post("门岗", 0, 1440, needed=2, priority=1)
    world.post("扫码", 480, 720, qualifications=["scanning"])
    world.post("采样", 480, 720, needed=2, requested_only=True)
    for n in range(4):
        world.person(f"值守{n}", "property")
    boss = world.person("沈书记", "committee_cadre", phone_sealed=sealed.seal("10012345678"), limits=["no_night"])
    UnitLeader.objects.create(unit=world.units["甲一"], person=boss, role="leader", title="书记", since=clock.now())
    roster = world.draft(2, first_day=clock.today())
    leave = {"rules": ["daily_cap", "suit"], "by": "x", "reason": "y"}
    for day, pair in enumerate((("值守0", "值守1"), ("值守2", "值守3"))):
        for name in pair:
            world.seat(roster, "门岗", name, day, override=leave, origin="hand", pinned=True)
    roster = solve(roster)
    actions.publish(actor=SYSTEM, at=clock.now(), roster_id=roster.pk, expected_version=roster.version)
    world.roster = Roster.objects.get(pk=roster.pk)
    return world


@pytest.fixture
def show(site: Site, today: World, signed_in):
    """Open a page as an account."""
    return lambda path, role="commander", **options: site.open(path, client=signed_in(today.account(role)), **options)


def clean(page) -> None:
    found = axe_package.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_matrix_by_keyboard_the_drawer_and_an_edit_that_asks_for_a_reason(show, today: World) -> None:
    page = show(f"/roster/{today.roster.pk}/unit/{today.units['甲一'].pk}/")
    clean(page)
    page.locator(".roster-cell").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")  # tomorrow: what is over today takes nobody any more
    assert page.evaluate("document.activeElement.textContent.trim()") == "0/1"
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer .roster-why")
    assert "没有岗位要求的能力或资质" in page.locator("#drawer").inner_text()
    clean(page)
    page.locator("#drawer .roster-fits form button").first.click()
    page.wait_for_selector("#override")
    clean(page)
    page.fill("#override", "现场带教")
    page.locator("#drawer .button.danger").click()
    page.wait_for_selector("#drawer .notice.good")
    page.wait_for_function("() => document.querySelectorAll('.roster-cell.none').length === 1")
    page.get_by_role("button", name="撤销").click()
    page.wait_for_function("() => document.querySelectorAll('.roster-cell.none').length === 2")
    page.locator("#drawer-title").focus()
    page.keyboard.press("Escape")
    assert page.locator("#drawer").is_hidden()
    assert page.evaluate("document.activeElement.className").startswith("roster-cell")


def test_pages_are_clean_for_axe_light_dark_and_on_a_phone(show, today: World) -> None:
    base = f"/roster/{today.roster.pk}"
    paths = ["/roster/", f"{base}/", f"{base}/unit/{today.units['甲一'].pk}/people/", f"{base}/requests/", "/roster/roll/"]
    for options in ({}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}):
        page = show(paths[0], **options)
        for path in paths:
            page.goto(page.url.split("/roster/")[0] + path)
            clean(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"), (path, options)


def test_a_lead_calls_the_roll_on_a_phone(show, today: World) -> None:
    page = show(f"/roster/roll/{today.units['甲一'].pk}/", "secretary", viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="到了").first.click()
    page.wait_for_selector(".roll-person.arrived")
    page.wait_for_function("() => document.querySelector('.roll-sum').textContent.includes('已到 1 人')")
    assert CheckIn.objects.get().mark == "arrived"
    assert Assignment.objects.get(check_ins__isnull=False).shift.day == clock.today()
    clean(page)


def test_paper_begins_each_neighborhood_on_a_page_of_its_own_and_hides_the_shell(show, today: World, tmp_path) -> None:
    today.post("甲二门岗", 0, 600, unit="甲二")
    draft = today.draft(2, first_day=clock.today())
    page = show(f"/roster/{draft.pk}/print/")
    page.emulate_media(media="print")
    assert page.locator(".shell-nav").is_hidden()
    sheets = page.locator(".sheet")
    assert sheets.count() == 2
    assert sheets.nth(1).evaluate("e => getComputedStyle(e).breakBefore") == "page"
    assert page.locator("thead").first.evaluate("e => getComputedStyle(e).display") == "table-header-group"
    target = tmp_path / "sheet.pdf"
    page.pdf(path=str(target), prefer_css_page_size=True)
    assert os.path.getsize(target) > 10_000
    assert target.read_bytes().count(b"/Type /Page\n") == 2
    assert "100****5678" in page.content()

"""The pages of the shell in a real browser: clean for axe in both themes, on a phone, by keyboard."""

import pytest

from jimu.accounts.models import Account, Grant
from jimu.api import actions
from jimu.core import clock, journal
from jimu.core.permissions import SYSTEM
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.grid.models import Unit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
SIGN_IN, PASSWORD = "/accounts/sign-in/", "long-enough-1"
PAGES = ("/accounts/me/", "/tokens/", "/system/journal/", "/nothing/")


@pytest.fixture
def address(site: Site) -> str:
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    account = Account.objects.create_user(username="zhihui", password=PASSWORD, display_name="顾指挥")
    Grant.objects.create(account=account, role="commander", unit=top)
    actions.make_token(actor=SYSTEM, at=clock.now(), account_id=account.pk, name="大屏", days=9, read_only=True)
    journal.record(actor=SYSTEM, at=clock.now(), verb="roster.published", target="roster:1", scope=top.path)
    return site.address


def signed_in(browser, address: str, **options):
    """A page after signing in by keyboard; what the policy blocks fails the test."""
    page = browser.new_context(locale="zh-CN", **options).new_page()
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(address + SIGN_IN)
    page.keyboard.type("zhihui")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: SIGN_IN not in url)
    page.goto(address + "/tokens/")
    return page, blocked


def violations(page) -> list[tuple[str, list[str]]]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in axe.run(page).response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_shells_pages(browser, address: str, scheme: str) -> None:
    page, blocked = signed_in(browser, address, color_scheme=scheme)
    for path in PAGES:
        page.goto(address + path)
        assert violations(page) == [], path
    page.context.clear_cookies()
    page.goto(address + SIGN_IN)
    assert violations(page) == []
    assert blocked == []


def test_a_phone_reaches_everything_without_scrolling_sideways(browser, address: str) -> None:
    page, _ = signed_in(browser, address, viewport={"width": 360, "height": 740}, has_touch=True)
    for path in PAGES:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.goto(address + "/tokens/")
    page.locator(".shell-foot .who").click()
    assert page.url.endswith("/accounts/me/")
    small = page.evaluate(
        "[...document.querySelectorAll('a, button, input:not([type=hidden]), select')].filter(e => e.offsetParent"
        " && !e.matches('.skip-link, p a, li a, td a') && e.getBoundingClientRect().height < 43).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_the_first_stop_of_the_keyboard_leads_past_the_menu(browser, address: str) -> None:
    page, _ = signed_in(browser, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_an_ended_session_takes_a_part_of_a_page_to_sign_in(browser, address: str) -> None:
    page, _ = signed_in(browser, address)
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/board/live/', {target: '#main'})")
    page.wait_for_url(f"**{SIGN_IN}?next=/tokens/")


def test_the_menu_unfolds_by_keyboard_and_the_browser_remembers(browser, address: str) -> None:
    page, _ = signed_in(browser, address)
    page.goto(address + "/incidents/orders/")
    shown = page.locator(".shell-menu a:visible")
    assert shown.count() == 5
    heading = page.locator("[data-group='4']")
    heading.focus()
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/households/"
    page.reload()
    assert shown.count() > 5
    page.goto(address + "/grid/")
    assert page.locator(".shell-menu [aria-current=page]").is_visible()


def test_on_a_phone_more_opens_the_headings_and_each_its_entries(browser, address: str) -> None:
    page, _ = signed_in(browser, address, viewport={"width": 360, "height": 740}, has_touch=True)
    page.goto(address + "/incidents/orders/")
    assert page.locator(".shell-menu a:visible").count() == 4
    page.locator(".shell-more button").click()
    assert page.locator(".shell-menu a:visible").count() == 5
    page.locator("[data-group='4']").click()
    entry = page.locator(".shell-menu a[href='/supplies/']")
    entry.scroll_into_view_if_needed()
    assert violations(page) == []
    entry.click()
    page.wait_for_url("**/supplies/")
    assert page.locator(".shell-more.here").is_visible()

"""Accounts in a real browser: signing in, one's own page and looking after accounts, clean for axe and at home on a phone."""

import pytest

from jimu.accounts.models import Account, Grant
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.grid.tests.town import Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
PASSWORD = "long-enough-1"
SIZES = [("light", 1440, 900), ("dark", 360, 740)]


@pytest.fixture
def other(town: Town) -> Account:
    chief = Account.objects.create_user(username="zhihui", password=PASSWORD, display_name="顾指挥")
    Grant.objects.create(account=chief, role="commander", unit=town["和风街道"])
    account = Account.objects.create_user(username="shen", password=PASSWORD, display_name="沈书记")
    Grant.objects.create(account=account, role="secretary", unit=town["甲一居民区"])
    Grant.objects.create(account=account, role="building_leader", unit=town["3号楼"])
    return account


@pytest.fixture
def address(site: Site, other: Account) -> str:
    return site.address


def clean(page) -> None:
    """Nothing for axe, nothing wider than the screen."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in axe.run(page).response["violations"]] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize(("scheme", "width", "height"), SIZES)
def test_signing_in_and_looking_after_accounts_by_hand(browser, address: str, town: Town, other: Account, scheme: str, width: int, height: int) -> None:
    context = browser.new_context(locale="zh-CN", color_scheme=scheme, viewport={"width": width, "height": height})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/accounts/sign-in/")
    clean(page)
    page.fill("#id_username", "zhihui")
    page.fill("#id_password", "wrong")
    page.get_by_role("button", name="显示密码").click()
    assert page.get_attribute("#id_password", "type") == "text"
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_selector("text=用户名或密码不对")
    clean(page)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".shell")
    for path in ("me/", "", "new/?q=wang", f"{other.pk}/"):
        page.goto(f"{address}/accounts/{path}")
        clean(page)
    page.get_by_role("button", name="重置密码").click()
    page.wait_for_selector(".secret")
    secret = page.inner_text(".secret")
    clean(page)
    page.goto(f"{address}/accounts/me/")
    page.get_by_role("button", name="深色").last.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("button", name="跟随系统").click()
    assert page.evaluate("document.documentElement.dataset.theme") is None
    page.get_by_role("button", name="退出登录").click()
    page.fill("#id_username", "shen")
    page.fill("#id_password", secret)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=您现在的密码是别人给的")
    page.fill("#id_old", secret)
    page.fill("#id_new", "ganjing-4821")
    page.fill("#id_again", "ganjing-4821")
    page.get_by_role("button", name="更换密码").click()
    page.wait_for_selector("text=密码已更换")
    assert faults == []


def test_a_lock_is_told_on_the_sign_in_page(browser, address: str) -> None:
    page = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page()
    for _ in range(5):
        page.goto(f"{address}/accounts/sign-in/")
        page.fill("#id_username", "zhihui")
        page.fill("#id_password", "wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
    page.wait_for_selector("text=以后再试")
    clean(page)

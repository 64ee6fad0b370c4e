"""The board in a real browser: live from another process, honest when cut off, usable by keyboard, clean for axe."""

import os
from collections.abc import Iterator

import pytest
from django.test import Client

from jimu.core import clock, live
from jimu.core.tests.elsewhere import free_port
from jimu.core.tests.serving import CHROMIUM, Service, serve
from jimu.roster.models import Assignment, CheckIn, Shift

from .conftest import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
FOLDER = os.environ.get("JIMU_STORY_PICTURES")
ARRIVED = "#tile-{} [data-value=arrived]"


@pytest.fixture
def today(bare: World) -> World:
    """Shifts that last all of today: 甲一 with two people expected, 甲二 with a gate seat open."""
    bare.at, bare.day = clock.now(), clock.today()
    bare.fill(bare.shift("门岗", "甲一", start=0, end=1440, needed=2, priority=1), 2)
    bare.fill(bare.shift("门岗", "甲二", start=0, end=1440, needed=2, priority=1), 1)
    Shift.objects.filter(unit=bare.units["甲二"]).update(open_reason={"sentence": "夜里可来的人不够"})
    return bare


@pytest.fixture
def service(today: World) -> Iterator[Service]:
    running = serve(free_port())
    yield running
    running.stop()


@pytest.fixture
def show(browser, service: Service, today: World):
    """Open the board as the commander; errors of the page fail the test."""
    client = Client()
    client.force_login(today.account("commander"), backend="django.contrib.auth.backends.ModelBackend")
    errors: list[str] = []

    def open_page(path: str = "/board/", **options):
        given = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", **options}
        context = browser.new_context(**given)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": service.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(service.address + path)
        return page

    yield open_page
    assert errors == []


def live_state(page) -> str:
    return page.locator("#board-link").inner_text()


def test_a_sign_in_elsewhere_appears_within_a_second_without_reload(show, today: World) -> None:
    page = show()
    page.wait_for_selector("#board-link[data-state=live]")
    page.evaluate("window.sameDocument = true")
    tile = ARRIVED.format(today.units["甲一"].pk)
    assert page.locator(tile).text_content() == "0"
    CheckIn.objects.create(
        assignment=Assignment.objects.filter(shift__unit=today.units["甲一"]).first(),
        mark=CheckIn.Mark.ARRIVED, at=clock.now(), marked_by="点位长",
    )  # fmt: skip
    live.beat("board")
    page.wait_for_function("tile => document.querySelector(tile).textContent === '1'", arg=tile, timeout=1000, polling=20)
    assert page.evaluate("window.sameDocument")


def test_a_change_while_the_line_was_cut_is_caught_up_with(show, service: Service, today: World) -> None:
    page = show()
    page.wait_for_selector("#board-link[data-state=live]")
    service.stop()
    page.wait_for_selector("#board-link[data-state=lost]", timeout=10_000)
    assert live_state(page).startswith("连接中断，正在重连 · 数据停在 ")
    assert page.locator(".board-frame.is-stale").count() == 1
    today.fill(Shift.objects.get(unit=today.units["甲二"]), 0)
    live.beat("board")
    again = serve(int(service.address.rsplit(":", 1)[1]))
    try:
        page.wait_for_selector("#board-link[data-state=live]", timeout=20_000)
        page.wait_for_function("() => document.querySelector('[data-value=open]').textContent === '2'", timeout=3000)
    finally:
        again.stop()


def test_a_neighborhood_opens_by_keyboard_and_closes_again(show, today: World) -> None:
    page = show()
    tile = f"#tile-{today.units['甲二'].pk}"
    page.locator(tile).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer:not([hidden]) [data-drawer-title]")
    assert page.locator("#drawer h2").inner_text() == "甲二居民区"
    assert "夜里可来的人不够" in page.locator("#drawer").inner_text()
    assert page.evaluate("document.activeElement.hasAttribute('data-drawer-title')")
    assert page.url.endswith(f"?unit={today.units['甲二'].pk}")
    page.keyboard.press("Escape")
    assert page.locator("#drawer").is_hidden()
    assert page.evaluate("document.activeElement.id") == tile[1:]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/board/", "/board/?wall=1"])
def test_axe_finds_nothing(show, today: World, scheme: str, path: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = show(path, color_scheme=scheme)
    page.wait_for_selector("#board-link[data-state=live]")
    if "wall" not in path:
        page.locator(f"#tile-{today.units['甲二'].pk}").click()
        page.wait_for_selector("#drawer:not([hidden]) h2")
    found = axe.run(page).response["violations"]
    assert [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found] == []


# What is drawn beyond the screen's edges, though the page itself may not scroll there.
BEYOND = """() => [...document.querySelectorAll('.board-page *, .shell-top *')]
    .filter((one) => one.checkVisibility() && !one.closest('.visually-hidden') && !one.closest('svg'))
    .filter((one) => { const at = one.getBoundingClientRect(); return at.width && (at.right > innerWidth + 1 || at.left < -1); })
    .map((one) => `${Math.round(one.getBoundingClientRect().right)} ${one.outerHTML.slice(0, 120)}`)"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("width", "text"), [(360, "100%"), (360, "200%"), (820, "200%"), (1280, "100%")])
def test_nothing_of_the_board_leaves_the_screen_however_narrow_it_is_and_large_the_text(show, today: World, width: int, text: str, language: str) -> None:
    page = show(viewport={"width": width, "height": 740})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    page.reload()
    page.wait_for_selector("#board-link[data-state=live]")
    page.evaluate("(text) => { document.documentElement.style.fontSize = text; }", text)
    for name in ("board", "drawer"):
        if name == "drawer":
            page.locator(f"#tile-{today.units['甲二'].pk}").click()
            page.wait_for_selector("#drawer:not([hidden]) [data-drawer-title]")
        if FOLDER:
            page.screenshot(path=f"{FOLDER}/{name}-{width}-{text[:-1]}-{language}.png", full_page=name == "board")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(BEYOND) == []
    if width == 360:
        assert page.locator(".map-far").first.is_visible()


def test_a_wall_fits_its_screen(show) -> None:
    page = show("/board/?wall=1", viewport={"width": 1920, "height": 1080})
    width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert (width, height) == (1920, 1080)

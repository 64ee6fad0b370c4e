"""Every page that a role can reach from its menu: no violation for axe, no trouble unseen, no sideways scrolling.

Pages are found by following links from the menu, one page of each kind, so a new page is tried without being named here.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from .conftest import PHONE, Office, Visit, open_office, overflow, sample, sign_in, violations, watch
from .crawling import Tried, crawl

DESK_FIRST = {"viewport": {"width": 1280, "height": 860}}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The sample in the middle of its day."""
    opened = sample(tmp_path_factory)
    opened.serve()
    yield opened
    opened.stop()


@pytest.fixture(scope="module")
def logins(office: Office) -> dict[str, str]:
    """Passwords by user name."""
    found: dict[str, str] = json.loads((office.home / "demo-logins.json").read_text())
    return found


@pytest.fixture(scope="module")
def tried() -> Tried:
    """What one role was shown already need not be opened for another."""
    return Tried()


@pytest.mark.parametrize("username", ["zhihui", "shuji", "kuaizhang", "louzhang", "duiyuan", "jiandu"])
def test_every_page_of_a_role(visit: Visit, office: Office, logins: dict[str, str], tried: Tried, username: str) -> None:
    page = visit(username, logins[username], **DESK_FIRST)
    faults: dict[str, Any] = {}
    count = 0
    for met in crawl(page, office.address, tried=tried):
        count += 1
        if met.status != 200:
            faults[met.path] = met.status
        elif met.shown:
            if found := violations(page):
                faults[met.path] = found
            page.set_viewport_size(PHONE["viewport"])
            if (wider := overflow(page)) > 0:
                faults[f"{met.path} at 390 px"] = f"{wider} px too wide"
            page.set_viewport_size(DESK_FIRST["viewport"])
    assert count >= 3
    assert not faults, told(faults)


def test_the_main_pages_in_the_dark(visit: Visit, office: Office, logins: dict[str, str]) -> None:
    page = visit("zhihui", logins["zhihui"], color_scheme="dark", **PHONE)
    paths = page.eval_on_selector_all(".shell-menu a", "all => all.map(a => a.getAttribute('href'))")
    faults = {}
    for path in paths:
        page.goto(office.address + path)
        if found := violations(page):
            faults[path] = found
        if (wider := overflow(page)) > 0:
            faults[f"{path} at 390 px"] = f"{wider} px too wide"
    assert len(paths) >= 8
    assert not faults, told(faults)


def told(faults: dict[str, Any]) -> str:
    return "\n".join(f"{path}: {found}" for path, found in faults.items())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_before_anybody_signed_in(browser: Any, office: Office, scheme: str) -> None:
    troubles: list[str] = []
    context = browser.new_context(color_scheme=scheme, **PHONE)
    page = context.new_page()
    watch(page, troubles)
    page.goto(office.address + "/accounts/sign-in/")
    assert violations(page) == []
    assert overflow(page) <= 0
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.click("form.card button.primary")
    page.wait_for_selector("[role=alert]")
    assert violations(page) == []
    page.goto(office.address + "/no-such-page/")
    assert violations(page) == []
    context.close()
    assert troubles == []


def test_an_empty_house_says_what_to_do_next(browser: Any, tried: Tried, tmp_path: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = open_office(tmp_path, tmp_path_factory)
    empty.account("zhihui", "commander")
    empty.serve()
    try:
        page = browser.new_context(locale="zh-CN", **PHONE).new_page()
        page.goto(empty.address + "/")
        sign_in(page, "zhihui")
        # The menu's own pages and some behind them: an empty house leads nowhere else.
        for met in crawl(page, empty.address, 40, tried):
            assert met.status == 200, met.path
            if met.shown:
                assert violations(page) == [], met.path
                assert overflow(page) <= 0, met.path
        page.goto(empty.address + "/board/")
        page.click(".empty a.button, .board-empty a.button, main a.button.primary")
        assert urlsplit(page.url).path != "/board/"
    finally:
        empty.stop()

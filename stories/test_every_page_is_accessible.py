"""Every page that a role can reach from its menu: no violation for axe, no trouble unseen, no sideways scrolling.

Pages are found by following links from the menu, one page of each kind, so a new page is tried without being named here.
"""

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from .conftest import PHONE, Office, Visit, open_office, overflow, sample, sign_in, violations, watch

DESK_FIRST = {"viewport": {"width": 1280, "height": 860}}
# Long lists lead to more of the same: one page of each kind is enough, and of a kind with a query another one.
MOST_PAGES = 90
SIBLINGS = 2
NOT_PAGES = re.compile(r"/sign-out/|/export\.|\.(csv|xlsx|pdf|ics|zip|svg|json)$|/language/|^/api/|^/static/|/marked/")
UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\b\d+\b")


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


def kind_of(address: str) -> str:
    """The same for all pages of one kind: what identifies a row is left out."""
    parts = urlsplit(address)
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    return UNIQUE.sub("*", parts.path) + ("?" + "&".join(names) if names else "")


def links(page: Any, address: str) -> list[str]:
    """Pages of the service to which a page leads."""
    found = page.eval_on_selector_all(
        "a[href]", "all => all.filter(a => !a.hasAttribute('download')).map(a => new URL(a.getAttribute('href'), location).href)"
    )
    inside = [urlsplit(one) for one in found if one.startswith(address)]
    kept = [part.path + ("?" + part.query if part.query else "") for part in inside]
    return [path for path in dict.fromkeys(kept) if not NOT_PAGES.search(path.split("?")[0])]


def crawl(page: Any, address: str, most: int = MOST_PAGES) -> Iterator[tuple[str, int]]:
    """Visit one page of each kind that can be reached, `most` of them; yields its path while it is shown, and its status."""
    seen: set[str] = set()
    # Rows that are known by a word, such as courses, are of one kind too.
    siblings: Counter[str] = Counter()
    waiting = deque(links(page, address))
    while waiting and len(seen) < most:
        path = waiting.popleft()
        kind = kind_of(path)
        parent = kind.rstrip("/").rpartition("/")[0]
        if kind in seen or (parent.count("/") > 1 and siblings[parent] >= SIBLINGS):
            continue
        seen.add(kind)
        siblings[parent] += 1
        answer = page.goto(address + path)
        assert answer is not None
        yield path, answer.status
        waiting.extend(links(page, address))


# What a page is made of: its elements with their classes, each in the one that holds it.
PIECES = """() => [...new Set([...document.querySelectorAll('body *')].map((one) => [one.parentElement, one].map((e) =>
  [e.tagName, e.className.baseVal ?? e.className, e.getAttribute('role'), e.getAttribute('type')].join(' ')).join(' > ')))]"""


@pytest.fixture(scope="module")
def tried() -> set[str]:
    """Kinds of pages, and pieces of pages, at which axe has looked already, whoever it was signed in."""
    return set()


def is_new(page: Any, path: str, tried: set[str]) -> bool:
    """Whether a page is of a new kind, or shows this role a piece that none before was shown."""
    met = {kind_of(path), *page.evaluate(PIECES)}
    new = met - tried
    tried |= met
    return bool(new)


@pytest.mark.parametrize("username", ["zhihui", "shuji", "kuaizhang", "louzhang", "duiyuan", "jiandu"])
def test_every_page_of_a_role(visit: Visit, office: Office, logins: dict[str, str], tried: set[str], username: str) -> None:
    page = visit(username, logins[username], **DESK_FIRST)
    faults: dict[str, Any] = {}
    count = 0
    for path, status in crawl(page, office.address):
        count += 1
        if status != 200:
            faults[path] = status
            continue
        if is_new(page, path, tried) and (found := violations(page)):
            faults[path] = found
        page.set_viewport_size(PHONE["viewport"])
        if (wider := overflow(page)) > 0:
            faults[f"{path} at 390 px"] = f"{wider} px too wide"
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


def test_an_empty_house_says_what_to_do_next(browser: Any, tmp_path: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = open_office(tmp_path, tmp_path_factory)
    empty.account("zhihui", "commander")
    empty.serve()
    try:
        page = browser.new_context(locale="zh-CN", **PHONE).new_page()
        page.goto(empty.address + "/")
        sign_in(page, "zhihui")
        # The menu's own pages and some behind them: an empty house leads nowhere else.
        for path, status in crawl(page, empty.address, 40):
            assert status == 200, path
            assert violations(page) == [], path
            assert overflow(page) <= 0, path
        page.goto(empty.address + "/board/")
        page.click(".empty a.button, .board-empty a.button, main a.button.primary")
        assert urlsplit(page.url).path != "/board/"
    finally:
        empty.stop()

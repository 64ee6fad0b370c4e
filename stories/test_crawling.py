"""What is opened in a browser when links are followed, and what is only asked for."""

from types import SimpleNamespace
from typing import Any

from .crawling import Tried, Written, crawl

HOUSE = "http://house.test"
PAGES = {
    "/": "<nav><a href='/list/'>list</a><a href='/away/'>away</a></nav>",
    "/list/": "<main><a href='/row/1/'>one</a><a href='/row/2/'>two</a><a href='/list/export.csv'>as a table</a><a href='https://elsewhere.test/'>out</a></main>",
    "/row/1/": "<main><p class='good'>well</p></main>",
    "/row/2/": "<main><p class='good'>well</p></main>",
}


class Browser:
    """A page of a browser without one: what it opened."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages, self.at, self.opened = pages, "/", []
        self.request = SimpleNamespace(get=lambda url, headers: self._answer(url))

    def _answer(self, url: str) -> Any:
        path = url.removeprefix(HOUSE)
        found = path in self.pages
        return SimpleNamespace(status=200 if found else 404, ok=found, url=url, text=lambda: self.pages[path])

    def goto(self, url: str) -> Any:
        self.at = url.removeprefix(HOUSE)
        self.opened.append(self.at)
        return self._answer(url)

    def eval_on_selector_all(self, *_given: str) -> list[str]:
        return [one if "://" in one else HOUSE + one for one in Written(self.pages.get(self.at, "")).hrefs]


def test_one_page_of_each_kind_is_met_and_all_of_them_are_opened_at_first() -> None:
    browser = Browser(PAGES)
    met = {one.path: one.status for one in crawl(browser, HOUSE, tried=Tried())}
    assert met == {"/list/": 200, "/away/": 404, "/row/1/": 200}
    assert browser.opened == ["/list/", "/away/", "/row/1/"]


def test_what_was_shown_to_one_is_followed_and_not_opened_for_another_who_is_shown_no_more() -> None:
    tried = Tried()
    list(crawl(Browser(PAGES), HOUSE, tried=tried))
    browser = Browser(PAGES)
    met = {one.path: one.shown for one in crawl(browser, HOUSE, tried=tried)}
    # What is refused is not known to be a page yet.
    assert met == {"/list/": False, "/away/": True, "/row/1/": False}
    assert browser.opened == ["/away/"]


def test_a_piece_that_nobody_was_shown_opens_the_page() -> None:
    tried = Tried()
    list(crawl(Browser(PAGES), HOUSE, tried=tried))
    for piece in ("<p class='bad'>ill</p>", "<p class='good' role='alert'>well</p>", "<div><p class='good'>well</p></div>"):
        browser = Browser({**PAGES, "/row/1/": f"<main>{piece}</main>"})
        list(crawl(browser, HOUSE, tried=tried))
        assert "/row/1/" in browser.opened, piece


def test_without_what_was_tried_every_page_is_opened() -> None:
    browser = Browser(PAGES)
    assert all(one.shown for one in crawl(browser, HOUSE))
    assert "/row/1/" in browser.opened


def test_elements_that_end_by_themselves_hold_nothing() -> None:
    assert Written("<form><input type='text'><button class='go'>go</button></form>").pieces == {
        "form   ", "form    > input   text", "form    > button go  ",
    }  # fmt: skip


def test_what_is_for_browsers_without_scripts_leads_nowhere() -> None:
    written = Written("<main><noscript><a class='plain' href='/part/'>part</a></noscript><template><p class='row'></p></template><a href='/whole/'>whole</a></main>")
    assert written.hrefs == ["/whole/"]
    assert written.pieces == {"main   ", "main    > noscript   ", "main    > template   ", "main    > a   "}

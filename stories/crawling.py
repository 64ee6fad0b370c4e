"""Following links from page to page, one page of each kind; a browser opens those that show something it was not shown yet."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

# Long lists lead to more of the same: one page of each kind is enough, and of a kind with a query another one.
MOST_PAGES = 90
SIBLINGS = 2
NOT_PAGES = re.compile(r"/sign-out/|/export\.|\.(csv|xlsx|pdf|ics|zip|svg|json)$|/language/|^/api/|^/static/|/marked/")
UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\b\d+\b")
# What stands in these is not on the page.
NOT_SHOWN = {"noscript", "template"}
WITHOUT_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def kind_of(address: str) -> str:
    """The same for all pages of one kind: what identifies a row is left out."""
    parts = urlsplit(address)
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    return UNIQUE.sub("*", parts.path) + ("?" + "&".join(names) if names else "")


class Written(HTMLParser):
    """A page as the service writes it: where it leads, and its pieces, which are elements with their classes, each in the one that holds it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.pieces: set[str] = set()
        self._open: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        piece = " ".join([tag, *(given.get(name) or "" for name in ("class", "role", "type"))])
        if not any(one in NOT_SHOWN for one, _ in self._open):
            self.pieces.add(f"{self._open[-1][1]} > {piece}" if self._open else piece)
            if tag == "a" and given.get("href") and "download" not in given:
                self.hrefs.append(str(given["href"]))
        if tag not in WITHOUT_END:
            self._open.append((tag, piece))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == one for one, _ in self._open):
            while self._open.pop()[0] != tag:
                pass


@dataclass
class Tried:
    """Kinds and pieces of pages that were shown already, whoever was signed in."""

    met: set[str] = field(default_factory=set)

    def learn(self, path: str, written: Written) -> bool:
        """Remember a page; whether it is of a new kind, or shows a piece that none before did."""
        new = {kind_of(path), *written.pieces} - self.met
        self.met |= new
        return bool(new)


def inside(address: str, found: list[str]) -> list[str]:
    """Those of the addresses that are pages of the service, without it."""
    parts = [urlsplit(one) for one in found if one.startswith(address + "/")]
    kept = [part.path + ("?" + part.query if part.query else "") for part in parts]
    return [path for path in dict.fromkeys(kept) if not NOT_PAGES.search(path.split("?")[0])]


def links(page: Any, address: str) -> list[str]:
    """Pages of the service to which a page leads that a browser shows."""
    found = page.eval_on_selector_all(
        "a[href]", "all => all.filter(a => !a.hasAttribute('download')).map(a => new URL(a.getAttribute('href'), location).href)"
    )
    return inside(address, found)


@dataclass(frozen=True)
class Met:
    """A page that was come to: its path, what the service answered, and whether the browser shows it."""

    path: str
    status: int
    shown: bool


def crawl(page: Any, address: str, most: int = MOST_PAGES, tried: Tried | None = None) -> Iterator[Met]:
    """Come to one page of each kind that can be reached from the one that is open, `most` of them.

    With `tried`, a page of a known kind is asked for as the browser would, and opened only if it shows something new.
    """
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
        if tried is not None and kind in tried.met:
            asked = page.request.get(address + path, headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
            written = Written(asked.text()) if asked.ok else Written("")
            if asked.ok and not tried.learn(path, written):
                yield Met(path, asked.status, shown=False)
                waiting.extend(inside(address, [urljoin(asked.url, one) for one in written.hrefs]))
                continue
        answer = page.goto(address + path)
        assert answer is not None
        if tried is not None and answer.ok:
            tried.learn(path, Written(answer.text()))
        yield Met(path, answer.status, shown=True)
        waiting.extend(links(page, address))

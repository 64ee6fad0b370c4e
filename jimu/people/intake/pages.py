"""Tables of a web page: many systems of offices export one and call it .xls."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jimu.people.intake.problems import Unreadable

MAX_PAGE_BYTES = 10 * 1024 * 1024
# What a page says of itself at its beginning.
BEGINS = re.compile(r"<(?:!doctype\s+html|html|head|meta|body|table|div|style)\b", re.IGNORECASE)
# Cells span columns and rows by these at most; a page may claim any number.
MOST_COLUMNS, MOST_ROWS = 1000, 10_000
MAX_PAGE_CELLS = 400_000
# A longer tag holds a picture or rubbish.
LONGEST_TAG = 8 * 1024
SILENT = {"script", "style"}
Merge = tuple[int, int, int, int]


@dataclass
class PageTable:
    """One table; `merges` are (top, left, bottom, right) from 0."""

    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)


def is_page(text: str) -> bool:
    """Whether a text is a web page."""
    return bool(BEGINS.search(text[:4000]))


def tables_of(text: str) -> list[PageTable]:
    """The tables that hold any words, in the order of their beginnings. Raises Unreadable("too_large_page")."""
    reader = _Reader()
    reader.feed(_tidy(text))
    reader.close()
    reader.finish()
    return [table for table in reader.tables if any(any(row) for row in table.rows)]


def _tidy(text: str) -> str:
    """A page without comments and without tags that never end, on which the parser would look ahead over and over."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        at = end + 3 if end >= 0 else len(text)
    pieces = "".join([*kept, text[at:]]).split(">")
    whole = [piece if (tag := piece.find("<")) < 0 or len(piece) - tag <= LONGEST_TAG else piece[:tag] + "<i" for piece in pieces]
    # What follows the last end of a tag is words, or a tag cut short.
    return ">".join([*whole[:-1], whole[-1].split("<")[0]])


class _Open:
    """A table that is being read."""

    def __init__(self) -> None:
        self.table = PageTable()
        self.words: list[str] | None = None
        self.place = (0, 0)
        # Places below that a cell further up covers.
        self.covered: set[tuple[int, int]] = set()

    def start_row(self) -> None:
        self.end_cell()
        self.table.rows.append([])

    def start_cell(self, wide: int, high: int) -> None:
        """Begin a cell in the next free place."""
        self.end_cell()
        if not self.table.rows:
            self.table.rows.append([])
        top, row = len(self.table.rows) - 1, self.table.rows[-1]
        while (top, len(row)) in self.covered:
            row.append("")
        left = len(row)
        row += [""] * wide
        if wide * high > 1:
            self.table.merges.append((top, left, top + high - 1, left + wide - 1))
            self.covered |= {(r, c) for r in range(top + 1, top + high) for c in range(left, left + wide)}
        self.words, self.place = [], (top, left)

    def end_cell(self) -> None:
        if self.words is not None:
            top, left = self.place
            self.table.rows[top][left] = re.sub(r"[ \t\r\n\f]+", " ", "".join(self.words)).strip()
            self.words = None


class _Reader(HTMLParser):
    """Collects tables, also one within another; ends of cells and rows may be left out, as HTML allows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[PageTable] = []
        self.open: list[_Open] = []
        self.silent = 0
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag == "table":
            self.open.append(_Open())
            self.tables.append(self.open[-1].table)
        elif self.open:
            self._within(tag, dict(attrs))

    def _within(self, tag: str, attrs: dict[str, str | None]) -> None:
        table = self.open[-1]
        if tag == "tr":
            table.start_row()
        elif tag in {"td", "th"}:
            wide, high = _span(attrs.get("colspan"), MOST_COLUMNS), _span(attrs.get("rowspan"), MOST_ROWS)
            self.cells += wide * high
            if self.cells > MAX_PAGE_CELLS:
                raise Unreadable("too_large_page")
            table.start_cell(wide, high)
        elif tag in {"br", "p", "div", "li"} and table.words:
            table.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "table" and self.open:
            self.open.pop().end_cell()
        elif tag in {"td", "th", "tr"} and self.open:
            self.open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].words is not None and not self.silent:
            self.open[-1].words.append(data)

    def finish(self) -> None:
        """End what the page left open."""
        while self.open:
            self.open.pop().end_cell()
        for table in self.tables:
            last = len(table.rows) - 1
            table.merges = [(top, left, min(bottom, last), right) for top, left, bottom, right in table.merges]


def _span(words: str | None, most: int) -> int:
    return min(int(words), most) if words and re.fullmatch(r"[1-9]\d{0,5}", words) else 1

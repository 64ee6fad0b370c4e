"""Workbooks of 2003 as text: an XML of sheets, rows and cells, or a web page in one file; many old systems still export them."""

import email
import email.policy
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.parsers import expat

from jimu.people.intake.books import Sheet
from jimu.people.intake.guard import MAX_CELLS
from jimu.people.intake.pages import MOST_COLUMNS, MOST_ROWS, PageTable, tables_of
from jimu.people.intake.problems import Unreadable

SHEETS = "urn:schemas-microsoft-com:office:spreadsheet "
OPTIONS = "urn:schemas-microsoft-com:office:excel "
XML_BEGINS = re.compile(rb"<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL)
MAIL_BEGINS = re.compile(rb"\A\s*(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*?content-type:\s*multipart/related", re.IGNORECASE)


def is_xml(raw: bytes) -> bool:
    """Whether bytes are an XML workbook of 2003."""
    return bool(XML_BEGINS.search(raw[:8000]))


def is_page_in_one_file(raw: bytes) -> bool:
    """Whether bytes are a web page with its parts in one file (MHTML)."""
    return bool(MAIL_BEGINS.match(raw[:8000]))


def sheets_of(raw: bytes) -> list[Sheet]:
    """The sheets of an XML workbook. Raises Unreadable when it is cut off, too large, or declares entities of its own."""
    reader = _Reader()
    declared = re.match(rb"""[^>]*encoding=["'](gb[\w-]*)["']""", raw[:200], re.IGNORECASE)
    try:
        # The parser knows no encoding of more than one byte but Unicode's.
        reader.parser.Parse(raw.decode("gb18030") if declared else raw, True)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise Unreadable("broken_workbook") from error
    return reader.sheets


def tables_in_one_file(raw: bytes) -> list[PageTable]:
    """The tables of all pages within an MHTML file, in their order."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return [table for part in message.walk() if part.get_content_type() == "text/html" for table in tables_of(_text(part))]


def _text(part: Any) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        # A name of an encoding that nobody knows: offices here write GBK.
        return bytes(part.get_payload(decode=True) or b"").decode("gb18030", "replace")


class _Reader:
    """Collects sheets; an index on a row or a cell leaves gaps, as the format allows."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.row, self.column, self.cells = -1, -1, 0
        self.kind: str | None = None
        self.words: list[str] = []
        self.visible = False
        self.noted = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.StartDoctypeDeclHandler = self.declares

    def declares(self, *_: object) -> None:
        raise Unreadable("broken_workbook")

    def start(self, name: str, attrs: Mapping[str, str]) -> None:
        if name == SHEETS + "Worksheet":
            self.sheets.append(Sheet(attrs.get(SHEETS + "Name", ""), []))
            self.row = -1
        elif name == OPTIONS + "Visible":
            self.visible, self.words = True, []
        elif name == SHEETS + "Comment":
            self.noted += 1
        elif self.sheets and name == SHEETS + "Row":
            self.row = _index(attrs, self.row, MOST_ROWS * 20)
            self.column = -1
        elif self.row >= 0 and name == SHEETS + "Cell":
            self.start_cell(attrs)
        elif self.row >= 0 and name == SHEETS + "Data" and not self.noted:
            self.kind, self.words = attrs.get(SHEETS + "Type", "String"), []

    def start_cell(self, attrs: Mapping[str, str]) -> None:
        """Make room for a cell and for those that it covers."""
        sheet, top = self.sheets[-1], self.row
        left = _index(attrs, self.column, MOST_COLUMNS)
        wide, high = _count(attrs, "MergeAcross", MOST_COLUMNS), _count(attrs, "MergeDown", MOST_ROWS)
        self.column = left + wide
        while len(sheet.rows) <= top:
            sheet.rows.append([])
        row = sheet.rows[top]
        self.cells += max(0, self.column + 1 - len(row))
        if self.cells + len(sheet.rows) > MAX_CELLS:
            raise Unreadable("too_large")
        row += [""] * (self.column + 1 - len(row))
        if wide or high:
            sheet.merges.append((top, left, top + high, left + wide))
        if SHEETS + "Formula" in attrs:
            sheet.formulas.add((top, left))
        self.place = left

    def data(self, words: str) -> None:
        if self.kind is not None or self.visible:
            self.words.append(words)

    def end(self, name: str) -> None:
        if name == SHEETS + "Data" and self.kind is not None:
            self.sheets[-1].rows[self.row][self.place] = _value(self.kind, "".join(self.words))
            self.kind = None
        elif name == OPTIONS + "Visible":
            self.visible = False
            if self.sheets and "".join(self.words).strip() != "SheetVisible":
                self.sheets[-1].hidden, self.sheets[-1].rows = True, []
        elif name == SHEETS + "Comment":
            self.noted -= 1


def _index(attrs: Mapping[str, str], before: int, most: int) -> int:
    """The place, from 0, of a row or a cell: the next one unless it says another."""
    given = attrs.get(SHEETS + "Index", "")
    at = int(given) - 1 if re.fullmatch(r"[1-9]\d{0,6}", given) else before + 1
    if at >= most:
        raise Unreadable("too_large")
    return at


def _count(attrs: Mapping[str, str], name: str, most: int) -> int:
    given = attrs.get(SHEETS + name, "")
    return min(int(given), most) if re.fullmatch(r"\d{1,6}", given) else 0


def _value(kind: str, words: str) -> Any:
    """A cell's value as a reader of newer workbooks would give it."""
    try:
        if kind == "Number":
            return float(words)
        if kind == "DateTime":
            return datetime.fromisoformat(words.strip())
    except ValueError:
        return words
    return words.strip() == "1" if kind == "Boolean" else words

"""Files to sheets of cells: workbooks, CSV in any usual encoding, chat text, and what only calls itself a workbook."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import python_calamine

from jimu.people.intake import older
from jimu.people.intake.books import Book, Sheet
from jimu.people.intake.guard import MAX_CELLS, MAX_FILE_BYTES, Cells, check_ole, check_zip
from jimu.people.intake.pages import MAX_PAGE_BYTES, PageTable, is_page, tables_of
from jimu.people.intake.problems import Unreadable

BOOKS = {".xlsx", ".xlsm", ".xls", ".et", ".xml", ".mht", ".mhtml"}
TEXTS = {".csv", ".txt", ".tsv"}
READABLE = BOOKS | TEXTS
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
MAX_TEXT_BYTES = 20 * 1024 * 1024


def read(path: Path) -> Book:
    """Read one file. Raises Unreadable with a sentence for whoever handed it over."""
    size = path.stat().st_size
    suffix = path.suffix.lower()
    if suffix not in READABLE:
        raise Unreadable("unknown_type")
    if size > (MAX_TEXT_BYTES if suffix in TEXTS else MAX_FILE_BYTES):
        raise Unreadable("too_large")
    if size == 0:
        raise Unreadable("empty_file")
    with path.open("rb") as file:
        head = file.read(8)
    # By what it holds: an ending may be wrong, as the .xls of many exports is.
    if head.startswith((OLE, b"PK") if suffix in BOOKS else (OLE, ZIP)):
        return _read_workbook(path, head)
    return _read_text(path) if suffix in TEXTS else _read_pretended(path)


def _read_pretended(path: Path) -> Book:
    """A file with a workbook's ending that is none: XML of 2003, a web page with a table, or a table as text."""
    raw = path.read_bytes()
    if older.is_xml(raw):
        return Book(path.name, older.sheets_of(raw))
    if len(raw) > MAX_PAGE_BYTES:
        raise Unreadable("too_large_page")
    if older.is_page_in_one_file(raw):
        return _of_tables(path, older.tables_in_one_file(raw))
    try:
        text = _decode(raw)
    except Unreadable as error:
        raise Unreadable("not_a_workbook") from error
    if is_page(text):
        return _of_tables(path, tables_of(text))
    lines = [line for line in text.splitlines() if line.strip()]
    with_tabs = sum("\t" in line for line in lines)
    delimiter = "\t" if with_tabs > 1 and with_tabs * 2 >= len(lines) else _steady(lines) if len(lines) > 1 else None
    if delimiter is None:
        raise Unreadable("not_a_workbook")
    return Book(path.name, [Sheet(path.stem, _split(text, delimiter))])


def _of_tables(path: Path, tables: list[PageTable]) -> Book:
    if not tables:
        raise Unreadable("page_without_table")
    names = [path.stem] if len(tables) == 1 else [f"表{n}" for n in range(1, len(tables) + 1)]
    return Book(path.name, [Sheet(name, list(table.rows), table.merges) for name, table in zip(names, tables, strict=True)])


def _read_workbook(path: Path, head: bytes) -> Book:
    by_name: dict[str, Cells] = {}
    by_order: list[Cells] = []
    if head.startswith(OLE):
        by_order = check_ole(path)
    else:
        by_name = check_zip(path)
    try:
        with path.open("rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        metas = [meta for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
        sheets = [_sheet(book, meta, by_name.get(meta.name) or _at(by_order, i)) for i, meta in enumerate(metas)]
    except Unreadable:
        raise
    # The reader's own panics do not derive from Exception alone.
    except Exception as error:
        raise Unreadable("broken_workbook") from error
    if not sheets:
        raise Unreadable("broken_workbook")
    return Book(path.name, sheets)


def _at(sheets: list[Cells], at: int) -> Cells:
    return sheets[at] if at < len(sheets) else set()


def _sheet(book: python_calamine.CalamineWorkbook, meta: Any, formulas: Cells) -> Sheet:
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise Unreadable("too_large")
    rows = [] if hidden else sheet.to_python(skip_empty_area=False)
    merges = [(a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    return Sheet(meta.name, rows, merges, formulas, hidden)


def _read_text(path: Path) -> Book:
    text = _decode(path.read_bytes())
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and re.fullmatch(r"sep=.", lines[0].strip()):
        text = text.split("\n", 1)[1]
        lines = lines[1:]
    delimiter = _delimiter(lines) if path.suffix.lower() != ".txt" else _delimiter_of_table(lines)
    if delimiter is None:
        return Book(path.name, [], text)
    return Book(path.name, [Sheet(path.stem, _split(text, delimiter))])


def _split(text: str, delimiter: str) -> list[list[Any]]:
    try:
        rows: list[list[Any]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise Unreadable("not_a_text") from error
    if sum(map(len, rows)) > MAX_CELLS:
        raise Unreadable("too_large")
    return rows


def _decode(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    head = raw[:2000]
    if head.count(b"\x00") > len(head) // 5 and not raw.startswith((b"PK", OLE)):
        # UTF-16 without its mark: every other byte of digits and commas is nought.
        text = raw.decode("utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be", "replace")
        if "\x00" not in text and "\ufffd" not in text:
            return text
    if b"\x00" in raw:
        raise Unreadable("not_a_text")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def _delimiter(lines: list[str]) -> str | None:
    counts = {mark: sum(line.count(mark) for line in lines[:50]) for mark in ",\t;|，"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else None


def _delimiter_of_table(lines: list[str]) -> str | None:
    """A plain text is a table only when most lines have the same number of tabs or commas and are not a numbered chain."""
    numbered = sum(bool(re.match(r"\s*\d+\s*[.、．,，)）]", line)) for line in lines)
    if numbered * 2 > len(lines):
        return None
    return _steady(lines)


def _steady(lines: list[str]) -> str | None:
    """Tab or comma, where most lines have the same number of them."""
    for mark in "\t,":
        counts = [line.count(mark) for line in lines]
        if counts and counts[0] and sum(c == counts[0] for c in counts) > 0.8 * len(counts):
            return mark
    return None

"""Tables as workbooks to send on: every cell stays what it is, and nothing that somebody typed runs as a formula."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import openpyxl
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl.styles import Font

#: A cell that begins with one of these is a formula to a spreadsheet program.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: What no workbook can hold: one such character and no program opens it.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NO_TITLE, LONGEST_TITLE = re.compile(r"[\[\]:*?/\\\s]+"), 31
NARROWEST, WIDEST = 8, 40
#: (title, head, rows) of one sheet.
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def put(cell: Any, value: Any) -> None:
    """A value that stays what it is: long numbers are text, and nothing is run as a formula."""
    if isinstance(value, str):
        value = UNFIT.sub("", value)
        cell.value = value
        cell.data_type = "s"
        if value.startswith(STARTS_FORMULA):
            cell.quotePrefix = True
        if value.isdigit() and len(value) > 10:
            cell.number_format = "@"
    else:
        cell.value = value


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as a file."""
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def mark(title: str, *, who: str, at: datetime) -> str:
    """What stands first on a table that holds nothing of single persons: what it is, when it was made, by whom."""
    return _("{title}，{moment} 由 {who} 导出").format(title=title.strip(), moment=moment(at), who=who)


def moment(at: datetime | None) -> str:
    """A time as a cell says it, in the place's own clock; '' for none."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def tables(sheets: Sequence[Sheet], *, mark: str) -> bytes:
    """Plain tables, a sheet each, as a workbook, each cell guarded; `mark` stands first on each, then the head."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, head, rows in sheets:
        sheet = book.create_sheet(NO_TITLE.sub(" ", UNFIT.sub("", title)).strip(" '")[:LONGEST_TITLE] or "Sheet")
        put(sheet.cell(1, 1), mark)
        widths = [NARROWEST] * len(head)
        for line, row in enumerate([head, *rows], 2):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(line, column)
                put(cell, value)
                if line == 2:
                    cell.font = Font(bold=True)
                # A Chinese character is as wide as two figures.
                width = sum(2 if ord(one) > 0x2E7F else 1 for one in str(value if value is not None else ""))
                widths[column - 1] = min(WIDEST, max(widths[column - 1], width + 2))
        for column, width in enumerate(widths, 1):
            sheet.column_dimensions[sheet.cell(2, column).column_letter].width = width
        sheet.freeze_panes = "A3"
    return saved(book)


def total(words: str, rows: Sequence[Sequence[Any]], *, blank: int) -> list[Any]:
    """A last row with the sums of the columns of numbers; the first `blank` columns hold `words` and nothing, and so does what is no number."""
    columns = list(zip(*rows, strict=True))[blank:] if rows else []
    sums = [sum(column) if all(isinstance(one, int | float) and not isinstance(one, bool) for one in column) else "" for column in columns]
    return [words, *[""] * (blank - 1), *sums]

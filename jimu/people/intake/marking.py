"""The same workbook with what was found in it: the cells coloured, a note in each.

Runs as a process of its own (`python -m jimu.people.intake.marking`, a task as JSON on stdin), so that an intake
neither waits for it nor holds its memory. What is no xlsx comes back as one, its cells as plain text.
"""

import json
import os
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from jimu.core.workbooks import STARTS_FORMULA
from jimu.people.intake.problems import REFUSED, Unreadable
from jimu.people.intake.readers import read

SUFFIX = "（已标注）"
AUTHOR = "积木"
FILLS = {
    REFUSED: PatternFill("solid", start_color="FFF4B6B0", end_color="FFF4B6B0"),
    "warning": PatternFill("solid", start_color="FFFFE699", end_color="FFFFE699"),
}
# Above this a workbook is copied value by value instead of being loaded whole.
MAX_LOADED_BYTES = 5 * 1024 * 1024
COMMENT_WIDTH, COMMENT_HEIGHT = 320, 110


@dataclass(frozen=True)
class Mark:
    """One cell to mark; row and column count from 1, row 0 stands for the whole sheet."""

    row: int
    column: int
    severity: str
    message: str
    formula: bool = False


def mark_all(task: dict[str, Any]) -> list[str]:
    """Write the marked copies that a task names: {folder, files: [{path, marks: {sheet: [[row, column, severity, message, formula]]}}]}."""
    folder = Path(task["folder"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for at, file in enumerate(task["files"]):
        path = Path(file["path"])
        name = f"{path.stem}{SUFFIX}.xlsx"
        target = folder / (name if name not in written else f"{at + 1} {name}")
        marks = {sheet: [Mark(*values) for values in rows] for sheet, rows in file["marks"].items()}
        if write_marked(path, target, marks):
            written.append(target.name)
    return written


def write_marked(path: Path, target: Path, marks: dict[str, list[Mark]]) -> bool:
    """One marked copy, readable by its owner only; False when the file cannot be read again."""
    try:
        # By what it holds as well: a web page or the old format may call itself .xlsx.
        in_full = path.suffix.lower() == ".xlsx" and path.stat().st_size <= MAX_LOADED_BYTES and zipfile.is_zipfile(path)
        book = _loaded(path, marks) if in_full else _copied(path, marks)
    except Unreadable:
        return False
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        book.save(file)
    return True


def _loaded(path: Path, marks: dict[str, list[Mark]]) -> openpyxl.Workbook:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for (row, column), found in _by_cell(marks.get(sheet.title, ())).items():
            _mark(_anchor(sheet, row, column), found)
    return book


def _anchor(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for span in sheet.merged_cells.ranges:
            if cell.coordinate in span:
                return sheet.cell(span.min_row, span.min_col)  # type: ignore[return-value]
    return cell  # type: ignore[return-value]


def _copied(path: Path, marks: dict[str, list[Mark]]) -> openpyxl.Workbook:
    """Values only, for CSV, text, the old format and what is too big to load whole."""
    book = openpyxl.Workbook(write_only=True)
    source = read(path)
    sheets = [(s.name, s.rows) for s in source.sheets if not s.hidden] or [("接龙", [[line] for line in source.text.splitlines()])]
    for name, rows in sheets:
        sheet = book.create_sheet(_title(name))
        by_cell = _by_cell(marks.get(name, ()))
        width = max((column for _row, column in by_cell), default=1)
        for at, row in enumerate(rows, 1):
            values = [*row, *[None] * (width - len(row))]
            sheet.append([_plain(sheet, value, by_cell.get((at, column), [])) for column, value in enumerate(values, 1)])
    return book


def _plain(sheet: Any, value: Any, found: list[Mark]) -> Cell:
    words = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    cell: Cell = WriteOnlyCell(sheet, value=None if words == "" else words)
    _as_text(cell)
    if found:
        _mark(cell, found)
    return cell


def _as_text(cell: Cell) -> None:
    """What a program would calculate stays the words that somebody typed."""
    if isinstance(cell.value, str) and cell.value.startswith(STARTS_FORMULA):
        cell.data_type = "s"
        cell.style = "Normal"
        cell.quotePrefix = True


def _mark(cell: Cell, found: list[Mark]) -> None:
    severity = REFUSED if any(mark.severity == REFUSED for mark in found) else "warning"
    if any(mark.formula for mark in found):
        _as_text(cell)
    cell.fill = FILLS[severity]
    words = [cell.comment.text] if cell.comment else []
    comment = Comment("\n".join([*words, *dict.fromkeys(mark.message for mark in found)]), AUTHOR)
    comment.width, comment.height = COMMENT_WIDTH, COMMENT_HEIGHT
    cell.comment = comment


def _by_cell(marks: Iterable[Mark]) -> dict[tuple[int, int], list[Mark]]:
    cells: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in marks:
        cells[max(1, mark.row), mark.column].append(mark)
    return cells


def _title(name: str) -> str:
    return "".join("_" if c in r"[]:*?/\\" else c for c in name)[:31] or "Sheet"


def tasks(paths: Iterable[Path], problems: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The files of a task, from the problems of a plan; files that could not be read have no cells to mark."""
    by_file: dict[str, dict[str, list[list[Any]]]] = defaultdict(lambda: defaultdict(list))
    for p in problems:
        if p.sheet:
            by_file[p.file][p.sheet].append([p.row, p.at + 1, p.severity, p.message, p.code == "formula_name"])
    for path in paths:
        if path.name in by_file:
            yield {"path": str(path.resolve()), "marks": by_file[path.name]}


if __name__ == "__main__":
    json.dump(mark_all(json.load(sys.stdin)), sys.stdout, ensure_ascii=False)

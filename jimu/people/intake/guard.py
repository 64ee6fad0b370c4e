"""What must be known of a workbook before it is opened: is it whole, how big does it get, where are its formulas."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msoffcrypto
import olefile

from jimu.people.intake.problems import Unreadable

MAX_FILE_BYTES = 40 * 1024 * 1024
# Of the parts that are read: sheets and their texts. Pictures are not.
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_CELLS = 1_500_000
PIECE = 1024 * 1024
Cells = set[tuple[int, int]]

# Records of the old format that hold a cell's content begin with its row and column.
OLD_CELLS = {0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00FD, 0x00D6}
OLD_FORMULA, OLD_BEGIN = 0x0006, 0x0809


def check_zip(path: Path) -> dict[str, Cells]:
    """Formula cells by sheet name. Raises Unreadable for what is broken, no workbook, or grows too big."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _check_parts(archive)
    except Unreadable:
        raise
    # A damaged archive fails in as many ways as there are bytes.
    except Exception as error:
        raise Unreadable("not_a_workbook") from error


def _check_parts(archive: zipfile.ZipFile) -> dict[str, Cells]:
    parts = {item.filename: item for item in archive.infolist()}
    if not any(name.startswith("xl/") for name in parts):
        raise Unreadable("archive")
    read = [item for name, item in parts.items() if name.startswith("xl/") and not name.startswith("xl/media/")]
    if sum(item.file_size for item in read) > MAX_UNPACKED_BYTES or len(parts) > 5000:
        raise Unreadable("too_large")
    formulas: dict[str, _Scan] = {}
    names = {part: name for name, part in _sheets(archive)}
    total = 0
    for item in read:
        if item.filename in names:
            formulas[names[item.filename]] = found = _Scan()
            for piece in _pieces(archive, item):
                found.feed(piece)
            total += found.area()
            if total > MAX_CELLS:
                raise Unreadable("too_large")
        else:
            # Reading to the end compares sizes and checksums, so a header that lies is found out.
            for _piece in _pieces(archive, item):
                pass
    return {name: scan.formulas for name, scan in formulas.items()}


def _pieces(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(item) as file:
        while piece := file.read(PIECE):
            yield piece


class _Scan:
    """Counts what a sheet spans and notes its formulas, piece by piece."""

    CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>/]*(?:/>|>(\s*<(?:\w+:)?f\b)?)')

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.formulas: Cells = set()
        self.kept = b""

    def feed(self, piece: bytes) -> None:
        data = self.kept + piece
        end = data.rfind(b"<c ")
        # A cell may be cut in two; what follows its last beginning waits for the next piece.
        cut = end if end > 0 and len(piece) == PIECE else len(data)
        self.kept, data = data[cut:][-PIECE:], data[:cut]
        for letters, digits, formula in self.CELL.findall(data):
            row, column = int(digits), _column(letters.decode())
            self.rows, self.columns = max(self.rows, row), max(self.columns, column)
            if formula:
                self.formulas.add((row - 1, column - 1))

    def area(self) -> int:
        return self.rows * self.columns


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(name, part) of each sheet."""
    if "xl/workbook.xml" not in archive.namelist():
        return
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = dict(_links(archive))
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, link = re.search(r'name="([^"]*)"', tag), re.search(r'r:id="([^"]*)"', tag)
        part = links.get(link.group(1), "") if link else ""
        if name and part:
            yield _plain(name.group(1)), part


def _links(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    xml = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for tag in re.findall(r"<Relationship\b[^>]*>", xml):
        key, target = re.search(r'Id="([^"]*)"', tag), re.search(r'Target="([^"]*)"', tag)
        if key and target:
            yield key.group(1), target.group(1).lstrip("/") if target.group(1).startswith("/") else "xl/" + target.group(1)


def _plain(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def check_ole(path: Path) -> list[Cells]:
    """Formula cells by sheet, in order. Raises Unreadable for a password, what is broken, or what spans too much."""
    with path.open("rb") as file:
        try:
            encrypted = msoffcrypto.OfficeFile(file).is_encrypted()
        # Neither library says which errors it may raise on rubbish.
        except Exception as error:
            raise Unreadable("not_a_workbook") from error
    if encrypted:
        raise Unreadable("password")
    try:
        with olefile.OleFileIO(str(path)) as ole:
            name = next(n for n in ("Workbook", "Book") if ole.exists(n))
            stream = ole.openstream(name).read()
        return _old_sheets(stream)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("not_a_workbook") from error


def _old_sheets(stream: bytes) -> list[Cells]:
    sheets: list[Cells] = []
    rows = columns = at = 0
    while at + 4 <= len(stream):
        kind, size = int.from_bytes(stream[at : at + 2], "little"), int.from_bytes(stream[at + 2 : at + 4], "little")
        if kind == OLD_BEGIN:
            rows = columns = 0
            sheets.append(set())
        elif kind in OLD_CELLS and size >= 4 and sheets:
            row, column = int.from_bytes(stream[at + 4 : at + 6], "little"), int.from_bytes(stream[at + 6 : at + 8], "little")
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if rows * columns > MAX_CELLS:
                raise Unreadable("too_large")
            if kind == OLD_FORMULA:
                sheets[-1].add((row, column))
        at += 4 + size
    # The first stretch describes the workbook.
    return sheets[1:]


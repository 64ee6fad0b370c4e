"""Files to sheets of cells: workbooks, CSV in any usual encoding, chat text. Guards against what is no workbook."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msoffcrypto
import python_calamine

from jimu.people.intake.problems import Unreadable

MAX_FILE_BYTES = 60 * 1024 * 1024
MAX_UNPACKED_BYTES = 180 * 1024 * 1024
MAX_CELLS = 4_000_000
BOOKS = {".xlsx", ".xlsm", ".xls", ".et"}
TEXTS = {".csv", ".txt", ".tsv"}
READABLE = BOOKS | TEXTS
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Sheet:
    """Rows of raw cell values. `merges` are (top, left, bottom, right), `formulas` (row, column), all from 0."""

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden: bool = False


@dataclass
class Book:
    """One file. `text` holds a chat or plain text as it is."""

    file: str
    sheets: list[Sheet]
    text: str = ""


def read(path: Path) -> Book:
    """Read one file. Raises Unreadable with a sentence for whoever handed it over."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise Unreadable("too_large", f"文件超过 {MAX_FILE_BYTES // 1024 // 1024} MB，请删去图片或拆成几个文件再导入。")
    if path.stat().st_size == 0:
        raise Unreadable("empty_file", "文件是空的，请检查是否选错了文件。")
    suffix = path.suffix.lower()
    if suffix in TEXTS:
        return _read_text(path)
    if suffix in BOOKS:
        return _read_workbook(path)
    raise Unreadable("unknown_type", "不认识这种文件，请另存为 xlsx、xls、csv 或 txt 再导入。")


def _read_workbook(path: Path) -> Book:
    head = path.read_bytes()[:8] if path.stat().st_size < 64 else path.open("rb").read(8)
    if head.startswith(OLE):
        _refuse_encrypted(path)
    elif head.startswith(b"PK"):
        _refuse_bomb(path)
    else:
        raise Unreadable("not_a_workbook", "这不是一个 Excel 工作簿（内容与扩展名不符），请用 Excel 或 WPS 打开后另存为 xlsx。")
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        formulas = _formulas(path) if head.startswith(b"PK") else {}
        sheets = [_sheet(book, meta, formulas) for meta in book.sheets_metadata]
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("broken_workbook", "工作簿已损坏，打不开。请用 Excel 或 WPS 打开并另存一份再导入。") from error
    return Book(path.name, sheets)


def _sheet(book: python_calamine.CalamineWorkbook, meta: Any, formulas: dict[str, set[tuple[int, int]]]) -> Sheet:
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise Unreadable("too_large", f"工作表“{meta.name}”太大，请只保留名单所在的行列再导入。")
    rows = sheet.to_python(skip_empty_area=False)
    merges = [(a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    return Sheet(meta.name, rows, merges, formulas.get(meta.name, set()), hidden)


def _refuse_encrypted(path: Path) -> None:
    with path.open("rb") as file:
        try:
            encrypted = msoffcrypto.OfficeFile(file).is_encrypted()
        except Exception as error:
            raise Unreadable("not_a_workbook", "这不是一个完整的 Excel 工作簿，请重新保存后再导入。") from error
    if encrypted:
        raise Unreadable("password", "工作簿有打开密码。请在 Excel 或 WPS 中去掉密码、另存一份再导入。")


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Unreadable("not_a_workbook", "工作簿已损坏或不完整，请重新下载或另存一份再导入。") from error
    if not any(name.startswith("xl/") for name in names):
        raise Unreadable("not_a_workbook", "这是一个压缩包，不是 Excel 工作簿。请解压后导入里面的表格。")
    if unpacked > MAX_UNPACKED_BYTES:
        raise Unreadable("too_large", "工作簿解开后过大，为安全起见没有打开。请删去多余的行列或图片再导入。")


def _formulas(path: Path) -> dict[str, set[tuple[int, int]]]:
    """Cells that hold a formula, by sheet name; calamine gives only their last value."""
    found: dict[str, set[tuple[int, int]]] = {}
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names:
            return found
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = dict(_links(archive))
        for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
            name, link = re.search(r'name="([^"]*)"', tag), re.search(r'r:id="([^"]*)"', tag)
            part = links.get(link.group(1), "") if link else ""
            if name and part in names:
                xml = archive.read(part)
                if b"<f" in xml:
                    cells = re.findall(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[ >/]', xml)
                    found[_plain(name.group(1))] = {(int(row) - 1, _column(col.decode())) for col, row in cells}
    return found


def _links(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    xml = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    pairs = []
    for tag in re.findall(r"<Relationship\b[^>]*>", xml):
        key, target = re.search(r'Id="([^"]*)"', tag), re.search(r'Target="([^"]*)"', tag)
        if key and target:
            pairs.append((key.group(1), target.group(1).lstrip("/") if target.group(1).startswith("/") else "xl/" + target.group(1)))
    return pairs


def _plain(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _read_text(path: Path) -> Book:
    text = _decode(path.read_bytes())
    if "\x00" in text:
        raise Unreadable("not_a_text", "这不是文本文件，请检查是否选错了文件。")
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter = _delimiter(lines) if path.suffix.lower() != ".txt" else _delimiter_of_table(lines)
    if delimiter is None:
        return Book(path.name, [], text)
    rows: list[list[Any]] = [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    return Book(path.name, [Sheet(path.stem, rows)])


def _decode(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding", "文字编码不认识，请用记事本或 Excel 另存为 UTF-8 再导入。")


def _delimiter(lines: list[str]) -> str | None:
    counts = {mark: sum(line.count(mark) for line in lines[:50]) for mark in ",\t;|，"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else None


def _delimiter_of_table(lines: list[str]) -> str | None:
    """A plain text is a table only when most lines have the same number of tabs or commas and are not a numbered chain."""
    numbered = sum(bool(re.match(r"\s*\d+\s*[.、．,，)）]", line)) for line in lines)
    if numbered * 2 > len(lines):
        return None
    for mark in "\t,":
        counts = [line.count(mark) for line in lines]
        if counts and counts[0] and sum(c == counts[0] for c in counts) > 0.8 * len(counts):
            return mark
    return None

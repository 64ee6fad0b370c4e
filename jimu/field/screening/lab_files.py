"""A laboratory's list of results, as a workbook or a text: where the tube and the result stand is found by what the columns hold."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.field.screening.models import Tube
from jimu.field.screening.results import Given
from jimu.people.intake import cells, readers
from jimu.people.intake.guard import MAX_FILE_BYTES
from jimu.people.intake.problems import Unreadable

# The order matters: 未检出 is no finding, 弱阳性 is not positive yet.
MEANS = (
    (Tube.Result.VOID, r"无效|作废|不合格|拒收|漏液|void|invalid"),
    (Tube.Result.INCONCLUSIVE, r"可疑|弱阳|灰区|待复|复核|复检|不确定|inconclusive|suspect"),
    (Tube.Result.NEGATIVE, r"阴|未检出|negative|^neg$|^[-－]$|\(-\)"),
    (Tube.Result.POSITIVE, r"阳|检出|positive|^pos$|^[+＋]$|\(\+\)"),
)  # fmt: skip
TUBE_HEADER = re.compile(r"条码|管号|管码|试管|采样管|样本编?号|barcode|tube|sample", re.IGNORECASE)
MOST_ROWS = 20_000


def meaning(words: Any) -> str:
    """A laboratory's word as one of ours; '' for none."""
    plain = cells.text(words).lower().strip() or str(words or "").strip()
    return next((result.value for result, pattern in MEANS if re.search(pattern, plain)), "")


def read(path: Path) -> list[Given]:
    """Lines of tube and result. Raises Invalid for a file without them."""
    try:
        book = readers.read(path)
    except Unreadable as error:
        raise Invalid(_("这个文件打不开。请用实验室给的 xlsx 或 csv。"), code="unreadable") from error
    found: list[Given] = []
    for sheet in book.sheets:
        found += _of_rows(sheet.rows)
    if not found:
        raise Invalid(_("表里没有找到管号和结果两列。表头请写“管号”“结果”。"), code="no_results")
    return found[:MOST_ROWS]


def _of_rows(rows: Sequence[Sequence[Any]]) -> list[Given]:
    """The column of results is the one with most results in it; the tube's is called so, else the fullest of codes."""
    width = max((len(row) for row in rows), default=0)
    if width < 2:
        return []
    columns = [[row[n] if n < len(row) else None for row in rows] for n in range(width)]
    results = max(range(width), key=lambda n: sum(1 for cell in columns[n] if meaning(cell) and len(str(cell)) <= 12))
    if not any(meaning(cell) for cell in columns[results]):
        return []
    others = [n for n in range(width) if n != results]
    called = [n for n in others if any(TUBE_HEADER.search(cells.text(cell)) for cell in columns[n][:12])]
    tubes = called[0] if called else max(others, key=lambda n: sum(1 for cell in columns[n] if _is_code(cell)))
    return [
        Given(cells.text(code), meaning(word), number)
        for number, (code, word) in enumerate(zip(columns[tubes], columns[results], strict=True), 1)
        if _is_code(code) and (meaning(word) or cells.text(word)) and not TUBE_HEADER.search(cells.text(code))
    ]  # fmt: skip


def _is_code(cell: Any) -> bool:
    return bool(re.fullmatch(r"[\w-]*\d[\w-]*", cells.text(cell)))


def read_upload(file: "UploadedFile[Any]") -> list[Given]:
    """The same of an uploaded file, which is gone afterwards."""
    suffix = Path(str(file.name)).suffix.lower()
    if suffix not in readers.READABLE or (file.size or 0) > MAX_FILE_BYTES:
        raise Invalid(_("请选实验室给的 xlsx 或 csv 文件。"), code="unknown_type")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"results{suffix}"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return read(path)


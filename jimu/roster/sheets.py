"""Rosters as files: CSV for other programs, a workbook for people."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, TextIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

COLUMNS = ("date", "start", "end", "neighborhood", "post", "person_id", "name", "kind", "qualifications")
BOM = "\ufeff"
# A cell that begins with one of these is a formula to a spreadsheet program.
RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Line:
    """One person on one shift. Times are local; `end` may lie on the next day."""

    starts_at: datetime
    ends_at: datetime
    neighborhood: str
    post: str
    person_id: str
    name: str
    kind: str
    qualifications: tuple[str, ...]

    def cells(self) -> tuple[str, ...]:
        """The values of COLUMNS."""
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        return (
            start.date().isoformat(),
            start.strftime("%H:%M"),
            end.strftime("%H:%M"),
            self.neighborhood,
            self.post,
            self.person_id,
            self.name,
            self.kind,
            ";".join(self.qualifications),
        )


def harmless(text: str) -> str:
    """The text, quoted so that no spreadsheet program runs it as a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def csv_rows(lines: Iterable[Line]) -> Iterator[str]:
    """The CSV (UTF-8 with a byte order mark for Excel), piece by piece, header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([harmless(cell) for cell in line.cells()])
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_csv(lines: Iterable[Line], out: TextIO) -> None:
    """Write the CSV to an open text file (newline translation off, UTF-8)."""
    for piece in csv_rows(lines):
        out.write(piece)


def write_workbook(lines: Iterable[Line], out: BinaryIO, *, title: str, watermark: str) -> None:
    """Write a workbook with one sheet: the watermark line, the header, one row a seat."""
    book = Workbook(write_only=True)
    # The write-only sheet takes page settings too, which its type does not tell.
    sheet: Any = book.create_sheet(_("排班表"))
    for letter, width in zip("ABCDEFGHI", (12, 8, 8, 16, 18, 38, 12, 14, 28), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A4"
    sheet.append([_styled(sheet, title, Font(bold=True, size=14))])
    sheet.append([_styled(sheet, watermark, Font(italic=True, color="00666666"))])
    fill = PatternFill("solid", fgColor="00E8EEF2")
    headers = (
        _("日期"),
        _("开始"),
        _("结束"),
        _("居民区"),
        _("岗位"),
        _("人员编号"),
        _("姓名"),
        _("身份"),
        _("能力"),
    )
    sheet.append([_styled(sheet, text, Font(bold=True), fill) for text in headers])
    count = 3
    for line in lines:
        sheet.append([harmless(cell) for cell in line.cells()])
        count += 1
    sheet.auto_filter.ref = f"A3:I{count}"
    # On paper every page names who took it out and when.
    sheet.oddFooter.center.text = watermark.replace("&", "&&")
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation = "landscape"
    book.save(out)


def watermark(name: str, at: datetime) -> str:
    """Who took the file out, and when."""
    moment = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return _("由 %(name)s 于 %(moment)s 导出。内部资料，仅供排班使用，请勿转发。") % {
        "name": name,
        "moment": moment,
    }


def _styled(sheet: Any, text: str, font: Font, fill: PatternFill | None = None) -> Any:
    cell = WriteOnlyCell(sheet, value=harmless(text))
    cell.font, cell.alignment = font, Alignment(vertical="center")
    if fill is not None:
        cell.fill = fill
    return cell

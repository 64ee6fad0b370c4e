"""Rosters as lines and as CSV; `workbook.py` makes the workbook for people."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.roster.words import who

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


def csv_rows(lines: Iterable[Line], *, for_excel: bool) -> Iterator[str]:
    """The CSV, piece by piece, header first.

    `for_excel` puts a byte order mark in front, without which Excel takes UTF-8 for a local code page; programs
    read the first column's name more easily without.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if for_excel:
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
    """Write the CSV for programs to an open text file (newline translation off, UTF-8)."""
    for piece in csv_rows(lines, for_excel=False):
        out.write(piece)


def watermark(name: str, at: datetime) -> str:
    """Who took the file out, and when."""
    moment = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return _("由 %(name)s 于 %(moment)s 导出。内部资料，仅供排班使用，请勿转发。") % {
        "name": who(name),
        "moment": moment,
    }

"""A list of people as a file, contacts masked, with who took it and when on it."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from jimu.people.queries import Row
from jimu.people.words import STATE_WORDS, limit_words, skill_words

BOM = "\ufeff"
# A cell that begins with one of these is a formula to a spreadsheet program.
RISKY = ("=", "+", "-", "@", "\t", "\r")
#: A workbook is held in memory; beyond this, take the CSV.
MOST_IN_WORKBOOK = 20_000


def header() -> list[str]:
    """The columns, in the reader's language."""
    return [_("姓名"), _("类别"), _("所在"), _("住址"), _("手机号（部分隐去）"), _("技能"), _("限制"), _("状态")]


def cells(row: Row) -> list[str]:
    """One person; nothing here is a number in full."""
    state = "left" if not row.person.active else "paused" if row.paused else "active"
    given = [
        row.name, "、".join(row.kinds), row.person.unit.name if row.person.unit else "", row.person.address, row.phone,
        "、".join(skill_words(s.code, s.words) for s in row.skills), "、".join(limit_words(c) for c in row.limits), str(STATE_WORDS[state]),
    ]  # fmt: skip
    return [harmless(text) for text in given]


def harmless(text: str) -> str:
    """The text, quoted so that no spreadsheet program runs it as a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def watermark(who: str, at: datetime) -> str:
    """Who took the list and when."""
    moment = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return harmless(_("{who} 于 {moment} 导出。含个人信息，请勿外传，用后销毁。").format(who=who, moment=moment))


def as_csv(rows: Iterable[Row], *, who: str, at: datetime) -> Iterator[str]:
    """The list as CSV (UTF-8 with a byte order mark for Excel), piece by piece; the watermark stands first and last."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow([watermark(who, at)])
    writer.writerow(header())
    for row in rows:
        writer.writerow(cells(row))
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    writer.writerow([watermark(who, at)])
    yield buffer.getvalue()


def as_workbook(rows: Iterable[Row], *, who: str, at: datetime) -> bytes:
    """The list as a workbook; the watermark stands first, and in the foot of every printed page."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("人员"))
    sheet.freeze_panes = "A3"
    sheet.oddFooter.center.text = watermark(who, at).replace("&", "&&")
    for letter, width in zip("ABCDEFGH", (12, 24, 18, 20, 18, 28, 20, 8), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([watermark(who, at)])
    sheet.append(header())
    for row in rows:
        sheet.append(cells(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()

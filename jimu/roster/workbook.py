"""A roster as a workbook for people: a sheet for each neighborhood as it hangs on the wall, and one list of everything.

Sheets are set up for A4: landscape, as wide as the page, the head repeated, the watermark at the foot.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from jimu.roster import policy
from jimu.roster.sheets import Line, harmless

A4 = 9
LONGEST_TITLE = 31
# What a sheet's name must not hold.
UNNAMEABLE = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
HEAD = PatternFill("solid", fgColor="00E8EEF2")
THIN = Side(style="thin", color="00B8C2CC")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
LIST_WIDTHS = (12, 8, 8, 16, 18, 38, 12, 14, 28)

# (start, end, post) in local clock times, then the day: names.
Grid = Mapping[tuple[str, str, str], Mapping[date, Sequence[str]]]


def write_workbook(lines: Iterable[Line], out: BinaryIO, *, title: str, watermark: str) -> None:
    """Write the workbook. Cells that a spreadsheet program would run as formulas are quoted."""
    found = list(lines)
    by_place: dict[str, list[Line]] = defaultdict(list)
    for line in found:
        by_place[line.neighborhood].append(line)
    days = sorted({timezone.localtime(line.starts_at).date() for line in found})
    book = Workbook(write_only=True)
    names: set[str] = set()
    for place, mine in by_place.items():
        sheet: Any = book.create_sheet(_named(place, names))
        _place_sheet(sheet, f"{place} {title}", watermark, days, _grid(mine))
    _list_sheet(book.create_sheet(_named(_("总名单"), names)), title, watermark, found)
    book.save(out)


def _named(text: str, names: set[str]) -> str:
    """A sheet's name: lawful, short and not used yet."""
    plain = text.translate(UNNAMEABLE).strip()[:LONGEST_TITLE] or "-"
    name, number = plain, 2
    while name.casefold() in names:
        name = f"{plain[: LONGEST_TITLE - 4]} {number}"
        number += 1
    names.add(name.casefold())
    return name


def _grid(lines: Sequence[Line]) -> Grid:
    found: dict[tuple[str, str, str], dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        day, start, end = line.cells()[:3]
        found[start, end, line.post][date.fromisoformat(day)].append(line.name)
    return dict(sorted(found.items()))


def _place_sheet(sheet: Any, title: str, watermark: str, days: Sequence[date], grid: Grid) -> None:
    widths = (18, 13, *(14 for _day in days))
    _set_up(sheet, widths, watermark, head_row=3)
    sheet.append([_cell(sheet, title, font=Font(bold=True, size=16))])
    sheet.append([_cell(sheet, watermark, font=Font(italic=True, color="00666666"))])
    heads = [_("岗位"), _("时间"), *(f"{day.month}/{day.day} {_weekdays()[day.weekday()]}" for day in days)]
    sheet.append([_cell(sheet, text, font=Font(bold=True), fill=HEAD, boxed=True) for text in heads])
    for (start, end, post), by_day in grid.items():
        texts = [post, f"{start}–{end}", *("\n".join(by_day.get(day, ())) for day in days)]
        sheet.append([_cell(sheet, text, boxed=True) for text in texts])


def _list_sheet(sheet: Any, title: str, watermark: str, lines: Sequence[Line]) -> None:
    _set_up(sheet, LIST_WIDTHS, watermark, head_row=3)
    sheet.append([_cell(sheet, title, font=Font(bold=True, size=14))])
    sheet.append([_cell(sheet, watermark, font=Font(italic=True, color="00666666"))])
    heads = (
        _("日期"), _("开始"), _("结束"), _("居民区"), _("岗位"), _("人员编号"), _("姓名"), _("身份"), _("能力"),
    )  # fmt: skip
    sheet.append([_cell(sheet, text, font=Font(bold=True), fill=HEAD) for text in heads])
    for line in lines:
        *cells, kind, able = line.cells()
        sheet.append([harmless(cell) for cell in (*cells, policy.kind_name(kind), able.replace(";", "、"))])
    sheet.auto_filter.ref = f"A3:I{len(lines) + 3}"


def _set_up(sheet: Any, widths: Sequence[int], watermark: str, *, head_row: int) -> None:
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"C{head_row + 1}"
    sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = watermark.replace("&", "&&")
    sheet.oddFooter.right.text = "&P / &N"


def _cell(
    sheet: Any, text: str, *, font: Font | None = None, fill: PatternFill | None = None, boxed: bool = False
) -> Any:
    cell = WriteOnlyCell(sheet, value=harmless(text))
    cell.alignment = Alignment(vertical="center", horizontal="center" if boxed else None, wrap_text=boxed)
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    if boxed:
        cell.border = BOX
    return cell


def _weekdays() -> tuple[str, ...]:
    return _("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")

"""The ledger into an office's own template, or into a ready-made table: typed once, filled in as often as asked."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from jimu.core import journal
from jimu.core.errors import Invalid
from jimu.core.permissions import Actor
from jimu.core.workbooks import put, saved
from jimu.field.households import export_queries, export_rules
from jimu.field.households.case_queries import HEALTH
from jimu.field.households.export_queries import (
    CASES,
    CONTACTS,
    DOORS,
    EMPTY,
    OF_PERSONS,
    PEOPLE,
    PRIORITY,
    UNSETTLED,
)
from jimu.field.households.words import FIELD_WORDS
from jimu.field.households.zone_queries import today
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.people.intake import headers
from jimu.people.intake.guard import check_zip
from jimu.people.intake.problems import WHOLE, Unreadable
from jimu.people.intake.readers import read
from jimu.people.sheets import watermark

RIGHT = "households.export"
LOOK_AHEAD = 25
#: A whole style has no other name.
STYLE = "_style"
MOST_ROWS, MOST_TEMPLATE_BYTES = 20_000, 5 * 1024 * 1024
READY: Mapping[str, tuple[Any, Sequence[str]]] = {
    PEOPLE: (gettext_lazy("住户名册"), ("seq", "neighborhood", "building", "entrance", "room", "name", "sex", "birth_year", "id_number", "phone", "head", "groups", "note")),
    PRIORITY: (gettext_lazy("重点人群名单"), ("seq", "neighborhood", "building", "room", "name", "age", "phone", "groups", "note")),
    DOORS: (gettext_lazy("户室台账"), ("seq", "neighborhood", "block", "building", "entrance", "floor", "room", "members", "kitchen", "state", "note")),
    UNSETTLED: (gettext_lazy("还没敲清的门"), ("seq", "neighborhood", "block", "building", "entrance", "room", "members", "state", "note")),
    EMPTY: (gettext_lazy("空置和已搬走的户室"), ("seq", "neighborhood", "building", "entrance", "room", "state", "note")),
    CASES: (gettext_lazy("现有阳性名册"), ("seq", "neighborhood", "building", "entrance", "room", "name", "sex", "age", "id_number", "phone", "case_on", "case_way", "zone", "zone_day")),
    CONTACTS: (gettext_lazy("密接和次密接名册"), ("seq", "neighborhood", "building", "entrance", "room", "name", "sex", "age", "id_number", "phone", "contact", "exposed_on")),
}
HEADS: Mapping[str, Any] = {
    **FIELD_WORDS, "seq": gettext_lazy("序号"), "neighborhood": gettext_lazy("居民区"), "block": gettext_lazy("网格块"), "building": gettext_lazy("楼栋"),
    "entrance": gettext_lazy("单元"), "room": gettext_lazy("室号"), "address": gettext_lazy("地址"), "age": gettext_lazy("年龄"), "members": gettext_lazy("居住人数"),
    "zone": gettext_lazy("分区"), "zone_day": gettext_lazy("第几天"), "zone_from": gettext_lazy("第 1 天"), "zone_until": gettext_lazy("期满"), "case_on": gettext_lazy("检出日期"),
    "case_way": gettext_lazy("怎么检出"), "contact": gettext_lazy("密接或次密接"), "exposed_on": gettext_lazy("最近一次接触"),
}  # fmt: skip


@dataclass(frozen=True)
class Template:
    """An office's table understood: which sheet, its header texts, column → field, the first row to fill (from 1), and the row of totals or signatures below (0: none)."""

    sheet: str
    headers: Sequence[str]
    columns: Mapping[int, str]
    first_row: int
    foot_row: int

    @property
    def unknown(self) -> list[str]:
        """Headers that nothing of the ledger fits; their columns stay as they are."""
        return [header for column, header in enumerate(self.headers) if header and column not in self.columns]

    @property
    def known(self) -> list[tuple[str, str]]:
        """(header, what is filled in), in the order of columns."""
        return [(self.headers[column], str(HEADS[field])) for column, field in sorted(self.columns.items())]


def offered(actor: Actor) -> list[tuple[str, Any]]:
    """(code, title) of the tables that somebody may ask for: who is ill and who was near only for who may read of health."""
    return [(key, title) for key, (title, _fields) in READY.items() if key not in (CASES, CONTACTS) or actor.may(HEALTH)]


def understand_for(actor: Actor, unit_id: UUID, path: Path) -> Template:
    """A template as it would be filled for this reader there: columns of cases and contacts are known to who may read of health."""
    unit, template = unit_for(actor, unit_id, RIGHT), understand(path)
    if actor.may(HEALTH, unit.path):
        return template
    return replace(template, columns={column: field for column, field in template.columns.items() if field not in export_rules.OF_HEALTH})


def understand(path: Path) -> Template:
    """Find the table of a template. Raises Invalid for what is no xlsx, or has no header that is known."""
    if path.stat().st_size > MOST_TEMPLATE_BYTES:
        raise Invalid(_("模板太大，不应超过 {mb} MB。").format(mb=MOST_TEMPLATE_BYTES >> 20), code="too_large")
    try:
        check_zip(path)
        book = read(path)
    except Unreadable as error:
        raise Invalid(_(WHOLE[error.code]), code=error.code) from error
    for sheet in book.sheets:
        if sheet.hidden:
            continue
        for at, row in enumerate(sheet.rows[:LOOK_AHEAD]):
            texts = [" ".join(str(value).split()) if value is not None else "" for value in row]
            columns = export_rules.columns_of(texts)
            if len([field for field in columns.values() if field != "seq"]) >= 2:
                foot = next((n + 1 for n in range(at + 1, len(sheet.rows)) if headers.is_foot(sheet.rows[n])), 0)
                return Template(sheet.name, texts, columns, at + 2, foot)
    raise Invalid(_("没有认出表头。请在一行里写明列名，例如 楼栋、室号、姓名、电话。"), code="no_header")


def fill(*, actor: Actor, at: datetime, unit_id: UUID, path: Path, which: str) -> bytes:
    """An office's template filled from one part of the grid; titles, widths and styles stay. On record, with the columns that went out."""
    template = understand_for(actor, unit_id, path)
    fields = list(template.columns.values())
    which = which if export_rules.by_person(fields) == (which in OF_PERSONS) else PEOPLE if export_rules.by_person(fields) else DOORS
    unit, rows = _rows(actor, at, unit_id, which)
    book = openpyxl.load_workbook(path)
    sheet = book[template.sheet]
    _make_room(sheet, template, len(rows))
    for seq, row in enumerate(rows, 1):
        line = template.first_row + seq - 1
        for column, value in export_rules.values(row, template.columns, seq).items():
            cell = sheet.cell(line, column + 1)
            if not isinstance(cell, MergedCell):
                put(cell, value)
    _record(actor, at, unit, path.stem[:60], len(rows), fields)
    return saved(book)


def ready(*, actor: Actor, at: datetime, unit_id: UUID, which: str) -> tuple[str, bytes]:
    """A ready-made table: (its title, the workbook), with who took it and when on it."""
    if which not in READY:
        raise Invalid
    title, fields = str(READY[which][0]), READY[which][1]
    unit, rows = _rows(actor, at, unit_id, which)
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title[:31]
    put(sheet.cell(1, 1), watermark(actor.name, at))
    for column, field in enumerate(fields, 1):
        head = sheet.cell(2, column, str(HEADS[field]))
        head.font = Font(bold=True)
        sheet.column_dimensions[head.column_letter].width = {"seq": 6, "floor": 6, "id_number": 22, "phone": 14, "note": 24, "groups": 18}.get(field, 12)
    sheet.freeze_panes = "A3"
    columns = dict(enumerate(fields))
    for seq, row in enumerate(rows, 1):
        for at_column, value in export_rules.values(row, columns, seq).items():
            put(sheet.cell(seq + 2, at_column + 1), value)
    _record(actor, at, unit, title, len(rows), fields)
    return title, saved(book)


def _rows(actor: Actor, at: datetime, unit_id: UUID, which: str) -> tuple[Unit, list[dict[str, Any]]]:
    unit, on = unit_for(actor, unit_id, RIGHT), today(at)
    if which in (CASES, CONTACTS):
        actor.require(HEALTH, unit.path)
    health = actor.may(HEALTH, unit.path)
    found = export_queries.person_rows(unit, which, on, health=health) if which in OF_PERSONS else export_queries.door_rows(unit, which, on)
    # Left half read, it would close its cursor later, in the middle of somebody else's transaction.
    with closing(found):
        rows = list(islice(found, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise Invalid(_("超过 {n} 行，请选小一点的范围，例如一个居民区。").format(n=MOST_ROWS), code="too_many_rows")
    return unit, rows


def _record(actor: Actor, at: datetime, unit: Unit, title: str, rows: int, fields: Sequence[str]) -> None:
    with transaction.atomic():
        data = {"title": title, "rows": rows, "columns": list(fields)}
        journal.record(actor=actor, at=at, verb="ledger.exported", target=f"unit:{unit.pk}", scope=unit.path, data=data)


def _make_room(sheet: Worksheet, template: Template, rows: int) -> None:
    """Lines enough above what stands at the foot, each in the style of the first one to fill."""
    extra = rows - (template.foot_row - template.first_row) if template.foot_row else 0
    if extra > 0:
        _push_down(sheet, template.foot_row, extra)
    width = max(sheet.max_column, len(template.headers))
    sample = [sheet.cell(template.first_row, column) for column in range(1, width + 1)]
    height = sheet.row_dimensions[template.first_row].height
    for line in range(template.first_row, template.first_row + rows):
        for column, like in enumerate(sample, 1):
            cell = sheet.cell(line, column)
            if isinstance(cell, MergedCell):
                continue
            # An example row, or what somebody began, makes way.
            if column - 1 in template.columns:
                cell.value = None
            if line > template.first_row and like.has_style and not cell.has_style:
                setattr(cell, STYLE, copy(getattr(like, STYLE)))
        if height and line > template.first_row:
            sheet.row_dimensions[line].height = height


def _push_down(sheet: Worksheet, foot: int, extra: int) -> None:
    """Rows put in above the foot; merged cells and heights below move with it, which openpyxl leaves where they were."""
    below = [span for span in list(sheet.merged_cells.ranges) if span.min_row >= foot]
    heights = {line: sheet.row_dimensions[line].height for line in range(foot, sheet.max_row + 1) if sheet.row_dimensions[line].height}
    spans = [span.coord for span in below]
    for coord in spans:
        sheet.unmerge_cells(coord)
    sheet.insert_rows(foot, extra)
    for span in below:
        span.shift(row_shift=extra)
        sheet.merge_cells(span.coord)
    for line in heights:
        sheet.row_dimensions[line].height = None
    for line, height in heights.items():
        sheet.row_dimensions[line + extra].height = height

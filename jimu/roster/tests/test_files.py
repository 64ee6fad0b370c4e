"""Files that leave the house: CSV for programs and for Excel, a workbook for people, by command and from the page."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from jimu.core.commands import run
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.roster import actions, file_queries, workbook
from jimu.roster.models import Roster
from jimu.roster.sheets import BOM, COLUMNS, harmless

from .conftest import DAY, EVE, World, solve

HEADER = "date,start,end,neighborhood,post,person_id,name,kind,qualifications"


@pytest.fixture
def solved(manned: World) -> Roster:
    manned.post("夜岗", 1320, 1560, unit="甲二")
    manned.person("=夜猫", "party_member", unit="甲二", skills=["scanning", "driving"])
    return solve(manned.draft(2))


def test_the_command_writes_the_columns_named_and_no_byte_order_mark(solved: Roster, tmp_path, capsysbinary) -> None:
    assert run(["roster", "export", "--format", "csv"]) == 0
    printed = capsysbinary.readouterr().out
    assert printed.startswith(HEADER.encode())
    target = tmp_path / "roster.csv"
    assert run(["roster", "export", "--roster", str(solved.pk), "--out", str(target)]) == 0
    assert target.read_bytes() == printed
    for encoding in ("utf-8", "utf-8-sig"):
        with target.open(encoding=encoding, newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == list(COLUMNS)
        assert len(rows) == 8


def test_a_line_tells_who_stands_where_and_when(solved: Roster, manned: World) -> None:
    rows = [dict(zip(COLUMNS, line.cells(), strict=True)) for line in file_queries.lines(SYSTEM, solved)]
    night = [row for row in rows if row["post"] == "夜岗"]
    assert [row["date"] for row in night] == [str(DAY), str(DAY + timedelta(days=1))]
    assert night[0] == {
        "date": "2026-04-06", "start": "22:00", "end": "02:00", "neighborhood": "甲二居民区", "post": "夜岗",
        "person_id": str(manned.people["=夜猫"].pk), "name": "=夜猫", "kind": "party_member", "qualifications": "driving;scanning",
    }  # fmt: skip


def test_the_kind_told_is_the_one_whose_caps_hold(world: World) -> None:
    world.post("巡逻", 480, 960, kinds=["volunteer"])
    world.person("两重身份", "volunteer", "office_cadre", unit=None)
    line = next(file_queries.lines(SYSTEM, world.solved()))
    assert line.kind == "office_cadre"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("张三") == "张三"


def test_the_page_gives_excel_its_byte_order_mark_and_keeps_to_the_readers_part(solved: Roster, manned: World, signed_in) -> None:
    for role, unit, count in (("commander", None, 8), ("secretary", "甲二", 2)):
        client = signed_in(manned.account(role, manned.units[unit] if unit else None))
        answer = client.get(f"/roster/{solved.pk}/export.csv")
        text = answer.content.decode("utf-8")
        assert text.startswith(BOM + HEADER)
        assert len(list(csv.reader(io.StringIO(text)))) == count + 1
        assert answer["Content-Disposition"] == 'attachment; filename="roster-2026-04-06-2.csv"'
    assert JournalEntry.objects.filter(verb="roster.exported").count() == 2
    assert "'=夜猫" in text


def test_the_workbook_has_a_sheet_for_each_neighborhood_and_one_list(solved: Roster, manned: World, signed_in) -> None:
    answer = signed_in(manned.account("commander")).get(f"/roster/{solved.pk}/export.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["甲一居民区", "甲二居民区", "总名单"]
    wall = book["甲一居民区"]
    assert [cell.value for cell in wall[3]] == ["岗位", "时间", "4/6 周一", "4/7 周二"]
    assert (wall["A4"].value, wall["B4"].value) == ("门岗", "08:00–12:00")
    assert len(wall["C4"].value.split("\n")) == 2
    assert wall.freeze_panes == "C4"
    assert wall.print_title_rows == "$3:$3"
    assert (wall.page_setup.orientation, wall.page_setup.paperSize, wall.page_setup.fitToHeight) == ("landscape", 9, 0)
    assert "导出" in wall.oddFooter.center.text
    listed = book["总名单"]
    assert listed.max_row == 3 + 8
    assert {row[6].value for row in listed.iter_rows(min_row=4)} >= {"'=夜猫"}
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert listed.auto_filter.ref == "A3:I11"


def test_a_sheet_is_named_lawfully_and_once() -> None:
    names: set[str] = set()
    assert [workbook._named(text, names) for text in ("甲/一:[区]", "甲/一:[区]", "长" * 40, "")] == [
        "甲 一  区", "甲 一  区 2", "长" * 31, "-",
    ]  # fmt: skip


def test_an_export_to_nowhere_and_an_unknown_roster_say_how_to_mend_it(solved: Roster, capsys, tmp_path) -> None:
    assert run(["roster", "export", "--format", "xlsx"]) == 1
    assert "--out" in capsys.readouterr().err
    target = tmp_path / "roster.xlsx"
    assert run(["roster", "export", "--format", "xlsx", "--out", str(target)]) == 0
    assert load_workbook(target).sheetnames[-1] == "总名单"
    assert run(["roster", "export", "--roster", "1234"]) == 1
    assert "编号" in capsys.readouterr().err
    Roster.objects.all().delete()
    assert run(["roster", "export"]) == 1
    assert "jimu roster solve" in capsys.readouterr().err


def test_the_command_exports_what_is_in_force_before_any_draft(solved: Roster, manned: World, capsysbinary) -> None:
    actions.publish(actor=SYSTEM, at=EVE, roster_id=solved.pk, expected_version=solved.version)
    manned.draft(1)
    assert run(["roster", "export"]) == 0
    assert len(capsysbinary.readouterr().out.splitlines()) == 9

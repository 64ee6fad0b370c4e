"""Workbooks of 2003 written as XML, and web pages in one file, under whatever ending."""

import base64
import contextlib
import quopri
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jimu.people.intake import older
from jimu.people.intake.problems import Unreadable
from jimu.people.intake.readers import read
from jimu.people.tests.listed import HEAD, ROWS, everybody, plan_of


def cell(value: object, kind: str = "String", more: str = "") -> str:
    return f'<Cell{more}><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'


BLOCK, THIRD, FAR = ' ss:MergeAcross="2" ss:MergeDown="1"', ' ss:Index="3"', ' ss:Index="9999"'


def rows_of(*rows: tuple[str, ...]) -> str:
    return "".join(f"<Row>{''.join(cell(value) for value in row)}</Row>" for row in rows)


def workbook(*sheets: tuple[str, str], before: str = "", options: str = "", encoding: str = "UTF-8") -> str:
    made = "".join(f'<Worksheet ss:Name="{name}"><Table>{rows}</Table>{options}</Worksheet>' for name, rows in sheets)
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{before}<?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
        f' xmlns:html="http://www.w3.org/TR/REC-html40">{made}</Workbook>'
    )


def put(folder: Path, text: str, name: str = "储备志愿者.xls", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("name", ["储备志愿者.xls", "储备志愿者.xml", "储备志愿者.xlsx"])
@pytest.mark.parametrize("encoding", ["UTF-8", "GB2312"])
def test_a_list_as_xml_of_2003_is_read(tmp_path, name, encoding):
    text = workbook(("名单", rows_of(HEAD, *ROWS)), encoding=encoding)
    assert everybody(plan_of(put(tmp_path, text, name, "gb18030" if encoding == "GB2312" else "utf-8")))


def test_gaps_merged_cells_numbers_dates_formulas_and_notes_are_where_they_belong(tmp_path):
    rows = (
        f'<Row ss:Index="2">{cell("名单", more=BLOCK)}{cell("右")}</Row>'
        f'<Row ss:Index="5">{cell("7.5", "Number", THIRD)}{cell("2022-03-28T00:00:00.000", "DateTime")}'
        '<Cell ss:Formula="=1+1"><Data ss:Type="Number">2</Data><Comment><ss:Data>批注</ss:Data></Comment></Cell></Row>'
    )
    (sheet,) = read(put(tmp_path, workbook(("一", rows)))).sheets
    assert sheet.rows[1] == ["名单", "", "", "右"]
    assert sheet.merges == [(1, 0, 2, 2)]
    assert [str(value) for value in sheet.rows[4]] == ["", "", "7.5", "2022-03-28 00:00:00", "2.0"]
    assert sheet.formulas == {(4, 4)}


def test_words_in_several_styles_within_a_cell_are_one_text(tmp_path):
    rows = '<Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>王</B>建国</ss:Data></Cell></Row>'
    assert read(put(tmp_path, workbook(("一", rows)))).sheets[0].rows == [["王建国"]]


@pytest.mark.parametrize(("visible", "hidden"), [("SheetHidden", True), ("SheetVeryHidden", True), ("SheetVisible", False)])
def test_a_hidden_sheet_stays_out(tmp_path, visible, hidden):
    options = f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>{visible}</Visible></WorksheetOptions>'
    (sheet,) = read(put(tmp_path, workbook(("一", rows_of(HEAD)), options=options))).sheets
    assert sheet.hidden is hidden
    assert bool(sheet.rows) is not hidden


GOOD = workbook(("一", rows_of(HEAD, *ROWS)))


@pytest.mark.parametrize(("text", "code"), [
    (GOOD[: len(GOOD) // 2], "broken_workbook"),
    (workbook(("一", "&lol;"), before='<!DOCTYPE x [<!ENTITY lol "ha">]>'), "broken_workbook"),
    (workbook(("一", f'<Row>{cell("x", more=FAR)}</Row>')), "too_large"),
    (workbook(("一", f'<Row ss:Index="9999999">{cell("x")}</Row>')), "too_large"),
])  # fmt: skip
def test_what_is_cut_off_lies_or_is_too_large_is_refused(tmp_path, text, code):
    with pytest.raises(Unreadable) as refused:
        read(put(tmp_path, text))
    assert refused.value.code == code


def in_one_file(encoded: str, how: str) -> str:
    start = "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary=\"--=_X\"\r\n\r\nsaved\r\n"
    part = f'----=_X\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: {how}\r\n\r\n{encoded}\r\n'
    return f"{start}{part}----=_X--\r\n"


PAGE = "<html><table>" + "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in [HEAD, *ROWS]) + "</table></html>"
WAYS = {
    "quoted-printable": quopri.encodestring(PAGE.encode()).decode(),
    "base64": base64.encodebytes(PAGE.encode()).decode(),
    "8bit": PAGE,
}


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("name", ["储备志愿者.xls", "储备志愿者.mht"])
def test_a_web_page_in_one_file_is_read(tmp_path, how, name):
    assert everybody(plan_of(put(tmp_path, in_one_file(WAYS[how], how), name)))


def test_one_without_a_table_says_so(tmp_path):
    with pytest.raises(Unreadable) as refused:
        read(put(tmp_path, in_one_file("<html>登录</html>", "8bit")))
    assert refused.value.code == "page_without_table"


@given(some.binary(max_size=400), some.integers(0, len(GOOD)))
def test_rubbish_within_is_read_or_refused_and_nothing_else(rubbish, at):
    raw = GOOD.encode()
    with contextlib.suppress(Unreadable):
        older.sheets_of(raw[:at] + rubbish + raw[at:])

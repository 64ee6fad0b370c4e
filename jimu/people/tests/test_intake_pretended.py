"""Files as offices really have them: a web page or a text that calls itself .xls, protected and decorated workbooks."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from jimu.people.intake import marking, pages
from jimu.people.intake.problems import Unreadable
from jimu.people.intake.readers import read
from jimu.people.tests.listed import HEAD, ROWS, everybody, plan_of
from jimu.people.tests.offices import CAST, phone_of, save


def page(cell: str = "<td>{}</td>", row: str = "<tr>{}</tr>", around: str = "<html><body><table border=1>{}</table></body></html>") -> str:
    body = "\n".join(row.format("".join(cell.format(value) for value in values)) for values in [HEAD, *ROWS])
    return around.format(body)


EXCEL = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=gb2312><style>td {{mso-number-format:"\\@";}}</style>' \
    "<!--[if gte mso 9]><xml><x:Name>名单</x:Name></xml><![endif]--></head><body><table>{}</table></body></html>"
TITLED = "<table><tr><th colspan=4>储备志愿者名单</th></tr>{}<tr><td colspan=4>合计：12 人</td></tr></table>"
PAGES = {
    "a plain page": (page(), "utf-8"),
    "with a mark of its encoding": (page(), "utf-8-sig"),
    "as Excel and many systems of offices write it": (page(around=EXCEL), "gb18030"),
    "in two bytes a letter": (page(), "utf-16"),
    "without ends of cells and rows": (page("<TD>{}", "<TR>{}"), "gb18030"),
    "with a title over all columns and a sum below": (page(around=TITLED), "utf-8"),
    "within a table for the layout": (page(around="<table><tr><td><table>{}</table></td></tr></table>"), "utf-8"),
    "with spaces, lines and tags in its cells": (page("<td>\n  <font><b>{}</b></font>&nbsp;<br>\n</td>"), "utf-8"),
    "cut off at its end": (page().removesuffix("</td></tr></table></body></html>") + "</td", "utf-8"),
}


@pytest.mark.parametrize("what", PAGES)
@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".et"])
def test_a_web_page_that_calls_itself_a_workbook_is_read(tmp_path, what, suffix):
    text, encoding = PAGES[what]
    path = tmp_path / f"储备志愿者{suffix}"
    path.write_bytes(text.encode(encoding))
    assert everybody(plan_of(path))


def test_cells_over_several_rows_are_theirs_and_keep_the_columns_in_place(tmp_path):
    rows = [f"<tr><td rowspan=2>{CAST[0].place}<td>{CAST[0].name}<td>{CAST[0].phone}", f"<tr><td>{CAST[4].name}<td>{CAST[4].phone}"]
    path = tmp_path / "志愿者.xls"
    path.write_text("<table><tr><td>居民区<td>姓名<td>手机" + "".join(rows) + "</table>", encoding="utf-8")
    assert [(p.name, p.phone, p.place) for p in plan_of(path).people] == [(p.name, p.phone, p.place) for p in (CAST[0], CAST[4])]


def test_several_tables_are_several_sheets(tmp_path):
    path = tmp_path / "志愿者.xls"
    path.write_text("<table><tr><td>&nbsp;</table>" + "".join(f"<table><tr><td>姓名<td>手机<tr><td>{p.name}<td>{p.phone}</table>" for p in CAST[:2]), encoding="utf-8")
    found = plan_of(path)
    assert [s.sheet for s in found.sheets][-2:] == ["表2", "表3"] or [s.sheet for s in found.sheets] == ["表1", "表2"]
    assert len(found.people) == 2


@pytest.mark.parametrize(("text", "code"), [
    ("<html><body><form>请登录<input name=user></form></body></html>", "page_without_table"), ("<html><table><tr><td></td></tr></table></html>", "page_without_table"),
    ("<table><tr>" + "<td colspan=900 rowspan=9000>x", "too_large_page"), ("<table>" + "<tr><td rowspan=9000>x" * 50, "too_large_page"),
    ("<html>" + " " * pages.MAX_PAGE_BYTES, "too_large_page"), ("王建国请假\n李秀英也请假\n", "not_a_workbook"), ("一行\t两列", "not_a_workbook"),
])  # fmt: skip
def test_what_holds_no_table_is_refused_with_its_reason(tmp_path, text, code):
    path = tmp_path / "a.xls"
    path.write_text(text, encoding="utf-8")
    assert [p.code for p in plan_of(path).problems] == [code]


@pytest.mark.parametrize("rubbish", ["<!--", "<!", "<a b='", "<![", "<?", "</", "<a<", "&", "<td", "<!-->", "<table><!-- a -- >"])
def test_rubbish_without_end_is_read_through_once(rubbish):
    # Were it looked ahead over and over, this would take minutes.
    assert pages.tables_of("<html><table><tr><td>姓名</table>" + rubbish * 100_000)[0].rows == [["姓名"]]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
@pytest.mark.parametrize("mark", ["\t", ","])
def test_a_text_of_columns_that_calls_itself_a_workbook_is_read(tmp_path, mark, encoding):
    path = tmp_path / "储备志愿者.xls"
    path.write_bytes("\r\n".join(mark.join(row) for row in [HEAD, *ROWS]).encode(encoding))
    assert everybody(plan_of(path))


def test_a_workbook_that_calls_itself_a_text_is_read(tmp_path):
    path = save(tmp_path / "a.xlsx", ("储备志愿者", [HEAD, *ROWS]))
    assert everybody(plan_of(path.rename(tmp_path / "储备志愿者.csv")))


@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_what_only_pretended_comes_back_as_a_marked_workbook(tmp_path, suffix):
    path = tmp_path / f"志愿者{suffix}"
    path.write_text(page() + "<table><tr><td>姓名<td>手机<tr><td>=1+1<td>" + phone_of(80) + "</table>", encoding="utf-8")
    found = plan_of(path)
    (name,) = marking.mark_all({"folder": str(tmp_path / "out"), "files": list(marking.tasks([path], found.problems))})
    cell = openpyxl.load_workbook(tmp_path / "out" / name)["表2"]["A2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")
    assert cell.comment is not None


def picture() -> bytes:
    """A PNG of one pixel."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def decorated(folder: Path) -> Path:
    """A protected sheet with lists to choose from, a filter, fixed panes and a picture; its structure is locked too."""
    path = save(folder / "a.xlsx", ("储备志愿者", [HEAD, *ROWS]))
    book = openpyxl.load_workbook(path)
    sheet = book["储备志愿者"]
    sheet.protection.set_password("secret")
    sheet.protection.enable()
    book.security = openpyxl.workbook.protection.WorkbookProtection(workbookPassword="secret", lockStructure=True)
    choice = DataValidation(type="list", formula1='"甲一,三江"')
    choice.add("D2:D500")
    sheet.add_data_validation(choice)
    sheet.auto_filter.ref, sheet.freeze_panes = "A1:D13", "A2"
    book.save(path)
    _with_picture(path)
    return path


def _with_picture(path: Path) -> None:
    """Put a drawing with a picture into the first sheet, as an office program does."""
    import zipfile

    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    drawing = (
        '<?xml version="1.0"?><xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:oneCellAnchor><xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff>'
        '<xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="9525" cy="9525"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="照片"/>'
        f'<xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip xmlns:r="{kind}" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
        '<xdr:spPr><a:prstGeom prst="rect"/></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>'
    )
    old = BytesIO(path.read_bytes())
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(path, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</worksheet>", f'<drawing xmlns:r="{kind}" r:id="rId1"/></worksheet>'.encode())
            if item.filename == "[Content_Types].xml":
                content = content.replace(b"</Types>", b'<Default Extension="png" ContentType="image/png"/><Override PartName="/xl/drawings/drawing1.xml" '
                                          b'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>')  # fmt: skip
            target.writestr(item, content)
        target.writestr("xl/worksheets/_rels/sheet1.xml.rels", link.format(f'<Relationship Id="rId1" Type="{kind}/drawing" Target="/xl/drawings/drawing1.xml"/>'))
        target.writestr("xl/drawings/drawing1.xml", drawing)
        target.writestr("xl/drawings/_rels/drawing1.xml.rels", link.format(f'<Relationship Id="rId1" Type="{kind}/image" Target="/xl/media/image1.png"/>'))
        target.writestr("xl/media/image1.png", picture())


def test_a_protected_workbook_with_pictures_and_choices_is_read(tmp_path):
    assert everybody(plan_of(decorated(tmp_path)))


def test_its_marked_copy_keeps_the_choices_and_the_filter(tmp_path):
    path = decorated(tmp_path)
    mark = {"储备志愿者": [[2, 3, "warning", "请核对", False]]}
    (name,) = marking.mark_all({"folder": str(tmp_path / "out"), "files": [{"path": str(path), "marks": mark}]})
    sheet = openpyxl.load_workbook(tmp_path / "out" / name)["储备志愿者"]
    assert sheet["C2"].comment is not None
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A1:D13", "A2")
    assert [str(v.sqref) for v in sheet.data_validations.dataValidation] == ["D2:D500"]


@pytest.mark.parametrize("text", ["<table", "<table><tr><td colspan=x rowspan=-1> ", "<td>x</td>", "<table></table></table><tr><td>"])
def test_a_page_that_is_none_raises_nothing_but_the_readers_own_error(tmp_path, text):
    (tmp_path / "a.xls").write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "a.xls")
    assert refused.value.code in {"page_without_table", "not_a_workbook"}

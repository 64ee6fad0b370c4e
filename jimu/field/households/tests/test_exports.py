"""One entry, many tables: an office's own template filled with its looks kept, nothing run as a formula, every table on record."""

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl.styles import Border, Font, PatternFill, Side

from jimu.core import jobs, permissions
from jimu.core.errors import Invalid, NotPermitted
from jimu.core.models import Job, JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households import actions, case_actions, case_queries, exporting, zone_actions
from jimu.field.households.export_rules import columns_of
from jimu.field.households.models import Contact, Resident, Room

from .conftest import AT, ID_NUMBER, Town, door, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(town: Town) -> dict[str, Room]:
    rooms = {"101": door(town, "1号楼", "101", "周桂英", phone="13800000001", id_number=ID_NUMBER, groups=["dialysis"], head=True)}
    rooms["102"] = door(town, "1号楼", "102", "吴刚", "郑和")
    rooms["201"] = door(town, "1号楼", "201")
    actions.edit_room(actor=SYSTEM, at=AT, room_id=rooms["102"].pk, seen=None, changes={"note": "=HYPERLINK(\"http://x\")", "kitchen": "东灶间"})
    return rooms


def template(folder: Path, header: list[str], *, foot: bool = False, free: int = 1) -> Path:
    """A table as an office sends it: a merged title, styled headers, one empty styled line, perhaps signatures below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "上报表"
    sheet["A1"] = "关于做好居民信息排查的统计表"
    sheet["A1"].font = Font(name="黑体", size=18, bold=True)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    for column, text in enumerate(header, 1):
        sheet.cell(2, column, text).fill = PatternFill("solid", start_color="FFDDEEFF")
        for line in range(3, 3 + free):
            sheet.cell(line, column).border = Border(bottom=Side(style="thin"))
    sheet.row_dimensions[3].height = 24
    sheet.column_dimensions["B"].width = 33
    if foot:
        sheet.cell(3 + free, 1, "填表人：")
        sheet.merge_cells(start_row=3 + free, start_column=1, end_row=3 + free, end_column=2)
    book.save(folder / "模板.xlsx")
    return folder / "模板.xlsx"


def filled(town: Town, path: Path, *, unit: str = "甲一居民区", which: str = "people", actor=SYSTEM):
    content = exporting.fill(actor=actor, at=AT, unit_id=town[unit].pk, path=path, which=which)
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_a_template_is_filled_in_its_own_order_and_keeps_its_looks(town: Town, ledger: dict[str, Room], tmp_path: Path) -> None:
    sheet = filled(town, template(tmp_path, ["序号", "联系电话", "居民姓名", "楼号", "房间号", "身份证号码", "核酸结果", "特殊人群"]))
    assert [cell.value for cell in sheet[3]] == [1, "13800000001", "周桂英", "1号楼", "101", ID_NUMBER, None, "血液透析"]
    assert [sheet.cell(line, 3).value for line in (4, 5)] == ["吴刚", "郑和"]
    assert (sheet["A1"].value, sheet["A1"].font.sz, str(sheet.merged_cells.ranges[0] if isinstance(sheet.merged_cells.ranges, list) else next(iter(sheet.merged_cells.ranges)))) == ("关于做好居民信息排查的统计表", 18, "A1:H1")
    assert sheet["A2"].fill.start_color.rgb == "FFDDEEFF"
    assert (sheet.column_dimensions["B"].width, sheet.row_dimensions[5].height, sheet["C5"].border.bottom.style) == (33, 24, "thin")
    assert (sheet["F3"].data_type, sheet["F3"].number_format) == ("s", "@")


def test_signatures_at_the_foot_move_down_with_their_merged_cells(town: Town, ledger: dict[str, Room], tmp_path: Path) -> None:
    sheet = filled(town, template(tmp_path, ["楼栋", "室号", "姓名"], foot=True))
    assert [sheet.cell(line, 3).value for line in (3, 4, 5)] == ["周桂英", "吴刚", "郑和"]
    assert sheet["A6"].value == "填表人："
    assert "A6:B6" in {span.coord for span in sheet.merged_cells.ranges}


def test_a_table_of_doors_has_a_line_for_each_door(town: Town, ledger: dict[str, Room], tmp_path: Path) -> None:
    sheet = filled(town, template(tmp_path, ["网格", "楼幢", "室号", "居住人数", "合用厨房"]), which="people")
    assert [[cell.value for cell in sheet[line]] for line in (3, 4, 5)] == [
        ["第1网格块", "1号楼", "101", 1, None], ["第1网格块", "1号楼", "102", 2, "东灶间"], ["第1网格块", "1号楼", "201", 0, None],
    ]  # fmt: skip


def test_nothing_from_the_ledger_runs_as_a_formula(town: Town, ledger: dict[str, Room], tmp_path: Path) -> None:
    sheet = filled(town, template(tmp_path, ["姓名", "室号", "备注"]))
    cell = sheet["C4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("http://x")', "s", True)
    _title, content = exporting.ready(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk, which="doors")
    book = openpyxl.load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for row in book.iter_rows() for cell in row if cell.value and str(cell.value).startswith("=")} == {"s"}


def test_headers_of_another_s_data_stay_empty() -> None:
    header = ["紧急联系人电话", "核酸日期", "签字", "家庭住址", "与户主关系", "年龄", "性别", "出生年月", "所属社区"]
    assert columns_of(header) == {3: "address", 4: "head", 5: "age", 6: "sex", 7: "birth_year", 8: "neighborhood"}


def test_headers_of_cases_contacts_and_zones_are_known_and_a_day_of_another_thing_is_not() -> None:
    header = ["姓名", "检出日期", "检出方式", "密接类型", "末次接触时间", "三区划分", "封控天数", "封控开始日期", "解封日期", "核酸检测日期", "采样时间", "隔离日期"]
    assert list(columns_of(header).items()) == [
        (4, "exposed_on"), (1, "case_on"), (2, "case_way"), (3, "contact"), (8, "zone_until"), (7, "zone_from"), (6, "zone_day"), (5, "zone"), (0, "name"),
    ]  # fmt: skip


def test_an_office_s_table_of_contacts_is_filled_from_the_register_for_who_may_read_of_health(town: Town, ledger: dict[str, Room], tmp_path: Path, monkeypatch) -> None:
    zone_actions.adopt_policy(actor=SYSTEM, at=AT, unit_id=town["和风街道"].pk, name="risk-areas-2022-06", effective_from=AT.date(), legal_basis="通告")
    people = {one.name: one for one in Resident.objects.all()}
    case = case_actions.record_case(actor=SYSTEM, at=AT, resident_id=people["周桂英"].pk, found_on=AT.date(), way="recheck", legal_basis="通告")
    confirmed = Contact.objects.get(case=case, resident_index=case_queries.index_of(people["吴刚"].pk))
    case_actions.judge(actor=SYSTEM, at=AT, case_id=case.pk, contact_ids=[confirmed.pk], confirm=True, kind="close")
    header = ["姓名", "密接类型", "末次接触时间", "检出日期", "检出方式", "三区划分", "封控天数", "解封日期"]

    def rows(which: str, actor=SYSTEM) -> list[list[object]]:
        sheet = filled(town, template(tmp_path, header), which=which, actor=actor)
        return [[str(cell.value)[:10] if cell.value is not None else None for cell in line] for line in sheet.iter_rows(min_row=3) if line[0].value]

    zone, end = ["高风险区", "1"], (AT.date() + timedelta(days=12)).isoformat()
    ill, close, only = ["周桂英", None, None, "2026-04-06", "混采阳性后复核", *zone, end], ["吴刚", "密接", "2026-04-06", None, None, *zone, end], ["郑和", *[None] * 4, *zone, end]
    secretary = town.actor("secretary", "甲一居民区")
    assert rows("people", secretary) == [ill, close, only]
    # A proposal that nobody confirmed is no contact.
    assert (rows("contacts", secretary), rows("cases", secretary)) == ([close], [ill])
    monkeypatch.setitem(permissions.rights(), "households.health", frozenset({"commander"}))
    assert rows("people", secretary) == [[row[0], *[None] * 4, *row[5:]] for row in (ill, close, only)]
    assert [code for code, _title in exporting.offered(secretary)] == ["people", "priority", "doors", "unsettled", "empty"]
    for which in ("cases", "contacts"):
        with pytest.raises(NotPermitted):
            rows(which, secretary)
        with pytest.raises(NotPermitted):
            exporting.ready(actor=secretary, at=AT, unit_id=town["甲一居民区"].pk, which=which)


@pytest.mark.parametrize("which", list(exporting.READY))
def test_ready_made_tables_carry_who_took_them(town: Town, ledger: dict[str, Room], which: str) -> None:
    actor = town.actor("secretary", "甲一居民区")
    _title, content = exporting.ready(actor=actor, at=AT, unit_id=town["甲一居民区"].pk, which=which)
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    assert actor.name in rows[0][0]
    assert len(rows) == 2 + {"people": 3, "priority": 1, "doors": 3, "unsettled": 3, "empty": 0, "cases": 0, "contacts": 0}[which]
    entry = JournalEntry.objects.get(verb="ledger.exported")
    assert entry.data["rows"] == len(rows) - 2
    assert "周桂英" not in str(entry.data)


def test_a_table_without_known_headers_and_one_too_long_are_refused(town: Town, ledger: dict[str, Room], tmp_path: Path, monkeypatch) -> None:
    with pytest.raises(Invalid) as none:
        filled(town, template(tmp_path, ["甲", "乙", "丙"]))
    assert none.value.code == "no_header"
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    with pytest.raises(Invalid) as long:
        filled(town, template(tmp_path, ["楼栋", "室号", "姓名"]))
    assert long.value.code == "too_many_rows"
    assert not JournalEntry.objects.filter(verb="ledger.exported").exists()


def test_who_may_not_export_does_not(town: Town, ledger: dict[str, Room], tmp_path: Path) -> None:
    with pytest.raises(NotPermitted):
        filled(town, template(tmp_path, ["楼栋", "室号", "姓名"]), actor=town.actor("block_leader", "第1网格块"), unit="第1网格块")
    assert town.client("building_leader", "1号楼").get(reverse("households:export")).status_code == 403


def test_the_page_shows_what_it_knows_and_gives_the_file_back(town: Town, ledger: dict[str, Room], tmp_path: Path) -> None:
    client, address = town.client("secretary", "甲一居民区"), reverse("households:export")
    assert client.get(address).status_code == 200

    def sent(do: str) -> dict[str, object]:
        path = template(tmp_path, ["楼栋", "室号", "姓名", "血型"])
        return {"unit": town["甲一居民区"].pk, "which": "people", "do": do, "file": SimpleUploadedFile("上报.xlsx", path.read_bytes())}

    looked = client.post(address, sent("look")).content.decode()
    assert "姓名 ← 姓名" in looked
    assert "血型" in looked
    answer = client.post(address, sent("fill"))
    assert "attachment" in answer["Content-Disposition"]
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).active["C3"].value == "周桂英"
    assert client.post(address, {**sent("fill"), "file": SimpleUploadedFile("a.exe", b"MZ")}).status_code == 422
    assert client.post(address, {**sent("ready"), "which": "priority"})["Content-Type"].startswith("application/vnd")
    assert client.post(address, {**sent("fill"), "unit": town["乙一居民区"].pk}).status_code == 422


def test_an_import_gives_the_workbook_back_with_its_rows_marked(town: Town, tmp_path: Path, settings) -> None:
    settings.JIMU_HOME = tmp_path
    path = workbook(tmp_path, ["楼号", "室号", "姓名", "电话"], ["1号楼", "101", "周桂英", "13800000001"], ["9号楼", "101", "吴刚", ""], ["1号楼", "102", "郑和", "138"])
    client = town.client("secretary", "甲一居民区")
    page = client.post(reverse("households:import"), {"unit": town["甲一居民区"].pk, "files": [SimpleUploadedFile("台账.xlsx", path.read_bytes())], "trial": ""})["Location"]
    jobs.execute(str(Job.objects.get().pk))
    assert "标注好的表" in client.get(page).content.decode()
    marked = reverse("households:marked", args=[Job.objects.get().pk, 1])
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(marked).content)).active
    assert "您的范围里没有这栋楼" in sheet["A3"].comment.text
    assert sheet["D4"].comment is not None
    assert sheet["A2"].comment is None
    assert town.client("secretary", "甲一居民区").get(marked).status_code == 404
    assert client.get(marked.replace("/1/", "/2/")).status_code == 404
    assert Resident.objects.count() == 2

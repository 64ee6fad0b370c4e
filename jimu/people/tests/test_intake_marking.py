"""The workbook that comes back: the same cells, coloured, with a note in each, and nothing that calculates."""

import stat
from datetime import date

import openpyxl
import pytest
import xlwt

from jimu.people.intake import marking
from jimu.people.intake.plan import make_plan
from jimu.people.intake_files import Marker
from jimu.people.tests.offices import phone_of, save

TODAY = date(2022, 4, 1)
ROWS = [["志愿者名单"], ["序号", "姓名", "手机", "备注"], [1, "王建国", phone_of(1), "=cmd|' /C calc'!A0"], [2, "李秀英", "199", None], [3, None, phone_of(3), "+1"]]


def mark(path, folder):
    plan = make_plan([path], today=TODAY)
    names = marking.mark_all({"folder": str(folder), "files": list(marking.tasks([path], plan.problems))})
    return plan, [folder / name for name in names]


def notes(path):
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def test_each_problem_is_a_note_in_its_cell(tmp_path):
    path = save(tmp_path / "名单.xlsx", ("志愿者", ROWS), ("别的", [["与此无关"]]), merges=["A1:D1"])
    plan, (copy,) = mark(path, tmp_path / "out")
    assert {(p.row, p.code) for p in plan.problems if p.row} == {(4, "phone_length"), (4, "no_contact"), (5, "no_name")}
    found = notes(copy)
    assert set(found) == {("志愿者", "C4"), ("志愿者", "B5"), ("别的", "A1")}
    assert "位数不对" in found["志愿者", "C4"]
    assert "这一行没有收" in found["志愿者", "C4"]
    sheet = openpyxl.load_workbook(copy)["志愿者"]
    assert sheet["C4"].fill.start_color.rgb == marking.FILLS["refused"].start_color.rgb
    assert sheet["B3"].fill.fill_type is None
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [[c.value for c in row] for row in openpyxl.load_workbook(path)["志愿者"].iter_rows()]
    assert [str(m) for m in sheet.merged_cells.ranges] == ["A1:D1"]


def test_only_its_owner_can_read_it(tmp_path):
    _plan, (copy,) = mark(save(tmp_path / "名单.xlsx", ("志愿者", ROWS)), tmp_path / "out")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700


def test_a_file_without_problems_does_not_come_back(tmp_path):
    assert mark(save(tmp_path / "名单.xlsx", ("志愿者", ROWS[:3])), tmp_path / "out")[1] == []


def test_a_note_that_was_there_stays(tmp_path):
    path = save(tmp_path / "名单.xlsx", ("志愿者", ROWS))
    book = openpyxl.load_workbook(path)
    book["志愿者"]["C4"].comment = openpyxl.comments.Comment("老王说的", "李")
    book.save(path)
    _plan, (copy,) = mark(path, tmp_path / "out")
    assert notes(copy)["志愿者", "C4"].startswith("老王说的\n")


def test_a_formula_in_place_of_a_name_comes_back_as_words(tmp_path):
    rows = [["姓名", "手机"], ['=HYPERLINK("http://example.invalid","点我")', phone_of(1)], ["李秀英", phone_of(2)], ["陈静", phone_of(3)]]
    _plan, (copy,) = mark(save(tmp_path / "名单.xlsx", ("志愿者", rows)), tmp_path / "out")
    cell = openpyxl.load_workbook(copy)["志愿者"]["A2"]
    assert (cell.data_type, cell.value[:10]) == ("s", "=HYPERLINK")


def _csv(folder):
    path = folder / "名单.csv"
    path.write_text("\n".join(",".join("" if v is None else str(v) for v in row) for row in ROWS[1:]), encoding="gb18030")
    return path, {"C3", "B4"}, "名单"


def _chain(folder):
    path = folder / "接龙.txt"
    path.write_text(f"#接龙\n1. 王建国 {phone_of(1)} =1+1\n2. 李秀英\n", encoding="utf-8")
    return path, {"A3"}, "接龙"


def _old(folder):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("志愿者")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(str(folder / "名单.xls"))
    return folder / "名单.xls", {"C4", "B5"}, "志愿者"


@pytest.mark.parametrize("make", [_csv, _chain, _old])
def test_what_is_no_xlsx_comes_back_as_one_without_anything_that_calculates(tmp_path, make):
    path, cells, title = make(tmp_path)
    _plan, (copy,) = mark(path, tmp_path / "out")
    assert copy.name == f"{path.stem}（已标注）.xlsx"
    assert set(notes(copy)) == {(title, cell) for cell in cells}
    for row in openpyxl.load_workbook(copy)[title].iter_rows():
        assert all(cell.data_type != "f" for cell in row)


def test_a_marked_workbook_can_be_handed_in_again(tmp_path):
    plan, (copy,) = mark(save(tmp_path / "名单.xlsx", ("志愿者", ROWS)), tmp_path / "out")
    again = make_plan([copy], today=TODAY)
    assert [(p.row, p.column, p.code) for p in again.problems] == [(p.row, p.column, p.code) for p in plan.problems]


def test_two_files_of_one_name_do_not_overwrite_each_other(tmp_path):
    paths = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        paths.append(save(tmp_path / name / "名单.xlsx", ("志愿者", ROWS)))
    plan = make_plan(paths, today=TODAY)
    names = marking.mark_all({"folder": str(tmp_path / "out"), "files": list(marking.tasks(paths, plan.problems))})
    assert len(set(names)) == 2


def test_it_runs_in_a_process_beside_the_intake(tmp_path):
    path = save(tmp_path / "名单.xlsx", ("志愿者", ROWS))
    marker = Marker(tmp_path / "out")
    marker.start(make_plan([path], today=TODAY))
    (copy,) = marker.wait()
    assert set(notes(copy)) == {("志愿者", "C4"), ("志愿者", "B5")}


def test_giving_up_leaves_nothing_but_never_removes_somebodys_own_folder(tmp_path):
    path = save(tmp_path / "名单.xlsx", ("志愿者", ROWS))
    own = tmp_path / "own"
    own.mkdir()
    (own / "信.txt").write_text("别删")
    for folder in (own, tmp_path / "ours"):
        marker = Marker(folder)
        marker.start(make_plan([path], today=TODAY))
        marker.stop()
    assert (own / "信.txt").exists()
    assert not (tmp_path / "ours").exists()

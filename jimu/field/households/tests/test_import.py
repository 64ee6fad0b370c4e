"""Ledgers as committees keep them, read into rooms and residents."""

from pathlib import Path

import pytest
from django.db import connection

from jimu.core.errors import NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.field.households.models import Change, Resident, Room

from .conftest import ID_NUMBER, OTHER_ID, Town, living, room, taken, workbook

HEADER = ["楼栋", "室号", "楼层", "姓名", "联系电话", "身份证号码", "与户主关系", "重点人群", "合用厨房", "备注"]
ROWS = (
    ["1号楼", "101室", 1, "周桂英", "13800000001", ID_NUMBER, "户主", "独居老人、透析", "东灶间", ""],
    ["1号楼", "102", 1, "吴刚", "13800000002", "", "户主", "", "东灶间", "狗"],
    ["1幢", "102", 1, "吴小妹", "", "", "女儿", "", "", ""],
    ["2号", "1102", "", "郑和", "", "", "", "", "", ""],
)


def test_rooms_residents_and_shared_kitchens_come_from_a_workbook(town: Town, tmp_path: Path) -> None:
    outcome = taken(town, workbook(tmp_path, ["甲一居民区住户台账"], HEADER, *ROWS))
    assert (outcome.rooms, outcome.residents, outcome.reading.problems) == (3, 4, [])
    first = room(town, "1号楼", "101")
    resident = first.residents.get()
    assert (resident.name, resident.masked_phone, resident.head, resident.priority, resident.birth_year) == ("周桂英", "138****0001", True, True, 1985)
    assert (resident.groups, first.kitchen, first.floor) == (["elder_alone", "dialysis"], "东灶间", 1)
    assert living(room(town, "1号楼", "102")) == ["吴刚", "吴小妹"]
    assert room(town, "2号楼", "1102").floor == 11
    assert JournalEntry.objects.get(verb="ledger.imported").data == {"rooms": 3, "residents": 4, "changed": 0, "refused": 0}


def test_nothing_personal_lies_in_the_open(town: Town, tmp_path: Path) -> None:
    taken(town, workbook(tmp_path, HEADER, *ROWS))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM households_resident")
        told = str(cursor.fetchall())
    assert not [secret for secret in ("周桂英", "13800000001", ID_NUMBER, "dialysis") if secret in told]


def test_the_same_list_again_changes_nothing_and_a_newer_one_says_what_it_changed(town: Town, tmp_path: Path) -> None:
    taken(town, workbook(tmp_path, HEADER, *ROWS))
    again = taken(town, workbook(tmp_path, HEADER, *ROWS))
    assert (again.rooms, again.residents, again.changed, again.same, Change.objects.count()) == (0, 0, 0, 4, 0)
    newer = [["1号楼", "101", "", "周桂英", "13900000009", "", "", "", "西灶间", ""]]
    changed = taken(town, workbook(tmp_path, HEADER, *newer))
    assert (changed.rooms, changed.residents, changed.changed) == (0, 0, 2)
    assert sorted(Change.objects.values_list("field", flat=True)) == ["kitchen", "phone"]
    # What the newer list does not say is not blanked.
    assert Resident.objects.get(room=room(town, "1号楼", "101")).groups == ["elder_alone", "dialysis"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["姓名", "手机", "地址"], ["周桂英", "13800000001", "1号楼101室"]),
        (["姓名", "手机", "家庭住址"], ["周桂英", "13800000001", "甲一小区1号101"]),
        (["手机", "姓名", "房号", "单元", "幢"], ["13800000001", "周桂英", "101", "", "1幢"]),
        # The column that names the door is known by what it holds.
        (["姓名", "手机", "哪里"], ["周桂英", "13800000001", "1号101室"]),
        (["姓名", "手机", "门牌"], ["周桂英", "13800000001", "1-101"]),
    ],
)
def test_columns_are_known_by_name_and_by_content(town: Town, tmp_path: Path, header: list[str], row: list[str]) -> None:
    outcome = taken(town, workbook(tmp_path, header, row, ["吴刚", *row[1:]] if header[0] == "姓名" else row))
    assert outcome.reading.problems == []
    assert "周桂英" in living(room(town, "1号楼", "101"))


def test_a_room_written_once_for_a_whole_household_holds_for_the_rows_below(town: Town, tmp_path: Path) -> None:
    rows = [["1号楼", "101", "周桂英", "13800000001"], [None, None, "吴刚", ""], [None, "102", "郑和", ""]]
    taken(town, workbook(tmp_path, ["楼号", "室号", "姓名", "电话"], *rows, merged="A2:A4"))
    assert (living(room(town, "1号楼", "101")), living(room(town, "1号楼", "102"))) == (["吴刚", "周桂英"], ["郑和"])


def test_rows_that_cannot_be_taken_are_said_in_a_sentence_each(town: Town, tmp_path: Path) -> None:
    rows = [
        ["99号楼", "101", "", "周桂英", "", "", "", "", "", ""],
        ["1号楼", "", "", "吴刚", "", "", "", "", "", ""],
        ["1号楼", "103", "", "12345", "", "", "", "", "", ""],
        ["1号楼", "104", "", "郑和", "", ID_NUMBER, "", "", "", ""],
        ["1号楼", "105", "", "郑和", "", ID_NUMBER, "", "", "", ""],
        ["1号楼", "106", "", "王大", "138", "", "", "", "", ""],
    ]
    outcome = taken(town, workbook(tmp_path, HEADER, ROWS[1], *rows))
    said = {(p.row, p.code, p.severity) for p in outcome.reading.problems}
    assert said == {
        (3, "unknown_building", "refused"), (4, "no_room", "refused"), (5, "bad_name", "refused"), (7, "elsewhere", "refused"), (8, "phone_length", "warning"),
    }  # fmt: skip
    assert outcome.reading.refused == 4
    assert not any("郑和" in p.message or ID_NUMBER in p.message for p in outcome.reading.problems)


def test_two_namesakes_with_numbers_of_their_own_are_two_people(town: Town, tmp_path: Path) -> None:
    rows = [["1号楼", "101", "", "郑和", "", number, "", "", "", ""] for number in (ID_NUMBER, OTHER_ID, ID_NUMBER)]
    assert taken(town, workbook(tmp_path, HEADER, *rows)).residents == 2


def test_an_empty_flat_is_a_room_without_anybody(town: Town, tmp_path: Path) -> None:
    taken(town, workbook(tmp_path, HEADER, ROWS[0], ["1号楼", "201", "", "", "", "", "", "", "", "空置"], ["1号楼", "202", "", "", "", "", "", "", "", ""]))
    assert [room(town, "1号楼", n).state for n in ("201", "202")] == [Room.State.EMPTY, Room.State.LISTED]


def test_a_trial_writes_nothing(town: Town, tmp_path: Path) -> None:
    outcome = taken(town, workbook(tmp_path, HEADER, *ROWS), dry_run=True)
    assert (outcome.residents, Resident.objects.count(), Room.objects.count(), JournalEntry.objects.filter(verb="ledger.imported").count()) == (4, 0, 0, 0)


def test_an_import_stays_within_the_own_neighborhood(town: Town, tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, *ROWS)
    own, other, leader = town.actor("secretary", "甲一居民区"), town.actor("secretary", "乙一居民区"), town.actor("building_leader", "1号楼")
    with pytest.raises(NotFound):
        taken(town, path, actor=other)
    with pytest.raises(NotPermitted):
        taken(town, path, actor=leader, unit="1号楼")
    assert taken(town, path, actor=own).residents == 4


def test_a_file_without_doors_says_so(town: Town, tmp_path: Path) -> None:
    outcome = taken(town, workbook(tmp_path, ["姓名", "电话"], ["周桂英", "13800000001"]))
    assert [p.code for p in outcome.reading.problems] == ["no_doors"]

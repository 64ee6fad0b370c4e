"""The list of transfers as a table: how far, who was left with whom, whose signatures, the way back. Names masked, never why, on record."""

import io

import openpyxl
import pytest
from django.test import Client

from jimu.core.commands import run
from jimu.core.errors import NotPermitted
from jimu.core.models import JournalEntry
from jimu.field.transfer import acting, report_file
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Why

from .conftest import AT, HOUR, Lane, fresh, left

pytestmark = pytest.mark.django_db
PAGE = "/transfer/list.xlsx"
NAME, OTHER = "安甲户", "安父亲"


def read(content: bytes) -> dict[str, list[list[object]]]:
    return {sheet.title: [list(row) for row in sheet.values] for sheet in openpyxl.load_workbook(io.BytesIO(content))}


def test_the_list_says_how_far_who_is_left_and_who_signed(lane: Lane) -> None:
    gone = lane.gone(NAME, "positive", given=(LeftGiven("pet", "=一只猫"),))
    lane.cared(left(gone))
    gone = lane.act(fresh(gone), "hand", lane.escort, at=AT + HOUR, receiver="吴护士", papers=True)
    listed = lane.listed(OTHER)
    book = read(report_file.workbook(lane.secretary, None, AT + HOUR))
    rows = {row[1]: row for row in book["名单"][2:] if row[3] == "已交接"}
    (row,) = rows.values()
    assert row[3:7] == ["已交接", 1, "沪A12345", "示例隔离酒店"]
    assert row[9] == "吴护士"
    assert [one[4] for one in book["名单"][2:] if one[3] == "待电话告知"] == ["还没问"]
    (pet,) = book["家里留下"][2:]
    assert (pet[2], pet[3], pet[4]) == ("宠物", "=一只猫", "安照看")
    signed = [(one[2], one[4]) for one in book["签字"][2:]]
    assert signed == [("电话告知，同意", "安书记"), ("准备好了", "安书记"), ("上车", "安陪护"), ("到达交接", "安陪护")]
    assert not [words for words in (NAME, listed.name, *(str(one.label) for one in Why)) if words in str(book)]
    assert JournalEntry.objects.get(verb="transfer.exported").data == {"n": 2}


def test_what_was_undone_is_no_signature(lane: Lane) -> None:
    one = lane.act(lane.listed(NAME), "told")
    assert len(read(report_file.workbook(lane.secretary, None, AT))["签字"][2:]) == 1
    acting.undo(actor=lane.secretary, at=AT, transfer_id=one.pk)
    assert read(report_file.workbook(lane.secretary, None, AT))["签字"][2:] == []


def test_only_who_manages_takes_it(lane: Lane, tmp_path) -> None:
    lane.listed(NAME)
    desk, leader, elsewhere = lane.client(lane.secretary), lane.client(lane.building_leader), lane.town.client("secretary", "乙一居民区")
    assert PAGE in desk.get("/transfer/").content.decode()
    assert PAGE not in leader.get("/transfer/").content.decode()
    assert [leader.post(PAGE).status_code, lane.client(lane.lead).post(PAGE).status_code, desk.get(PAGE).status_code, Client().post(PAGE).status_code] == [403, 403, 405, 302]
    assert [len(read(one.post(PAGE).content)["名单"][2:]) for one in (desk, elsewhere)] == [1, 0]
    file = tmp_path / "list.xlsx"
    assert run(["transfer", "report", str(file), "--unit", "甲一居民区"]) == 0
    assert read(file.read_bytes())["名单"][1:] == read(desk.post("/api/v1" + PAGE).content)["名单"][1:]
    with pytest.raises(NotPermitted):
        report_file.workbook(lane.lead, None, AT)


def test_what_people_typed_is_no_formula(lane: Lane) -> None:
    lane.gone(NAME, given=(LeftGiven("pet", "=一只猫"),))
    sheet = openpyxl.load_workbook(io.BytesIO(report_file.workbook(lane.secretary, None, AT)))["家里留下"]
    assert (sheet["D3"].value, sheet["D3"].data_type, sheet["D3"].quotePrefix) == ("=一只猫", "s", True)

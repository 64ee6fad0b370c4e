"""Tables of medicine that go upwards: money by hospital, trip and bag; cards and cash by hand. No drug, no name, no door beside a hospital."""

import io

import openpyxl
import pytest
from django.test import Client

from jimu.core.commands import run
from jimu.core.errors import NotPermitted
from jimu.core.models import JournalEntry
from jimu.field.medicine import report_file
from jimu.field.medicine.models import Hospital, Order

from .conftest import AT, DRUG, PHONE, Desk

pytestmark = pytest.mark.django_db
SETTLED, HELD = "/medicine/settlement.xlsx", "/medicine/custody.xlsx"
HIDDEN = (DRUG, "安病人", PHONE, "某某制药")


def read(content: bytes) -> dict[str, list[list[object]]]:
    return {sheet.title: [list(row) for row in sheet.values] for sheet in openpyxl.load_workbook(io.BytesIO(content))}


def test_money_is_summed_by_hospital_trip_and_bag_without_a_drug_or_a_door(desk: Desk) -> None:
    desk.fetched(cash=2000, total=5000, insurance=4000)
    desk.fetched(room="601室", name="吴病人", total=3050, insurance=3000)
    book = read(report_file.settlement_book(desk.secretary, None, AT))
    assert book["各医院"][1] == ["医院", "批次", "单数", "总费用", "医保支付", "自付", "收的现金", "医院退款", "已找还", "应找还"]
    assert book["各医院"][2:] == [["区中心医院", 2, 2, 80.5, 70, 10.5, 20, 0, 0, 9.5], ["合计", 2, 2, 80.5, 70, 10.5, 20, 0, 0, 9.5]]
    assert [row[2:3] + row[5:7] for row in book["各批次"][2:]] == [[1, 1, 50], [2, 1, 30.5]]
    assert [row[2:5] + row[-1:] for row in book["各药袋"][2:]] == [["001", "待核对", 50, 10], ["002", "待核对", 30.5, -0.5]]
    assert not [words for words in (*HIDDEN, "502", "601", "1号楼", "普通窗口") if words in str(book)]


def test_a_cancelled_order_costs_nothing_and_another_neighborhood_is_not_in_it(desk: Desk) -> None:
    order = desk.collected()
    desk.trip(order)
    assert len(read(report_file.settlement_book(desk.secretary, None, AT))["各药袋"][2:]) == 1
    Order.objects.update(state=Order.State.CANCELLED)
    assert read(report_file.settlement_book(desk.secretary, None, AT))["各药袋"][2:] == []
    assert read(report_file.settlement_book(desk.town.actor("secretary", "乙一居民区"), None, AT))["各批次"][2:] == []


def test_cards_and_money_stand_by_who_answers_for_them_on_record(desk: Desk) -> None:
    desk.collected(cash=2000)
    desk.collected(room="601室", name="吴病人")
    book = read(report_file.custody_book(desk.secretary, None, AT))
    assert book["按人"][2:] == [["安跑腿", 2, 2, 20, 0, 0, 0], ["合计", 2, 2, 20, 0, 0, 0]]
    assert sorted((row[1], row[2]) for row in book["每一件"][2:] if row[1] == "现金") == [("现金", 20)]
    assert not [words for words in (*HIDDEN, "区中心医院") if words in str(book)]
    entry = JournalEntry.objects.get(verb="medicine.custody_exported")
    assert entry.data == {"n": 5}


def test_only_who_manages_takes_them(desk: Desk, tmp_path) -> None:
    desk.fetched(cash=2000)
    secretary, runner, elsewhere = desk.client(desk.secretary), desk.client(desk.runner), desk.town.client("secretary", "乙一居民区")
    leader = desk.town.client("building_leader", "1号楼")
    assert SETTLED in secretary.get("/medicine/trips/").content.decode()
    assert SETTLED not in runner.get("/medicine/trips/").content.decode()
    assert HELD in secretary.get("/medicine/hands/").content.decode()
    assert HELD not in leader.get("/medicine/hands/").content.decode()
    assert [one.get(SETTLED).status_code for one in (runner, leader, Client())] == [403, 403, 302]
    assert [one.post(HELD).status_code for one in (runner, leader)] == [403, 403]
    assert secretary.get(HELD).status_code == 405
    assert [len(read(one.post(HELD).content)["每一件"]) for one in (secretary, elsewhere)] == [5, 2]
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    assert [run(["medicine", "report", which, str(file), "--unit", "甲一居民区"]) for which, file in zip(("settlement", "custody"), files, strict=True)] == [0, 0]
    over_api = secretary.get("/api/v1" + SETTLED).content
    assert read(secretary.get(SETTLED).content)["各药袋"] == read(over_api)["各药袋"]
    assert read(files[0].read_bytes())["各药袋"][1:] == read(over_api)["各药袋"][1:]
    assert read(files[1].read_bytes())["按人"][1:] == read(secretary.post("/api/v1" + HELD).content)["按人"][1:]
    with pytest.raises(NotPermitted):
        report_file.custody_book(desk.runner, None, AT)


def test_a_hospital_s_name_is_no_formula(desk: Desk) -> None:
    Hospital.objects.update(name="=1+1")
    desk.fetched()
    sheet = openpyxl.load_workbook(io.BytesIO(report_file.settlement_book(desk.secretary, None, AT)))["各医院"]
    assert (sheet["A3"].value, sheet["A3"].data_type, sheet["A3"].quotePrefix) == ("=1+1", "s", True)

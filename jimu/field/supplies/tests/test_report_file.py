"""Tables of goods that go upwards: what came in is what went out and is left; each building's signature; no name of a resident."""

import io

import openpyxl
import pytest
from django.test import Client

from jimu.core.commands import run
from jimu.core.errors import NotFound, NotPermitted
from jimu.core.permissions import SYSTEM
from jimu.field.supplies import handing, receiving, report_file
from jimu.field.supplies.models import Plan

from .conftest import AT, LATER, Store

pytestmark = pytest.mark.django_db
STOCK = "/supplies/report.xlsx"


def read(content: bytes) -> dict[str, list[list[object]]]:
    return {sheet.title: [list(row) for row in sheet.values] for sheet in openpyxl.load_workbook(io.BytesIO(content))}


@pytest.fixture
def given(store: Store) -> Plan:
    """Of 100 bags 3 left for 1号楼, 2 were counted, 1 is at its door; 4 more were written off; and a private gift."""
    lot = store.lot(100)
    plan = store.plan(lot)
    handing.sign(actor=store.first, at=LATER, consignment_id=store.issue(plan, "1号楼", 3).pk, counted=2, note="=少一袋")
    store.deliver(plan, "1-101")
    receiving.correct(actor=SYSTEM, at=LATER, lot_id=lot.pk, how="lost", number=4, note="破")
    store.lot(5, "口罩", source="donation", giver="陈某某", person=True, measure="盒")
    return plan


def test_what_came_in_is_what_went_out_and_is_left(store: Store, given: Plan) -> None:
    rows = report_file.stock(store.secretary, None, LATER)
    assert rows == [["甲一居民区", "口罩", "盒", 5, 0, 0, 0, 0, 0, 0, 5], ["甲一居民区", "蔬菜包", "袋", 100, 1, 1, 0, 0, 0, 5, 93]]
    assert all(row[3] == sum(row[4:]) for row in rows)
    book = read(report_file.stock_book(store.secretary, None, LATER))
    assert book["按物资"][1] == ["库", "物资", "单位", "收到", "已发到户", "楼里待送", "路上", "已调出", "已退回来处", "缺损", "结存"]
    assert book["按物资"][2:] == rows
    assert [(row[2], row[6]) for row in book["每一批"][2:]] == [("口罩", "个人"), ("蔬菜包", None)]
    assert "陈某某" not in str(book)


def test_lots_of_one_item_stand_in_one_row_and_another_measure_in_its_own(store: Store) -> None:
    for _n in range(2):
        store.lot(3)
    store.lot(3, measure="箱")
    assert [row[1:4] for row in report_file.stock(store.secretary, None, LATER)] == [["蔬菜包", "箱", 3], ["蔬菜包", "袋", 6]]


def test_a_plan_s_buildings_signatures_and_doors(store: Store, given: Plan) -> None:
    book = read(report_file.plan_book(store.secretary, given.pk, LATER))
    assert book["各楼"][2:] == [["1号楼", 3, 1, 3, 3, 2, -1, 1, 1], ["2号楼", 2, 0, 2, 0, 0, 0, 0, 0], ["合计", 5, 1, 5, 3, 2, -1, 1, 1]]
    (signed,) = book["签收"][2:]
    assert signed[3:6] == [3, 2, -1]
    assert [(row[2], row[3], row[4], row[5]) for row in book["各户"][2:5]] == [("101", 1, 1, "已放门口"), ("201", 1, 0, None), ("301", 1, 0, None)]
    assert "某人" not in str(book)


def test_what_people_typed_is_no_formula(store: Store, given: Plan) -> None:
    store.lot(1, "=HYPERLINK(1)", giver="@上级")
    for content in (report_file.stock_book(store.secretary, None, LATER), report_file.plan_book(store.secretary, given.pk, LATER)):
        cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet for cell in row if isinstance(cell.value, str) and cell.value.startswith(("=", "@"))]
        assert cells
        assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_pages_api_and_command_give_the_same_table_of_one_s_part(store: Store, given: Plan, tmp_path) -> None:
    desk, elsewhere, plan = store.client(store.secretary), store.town.client("secretary", "乙一居民区"), f"/supplies/plans/{given.pk}/report.xlsx"
    assert STOCK in desk.get("/supplies/").content.decode()
    assert plan in desk.get(f"/supplies/plans/{given.pk}/").content.decode()
    file, other = tmp_path / "stock.xlsx", tmp_path / "plan.xlsx"
    assert (run(["supplies", "report", str(file), "--unit", "甲一居民区"]), run(["supplies", "report", str(other), "--plan", str(given.pk)])) == (0, 0)
    page = desk.get(STOCK)
    assert (page["Content-Disposition"][:10], page["Cache-Control"]) == ("attachment", "no-store")
    assert read(page.content)["按物资"][1:] == read(file.read_bytes())["按物资"][1:] == read(desk.get("/api/v1" + STOCK).content)["按物资"][1:]
    assert read(desk.get(plan).content)["各楼"][1:] == read(other.read_bytes())["各楼"][1:] == read(desk.get("/api/v1" + plan).content)["各楼"][1:]
    assert read(elsewhere.get(STOCK).content)["按物资"][2:] == []
    assert [elsewhere.get(one).status_code for one in (plan, "/api/v1" + plan)] == [404, 404]
    assert [store.client(store.first).get(STOCK).status_code, Client().get(STOCK).status_code] == [403, 302]
    with pytest.raises(NotPermitted):
        report_file.stock_book(store.first, None, AT)
    with pytest.raises(NotFound):
        report_file.plan_book(store.town.actor("secretary", "乙一居民区"), given.pk, AT)

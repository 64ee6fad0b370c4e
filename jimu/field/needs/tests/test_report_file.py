"""The table of needs that goes upwards counts them by class, of each reader's part, and tells of nobody."""

import io

import openpyxl
import pytest
from django.test import Client

from jimu.core.commands import run
from jimu.field.needs import acting, report_file

from .conftest import AT, PHONE, Ward

pytestmark = pytest.mark.django_db
PAGE = "/needs/report.xlsx"


def read(content: bytes) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.values]


@pytest.fixture
def told(ward: Ward) -> Ward:
    """Of food one need waits and one is done, another kind was confirmed."""
    ward.need(room="101")
    ward.done()
    solved = ward.done("repair")
    ward.say(solved, "confirm", ward.finder)
    return ward


def test_each_class_stands_with_what_waits_is_late_and_is_solved(told: Ward) -> None:
    need = told.given_to(told.need(room="201"), told.hand)
    acting.accept(actor=told.hand, at=AT, need_id=need.pk)
    rows = dict(report_file.rows_of(told.secretary, None, AT))
    assert sorted(rows.values()) == [[1, 0, 0, 0, 1, 0], [3, 2, 0, 1, 0, 0]]
    late = dict(report_file.rows_of(told.secretary, None, need.due_at + (need.due_at - AT)))
    assert max(late.values()) == [3, 2, 2, 1, 0, 0]
    table = read(report_file.workbook(told.secretary, None, AT))
    assert table[1] == ["类别", "收到", "在办", "其中超时", "已办，等居民确认", "居民确认办好", "未同意、并入或撤回"]
    assert table[-1] == ["合计", 4, 2, 0, 1, 1, 0]
    assert not any(words in str(table) for words in (PHONE, "201", "没有米"))


def test_a_class_that_few_may_read_is_named_to_others_only_as_such(told: Ward) -> None:
    told.need("support")
    block = [words for words, _figures in report_file.rows_of(told.lead, None, AT)]
    assert "专人办理的诉求" in block
    assert "专人办理的诉求" not in [words for words, _figures in report_file.rows_of(told.secretary, None, AT)]
    assert len(block) == 3


def test_the_page_the_api_and_the_command_give_the_same_table_of_one_s_part(told: Ward, tmp_path) -> None:
    secretary, elsewhere = told.client(told.secretary), told.town.client("secretary", "乙一居民区")
    assert PAGE in secretary.get("/needs/").content.decode()
    page = secretary.get(PAGE)
    assert page["Content-Disposition"].startswith("attachment")
    file = tmp_path / "needs.xlsx"
    assert run(["needs", "report", str(file), "--unit", "甲一居民区"]) == 0
    tables = [read(content)[1:] for content in (page.content, secretary.get("/api/v1/needs/report.xlsx").content, file.read_bytes())]
    assert tables[0] == tables[1] == tables[2]
    assert tables[0][-1][:2] == ["合计", 3]
    assert read(elsewhere.get(PAGE).content)[2:] == [["合计", 0, 0, 0, 0, 0, 0]]
    far = f"{PAGE}?unit={told.town['甲一居民区'].pk}"
    assert (elsewhere.get(far).status_code, told.client(told.other).get(PAGE).status_code, Client().get(PAGE).status_code) == (404, 403, 302)

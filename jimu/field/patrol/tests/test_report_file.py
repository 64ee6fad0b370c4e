"""A day at the gates as a table: figures by gate, passes that held, visits by time. No name, no plate, no number that opens a gate."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import Invalid, NotPermitted
from jimu.core.permissions import SYSTEM
from jimu.field.patrol import actions, report_file
from jimu.field.patrol.models import Crossing, Gate

from .conftest import Watch

pytestmark = pytest.mark.django_db
PAGE = "/patrol/day.xlsx"


def read(content: bytes) -> dict[str, list[list[object]]]:
    return {sheet.title: [list(row) for row in sheet.values] for sheet in openpyxl.load_workbook(io.BytesIO(content))}


@pytest.fixture
def crossed(watch: Watch) -> str:
    """Out and in with a pass, a visitor in and one turned away, a vehicle of yesterday; the pass's number."""
    card = watch.card()
    watch.cross(card.number)
    watch.cross(card.number, "in")
    watch.cross(way="in", what="visitor", who="吴访客")
    watch.cross(way="in", what="visitor", who="郑访客", result="turned")
    watch.cross(way="in", what="vehicle", who="沪A00001")
    Crossing.objects.filter(what="vehicle").update(at=clock.now() - timedelta(days=1))
    return str(card.number)


def test_a_day_is_counted_gate_by_gate_and_names_nobody(watch: Watch, crossed: str) -> None:
    book = read(report_file.workbook(watch.secretary, None, clock.today(), clock.now()))
    assert book["各卡口"][1] == ["位置", "卡口", "进", "出", "劝回", "凭证出入", "来访", "车辆", "就医"]
    assert book["各卡口"][2:] == [["甲一居民区", "北门", 2, 1, 1, 2, 1, 0, 0], ["合计", None, 2, 1, 1, 2, 1, 0, 0]]
    (card,) = book["凭证"][2:]
    assert (card[1], card[2], card[6]) == (f"…{crossed[-4:]}", "采购、取物", 2)
    assert [row[3:6] for row in book["来访和车辆"][2:]] == [["来访", "进", "放行"], ["来访", "进", "劝回"]]
    assert not [words for words in ("访客", "陈某某", "沪A00001", crossed) if words in str(book)]
    before = read(report_file.workbook(watch.secretary, None, clock.today() - timedelta(days=1), clock.now()))
    assert before["各卡口"][2][2:] == [1, 0, 0, 0, 0, 1, 0]
    assert before["凭证"][2:] == []


def test_a_gate_that_was_taken_away_before_the_day_is_not_in_it(watch: Watch) -> None:
    Gate.objects.update(closed_at=clock.bounds(clock.today())[0] - timedelta(minutes=1))
    assert report_file.gates(watch.secretary, None, clock.today()) == []
    assert len(report_file.gates(watch.secretary, None, clock.today() - timedelta(days=1))) == 1


def test_who_may_see_takes_it_of_their_part(watch: Watch, crossed: str, tmp_path) -> None:
    desk, guard, elsewhere = watch.client(watch.secretary), watch.client(watch.guard), watch.town.client("secretary", "乙一居民区")
    assert PAGE in desk.get("/patrol/").content.decode()
    assert PAGE not in guard.get("/patrol/").content.decode()
    assert [guard.get(PAGE).status_code, Client().get(PAGE).status_code, desk.get(PAGE + "?day=x").status_code] == [403, 302, 422]
    assert read(elsewhere.get(PAGE).content)["各卡口"][2:] == []
    file = tmp_path / "gates.xlsx"
    assert run(["patrol", "report", str(file), "--unit", "甲一居民区", "--day", clock.today().isoformat()]) == 0
    assert read(file.read_bytes())["各卡口"][1:] == read(desk.get(PAGE).content)["各卡口"][1:] == read(desk.get("/api/v1" + PAGE).content)["各卡口"][1:]
    with pytest.raises(NotPermitted):
        report_file.workbook(watch.guard, None, clock.today(), clock.now())
    with pytest.raises(Invalid):
        clock.day_of("昨天")


def test_a_gate_s_name_is_no_formula(watch: Watch) -> None:
    actions.open_gate(actor=SYSTEM, at=clock.now(), unit_id=watch.gate.unit_id, name="=1+1", basis="-通告", ends_on=clock.today())
    sheet = openpyxl.load_workbook(io.BytesIO(report_file.workbook(watch.secretary, None, clock.today(), clock.now())))["各卡口"]
    cell = next(cell for cell in sheet["B"] if cell.value == "=1+1")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)

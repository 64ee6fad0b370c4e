"""A day at the gates as a table: figures by gate, passes that held, visits by time. No name, no plate, no number that opens a gate."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import Invalid, NotPermitted
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM
from jimu.field.households.events import NeedTurned
from jimu.field.patrol import actions, following, report_file, rules, seeing
from jimu.field.patrol.models import Crossing, Gate, Seen
from jimu.field.patrol.seeing import Found

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


def test_what_was_seen_and_the_rounds_are_counted_by_class_and_neighborhood(watch: Watch) -> None:
    noon = clock.bounds(clock.today())[0] + timedelta(hours=12)

    def seen(kind: str, unit: str = "1号楼", **more: object) -> Seen:
        return seeing.see(actor=watch.guard, found=Found(new_id(), kind, noon, unit_id=watch.town[unit].pk, text="吴某家漏水", **more))

    first, second = seen("hazard"), seen("hazard", "第1网格块")
    seeing.take(actor=watch.secretary, at=noon, seen_id=first.pk)
    seeing.settle(actor=watch.secretary, at=noon, seen_id=second.pk, how="好了")
    seen("other")
    seen("damage", room="301")
    # A need that is over is settled, and counts as nothing else.
    over = seen("damage", room="302")
    following.need_turned(NeedTurned(over.target, new_id(), "abcd", True, "已确认", noon, "吴某"))
    made = actions.open_round(actor=watch.secretary, at=noon - timedelta(hours=10), unit_id=watch.gate.unit_id, title="夜巡", points=["北门", "配电间"])
    for point, hours in zip([*made.points.all()] * 2, (1, 2, 5, 9), strict=True):
        seeing.see(actor=watch.guard, found=Found(new_id(), "well", noon - timedelta(hours=10 - hours), point_id=point.pk))
    book = read(report_file.workbook(watch.secretary, None, clock.today(), noon + timedelta(hours=1)))
    assert book["看到的情况"][2:] == [
        ["甲一居民区", "马上处理", "安全隐患", 2, 0, 1, 0, 1, 1],
        ["甲一居民区", "当天处理", "设施损坏", 2, 0, 0, 1, 1, 0],
        ["甲一居民区", "记下，有空处理", "其他", 1, 1, 0, 0, 0, 0],
        ["合计", None, None, 5, 1, 1, 1, 2, 1],
    ]
    # Every four hours: the first turn saw both points, the second one of them, the third still runs.
    assert book["巡逻"][2:] == [["甲一居民区", "夜巡", 2, 4, 1, 1], ["合计", None, 2, 4, 1, 1]]
    assert "吴某" not in str(book)
    assert "301" not in str(book)
    far = read(report_file.workbook(watch.town.actor("secretary", "乙一居民区"), None, clock.today(), noon))
    assert (far["看到的情况"][2:], far["巡逻"][2:]) == ([], [])


@settings(deadline=None)
@given(hours=st.integers(1, 48), opened=st.integers(-100, 40), length=st.integers(0, 120), looked=st.lists(st.integers(-100, 150), max_size=30))
def test_every_turn_that_ended_within_the_day_is_walked_or_missed(hours: int, opened: int, length: int, looked: list[int]) -> None:
    start = timezone.now()
    at = lambda n: start + timedelta(hours=n)  # noqa: E731
    within, begun, ended = (at(0), at(24)), at(opened), at(opened + length)
    done, missed = rules.turns(begun, ended, hours, [[at(n) for n in looked]], within=within)
    ends = [opened + n * hours for n in range(1, 400) if 0 < opened + n * hours <= min(24, opened + length)]
    assert done + missed == len(ends)
    assert done == sum(any(end - hours <= n < end for n in looked) for end in ends)

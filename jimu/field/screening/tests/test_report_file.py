"""The table that goes upwards is filled from what was scanned and said, and holds of each reader's part what the page shows."""

import io

import openpyxl
import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM
from jimu.field.households.actions import move_out
from jimu.field.screening import calling, report_file, reporting, results
from jimu.field.screening.calling import Missing
from jimu.field.screening.results import Given as Line
from jimu.grid.tests.town import build

from .conftest import MINUTE, Yard, yard_of

pytestmark = pytest.mark.django_db
HEAD = ["网格块", "楼", "应采", "已采", "比例", "应采未采", "下不了楼，要上门", "外出、不在家", "已在别处采样", "医学原因免采", "已转运或隔离在外", "不愿采样", "其他", "还没有原因"]


@pytest.fixture
def yard(db: None) -> Yard:
    """Of ten people of 1号楼 four are in a positive tube and two are away; somebody of 2号楼 will not come."""
    yard = yard_of(build(), at=clock.now() - 60 * MINUTE)
    for person in yard.people[:4]:
        yard.scan(person, "T1", at=yard.round.began_at + MINUTE)
    yard.seal("T1", said=4, at=yard.round.began_at + 2 * MINUTE)
    # Who said they were away and came after all is sampled.
    said = [(yard.people[0], "away"), (yard.people[4], "away"), (yard.people[5], "away"), (yard.people[10], "refused")]
    for person, reason in said:
        calling.excuse(actor=SYSTEM, told=Missing(new_id(), yard.round.pk, person.pk, reason, yard.round.began_at + MINUTE))
    results.record(actor=SYSTEM, at=clock.now(), round_id=yard.round.pk, given=[Line("T1", "positive")])
    return yard


def read(content: bytes) -> dict[str, list[list[object]]]:
    return {sheet.title: [list(row) for row in sheet.values] for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets}


def fetched(client: Client, yard: Yard) -> dict[str, list[list[object]]]:
    answer = client.get(f"/screening/rounds/{yard.round.pk}/report.xlsx")
    assert (answer.status_code, answer["Content-Disposition"].split(";")[0]) == (200, "attachment")
    return read(answer.content)


def test_each_building_stands_with_those_who_were_not_sampled_by_reason(yard: Yard) -> None:
    book = fetched(yard.town.client("secretary", "甲一居民区"), yard)
    assert list(book) == ["合计", "各网格块", "各楼"]
    assert "第1轮" in book["各楼"][0][0]
    assert book["各楼"][1] == HEAD
    assert book["各楼"][2:] == [
        ["第1网格块", "1号楼", 10, 4, "40%", 6, 0, 2, 0, 0, 0, 0, 0, 4],
        ["第1网格块", "2号楼", 1, 0, "0%", 1, 0, 0, 0, 0, 0, 1, 0, 0],
        ["第2网格块", "3号楼", 1, 0, "0%", 1, 0, 0, 0, 0, 0, 0, 0, 1],
        [None, "合计", 12, 4, "33%", 8, 0, 2, 0, 0, 0, 1, 0, 5],
    ]
    assert [row[:5] for row in book["各网格块"][2:]] == [["第1网格块", 11, 4, "36%", 7], ["第2网格块", 1, 0, "0%", 1], ["合计", 12, 4, "33%", 8]]
    totals = dict(row[:2] for row in book["合计"][2:])
    assert (totals["应采未采"], totals["管数"], totals["阳性管"]) == (8, 1, 1)
    assert not any(person.name in str(book) for person in yard.people)


def test_a_leader_s_table_ends_at_their_part_and_tells_no_result(yard: Yard) -> None:
    book = fetched(yard.town.client("building_leader", "2号楼"), yard)
    assert [row[1] for row in book["各楼"][2:]] == ["2号楼", "合计"]
    assert "阳性" not in str(book)
    page = f"/screening/rounds/{yard.round.pk}/report.xlsx"
    assert [yard.town.client(role, unit).get(page).status_code for role, unit in (("secretary", "乙一居民区"), ("member", "甲一居民区"))] == [404, 403]
    assert Client().get(page).status_code == 302


def test_the_page_the_api_and_the_command_give_the_same_table(yard: Yard, tmp_path) -> None:
    secretary = yard.town.client("secretary", "甲一居民区")
    assert f"/screening/rounds/{yard.round.pk}/report.xlsx" in secretary.get(f"/screening/rounds/{yard.round.pk}/report/").content.decode()
    over_api = read(secretary.get(f"/api/v1/screening/rounds/{yard.round.pk}/report.xlsx").content)
    assert yard.town.client("secretary", "乙一居民区").get(f"/api/v1/screening/rounds/{yard.round.pk}/report.xlsx").status_code == 404
    file = tmp_path / "report.xlsx"
    assert run(["screening", "report", str(yard.round.pk), "--xlsx", str(file)]) == 0
    typed = read(file.read_bytes())
    for name in ("合计", "各网格块", "各楼"):
        assert over_api[name][1:] == typed[name][1:] == fetched(secretary, yard)[name][1:]


def test_a_round_of_nobody_has_a_table_too(yard: Yard) -> None:
    far = yard.town.actor("building_leader", "1号楼")
    assert report_file.lines_of(far, yard.round)[yard.town["1号楼"]].left == 6
    yard.round.unit = yard.town["甲二居民区"]
    assert report_file.lines_of(SYSTEM, yard.round) == {}
    assert [row[-1] for row in read(report_file.workbook(SYSTEM, yard.round, clock.now()))["各楼"][2:]] == [0]


def test_the_reason_of_somebody_who_moved_away_since_is_in_no_report(yard: Yard) -> None:
    def told() -> tuple[int, dict[str, int]]:
        report = reporting.report_of(SYSTEM, yard.round, clock.now())
        return report.turnout.left, dict(report.reasons)

    assert told() == (8, {"外出、不在家": 2, "不愿采样": 1, "": 5})
    move_out(actor=SYSTEM, at=clock.now(), resident_id=yard.people[4].pk)
    assert told() == (7, {"外出、不在家": 1, "不愿采样": 1, "": 5})

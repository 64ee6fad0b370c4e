"""Reports upwards from the ledger: figures that add up, masked names without a door, a day as it ended, each within its reader's part."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households import (
    actions,
    case_actions,
    referral_actions,
    report_file,
    zone_actions,
    zone_queries,
)
from jimu.field.households.models import Case, Contact, Resident, Room

from .conftest import Town, door

pytestmark = pytest.mark.django_db
LEDGER, CASES = "/households/report.xlsx", "/households/cases/day.xlsx"
NOW = clock.at_minute(date(2026, 4, 6), 600)
DAY = timedelta(days=1)
BASIS = "=疫防指〔2026〕1号"


def read(content: bytes) -> dict[str, list[list[object]]]:
    return {sheet.title: [list(row) for row in sheet.values] for sheet in openpyxl.load_workbook(io.BytesIO(content))}


def resident(name: str) -> Resident:
    return next(one for one in Resident.objects.all() if one.name == name)


def ill(name: str, at=NOW) -> Case:
    return case_actions.record_case(actor=SYSTEM, at=at, resident_id=resident(name).pk, found_on=zone_queries.today(at), legal_basis=BASIS)


def over(case: Case, why: str, at=NOW) -> None:
    case_actions.close_case(actor=SYSTEM, at=at, case_id=case.pk, why=why)


@pytest.fixture
def ledger(town: Town) -> Town:
    """Three doors of 1号楼, one of them empty, and one of 3号楼."""
    door(town, "1号楼", "101", "周桂英", groups=["dialysis", "elder"])
    door(town, "1号楼", "102", "吴刚", "郑和")
    door(town, "1号楼", "201")
    door(town, "3号楼", "301", "王小明", groups=["elder"])
    actions.edit_room(actor=SYSTEM, at=NOW, room_id=Room.objects.get(number="201").pk, seen=None, changes={"state": "empty"})
    return town


class TestLedger:
    def test_doors_people_and_groups_add_up_by_neighborhood_and_building(self, ledger: Town) -> None:
        book = read(report_file.ledger_book(ledger.actor("secretary", "甲一居民区"), None, NOW))
        head, (line, sums) = book["各居民区"][1], book["各居民区"][2:]
        told = dict(zip(head, line, strict=True))
        assert (told["居民区"], told["户室"], told["空置"], told["待核对"], told["在住人数"], told["重点人群人数"]) == ("甲一居民区", 4, 1, 3, 4, 2)
        assert (told["血液透析"], told["高龄老人"], told["孕产妇"]) == (1, 2, 0)
        assert sums[1:] == line[1:]
        assert [row[:4] + row[-2:] for row in book["各楼"][2:]] == [
            ["甲一居民区", "第1网格块", "1号楼", 3, 3, 1], ["甲一居民区", "第1网格块", "2号楼", 0, 0, 0], ["甲一居民区", "第2网格块", "3号楼", 1, 1, 1], ["合计", None, None, 4, 4, 2],
        ]  # fmt: skip
        assert not [name for name in ("周", "吴", "郑", "王小明", "101") if name in str(book)]

    def test_which_group_it_is_stands_beside_no_building(self, ledger: Town) -> None:
        book = read(report_file.ledger_book(ledger.actor("building_leader", "1号楼"), None, NOW))
        assert [one for one in book["各楼"][1] if one in ("血液透析", "高龄老人")] == []
        (line, _sums) = book["各居民区"][2:]
        told = dict(zip(book["各居民区"][1], line, strict=True))
        assert (told["居民区"], told["重点人群人数"], told["血液透析"]) == ("1号楼", 1, None)

    def test_who_holds_less_than_a_neighborhood_gets_what_they_hold_under_its_own_name(self, ledger: Town) -> None:
        book = read(report_file.ledger_book(ledger.actor("block_leader", "第2网格块"), None, NOW))
        assert [row[0] for row in book["各居民区"][2:]] == ["第2网格块", "合计"]
        assert [row[2] for row in book["各楼"][2:]] == ["3号楼", None]
        # A block of one building is a block: what a line may say goes by the kind of its unit, not by how many buildings it has.
        assert dict(zip(book["各居民区"][1], book["各居民区"][2], strict=True))["高龄老人"] == 1
        assert "高龄老人" not in book["各楼"][1]
        whole = read(report_file.ledger_book(SYSTEM, None, NOW))
        assert [row[:2] for row in whole["各居民区"][2:]] == [["甲一居民区", 4], ["甲二居民区", 0], ["乙一居民区", 0], ["合计", 4]]
        part = read(report_file.ledger_book(ledger.actor("block_leader", "第2网格块"), ledger["甲一居民区"], NOW))
        assert part["各楼"][2:] == book["各楼"][2:]
        assert read(report_file.ledger_book(ledger.actor("block_leader", "第2网格块"), ledger["乙一居民区"], NOW))["各楼"][2:] == []

    def test_each_building_under_a_zone_stands_with_its_day_and_how_many_live_there(self, ledger: Town) -> None:
        today = NOW.date()
        zone_actions.adopt_policy(actor=SYSTEM, at=NOW, unit_id=ledger["和风街道"].pk, name="three-zones-2022-04", effective_from=today, legal_basis=BASIS)
        zone_actions.set_zones(actor=SYSTEM, at=NOW, building_ids=[ledger["1号楼"].pk], track="lockdown", day_one=today - 2 * DAY, legal_basis=BASIS)
        book = read(report_file.ledger_book(ledger.actor("secretary", "甲一居民区"), None, NOW))
        assert book["分区合计"][2:] == [["甲一居民区", "封控区", 1, 3, 3], ["甲一居民区", "管控区", 0, 0, 0], ["甲一居民区", "防范区", 0, 0, 0], ["合计", None, 1, 3, 3]]
        (row,) = book["分区各楼"][2:]
        assert [row[0], row[1], row[2], row[4], row[6], row[10], row[11]] == ["甲一居民区", "1号楼", "封控区", 3, (today - 2 * DAY).isoformat(), BASIS, 3]
        sheet = openpyxl.load_workbook(io.BytesIO(report_file.ledger_book(SYSTEM, None, NOW)))["分区各楼"]
        assert (sheet["K3"].data_type, sheet["K3"].quotePrefix) == ("s", True)
        assert read(report_file.ledger_book(ledger.actor("building_leader", "3号楼"), None, NOW))["分区各楼"][2:] == []


class TestCases:
    def test_a_day_adds_up_and_a_mistake_of_the_day_counts_nowhere(self, ledger: Town) -> None:
        before, wrong = ill("吴刚", NOW - DAY), ill("郑和", NOW - DAY)
        mended = ill("周桂英")
        over(mended, "mistaken")
        ill("王小明")
        over(before, "recovered")
        over(wrong, "mistaken")
        secretary = ledger.actor("secretary", "甲一居民区")
        book = read(report_file.cases_book(secretary, None, NOW.date(), NOW))
        assert book["各楼"][2:] == [["甲一居民区", "1号楼", 2, 0, 1, 1, 0], ["甲一居民区", "3号楼", 0, 1, 0, 0, 1], ["合计", None, 2, 1, 1, 1, 1]]
        assert book["各居民区"][2:] == [["甲一居民区", 2, 1, 1, 1, 1], ["合计", 2, 1, 1, 1, 1]]
        # The day before stays as it ended, and today begins with what it left.
        yesterday = read(report_file.cases_book(secretary, None, NOW.date() - DAY, NOW))
        assert yesterday["各楼"][2:] == [["甲一居民区", "1号楼", 0, 2, 0, 0, 2], ["合计", None, 0, 2, 0, 0, 2]]
        assert [row[2] for row in yesterday["当天新增"][2:]] == ["吴*", "郑*"]

    def test_the_list_has_masked_names_and_no_door(self, ledger: Town) -> None:
        case = ill("周桂英")
        near = list(Contact.objects.filter(case=case).values_list("pk", flat=True))
        case_actions.judge(actor=SYSTEM, at=NOW, case_id=case.pk, contact_ids=near[:1], confirm=True, kind="close")
        book = read(report_file.cases_book(ledger.actor("secretary", "甲一居民区"), None, NOW.date(), NOW))
        assert book["当天新增"][2:] == [["甲一居民区", "1号楼", "周*英", "2026-04-06", "核酸单采", "2026-04-06", "2026-04-06 10:00", 1, 0, 1]]
        assert not [words for words in ("周桂英", "吴刚", "郑和", "101", "102") if words in str(book)]
        assert JournalEntry.objects.get(verb="ledger.cases_reported").data == {"day": "2026-04-06"}

    def test_contacts_count_where_they_live_by_kind_and_state_and_once_as_the_closest(self, ledger: Town) -> None:
        first, second = ill("周桂英"), ill("吴刚")
        for case, kind in ((first, "close"), (second, "secondary")):
            referral_actions.add_contact(actor=SYSTEM, at=NOW, case_id=case.pk, resident_id=resident("王小明").pk, kind=kind, setting="meal", exposed_on=NOW.date())
        refused = Contact.objects.filter(case=first, state="proposed").values_list("pk", flat=True)
        case_actions.judge(actor=SYSTEM, at=NOW, case_id=first.pk, contact_ids=list(refused), confirm=False)
        referral_actions.refer(
            actor=SYSTEM, at=NOW, case_id=first.pk, unit_id=ledger["乙一居民区"].pk, words="同事老李", kind="close", setting="work", exposed_on=NOW.date()
        )
        book = read(report_file.cases_book(ledger.actor("secretary", "甲一居民区"), None, NOW.date(), NOW))
        assert book["密接和次密接（制表时）"][1] == ["居民区", "种类", "待确认", "已确认", "不是", "已确认的里，病例住在别的楼"]
        assert book["密接和次密接（制表时）"][2:] == [["甲一居民区", "密接", 1, 1, 0, 1], ["甲一居民区", "次密接", 0, 0, 1, 0], ["合计", None, 1, 1, 1, 1]]
        assert book["转送的密接（制表时）"][2:] == [["甲一居民区", "转出", "密接", 1, 0, 0, 0]]
        assert read(report_file.cases_book(ledger.actor("secretary", "乙一居民区"), None, NOW.date(), NOW))["转送的密接（制表时）"][2:] == [["乙一居民区", "转来", "密接", 1, 0, 0, 0]]
        assert "老李" not in str(book)

    def test_the_zones_of_that_day_stand_beside_its_cases(self, ledger: Town) -> None:
        zone_actions.adopt_policy(
            actor=SYSTEM, at=NOW - 3 * DAY, unit_id=ledger["和风街道"].pk, name="three-zones-2022-04", effective_from=NOW.date() - 3 * DAY, legal_basis=BASIS
        )
        ill("周桂英", NOW - DAY)
        days = [read(report_file.cases_book(SYSTEM, None, NOW.date() - n * DAY, NOW))["分区各楼"][2:] for n in (0, 1, 2)]
        assert [[(row[1], row[4]) for row in rows] for rows in days] == [[("1号楼", 2)], [("1号楼", 1)], []]

    def test_only_who_may_read_of_health_takes_it_and_only_of_their_part(self, ledger: Town) -> None:
        ill("王小明")
        for role, unit in (("block_leader", "第2网格块"), ("building_leader", "3号楼"), ("auditor", "和风街道"), ("member", "甲一居民区")):
            with pytest.raises(NotPermitted):
                report_file.cases_book(ledger.actor(role, unit), None, NOW.date(), NOW)
            assert ledger.client(role, unit).post(CASES).status_code == 403
        far = read(report_file.cases_book(ledger.actor("secretary", "乙一居民区"), None, NOW.date(), NOW))
        assert (far["各居民区"][2:], far["当天新增"][2:]) == ([["乙一居民区", 0, 0, 0, 0, 0], ["合计", 0, 0, 0, 0, 0]], [])
        assert read(report_file.cases_book(SYSTEM, ledger["第1网格块"], NOW.date(), NOW))["各楼"][2:] == []


def test_pages_the_api_and_the_command_give_the_same_tables(ledger: Town, tmp_path) -> None:
    now = clock.now()
    case_actions.record_case(actor=SYSTEM, at=now, resident_id=resident("王小明").pk, found_on=clock.today())
    desk, leader = ledger.client("secretary", "甲一居民区"), ledger.client("building_leader", "3号楼")
    assert LEDGER in desk.get("/households/").content.decode()
    assert LEDGER in leader.get("/households/zones/").content.decode()
    assert CASES in desk.get("/households/cases/").content.decode()
    assert [desk.get(CASES).status_code, Client().post(CASES).status_code, desk.post(CASES, {"day": "昨天"}).status_code] == [405, 302, 422]
    assert [ledger.client("member", "甲一居民区").get(LEDGER).status_code, Client().get(LEDGER).status_code, leader.get(LEDGER).status_code] == [403, 302, 200]
    api = "/api/v1"
    assert leader.post(api + CASES).status_code == 403
    assert desk.get(f"{api}{LEDGER}?unit_id={ledger['乙一居民区'].pk}").status_code == 404
    for which, over_page, over_api in (
        ("ledger", desk.get(LEDGER), desk.get(f"{api}{LEDGER}?unit_id={ledger['甲一居民区'].pk}")),
        ("cases", desk.post(CASES, {"day": clock.today().isoformat()}), desk.post(api + CASES)),
    ):
        file = tmp_path / f"{which}.xlsx"
        assert run(["ledger", "report", str(file), "--which", which, "--unit", "甲一居民区"]) == 0
        tables = [{name: rows[1:] for name, rows in read(one).items()} for one in (file.read_bytes(), over_page.content, over_api.content)]
        assert tables[0] == tables[1] == tables[2]

"""A round from its plan to its report: slots, lines, boxes with signatures, results, a positive pool, who is left."""

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households.actions import Given, edit_resident, edit_room
from jimu.field.households.models import Resident
from jimu.field.screening import (
    alarming,
    calling,
    custody,
    lab_files,
    paper,
    queries,
    recall,
    reporting,
    results,
    setting_up,
    settling,
    untested,
)
from jimu.field.screening.calling import Missing
from jimu.field.screening.models import Absence, Round, Scan, Site, Slot, Tube
from jimu.field.screening.results import Given as Result
from jimu.field.screening.setting_up import SlotChange, Wanted
from jimu.field.screening.tests.conftest import AT, MINUTE, Yard
from jimu.messages.models import Message

pytestmark = pytest.mark.django_db


def change(person: Resident, **given: object) -> None:
    edit_resident(actor=SYSTEM, at=AT, resident_id=person.pk, seen=Resident.objects.get(pk=person.pk).updated_at, given=Given(**given))


def excuse(yard: Yard, person: Resident, reason: str, *, minutes: int = 5, actor=SYSTEM) -> None:
    calling.excuse(actor=actor, told=Missing(new_id(), yard.round.pk, person.pk, reason, AT + minutes * MINUTE))


class TestPlan:
    """The order that is proposed, and what people make of it."""

    def test_a_plan_comes_from_the_ledger_and_can_be_changed_until_called(self, yard: Yard) -> None:
        change(yard.people[2], groups=["bedridden"])
        wanted = Wanted(yard.town["甲一居民区"].pk, "第2轮", AT, [yard.site.pk], 10, staff=6, closed=[yard.town["2号楼"].pk])
        made = setting_up.draft_round(actor=SYSTEM, at=AT, wanted=wanted)
        slots = queries.slots_of(made)
        assert [(slot.kind, slot.persons) for slot in slots] == [("staff", 6), ("building", 9), ("building", 1), ("door", 1), ("home", 1)]
        first = slots[1]
        moved = SlotChange(yard.site.pk, AT + timedelta(hours=2), 9)
        assert setting_up.change_plan(actor=SYSTEM, at=AT, round_id=made.pk, changes={first.pk: moved}) == 1
        with pytest.raises(Invalid):
            setting_up.change_plan(actor=SYSTEM, at=AT, round_id=made.pk, changes={first.pk: SlotChange(yard.other.pk, AT, 1)})
        with pytest.raises(Conflict):
            calling.call(actor=SYSTEM, at=AT, slot_id=first.pk)
        setting_up.begin(actor=SYSTEM, at=AT, round_id=made.pk)
        calling.call(actor=SYSTEM, at=AT, slot_id=first.pk)
        assert setting_up.change_plan(actor=SYSTEM, at=AT, round_id=made.pk, changes={first.pk: SlotChange(yard.site.pk, AT, 1)}) == 0

    def test_only_who_leads_the_place_plans(self, yard: Yard) -> None:
        wanted = Wanted(yard.town["甲一居民区"].pk, "", AT, [yard.site.pk])
        with pytest.raises(NotPermitted):
            setting_up.draft_round(actor=yard.town.actor("block_leader", "甲一居民区"), at=AT, wanted=wanted)
        with pytest.raises(NotFound):
            setting_up.draft_round(actor=yard.town.actor("secretary", "乙一居民区"), at=AT, wanted=wanted)
        with pytest.raises(Invalid):
            setting_up.draft_round(actor=SYSTEM, at=AT, wanted=Wanted(yard.town["甲一居民区"].pk, "", AT, []))

    def test_a_slot_is_called_once_by_the_site_or_by_its_building(self, yard: Yard) -> None:
        slot = Slot.objects.filter(round=yard.round, building=yard.town["1号楼"]).first()
        leader = yard.town.actor("building_leader", "1号楼")
        assert calling.call(actor=leader, at=AT + MINUTE, slot_id=slot.pk).called_at == AT + MINUTE
        assert calling.call(actor=SYSTEM, at=AT + 5 * MINUTE, slot_id=slot.pk).called_at == AT + MINUTE
        with pytest.raises(NotFound):
            calling.call(actor=yard.town.actor("building_leader", "2号楼"), at=AT, slot_id=slot.pk)
        assert JournalEntry.objects.filter(verb="screening.called").count() == 1


def test_the_line_is_what_was_counted_and_moves_on_with_calls_and_scans(yard: Yard) -> None:
    def line(minutes: int) -> queries.SiteLine:
        return next(one for one in queries.site_lines(yard.round, AT + minutes * MINUTE) if one.site == yard.site)

    assert (line(1).waiting, line(1).wait, line(1).rate) == (0, 0, 240)
    Slot.objects.filter(round=yard.round).update(site=yard.site)
    slots = list(Slot.objects.filter(round=yard.round).order_by("order"))
    calling.call(actor=SYSTEM, at=AT + MINUTE, slot_id=slots[0].pk)
    yard.scan(yard.people[0], minutes=2)
    assert line(3).waiting == slots[0].persons - 1
    calling.count_queue(actor=SYSTEM, at=AT + 10 * MINUTE, round_id=yard.round.pk, site_id=yard.site.pk, waiting=200, tables=2)
    yard.scan(yard.people[1], minutes=11)
    calling.call(actor=SYSTEM, at=AT + 12 * MINUTE, slot_id=slots[1].pk)
    now = line(13)
    assert (now.waiting, now.tables) == (199 + slots[1].persons, 2)
    assert now.advice is not None
    assert now.advice.after <= 30 < now.advice.before


def test_in_line_are_those_called_down_to_the_site_who_were_not_scanned_there_since_it_was_counted(yard: Yard) -> None:
    Slot.objects.filter(round=yard.round).delete()

    def slot(kind: str, persons: int, minutes: int, site: Site = yard.site) -> None:
        Slot.objects.create(round=yard.round, site=site, order=0, kind=kind, persons=persons, starts_at=AT, called_at=AT + minutes * MINUTE, state="called")

    def line(minutes: int) -> tuple[int, int, int, int]:
        one = next(one for one in queries.site_lines(yard.round, AT + minutes * MINUTE) if one.site == yard.site)
        assert (one.tables, one.rate, one.wait) == ((1, 120, -(-one.waiting // 2)) if one.counted_at else (2, 240, -(-one.waiting // 4)))
        return one.waiting, one.scanned, one.lately, one.called

    for kind, persons in (("staff", 3), ("building", 5), ("door", 7), ("home", 9)):
        slot(kind, persons, 1)
    slot("building", 2, 1, yard.other)
    assert line(2) == (8, 0, 0, 8)
    yard.scan(yard.people[0], minutes=3)
    yard.scan(yard.people[1], "T2", minutes=3, site_id=yard.other.pk)
    yard.scan("", "T3", minutes=3, person_id=yard.people[2].pk)
    yard.scan(yard.people[3], "T4", minutes=3)
    settling.settle(actor=SYSTEM, at=AT + 3 * MINUTE, scan_id=Scan.objects.get(tube__code="T4").pk, verdict="struck")
    assert line(4) == (7, 1, 1, 8)
    assert line(18) == (7, 1, 0, 8)
    # Whoever counts counts what is there: what was before is in it.
    calling.count_queue(actor=SYSTEM, at=AT + 3 * MINUTE, round_id=yard.round.pk, site_id=yard.site.pk, waiting=20, tables=1)
    assert line(4) == (20, 1, 1, 8)
    slot("building", 4, 5)
    yard.scan(yard.people[4], minutes=5)
    yard.scan(yard.people[5], "T2", minutes=5, site_id=yard.other.pk)
    assert line(6) == (23, 2, 2, 12)


class TestCustody:
    """From the table to the laboratory."""

    def test_a_box_goes_with_signatures_and_stops_the_clocks(self, yard: Yard) -> None:
        one, two = yard.fill("T1", 3), yard.fill("T2", 3, first=3)
        box = custody.pack(actor=SYSTEM, at=AT + 40 * MINUTE, round_id=yard.round.pk, site_id=yard.site.pk, tube_ids=[one.pk, two.pk])
        late = queries.tube_lines(yard.round, AT + 130 * MINUTE)
        assert [(line.where, line.clock.tone, line.clock.minutes < 0) for line in late] == [("packed", "bad", True)] * 2
        with pytest.raises(Conflict):
            custody.receive(actor=SYSTEM, at=AT + 50 * MINUTE, batch_id=box.pk, receiver="钱进")
        with pytest.raises(Invalid):
            custody.hand_over(actor=SYSTEM, at=AT + 50 * MINUTE, batch_id=box.pk, courier=" ")
        custody.hand_over(actor=SYSTEM, at=AT + 50 * MINUTE, batch_id=box.pk, courier="孙师傅")
        custody.receive(actor=SYSTEM, at=AT + 90 * MINUTE, batch_id=box.pk, receiver="钱进")
        assert all(line.clock is None for line in queries.tube_lines(yard.round, AT + 130 * MINUTE))
        assert [(event.kind, event.note) for event in one.events.all()] == [("sealed", ""), ("packed", ""), ("handed", "孙师傅"), ("received", "钱进")]
        assert "孙" not in str(list(JournalEntry.objects.values_list("data", flat=True)))
        told, way = reporting.tubes_of(yard.round, AT + 200 * MINUTE)
        assert (told.received, told.late, way) == (2, 0, 89)

    def test_an_open_tube_or_one_that_travels_is_not_packed(self, yard: Yard) -> None:
        yard.scan(yard.people[0], "T9")
        sealed = yard.fill("T1", 2)
        given = {"actor": SYSTEM, "at": AT + 40 * MINUTE, "round_id": yard.round.pk, "site_id": yard.site.pk}
        with pytest.raises(Conflict):
            custody.pack(**given, tube_ids=[sealed.pk, yard.tube("T9").pk])
        custody.pack(**given, tube_ids=[sealed.pk])
        with pytest.raises(Conflict):
            custody.pack(**given, tube_ids=[sealed.pk])
        with pytest.raises(Invalid):
            custody.pack(**{**given, "site_id": yard.other.pk}, tube_ids=[sealed.pk])


def test_who_leads_the_place_is_told_once_before_a_tube_s_time_is_over(yard: Yard) -> None:
    yard.fill("T1", 2)
    yard.scan(yard.people[4], "T2", minutes=60)
    assert alarming.sweep(at=AT + 90 * MINUTE) == 0
    assert alarming.sweep(at=AT + 100 * MINUTE) == 1
    assert alarming.sweep(at=AT + 101 * MINUTE) == 0
    letter = Message.objects.get()
    assert letter.person_id == yard.town.people["沈洁"].pk
    assert "T1" in letter.text
    assert "T2" not in letter.text
    box = custody.pack(actor=SYSTEM, at=AT + 110 * MINUTE, round_id=yard.round.pk, site_id=yard.site.pk, tube_ids=[yard.tube("T1").pk])
    custody.hand_over(actor=SYSTEM, at=AT + 110 * MINUTE, batch_id=box.pk, courier="孙师傅")
    yard.seal("T2", minutes=111, said=1)
    later = custody.pack(actor=SYSTEM, at=AT + 112 * MINUTE, round_id=yard.round.pk, site_id=yard.site.pk, tube_ids=[yard.tube("T2").pk])
    custody.hand_over(actor=SYSTEM, at=AT + 112 * MINUTE, batch_id=later.pk, courier="孙师傅")
    custody.receive(actor=SYSTEM, at=AT + 140 * MINUTE, batch_id=later.pk, receiver="钱进")
    assert alarming.sweep(at=AT + 175 * MINUTE) == 0


def resulted(yard: Yard, *given: tuple[str, str], actor=SYSTEM) -> results.Outcome:
    lines = [Result(tube, result, n) for n, (tube, result) in enumerate(given, 1)]
    return results.record(actor=actor, at=AT + 300 * MINUTE, round_id=yard.round.pk, given=lines)


class TestResults:
    """What the laboratory says, and what follows."""

    def test_results_are_written_line_by_line_and_a_later_one_stands(self, yard: Yard) -> None:
        yard.fill("T1", 3)
        yard.scan(yard.people[5], "T2")
        outcome = resulted(yard, ("t1", "negative"), ("T2", "negative"), ("T9", "positive"), ("T1", "green"))
        assert (outcome.written, len(outcome.refused)) == (1, 3)
        assert resulted(yard, ("T1", "negative")).same == 1
        assert resulted(yard, ("T1", "positive")).positive == 1
        tube = yard.tube()
        assert (tube.result, [event.note for event in tube.events.filter(kind="result")]) == ("positive", ["negative", "positive"])
        assert "positive" not in str(list(JournalEntry.objects.values_list("data", "target")))
        with pytest.raises(NotPermitted):
            resulted(yard, ("T1", "negative"), actor=yard.town.actor("block_leader", "甲一居民区"))

    def test_a_positive_pool_is_recalled_with_those_who_live_and_cook_with_them(self, yard: Yard) -> None:
        for person in (yard.people[0], yard.people[2]):
            room = person.room
            edit_room(actor=SYSTEM, at=AT, room_id=room.pk, seen=None, changes={"kitchen": "东灶间"})
        tube = yard.fill("T1", 1)
        with pytest.raises(Conflict):
            recall.read(actor=SYSTEM, at=AT, tube_id=tube.pk)
        resulted(yard, ("T1", "positive"))
        secretary = yard.town.actor("secretary", "甲一居民区")
        made = results.prepare_again(actor=secretary, at=AT + 301 * MINUTE, tube_id=tube.pk)
        assert [(one.code, one.capacity, one.expects_id) for one in made] == [("T1-01", 1, yard.people[0].pk)]
        assert results.prepare_again(actor=secretary, at=AT + 302 * MINUTE, tube_id=tube.pk) == []
        found = recall.read(actor=secretary, at=AT + 302 * MINUTE, tube_id=tube.pk)
        called = found.people[0]
        assert [one.name for one in called.household] == ["周建国"]
        assert [room.number for room in called.kitchen] == ["201"]
        assert (called.mine, called.single.code) == (True, "T1-01")
        assert JournalEntry.objects.filter(verb="screening.recalled", account_id=secretary.account_id).count() == 1
        for role, unit in (("block_leader", "甲一居民区"), ("building_leader", "1号楼"), ("secretary", "乙一居民区")):
            with pytest.raises(NotFound):
                recall.read(actor=yard.town.actor(role, unit), at=AT, tube_id=tube.pk)

    def test_who_is_known_or_comes_only_after_single_tubes_were_prepared_gets_one_too(self, yard: Yard) -> None:
        """Whatever their place among those who have one: a phone without a network tells of a scan that was made before the others."""
        yard.scan("https://jkm.example/x?c=1", minutes=2)
        for person, minutes in ((yard.people[0], 1), (yard.people[1], 3)):
            yard.scan(person, minutes=minutes)
        yard.seal(said=4)
        resulted(yard, ("T1", "positive"))
        tube = yard.tube()

        def prepared() -> list[tuple[str, object]]:
            return [(one.code, one.expects_id) for one in results.prepare_again(actor=SYSTEM, at=AT + 301 * MINUTE, tube_id=tube.pk)]

        assert prepared() == [("T1-01", yard.people[0].pk), ("T1-02", yard.people[1].pk)]
        settling.match(actor=SYSTEM, at=AT, scan_id=Scan.objects.get(resident=None).pk, resident_id=yard.people[2].pk)
        yard.scan(yard.people[3], minutes=0.5)
        assert prepared() == [("T1-03", yard.people[3].pk), ("T1-04", yard.people[2].pk)]
        assert prepared() == []

    def test_a_single_tube_takes_only_whom_it_was_prepared_for_and_is_no_double(self, yard: Yard) -> None:
        yard.fill("T1", 2)
        resulted(yard, ("T1", "positive"))
        results.prepare_again(actor=SYSTEM, at=AT + 301 * MINUTE, tube_id=yard.tube().pk)
        with pytest.raises(Conflict):
            yard.scan(yard.people[1], "T1-01", minutes=302)
        setting_up.close(actor=SYSTEM, at=AT + 301 * MINUTE, round_id=yard.round.pk)
        assert yard.scan(yard.people[0], "T1-01", minutes=302, site_id=yard.other.pk).taken == 1
        assert yard.seal("T1-01", minutes=303, said=1).taken == 1
        assert not settling.waiting(yard.round).doubles

    def test_who_was_in_a_void_tube_is_not_tested(self, yard: Yard) -> None:
        yard.fill("T1", 2)
        resulted(yard, ("T1", "negative"))
        assert untested.buildings_of(SYSTEM, yard.round)[1].tested == 2
        resulted(yard, ("T1", "void"))
        assert untested.buildings_of(SYSTEM, yard.round)[1].tested == 0
        yard.scan(yard.people[0], "T2", minutes=303)
        assert not settling.waiting(yard.round).doubles
        assert untested.buildings_of(SYSTEM, yard.round)[1].tested == 1

    @pytest.mark.parametrize(("words", "means"), [
        ("阴性", "negative"), ("阴性（-）", "negative"), ("未检出", "negative"), ("阳性", "positive"), ("检出", "positive"), ("弱阳性待复核", "inconclusive"),
        ("可疑", "inconclusive"), ("标本漏液，作废", "void"), ("NEGATIVE", "negative"), ("+", "positive"), ("-", "negative"), ("采样时间", ""), (None, ""),
    ])  # fmt: skip
    def test_a_laboratory_s_words_are_understood(self, words: str | None, means: str) -> None:
        assert lab_files.meaning(words) == means

    def test_a_laboratory_s_workbook_is_read_whatever_its_columns(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        for row in (["某实验室检测报告"], ["序号", "采样管条码", "采样日期", "检测结果", "备注"], [1, "T1", "2026-04-06", "阴性", ""], [2, 880012345678, "2026-04-06", "阳性", "急"]):
            book.active.append(row)
        book.save(tmp_path / "r.xlsx")
        assert [(one.tube, one.result) for one in lab_files.read(tmp_path / "r.xlsx")] == [("T1", "negative"), ("880012345678", "positive")]
        (tmp_path / "r.csv").write_bytes("管号,结果\nA-01,阴性\nA-02,看不清\n".encode("gbk"))
        assert [(one.tube, one.result) for one in lab_files.read(tmp_path / "r.csv")] == [("A-01", "negative"), ("A-02", "")]
        (tmp_path / "no.csv").write_text("甲,乙\n丙,丁\n")
        with pytest.raises(Invalid):
            lab_files.read(tmp_path / "no.csv")


class TestLeft:
    """Who is not tested, and why."""

    def test_a_building_leader_sees_their_building_and_no_other(self, yard: Yard) -> None:
        leader = yard.town.actor("building_leader", "1号楼")
        lines, total = untested.buildings_of(leader, yard.round)
        assert [(line.building.name, line.turnout.expected) for line in lines] == [("1号楼", 10)]
        assert untested.buildings_of(SYSTEM, yard.round)[1].expected == 12
        assert total.left == 10
        with pytest.raises(NotFound):
            excuse(yard, yard.people[10], "away", actor=leader)
        with pytest.raises(NotFound):
            queries.round_for(yard.town.actor("building_leader", "乙一居民区"), yard.round.pk)

    def test_home_visits_come_from_the_ledger_and_from_what_was_said(self, yard: Yard) -> None:
        change(yard.people[0], groups=["bedridden"])
        change(yard.people[1], groups=["chronic"])
        excuse(yard, yard.people[2], "home")
        excuse(yard, yard.people[3], "exempt")
        change(yard.people[4], groups=["elder"])
        excuse(yard, yard.people[4], "elsewhere")
        page = untested.building_page(SYSTEM, yard.round, yard.town["1号楼"], visits_only=True)
        visited = [person.resident.pk for _name, homes in page.entrances for home in homes for person in home.people]
        assert visited == [yard.people[0].pk, yard.people[2].pk]
        assert (page.turnout.visits, page.turnout.excused, page.turnout.left) == (2, 2, 8)
        line = untested.buildings_of(SYSTEM, yard.round)[0][0].turnout
        assert (line.visits, line.excused, line.left) == (2, 2, 8)
        assert {untested.tone(cell, page.cells) for _e, floors in page.plan.entrances for _f, cells in floors for cell in cells} == {"", "warn"}
        yard.scan(yard.people[0])
        assert untested.building_page(SYSTEM, yard.round, yard.town["1号楼"]).turnout.visits == 1

    def test_the_newest_reason_counts_and_a_reason_told_twice_is_one(self, yard: Yard) -> None:
        person = yard.people[0]
        excuse(yard, person, "exempt", minutes=9)
        excuse(yard, person, "away", minutes=5)
        assert untested.reasons_in(yard.round, [yard.round.unit.path])[person.pk].reason == "exempt"
        told = Missing(new_id(), yard.round.pk, person.pk, "away", AT)
        assert calling.excuse_all(actor=SYSTEM, told=[told, told]) == [None, None]
        assert calling.excuse_all(actor=SYSTEM, told=[told]) == [None]
        assert Absence.objects.count() == 3
        with pytest.raises(Invalid):
            excuse(yard, person, "lazy")
        assert "exempt" not in Absence.objects.first().reason_sealed


def test_a_sheet_of_paper_fills_a_tube_and_unknown_lines_come_back(yard: Yard) -> None:
    sheet = paper.Sheet("P1", AT + 5 * MINUTE, ["1. 1号楼 101 周桂英", "1号楼101室 周建国", "2号楼 101 没有人"], True)
    typed = paper.take(actor=SYSTEM, at=AT + 60 * MINUTE, found=yard.round, site=yard.site, sheet=sheet)
    assert (typed.taken, [line for line, _why in typed.refused]) == (2, ["2号楼 101 没有人"])
    assert (yard.tube("P1").sealed_at, {scan.how for scan in Scan.objects.all()}) == (None, {"paper"})
    again = paper.Sheet("P1", AT + 5 * MINUTE, ["2号楼 101 沈丽"], True)
    assert paper.take(actor=SYSTEM, at=AT + 61 * MINUTE, found=yard.round, site=yard.site, sheet=again).taken == 1
    tube = yard.tube("P1")
    assert (tube.taken, tube.sealed_at, yard.inside("P1")) == (3, AT + 5 * MINUTE, [p.pk for p in (yard.people[0], yard.people[1], yard.people[10])])
    with pytest.raises(Invalid):
        paper.take(actor=SYSTEM, at=AT, found=yard.round, site=yard.site, sheet=sheet)


def test_a_closed_round_reports_and_still_takes_in_what_comes_late(yard: Yard) -> None:
    yard.fill("T1", 6)
    excuse(yard, yard.people[6], "exempt")
    setting_up.close(actor=SYSTEM, at=AT + 60 * MINUTE, round_id=yard.round.pk)
    with pytest.raises(Conflict):
        setting_up.close(actor=SYSTEM, at=AT + 61 * MINUTE, round_id=yard.round.pk)
    found = Round.objects.select_related("unit").get()
    told = reporting.report_of(SYSTEM, found, AT + 61 * MINUTE)
    assert (told.turnout.tested, told.turnout.excused, told.turnout.left, dict(told.reasons)) == (6, 1, 5, {"医学原因免采": 1, "": 5})
    assert (told.tubes.count, told.tubes.sealed, told.tubes.pending, told.arrived_late) == (1, 1, 1, 0)
    yard.scan(yard.people[7], "T2", minutes=50, received_at=AT + timedelta(days=3))
    assert reporting.report_of(SYSTEM, found, AT + 61 * MINUTE).arrived_late == 1


def test_a_site_in_use_is_not_retired(yard: Yard) -> None:
    with pytest.raises(Conflict):
        setting_up.change_site(actor=SYSTEM, at=AT, site_id=yard.site.pk, tables=2, retire=True)
    setting_up.close(actor=SYSTEM, at=AT + MINUTE, round_id=yard.round.pk)
    assert setting_up.change_site(actor=SYSTEM, at=AT, site_id=yard.site.pk, tables=3, retire=True).retired_at
    with pytest.raises(Conflict):
        setting_up.open_site(actor=SYSTEM, at=AT, unit_id=yard.other.unit_id, name="南门")
    # Its name is free from then on, and it does not come back by a change of its tables.
    assert setting_up.open_site(actor=SYSTEM, at=AT, unit_id=yard.site.unit_id, name=yard.site.name)
    assert setting_up.change_site(actor=SYSTEM, at=AT, site_id=yard.site.pk, tables=4).retired_at == AT
    assert not Tube.objects.exists()

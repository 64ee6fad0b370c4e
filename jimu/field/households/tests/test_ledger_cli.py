"""Cases, contacts, forms and tables from a terminal: names masked, files their owner's only, every look and every table on record."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households import case_actions, zone_actions, zone_queries
from jimu.field.households.models import Resident

from .conftest import Town, door
from .test_forms import SURVEY, xlsform

pytestmark = pytest.mark.django_db


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(list(words)) == code
    return capsys.readouterr().out


def test_cases_and_contacts_are_listed_with_masked_names_and_the_look_is_on_record(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    at = clock.now()
    today = zone_queries.today(at)
    for number in ("101", "102"):
        door(town, "1号楼", number, "周桂英", "吴刚", head=False)
    zone_actions.adopt_policy(actor=SYSTEM, at=at, unit_id=town["和风街道"].pk, name="three-zones-2022-04", effective_from=today, legal_basis="一号文")
    ill = Resident.objects.filter(room__number="101").order_by("pk")[0]
    case = case_actions.record_case(actor=SYSTEM, at=at, resident_id=ill.pk, found_on=today - timedelta(days=1), legal_basis="一号文")
    (row,) = json.loads(told(capsys, "ledger", "cases", "--json"))
    assert (row["id"], row["building"], row["confirmed"]) == (str(case.pk), "1号楼", 0)
    assert row["waiting"] == case.contacts.count() > 0
    assert told(capsys, "ledger", "cases", "--closed") == ""
    lines = told(capsys, "ledger", "contacts", str(case.pk))
    assert len(lines.splitlines()) == row["waiting"]
    assert "密接" in lines
    assert not any(name in lines for name in ("周桂英", "吴刚"))
    assert JournalEntry.objects.filter(verb="ledger.case_seen").count() == 1


def test_a_form_comes_in_and_its_answers_go_out(town: Town, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    line = told(capsys, "forms", "import", str(xlsform(tmp_path)), "--unit", "甲一居民区")
    assert "第 1 版" in line
    (form,) = json.loads(told(capsys, "forms", "--json"))
    assert (form["form_id"], form["unit"]) == ("need", "甲一居民区")
    out = tmp_path / "out.xlsx"
    told(capsys, "forms", "answers", form["id"], str(out))
    assert "常住几人" in str(list(openpyxl.load_workbook(out).active.values))
    wrong = told(capsys, "forms", "import", str(xlsform(tmp_path, [*SURVEY, ["begin repeat", "r", "重复", "", "", "", "", "", ""]])), code=2)
    assert f"survey › {len(SURVEY) + 1} › type" in wrong


def test_a_table_and_a_filled_template_go_out_once_for_their_owner_only(town: Town, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    door(town, "1号楼", "101", "周桂英", head=True)
    door(town, "3号楼", "101", "郑和", head=True)
    book = openpyxl.Workbook()
    book.active.append(["序号", "楼栋", "室号", "姓名"])
    book.save(tmp_path / "模板.xlsx")
    for words in ([], ["--template", str(tmp_path / "模板.xlsx")]):
        out = tmp_path / f"{len(words)}.xlsx"
        told(capsys, "ledger", "export", str(out), "--unit", "第1网格块", *words)
        text = str(list(openpyxl.load_workbook(out).active.values))
        assert ("周桂英" in text, "郑和" in text) == (True, False)
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        kept = out.read_bytes()
        assert run(["ledger", "export", str(out), "--unit", "第1网格块"]) != 0
        assert out.read_bytes() == kept
    assert JournalEntry.objects.filter(verb="ledger.exported").count() >= 2

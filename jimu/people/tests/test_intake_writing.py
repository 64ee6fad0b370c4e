"""An intake in one transaction: all of it or nothing, once and not twice, by command and by several at a time."""

import io
import json
import logging
import re
import threading
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from jimu.core import bulk, commands, sealed
from jimu.core.errors import NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.people import intake_actions, intake_files
from jimu.people.intake_actions import intake
from jimu.people.models import Affiliation, Availability, Person, Skill, UnitLeader
from jimu.people.tests.offices import CAST, baseline, id_of, phone_of, save

OFFICE = Path(__file__).parents[4] / "shared" / "intake"
AT = timezone.make_aware(datetime(2022, 4, 1, 8))  # noqa: DTZ001  made aware at once
TABLES = (Unit, Person, Affiliation, Skill, Availability, UnitLeader, JournalEntry)


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.JIMU_HOME = tmp_path / "home"
    (tmp_path / "home").mkdir()


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "office"
    folder.mkdir()
    baseline(folder)
    rows = [["姓名", "手机", "身份证", "居民区", "特长", "时间"], *[[p.name, p.phone, p.id_number, p.place, "驾驶、写诗", "周一三五晚"] for p in CAST]]
    save(folder / "名单.xlsx", ("储备志愿者", rows))
    return folder


def counts():
    return [table.objects.count() for table in TABLES]


def run(*words):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = commands.run(["intake", *map(str, words)])
    return code, out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_people_come_with_what_hangs_on_them_and_their_numbers_sealed(files):
    outcome = intake(actor=SYSTEM, at=AT, paths=[files])
    assert (outcome.created, outcome.updated, outcome.unchanged, outcome.written) == (len(CAST), 0, 0, True)
    person = Person.objects.get(name="买买提·阿里")
    cast = CAST[3]
    assert person.phone == cast.phone
    assert cast.phone not in person.phone_sealed
    assert sealed.unseal(person.id_number_sealed) == cast.id_number
    assert person.unit.short_name == cast.place
    assert [s.code for s in person.skills.all()] == ["driving"]
    assert person.note == "写诗"
    assert [(t.weekdays, t.start_minute, t.end_minute) for t in person.times.all()] == [(1 + 4 + 16, 1080, 1320)]
    assert [a.kind for a in person.affiliations.all()] == ["reserve_volunteer"]


@pytest.mark.django_db
def test_the_same_files_again_change_nothing_and_the_journal_is_quiet(files):
    intake(actor=SYSTEM, at=AT, paths=[files])
    before, rows = counts(), list(Person.objects.order_by("pk").values())
    again = intake(actor=SYSTEM, at=AT + timedelta(days=1), paths=[files])
    assert (again.created, again.updated, again.unchanged) == (0, 0, len(CAST))
    assert counts() == before
    assert list(Person.objects.order_by("pk").values()) == rows


@pytest.mark.django_db
def test_a_changed_row_updates_its_person_and_no_other(files, tmp_path):
    intake(actor=SYSTEM, at=AT, paths=[files])
    one = CAST[0]
    path = save(tmp_path / "b.xlsx", ("机关干部", [["姓名", "手机", "身份证"], [one.name, phone_of(900), one.id_number]]))
    outcome = intake(actor=SYSTEM, at=AT, paths=[path])
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 1, 0)
    person = Person.objects.get(name=one.name)
    assert person.phone == phone_of(900)
    assert {a.kind for a in person.affiliations.all()} == {"office_cadre", "reserve_volunteer"}


@pytest.mark.django_db
def test_a_phone_of_somebody_registered_before_is_flagged_and_two_people_stay_two(files, tmp_path):
    intake(actor=SYSTEM, at=AT, paths=[files])
    rows = [["姓名", "手机", "身份证"], ["新来的人", CAST[0].phone, None], [CAST[1].name, CAST[1].phone, id_of("19990101", 7)]]
    outcome = intake(actor=SYSTEM, at=AT, paths=[save(tmp_path / "b.xlsx", ("志愿者", rows))])
    assert outcome.created == 2
    assert [(p.row, p.code) for p in outcome.plan.problems if p.row] == [(2, "shared_phone"), (3, "two_ids")]


@pytest.mark.django_db
def test_a_dry_run_tells_the_same_and_writes_nothing(files):
    before = counts()
    dry = intake(actor=SYSTEM, at=AT, paths=[files], dry_run=True)
    assert counts() == before
    assert not dry.written
    assert dry.as_dict() == intake(actor=SYSTEM, at=AT, paths=[files]).as_dict()


@pytest.mark.django_db
@pytest.mark.parametrize("table", [Person, Affiliation, Skill, Availability])
def test_a_crash_half_way_leaves_nothing(files, monkeypatch, table):
    before, real = counts(), bulk.insert

    def crash(rows):
        if rows and isinstance(rows[0], table):
            raise MemoryError
        real(rows)

    monkeypatch.setattr(intake_actions.bulk, "insert", crash)
    marked = intake_files.dated_folder(AT)
    with pytest.raises(MemoryError):
        intake(actor=SYSTEM, at=AT, paths=[files], marked=marked)
    assert counts() == before
    assert not marked.exists()


@pytest.mark.django_db
def test_who_has_no_right_writes_nothing(files):
    intake(actor=SYSTEM, at=AT, paths=[files / "00 底数.xlsx"])
    before = counts()
    with pytest.raises(NotPermitted):
        intake(actor=Actor(account_id=1, name="某人"), at=AT, paths=[files])
    assert counts() == before


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_rows(tmp_path, django_assert_max_num_queries):
    for size in (20, 400):
        rows = [["姓名", "手机"], *[["王建国", phone_of(1000 + n)] for n in range(size)]]
        path = save(tmp_path / f"{size}.xlsx", ("志愿者", rows))
        with django_assert_max_num_queries(55):
            intake(actor=SYSTEM, at=AT, paths=[path])


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_intakes_at_once_make_nobody_twice(files):
    outcomes, errors = [], []

    def work():
        try:
            outcomes.append(intake(actor=SYSTEM, at=AT, paths=[files]))
        except Exception as error:  # a thread's error would be lost
            errors.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(o.created for o in outcomes) == [0, len(CAST)]
    assert Person.objects.count() == len(CAST)
    assert Unit.objects.filter(kind="neighborhood").count() == 4
    assert connection.vendor in {"sqlite", "postgresql"}


# The command.


@pytest.fixture
def _prepared(monkeypatch):
    monkeypatch.setattr("jimu.people.cli.prepare", lambda: None)


@pytest.mark.django_db
@pytest.mark.usefixtures("_prepared")
def test_the_command_prints_json_of_the_agreed_shape(files):
    save(files / "怪.xlsx", ("志愿者", [["姓名", "手机"], ["王某某", "199"]]))
    code, out, err = run(files, "--json")
    found = json.loads(out)
    assert code == 0
    assert list(found) == ["people", "created", "updated", "unchanged", "by_kind", "neighborhoods", "refused", "problems"]
    assert (found["people"], found["neighborhoods"], found["refused"]) == (len(CAST), 4, 1)
    assert set(found["problems"][0]) == {"file", "sheet", "row", "column", "severity", "code", "message"}
    folder = Path(err.strip().rsplit("：", 1)[1])
    assert [p.name for p in folder.iterdir()] == ["怪（已标注）.xlsx"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_prepared")
def test_the_command_puts_marked_workbooks_where_it_is_told_or_makes_none(tmp_path):
    path = save(tmp_path / "怪.xlsx", ("志愿者", [["姓名", "手机"], ["王某某", "199"]]))
    assert run(path, "--marked", tmp_path / "here")[0] == 0
    assert [p.name for p in (tmp_path / "here").iterdir()] == ["怪（已标注）.xlsx"]
    assert run(path, "--no-marked")[2] == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("_prepared")
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("坏.xlsx", b"rubbish", 2), ("空.csv", b"", 2), ("只有表头.csv", "姓名,手机".encode(), 2), ("都不行.csv", "姓名,手机\n王建国,199".encode(), 0)],
)
def test_the_command_ends_with_2_when_nothing_could_be_read_and_0_when_rows_were_refused(tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    before = counts()[1:]
    assert run(tmp_path / name)[0] == code
    assert counts()[1:4] == before[:3]


@pytest.mark.django_db
@pytest.mark.usefixtures("_prepared")
def test_no_phone_and_no_id_number_is_ever_printed_or_logged(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    rows = [["姓名", "手机", "身份证", "备注"], *[[p.name, p.phone, p.id_number, f"另有 {phone_of(700)}"] for p in CAST]]
    rows += [["王某某", phone_of(5) + "9", CAST[0].id_number[:-1]], ["别人", CAST[0].phone, None], ["李某某", None, "99999919700101"]]
    for words in ((), ("--json",)):
        code, out, err = run(save(tmp_path / "a.xlsx", ("志愿者", rows)), *words)
        assert code == 0
        assert not re.search(r"\d{9,}", re.sub(r"\d{8}-\d{6}|pytest-\S+", "", out + err))
        assert not re.search(r"1990000\d{4}|999999\d{8}", "".join(r.getMessage() for r in caplog.records if not r.name.startswith("django.db")))
    assert phone_of(700) not in "".join(Person.objects.values_list("note", flat=True))
    data = json.dumps(list(JournalEntry.objects.values_list("data", flat=True)), ensure_ascii=False)
    assert not re.search(r"1990000\d{4}", data)


@pytest.mark.django_db
def test_folders_older_than_a_day_are_removed(tmp_path):
    import os

    old, new = intake_files.base() / "20220301-000000", intake_files.base() / "20220331-120000"
    for folder, hours in ((old, 30), (new, 2)):
        folder.mkdir()
        stamp = (AT - timedelta(hours=hours)).timestamp()
        os.utime(folder, (stamp, stamp))
    intake_files.purge(AT)
    assert not old.exists()
    assert new.exists()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(not OFFICE.is_dir(), reason="the office's seven files are not beside the checkout")
def test_the_offices_seven_files_come_out_to_the_last_person():
    outcome = intake(actor=SYSTEM, at=AT, paths=[OFFICE])
    found = outcome.as_dict()
    # Counted apart from this code, cell by cell, by the rules of the issue.
    assert (found["people"], found["created"], found["neighborhoods"], found["refused"]) == (7899, 7899, 26, 9)
    assert {kind: n for kind, n in found["by_kind"].items() if n} == {
        "committee_cadre": 234, "contractor": 70, "medic": 92, "office_cadre": 131, "party_member": 1896, "police": 54, "property": 156,
        "reserve_volunteer": 5107, "seconded_cadre": 78, "social_worker": 71, "subdistrict_leader": 13,
    }  # fmt: skip
    rows = [(p["file"][:2], p["sheet"], p["row"], p["column"], p["code"]) for p in found["problems"] if p["code"] != "minor"]
    assert rows == [
        ("02", "机关干部", 13, "身份证号码", "id_lost_digits"), ("02", "机关干部", 25, "联系电话", "phone_length"),
        ("02", "机关干部", 59, "身份证号码", "id_lost_digits"), ("02", "机关社工", 11, "身份证", "id_check_digit"),
        ("02", "机关社工", 19, "名字", "no_name"), ("02", "机关社工", 42, "身份证", "id_check_digit"),
        ("03", "收集结果", 102, "手机号码（必填）", "phone_invalid"), ("03", "收集结果", 102, "手机号码（必填）", "no_contact"),
        ("03", "收集结果", 323, "居住居民区", "unknown_neighborhood"), ("03", "收集结果", 702, "手机号码（必填）", "phone_invalid"),
        ("03", "收集结果", 702, "手机号码（必填）", "no_contact"), ("03", "收集结果", 902, "您的姓名（必填）", "formula_name"),
        ("03", "收集结果", 1224, "居住居民区", "unknown_neighborhood"), ("03", "收集结果", 1502, "手机号码（必填）", "phone_invalid"),
        ("03", "收集结果", 1502, "手机号码（必填）", "no_contact"), ("04", "东泰储备群", 51, "电话", "no_contact"),
        ("04", "清河储备群", 51, "联系方式", "no_contact"), ("04", "甲一储备群", 52, "电话", "no_contact"), ("04", "百合储备群", 51, "联系方式", "no_contact"),
    ]  # fmt: skip
    assert UnitLeader.objects.filter(until=None, title="总支书记").count() == 26
    root = Unit.objects.get(depth=1)
    assert Person.objects.filter(affiliations__kind="reserve_volunteer", unit=root).count() == 0

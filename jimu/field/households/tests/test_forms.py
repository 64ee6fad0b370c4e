"""Forms as data: XLSForm read or refused row by row, conditions, versions while phones are away, answers once."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.errors import Invalid, NotFound, NotPermitted
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households import form_actions, form_queries, form_sample, round_actions
from jimu.field.households.form_actions import BadForm, Filling
from jimu.field.households.form_expressions import Unsupported, evaluate, gathered, parse, truth
from jimu.field.households.form_reading import read_form
from jimu.field.households.form_rules import Definition, mapped, read_answers
from jimu.field.households.models import Answer, FormVersion, Room, Visit
from jimu.sync.tests.conftest import Phone, enrolled

from .conftest import AT, Town, door

CONDITIONS = json.loads((Path(__file__).parent / "conditions.json").read_text(encoding="utf-8"))
CALCULATIONS = json.loads((Path(__file__).parent / "calculations.json").read_text(encoding="utf-8"))
#: Of which repeat the questions are that the examples ask about.
OF_PERSONS = dict.fromkeys(("person", "name", "age", "care"), "person")
SURVEY = [
    ["type", "name", "label::中文 (zh)", "label::English (en)", "hint", "required", "relevant", "constraint", "constraint_message"],
    ["note", "hello", "请先说明来意", "Say why you came", "", "", "", "", ""],
    ["integer", "people", "常住几人", "How many live here", "不算访客", "yes", "", ". >= 1 and . <= 20", "人数要在 1 到 20 之间"],
    ["begin group", "health", "健康", "Health", "", "", "", "", ""],
    ["select_one yn", "medicine", "要配药吗", "Medicine?", "", "yes", "", "", ""],
    ["select_multiple drugs", "which", "哪一类", "Which", "", "yes", "${medicine} = 'yes'", "", ""],
    ["end group", "", "", "", "", "", "", "", ""],
    ["decimal", "days", "药还够几天", "Days left", "", "", "selected(${which}, 'insulin')", "", ""],
    ["date", "visit", "下次就诊", "Next visit", "", "", "", "", ""],
    ["text", "say", "还要什么", "Anything else", "", "", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label::中文 (zh)", "label::English (en)"],
    ["yn", "yes", "要", "Yes"], ["yn", "no", "不要", "No"], ["drugs", "insulin", "胰岛素", "Insulin"], ["drugs", "pressure", "降压药", "Blood pressure"],
]  # fmt: skip


def xlsform(folder: Path, survey: list[list[object]] | None = None, choices: list[list[object]] | None = None, form_id: str = "need") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets = {"survey": survey or SURVEY, "choices": choices or CHOICES, "settings": [["form_title", "form_id"], ["入户需求", form_id]]}
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "form.xlsx")
    return folder / "form.xlsx"


@pytest.fixture
def form(tmp_path: Path) -> Definition:
    reading = read_form(xlsform(tmp_path))
    assert reading.faults == []
    return reading.definition


class TestConditions:
    @pytest.mark.parametrize(("text", "values", "own", "holds"), CONDITIONS)
    def test_the_server_agrees_with_the_examples(self, text: str, values: dict[str, object], own: object, holds: bool) -> None:
        assert truth(evaluate(parse(text), values, own, "2022-04-06")) is holds

    @pytest.mark.parametrize(("text", "values", "result"), CALCULATIONS)
    def test_the_server_reckons_as_the_examples_say(self, text: str, values: dict[str, object], result: object) -> None:
        found = evaluate(gathered(parse(text), OF_PERSONS), values, None, "2022-04-06")
        assert (found, type(found)) == (result, type(result))

    @pytest.mark.parametrize("text", ["", "${a} =", "pulldata('x')", "${a} = 'b", "a b", "selected(${a})", "(" * 60 + "1" + ")" * 60, "${a} * ", "if(1, 2)", "region = 1", "${a} ** 2", "1" * 600, "${a", "..", "position()", "position(.)", "count()"])
    def test_what_is_not_known_is_refused_in_words(self, text: str) -> None:
        with pytest.raises(Unsupported):
            parse(text)

    @given(st.text(alphabet="${}ab='\"<>!() .,andornot-+1", max_size=40), st.none() | st.text(max_size=5) | st.integers() | st.lists(st.text(max_size=3), max_size=3))
    def test_any_text_is_a_condition_or_is_refused(self, text: str, own: object) -> None:
        try:
            node = parse(text)
        except Unsupported:
            return
        evaluate(node, {"a": own}, own, "2022-04-06")


class TestReading:
    def test_a_workbook_becomes_questions_in_both_languages(self, form: Definition) -> None:
        told = {one["name"]: one for one in (q.describe("en") for q in form.questions)}
        assert [one.type for one in form.questions] == ["note", "integer", "select_one", "select_multiple", "decimal", "date", "text"]
        assert (told["medicine"]["label"], told["medicine"]["group"], told["which"]["choices"][0]) == ("Medicine?", "Health", ["insulin", "Insulin"])
        assert form.questions[1].describe("zh-hans")["label"] == "常住几人"
        assert told["people"]["message"] == "人数要在 1 到 20 之间"
        assert Definition.of(json.loads(json.dumps(form.as_data()))) == form

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (["begin repeat", "r", "没有收尾", "", "", "", "", "", ""], "type"),
            (["end repeat", "", "", "", "", "", "", "", ""], "type"),
            (["geopoint", "g", "位置", "", "", "", "", "", ""], "type"),
            (["select_one nothing", "s", "选", "", "", "", "", "", ""], "type"),
            (["select_one yn or_other", "s", "选", "", "", "", "", "", ""], "type"),
            (["text", "people", "重名", "", "", "", "", "", ""], "name"),
            (["text", "两个字", "名字不对", "", "", "", "", "", ""], "name"),
            (["text", "t", "", "", "", "", "", "", ""], "label"),
            (["text", "t", "条件", "", "", "", "${later} = 1", "", ""], "relevant"),
            (["text", "t", "条件", "", "", "", "", "regex(., 'x')", ""], "constraint"),
            (["end group", "", "", "", "", "", "", "", ""], "type"),
            (["begin group", "g", "没有收尾", "", "", "", "", "", ""], "type"),
        ],
    )
    def test_what_is_not_supported_is_said_with_its_row(self, tmp_path: Path, row: list[object], column: str) -> None:
        reading = read_form(xlsform(tmp_path, [*SURVEY, row]))
        assert reading.definition is None
        assert {(one.sheet, one.row, one.column) for one in reading.faults} == {("survey", len(SURVEY) + 1, column)}

    def test_columns_that_change_the_form_are_refused_and_looks_are_passed_over(self, tmp_path: Path) -> None:
        head = [*SURVEY[0], "default", "appearance"]
        refused = read_form(xlsform(tmp_path, [head, [*SURVEY[2], "1 + 1", ""]]))
        assert [one.column for one in refused.faults] == ["default"]
        passed = read_form(xlsform(tmp_path, [head, [*SURVEY[2], "", "numbers"]]))
        assert passed.definition is not None
        assert [one.column for one in passed.notes] == ["appearance"]

    def test_the_sample_that_an_office_begins_with_is_sound(self, tmp_path: Path) -> None:
        (tmp_path / form_sample.NAME).write_bytes(form_sample.workbook())
        reading = read_form(tmp_path / form_sample.NAME)
        assert (reading.faults, reading.notes, reading.definition.title) == ([], [], "入户需求")
        # Words stay as they were typed.
        assert reading.definition.questions[0].label["zh"] == "先说明来意，站在门外一米"
        given = {"people": 2, "medicine_out": "yes", "days_left": 1.5, "goods": ["other"], "goods_other": "猫粮"}
        assert read_answers(reading.definition, given, date(2022, 4, 6)) == {**given, "unwell_count": 0}
        given["unwell"] = [{"_id": str(new_id()), "who": "王阿姨", "temperature": 38.2, "to_doctor": "yes"}]
        assert read_answers(reading.definition, given, date(2022, 4, 6)) == {**given, "unwell_count": 1}

    def test_a_workbook_that_is_no_form_says_so(self, tmp_path: Path) -> None:
        openpyxl.Workbook().save(tmp_path / "x.xlsx")
        assert "survey" in read_form(tmp_path / "x.xlsx").faults[0].message
        (tmp_path / "y.xlsx").write_bytes(b"PK nonsense")
        assert read_form(tmp_path / "y.xlsx").faults


class TestAnswers:
    def read(self, form: Definition, **given: object) -> dict[str, object]:
        return read_answers(form, given, date(2022, 4, 6))

    def test_what_is_not_relevant_is_left_out_and_needs_no_answer(self, form: Definition) -> None:
        assert self.read(form, people=2, medicine="no", which=["insulin"], days=3.5) == {"people": 2, "medicine": "no"}
        assert self.read(form, people="2", medicine="yes", which=["insulin"], days="3.5")["days"] == 3.5

    @pytest.mark.parametrize(
        "given",
        [
            {}, {"people": 0, "medicine": "no"}, {"people": 21, "medicine": "no"}, {"people": "many", "medicine": "no"}, {"people": 2, "medicine": "perhaps"},
            {"people": 2, "medicine": "yes"}, {"people": 2, "medicine": "yes", "which": ["x"]}, {"people": 2, "medicine": "no", "visit": "2022-02-30"},
            {"people": True, "medicine": "no"}, {"people": 2, "medicine": "no", "say": {"a": 1}}, {"people": 2, "medicine": ["yes"]}, {"people": "9" * 5000, "medicine": "no"},
        ],
    )  # fmt: skip
    def test_what_is_missing_or_wrong_is_refused(self, form: Definition, given: dict[str, object]) -> None:
        with pytest.raises(Invalid):
            self.read(form, **given)

    def test_answers_of_an_older_version_are_read_in_the_newer_and_nothing_is_dropped(self, tmp_path: Path, form: Definition) -> None:
        newer = [row for row in SURVEY if row[1] not in ("days", "which")]
        newer += [["select_one drugs", "which", "哪一类", "", "", "", "", "", ""], ["text", "people2", "几人", "", "", "", "", "", ""]]
        second = read_form(xlsform(tmp_path, newer)).definition
        fits, rest = mapped({"people": 2, "which": ["insulin"], "days": 3.5, "say": "米"}, second)
        assert (fits, rest) == ({"people": 2, "which": "insulin", "say": "米"}, {"days": 3.5})
        assert mapped({"which": ["insulin", "pressure"]}, second) == ({}, {"which": ["insulin", "pressure"]})

    @given(st.dictionaries(st.sampled_from(["people", "medicine", "which", "days", "visit", "say"]), st.none() | st.text(max_size=8) | st.integers() | st.floats() | st.booleans() | st.lists(st.text(max_size=3), max_size=3)))
    def test_any_answers_are_kept_or_refused_and_what_is_kept_stays(self, answers: dict[str, object]) -> None:
        form = Definition.of(json.loads(json.dumps(_FORM.as_data())))
        try:
            kept = read_answers(form, answers, date(2022, 4, 6))
        except Invalid:
            return
        assert read_answers(form, kept, date(2022, 4, 6)) == kept
        assert mapped(kept, form) == (kept, {})


def _form_of_the_house() -> Definition:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        return read_form(xlsform(Path(folder))).definition


_FORM = _form_of_the_house()


@pytest.mark.django_db
class TestAtTheDoor:
    @pytest.fixture
    def at_work(self, town: Town, tmp_path: Path) -> SimpleNamespace:
        rooms = {n: door(town, "1号楼", n) for n in ("101", "102")}
        version, _reading = form_actions.import_form(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk, path=xlsform(tmp_path))
        opened = round_actions.open_round(
            actor=SYSTEM, at=clock.now() - timedelta(hours=1), unit_id=town["第1网格块"].pk, title="需求", pairs=1, form_id=version.form_id
        )
        return SimpleNamespace(town=town, rooms=rooms, version=version, round=opened, folder=tmp_path)

    def payload(self, at_work: SimpleNamespace, room: Room, **answers: object) -> dict[str, object]:
        return {"room": str(room.pk), "round": str(at_work.round.pk), "form": str(at_work.version.pk), "answers": {"people": 2, "medicine": "no", **answers}}

    def op(self, phone: Phone, payload: dict[str, object]) -> dict[str, object]:
        return {"op_id": str(new_id()), "kind": "households.answer", "at": phone.now().isoformat(), "based_on": None, "payload": payload}

    @pytest.fixture
    def phone(self, at_work: SimpleNamespace) -> Phone:
        return enrolled(at_work.town, at_work.town.account("block_leader", "第1网格块"))

    def test_the_pack_holds_the_form_once_and_every_door_names_it(self, at_work: SimpleNamespace, phone: Phone) -> None:
        pack = next(one for one in phone.pack().json()["packs"] if one["name"] == "households.round")
        key = str(at_work.version.pk)
        assert {item["form"] for item in pack["items"]} == {key} == set(pack["forms"])
        assert [field["type"] for field in pack["forms"][key]["fields"]] == ["note", "number", "choice", "choices", "decimal", "date", "long"]

    def test_answers_arrive_once_and_are_a_knock_too(self, at_work: SimpleNamespace, phone: Phone) -> None:
        ops = [self.op(phone, self.payload(at_work, room)) for room in at_work.rooms.values()]
        assert phone.outcomes(*ops) == ["done", "done"]
        assert phone.outcomes(*ops) == ["already_done", "already_done"]
        assert (Answer.objects.count(), Visit.objects.count(), {room.state for room in Room.objects.all()}) == (2, 2, {"checked"})
        assert "people" not in str(Answer.objects.values_list("answers_sealed", flat=True)[0])

    def test_a_form_changed_while_phones_are_away_keeps_and_maps_what_they_bring(self, at_work: SimpleNamespace, phone: Phone) -> None:
        offline = self.op(phone, self.payload(at_work, at_work.rooms["101"], medicine="yes", which=["insulin"], days=2))
        newer = [row for row in SURVEY if row[1] != "days"] + [["text", "extra", "新题", "", "", "yes", "", "", ""]]
        second, _reading = form_actions.import_form(actor=SYSTEM, at=clock.now(), unit_id=at_work.town["甲一居民区"].pk, path=xlsform(at_work.folder, newer))
        assert (second.number, second.form_id) == (2, at_work.version.form_id)
        # The new required question is not asked of who filled in the old form.
        assert phone.outcomes(offline) == ["done"]
        (filled,) = form_queries.filled(SYSTEM, second.form)
        assert filled.answer.version_id == at_work.version.pk
        assert (filled.values["which"], dict(filled.rest)) == (["insulin"], {"days": 2.0})
        new = self.payload(at_work, at_work.rooms["102"])
        assert phone.outcomes(self.op(phone, {**new, "form": str(second.pk)})) == ["refused"]
        _title, content = form_actions.answers_table(actor=SYSTEM, at=clock.now(), form_id=second.form_id, language="zh-hans")
        (at_work.folder / "out.xlsx").write_bytes(content)
        rows = list(openpyxl.load_workbook(at_work.folder / "out.xlsx").active.values)
        assert rows[2][:6] == ("1号楼", None, "101", 2, "要", "胰岛素")
        assert rows[2][-1] == "days=2.0"

    @pytest.mark.parametrize("wrong", [{"form": str(new_id())}, {"answers": {"people": 99, "medicine": "no"}}, {"answers": {"nothing": 1}}, {"answers": []}, {"form": None}])
    def test_wrong_answers_are_refused_and_nothing_of_them_is_written(self, at_work: SimpleNamespace, phone: Phone, wrong: dict[str, object]) -> None:
        good = self.op(phone, self.payload(at_work, at_work.rooms["101"]))
        bad = self.op(phone, {**self.payload(at_work, at_work.rooms["102"]), **wrong})
        assert phone.outcomes(good, bad) == ["done", "refused"]
        assert (Answer.objects.count(), Visit.objects.count()) == (1, 1)

    def test_a_door_of_another_block_takes_no_answer(self, at_work: SimpleNamespace, phone: Phone) -> None:
        far = door(at_work.town, "3号楼", "101")
        assert phone.outcomes(self.op(phone, self.payload(at_work, far))) == ["refused"]
        told = Filling(new_id(), at_work.round.pk, at_work.rooms["101"].pk, at_work.version.pk, {"people": 1, "medicine": "no"}, AT)
        (refused,) = form_actions.keep_answers(actor=at_work.town.actor("secretary", "乙一居民区"), told=[told])
        assert isinstance(refused, NotFound)

    def desk(self, at_work: SimpleNamespace, role: str = "block_leader", unit: str = "第1网格块") -> Client:
        client = Client()
        client.force_login(at_work.town.account(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def sheet(self, at_work: SimpleNamespace, **more: object) -> dict[str, object]:
        answers = json.dumps(more.pop("answers", {"people": 3, "medicine": "no"}))
        return {"op_id": str(new_id()), "version": str(at_work.version.pk), "answers": answers, "way": "paper", "said_at": "", **more}

    def test_a_paper_sheet_is_entered_once_at_a_desk_and_says_how_it_came(self, at_work: SimpleNamespace) -> None:
        client, room = self.desk(at_work), at_work.rooms["101"]
        address = reverse("households:fill", args=[room.pk])
        assert address in client.get(reverse("households:room", args=[room.pk])).content.decode()
        page = client.get(address)
        drawn = json.loads(re.search(r'<script id="filling"[^>]*>(.*?)</script>', page.content.decode())[1])
        assert [one["name"] for one in drawn["fields"]] == ["hello", "people", "medicine", "which", "days", "visit", "say"]
        sent = self.sheet(at_work, said_at=f"{timezone.localtime(clock.now() - timedelta(minutes=30)):%Y-%m-%dT%H:%M}")
        assert [client.post(address, sent).status_code for _n in range(2)] == [302, 302]
        kept = Answer.objects.get()
        assert (kept.way, str(kept.pk), form_queries.values_of(kept)) == ("paper", sent["op_id"], {"people": 3, "medicine": "no"})
        assert timedelta(minutes=29) < clock.now() - kept.at < timedelta(minutes=32)
        assert (Visit.objects.get().result, Room.objects.get(pk=room.pk).state) == ("answered", "checked")
        assert "纸表补录" in client.get(reverse("households:room", args=[room.pk])).content.decode()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"answers": {"people": 99, "medicine": "no"}}, {"answers": {"nothing": 1}}, {"answers": [1]}, {"way": "door"}, {"said_at": "2099-01-01T00:00"},
            {"said_at": "2022-01-01T00:00"}, {"op_id": "x"},
        ],
    )  # fmt: skip
    def test_what_may_not_stay_is_said_and_what_was_typed_is_still_there(self, at_work: SimpleNamespace, wrong: dict[str, object]) -> None:
        answer = self.desk(at_work).post(reverse("households:fill", args=[at_work.rooms["101"].pk]), self.sheet(at_work, **wrong))
        assert answer.status_code == 422
        assert (Answer.objects.count(), Visit.objects.count()) == (0, 0)
        if wrong.get("answers") == {"people": 99, "medicine": "no"}:
            drawn = json.loads(re.search(r'<script id="filling"[^>]*>(.*?)</script>', answer.content.decode())[1])
            assert drawn["values"] == {"people": 99, "medicine": "no"}
            assert "人数要在 1 到 20 之间" in answer.content.decode()

    def test_a_desk_elsewhere_and_a_door_without_a_form_have_no_sheet(self, at_work: SimpleNamespace) -> None:
        address = reverse("households:fill", args=[at_work.rooms["101"].pk])
        assert [self.desk(at_work, *who).get(address).status_code for who in (("secretary", "乙一居民区"), ("building_leader", "2号楼"), ("auditor", "甲一居民区"))] == [404, 404, 403]
        far = door(at_work.town, "3号楼", "101")
        page = self.desk(at_work, "secretary", "甲一居民区").get(reverse("households:fill", args=[far.pk]))
        assert (page.status_code, "先在这一块开始一轮带表格的入户" in page.content.decode()) == (404, True)

    def test_the_same_form_again_is_no_new_version(self, at_work: SimpleNamespace) -> None:
        again, _reading = form_actions.import_form(actor=SYSTEM, at=AT, unit_id=at_work.town["甲一居民区"].pk, path=xlsform(at_work.folder))
        assert (again.pk, FormVersion.objects.count()) == (at_work.version.pk, 1)

    def test_pages_take_a_form_name_its_faults_and_show_answers_on_record(self, at_work: SimpleNamespace, phone: Phone) -> None:
        town, client = at_work.town, at_work.town.client("secretary", "甲一居民区")
        phone.send(self.op(phone, self.payload(at_work, at_work.rooms["101"], say="奶粉")))
        broken = xlsform(at_work.folder, [*SURVEY, ["geopoint", "g", "位置"]]).read_bytes()
        sent = {"unit": town["甲一居民区"].pk, "file": SimpleUploadedFile("表.xlsx", broken)}
        refused = client.post(reverse("households:forms"), sent)
        assert refused.status_code == 422
        assert "geopoint" in refused.content.decode()
        fine = {"unit": town["甲一居民区"].pk, "file": SimpleUploadedFile("表.xlsx", xlsform(at_work.folder, form_id="other").read_bytes())}
        address = client.post(reverse("households:forms"), fine)["Location"]
        assert "胰岛素" in client.get(address).content.decode()
        assert client.get(reverse("households:form_sample")).content[:2] == b"PK"
        room = client.get(reverse("households:room", args=[at_work.rooms["101"].pk])).content.decode()
        assert "入户需求" in room
        assert "奶粉" not in room
        shown = client.post(reverse("households:answer", args=[Answer.objects.get().pk]))
        assert "奶粉" in shown.content.decode()
        assert JournalEntry.objects.filter(verb="ledger.answers_seen").count() == 1
        assert town.client("auditor").post(reverse("households:answer", args=[Answer.objects.get().pk])).status_code == 403
        with pytest.raises(NotPermitted):
            form_actions.import_form(actor=town.actor("block_leader", "第1网格块"), at=AT, unit_id=town["第1网格块"].pk, path=xlsform(at_work.folder))
        with pytest.raises(BadForm):
            form_actions.import_form(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk, path=xlsform(at_work.folder, [["type", "name", "label"]]))

"""Parts of a form that are asked again for each person: read, judged, kept apart by identity, laid together by a person, written out."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from jimu.core import clock
from jimu.core.errors import Invalid, NotFound
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households import form_actions, form_joining, form_queries, round_actions
from jimu.field.households.form_actions import Filling
from jimu.field.households.form_reading import read_form
from jimu.field.households.form_rules import Definition, described, mapped, read_answers
from jimu.field.households.models import Answer
from jimu.sync.tests.conftest import Phone, enrolled

from .conftest import AT, Town, door
from .test_forms import xlsform

SURVEY = [
    ["type", "name", "label", "required", "relevant", "constraint", "choice_filter", "calculation", "repeat_count"],
    ["integer", "floor", "几楼", "yes", "", "", "", "", ""],
    ["begin group", "all", "都有谁", "", "${floor} > 0", "", "", "", ""],
    ["begin repeat", "person", "人员", "", "", "", "", "", ""],
    ["text", "name", "称呼", "yes", "", "", "", "", ""],
    ["select_one yn", "hot", "${name} 发热吗", "yes", "", "", "", "", ""],
    ["begin group", "ill", "不舒服", "", "${hot} = 'yes'", "", "", "", ""],
    ["decimal", "temperature", "体温", "yes", "", ". >= 34 and . <= 43", "", "", ""],
    ["end group", "", "", "", "", "", "", "", ""],
    ["select_one stair", "stair", "走哪个门洞", "", "", "", "on = ${floor}", "", ""],
    ["calculate", "line", "", "", "", "", "", "concat(position(..), ${name})", ""],
    ["end repeat", "", "", "", "", "", "", "", ""],
    ["end group", "", "", "", "", "", "", "", ""],
    ["calculate", "hottest", "", "", "", "", "", "max(${temperature})", ""],
    ["text", "why", "没有人为什么", "yes", "count(${person}) = 0", "", "", "", ""],
]
CHOICES = [["list_name", "name", "label", "on"], ["yn", "yes", "是", ""], ["yn", "no", "否", ""], ["stair", "a", "甲", "1"], ["stair", "b", "乙", "2"]]


def entry(name: str, hot: str = "no", **more: object) -> dict[str, object]:
    return {"_id": str(new_id()), "name": name, "hot": hot, **more}


@pytest.fixture
def form(tmp_path: Path) -> Definition:
    reading = read_form(xlsform(tmp_path, SURVEY, CHOICES))
    assert reading.faults == []
    assert Definition.of(json.loads(json.dumps(reading.definition.as_data()))) == reading.definition
    return reading.definition


def read(form: Definition, *persons: object, floor: int = 1, **more: object) -> dict[str, object]:
    return read_answers(form, {"floor": floor, "person": list(persons), **more}, date(2022, 4, 6))


class TestReading:
    def test_a_repeat_is_one_question_that_holds_others(self, form: Definition) -> None:
        assert [one.name for one in form.questions] == ["floor", "person", "hottest", "why"]
        told = next(one for one in described(form, "") if one["name"] == "person")
        assert [one["name"] for one in told["questions"]] == ["name", "hot", "temperature", "stair", "line"]
        assert (told["group"], told["questions"][0]["group"], told["questions"][2]["group"], told["most"]) == ("都有谁", "", "不舒服", 40)

    @pytest.mark.parametrize(
        ("rows", "column"),
        [
            ([["begin repeat", "x", "里面再套"]], "type"),
            ([["begin repeat", "x", ""], ["text", "y", "字"], ["end repeat"]], "label"),
            ([["begin repeat", "x", "空的"], ["note", "y", "只有说明"], ["end repeat"]], "type"),
            ([["note", "x", "最热的是 ${temperature}"]], "label"),
            ([["text", "x", "字", "", "${temperature} > 37"]], "relevant"),
            ([["text", "x", "字", "", "${person} = 1"]], "relevant"),
            ([["text", "x", "字", "", "count(${temperature}) > 1"]], "relevant"),
            ([["text", "x", "字", "", "sum(${temperature} + 1) > 1"]], "relevant"),
            ([["text", "x", "字", "", "position(..) = 1"]], "relevant"),
            ([["text", "x", "字", "", "", "", "", "", "2"]], "repeat_count"),
            ([["begin repeat", "x", "几项", "", "", "", "", "", "${later}"], ["text", "y", "字"], ["end repeat"]], "repeat_count"),
            ([["begin repeat", "person", "重名"], ["text", "y", "字"], ["end repeat"]], "name"),
        ],
    )
    def test_what_a_repeat_cannot_be_is_said_with_its_row(self, tmp_path: Path, rows: list[list[object]], column: str) -> None:
        before = SURVEY[:5] if rows[0][2] == "里面再套" else SURVEY
        after = [["end repeat"], ["end repeat"], ["end group"]] if before is not SURVEY else []
        reading = read_form(xlsform(tmp_path, [*before, *rows, *after], CHOICES))
        assert (len(before) + 1, column) in {(one.row, one.column) for one in reading.faults}

    def test_a_form_without_repeats_is_kept_as_it_was_before_there_were_any(self, tmp_path: Path) -> None:
        kept = read_form(xlsform(tmp_path)).definition.as_data()
        assert not any({"questions", "count"} & set(one) for one in kept["questions"])


class TestEntries:
    def test_conditions_and_choices_look_into_their_own_entry_and_out_of_it(self, form: Definition) -> None:
        king, li = entry("王", "yes", temperature=38.5, stair="a"), entry("李", temperature=41)
        kept = read(form, king, li)
        # Not asked of who is not hot; reckoned for each, and over all of them.
        assert kept["person"] == [{**king, "line": "1王"}, {"_id": li["_id"], "name": "李", "hot": "no", "line": "2李"}]
        assert kept["hottest"] == 38.5
        assert read(form, floor=0, why="空房") == {"floor": 0, "why": "空房"}

    @pytest.mark.parametrize(
        ("person", "said"),
        [
            (entry(""), "第 1 项"), (entry("王", "yes"), "体温"), (entry("王", "yes", temperature=50), "体温"), (entry("王", stair="b"), "门洞"), (entry("王", "perhaps"), "发热"),
            ({"name": "王", "hot": "no"}, "人员"), ({**entry("王"), "_id": "1"}, "人员"), (entry("王", nothing=1), "人员"), ("王", "人员"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_in_an_entry_says_in_which(self, form: Definition, person: object, said: str) -> None:
        with pytest.raises(Invalid, match=said):
            read(form, person)
        assert read(form, entry("王"))

    def test_an_entry_is_there_once_and_there_are_not_too_many(self, form: Definition) -> None:
        one = entry("王")
        with pytest.raises(Invalid):
            read(form, one, one)
        assert len(read(form, *(entry(str(n)) for n in range(40)))["person"]) == 40
        with pytest.raises(Invalid, match="40"):
            read(form, *(entry(str(n)) for n in range(41)))

    @pytest.mark.parametrize(("count", "floor", "wanted"), [("2", 1, 2), ("${floor}", 3, 3), ("if(${floor} > 1, 1, 0)", 1, 0)])
    def test_a_count_is_kept(self, tmp_path: Path, count: str, floor: int, wanted: int) -> None:
        rows = [row if row[1] != "person" else [*row[:8], count] for row in SURVEY]
        counted = read_form(xlsform(tmp_path, rows, CHOICES)).definition
        people = [entry(str(n)) for n in range(4)]
        assert len(read(counted, *people[:wanted], floor=floor, why="没人").get("person", [])) == wanted
        with pytest.raises(Invalid, match=str(wanted)):
            read(counted, *people[: wanted + 1], floor=floor, why="没人")

    def test_entries_of_an_older_version_are_read_in_the_newer_and_nothing_is_dropped(self, tmp_path: Path, form: Definition) -> None:
        newer = read_form(xlsform(tmp_path, [row for row in SURVEY if row[1] not in ("temperature", "hottest")], CHOICES)).definition
        one = entry("王", "yes", temperature=38.5)
        fits, rest = mapped({"floor": 1, "person": [one]}, newer)
        assert fits["person"] == [{key: value for key, value in one.items() if key != "temperature"}]
        assert rest == {"person": [{"temperature": 38.5}]}
        plain = read_form(xlsform(tmp_path, [SURVEY[0], ["text", "person", "谁"]], CHOICES)).definition
        assert mapped({"person": [one]}, plain) == ({}, {"person": [one]})
        assert mapped({"person": "王"}, form) == ({}, {"person": "王"})


@pytest.mark.django_db
class TestTwoPhones:
    @pytest.fixture
    def at_work(self, town: Town, tmp_path: Path) -> SimpleNamespace:
        room = door(town, "1号楼", "101")
        version, _reading = form_actions.import_form(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk, path=xlsform(tmp_path, SURVEY, CHOICES))
        opened = round_actions.open_round(actor=SYSTEM, at=clock.now() - timedelta(hours=1), unit_id=town["第1网格块"].pk, title="测温", pairs=1, form_id=version.form_id)
        return SimpleNamespace(town=town, room=room, version=version, round=opened)

    def told(self, at_work: SimpleNamespace, minutes: int, *persons: object, **more: object) -> Filling:
        at = clock.now() - timedelta(minutes=minutes)
        answers = {"floor": 1, "person": list(persons)}
        return Filling(new_id(), at_work.round.pk, at_work.room.pk, at_work.version.pk, answers, at, **more)

    def both(self, at_work: SimpleNamespace) -> tuple[dict[str, object], dict[str, object]]:
        """Two phones at one door, without a network: each met another person."""
        king, li = entry("王", "yes", temperature=38.5), entry("李")
        earlier, later = self.told(at_work, 20, king), self.told(at_work, 10, li)
        assert form_actions.keep_answers(actor=SYSTEM, told=[later, earlier]) == [None, None]
        return king, li

    def client(self, at_work: SimpleNamespace) -> Client:
        client = Client()
        client.force_login(at_work.town.account("block_leader", "第1网格块"), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_the_phone_is_given_the_questions_of_the_repeat_as_it_draws_them(self, at_work: SimpleNamespace) -> None:
        phone: Phone = enrolled(at_work.town, at_work.town.account("block_leader", "第1网格块"))
        pack = next(one for one in phone.pack().json()["packs"] if one["name"] == "households.round")
        fields = pack["forms"][str(at_work.version.pk)]["fields"]
        assert [(one["name"], one["type"]) for one in fields[1]["questions"]] == [("name", "long"), ("hot", "choice"), ("temperature", "decimal"), ("stair", "choice"), ("line", "calculate")]
        payload = {"room": str(at_work.room.pk), "round": str(at_work.round.pk), "form": str(at_work.version.pk), "answers": {"floor": 1, "person": [entry("王")]}}
        op = {"op_id": str(new_id()), "kind": "households.answer", "at": phone.now().isoformat(), "based_on": None, "payload": payload}
        assert (phone.outcomes(op), phone.outcomes(op)) == (["done"], ["already_done"])
        assert form_queries.values_of(Answer.objects.get())["person"][0]["line"] == "1王"

    def test_who_only_records_at_doors_is_led_to_no_ledger(self, at_work: SimpleNamespace) -> None:
        self.both(at_work)
        leader, member = self.client(at_work), Client()
        member.force_login(at_work.town.account("member", at_work.round.unit.name), backend="django.contrib.auth.backends.ModelBackend")
        ledger = reverse("households:room", args=[at_work.room.pk])
        address = reverse("households:round", args=[at_work.round.pk])
        assert ledger in leader.get(address).content.decode()
        answer = member.get(address)
        assert answer.status_code == 200
        assert ledger not in answer.content.decode()

    def test_the_newest_counts_and_the_other_lies_beside_it_until_a_person_lays_them_together(self, at_work: SimpleNamespace) -> None:
        king, li = self.both(at_work)
        (filled,) = form_queries.filled(SYSTEM, at_work.version.form)
        assert [one["name"] for one in filled.values["person"]] == ["李"]
        assert form_joining.doubled(at_work.round) == [at_work.room]
        joined = form_joining.join(actor=SYSTEM, at=clock.now(), room_id=at_work.room.pk, language="")
        assert [one["_id"] for one in joined.values["person"]] == [li["_id"], king["_id"]]
        ((_answer, lines),) = joined.others
        assert [(line.label, line.before, line.after) for line in lines] == [("人员 1", "王，是，38.5", ""), ("人员 1", "", "李，否")]
        third = self.told(at_work, 0, *({key: one[key] for key in ("_id", "name", "hot")} for one in (li, {**king, "hot": "no"})), joins=joined.ids)
        form_actions.fill_in(actor=SYSTEM, at=clock.now(), told=third)
        assert form_joining.doubled(at_work.round) == []
        # A third phone that comes home late is not lost in what was laid together before.
        form_actions.keep_answers(actor=SYSTEM, told=[self.told(at_work, 15, entry("周"))])
        assert len(form_joining.sheets_of(at_work.room, at_work.round)) == 2

    def test_an_entry_that_both_sheets_have_differs_field_by_field(self, at_work: SimpleNamespace) -> None:
        king = entry("王", "yes", temperature=38.5)
        first, second = self.told(at_work, 20, king), self.told(at_work, 10, entry("李"), {**king, "temperature": 39})
        form_actions.keep_answers(actor=SYSTEM, told=[first, second])
        ((_answer, lines),) = form_joining.join(actor=SYSTEM, at=clock.now(), room_id=at_work.room.pk, language="").others
        assert [(line.heading, line.label, line.before, line.after) for line in lines if line.heading] == [("人员 2", "体温", "38.5", "39.0")]

    def test_it_is_done_at_a_desk_and_who_looked_is_on_record(self, at_work: SimpleNamespace) -> None:
        king, li = self.both(at_work)
        client, room = self.client(at_work), at_work.room
        address = reverse("households:join", args=[room.pk])
        assert address in client.get(reverse("households:room", args=[room.pk])).content.decode()
        assert "101" in client.get(reverse("households:round", args=[at_work.round.pk])).content.decode()
        page = client.post(address).content.decode()
        assert "王，是，38.5" in page
        assert JournalEntry.objects.filter(verb="ledger.answers_seen").count() == 1
        joins = ",".join(str(one.pk) for one in Answer.objects.all())
        people = [{key: one[key] for key in ("_id", "name", "hot")} for one in (li, {**king, "hot": "no"})]
        sent = {"op_id": str(new_id()), "version": str(at_work.version.pk), "answers": json.dumps({"floor": 1, "person": people}), "way": "paper", "said_at": "", "joins": joins}
        far = door(at_work.town, "2号楼", "101")
        assert client.post(reverse("households:fill", args=[far.pk]), sent).status_code == 422
        assert client.post(reverse("households:fill", args=[room.pk]), sent).status_code == 302
        assert client.post(address).status_code == 404
        shown = client.post(reverse("households:answer", args=[sent["op_id"]])).content.decode()
        assert ("人员 2" in shown, "王" in shown) == (True, True)
        with pytest.raises(NotFound):
            form_joining.join(actor=at_work.town.actor("block_leader", "第2网格块"), at=clock.now(), room_id=room.pk, language="")

    def test_each_repeat_has_a_sheet_of_its_own_in_the_workbook(self, at_work: SimpleNamespace) -> None:
        form_actions.keep_answers(actor=SYSTEM, told=[self.told(at_work, 5, entry("王", "yes", temperature=38.5), entry("=李"))])
        _title, content = form_actions.answers_table(actor=SYSTEM, at=clock.now(), form_id=at_work.version.form_id, language="")
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book.sheetnames == ["入户需求", "人员"]
        doors, people = ([list(row) for row in sheet.values] for sheet in book.worksheets)
        assert doors[2][:6] == ["1号楼", None, "101", 1, 2, 38.5]
        assert people[1:] == [
            ["楼栋", "单元", "室号", "第几项", "称呼", "… 发热吗", "体温", "走哪个门洞", "line"],
            ["1号楼", None, "101", 1, "王", "是", 38.5, None, "1王"],
            ["1号楼", None, "101", 2, "=李", "否", None, None, "2=李"],
        ]

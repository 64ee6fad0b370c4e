"""Answers of a form go into the ledger field by field: taken, kept for a person, never twice, never a second row for one person."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core import clock, sealed
from jimu.core.errors import Invalid
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households import actions, form_actions, round_actions
from jimu.field.households.actions import Given
from jimu.field.households.models import Answer, Change, Resident, Room, Visit
from jimu.sync import resolving
from jimu.sync.models import Conflict, Operation
from jimu.sync.tests.conftest import Phone, enrolled

from .conftest import AT, ID_NUMBER, Town, door, living
from .test_forms import xlsform

SURVEY = [
    ["type", "name", "label", "required", "台账"],
    ["select_one state", "state", "房子怎么样", "", "room.state"],
    ["text", "kitchen", "合用厨房", "", "room.kitchen"],
    ["integer", "floor", "几楼", "", "room.floor"],
    ["begin repeat", "person", "住着谁", "", ""],
    ["text", "name", "姓名", "yes", "resident.name"],
    ["integer", "born", "哪年生", "", "resident.birth_year"],
    ["text", "phone", "手机号", "", "resident.phone"],
    ["text", "number", "身份证号", "", "resident.id_number"],
    ["select_multiple groups", "groups", "要多照看", "", "resident.groups"],
    ["end repeat", "", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label"], ["state", "checked", "有人住"], ["state", "moved", "搬走了"],
    ["groups", "elder_alone", "独居老人"], ["groups", "pregnant", "孕产妇"],
]  # fmt: skip
OLD, NEW, OTHER = "13800001234", "13911112222", "13722223333"


@pytest.fixture
def at_work(town: Town, tmp_path: Path) -> SimpleNamespace:
    """Two doors of 1号楼 and a round that asks; the old state of things is from yesterday."""
    home = door(town, "1号楼", "101", "周桂英", phone=OLD, birth_year=1950, groups=["dialysis"])
    version, _reading = form_actions.import_form(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk, path=xlsform(tmp_path, SURVEY, CHOICES))
    opened = round_actions.open_round(
        actor=SYSTEM, at=clock.now() - timedelta(hours=5), unit_id=town["第1网格块"].pk, title="核对", pairs=1, form_id=version.form_id
    )
    return SimpleNamespace(town=town, home=home, next=door(town, "1号楼", "102"), version=version, round=opened)


@pytest.fixture
def phone(at_work: SimpleNamespace) -> Phone:
    return enrolled(at_work.town, at_work.town.account("member", "第1网格块"))


def person(name: str = "周桂英", **more: Any) -> dict[str, Any]:
    return {"_id": str(new_id()), "name": name, **more}


def sheet(at_work: SimpleNamespace, *people: dict[str, Any], begun: datetime | None = None, at: datetime | None = None, **answers: Any) -> dict[str, Any]:
    """A sheet as a phone sends it."""
    at = at or clock.now()
    given = {**answers, **({"person": list(people)} if people else {})}
    payload = {"room": str(at_work.home.pk), "round": str(at_work.round.pk), "form": str(at_work.version.pk), "answers": given}
    payload |= {} if begun is None else {"begun": begun.isoformat()}
    return {"op_id": str(new_id()), "kind": "households.answer", "at": at.isoformat(), "based_on": None, "payload": payload}


def ago(minutes: int) -> datetime:
    return clock.now() - timedelta(minutes=minutes)


def resident(at_work: SimpleNamespace, name: str = "周桂英") -> Resident:
    return next(one for one in Resident.objects.filter(room=at_work.home) if one.name == name)


def changed(at_work: SimpleNamespace, minutes: int, **given_: Any) -> None:
    """Somebody at a desk changes the resident."""
    found = resident(at_work)
    actions.edit_resident(actor=SYSTEM, at=ago(minutes), resident_id=found.pk, seen=found.updated_at, given=Given(**given_))


def number(one: Resident) -> str:
    return sealed.unseal(one.phone_sealed)


@pytest.mark.django_db
class TestTaken:
    def test_what_nobody_changed_since_is_taken_with_where_it_came_from(self, at_work: SimpleNamespace, phone: Phone) -> None:
        told = sheet(at_work, person(phone=NEW, groups=["elder_alone"]), begun=ago(9), at=ago(5), kitchen="东灶间", floor=1)
        assert phone.outcomes(told) == ["done"]
        found, room = resident(at_work), Room.objects.get(pk=at_work.home.pk)
        # What the form did not ask for is not taken away.
        assert (number(found), found.groups, found.birth_year, room.kitchen) == (NEW, ["elder_alone", "dialysis"], 1950, "东灶间")
        made = Change.objects.filter(source="入户需求")
        assert {(one.field, one.resident_id) for one in made} == {("phone", found.pk), ("groups", found.pk), ("kitchen", None)}
        assert {entry.verb for entry in JournalEntry.objects.filter(target=f"room:{room.pk}", verb__endswith="edited")} == {"ledger.resident_edited", "ledger.room_edited"}
        assert NEW not in str(list(JournalEntry.objects.values_list("data", flat=True)))

    def test_the_same_record_three_times_is_one_change(self, at_work: SimpleNamespace, phone: Phone) -> None:
        told = sheet(at_work, person(phone=NEW), person("吴刚", born=1985))
        outcomes = [*phone.outcomes(told, told), *phone.outcomes(told)]
        assert outcomes == ["done", "already_done", "already_done"]
        assert Change.objects.filter(source="入户需求").count() == 2
        assert (Answer.objects.count(), living(at_work.home)) == (1, ["吴刚", "周桂英"])

    def test_the_state_of_the_door_is_the_knock(self, at_work: SimpleNamespace, phone: Phone) -> None:
        assert phone.outcomes(sheet(at_work, state="moved")) == ["done"]
        assert (Visit.objects.get().result, Room.objects.get(pk=at_work.home.pk).state) == ("moved", "moved")
        # What was found earlier and arrives later undoes nothing, as with every knock.
        assert phone.outcomes(sheet(at_work, state="checked", at=ago(30))) == ["done"]
        assert Room.objects.get(pk=at_work.home.pk).state == "moved"

    def test_two_phones_with_different_fields_both_stand(self, at_work: SimpleNamespace, phone: Phone) -> None:
        second = enrolled(at_work.town, at_work.town.account("block_leader", "第1网格块"))
        assert phone.outcomes(sheet(at_work, person(phone=NEW), begun=ago(9), at=ago(8))) == ["done"]
        assert second.outcomes(sheet(at_work, person(groups=["pregnant"]), begun=ago(9), at=ago(7), kitchen="西灶间")) == ["done"]
        assert (number(resident(at_work)), resident(at_work).groups) == (NEW, ["pregnant", "dialysis"])
        assert not Conflict.objects.exists()

    def test_another_s_door_is_refused_and_nothing_of_it_is_written(self, at_work: SimpleNamespace) -> None:
        other = enrolled(at_work.town, at_work.town.account("building_leader", "2号楼"), "2号楼")
        assert other.outcomes(sheet(at_work, person(phone=NEW))) == ["refused"]
        assert (number(resident(at_work)), Answer.objects.count()) == (OLD, 0)


@pytest.mark.django_db
class TestDiffers:
    def test_what_somebody_changed_meanwhile_waits_with_both_versions_and_the_rest_stands(self, at_work: SimpleNamespace, phone: Phone) -> None:
        changed(at_work, 7, phone=OTHER)
        told = sheet(at_work, person(phone=NEW, groups=["pregnant"]), begun=ago(9), at=ago(5))
        (answer,) = phone.send(told)
        assert (answer["outcome"], answer["code"]) == ("look", "look_same_field")
        assert (number(resident(at_work)), resident(at_work).groups, Answer.objects.count()) == (OTHER, ["pregnant", "dialysis"], 1)
        lines = resolving.read(actor=SYSTEM, at=clock.now(), conflict_id=Conflict.objects.get().pk)
        assert [(one.label, one.phone, one.here) for one in lines] == [("周*英 · 手机号", "139****2222", "137****3333")]
        assert Conflict.objects.get().scope == at_work.town["1号楼"].path

    def test_what_was_changed_before_the_sheet_was_begun_is_no_difference(self, at_work: SimpleNamespace, phone: Phone) -> None:
        changed(at_work, 10, phone=OTHER)
        assert phone.outcomes(sheet(at_work, person(phone=NEW), begun=ago(9), at=ago(5))) == ["done"]
        assert number(resident(at_work)) == NEW

    def test_an_app_that_says_no_beginning_began_when_it_wrote_down(self, at_work: SimpleNamespace, phone: Phone) -> None:
        changed(at_work, 7, phone=OTHER)
        assert phone.outcomes(sheet(at_work, person(phone=NEW), at=ago(8)), sheet(at_work, person(phone=NEW), at=ago(5))) == ["look", "done"]

    @pytest.mark.parametrize("days", [400, -400])
    def test_a_wrong_clock_is_put_right_for_the_beginning_too(self, at_work: SimpleNamespace, phone: Phone, days: int) -> None:
        changed(at_work, 7, phone=OTHER)
        phone.ahead = timedelta(days=days)
        before, after = (
            sheet(at_work, person(phone=NEW), begun=phone.now() - timedelta(minutes=minutes), at=phone.now() - timedelta(minutes=5)) for minutes in (9, 6)
        )
        assert phone.outcomes(before, after) == ["look", "done"]

    def test_the_phone_s_word_is_taken_or_what_is_here_stays(self, at_work: SimpleNamespace, phone: Phone) -> None:
        for take, kept in (("here", OTHER), ("phone", NEW)):
            changed(at_work, 7, phone=OTHER)
            told = sheet(at_work, person(phone=NEW), begun=ago(9), at=ago(5))
            phone.send(told)
            found = Conflict.objects.get(state="open")
            resolving.resolve(actor=at_work.town.actor("block_leader", "第1网格块"), at=clock.now(), conflict_id=found.pk, take=take)
            assert number(resident(at_work)) == kept
            # The sheet was kept either way: the phone has nothing to send again.
            assert phone.outcomes(told) == ["already_done"]
        assert Answer.objects.count() == 2

    def test_one_field_of_a_sheet_is_taken_and_the_other_stays_as_it_is_here(self, at_work: SimpleNamespace, phone: Phone) -> None:
        changed(at_work, 30, groups=["pregnant", "dialysis"])
        changed(at_work, 7, groups=["dialysis"], phone=OTHER)
        assert phone.outcomes(sheet(at_work, person(phone=NEW, groups=["pregnant"]), begun=ago(9), at=ago(5))) == ["look"]
        doubt, actor = Conflict.objects.get(), at_work.town.actor("block_leader", "第1网格块")
        assert resolving.called(doubt) == f"1号楼 {at_work.home.number}"
        names = {line.label.split(" · ")[1]: line.name for line in resolving.read(actor=actor, at=clock.now(), conflict_id=doubt.pk)}
        resolving.resolve_each(actor=actor, at=clock.now(), conflict_id=doubt.pk, fields={names["重点人群"]: "phone", names["手机号"]: "here"})
        assert (resident(at_work).groups, number(resident(at_work))) == (["pregnant", "dialysis"], OTHER)
        assert Conflict.objects.get().state == "each"

    def test_what_came_too_late_is_taken_after_a_look_and_then_asks_what_it_says_differently(self, at_work: SimpleNamespace, phone: Phone) -> None:
        round_actions.Round.objects.update(opened_at=ago(60 * 24 * 9))
        changed(at_work, 60 * 24 * 2, phone=OTHER)
        late = ago(60 * 24 * 8)
        assert phone.outcomes(sheet(at_work, person(phone=NEW), at=late, kitchen="东灶间")) == ["look"]
        client, doubt = at_work.town.client("block_leader", "第1网格块"), Conflict.objects.get()
        assert (doubt.why, Answer.objects.count()) == ("late", 0)
        again = client.post(reverse("sync:resolve", args=[doubt.pk]), {"take": "phone"})
        assert again["Location"] == reverse("sync:look", args=[doubt.pk])
        doubt.refresh_from_db()
        assert (doubt.why, doubt.state, Answer.objects.count(), number(resident(at_work))) == ("same_field", "open", 1, OTHER)
        assert "137****3333" in client.post(reverse("sync:look", args=[doubt.pk])).content.decode()
        client.post(reverse("sync:resolve", args=[doubt.pk]), {"take": "phone"})
        assert (number(resident(at_work)), Answer.objects.count(), Operation.objects.get().outcome) == (NEW, 1, "done")

    def test_a_number_with_a_digit_missing_is_kept_on_the_sheet_and_shown(self, at_work: SimpleNamespace, phone: Phone) -> None:
        (answer,) = phone.send(sheet(at_work, person(phone="1391111222")))
        found = Conflict.objects.get()
        assert (answer["outcome"], Answer.objects.count(), number(resident(at_work))) == ("look", 1, OLD)
        with pytest.raises(Invalid):
            resolving.resolve(actor=SYSTEM, at=clock.now(), conflict_id=found.pk, take="phone")
        resolving.resolve(actor=SYSTEM, at=clock.now(), conflict_id=found.pk, take="here")
        assert number(resident(at_work)) == OLD

    def test_a_group_that_somebody_took_away_meanwhile_is_asked(self, at_work: SimpleNamespace, phone: Phone) -> None:
        changed(at_work, 30, groups=["pregnant", "dialysis"])
        changed(at_work, 7, groups=["dialysis"])
        assert phone.outcomes(sheet(at_work, person(groups=["pregnant"]), begun=ago(9), at=ago(5))) == ["look"]
        assert resident(at_work).groups == ["dialysis"]


@pytest.mark.django_db
class TestWho:
    def outcome(self, at_work: SimpleNamespace, phone: Phone, *people: dict[str, Any]) -> str:
        return phone.outcomes(sheet(at_work, *people, begun=ago(9), at=ago(5)))[0]

    def test_somebody_new_is_added_and_somebody_who_may_be_there_already_is_not(self, at_work: SimpleNamespace, phone: Phone) -> None:
        assert self.outcome(at_work, phone, person(), person("吴刚", born=1985, phone=NEW)) == "done"
        assert living(at_work.home) == ["吴刚", "周桂英"]
        # Written down differently: the same family name, the same year of birth.
        for other in (person("周桂瑛"), person("赵桂英", born=1950), person("钱一", phone=OLD)):
            assert self.outcome(at_work, phone, other, person("吴刚")) == "look"
            assert living(at_work.home) == ["吴刚", "周桂英"]
        assert "可能已在台账上" in resolving.read(actor=SYSTEM, at=clock.now(), conflict_id=Conflict.objects.first().pk)[0].label

    def test_a_person_may_say_that_they_are_two(self, at_work: SimpleNamespace, phone: Phone) -> None:
        assert self.outcome(at_work, phone, person("周桂瑛", born=1952, phone=NEW)) == "look"
        resolving.resolve(actor=SYSTEM, at=clock.now(), conflict_id=Conflict.objects.get().pk, take="phone")
        assert living(at_work.home) == ["周桂瑛", "周桂英"] or living(at_work.home) == ["周桂英", "周桂瑛"]
        assert number(resident(at_work, "周桂瑛")) == NEW

    def test_an_id_number_behind_another_door_is_asked(self, at_work: SimpleNamespace, phone: Phone) -> None:
        actions.add_resident(actor=SYSTEM, at=AT, room_id=at_work.next.pk, given=Given(name="孙三", id_number=ID_NUMBER))
        assert self.outcome(at_work, phone, person(), person("孙三", number=ID_NUMBER)) == "look"
        assert living(at_work.home) == ["周桂英"]

    def test_another_year_of_birth_changes_nothing_by_itself(self, at_work: SimpleNamespace, phone: Phone) -> None:
        assert self.outcome(at_work, phone, person(born=1980, phone=NEW)) == "look"
        assert (number(resident(at_work)), resident(at_work).birth_year, living(at_work.home)) == (OLD, 1950, ["周桂英"])
        resolving.resolve(actor=SYSTEM, at=clock.now(), conflict_id=Conflict.objects.get().pk, take="phone")
        assert (number(resident(at_work)), resident(at_work).birth_year, living(at_work.home)) == (NEW, 1980, ["周桂英"])

    def test_who_was_called_otherwise_meanwhile_or_left_is_not_written_down_anew(self, at_work: SimpleNamespace, phone: Phone) -> None:
        changed(at_work, 7, name="周桂瑛")
        assert self.outcome(at_work, phone, person(phone=NEW)) == "done"
        assert (living(at_work.home), number(resident(at_work, "周桂瑛"))) == (["周桂瑛"], NEW)
        actions.move_out(actor=SYSTEM, at=ago(6), resident_id=resident(at_work, "周桂瑛").pk)
        assert self.outcome(at_work, phone, person("周桂瑛")) == "look"
        resolving.resolve(actor=SYSTEM, at=clock.now(), conflict_id=Conflict.objects.get().pk, take="phone")
        assert (living(at_work.home), Resident.objects.count()) == (["周桂瑛"], 1)

    def test_who_left_long_ago_and_is_there_again_is_the_same_row(self, at_work: SimpleNamespace, phone: Phone) -> None:
        actions.move_out(actor=SYSTEM, at=ago(600), resident_id=resident(at_work).pk)
        assert self.outcome(at_work, phone, person(phone=NEW)) == "done"
        assert (living(at_work.home), Resident.objects.count(), number(resident(at_work))) == (["周桂英"], 1, NEW)
        assert JournalEntry.objects.filter(verb="ledger.moved_in").count() == 1

    def test_two_entries_of_one_name_are_not_one_person_s_two_numbers(self, at_work: SimpleNamespace, phone: Phone) -> None:
        assert self.outcome(at_work, phone, person(phone=NEW), person(phone=OTHER)) == "look"
        assert (number(resident(at_work)), living(at_work.home)) == (NEW, ["周桂英"])


@pytest.mark.django_db
class TestAtADesk:
    def test_a_form_says_which_questions_go_into_the_ledger(self, at_work: SimpleNamespace) -> None:
        client = at_work.town.client("secretary", "甲一居民区")
        page = client.get(reverse("households:form", args=[at_work.version.form_id])).content.decode()
        assert all(words in page for words in ("写进台账 resident.phone", "写进台账 room.state", "要看的记录"))
        assert client.get(reverse("households:ledger_sample")).content[:2] == b"PK"

    def post(self, at_work: SimpleNamespace, *, begun: datetime, counts: str = "", shown: str = "", op_id: str = "", each: dict[str, str] | None = None, **answers: Any) -> Any:
        chosen = {f"field:{name}": value for name, value in (each or {}).items()}
        given_ = {**chosen, "op_id": op_id or str(new_id()), "version": at_work.version.pk, "answers": json.dumps(answers), "way": "phone", "begun": begun.isoformat(), "counts": counts, "shown": shown}
        return at_work.town.client("block_leader", "第1网格块").post(reverse("households:fill", args=[at_work.home.pk]), given_)

    def test_whoever_sits_there_sees_what_differs_and_decides(self, at_work: SimpleNamespace) -> None:
        changed(at_work, 7, phone=OTHER)
        one = person(phone=NEW)
        asked = self.post(at_work, begun=ago(9), person=[one])
        assert (asked.status_code, Answer.objects.count(), number(resident(at_work))) == (409, 0, OTHER)
        page = asked.content.decode()
        assert all(words in page for words in ("周*英 · 手机号", "139****2222", "137****3333", "用表上的", "保留台账的", one["_id"]))
        assert self.post(at_work, begun=ago(9), person=[one], counts="ledger").status_code == 302
        assert (Answer.objects.count(), number(resident(at_work))) == (1, OTHER)
        shown = re.findall(r'name="shown" value="(\w+)"', page)[0]
        # What somebody changed while they looked is shown first.
        changed(at_work, 6, birth_year=1948)
        again = self.post(at_work, begun=ago(9), person=[{**one, "born": 1950}], counts="sheet", shown=shown)
        assert (again.status_code, Answer.objects.count(), number(resident(at_work))) == (409, 1, OTHER)
        assert self.post(at_work, begun=ago(9), person=[one], counts="sheet", shown=shown).status_code == 302
        assert (Answer.objects.count(), number(resident(at_work))) == (2, NEW)

    def test_each_difference_may_be_decided_by_itself_and_the_journal_knows_which(self, at_work: SimpleNamespace) -> None:
        changed(at_work, 30, groups=["pregnant", "dialysis"])
        changed(at_work, 7, groups=["dialysis"], phone=OTHER)
        told = {"begun": ago(9), "person": [person(phone=NEW, groups=["pregnant"])]}
        page = self.post(at_work, **told).content.decode()
        assert "按上面逐项选的" in page
        names, shown = sorted(set(re.findall(r'name="field:([^"]+)"', page))), re.findall(r'name="shown" value="(\w+)"', page)[0]
        groups, phone = (next(name for name in names if name.endswith(end)) for end in ("groups", "phone"))
        assert len(names) == 2
        half = self.post(at_work, **told, counts="each", shown=shown, each={groups: "sheet"})
        assert (half.status_code, "请给每一项都选一个" in half.content.decode(), Answer.objects.count()) == (409, True, 0)
        assert self.post(at_work, **told, counts="each", shown="x", each={groups: "sheet", phone: "ledger"}).status_code == 409
        assert self.post(at_work, **told, counts="each", shown=shown, each={groups: "sheet", phone: "ledger"}).status_code == 302
        assert (resident(at_work).groups, number(resident(at_work)), Answer.objects.count()) == (["pregnant", "dialysis"], OTHER, 1)
        entry = JournalEntry.objects.get(verb="ledger.sheet_decided")
        assert entry.data["fields"] == {groups: "sheet", phone: "ledger"}
        assert not {NEW, OTHER} & set(str(entry.data).split("'"))

    def test_of_one_difference_there_is_nothing_to_choose_one_by_one(self, at_work: SimpleNamespace) -> None:
        changed(at_work, 7, phone=OTHER)
        page = self.post(at_work, begun=ago(9), person=[person(phone=NEW)]).content.decode()
        assert "用表上的" in page
        assert "按上面逐项选的" not in page
        assert "field:" not in page

    @pytest.mark.parametrize(("kitchen", "status"), [("a\0b", 422), ("a\ud800", 422), ("a\\u0000", 302)])
    def test_a_letter_that_a_database_refuses_is_refused_at_the_desk(self, at_work: SimpleNamespace, kitchen: str, status: int) -> None:
        assert (self.post(at_work, begun=ago(9), kitchen=kitchen).status_code, Answer.objects.count()) == (status, int(status == 302))

    def test_a_sheet_that_is_sent_again_undoes_nothing(self, at_work: SimpleNamespace) -> None:
        told = {"begun": ago(9), "op_id": str(new_id()), "person": [person(phone=NEW)]}
        assert self.post(at_work, **told).status_code == 302
        changed(at_work, 0, phone=OTHER)
        assert self.post(at_work, **told).status_code == 302
        assert (Answer.objects.count(), number(resident(at_work))) == (1, OTHER)

    def test_what_nobody_changed_is_taken_without_a_question(self, at_work: SimpleNamespace) -> None:
        changed(at_work, 7, phone=OTHER)
        assert self.post(at_work, begun=ago(5), person=[person(phone=NEW)]).status_code == 302
        assert number(resident(at_work)) == NEW


PHONES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20), st.dictionaries(st.sampled_from(["phone", "born", "groups"]), st.integers(0, 2), max_size=3)), min_size=1, max_size=4
)
VALUES = {"phone": [NEW, OTHER, "13633334444"], "born": [1950, 1951, 1952], "groups": [["pregnant"], ["elder_alone"], ["pregnant", "elder_alone"]]}


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sheets=PHONES, order=st.randoms(use_true_random=False))
def test_whatever_phones_say_of_one_person_in_whatever_order_is_in_the_ledger_or_before_a_person(at_work: SimpleNamespace, phone: Phone, sheets: Any, order: Any) -> None:
    with transaction.atomic():
        start = ago(100)
        ops = []
        for begun, took, said in sheets:
            given_ = {name: VALUES[name][which] for name, which in said.items()}
            ops.append((given_, sheet(at_work, person(**given_), begun=start + timedelta(minutes=begun), at=start + timedelta(minutes=begun + took))))
        order.shuffle(ops)
        outcomes = phone.outcomes(*(op for _said, op in ops))
        assert phone.outcomes(*(op for _said, op in ops)) == ["already_done" if one == "done" else one for one in outcomes]
        found = resident(at_work)
        assert (living(at_work.home), Answer.objects.count()) == (["周桂英"], len(ops))
        assert "dialysis" in found.groups
        histories = {name: set() for name in ("phone", "groups", "birth_year")}
        for change in Change.objects.filter(source="入户需求"):
            histories[change.field].add(_unsealed(change))
        for (said, op), outcome in zip(ops, outcomes, strict=True):
            if outcome == "done":
                # All it said stands there, or stood until a later word.
                assert "phone" not in said or said["phone"] in histories["phone"] | {number(found)}
                assert set(said.get("groups", [])) <= set(found.groups)
            else:
                assert Conflict.objects.filter(operation_id=op["op_id"], state="open").exclude(versions_sealed="").exists()
        transaction.set_rollback(True)


def _unsealed(change: Change) -> str:
    return sealed.unseal(change.after_sealed)

"""Operations in: once each, with an answer, within the phone's part of the grid."""

from datetime import timedelta
from typing import Any

import pytest

from jimu.core import clock, sealed
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.grid.models import Unit
from jimu.sync import registry
from jimu.sync.models import Conflict, Device, Operation
from jimu.sync.tests import offering
from jimu.sync.tests.conftest import EPOCH, Phone, enrolled, knocks

pytestmark = pytest.mark.django_db


def test_an_operation_becomes_a_record_and_is_answered_done(phone: Phone) -> None:
    (result,) = phone.send(op := phone.op())
    assert result == {"op_id": op["op_id"], "outcome": "done", "code": "", "message": "", "data": {"result": "answered"}}
    (record,) = knocks()
    assert record.scope == phone.town["1号楼"].path
    assert record.actor_name.endswith("（小米）")
    assert JournalEntry.objects.get(verb="sync.received").data == {"kinds": {"test.knock": 1}, "outcomes": {"done": 1}}


def test_the_same_operation_three_times_is_one_record(phone: Phone) -> None:
    op = phone.op()
    assert [phone.outcomes(op) for _ in range(3)] == [["done"], ["already_done"], ["already_done"]]
    assert len(knocks()) == 1
    assert JournalEntry.objects.filter(verb="sync.received").count() == 1


def test_the_same_operation_three_times_in_one_batch_is_one_record(phone: Phone) -> None:
    op = phone.op()
    assert phone.outcomes(op, op, phone.op(), op) == ["done", "already_done", "done", "already_done"]
    assert len(knocks()) == 2


def test_one_id_for_two_things_is_refused_and_the_first_stays(phone: Phone) -> None:
    first = phone.op()
    other = phone.op(op_id=first["op_id"], payload={"result": "empty"})
    assert phone.outcomes(first) == ["done"]
    assert phone.send(other)[0]["code"] == "op_id_reused"
    assert [one.data["result"] for one in knocks()] == ["answered"]


def test_one_phone_learns_nothing_of_the_operations_of_another(phone: Phone) -> None:
    op = phone.op()
    phone.send(op)
    other = enrolled(phone.town, phone.town.account("block_leader", "第1网格块"))
    assert other.send(op)[0]["code"] == "op_id_reused"


def test_out_of_order_and_five_days_late_is_kept_at_its_own_time(phone: Phone) -> None:
    ops = [phone.op(ago=timedelta(days=days)) for days in (0, 5, 2)]
    assert phone.outcomes(*ops) == ["done"] * 3
    assert [(clock.now() - one.at).days for one in knocks()] == [5, 2, 0]


def test_later_than_the_kind_allows_is_kept_for_a_person(phone: Phone) -> None:
    in_time, late = (phone.op("test.fussy", ago=timedelta(days=days)) for days in (1, 3))
    assert phone.outcomes(in_time, late) == ["done", "look"]
    assert Conflict.objects.get().why == "late"
    assert JournalEntry.objects.filter(verb=offering.FUSSED).count() == 1


@pytest.mark.parametrize("ahead", [timedelta(days=400), timedelta(hours=-8), timedelta(minutes=3)])
def test_a_phone_with_a_wrong_clock_is_put_right(phone: Phone, ahead: timedelta) -> None:
    phone.ahead = ahead
    happened = clock.now() - timedelta(hours=1)
    phone.send(phone.op(ago=timedelta(hours=1)))
    (record,) = knocks()
    assert abs(record.at - happened) < timedelta(seconds=10)
    kept = Operation.objects.get()
    assert abs(kept.said_at - (happened + ahead)) < timedelta(seconds=10)
    assert abs(timedelta(milliseconds=Device.objects.get().skew_ms) + ahead) < timedelta(seconds=10)


def test_a_phone_that_believes_it_is_1970_is_put_right(phone: Phone) -> None:
    phone.ahead = EPOCH - clock.now()
    assert phone.outcomes(phone.op()) == ["done"]
    assert abs(knocks()[0].at - clock.now()) < timedelta(seconds=10)


def test_nothing_happens_later_than_it_arrives(phone: Phone) -> None:
    phone.send(phone.op(ago=timedelta(hours=-3)))
    assert knocks()[0].at <= clock.now()


def test_another_s_place_is_refused_as_if_there_were_none(phone: Phone) -> None:
    near, far, none = phone.op(), phone.op(unit="3号楼"), phone.op(payload={"unit": str(new_id())})
    results = phone.send(near, far, none)
    assert [one["outcome"] for one in results] == ["done", "refused", "refused"]
    assert results[1]["message"] == results[2]["message"]
    assert [one.scope for one in knocks()] == [phone.town["1号楼"].path]


def test_one_that_names_no_place_is_refused_by_itself(phone: Phone) -> None:
    assert phone.outcomes(phone.op(), phone.op(payload={"unit": "nowhere"}), phone.op()) == ["done", "refused", "done"]


def test_one_over_whose_place_asking_breaks_is_a_look_and_the_others_stand(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def places(rows: list[dict[str, str]]) -> list[str | None]:
        if any(row["unit"] == "nowhere" for row in rows):
            raise ZeroDivisionError
        return offering.places(rows)

    monkeypatch.setitem(registry.kinds(), "test.knock", offering.Kind(**{**vars(offering.KNOCK), "places": places}))
    assert phone.outcomes(phone.op(), phone.op(payload={"unit": "nowhere"}), phone.op()) == ["done", "look", "done"]
    assert Conflict.objects.get().why == Conflict.Why.BROKEN
    assert len(knocks()) == 2


def test_a_commander_s_phone_reaches_no_further_than_its_duty(phone: Phone) -> None:
    wide = enrolled(phone.town, phone.town.account("commander"), "甲一居民区")
    assert wide.outcomes(wide.op(), wide.op(unit="3号楼"), wide.op(unit="乙一居民区")) == ["done", "done", "refused"]


def test_a_bulk_action_answers_each_by_itself(phone: Phone) -> None:
    good, gone = phone.op(), phone.op(payload={"result": "moved"})
    assert phone.outcomes(good, gone, phone.op()) == ["done", "refused", "done"]
    assert len(knocks()) == 2


def test_a_bulk_action_that_breaks_is_done_one_by_one(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(many: object) -> list[None]:
        offering.knock_all(many)  # type: ignore[arg-type]
        raise ZeroDivisionError

    monkeypatch.setitem(registry.kinds(), "test.knock", offering.Kind(**{**vars(offering.KNOCK), "bulk_action": broken}))
    assert phone.outcomes(phone.op(), phone.op()) == ["done", "done"]
    assert len(knocks()) == 2


def test_a_bulk_action_that_answers_too_few_wrote_nothing_and_each_is_done_by_itself(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.kinds(), "test.knock", offering.Kind(**{**vars(offering.KNOCK), "bulk_action": lambda many: offering.knock_all(many)[1:]}))
    assert phone.outcomes(phone.op(), phone.op()) == ["done", "done"]
    assert len(knocks()) == 2


@pytest.mark.parametrize(("how", "outcome"), [("", "done"), ("refuse", "refused"), ("look", "look"), ("break", "look")])
def test_what_fails_leaves_nothing_behind_and_the_others_stand(phone: Phone, how: str, outcome: str) -> None:
    fussy = phone.op("test.fussy", payload={"how": how})
    assert phone.outcomes(phone.op(), fussy, phone.op()) == ["done", outcome, "done"]
    assert JournalEntry.objects.filter(verb=offering.FUSSED).count() == (1 if outcome == "done" else 0)
    assert len(knocks()) == 2
    assert phone.outcomes(fussy) == [outcome if outcome != "done" else "already_done"]


def test_payloads_are_sealed_where_they_tell_of_people(phone: Phone) -> None:
    phone.send(phone.op(payload={"note": "老人独居，钥匙在邻居处"}), phone.op("test.fussy", payload={"how": ""}))
    told, plain = Operation.objects.get(kind="test.knock"), Operation.objects.get(kind="test.fussy")
    assert "钥匙" not in told.payload_sealed
    assert "钥匙" in sealed.unseal(told.payload_sealed)
    assert told.payload is None
    assert plain.payload["how"] == ""


def test_a_form_that_changed_meanwhile_is_for_a_person_to_read(phone: Phone) -> None:
    wrong = {"payload": {"result": "unclear"}}
    assert phone.outcomes(phone.op(**wrong), phone.op(form=offering.KNOCK.form, **wrong), phone.op(form="older", **wrong)) == ["refused", "refused", "look"]
    assert Conflict.objects.get().why == "form"


def test_a_kind_that_the_server_does_not_know_stays_on_the_phone(phone: Phone) -> None:
    assert phone.send(phone.op("test.newer"))[0]["code"] == "unknown_kind"
    assert not Operation.objects.exists()


def test_what_happened_after_the_duty_is_refused(phone: Phone) -> None:
    ended = clock.now() - timedelta(hours=2)
    Device.objects.update(created_at=ended - timedelta(days=1), ends_at=ended)
    last, later = (phone.op(at=(ended + timedelta(seconds=seconds)).isoformat()) for seconds in (0, 1))
    assert phone.outcomes(phone.op(ago=timedelta(hours=3)), phone.op()) == ["done", "refused"]
    # By a clock that is right: a slow way to the server counts for none.
    assert [one["outcome"] for one in phone.send(last, later, sent_at=None)] == ["done", "refused"]


class TestTwoPhonesEditOneRecord:
    @pytest.fixture
    def other(self, phone: Phone) -> Phone:
        Unit.objects.filter(name="1号楼").update(note="原来", elders=3)
        return enrolled(phone.town, phone.town.account("secretary", "甲一居民区"), "甲一居民区")

    def seen(self) -> dict[str, object]:
        return {"note": "原来", "elders": 3}

    def test_different_fields_are_both_kept(self, phone: Phone, other: Phone) -> None:
        assert phone.outcomes(phone.edit(was=self.seen(), to={"note": "新门禁"})) == ["done"]
        assert other.outcomes(other.edit(was=self.seen(), to={"elders": 5})) == ["done"]
        assert list(Unit.objects.filter(name="1号楼").values_list("note", "elders")) == [("新门禁", 5)]
        assert [(one.why, one.state, one.hard) for one in Conflict.objects.all()] == [("other_field", "kept", False)]

    def test_the_same_field_is_shown_to_a_person_and_both_versions_stay(self, phone: Phone, other: Phone) -> None:
        phone.send(phone.edit(was=self.seen(), to={"note": "新门禁"}))
        assert other.outcomes(other.edit(was=self.seen(), to={"note": "没有门禁", "elders": 5})) == ["look"]
        assert list(Unit.objects.filter(name="1号楼").values_list("note", "elders")) == [("新门禁", 5)]
        conflict = Conflict.objects.get()
        assert (conflict.why, conflict.state, conflict.hard) == ("same_field", "open", True)
        assert "没有门禁" in sealed.unseal(conflict.versions_sealed)

    def test_the_same_change_by_both_is_no_conflict(self, phone: Phone, other: Phone) -> None:
        phone.send(phone.edit(was=self.seen(), to={"note": "新门禁"}))
        assert other.outcomes(other.edit(was=self.seen(), to={"note": "新门禁"})) == ["done"]
        assert not Conflict.objects.exists()

    def test_two_edits_of_one_phone_follow_each_other(self, phone: Phone, other: Phone) -> None:
        first, second = phone.edit(was=self.seen(), to={"note": "一"}), phone.edit(was={"note": "一", "elders": 3}, to={"note": "二"})
        assert phone.outcomes(first, second) == ["done", "done"]
        assert Unit.objects.get(name="1号楼").note == "二"

    def test_where_all_that_was_wanted_clashes_nothing_is_written(self, phone: Phone, other: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        phone.send(phone.edit(was=self.seen(), to={"note": "新门禁"}))
        written: list[Any] = []
        monkeypatch.setitem(registry.kinds(), "test.edit", offering.Kind(**{**vars(offering.EDIT), "action": written.append}))
        assert other.outcomes(other.edit(was=self.seen(), to={"note": "没有门禁"})) == ["look"]
        assert written == []

    def test_that_another_version_was_seen_is_noted_though_no_field_differs(self, phone: Phone, other: Phone) -> None:
        assert phone.outcomes(phone.edit(was={"elders": 3}, to={"elders": 4}, based_on="原来")) == ["done"]
        assert not Conflict.objects.exists()
        assert phone.outcomes(phone.edit(was={"elders": 4}, to={"elders": 5}, based_on="早先")) == ["done"]
        assert [(one.why, one.state) for one in Conflict.objects.all()] == [("other_field", "kept")]

    def test_what_is_wanted_is_judged_what_was_seen_is_not_and_no_change_is_none(self, phone: Phone, other: Phone) -> None:
        # What was seen may be of an older form.
        assert phone.outcomes(phone.edit(was={"note": "原来", "elders": "三位"}, to={"note": "新门禁"})) == ["done"]
        assert phone.outcomes(phone.edit(was={}, to={"elders": -1}), phone.edit(was=self.seen(), to={})) == ["refused", "refused"]
        assert list(Unit.objects.filter(name="1号楼").values_list("note", "elders")) == [("新门禁", 3)]

    def test_an_edit_of_what_nobody_holds_is_the_action_s_to_judge(self, phone: Phone, other: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Any] = []
        monkeypatch.setitem(registry.kinds(), "test.edit", offering.Kind(**{**vars(offering.EDIT), "fields_of": lambda one: None, "action": asked.append}))
        assert phone.outcomes(phone.edit(was=self.seen(), to={"note": "新门禁"})) == ["done"]
        assert [one.data["fields"] for one in asked] == [{"note": "新门禁"}]

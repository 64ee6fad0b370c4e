"""What a building's leader writes down of residents without a network: merged field by field, masked on the phone, nobody twice."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.accounts.models import Grant
from jimu.core import clock, sealed
from jimu.core.errors import Invalid
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households import actions, ledger_rules, resident_actions
from jimu.field.households.actions import Given
from jimu.field.households.models import Change, Resident
from jimu.field.households.people_offline import masked, ordered
from jimu.sync import resolving
from jimu.sync.models import Conflict, Device
from jimu.sync.rules import merged
from jimu.sync.tests.conftest import Phone, enrolled

from .conftest import AT, Town, door, living

OLD, NEW, OTHER = "13800001234", "13911112222", "13722223333"


@pytest.fixture
def home(town: Town) -> SimpleNamespace:
    """周桂英 lives in 101 of 1号楼; 102 stands beside it."""
    room = door(town, "1号楼", "101", "周桂英", phone=OLD, birth_year=1950, groups=["chronic", "elder_alone"], head=True)
    return SimpleNamespace(town=town, room=room, next=door(town, "1号楼", "102"), who=Resident.objects.get())


@pytest.fixture
def phone(home: SimpleNamespace) -> Phone:
    return enrolled(home.town, home.town.account("building_leader", "1号楼"), "1号楼")


def listed(phone: Phone) -> list[dict[str, Any]]:
    return next(one for one in phone.pack().json()["packs"] if one["name"] == "households.people")["items"]


def edit(phone: Phone, to: dict[str, Any], was: dict[str, Any], who: Resident, **more: Any) -> dict[str, Any]:
    payload = {"resident": str(who.pk), "fields": to, "was": was}
    return {"op_id": str(new_id()), "kind": "households.resident", "at": phone.now().isoformat(), "based_on": None, "payload": payload, **more}


def arrived(by: Phone, room: Any, **told: Any) -> dict[str, Any]:
    payload = {"room": str(room.pk), **told}
    return {"op_id": str(new_id()), "kind": "households.arrived", "at": by.now().isoformat(), "based_on": None, "payload": payload}


def fresh(home: SimpleNamespace) -> Resident:
    return Resident.objects.get(pk=home.who.pk)


@pytest.mark.parametrize("name", ["before_sealed", "after_sealed"])
def test_the_longest_note_fits_sealed_in_a_database_that_counts_letters(name: str) -> None:
    assert len(sealed.seal("𠮷" * max(ledger_rules.LONGEST.values()))) <= Change._meta.get_field(name).max_length


@pytest.mark.django_db
class TestWhatThePhoneHolds:
    def test_doors_and_people_of_one_building_masked(self, home: SimpleNamespace, phone: Phone) -> None:
        door(home.town, "2号楼", "101", "吴刚")
        items = listed(phone)
        assert [(one["group"], one["title"]) for one in items] == [("1号楼 101", "101 室"), ("1号楼 101", "周*英"), ("1号楼 102", "102 室")]
        assert items[1]["fields"] == {"phone": "138****1234", "room": "101", "groups": ["elder_alone", "chronic"], "lives": True}
        assert items[1]["note"] == "户主 · 1950 年生 · 138****1234 · 独居老人 · 长期服药"
        text = phone.pack().content.decode()
        assert not any(word in text for word in (OLD, "周桂英", "吴"))

    def test_a_wider_part_holds_nobody_until_it_names_its_buildings(self, home: SimpleNamespace) -> None:
        wide = enrolled(home.town, home.town.account("block_leader", "第1网格块"))
        assert listed(wide) == []
        Device.objects.filter(pk=wide.device.pk).update(work=[f"households.people@{home.town['1号楼'].pk}"])
        assert len(listed(wide)) == 3
        Device.objects.filter(pk=wide.device.pk).update(work=["households.doors"])
        assert "households.people" not in {one["name"] for one in wide.pack().json()["packs"]}

    def test_a_helper_who_may_not_edit_holds_nobody(self, home: SimpleNamespace) -> None:
        helper = enrolled(home.town, home.town.account("member", "1号楼"), "1号楼")
        assert "households.people" not in {one["name"] for one in helper.pack().json()["packs"]}

    def test_who_leads_one_building_and_helps_on_its_block_holds_that_building_only(self, home: SimpleNamespace) -> None:
        door(home.town, "2号楼", "101", "吴刚")
        account = home.town.account("member", "第1网格块")
        Grant.objects.create(account=account, unit=home.town["1号楼"], role="building_leader")
        helper = enrolled(home.town, account, "第1网格块")
        for work in ([], ["households.people"], [f"households.people@{home.town['2号楼'].pk}", f"households.people@{home.town['1号楼'].pk}"]):
            Device.objects.filter(pk=helper.device.pk).update(work=work)
            assert {one["group"].split()[0] for one in listed(helper)} == {"1号楼"}

    def test_who_left_can_be_brought_back_for_a_month(self, home: SimpleNamespace, phone: Phone) -> None:
        actions.move_out(actor=SYSTEM, at=clock.now() - timedelta(days=29), resident_id=home.who.pk)
        assert [(one["title"], one["state"]) for one in listed(phone)][1] == ("周*英", "已搬走")
        Resident.objects.update(left_at=clock.now() - timedelta(days=31))
        assert "周*英" not in {one["title"] for one in listed(phone)}


@pytest.mark.django_db
class TestEdits:
    def test_a_number_groups_and_a_room_are_changed_once_each(self, home: SimpleNamespace, phone: Phone) -> None:
        was = listed(phone)[1]["fields"]
        told = edit(phone, {"phone": "139 1111 2222", "groups": ["dialysis"], "room": "102"}, was, home.who)
        assert [*phone.outcomes(told), *phone.outcomes(told, told)] == ["done", "already_done", "already_done"]
        found = fresh(home)
        assert (sealed.unseal(found.phone_sealed), found.groups, found.room_id) == (NEW, ["dialysis"], home.next.pk)
        assert {(one.field, one.room_id) for one in Change.objects.exclude(field="resident")} == {("room", home.room.pk), ("room", home.next.pk), ("phone", home.next.pk), ("groups", home.next.pk)}
        assert {entry.verb for entry in JournalEntry.objects.filter(verb__startswith="ledger.")} >= {"ledger.moved_room", "ledger.resident_edited"}
        assert NEW not in str(list(JournalEntry.objects.values_list("data", flat=True)))

    def test_two_phones_different_fields_both_stand_and_the_same_is_shown_masked(self, home: SimpleNamespace, phone: Phone) -> None:
        second, was = enrolled(home.town, home.town.account("block_leader", "第1网格块")), listed(phone)[1]["fields"]
        assert phone.outcomes(edit(phone, {"phone": NEW}, was, home.who)) == ["done"]
        assert second.outcomes(edit(second, {"groups": ["dialysis"]}, was, home.who)) == ["done"]
        assert second.outcomes(edit(second, {"phone": OTHER}, was, home.who)) == ["look"]
        assert (sealed.unseal(fresh(home).phone_sealed), fresh(home).groups) == (NEW, ["dialysis"])
        doubt = Conflict.objects.get(state="open")
        (line,) = resolving.read(actor=SYSTEM, at=clock.now(), conflict_id=doubt.pk)
        assert (line.label, line.was, line.phone, line.here) == ("新手机号", "138****1234", "137****3333", "139****2222")
        assert resolving.called(doubt) == f"{fresh(home).masked_name} · 1号楼 {home.room.number}"
        resolving.resolve(actor=SYSTEM, at=clock.now(), conflict_id=doubt.pk, take="phone")
        assert sealed.unseal(fresh(home).phone_sealed) == OTHER

    def test_two_edits_of_one_phone_without_a_network_follow_each_other(self, home: SimpleNamespace, phone: Phone) -> None:
        was = listed(phone)[1]["fields"]
        # The second saw what the first had typed.
        assert phone.outcomes(edit(phone, {"phone": NEW}, was, home.who), edit(phone, {"phone": OTHER}, {**was, "phone": NEW}, home.who)) == ["done", "done"]
        assert sealed.unseal(fresh(home).phone_sealed) == OTHER

    def test_moved_away_and_back_is_one_row(self, home: SimpleNamespace, phone: Phone) -> None:
        was = listed(phone)[1]["fields"]
        assert phone.outcomes(edit(phone, {"lives": False}, was, home.who)) == ["done"]
        assert living(home.room) == []
        # Another phone says the same: nothing is to be decided.
        assert phone.outcomes(edit(phone, {"lives": False}, was, home.who)) == ["done"]
        assert phone.outcomes(edit(phone, {"lives": True}, {**was, "lives": False}, home.who)) == ["done"]
        assert (living(home.room), Resident.objects.count()) == (["周桂英"], 1)
        assert [one.field for one in Change.objects.filter(field="left_at")] == ["left_at"] * 2

    def test_a_head_is_none_behind_a_door_that_has_one(self, home: SimpleNamespace, phone: Phone) -> None:
        actions.add_resident(actor=SYSTEM, at=AT, room_id=home.next.pk, given=Given(name="吴刚", head=True))
        assert phone.outcomes(edit(phone, {"room": "102"}, listed(phone)[1]["fields"], home.who)) == ["done"]
        assert (fresh(home).head, fresh(home).room_id) == (False, home.next.pk)

    @pytest.mark.parametrize("to", [{"phone": "1391111222"}, {"room": "999"}, {"room": ""}, {"groups": ["king"]}, {"lives": "no"}, {}])
    def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(self, home: SimpleNamespace, phone: Phone, to: dict[str, Any]) -> None:
        (told,) = phone.send(edit(phone, to, listed(phone)[1]["fields"], home.who))
        assert told["outcome"] == "refused"
        assert told["message"]
        assert fresh(home).updated_at == home.who.updated_at

    def test_another_building_s_resident_is_refused_as_if_there_were_none(self, home: SimpleNamespace) -> None:
        other = enrolled(home.town, home.town.account("building_leader", "2号楼"), "2号楼")
        (told,) = other.send(edit(other, {"phone": NEW}, {"phone": "138****1234"}, home.who))
        assert (told["outcome"], told["code"]) == ("refused", "not_found")
        assert other.outcomes(arrived(other, home.room, name="吴刚")) == ["refused"]
        assert sealed.unseal(fresh(home).phone_sealed) == OLD

    def test_a_door_is_found_by_its_number_and_its_stair(self, town: Town) -> None:
        for stair in ("1", "2"):
            actions.add_rooms(actor=SYSTEM, at=AT, building_id=town["1号楼"].pk, entrance=stair, words="101,102")
        near = door(town, "1号楼", "301")
        assert resident_actions.label_of(resident_actions.door_called(near, "2单元-102室")) == "2-102"
        for words in ("101", "3-101", "", "-"):
            with pytest.raises(Invalid):
                resident_actions.door_called(near, words)
        assert resident_actions.door_called(resident_actions.door_called(near, "2-101"), "102").entrance == "2"


@pytest.mark.django_db
class TestArrivals:
    def test_somebody_new_is_there_once(self, home: SimpleNamespace, phone: Phone) -> None:
        told = arrived(phone, home.next, name="吴刚", phone=NEW, birth_year=1985, groups=["pregnant"])
        assert [*phone.outcomes(told), *phone.outcomes(told)] == ["done", "already_done"]
        found = Resident.objects.get(room=home.next)
        assert (found.name, sealed.unseal(found.phone_sealed), found.birth_year, found.groups) == ("吴刚", NEW, 1985, ["pregnant"])

    def test_who_may_live_there_already_is_for_a_person(self, home: SimpleNamespace, phone: Phone) -> None:
        assert phone.outcomes(arrived(phone, home.room, name="周桂英"), arrived(phone, home.room, name="周桂瑛")) == ["look", "look"]
        assert living(home.room) == ["周桂英"]
        same, near = Conflict.objects.order_by("pk")
        resolving.resolve(actor=SYSTEM, at=clock.now(), conflict_id=near.pk, take="phone")
        assert len(living(home.room)) == 2
        resolving.resolve(actor=SYSTEM, at=clock.now(), conflict_id=same.pk, take="here")
        assert len(living(home.room)) == 2

    def test_who_left_and_moves_in_again_is_the_same_row(self, home: SimpleNamespace, phone: Phone) -> None:
        actions.move_out(actor=SYSTEM, at=clock.now() - timedelta(days=90), resident_id=home.who.pk)
        assert phone.outcomes(arrived(phone, home.room, name="周桂英", phone=NEW)) == ["done"]
        assert (living(home.room), Resident.objects.count(), sealed.unseal(fresh(home).phone_sealed)) == (["周桂英"], 1, NEW)


numbers = st.from_regex(r"\A(1[3-9]\d{9}|0\d{10,11}|\d{5})\Z") | st.none() | st.text(max_size=12)


@given(here=numbers, was=numbers, wanted=numbers)
def test_numbers_are_compared_by_what_the_phone_was_shown_of_them(here: Any, was: Any, wanted: Any) -> None:
    assert masked(masked(here)) == masked(here)
    merge = merged({"phone": masked(here)}, {"phone": masked(was)}, {"phone": wanted}, {"phone": masked})
    assert ("phone" in merge.apply) == (masked(here) in (masked(was), masked(wanted)))
    # What waits for a person shows no number in full.
    assert all(value == masked(value) for one in merge.clashes.values() for value in one.values())


@given(codes=st.permutations(["chronic", "elder_alone", "dialysis"]))
def test_groups_are_the_same_in_any_order(codes: list[str]) -> None:
    assert ordered(codes) == ["elder_alone", "dialysis", "chronic"]

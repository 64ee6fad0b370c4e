"""Phones without a network: what a table writes down arrives once, whenever and in whatever order it comes."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest

from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.ids import new_id
from jimu.field.households.actions import Given, edit_resident
from jimu.field.households.models import Resident
from jimu.field.screening import settling
from jimu.field.screening.codes import HOUSEHOLD, PERSON, code_of
from jimu.field.screening.models import Absence, QueueCount, Scan, Slot, Tube
from jimu.field.screening.tests.conftest import ID_NUMBER, SYSTEM, Yard, yard_of
from jimu.grid.tests.town import build
from jimu.sync import actions
from jimu.sync.models import Operation
from jimu.sync.receiving import Report
from jimu.sync.tests.conftest import Phone, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def yard(db: None) -> Yard:
    return yard_of(build(), at=clock.now() - timedelta(days=6))


@pytest.fixture
def phone(yard: Yard) -> Phone:
    """Of a volunteer at the site."""
    return enrolled(yard.town, yard.town.account("member", "甲一居民区"), "甲一居民区")


def op(yard: Yard, phone: Phone, kind: str = "screening.scan", *, ago: timedelta = timedelta(), **payload: Any) -> dict[str, Any]:
    given = {"round": str(yard.round.pk), "site": str(yard.site.pk), **payload}
    return {"op_id": str(new_id()), "kind": kind, "at": (phone.now() - ago).isoformat(), "based_on": None, "payload": given}


def scan(yard: Yard, phone: Phone, who: int, tube: str = "T1", **more: Any) -> dict[str, Any]:
    return op(yard, phone, tube=tube, code=code_of(PERSON, yard.people[who].pk), **more)


def seal(yard: Yard, phone: Phone, said: int, tube: str = "T1", **more: Any) -> dict[str, Any]:
    return op(yard, phone, tube=tube, act="seal", said=said, **more)


def test_two_tubes_filled_and_sealed_in_one_batch_and_sent_again(yard: Yard, phone: Phone) -> None:
    batch = [scan(yard, phone, n) for n in range(3)] + [seal(yard, phone, 3)] + [scan(yard, phone, n, "T2") for n in range(3, 5)] + [seal(yard, phone, 2, "T2")]
    assert set(phone.outcomes(*batch)) == {"done"}
    assert set(phone.outcomes(*batch)) == {"already_done"}
    assert [(t.code, t.taken, t.sealed_at is not None) for t in Tube.objects.order_by("code")] == [("T1", 3, True), ("T2", 2, True)]
    assert (Scan.objects.count(), Operation.objects.count()) == (5, 7)


@pytest.mark.parametrize("pool", [1, 5, 10, 20])
def test_tubes_of_every_size_are_filled_and_sealed_without_a_network(db: None, pool: int) -> None:
    yard = yard_of(build(), at=clock.now() - timedelta(days=6), pool=pool)
    phone = enrolled(yard.town, yard.town.account("member", "甲一居民区"), "甲一居民区")
    tables = next(pack["items"] for pack in phone.pack().json()["packs"] if pack["name"] == "screening.tables")
    assert {item["preset"]["pool"] for item in tables} == {pool}
    codes = [code_of(PERSON, person.pk) for person in yard.people] + [f"https://jkm.example/{n}" for n in range(pool)]
    # One more than fits, all written down before any of it is sent.
    told = phone.send(*(op(yard, phone, tube="T1", code=code) for code in codes[: pool + 1]), seal(yard, phone, pool))
    assert [one["outcome"] for one in told] == ["done"] * (pool + 2)
    assert [one["data"].get("doubt", False) for one in told[:-1]] == [False] * pool + [True]
    tube = Tube.objects.get()
    assert (tube.capacity, tube.taken, tube.said, tube.missing, tube.sealed_at is not None) == (pool, pool, pool, 0, True)
    assert Scan.objects.filter(tube=tube, doubt="").count() == pool
    assert phone.send(op(yard, phone, tube="T1", code=codes[0] + "x"))[0]["outcome"] == "refused"


def test_a_batch_costs_as_many_statements_whether_it_is_of_twenty_or_two_hundred(
    yard: Yard, phone: Phone, django_assert_max_num_queries: Any
) -> None:  # fmt: skip
    phone.send(*(op(yard, phone, tube="W", code=f"warm-{n}") for n in range(2)))
    for size in (20, 200):
        ops = [op(yard, phone, tube=f"S{size}-{n // 10}", code=f"foreign-{size}-{n}") for n in range(size)]
        with django_assert_max_num_queries(32):
            assert set(phone.outcomes(*ops)) == {"done"}
    assert Scan.objects.count() == 222


def test_a_seal_that_comes_before_its_scans_waits_for_them_and_no_others(yard: Yard, phone: Phone) -> None:
    minute = timedelta(minutes=1)
    early = [scan(yard, phone, n, ago=20 * minute) for n in range(3)]
    assert phone.outcomes(seal(yard, phone, 2, ago=10 * minute)) == ["done"]
    told = phone.send(*early)
    assert [one["data"].get("doubt", False) for one in told] == [False, False, True]
    late = phone.send(scan(yard, phone, 5, ago=5 * minute))[0]
    assert (late["outcome"], late["code"]) == ("refused", "tube_sealed")
    assert Tube.objects.get().taken == 2


def test_five_days_late_counts_and_nine_waits_for_a_person(yard: Yard, phone: Phone) -> None:
    assert phone.outcomes(scan(yard, phone, 0, ago=timedelta(days=5)), scan(yard, phone, 1, ago=timedelta(days=9))) == ["done", "look"]


def test_a_wrong_clock_does_not_move_the_tube_s_clock(yard: Yard, phone: Phone) -> None:
    phone.ahead = timedelta(hours=7)
    before = clock.now()
    assert phone.outcomes(scan(yard, phone, 0), seal(yard, phone, 1)) == ["done", "done"]
    tube = Tube.objects.get()
    assert before - timedelta(seconds=10) <= tube.first_at <= tube.sealed_at <= clock.now()


@pytest.mark.parametrize(("change", "code"), [
    ({"code": "JP" + "A" * 39}, "bad_code"), ({"code": ""}, "invalid"), ({"tube": " "}, "invalid"), ({"table": "1"}, "invalid"), ({"table": True}, "invalid"),
    ({"act": "open"}, "invalid"), ({"round": "x"}, "invalid"), ({"site": str(new_id())}, "not_found"), ({"round": str(new_id())}, "not_found"),
    ({"sure": 1}, "invalid"), ({"code": "x" * 401}, "invalid"), ({"said": -1}, "invalid"), ({"tube": ["T1"]}, "invalid"),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_its_reason_and_the_rest_is_taken(yard: Yard, phone: Phone, change: dict[str, Any], code: str) -> None:
    bad, good = scan(yard, phone, 0), [scan(yard, phone, 1), scan(yard, phone, 2)]
    bad["payload"] |= change
    told = phone.send(good[0], bad, good[1])
    assert [one["outcome"] for one in told] == ["done", "refused", "done"]
    assert told[1]["code"] == code
    assert Scan.objects.count() == 2


def test_two_phones_that_scan_one_person_into_two_tubes_are_both_kept(yard: Yard, phone: Phone) -> None:
    other = enrolled(yard.town, yard.town.account("member", "甲一居民区"), "甲一居民区")
    phone.send(scan(yard, phone, 0, "T1"))
    assert other.send(scan(yard, other, 0, "T2"))[0]["data"]["double"]
    assert [double.resident.pk for double in settling.waiting(yard.round).doubles] == [yard.people[0].pk]


def test_an_id_number_is_sealed_in_the_log_and_told_to_nobody(yard: Yard, phone: Phone) -> None:
    told = phone.send(op(yard, phone, tube="T1", code=ID_NUMBER))
    kept = Operation.objects.get()
    assert ID_NUMBER not in str(told) + str(kept.payload) + str(kept.answer) + kept.payload_sealed + Scan.objects.get().code_sealed


def held_by(yard: Yard, *work: str) -> dict[str, list[str]]:
    """What a member's phone for this work holds, by list."""
    account, at = yard.town.account("member", "甲一居民区"), clock.now()
    given = {"account_id": account.pk, "unit_id": yard.town["甲一居民区"].pk, "label": "", "ends_at": at + timedelta(hours=8)}
    device, secret = actions.invite(actor=actor_of(account), at=at, work=work, **given)
    device, token = actions.enrol(at=at, secret=secret, report=Report())
    return {pack["name"]: [item["title"] for item in pack["items"]] for pack in Phone(yard.town, device, token).pack().json()["packs"]}


class TestDuties:
    """A phone at a table holds its table, not the whole of the part."""

    def test_a_table_needs_its_site_and_whose_codes_are_one_person_s(self, yard: Yard) -> None:
        every = held_by(yard)
        assert {"screening.homes", "screening.slots", "households.round", "needs.places"} <= every.keys()
        assert every["screening.tables"] == ["东门", "南门"]
        held = held_by(yard, f"screening.table@{yard.site.pk}")
        assert (held["screening.tables"], len(held["screening.same"])) == (["东门"], 1)
        assert {name.partition(".")[0] for name in held if held[name]} == {"screening"}
        assert "screening.homes" not in held
        assert "screening.slots" not in held

    def test_a_site_of_no_round_holds_no_codes(self, yard: Yard) -> None:
        yard.round.sites.remove(yard.other)
        held = held_by(yard, f"screening.table@{yard.other.pk}")
        assert (held["screening.tables"], held["screening.same"]) == ([], [])

    def test_a_caller_holds_the_groups_of_one_site(self, yard: Yard) -> None:
        every, one, other = (held_by(yard, f"screening.call{at}")["screening.slots"] for at in ("", f"@{yard.site.pk}", f"@{yard.other.pk}"))
        assert sorted(every) == sorted([*one, *other])
        assert 0 < len(one) < len(every)
        assert "screening.tables" not in held_by(yard, "screening.call")


class TestTags:
    """What a phone holds to hear that two codes are one person's."""

    @pytest.fixture
    def numbered(self, yard: Yard) -> Resident:
        """周桂英, with an ID number on the ledger."""
        person = yard.people[0]
        edit_resident(actor=SYSTEM, at=clock.now(), resident_id=person.pk, seen=person.updated_at, given=Given(name=person.name, id_number=ID_NUMBER))
        return person

    @staticmethod
    def told(phone: Phone, cursor: str = "") -> dict[str, Any]:
        return next(pack for pack in phone.pack(cursor).json()["packs"] if pack["name"] == "screening.same")

    def test_two_bytes_of_each_code_of_who_has_two_and_nothing_of_anybody_else(self, yard: Yard, phone: Phone, numbered: Resident) -> None:
        pairs = base64.b64decode(self.told(phone)["items"][0]["fields"]["pairs"])
        alone = [person for person in yard.people if Resident.objects.filter(room=person.room_id).count() == 1]
        wanted = {(code_of(PERSON, numbered.pk), ID_NUMBER), *((code_of(PERSON, one.pk), code_of(HOUSEHOLD, one.room_id)) for one in alone)}
        short = [b"".join(hashlib.sha256(f"{yard.round.pk}:{code}".encode()).digest()[:2] for code in both) for both in wanted]
        assert sorted(pairs[at : at + 4] for at in range(0, len(pairs), 4)) == sorted(short)

    def test_they_come_again_only_when_the_ledger_or_the_rounds_changed(self, yard: Yard, phone: Phone, numbered: Resident) -> None:
        later = clock.now() + timedelta(minutes=5)
        assert self.told(phone, later.isoformat()) == self.told(phone, later.isoformat()) | {"items": [], "full": False}
        Resident.objects.filter(pk=numbered.pk).update(updated_at=later)
        assert self.told(phone, later.isoformat())["full"]
        Resident.objects.filter(pk=numbered.pk).update(updated_at=numbered.updated_at)
        type(yard.round).objects.filter(pk=yard.round.pk).update(state="closed", closed_at=later)
        told = self.told(phone, later.isoformat())
        assert (told["full"], told["items"]) == (True, [])

    def test_a_phone_of_one_building_gets_those_of_its_building(self, yard: Yard, numbered: Resident) -> None:
        leader = enrolled(yard.town, yard.town.account("building_leader", "2号楼"), "2号楼")
        others = [person for person in yard.people if person.room.building_id == yard.town["2号楼"].pk]
        pairs = base64.b64decode(self.told(leader)["items"][0]["fields"]["pairs"])
        assert 0 < len(others) < len(yard.people)
        assert len(pairs) == 4 * sum(1 for one in others if Resident.objects.filter(room=one.room_id).count() == 1)


class TestDoors:
    """A building leader's phone."""

    @pytest.fixture
    def leader(self, yard: Yard) -> Phone:
        for person in (yard.people[0], yard.people[10]):
            edit_resident(
                actor=SYSTEM, at=clock.now(), resident_id=person.pk, seen=Resident.objects.get(pk=person.pk).updated_at, given=Given(groups=["bedridden"])
            )
        return enrolled(yard.town, yard.town.account("building_leader", "1号楼"), "1号楼")

    def test_its_lists_are_of_its_building_and_name_nobody_in_full(self, yard: Yard, leader: Phone, phone: Phone) -> None:
        packs = {pack["name"]: pack["items"] for pack in leader.pack().json()["packs"]}
        assert [item["preset"]["person"] for item in packs["screening.homes"]] == [str(yard.people[0].pk)]
        assert packs["screening.tables"] == []
        assert {Slot.objects.get(pk=item["id"]).building.name for item in packs["screening.slots"]} == {"1号楼"}
        assert yard.people[0].name not in leader.pack().content.decode()
        # Why somebody cannot come down is not on the lists of screening.
        assert "bedridden" not in str([items for name, items in packs.items() if name.startswith("screening.")])
        tables = {pack["name"]: pack["items"] for pack in phone.pack().json()["packs"]}["screening.tables"]
        assert {item["title"] for item in tables} == {"东门", "南门"}

    def test_it_samples_at_doors_of_its_building_only_and_seals(self, yard: Yard, leader: Phone) -> None:
        mine, far = (op(yard, leader, "screening.home", person=str(yard.people[n].pk), tube="H1", last=True) for n in (0, 10))
        assert leader.outcomes(mine, far) == ["done", "refused"]
        assert (Tube.objects.get().taken, Tube.objects.get().sealed_at is not None) == (1, True)

    def test_it_says_why_somebody_is_missing_and_calls_its_own(self, yard: Yard, leader: Phone) -> None:
        near, far = (op(yard, leader, "screening.absent", person=str(yard.people[n].pk), reason="away", note="") for n in (1, 10))
        assert leader.outcomes(near, far) == ["done", "refused"]
        assert Absence.objects.count() == 1
        slots = [Slot.objects.filter(building=yard.town[name]).first() for name in ("1号楼", "2号楼")]
        calls = [op(yard, leader, "screening.call", slot=str(slot.pk), result="called") for slot in slots]
        assert leader.outcomes(*calls) == ["done", "refused"]
        assert leader.outcomes(scan(yard, leader, 0), op(yard, leader, "screening.queue", waiting=3, tables=2)) == ["refused", "refused"]
        assert not Scan.objects.exists() | QueueCount.objects.exists()


def test_a_volunteer_counts_the_line(yard: Yard, phone: Phone) -> None:
    assert phone.outcomes(op(yard, phone, "screening.queue", waiting=40, tables=2)) == ["done"]
    assert QueueCount.objects.get().waiting == 40
    kinds = {kind["name"]: kind for kind in phone.pack().json()["kinds"]}
    assert kinds["screening.scan"]["screen"]["module"].endswith("screening/table.js")
    assert kinds["screening.home"]["screen"] is None


def test_who_counts_the_line_on_a_phone_hears_what_it_means(yard: Yard, phone: Phone) -> None:
    def notes() -> dict[str, str]:
        told = next(pack for pack in phone.pack().json()["packs"] if pack["name"] == "screening.tables")
        return {item["title"]: item["note"] for item in told["items"]}

    assert "排" not in notes()["东门"]
    payload = {"round": str(yard.round.pk), "site": str(yard.site.pk), "waiting": 600, "tables": 2}
    assert phone.send({**phone.op("screening.queue"), "payload": payload})[0]["outcome"] == "done"
    assert notes()["东门"].endswith("排 600 人，要等 150 分钟 · 加开 8 台，开不出就停叫约 120 分钟")
    assert "排" not in notes()["南门"]

"""Phones in stairwells: twice, late, out of order, two phones at one door, another's building."""

from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM
from jimu.field.supplies import handing, homes, planning, receiving
from jimu.field.supplies.models import Delivery, Lot, Plan, Receipt
from jimu.field.supplies.planning import Wish
from jimu.sync import resolving
from jimu.sync.models import Conflict as Doubt
from jimu.sync.tests.conftest import Phone, enrolled

from .conftest import Store, conserved, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot(store: Store) -> Lot:
    return store.lot()


@pytest.fixture
def plan(store: Store, lot: Lot) -> Plan:
    """A plan of an hour ago, sent to 1号楼 with two portions of three."""
    at = clock.now() - timedelta(hours=1)
    made = planning.make_plan(actor=SYSTEM, at=at, wish=Wish("蔬菜包", {lot.pk: 1}))
    handing.issue(actor=SYSTEM, at=at, plan_id=made.pk, building_id=store.building("1号楼").pk, portions=2)
    return made


@pytest.fixture
def phone(store: Store) -> Phone:
    return enrolled(store.town, store.town.account("building_leader", "1号楼"), "1号楼")


def door(store: Store, phone: Phone, plan: Plan, room: str, result: str = "done", *, ago: int = 0, **more: str) -> dict[str, object]:
    payload = {"plan": str(plan.pk), "room": str(store.rooms[room].pk), "result": result, "note": ""}
    return {"op_id": str(new_id()), "kind": "supplies.deliver", "at": (phone.now() - timedelta(minutes=ago)).isoformat(), "based_on": None, "payload": payload, **more}


def signature(phone: Phone, plan: Plan, counted: int) -> dict[str, object]:
    consignment = plan.consignments.get()
    return {"op_id": str(new_id()), "kind": "supplies.sign", "at": phone.now().isoformat(), "based_on": None, "payload": {"consignment": str(consignment.pk), "counted": counted}}


def test_the_pack_holds_what_waits_and_no_name(store: Store, phone: Phone, plan: Plan) -> None:
    told = phone.pack()
    packs = {one["name"]: one["items"] for one in told.json()["packs"]}
    assert [item["title"] for item in packs["supplies.unsigned"]] == ["1号楼"]
    assert [item["title"].split()[-1] for item in packs["supplies.doors"]] == ["201", "101", "301"]
    assert "某人" not in told.content.decode()
    phone.send(door(store, phone, plan, "1-201"), signature(phone, plan, 2))
    left = {one["name"]: one["items"] for one in phone.pack().json()["packs"]}
    assert ([item["title"].split()[-1] for item in left["supplies.doors"]], left["supplies.unsigned"]) == (["101", "301"], [])


def test_doors_are_on_the_list_once_their_portions_have_left_the_store(store: Store, plan: Plan) -> None:
    phone = enrolled(store.town, store.town.account("member", "甲一居民区"), "甲一居民区")

    def buildings() -> set[str]:
        items = next(one["items"] for one in phone.pack().json()["packs"] if one["name"] == "supplies.doors")
        return {item["title"].split()[0] for item in items}

    assert buildings() == {"1号楼"}
    handing.issue(actor=SYSTEM, at=clock.now(), plan_id=plan.pk, building_id=store.building("2号楼").pk, portions=2)
    assert buildings() == {"1号楼", "2号楼"}


def test_the_same_operation_three_times_is_one_delivery(store: Store, phone: Phone, plan: Plan, lot: Lot) -> None:
    ops = [door(store, phone, plan, "1-101"), door(store, phone, plan, "1-201")]
    assert phone.outcomes(*ops) == ["done", "done"]
    assert phone.outcomes(*ops) == ["already_done", "already_done"]
    assert phone.outcomes(ops[0]) == ["already_done"]
    assert (Delivery.objects.count(), where(lot)["out"]) == (2, 2)


def test_a_door_before_its_signature_and_a_knock_after_its_delivery_lose_nothing(store: Store, phone: Phone, plan: Plan, lot: Lot) -> None:
    # The delivery arrives first, then that nobody answered an hour before, then the signature that came before both.
    assert phone.outcomes(door(store, phone, plan, "1-101")) == ["done"]
    assert phone.outcomes(door(store, phone, plan, "1-101", "nobody", ago=30)) == ["done"]
    assert phone.outcomes(signature(phone, plan, 2)) == ["done"]
    assert homes.handed(plan) == {store.rooms["1-101"].pk: 1}
    assert (Receipt.objects.get().counted, where(lot)["lost"]) == (2, 0)
    assert conserved(lot.pk)


def test_two_phones_at_one_door_give_one_portion(store: Store, phone: Phone, plan: Plan, lot: Lot) -> None:
    other = enrolled(store.town, store.town.account("member", "甲一居民区"), "1号楼")
    assert phone.outcomes(door(store, phone, plan, "1-101")) == ["done"]
    result = other.send(door(store, other, plan, "1-101"))[0]
    assert result["outcome"] == "refused"
    assert "已按限额领过" in result["message"]
    assert where(lot)["out"] == 1


def test_a_miscount_waits_for_a_person_who_takes_it_after_counting_again(store: Store, phone: Phone, plan: Plan, lot: Lot) -> None:
    assert phone.outcomes(door(store, phone, plan, "1-101"), door(store, phone, plan, "1-201"), door(store, phone, plan, "1-301")) == ["done", "done", "look"]
    doubt = Doubt.objects.get(state="open")
    assert where(lot)["out"] == 2
    resolving.resolve(actor=store.secretary, at=clock.now(), conflict_id=doubt.pk, take=resolving.PHONE)
    assert (where(lot)["out"], where(lot)["store"]) == (3, 97)
    assert conserved(lot.pk)


def test_another_building_s_leader_is_refused(store: Store, plan: Plan) -> None:
    far = enrolled(store.town, store.town.account("building_leader", "2号楼"), "2号楼")
    assert far.outcomes(door(store, far, plan, "1-101"), signature(far, plan, 2)) == ["refused", "refused"]
    assert not Delivery.objects.exists()


def test_five_days_late_counts_when_it_was_done_before_the_plan_ended(store: Store, phone: Phone, plan: Plan) -> None:
    planning.close_plan(actor=SYSTEM, at=clock.now() - timedelta(minutes=20), plan_id=plan.pk)
    assert phone.outcomes(door(store, phone, plan, "1-101", ago=40), door(store, phone, plan, "1-201", ago=5)) == ["done", "refused"]


def test_a_batch_of_many_doors_is_one_transaction_with_an_answer_for_each(store: Store, phone: Phone, plan: Plan) -> None:
    receiving.count(actor=SYSTEM, at=clock.now(), lot_id=plan.items.get().lot_id, number=98)
    ops = [door(store, phone, plan, room, result) for room, result in (("1-101", "done"), ("1-101", "done"), ("1-201", "nobody"), ("2-101", "done"))]
    assert phone.outcomes(*ops) == ["done", "refused", "done", "refused"]


def test_who_carried_what_a_door_has_is_told_also_within_one_sending(store: Store, phone: Phone, plan: Plan) -> None:
    first, second = phone.send(door(store, phone, plan, "1-101"), door(store, phone, plan, "1-101"))
    later = phone.send(door(store, phone, plan, "1-101"))[0]
    by = Delivery.objects.get().by
    assert (first["outcome"], second["outcome"], later["outcome"]) == ("done", "refused", "refused")
    assert by
    assert [by in answer["message"] for answer in (second, later)] == [True, True]

"""What is refused at the store, each beside the same act as it is taken: nothing is written by what is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.field.supplies import bought, buying, delivering, handing, planning, receiving, transferring
from jimu.field.supplies.models import Delivery, Lot, LotEvent, Move, Transfer
from jimu.field.supplies.receiving import Given

from .conftest import AT, HOUR, LATER, Store
from .test_buying import leader_of, offer, ordered

pytestmark = pytest.mark.django_db


def refused(code: str, work: Callable[[], Any], error: type[JimuError] = Invalid) -> None:
    """Refused with this code (or this class, where it has none of its own), and nothing moved."""
    before = (Move.objects.count(), LotEvent.objects.count(), Lot.objects.count(), Transfer.objects.count(), Delivery.objects.count())
    with pytest.raises(error) as found:
        work()
    assert found.value.code == (code or error.code)
    assert (Move.objects.count(), LotEvent.objects.count(), Lot.objects.count(), Transfer.objects.count(), Delivery.objects.count()) == before


def arrive(store: Store, unit: str = "甲一居民区", **more: Any) -> Lot:
    given = Given(**{"item": "蔬菜包", "measure": "袋", "number": 10, "source": "donation", "giver": "热心居民", "person": True, **more})
    return receiving.arrive(actor=store.secretary, at=AT, unit_id=store.town[unit].pk, given=given)


@pytest.mark.parametrize(("change", "code"), [
    ({"item": " "}, "no_goods"), ({"measure": ""}, "no_goods"), ({"number": 0}, "no_goods"), ({"number": 1_000_001}, "no_goods"), ({"source": "market"}, ""),
    ({"rest_minutes": -1}, ""), ({"rest_minutes": 10_081}, ""), ({"giver": " "}, "no_giver"), ({"giver": "陈某 13800000001"}, "personal"), ({"note": "找 13800000001"}, "personal"),
    ({"unit": "1号楼"}, "not_a_store"),
])  # fmt: skip
def test_what_arrives_is_told_in_full_and_lies_in_a_store(store: Store, change: dict[str, Any], code: str) -> None:
    assert arrive(store).pk
    refused(code, lambda: arrive(store, **change))


def test_the_ends_of_what_is_allowed_are_allowed(store: Store) -> None:
    for change in ({"number": 1}, {"number": 1_000_000}, {"rest_minutes": 0}, {"rest_minutes": 10_080}, {"source": "shop", "giver": ""}):
        assert arrive(store, **change).pk


def test_who_gave_nothing_is_not_thanked(store: Store) -> None:
    bought_in = store.lot()
    receiving.thank(actor=store.secretary, at=AT, lot_id=arrive(store).pk)
    refused("no_donation", lambda: receiving.thank(actor=store.secretary, at=AT, lot_id=bought_in.pk), Conflict)


def test_counts_and_corrections_are_numbers_with_a_reason(store: Store) -> None:
    lot, by = store.lot(), {"actor": store.secretary, "at": LATER}
    for number in (0, 1_000_000):
        receiving.count(**by, lot_id=lot.pk, number=number)
    for number in (-1, 1_000_001):
        refused("", lambda number=number: receiving.count(**by, lot_id=lot.pk, number=number))
    for number in (0, 1_000_001):
        refused("", lambda number=number: receiving.pack(**by, lot_id=lot.pk, number=number))
        refused("", lambda number=number: receiving.correct(**by, lot_id=lot.pk, how="lost", number=number, note="雨淋"))
    refused("no_words", lambda: receiving.correct(**by, lot_id=lot.pk, how="lost", number=1, note=" "))
    refused("", lambda: receiving.correct(**by, lot_id=lot.pk, how="eaten", number=1, note="雨淋"))
    receiving.pack(**by, lot_id=lot.pk, number=1)
    receiving.correct(**by, lot_id=lot.pk, how="lost", number=1, note="雨淋")


def test_spare_ones_are_given_out_only_when_they_may_leave(store: Store) -> None:
    ready, waiting = store.lot(), store.lot(ready=False)
    by = {"actor": store.secretary, "at": LATER, "how": "spare", "number": 1, "note": "志愿者午餐"}
    receiving.correct(**by, lot_id=ready.pk)
    refused("not_ready", lambda: receiving.correct(**by, lot_id=waiting.pk), JimuError)
    receiving.correct(**{**by, "how": "lost"}, lot_id=waiting.pk)


def test_a_closed_plan_sends_nothing_more_and_takes_what_was_done_before(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 2)
    planning.close_plan(actor=store.secretary, at=LATER + HOUR, plan_id=plan.pk)
    refused("plan_closed", lambda: store.issue(plan, "1号楼", 1), Conflict)
    refused("plan_closed", lambda: store.deliver(plan, "1-101", at=LATER + 2 * HOUR), Conflict)
    store.deliver(plan, "1-101", at=LATER + HOUR)


def test_what_is_said_at_a_door_is_one_of_a_few_words(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 2)
    for result in ("undone", "eaten", ""):
        refused("", lambda result=result: store.deliver(plan, "1-101", result))
    refused("", lambda: store.deliver(plan, "1-101", "wrong", note="字" * 201))
    store.deliver(plan, "1-101", "wrong", note="字" * 200)


def test_a_slip_is_taken_back_once_by_who_carries_there(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 2)
    undo = lambda actor=store.carrier: delivering.undo(actor=actor, at=LATER, plan_id=plan.pk, room_id=store.rooms["1-101"].pk)  # noqa: E731
    refused("nothing_to_undo", undo, Conflict)
    store.deliver(plan, "1-101")
    refused("", lambda: undo(store.second), NotFound)
    undo()
    refused("nothing_to_undo", undo, Conflict)


def test_everything_is_sent_once(store: Store) -> None:
    plan = store.plan()
    assert len(handing.issue_all(actor=store.secretary, at=LATER, plan_id=plan.pk)) == 2
    refused("all_issued", lambda: handing.issue_all(actor=store.secretary, at=LATER, plan_id=plan.pk), Conflict)


def test_goods_of_a_group_buy_and_numbers_of_people_do_not_travel_between_stores(store: Store) -> None:
    buy = buying.open_buy(at=AT, leader_code=leader_of(store).code, offer=offer())
    ordered(store, buy)
    items = {item.pk: 1 for item in buy.items.all()}
    group = bought.arrive(actor=store.secretary, at=AT + 2 * HOUR, buy_id=buy.pk, numbers=items, rest_minutes=0)[0]
    send = lambda lot, note="": transferring.send(actor=store.secretary, at=LATER, lot_id=lot.pk, to_id=store.town["乙一居民区"].pk, number=1, note=note)  # noqa: E731
    plain = store.lot()
    refused("group_goods", lambda: send(group), Conflict)
    refused("personal", lambda: send(plain, "找 13800000001"))
    move = send(plain, "他们缺菜")
    other = store.town.actor("secretary", "乙一居民区")
    for counted in (-1, 1_000_001):
        refused("", lambda counted=counted: transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=counted))
    transferring.cancel(actor=store.secretary, at=LATER, transfer_id=move.pk)
    refused("cancelled", lambda: transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=1), Conflict)

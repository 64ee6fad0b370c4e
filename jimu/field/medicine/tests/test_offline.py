"""Work at the doors without a network: twice, late, out of order, for another building."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from jimu.core.errors import Invalid, NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.medicine import checking, offline
from jimu.field.medicine.models import Order
from jimu.field.medicine.tests.conftest import AT, DRUG, HOUR, PHONE, Desk, card, fresh
from jimu.sync.registry import Answer, Holder, Incoming, NeedsLook, kinds, packs

pytestmark = pytest.mark.django_db


def came(
    actor: Actor,
    name: str,
    sent: dict[str, Any],
    *,
    at: datetime = AT,
    op: UUID | None = None,
    looked: bool = False,
) -> Answer | None:
    """As the server hands it on: read by the kind's own fields."""
    kind = kinds()[name]
    data = {field.name: field.read(sent.get(field.name)) for field in kind.fields}
    return kind.action(
        Incoming(op or new_id(), kind.name, new_id(), actor, at, at, AT + 5 * HOUR, "", "", data, looked)
    )


def at_door(order: Order, **more: Any) -> dict[str, Any]:
    return {"order": str(order.pk), **more}


def test_an_order_heard_at_a_door_has_its_clock_from_then_and_is_there_once(desk: Desk) -> None:
    sent = {
        "unit": str(desk.building.pk),
        "room": "502",
        "name": "安病人",
        "drug": DRUG,
        "count": 2,
        "days_left": 0,
        "phone": PHONE,
        "more": "阿司匹林 3盒\n",
    }
    op = new_id()
    answers = [came(desk.runner, offline.REGISTER, sent, op=op) for _time in range(2)]
    order = Order.objects.get()
    assert (order.way, order.due_at, order.cold) == ("door", AT + 2 * HOUR, True)
    assert [item.count for item in order.items.all()] == [2, 3]
    assert [answer.data["receipt"] for answer in answers if answer] == [order.receipt] * 2


def test_a_visit_without_a_network_delivers_signs_and_gives_back(desk: Desk) -> None:
    order = desk.checked(cash=5000)
    came(desk.runner, offline.DELIVER, at_door(order))
    came(desk.runner, offline.SIGN, at_door(order, who="family"))
    with pytest.raises(Invalid):
        came(desk.runner, offline.RETURN, at_door(order, counted=False))
    came(desk.runner, offline.RETURN, at_door(order, counted=True))
    assert fresh(order).state == "returned"
    fact = order.facts.get(act="sign")
    assert (fact.note, fact.late, fact.where) == ("家里人", True, "门口")


def test_delivered_twice_by_one_phone_is_one_delivery(desk: Desk) -> None:
    order, op = desk.checked(), new_id()
    for one in (op, op, new_id()):
        came(desk.runner, offline.DELIVER, at_door(order), op=one)
    assert order.facts.filter(act="deliver").count() == 1


def test_a_delivery_that_is_told_again_after_the_signature_is_still_one(desk: Desk) -> None:
    order = desk.signed()
    came(desk.runner, offline.DELIVER, at_door(order))
    assert (order.facts.filter(act="deliver").count(), fresh(order).state) == (1, "signed")


def test_delivered_by_two_people_is_looked_at_by_a_person(desk: Desk) -> None:
    order = desk.checked()
    came(desk.runner, offline.DELIVER, at_door(order))
    with pytest.raises(NeedsLook) as look:
        came(desk.checker, offline.DELIVER, at_door(order))
    assert "安跑腿" in str(look.value)
    assert order.facts.filter(act="deliver").count() == 1


def test_what_comes_before_its_check_waits_and_can_be_taken_afterwards(desk: Desk) -> None:
    order = desk.fetched()
    with pytest.raises(NeedsLook) as look:
        came(desk.runner, offline.DELIVER, at_door(order))
    assert "双人核对" in str(look.value)
    desk.act(order, "check", desk.runner)
    desk.act(order, "check", desk.checker)
    came(desk.runner, offline.DELIVER, at_door(order), looked=True)
    assert fresh(order).state == "delivered"


def test_a_card_collected_offline_days_ago_while_it_is_elsewhere_is_shown_to_a_person(desk: Desk) -> None:
    order = desk.act(desk.order(), "triage")
    desk.act(order, "collect", desk.checker, things=["card"])
    second = desk.act(desk.order("阿司匹林"), "triage")
    with pytest.raises(NeedsLook) as look:
        came(desk.runner, offline.COLLECT, at_door(second, things=["card"]), at=AT - timedelta(days=3))
    assert "安核对" in str(look.value)
    assert card(order).holder_id == desk.checker.person_id


def test_a_card_collected_days_ago_keeps_the_moment_it_was_signed_for(desk: Desk) -> None:
    order = desk.act(desk.order(at=AT - timedelta(days=6)), "triage", at=AT - timedelta(days=6))
    came(
        desk.runner,
        offline.COLLECT,
        at_door(order, things=["card", "book"], cash=20),
        at=AT - timedelta(days=5),
    )
    assert card(order).out_since == AT - timedelta(days=5)
    assert order.things.get(kind="cash").fen == 2000
    assert checking.faults() == []


def test_another_building_is_not_there(desk: Desk) -> None:
    order = desk.checked()
    with pytest.raises(NotFound):
        came(desk.town.actor("building_leader", "3号楼"), offline.DELIVER, at_door(order))


def test_a_phone_gets_rooms_and_bags_and_neither_drug_nor_name(desk: Desk) -> None:
    checked, waiting = desk.checked(), desk.act(desk.order(room="601"), "triage")
    elsewhere = desk.act(desk.order(unit_id=desk.town["3号楼"].pk), "triage")
    pack = next(one for one in packs() if one.name == "medicine.doors")
    items = pack.items(Holder(desk.runner, desk.building.pk, desk.building.path, AT), AT, None).items
    assert {item["id"] for item in items} == {str(checked.pk), str(waiting.pk)}
    assert str(elsewhere.pk) not in str(items)
    assert "502 室 · 药袋 001" in str(items)
    assert "马上放冰箱" in str(items)
    for words in ("胰岛素", "安病人", PHONE, "冷藏"):
        assert words not in str(items)
    assert offline.places_of_orders([at_door(checked), {"order": str(new_id())}]) == [
        desk.building.path,
        None,
    ]

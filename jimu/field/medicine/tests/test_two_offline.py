"""What a runner meets at a door without a network: a bag for two people, a bag that comes back, a card that is gone."""

import pytest

from jimu.core.errors import Invalid, NotFound, NotPermitted, SamePerson
from jimu.core.ids import new_id
from jimu.field.medicine import checking, offline
from jimu.field.medicine.tests.conftest import AT, Desk, card, fresh
from jimu.field.medicine.tests.test_offline import at_door, came
from jimu.sync.registry import Holder, NeedsLook

pytestmark = pytest.mark.django_db
STRONG = "盐酸吗啡缓释片"


def test_a_bag_for_two_says_so_and_an_ordinary_one_does_not(desk: Desk) -> None:
    strong, plain = desk.checked(STRONG), desk.checked(room="601")
    held = Holder(desk.runner, desk.building.pk, desk.building.path, AT)
    items = {item["id"]: item for item in offline.doors(held, AT, None).items}
    assert "双人送" in items[str(strong.pk)]["note"]
    assert offline.WITNESS in items[str(strong.pk)]["kinds"]
    assert "双人送" not in items[str(plain.pk)]["note"]
    assert offline.WITNESS not in items[str(plain.pk)]["kinds"]
    assert STRONG not in str(items)


def test_two_phones_sign_and_a_delivery_that_came_first_waits(desk: Desk) -> None:
    order, op = desk.checked(STRONG), new_id()
    with pytest.raises(NeedsLook, match="同行见证"):
        came(desk.runner, offline.DELIVER, at_door(order))
    for one in (op, op, new_id()):
        came(desk.checker, offline.WITNESS, at_door(order), op=one)
    with pytest.raises(SamePerson):
        came(desk.checker, offline.DELIVER, at_door(order))
    came(desk.runner, offline.DELIVER, at_door(order), looked=True)
    came(desk.checker, offline.WITNESS, at_door(order))
    assert fresh(order).state == "delivered"


def test_a_witness_of_an_ordinary_bag_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        came(desk.checker, offline.WITNESS, at_door(desk.checked()))


def test_a_whole_bag_comes_back_once_with_its_reason(desk: Desk) -> None:
    order = desk.checked()
    with pytest.raises(NeedsLook):
        came(desk.runner, offline.HOLD, at_door(order, note="不要了"))
    came(desk.runner, offline.DELIVER, at_door(order))
    with pytest.raises(Invalid):
        came(desk.runner, offline.HOLD, at_door(order))
    for _time in range(2):
        came(desk.runner, offline.HOLD, at_door(order, note="不要了"))
    assert fresh(order).state == "held"
    assert len(order.facts.get(act="hold").items) == order.items.count()


def test_a_card_that_is_gone_is_reported_once_by_who_holds_it(desk: Desk) -> None:
    order = desk.signed()
    lost = at_door(order, things=["card"], note="电梯口还在")
    with pytest.raises(NotPermitted):
        came(desk.checker if card(order).holder_id != desk.checker.person_id else desk.runner, offline.LOST, lost)
    holder = desk.runner if card(order).holder_id == desk.runner.person_id else desk.checker
    for _time in range(2):
        came(holder, offline.LOST, lost)
    assert card(order).lost
    assert card(order).signatures.filter(kind="lost").count() == 1
    with pytest.raises(Invalid):
        came(holder, offline.LOST, at_door(order, things=["cash"], note="x"))
    assert checking.faults() == []


def test_another_part_s_bag_is_not_there(desk: Desk) -> None:
    order, away = desk.checked(STRONG), desk.town.actor("building_leader", "3号楼")
    for name, more in ((offline.WITNESS, {}), (offline.HOLD, {"note": "x"}), (offline.LOST, {"things": ["card"], "note": "x"})):
        with pytest.raises(NotFound):
            came(away, name, at_door(order, **more))

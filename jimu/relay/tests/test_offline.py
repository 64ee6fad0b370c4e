"""A roll called on a lead's phone without a network counts from when it was tapped, on the lead's own part only."""

from datetime import timedelta
from typing import Any

import pytest

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.relay import offline
from jimu.roster.models import CheckIn
from jimu.roster.tests.conftest import DAY
from jimu.sync.registry import Holder, Incoming, kinds, packs

from .conftest import Gate

EIGHT = clock.at_minute(DAY, 480)
LATER = EIGHT + timedelta(hours=3)


def called(gate: Gate, actor: Actor, **sent: Any) -> None:
    """As the server hands it on: read by the kind's own fields."""
    kind = kinds()[offline.KIND]
    seat = gate.shift(gate.morning).assignments.get()
    data = {field.name: field.read({"seat": str(seat.pk), **sent}.get(field.name)) for field in kind.fields}
    kind.action(Incoming(new_id(), kind.name, new_id(), actor, EIGHT, EIGHT, LATER, "", seat.shift.unit.path, data))


def test_a_mark_counts_from_when_it_was_tapped(gate: Gate) -> None:
    lead = gate.world.actor("secretary", "甲一")
    called(gate, lead, mark="arrived")
    called(gate, lead, mark="arrived")
    made = CheckIn.objects.get()
    assert (made.mark, made.at, made.how, made.marked_by) == ("arrived", EIGHT, "roll", lead.name)
    called(gate, lead, mark="absent")
    assert CheckIn.objects.filter(mark="absent").get().why == "点名时不在"


def test_a_post_of_elsewhere_is_refused(gate: Gate) -> None:
    with pytest.raises(NotFound):
        called(gate, gate.world.actor("secretary", "甲二"), mark="arrived")


def test_a_phone_holds_who_should_stand_on_its_part_and_nobody_else(gate: Gate) -> None:
    pack = next(one for one in packs() if one.name == "relay.roll")
    units = gate.world.units
    for name, expected in (("甲一", ["张一"]), ("甲二", [])):
        holder = Holder(gate.world.actor("secretary", name), units[name].pk, units[name].path, LATER)
        items = pack.items(holder, EIGHT, None).items
        assert [item["title"] for item in items] == expected
        assert offline.places([item["preset"] for item in items]) == [units["甲一"].path for _one in items]
    assert offline.places([{"seat": str(new_id())}]) == [None]

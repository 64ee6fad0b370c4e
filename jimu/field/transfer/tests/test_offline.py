"""An escort's phone without a network: in order, twice, late, out of order, for another's run."""

from typing import Any
from uuid import UUID

import pytest

from jimu.core.errors import Invalid, NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.transfer import offline, runs
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Dependant, Disinfection, Transfer, Visit
from jimu.field.transfer.tests.conftest import AT, HOUR, MINUTE, Lane, fresh, left, person
from jimu.sync.registry import Answer, Holder, Incoming, NeedsLook, kinds, packs

pytestmark = pytest.mark.django_db


def came(actor: Actor, name: str, sent: dict[str, Any], *, at: Any = AT, op: UUID | None = None, looked: bool = False) -> Answer | None:
    """As the server hands it on: read by the kind's own fields."""
    kind = kinds()[name]
    data = {field.name: field.read(sent.get(field.name)) for field in kind.fields}
    return kind.action(Incoming(op or new_id(), kind.name, new_id(), actor, at, at, AT + 5 * HOUR, "", "", data, looked))


def of(one: Transfer, **more: Any) -> dict[str, Any]:
    return {"transfer": str(one.pk), **more}


def items(lane: Lane, actor: Actor, name: str) -> list[Any]:
    pack = next(one for one in packs() if one.name == name)
    place = lane.town["甲一居民区"]
    return list(pack.items(Holder(actor, place.pk, place.path, AT + 9 * HOUR), AT, None).items)


def test_the_phone_holds_whom_to_pick_up_in_order_by_room_and_name_and_never_why(lane: Lane) -> None:
    one, other = lane.ready("安父亲", "positive"), lane.ready("安甲户", "positive")
    lane.act(other, "wants", wants=["wheelchair"])
    run = lane.run(other, one, has=["wheelchair"])
    runs.reorder(actor=lane.secretary, at=AT, run_id=run.pk, building_ids=[lane.town["2号楼"].pk, lane.town["1号楼"].pk])
    held = items(lane, lane.escort, "transfer.pick_ups")
    assert [item["title"] for item in held] == ["1. 2号楼 101 安甲户", "2. 1号楼 501 安父亲"]
    assert (held[0]["note"], held[0]["kinds"]) == ("轮椅", ["transfer.down", "transfer.board", "transfer.hand", "transfer.absent"])
    assert not any(word in str(held) for word in ("positive", "阳", "密接"))
    assert items(lane, lane.second, "transfer.pick_ups") == []


def test_a_whole_way_without_a_network(lane: Lane) -> None:
    one = lane.ready("安父亲")
    lane.run(one)
    came(lane.escort, offline.DOWN, of(one), at=AT + HOUR)
    came(lane.escort, offline.BOARD, of(one), at=AT + HOUR + 5 * MINUTE)
    with pytest.raises(Invalid):
        came(lane.escort, offline.HAND, of(one, receiver="周护士", papers=False), at=AT + 2 * HOUR)
    came(lane.escort, offline.HAND, of(one, receiver="周护士", papers=True), at=AT + 2 * HOUR)
    assert (fresh(one).state, fresh(one).gone_at) == ("arrived", AT + HOUR + 5 * MINUTE)
    assert [fact.late for fact in one.facts.filter(act__in=["down", "board", "hand"])] == [True] * 3


def test_told_three_times_it_happened_once(lane: Lane) -> None:
    one, op = lane.ready("安父亲"), new_id()
    lane.run(one)
    for each in (op, op, new_id()):
        came(lane.escort, offline.BOARD, of(one), op=each)
    assert one.facts.filter(act="board").count() == 1


def test_who_was_not_asked_is_asked_first_on_the_phone_and_does_not_board_before(lane: Lane) -> None:
    one = lane.ready("安母亲")
    lane.run(one)
    Transfer.objects.filter(pk=one.pk).update(answered_at=None, nobody_why_sealed="")
    held = items(lane, lane.escort, "transfer.pick_ups")[0]
    assert (held["kinds"][0], held["note"]) == (offline.ASK, "先问家里留下谁（台账里有：孩子）")
    with pytest.raises(NeedsLook):
        came(lane.escort, offline.BOARD, of(one))
    assert fresh(one).state == "seated"
    for wrong in ({"kinds": []}, {"kinds": ["nobody", "pet"], "what": "猫"}, {"kinds": ["pet"]}):
        with pytest.raises(Invalid):
            came(lane.escort, offline.ASK, of(one, **wrong))
    op = new_id()
    for _time in range(2):
        came(lane.escort, offline.ASK, of(one, kinds=["child", "pet"], what="小孩和猫"), op=op)
    came(lane.escort, offline.BOARD, of(one))
    found = {each.kind: (each.resident_id, each.alarm_at) for each in Dependant.objects.all()}
    assert found == {"child": (lane.people["安小孩"].pk, AT), "pet": (None, AT)}


def test_a_quick_nobody_at_the_door_does_not_hide_whom_the_ledger_names(lane: Lane) -> None:
    one, other = lane.act(lane.listed("安母亲"), "told"), lane.act(lane.listed("安老伯"), "told")
    for each, why in ((one, ""), (other, "老太在女儿家")):
        came(lane.building_leader, offline.ASK, of(each, kinds=["nobody"], nobody_why=why))
    assert [(each.transfer_id, each.kind) for each in Dependant.objects.all()] == [(one.pk, "child")]
    assert fresh(other).answered_at == AT


def test_handed_over_before_anybody_boarded_waits_for_a_person(lane: Lane) -> None:
    one = lane.ready("安父亲")
    lane.run(one)
    with pytest.raises(NeedsLook):
        came(lane.escort, offline.HAND, of(one, receiver="周护士", papers=True))
    came(lane.escort, offline.BOARD, of(one))
    came(lane.escort, offline.HAND, of(one, receiver="周护士", papers=True), looked=True)
    assert fresh(one).state == "arrived"


def test_boarded_on_a_phone_after_the_desk_said_that_the_vehicle_does_not_come_waits_for_a_person(lane: Lane) -> None:
    one = lane.ready("安父亲")
    run = lane.run(one)
    came(lane.escort, offline.DOWN, of(one))
    runs.fail(actor=lane.secretary, at=AT, run_id=run.pk, why="车坏了")
    assert [(item["kinds"], item["state"]) for item in items(lane, lane.escort, "transfer.pick_ups")] == [([offline.INSIDE], "车没来，要回屋")]
    assert fresh(one).state == "outside"


def test_a_phone_of_another_run_is_refused(lane: Lane) -> None:
    one = lane.ready("安父亲")
    lane.run(one)
    for name, more in ((offline.BOARD, {}), (offline.ASK, {"kinds": ["nobody"]}), (offline.ABSENT, {"how": "refuse", "note": "不肯"})):
        with pytest.raises(NotFound):
            came(lane.second, name, of(one, **more))


def test_who_is_not_met_is_told_of_from_the_door(lane: Lane) -> None:
    one = lane.ready("安父亲")
    lane.run(one)
    came(lane.escort, offline.ABSENT, of(one, how="unreachable", note="敲门没人应"))
    assert (fresh(one).state, fresh(one).alarm_at, fresh(one).run_id) == ("unreachable", AT, None)


def test_a_caretaker_has_their_visits_and_tells_of_one_once(lane: Lane) -> None:
    cat = left(lane.gone("安父亲", given=(LeftGiven("pet", "一只猫"),)))
    lane.cared(cat)
    held = items(lane, lane.second, "transfer.visits")
    assert (held[0]["title"], "一只猫" in held[0]["note"], held[0]["preset"]) == ("1号楼 501 宠物", True, {"left": str(cat.pk)})
    op = new_id()
    for _time in range(3):
        came(lane.second, offline.VISIT, {"left": str(cat.pk), "result": "fine"}, at=AT + HOUR, op=op)
    assert (Visit.objects.count(), fresh(cat).next_due) == (1, AT + 25 * HOUR)
    with pytest.raises(NotFound):
        came(lane.town.actor("member", "甲二居民区"), offline.VISIT, {"left": str(cat.pk), "result": "fine"})


def test_two_phones_sign_a_disinfection_and_one_twice_is_one(lane: Lane) -> None:
    lane.gone("安甲户", "positive")
    kitchen = Disinfection.objects.get(kitchen="东灶")
    lane.on_duty(lane.escort, lane.second)
    sent = {"disinfection": str(kitchen.pk)}
    for _time in range(2):
        came(lane.escort, offline.DISINFECT, sent)
    assert fresh(kitchen).state == "half"
    assert "2号楼 东灶" not in [item["title"] for item in items(lane, lane.escort, "transfer.disinfections")]
    assert "2号楼 东灶" in [item["title"] for item in items(lane, lane.second, "transfer.disinfections")]
    came(lane.second, offline.DISINFECT, sent)
    assert fresh(kitchen).second_id == person(lane.second)


def test_places_of_what_does_not_exist_are_none(lane: Lane) -> None:
    unknown = str(new_id())
    for name, key in ((offline.BOARD, "transfer"), (offline.VISIT, "left"), (offline.DISINFECT, "disinfection")):
        places = kinds()[name].places
        assert places is not None
        assert places([{key: unknown}]) == [None]

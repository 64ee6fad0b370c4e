"""From the lorry to the door: what may leave when, who signs, who gets what, and that nothing is made or lost on the way."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.core.tests.racing import outcomes
from jimu.field.households.models import Resident, Room
from jimu.field.supplies import delivering, handing, homes, planning, receiving, showing
from jimu.field.supplies.errors import HadTheirs, NotEnough, NothingLeft, NotReady, Signed
from jimu.field.supplies.models import Delivery, Lot, Receipt
from jimu.field.supplies.planning import Wish

from .conftest import AT, HOUR, LATER, Store, conserved, where

pytestmark = pytest.mark.django_db


def test_nothing_leaves_before_it_was_disinfected_and_rested(store: Store) -> None:
    plan = store.plan(lot := store.lot(ready=False, rest_minutes=60))
    with pytest.raises(NotReady) as refused:
        store.issue(plan, "1号楼", 1)
    assert refused.value.data["stage"] == "waiting"
    receiving.disinfect(actor=store.secretary, at=LATER - timedelta(minutes=59), lot_id=lot.pk)
    with pytest.raises(NotReady) as refused:
        store.issue(plan, "1号楼", 1)
    assert refused.value.data["stage"] == "resting"
    handing.issue(actor=SYSTEM, at=LATER + timedelta(minutes=1), plan_id=plan.pk, building_id=store.building("1号楼").pk, portions=1)
    assert where(lot)["buildings"] == 1


def test_what_is_out_of_date_stays_but_can_be_written_off(store: Store) -> None:
    lot = store.lot(use_by=(AT - 24 * HOUR).date())
    with pytest.raises(NotReady):
        store.issue(store.plan(lot), "1号楼", 1)
    receiving.correct(actor=store.secretary, at=LATER, lot_id=lot.pk, how="lost", number=100, note="过期")
    assert where(lot) == {"store": 0, "buildings": 0, "out": 0, "lost": 100, "back": 0}


def test_a_plan_counts_households_at_home_and_keeps_spare(store: Store) -> None:
    plan = store.plan()
    assert [(s.building.name, s.households, s.priority, s.portions) for s in plan.shares.order_by("building__path")] == [("1号楼", 3, 1, 3), ("2号楼", 2, 0, 2)]
    assert plan.spare == 1


def test_when_it_is_scarce_priority_households_come_first_and_the_next_batch_begins_with_who_waited(store: Store) -> None:
    first = store.plan(store.lot(4), spare_percent=0)
    assert sum(s.portions for s in first.shares.all()) == 4
    scarce = store.plan(store.lot(1), spare_percent=0)
    share = scarce.shares.get(portions=1)
    assert [d.home.stop.room_id for d in homes.doors_of(scarce, share).doors] == [store.rooms["1-201"].pk]
    store.issue(scarce, "1号楼", 1)
    store.deliver(scarce, "1-201")
    nxt = store.plan(store.lot(10), after_id=scarce.pk)
    assert sum(s.households for s in nxt.shares.all()) == 4


def test_large_households_get_more(store: Store) -> None:
    plan = store.plan(per_people=3, limit=2)
    assert plan.shares.get(building=store.building("1号楼")).portions == 4
    store.issue(plan, "1号楼", 4)
    store.deliver(plan, "1-301")
    assert homes.handed(plan) == {store.rooms["1-301"].pk: 2}


def test_no_more_is_sent_than_there_is_or_than_a_building_s_share(store: Store) -> None:
    lot = store.lot(5)
    plan = store.plan(lot, spare_percent=0)
    with pytest.raises(Conflict) as refused:
        store.issue(plan, "1号楼", 4)
    assert refused.value.code == "over_share"
    receiving.correct(actor=store.secretary, at=LATER, lot_id=lot.pk, how="lost", number=3, note="雨淋")
    with pytest.raises(NotEnough):
        store.issue(plan, "1号楼", 3)
    assert where(lot)["store"] == 2


def test_a_leader_signs_for_her_own_building_only(store: Store) -> None:
    sent = store.issue(store.plan(), "1号楼", 3)
    with pytest.raises(NotFound):
        handing.sign(actor=store.second, at=LATER, consignment_id=sent.pk, counted=3)
    with pytest.raises(NotPermitted):
        store.carrier.require("supplies.sign")
    handing.sign(actor=store.first, at=LATER, consignment_id=sent.pk, counted=3)
    with pytest.raises(Signed):
        handing.sign(actor=store.secretary, at=LATER, consignment_id=sent.pk, counted=3)
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(("counted", "found"), [(3, (97, 3, 0)), (2, (97, 2, 1)), (5, (95, 5, 0)), (0, (97, 0, 3))])
def test_short_is_lost_on_the_way_and_over_came_out_of_the_store(store: Store, counted: int, found: tuple[int, int, int]) -> None:
    plan = store.plan(lot := store.lot())
    handing.sign(actor=store.first, at=LATER, consignment_id=store.issue(plan, "1号楼", 3).pk, counted=counted)
    told = where(lot)
    assert (told["store"], told["buildings"], told["lost"]) == found
    assert conserved(lot.pk)


def test_a_door_gets_its_portion_once_whoever_carries_it(store: Store) -> None:
    plan = store.plan(lot := store.lot())
    store.issue(plan, "1号楼", 3)
    store.deliver(plan, "1-101", "nobody")
    store.deliver(plan, "1-101")
    with pytest.raises(HadTheirs):
        store.deliver(plan, "1-101", actor=store.first)
    assert where(lot)["out"] == 1
    with pytest.raises(NotFound):
        store.deliver(plan, "1-201", actor=store.second)


def test_a_door_told_twice_gets_its_portion_once_and_is_no_fault(store: Store) -> None:
    plan = store.plan(lot := store.lot())
    store.issue(plan, "1号楼", 3)
    given, nobody = store.told(plan, "1-101"), store.told(plan, "1-201", "nobody")
    # Twice in one sending, and once more after a lost answer.
    assert delivering.deliver_all(actor=store.carrier, told=[given, given, nobody, nobody]) == [None] * 4
    assert delivering.deliver_all(actor=store.carrier, told=[given, nobody]) == [None] * 2
    assert sorted(Delivery.objects.values_list("result", "portions")) == [("done", 1), ("nobody", 0)]
    assert where(lot)["out"] == 1
    with pytest.raises(HadTheirs):
        store.deliver(plan, "1-101")


def test_a_building_hands_over_no_more_than_it_holds(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 1)
    store.deliver(plan, "1-101")
    with pytest.raises(NothingLeft):
        store.deliver(plan, "1-201")


def test_a_slip_of_the_finger_is_taken_back_and_both_entries_stay(store: Store) -> None:
    plan = store.plan(lot := store.lot())
    store.issue(plan, "1号楼", 3)
    store.deliver(plan, "1-101")
    delivering.undo(actor=store.carrier, at=LATER, plan_id=plan.pk, room_id=store.rooms["1-101"].pk)
    assert (where(lot)["out"], where(lot)["buildings"], Delivery.objects.count()) == (0, 3, 2)
    with pytest.raises(Conflict):
        delivering.undo(actor=store.carrier, at=LATER, plan_id=plan.pk, room_id=store.rooms["1-101"].pk)
    store.deliver(plan, "1-101")
    assert [one.delivery.result for one in showing.got_by(store.rooms["1-101"])] == ["done"]


def test_after_a_plan_is_closed_only_what_happened_before_counts(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 3)
    planning.close_plan(actor=store.secretary, at=LATER + HOUR, plan_id=plan.pk)
    store.deliver(plan, "1-101", at=LATER + HOUR / 2)
    with pytest.raises(Conflict):
        store.deliver(plan, "1-201", at=LATER + 2 * HOUR)
    with pytest.raises(Conflict):
        store.issue(plan, "2号楼", 1)
    handing.bring_back(actor=store.secretary, at=LATER + HOUR, plan_id=plan.pk, building_id=store.building("1号楼").pk, portions=2)
    with pytest.raises(NotEnough):
        handing.bring_back(actor=store.secretary, at=LATER + HOUR, plan_id=plan.pk, building_id=store.building("1号楼").pk, portions=1)


def test_the_stock_follows_the_count(store: Store) -> None:
    lot = store.lot(100)
    assert [receiving.count(actor=store.secretary, at=LATER, lot_id=lot.pk, number=n) for n in (100, 97, 99)] == [0, -3, 2]
    assert where(lot) == {"store": 99, "buildings": 0, "out": 0, "lost": 3, "back": 0}
    assert conserved(lot.pk)


def test_goods_are_kept_where_one_may_and_not_elsewhere(store: Store) -> None:
    far = store.town.actor("secretary", "乙一居民区")
    lot = store.lot()
    with pytest.raises(NotFound):
        receiving.count(actor=far, at=LATER, lot_id=lot.pk, number=1)
    with pytest.raises(NotFound):
        receiving.arrive(actor=far, at=AT, unit_id=store.unit.pk, given=receiving.Given("米", "袋", 1, "shop"))
    with pytest.raises(Invalid):
        receiving.arrive(actor=SYSTEM, at=AT, unit_id=store.building("1号楼").pk, given=receiving.Given("米", "袋", 1, "shop"))
    with pytest.raises(Invalid):
        planning.make_plan(actor=store.secretary, at=AT, wish=Wish("", {}))


def test_donations_are_published_in_sums_and_a_private_giver_has_no_name(store: Store) -> None:
    store.lot(30, source="donation", giver="安心商会")
    store.lot(20, source="donation", giver="安心商会")
    private = store.lot(5, source="donation", giver="陈某某", person=True)
    assert "陈" not in str(Lot.objects.filter(pk=private.pk).values())
    told = [(g.giver, g.arrived) for g in showing.gifts(store.unit, LATER)]
    assert told == [("安心商会", 50), ("", 5)]
    with pytest.raises(Invalid):
        store.lot(source="donation")
    with pytest.raises(Conflict):
        receiving.thank(actor=store.secretary, at=LATER, lot_id=store.lot().pk)


def test_the_journal_names_goods_and_buildings_and_nobody(store: Store) -> None:
    plan = store.plan(store.lot(source="donation", giver="陈某某", person=True))
    handing.sign(actor=store.first, at=LATER, consignment_id=store.issue(plan, "1号楼", 3).pk, counted=3)
    store.deliver(plan, "1-101", note="张先生在家")
    entries = JournalEntry.objects.filter(verb__startswith="supplies.")
    assert {e.verb for e in entries} == {"supplies.arrived", "supplies.planned", "supplies.issued", "supplies.signed", "supplies.delivered"}
    assert not [e for e in entries if "陈" in str(e.data) or "张" in str(e.data)]
    assert "张先生" not in str(list(Delivery.objects.values()))


ROOMS = ["1-101", "1-201", "1-301", "2-101", "2-201"]
DEEDS = st.one_of(
    st.tuples(st.just("issue"), st.sampled_from(["1号楼", "2号楼"]), st.integers(1, 4)),
    st.tuples(st.just("sign"), st.integers(0, 3), st.integers(0, 6)),
    st.tuples(st.just("deliver"), st.sampled_from(ROOMS), st.sampled_from(["done", "nobody", "refused", "wrong"])),
    st.tuples(st.just("again"), st.sampled_from(ROOMS), st.just("done")),
    st.tuples(st.just("undo"), st.sampled_from(ROOMS), st.just(0)),
    st.tuples(st.just("back"), st.sampled_from(["1号楼", "2号楼"]), st.integers(1, 4)),
    st.tuples(st.just("count"), st.integers(0, 12), st.just(0)),
    st.tuples(st.sampled_from(["lost", "found", "spare", "home"]), st.integers(1, 4), st.just(0)),
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(2, 12), st.integers(1, 2), st.integers(1, 2), st.lists(DEEDS, max_size=18))
def test_whatever_is_done_goods_are_conserved_and_nobody_is_above_the_limit(store: Store, number: int, each: int, limit: int, deeds: list[tuple[str, object, object]]) -> None:
    lot = store.lot(number)
    try:
        plan = store.plan(lot, each, limit=limit, per_people=2)
    except Conflict:
        return
    sent: list[object] = []
    for deed, one, two in deeds:
        before = where(lot)
        try:
            _do(store, plan, lot, sent, deed, one, two)
        except JimuError:
            assert where(lot) == before
        assert conserved(lot.pk)
        assert all(0 < n <= limit for n in homes.handed(plan).values())


def _do(store: Store, plan, lot: Lot, sent: list, deed: str, one, two) -> None:
    by, at = store.secretary, LATER
    if deed == "issue":
        sent.append(store.issue(plan, one, two))
    elif deed == "sign" and one < len(sent):
        handing.sign(actor=by, at=at, consignment_id=sent[one].pk, counted=two)
    elif deed in ("deliver", "again"):
        store.deliver(plan, one, two, counted_again=deed == "again")
    elif deed == "undo":
        delivering.undo(actor=by, at=at, plan_id=plan.pk, room_id=store.rooms[one].pk)
    elif deed == "back":
        handing.bring_back(actor=by, at=at, plan_id=plan.pk, building_id=store.building(one).pk, portions=two)
    elif deed == "count":
        receiving.count(actor=by, at=at, lot_id=lot.pk, number=one)
    elif deed in ("lost", "found", "spare", "home"):
        receiving.correct(actor=by, at=at, lot_id=lot.pk, how={"home": "back"}.get(deed, deed), number=one, note="说明")


def test_who_moved_away_is_left_out_of_the_next_plan_and_keeps_what_they_got(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "2号楼", 2)
    store.deliver(plan, "2-101")
    Resident.objects.filter(room=store.rooms["2-101"]).update(left_at=LATER)
    Room.objects.filter(pk=store.rooms["2-101"].pk).update(state=Room.State.MOVED)
    assert store.plan().shares.get(building=store.building("2号楼")).households == 1
    assert len(showing.got_by(store.rooms["2-101"])) == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_carriers_with_the_last_bag_one_hands_it_over(store: Store) -> None:
    plan = store.plan(lot := store.lot())
    store.issue(plan, "1号楼", 1)
    won = outcomes([lambda: store.deliver(plan, "1-101"), lambda: store.deliver(plan, "1-201", actor=store.first)])
    assert sorted(won) == ["", "nothing_left"]
    assert where(lot)["out"] == 1
    assert conserved(lot.pk)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_leaders_who_sign_one_receipt_one_has_signed(store: Store) -> None:
    plan = store.plan(lot := store.lot())
    sent = store.issue(plan, "1号楼", 3)
    deputy = store.town.actor("building_leader", "1号楼")
    won = outcomes([lambda: handing.sign(actor=store.first, at=LATER, consignment_id=sent.pk, counted=2), lambda: handing.sign(actor=deputy, at=LATER, consignment_id=sent.pk, counted=2)])
    assert sorted(won) == ["", "signed"]
    assert where(lot)["lost"] == 1


def test_what_came_for_one_plan_is_not_handed_out_under_another(store: Store) -> None:
    lot = store.lot()
    first, second = store.plan(lot), store.plan(lot, title="第二批")
    store.issue(first, "1号楼", 3)
    with pytest.raises(NothingLeft):
        store.deliver(second, "1-101")
    store.deliver(first, "1-101")
    assert conserved(lot.pk)

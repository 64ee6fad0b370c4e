"""What is short or wrong is told to the store, and told until it is mended."""

import pytest

from jimu.core import clock
from jimu.field.supplies import amiss, handing, routing, showing
from jimu.field.supplies.errors import NotEnough
from jimu.field.supplies.models import Plan
from jimu.field.supplies.next_steps import next_steps

from .conftest import LATER, Store

pytestmark = pytest.mark.django_db


@pytest.fixture
def short(store: Store) -> Plan:
    """1号楼 counted two of three."""
    plan = store.plan()
    handing.sign(actor=store.first, at=LATER, consignment_id=store.issue(plan, "1号楼", 3).pk, counted=2, note="少一袋")
    return plan


def said(plan: Plan) -> list[tuple[str, str, str]]:
    return [(one.place, one.what, one.note) for one in amiss.of_plan(plan)]


def steps(store: Store) -> list[str]:
    return [step.text for step in next_steps(store.secretary, clock.now()) if step.url.endswith("#amiss")]


def test_what_was_short_is_told_until_it_was_sent_again(store: Store, short: Plan) -> None:
    assert said(short) == [("1号楼", "签收时短少 1 份", "少一袋")]
    assert steps(store) == ["补发短少的 1 份：蔬菜包"]
    line = next(one for one in showing.plan_page(store.secretary, short.pk).lines if one.share.building.name == "1号楼")
    assert (line.sent, line.signed, line.missing, line.to_send) == (3, 2, 1, 1)
    store.issue(short, "1号楼", 1)
    assert (said(short), steps(store)) == ([], [])


def test_no_more_is_sent_again_than_was_short(store: Store, short: Plan) -> None:
    with pytest.raises(Exception, match="已发出 2 份，不能再发 2 份"):
        store.issue(short, "1号楼", 2)
    sent = handing.issue_all(actor=store.secretary, at=LATER, plan_id=short.pk)
    assert {one.building.name: one.portions for one in sent} == {"1号楼": 1, "2号楼": 2}


def test_what_was_over_is_told_and_nothing_is_sent_for_it(store: Store) -> None:
    plan = store.plan()
    handing.sign(actor=store.first, at=LATER, consignment_id=store.issue(plan, "1号楼", 3).pk, counted=4)
    assert said(plan) == [("1号楼", "签收时多出 1 份", "")]
    assert steps(store) == []


def test_what_was_over_has_come_and_is_not_sent_again_with_the_rest(store: Store) -> None:
    plan = store.plan()
    handing.sign(actor=store.first, at=LATER, consignment_id=store.issue(plan, "1号楼", 1).pk, counted=2)
    page = showing.plan_page(store.secretary, plan.pk)
    told = {line.share.building_id: line.to_send for line in page.lines}
    sent = {one.building_id: one.portions for one in handing.issue_all(actor=store.secretary, at=LATER, plan_id=plan.pk)}
    assert (page.to_send, told) == (3, sent) == (3, {store.building("1号楼").pk: 1, store.building("2号楼").pk: 2})


def test_wrong_goods_at_a_door_are_told_until_the_right_ones_are_there(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 3)
    store.deliver(plan, "1-101", "wrong", note="没有牛奶")
    assert said(plan) == [("1号楼 101", "东西不对", "没有牛奶")]
    assert steps(store) == ["换东西不对的 1 户：蔬菜包"]
    assert not list(next_steps(store.town.actor("secretary", "乙一居民区"), clock.now()))
    store.deliver(plan, "1-101")
    assert (said(plan), steps(store)) == ([], [])


def test_the_note_is_for_the_store_and_not_for_the_auditor(store: Store, short: Plan) -> None:
    store.deliver(short, "1-101", "wrong", note="没有牛奶")
    seen = {who: store.client(actor).get(f"/supplies/plans/{short.pk}/").content.decode() for who, actor in (("desk", store.secretary), ("audit", store.town.actor("auditor")))}
    assert all("短少 1" in page and "东西不对" in page for page in seen.values())
    assert ("没有牛奶" in seen["desk"], "没有牛奶" in seen["audit"]) == (True, False)


def test_the_sheet_of_rounds_goes_with_the_cart_until_somebody_signed(store: Store) -> None:
    plan = store.plan()
    sent = handing.issue_all(actor=store.secretary, at=LATER, plan_id=plan.pk)
    assert sum(trip.portions for trip, _drops in routing.route(plan, 60, 5)) == 5
    handing.sign(actor=store.first, at=LATER, consignment_id=sent[0].pk, counted=2)
    assert sum(trip.portions for trip, _drops in routing.route(plan, 60, 5)) == 3


def test_what_is_sent_again_has_to_be_there(store: Store) -> None:
    plan = store.plan(store.lot(5), spare_percent=0)
    sent = handing.issue_all(actor=store.secretary, at=LATER, plan_id=plan.pk)
    handing.sign(actor=store.first, at=LATER, consignment_id=sent[0].pk, counted=2)
    with pytest.raises(NotEnough):
        store.issue(plan, "1号楼", 1)

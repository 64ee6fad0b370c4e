"""Between stores: two hands sign, what is on the way is counted as such, what is short is told, and nothing is made or lost."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.errors import Conflict, JimuError, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.supplies import queries, receiving, showing, transfer_queries, transferring
from jimu.field.supplies.errors import NotEnough, NotReady
from jimu.field.supplies.models import Lot, LotEvent, Move, Transfer
from jimu.field.supplies.next_steps import next_steps
from jimu.field.supplies.stock import Place

from .conftest import AT, HOUR, LATER, Store, conserved, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(store: Store) -> Actor:
    """Who keeps the store of 乙一居民区."""
    return store.town.actor("secretary", "乙一居民区")


def sent(store: Store, lot: Lot, number: int = 30, to: str = "乙一居民区") -> Transfer:
    return transferring.send(actor=store.secretary, at=LATER, lot_id=lot.pk, to_id=store.town[to].pk, number=number, note="他们缺菜")


def line(lot: Lot) -> queries.LotLine:
    return queries.lot_lines([lot], LATER)[0]


def steps(actor: Actor) -> list[tuple[str, str]]:
    return [(step.text, step.tone) for step in next_steps(actor, LATER + HOUR)]


def test_what_is_on_the_way_is_in_neither_store_until_another_hand_signs(store: Store, other: Actor) -> None:
    move = sent(store, lot := store.lot())
    assert (line(lot).store, line(lot).transit, Lot.objects.count()) == (70, 30, 1)
    assert steps(other) == [("点数签收调来的 蔬菜包", "")]
    done = transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=30)
    assert (line(lot).transit, line(lot).moved, line(done.made).store) == (0, 30, 30)
    assert (done.made.unit.name, done.made.item, done.made.source) == ("乙一居民区", "蔬菜包", "government")
    assert conserved(lot.pk)
    assert conserved(done.made.pk)
    assert steps(other) == []
    with pytest.raises(Conflict):
        transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=30)


def test_one_hand_does_not_sign_for_both_sides(store: Store) -> None:
    both = store.town.actor("commander")
    move = transferring.send(actor=both, at=LATER, lot_id=store.lot().pk, to_id=store.town["乙一居民区"].pk, number=1)
    with pytest.raises(Conflict) as refused:
        transferring.sign(actor=both, at=LATER, transfer_id=move.pk, counted=1)
    assert refused.value.code == "own_signature"
    assert transferring.sign(actor=store.town.actor("commander"), at=LATER, transfer_id=move.pk, counted=1).counted == 1


def test_who_keeps_neither_store_neither_sends_nor_signs_nor_sees(store: Store, other: Actor) -> None:
    lot, far = store.lot(), store.town.actor("secretary", "甲二居民区")
    with pytest.raises(NotFound):
        transferring.send(actor=other, at=LATER, lot_id=lot.pk, to_id=store.town["乙一居民区"].pk, number=1)
    move = sent(store, lot)
    for actor in (far, store.secretary):
        with pytest.raises(NotFound):
            transferring.sign(actor=actor, at=LATER, transfer_id=move.pk, counted=30)
    for actor in (far, other):
        with pytest.raises(NotFound):
            transferring.cancel(actor=actor, at=LATER, transfer_id=move.pk)
    seen = [list(transfer_queries.transfers_for(actor)) for actor in (store.secretary, other, far)]
    assert seen == [[move], [move], []]


def test_what_is_short_is_lost_on_the_way_and_told_to_who_sent_it(store: Store, other: Actor) -> None:
    move = sent(store, lot := store.lot())
    done = transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=28, note="破了两袋")
    assert (line(lot).lost, line(lot).moved, line(done.made).store, done.missing) == (2, 28, 28, 2)
    assert steps(store.secretary) == [("调给乙一居民区的 蔬菜包 少了 2，查一查", "bad")]
    assert steps(other) == []
    told = {(e.verb, e.scope) for e in JournalEntry.objects.filter(verb="supplies.transfer_signed")}
    assert told == {("supplies.transfer_signed", lot.unit.path), ("supplies.transfer_signed", store.town["乙一居民区"].path)}
    assert [step for step in next_steps(store.secretary, LATER + 49 * HOUR) if "少了" in step.text] == []


def test_what_is_over_left_the_first_store_uncounted(store: Store, other: Actor) -> None:
    move = sent(store, lot := store.lot(31))
    with pytest.raises(NotEnough):
        transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=32)
    transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=31)
    assert (line(lot).store, line(lot).moved, line(lot).lost) == (0, 31, 0)


def test_nothing_arrived_makes_no_lot(store: Store, other: Actor) -> None:
    move = sent(store, lot := store.lot())
    assert transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=0).made is None
    assert (line(lot).lost, Lot.objects.count()) == (30, 1)


def test_a_cart_that_turned_back_brings_everything_home_and_cannot_be_signed_for(store: Store, other: Actor) -> None:
    move = sent(store, lot := store.lot())
    transferring.cancel(actor=store.secretary, at=LATER, transfer_id=move.pk)
    assert where(lot)["store"] == 100
    assert steps(other) == []
    for late in (lambda: transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=30), lambda: transferring.cancel(actor=store.secretary, at=LATER, transfer_id=move.pk)):
        with pytest.raises(Conflict):
            late()


def test_goods_stay_as_disinfected_as_they_were(store: Store, other: Actor) -> None:
    raw, rested = store.lot(ready=False, rest_minutes=600), store.lot(ready=False, rest_minutes=60)
    receiving.disinfect(actor=store.secretary, at=LATER - HOUR, lot_id=rested.pk)
    made = [transferring.sign(actor=other, at=LATER, transfer_id=sent(store, lot).pk, counted=30).made for lot in (raw, rested)]
    stages = queries.stages_of(made, LATER)
    assert [stages[lot.pk].code for lot in made] == ["waiting", "ready"]
    with pytest.raises(NotReady):
        receiving.require_ready([made[0]], LATER)
    assert LotEvent.objects.get(lot=made[1]).at == LATER - HOUR


def test_what_does_not_go_and_where_nothing_goes(store: Store) -> None:
    lot, old = store.lot(5), store.lot(use_by=(AT - 24 * HOUR).date())
    with pytest.raises(NotEnough):
        sent(store, lot, 6)
    with pytest.raises(Conflict):
        sent(store, old, 1)
    for to in ("1号楼", "甲一居民区"):
        with pytest.raises(NotFound):
            sent(store, lot, 1, to)
    assert where(lot)["store"] == 5


def test_a_donation_that_moved_on_is_published_as_such_and_its_private_giver_stays_unknown(store: Store, other: Actor) -> None:
    move = sent(store, store.lot(40, source="donation", giver="陈某某", person=True))
    assert [(g.left, g.moved) for g in showing.gifts(store.unit, LATER)] == [(40, 0)]
    made = transferring.sign(actor=other, at=LATER, transfer_id=move.pk, counted=30).made
    assert [(g.left, g.moved) for g in showing.gifts(store.unit, LATER)] == [(10, 30)]
    assert (made.giver, made.giver_sealed, made.source) == ("", "", "donation")


def test_what_is_on_its_way_stands_first_then_what_ended_last(store: Store, other: Actor) -> None:
    back, arrived, going = (sent(store, store.lot(), 5) for _n in range(3))
    transferring.cancel(actor=store.secretary, at=LATER, transfer_id=back.pk)
    transferring.sign(actor=other, at=LATER + HOUR, transfer_id=arrived.pk, counted=5)
    assert [one.pk for one in transfer_queries.transfers_for(other)] == [going.pk, arrived.pk, back.pk]


def test_pages_api_and_sentences(store: Store, other: Actor) -> None:
    lot, desk, there = store.lot(), store.client(store.secretary), store.client(other)
    to = str(store.town["乙一居民区"].pk)
    assert "没有在库之间调过东西" in desk.get("/supplies/transfers/").content.decode()
    assert desk.post(f"/supplies/lots/{lot.pk}/send/", {"to": to, "number": 30, "note": ""}).status_code == 302
    move = Transfer.objects.get()
    assert "等签收的调拨 1" in there.get("/supplies/").content.decode()
    assert "收回" in desk.get("/supplies/transfers/").content.decode()
    assert there.post(f"/supplies/transfers/{move.pk}/sign/", {"counted": 29, "note": "少一袋"}, follow=True).status_code == 200
    assert "短少 1" in desk.get("/supplies/transfers/").content.decode()
    api = "/api/v1/supplies/"
    made = desk.post(f"{api}lots/{lot.pk}/transfers", {"to_id": to, "number": 5}, "application/json").json()
    assert desk.post(f"{api}transfers/{made['id']}/sign", {"counted": 5}, "application/json").status_code == 404
    assert desk.post(f"{api}transfers/{made['id']}/cancel").json()["cancelled_at"]
    assert [one["missing"] for one in there.get(f"{api}transfers").json()["items"]] == [0, 1]


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.booleans(), st.integers(1, 9)), st.tuples(st.just("sign"), st.integers(0, 4), st.integers(0, 11)),
        st.tuples(st.just("cancel"), st.integers(0, 4), st.just(0)), st.tuples(st.just("count"), st.booleans(), st.integers(0, 12)),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(DEEDS)
def test_whatever_goes_between_stores_nothing_is_made_or_lost(store: Store, deeds: list[tuple[str, int, int]]) -> None:
    # One example leaves nothing to the next.
    with transaction.atomic():
        _holds(store, deeds)
        transaction.set_rollback(True)


def _holds(store: Store, deeds: list[tuple[str, int, int]]) -> None:
    """Over both stores: what came in from the world is what lies in them, is on the way, or was lost."""
    places = [store.unit, store.town["乙一居民区"]]
    store.lot(10)
    for deed, one, two in deeds:
        before = _sums()
        try:
            _do(places, deed, one, two)
        except JimuError:
            assert _sums() == before
        sums = _sums()
        assert all(n >= 0 for place, n in sums.items() if place != Place.SOURCE)
        # What one store gave away the other took in: it came from no other source.
        world = -sums[Place.SOURCE] - sums[Place.MOVED]
        assert world == sums[Place.STORE] + sums[Place.TRANSIT] + sums[Place.LOST]
        assert sums[Place.MOVED] == sum(t.counted or 0 for t in Transfer.objects.all()) == sum(line(t.made).arrived - _found(t.made) for t in Transfer.objects.exclude(made=None))
        assert sums[Place.TRANSIT] == sum(t.number for t in Transfer.objects.filter(counted_at=None, cancelled_at=None))
        assert all(conserved(pk) for pk in Lot.objects.values_list("pk", flat=True))


def _sums() -> Counter[str]:
    sums: Counter[str] = Counter()
    for move in Move.objects.all():
        sums[move.into] += move.number
        sums[move.outof] -= move.number
    return sums


def _found(lot: Lot) -> int:
    """What a count found beyond the books."""
    first, *later = lot.moves.filter(outof=Place.SOURCE).order_by("at", "pk")
    return sum(move.number for move in later if first)


def _do(places: list, deed: str, one: int, two: int) -> None:
    if deed in ("send", "count"):
        lot = Lot.objects.filter(unit=places[one]).order_by("arrived_at", "pk").last()
        if lot is None:
            return
        if deed == "count":
            receiving.count(actor=SYSTEM, at=LATER, lot_id=lot.pk, number=two)
        else:
            transferring.send(actor=SYSTEM, at=LATER, lot_id=lot.pk, to_id=places[1 - one].pk, number=two)
        return
    moves = list(Transfer.objects.order_by("sent_at", "pk"))
    if one < len(moves):
        if deed == "sign":
            transferring.sign(actor=SYSTEM, at=LATER, transfer_id=moves[one].pk, counted=two)
        else:
            transferring.cancel(actor=SYSTEM, at=LATER, transfer_id=moves[one].pk)

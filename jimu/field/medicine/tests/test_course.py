"""An order's course: only allowed moves, two people at the check, money that adds up, mistakes taken back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections

from jimu.accounts.queries import actor_of
from jimu.core import sealed
from jimu.core.errors import Conflict, InOtherHands, Invalid, NotFound, NotNow, NotPermitted, SamePerson
from jimu.core.models import JournalEntry
from jimu.field.medicine import acting, queries, registering
from jimu.field.medicine.models import Fact, Item, Order
from jimu.field.medicine.registering import ItemGiven
from jimu.field.medicine.tests.conftest import AT, DRUG, HOUR, Desk, card, fresh

pytestmark = pytest.mark.django_db
S = Order.State


def test_an_order_goes_from_the_door_to_the_hospital_and_back_and_is_settled(desk: Desk) -> None:
    order = desk.signed(cash=5000)
    assert desk.act(order, "return", desk.runner).state == S.RETURNED
    assert desk.act(order, "settle").state == S.SETTLED
    acts = [fact.act for fact in order.facts.all()]
    assert acts == [
        "registered",
        "triage",
        "collect",
        "assign",
        "take",
        "fetch",
        "check",
        "check",
        "deliver",
        "sign",
        "return",
        "settle",
    ]
    assert queries.standing(order).state == fresh(order).state


@pytest.mark.parametrize(("days", "hours"), [(0, 2), (1, 24), (2, 24), (3, 72), (30, 72), (None, 24)])
def test_the_clock_runs_by_how_long_the_medicine_lasts(desk: Desk, days: int | None, hours: int) -> None:
    assert desk.order(days=days).due_at - AT == hours * HOUR


def test_who_has_the_least_left_of_several_drugs_decides(desk: Desk) -> None:
    items = [ItemGiven("阿司匹林", 1, days_left=30), ItemGiven("二甲双胍", 1, days_left=0)]
    assert desk.order(items=items).due_at - AT == 2 * HOUR


def test_an_order_left_lying_turns_red_by_itself_and_says_why(desk: Desk) -> None:
    order = desk.order(days=3)
    lines = [queries.lines([fresh(order)], AT + timedelta(days=n))[0] for n in (0, 1, 3)]
    assert [line.colour for line in lines] == ["green", "yellow", "red"]
    assert [line.why for line in lines] == ["还够 3 天", "还够 2 天", "已经断药"]


def test_a_person_raises_it_and_never_lowers_it(desk: Desk) -> None:
    order = desk.act(desk.order(days=10), "raise", colour="red")
    assert order.due_at == AT + 2 * HOUR
    assert "有人提高过" in queries.lines([fresh(order)], AT)[0].why
    with pytest.raises(Invalid):
        desk.act(order, "raise", colour="yellow")


def test_the_review_does_not_let_go_what_a_person_raised(desk: Desk) -> None:
    order = desk.act(desk.order(days=10), "raise", colour="red")
    assert desk.act(order, "triage", days_left=30).due_at == AT + 2 * HOUR


def test_triage_makes_it_less_urgent_only_with_a_reason(desk: Desk) -> None:
    order = desk.order(days=0)
    with pytest.raises(Invalid):
        desk.act(order, "triage", days_left=9, note="")
    assert desk.act(order, "triage", days_left=9, note="家里又找到一盒").due_at > AT + 2 * HOUR
    fact = order.facts.get(act="triage")
    assert (fact.data["was"]["days"], fact.data["days"]) == (0, 9)


def test_who_may_not_read_drugs_does_not_triage(desk: Desk) -> None:
    order = desk.order()
    with pytest.raises(NotPermitted):
        desk.act(order, "triage", desk.lead)
    assert desk.act(order, "triage").state == S.TRIAGED


def test_a_refused_move_says_what_is_missing(desk: Desk) -> None:
    order = desk.fetched()
    with pytest.raises(NotNow) as refused:
        desk.act(order, "deliver", desk.runner)
    assert "还没有双人核对" in str(refused.value)
    desk.act(order, "check", desk.runner)
    desk.act(order, "check", desk.checker)
    assert desk.act(order, "deliver", desk.runner).state == S.DELIVERED


def test_one_person_is_not_both_halves_of_the_check(desk: Desk) -> None:
    order = desk.act(desk.fetched(), "check", desk.runner)
    assert fresh(order).state == S.FETCHED
    another_name = replace(desk.runner, account_id=None, name="别的名字")
    for same in (desk.runner, another_name):
        with pytest.raises(SamePerson):
            desk.act(order, "check", same)
    assert desk.act(order, "check", desk.checker).state == S.CHECKED


def test_who_may_not_read_what_was_asked_for_does_not_sign_the_check(desk: Desk) -> None:
    order = desk.act(desk.fetched(), "check", desk.runner)
    outsider = desk.town.person("安旁人")
    with pytest.raises(NotPermitted):
        desk.act(order, "check", actor_of(desk.account("block_leader", outsider.name)))
    assert fresh(order).state == S.FETCHED
    assert desk.act(order, "check", desk.checker).state == S.CHECKED


def test_what_does_not_match_goes_back_and_both_sign_anew(desk: Desk) -> None:
    order = desk.act(desk.checked(), "mismatch", desk.checker, note="规格不对")
    desk.act(order, "fetch", desk.runner, total=5000, insurance=4000)
    desk.act(order, "check", desk.runner)
    assert fresh(order).state == S.FETCHED


def test_of_two_runners_one_takes_an_order(desk: Desk) -> None:
    order = desk.collected()
    desk.trip(order)
    desk.act(order, "take", desk.runner)
    assert desk.act(order, "take", desk.runner).runner_id == desk.runner.person_id
    with pytest.raises(NotNow) as refused:
        desk.act(order, "take", desk.payer)
    assert "安跑腿" in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_has_it(desk: Desk) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time anyway")
    order = desk.collected()
    desk.trip(order)

    def take(who: str) -> str:
        try:
            desk.act(order, "take", getattr(desk, who))
            return who
        except Conflict:
            return ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        won = [name for name in pool.map(take, ("runner", "payer")) if name]
    assert len(won) == 1
    assert Fact.objects.filter(order=order, act="take").count() == 1


def test_who_is_not_on_the_trip_does_not_take_from_it(desk: Desk) -> None:
    order = desk.collected()
    desk.trip(order)
    outsider = desk.town.person("安旁人")
    with pytest.raises(NotNow):
        desk.act(order, "take", actor_of(desk.account("member", outsider.name)))


@pytest.mark.parametrize(
    ("name", "ticked", "marks"),
    [
        ("盐酸吗啡缓释片", False, (False, True)),
        ("甘精胰岛素注射液", False, (True, False)),
        ("某药", True, (True, True)),
        ("某药", None, (False, False)),
    ],
)
def test_a_person_adds_a_mark_and_never_takes_away_what_the_name_says(
    desk: Desk, name: str, ticked: bool | None, marks: tuple[bool, bool]
) -> None:
    order = desk.order(items=[ItemGiven(name, cold=ticked, controlled=ticked)])
    assert (order.cold, order.controlled) == marks


def test_a_controlled_drug_is_carried_by_two(desk: Desk) -> None:
    order = desk.checked("盐酸吗啡缓释片")
    with pytest.raises(NotNow):
        desk.act(order, "deliver", desk.runner)
    desk.act(order, "witness", desk.runner)
    with pytest.raises(SamePerson):
        desk.act(order, "deliver", desk.runner)
    assert desk.act(order, "deliver", desk.checker).state == S.DELIVERED


def test_the_last_act_is_taken_back_until_the_next_signature(desk: Desk) -> None:
    order = desk.checked()
    assert acting.undo(actor=desk.checker, at=AT, order_id=order.pk).state == S.FETCHED
    with pytest.raises(NotPermitted):
        acting.undo(actor=desk.checker, at=AT, order_id=order.pk)
    acting.undo(actor=desk.runner, at=AT, order_id=order.pk)
    assert not queries.standing(order).half_checked
    assert order.facts.filter(act="check").count() == 2


def test_undoing_a_collection_gives_the_card_back(desk: Desk) -> None:
    order = desk.collected(cash=2000)
    acting.undo(actor=desk.runner, at=AT, order_id=order.pk)
    assert fresh(order).state == S.TRIAGED
    assert [one.holder_id for one in order.things.all()] == [None] * 3
    assert queries.standing(order).bill.cash == 0
    assert desk.act(order, "collect", desk.runner, things=["card"]).state == S.COLLECTED


def test_undoing_the_fetching_puts_the_cash_back(desk: Desk) -> None:
    order = desk.fetched(cash=5000)
    assert order.things.get(kind="cash").fen == 4000
    acting.undo(actor=desk.runner, at=AT, order_id=order.pk)
    assert order.things.get(kind="cash").fen == 5000


def test_when_all_is_missing_the_order_is_stuck_and_goes_on_three_ways(desk: Desk) -> None:
    order = desk.collected()
    desk.trip(order)
    desk.act(order, "take", desk.runner)
    item = order.items.get()
    assert desk.act(order, "missing", desk.runner, items=[item.pk]).state == S.MISSING
    acting.undo(actor=desk.runner, at=AT, order_id=order.pk)
    desk.act(order, "missing", desk.runner, items=[item.pk])
    assert desk.act(order, "retry").state == S.COLLECTED
    assert fresh(order).trip is None


def test_a_new_prescription_takes_the_place_of_a_drug_and_can_be_taken_back(desk: Desk) -> None:
    order = desk.collected()
    desk.trip(order)
    desk.act(order, "take", desk.runner)
    old = order.items.get()
    desk.act(order, "represcribe", desk.runner, items=[old.pk], drug=ItemGiven("二甲双胍缓释片"))
    assert [item.words for item in queries.items_of(order)] == ["二甲双胍缓释片"]
    assert not fresh(order).cold
    acting.undo(actor=desk.runner, at=AT, order_id=order.pk)
    assert [item.pk for item in queries.items_of(order)] == [old.pk]


def test_a_special_window_needs_a_hospital_that_has_it(desk: Desk) -> None:
    order = desk.collected()
    assert desk.act(order, "refer", window="psychiatric").hospital is None
    with pytest.raises(Invalid):
        desk.act(order, "refer", window="other", hospital_id=desk.hospital.pk)
    assert desk.act(order, "refer", window="oncology", hospital_id=desk.hospital.pk).state == S.COLLECTED


def test_undoing_a_referral_brings_window_hospital_and_limit_back(desk: Desk) -> None:
    order = desk.collected(days=0)
    desk.act(order, "refer", window="psychiatric")
    acting.undo(actor=desk.secretary, at=AT, order_id=order.pk)
    now = fresh(order)
    assert (now.window, now.hospital_id, now.due_at) == ("general", desk.hospital.pk, AT + 2 * HOUR)


def test_what_was_missing_is_ordered_again_before_the_rest_is_settled(desk: Desk) -> None:
    order = desk.collected(DRUG, "阿司匹林")
    desk.trip(order)
    desk.act(order, "take", desk.runner)
    gone = next(item for item in order.items.all() if "阿司匹林" in item.words)
    assert desk.act(order, "missing", desk.runner, items=[gone.pk]).state == S.FETCHING
    desk.act(order, "fetch", desk.runner)
    for who in (desk.runner, desk.checker):
        desk.act(order, "check", who)
    for name in ("deliver", "sign", "return"):
        desk.act(order, name, desk.runner)
    with pytest.raises(NotNow):
        desk.act(order, "settle")
    desk.act(order, "again")
    assert desk.act(order, "settle").state == S.SETTLED
    follow = order.again.get()
    assert (follow.state, follow.owner_index) == (S.REGISTERED, order.owner_index)
    assert [item.words for item in queries.items_of(follow)] == [gone.words]


def test_a_returned_drug_is_held_until_it_is_refunded_or_changed(desk: Desk) -> None:
    order = desk.signed(cash=5000)
    item = order.items.get()
    with pytest.raises(Invalid):
        desk.act(order, "hold", desk.runner, items=[item.pk], note=" ")
    assert desk.act(order, "hold", desk.runner, items=[item.pk], note="送错了").state == S.HELD
    with pytest.raises(Invalid):
        desk.act(order, "refund", refund=1001)
    assert desk.act(order, "refund", refund=1000, note="医院退了 10 元").state == S.SIGNED
    desk.act(order, "return", desk.runner)
    with pytest.raises(Invalid) as refused:
        desk.act(order, "settle")
    assert "¥10.00" in str(refused.value)
    assert desk.act(order, "settle", given=1000).state == S.SETTLED


def test_what_somebody_advanced_is_paid_before_it_is_settled(desk: Desk) -> None:
    order = desk.signed(cash=500)
    with pytest.raises(Invalid):
        desk.act(desk.act(order, "return", desk.runner), "settle") if card(order).holder_id else desk.act(
            order, "settle"
        )
    assert desk.act(order, "settle", cash=500).state == S.SETTLED


def test_nothing_is_settled_or_cancelled_while_a_card_is_out(desk: Desk) -> None:
    order = desk.signed()
    with pytest.raises(InOtherHands) as refused:
        desk.act(order, "settle", cash=1000)
    assert "安跑腿" in str(refused.value)
    waiting = desk.collected(room="601")
    with pytest.raises(InOtherHands):
        desk.act(waiting, "cancel")
    desk.act(waiting, "return", desk.runner)
    assert desk.act(waiting, "cancel").state == S.CANCELLED


def test_cold_drugs_show_how_long_they_have_been_out_of_a_fridge(desk: Desk) -> None:
    order = desk.fetched()
    found = queries.fridge(fresh(order), AT + 0.5 * HOUR)
    assert found is not None
    assert (found.minutes, found.most, found.over) == (30, 60, False)
    late = queries.fridge(fresh(order), AT + 2 * HOUR)
    assert late is not None
    assert late.over
    assert queries.fridge(fresh(desk.fetched("阿司匹林", room="601")), AT) is None


def test_somebody_of_another_place_finds_nothing(desk: Desk) -> None:
    order = desk.order()
    elsewhere = desk.town.actor("secretary", "乙一居民区")
    other_house = desk.town.actor("building_leader", "3号楼")
    for stranger in (elsewhere, other_house):
        with pytest.raises(NotFound):
            desk.act(order, "note", stranger)
        assert not queries.orders_for(stranger).exists()
    assert queries.orders_for(desk.town.actor("building_leader", "1号楼")).exists()


def test_drugs_names_numbers_and_words_are_sealed_and_the_journal_has_none(desk: Desk) -> None:
    order = desk.act(desk.order(window="psychiatric"), "note", note="问过她儿子")
    stored = str([*Order.objects.values(), *Item.objects.values(), *Fact.objects.values()])
    told = str(list(JournalEntry.objects.values()))
    for words in (DRUG, "某某制药", "安病人", "13900000001", "问过", "psychiatric"):
        assert words not in stored
        assert words not in told
    assert sealed.unseal(order.items.get().name_sealed) == DRUG


def test_drugs_are_read_by_few_and_on_record(desk: Desk) -> None:
    order = desk.collected()
    for closed in (desk.lead, desk.runner):
        with pytest.raises(NotPermitted):
            acting.reveal(actor=closed, at=AT, order_id=order.pk)
    assert DRUG in acting.reveal(actor=desk.secretary, at=AT, order_id=order.pk)[0][1]
    desk.trip(order)
    assert DRUG in acting.reveal(actor=desk.runner, at=AT, order_id=order.pk)[0][1]
    assert JournalEntry.objects.filter(verb="medicine.revealed").count() == 2


def test_who_fetches_reads_drugs_until_two_have_checked_the_bag_and_no_longer(desk: Desk) -> None:
    order = desk.fetched()
    desk.act(order, "check", desk.runner)
    assert acting.reveal(actor=desk.checker, at=AT, order_id=order.pk)
    desk.act(order, "check", desk.checker)
    for one in (desk.runner, desk.checker):
        with pytest.raises(NotPermitted):
            acting.reveal(actor=one, at=AT, order_id=order.pk)
    assert acting.reveal(actor=desk.secretary, at=AT, order_id=order.pk)
    assert JournalEntry.objects.filter(verb="medicine.revealed").count() == 2


def test_a_phone_twice_a_resident_and_a_stranger(desk: Desk) -> None:
    first, second = desk.order(), desk.order("阿司匹林")
    assert [o.pk for o in acting.read_history(actor=desk.secretary, at=AT, order_id=second.pk)] == [first.pk]
    with pytest.raises(NotPermitted):
        acting.read_history(actor=desk.lead, at=AT, order_id=second.pk)
    with pytest.raises(NotFound):
        registering.register(actor=desk.town.actor("member", "乙一居民区"), at=AT, given=desk.given())


def test_bags_are_numbered_within_a_neighborhood(desk: Desk) -> None:
    assert [desk.order(room=str(n)).bag_words for n in (101, 102, 103)] == ["001", "002", "003"]

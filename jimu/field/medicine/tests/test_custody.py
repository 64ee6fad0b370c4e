"""Cards, books and cash: one holder at any time, by a chain of signatures."""

import pytest

from jimu.accounts.queries import actor_of
from jimu.core.errors import InOtherHands, Invalid, NotFound, NotOnRegister, NotPermitted
from jimu.field.medicine import acting, checking, custody, custody_queries
from jimu.field.medicine.models import Order, Signature, Thing
from jimu.field.medicine.tests.conftest import AT, HOUR, Desk, card, fresh, person
from jimu.messages.models import Message

pytestmark = pytest.mark.django_db


def handed(desk: Desk, order: Order) -> None:
    custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.payer))
    custody.take(actor=desk.payer, at=AT, thing_ids=[card(order).pk], where="集合点")


def test_a_card_is_held_by_who_signed_for_it(desk: Desk) -> None:
    order = desk.collected()
    assert card(order).holder_id == desk.runner.person_id
    custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.payer))
    assert card(order).holder_id == desk.runner.person_id
    custody.take(actor=desk.payer, at=AT, thing_ids=[card(order).pk], where="集合点")
    assert card(order).holder_id == desk.payer.person_id
    assert [link.kind for link in custody_queries.chain(card(order))] == ["collected", "offered", "taken"]
    assert custody_queries.replayed(card(order)).holder == card(order).holder_id


def test_who_is_handed_something_is_told_without_a_drug(desk: Desk) -> None:
    order = desk.collected()
    custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.payer))
    told = Message.objects.get(subject=order.target, person=person(desk.payer)).text
    assert "安跑腿 交给您 1 件" in told
    assert "胰岛素" not in told
    desk.trip(order)
    assert "核对" in Message.objects.get(person=person(desk.checker)).text


def test_only_who_it_was_offered_to_takes_it(desk: Desk) -> None:
    order = desk.collected()
    custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.payer))
    with pytest.raises(InOtherHands):
        custody.take(actor=desk.checker, at=AT, thing_ids=[card(order).pk])
    custody.withdraw(actor=desk.runner, at=AT, thing_id=card(order).pk)
    with pytest.raises(InOtherHands):
        custody.take(actor=desk.payer, at=AT, thing_ids=[card(order).pk])


def test_nobody_of_elsewhere_learns_by_guessing_who_holds_what(desk: Desk) -> None:
    order = desk.collected()
    outsider = desk.town.person("乙旁人", "乙一居民区")
    stranger = actor_of(desk.account("member", outsider.name, "乙一居民区"))
    with pytest.raises(NotFound):
        custody.take(actor=stranger, at=AT, thing_ids=[card(order).pk])
    with pytest.raises(InOtherHands):
        custody.take(actor=desk.checker, at=AT, thing_ids=[card(order).pk])


def test_nobody_hands_over_what_another_holds(desk: Desk) -> None:
    order = desk.collected()
    handed(desk, order)
    with pytest.raises(InOtherHands) as refused:
        custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.checker))
    assert "安付费" in str(refused.value)


def test_a_card_that_is_out_is_not_collected_again_for_another_order(desk: Desk) -> None:
    order = desk.collected()
    second = desk.act(desk.order("阿司匹林"), "triage")
    assert second.owner_index == order.owner_index
    with pytest.raises(InOtherHands) as refused:
        desk.act(second, "collect", desk.checker, things=["card"])
    assert "安跑腿" in str(refused.value)
    assert fresh(second).state == "triaged"
    assert desk.act(second, "no_card", note="卡已在我们手里").state == "collected"


def test_whoever_does_not_hold_the_card_does_not_give_it_back(desk: Desk) -> None:
    order = desk.signed()
    handed(desk, order)
    with pytest.raises(InOtherHands):
        desk.act(order, "return", desk.checker)
    custody.offer(actor=desk.payer, at=AT, thing_ids=[card(order).pk], to_id=person(desk.runner))
    custody.take(actor=desk.runner, at=AT, thing_ids=[card(order).pk])
    assert desk.act(order, "return", desk.runner).state == "returned"
    assert card(order).holder is None


def test_a_lost_card_stays_with_who_answers_for_it_until_it_is_replaced(desk: Desk) -> None:
    order = desk.signed()
    with pytest.raises(Invalid):
        custody.report(actor=desk.runner, at=AT, thing_id=card(order).pk, kind="lost", note="")
    custody.report(actor=desk.runner, at=AT, thing_id=card(order).pk, kind="lost", note="医院收费处")
    desk.act(order, "return", desk.runner)
    assert fresh(order).state == "signed"
    with pytest.raises(InOtherHands):
        desk.act(order, "settle", cash=1000)
    with pytest.raises(InOtherHands):
        custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.payer))
    custody.report(actor=desk.secretary, at=AT, thing_id=card(order).pk, kind="replaced", note="新卡交居民")
    assert desk.act(order, "settle", cash=1000).state == "settled"


def test_what_is_found_can_be_handed_on_again(desk: Desk) -> None:
    order = desk.collected()
    custody.report(actor=desk.runner, at=AT, thing_id=card(order).pk, kind="lost", note="路上")
    custody.report(actor=desk.runner, at=AT, thing_id=card(order).pk, kind="found", note="在包里")
    handed(desk, order)
    assert card(order).holder_id == desk.payer.person_id


def test_a_card_that_turned_up_after_the_rest_went_back_goes_back_too(desk: Desk) -> None:
    order = desk.signed()
    custody.report(actor=desk.runner, at=AT, thing_id=card(order).pk, kind="lost", note="路上")
    desk.act(order, "return", desk.runner)
    custody.report(actor=desk.runner, at=AT, thing_id=card(order).pk, kind="found", note="在包里")
    assert desk.act(order, "return", desk.runner).state == "returned"
    assert card(order).holder is None


def test_others_do_not_report_ones_things(desk: Desk) -> None:
    order = desk.collected()
    with pytest.raises(NotPermitted):
        custody.report(actor=desk.checker, at=AT, thing_id=card(order).pk, kind="lost", note="x")
    with pytest.raises(NotFound):
        custody.report(
            actor=desk.town.actor("secretary", "乙一居民区"),
            at=AT,
            thing_id=card(order).pk,
            kind="lost",
            note="x",
        )


def test_what_is_out_too_long_or_lost_stands_first(desk: Desk) -> None:
    early, late = desk.collected(room="101"), desk.collected(room="102")
    custody.report(actor=desk.runner, at=AT, thing_id=card(late).pk, kind="lost", note="x")
    soon = custody_queries.out_for(desk.secretary, AT + 2 * HOUR)
    assert [one.alarm for one in soon] == [True, False, False, False]
    assert all(one.alarm for one in custody_queries.out_for(desk.secretary, AT + 25 * HOUR))
    assert card(early).out_since == AT


def test_a_shift_hands_over_all_it_holds_in_one_go(desk: Desk) -> None:
    desk.collected(room="101", cash=1000)
    desk.collected(room="102")
    held, _offered = custody_queries.mine(desk.runner, AT)
    custody.offer(
        actor=desk.runner, at=AT, thing_ids=[one.thing.pk for one in held], to_id=person(desk.payer)
    )
    mine, offered = custody_queries.mine(desk.payer, AT)
    assert (len(mine), len(offered)) == (0, 5)
    custody.take(actor=desk.payer, at=AT, thing_ids=[one.thing.pk for one in offered])
    assert custody_queries.mine(desk.runner, AT) == ([], [])
    assert len(custody_queries.mine(desk.payer, AT)[0]) == 5


def test_cash_is_less_by_what_was_paid_and_the_rest_goes_back(desk: Desk) -> None:
    order = desk.signed(cash=5000, total=3000, insurance=1000)
    assert order.things.get(kind="cash").fen == 3000
    desk.act(order, "return", desk.runner)
    assert order.facts.get(act="return").data == {"given": 3000}
    assert desk.act(order, "settle").state == "settled"


def paid_at_the_door(desk: Desk, fen: int = 1000) -> tuple[Order, Thing]:
    """Delivered and signed for; what the runner advanced was paid at the door. The card is back."""
    order = desk.checked()
    desk.act(order, "deliver", desk.runner)
    desk.act(order, "sign", desk.runner, cash=fen)
    desk.act(order, "return", desk.runner)
    return fresh(order), Thing.objects.get(kind="paid")


def handed_in(desk: Desk, thing: Thing, **more: int) -> None:
    """From the runner to the desk, counted as another sum if one is given."""
    custody.offer(actor=desk.runner, at=AT, thing_ids=[thing.pk], to_id=person(desk.secretary))
    counted = {thing.pk: more["counted"]} if more else None
    custody.take(actor=desk.secretary, at=AT, thing_ids=[thing.pk], counted=counted)


def test_what_is_paid_at_the_door_is_with_who_took_it_then_at_the_desk_then_settled(desk: Desk) -> None:
    order, thing = paid_at_the_door(desk)
    assert (order.state, thing.holder_id, thing.fen) == ("returned", desk.runner.person_id, 1000)
    with pytest.raises(InOtherHands) as refused:
        desk.act(order, "settle")
    assert "门口收的药费 ¥10.00（安跑腿） 还没有交到您手里" in str(refused.value)
    handed_in(desk, thing)
    assert desk.act(order, "settle").state == "settled"
    thing.refresh_from_db()
    assert (thing.holder_id, thing.fen) == (None, 0)
    assert [link.kind for link in custody_queries.chain(thing)] == ["collected", "offered", "taken", "settled"]
    assert checking.faults() == []


def test_what_is_paid_at_the_door_is_not_given_back_with_the_card(desk: Desk) -> None:
    order, thing = paid_at_the_door(desk)
    assert order.facts.get(act="return").data == {}
    assert [one.kind for one in custody_queries.of_order(order)] == ["paid"]
    assert custody_queries.to_give_back(order) == []
    assert [one.thing for one in custody_queries.mine(desk.runner, AT)[0]] == [thing]


def test_money_alone_is_nothing_to_give_back(desk: Desk) -> None:
    order = desk.act(desk.act(desk.order(), "triage", hospital_id=desk.hospital.pk), "no_card", note="电子凭证")
    desk.trip(order)
    for name, who in (("take", desk.runner), ("fetch", desk.runner), ("check", desk.runner), ("check", desk.checker), ("deliver", desk.runner)):
        desk.act(order, name, who, total=1000)
    desk.act(order, "sign", desk.runner, cash=1000)
    with pytest.raises(Invalid):
        desk.act(order, "return", desk.runner)
    assert fresh(order).state == "signed"


def test_money_offered_and_not_signed_for_is_still_with_who_took_it(desk: Desk) -> None:
    order, thing = paid_at_the_door(desk)
    custody.offer(actor=desk.runner, at=AT, thing_ids=[thing.pk], to_id=person(desk.secretary))
    with pytest.raises(InOtherHands):
        desk.act(order, "settle")


def test_another_sum_at_the_desk_is_told_and_explained_before_it_is_settled(desk: Desk) -> None:
    desk.town.lead("第1网格块", "安块长")
    order, thing = paid_at_the_door(desk)
    handed_in(desk, thing, counted=900)
    told = {one.person.name: one.text for one in Message.objects.filter(subject=order.target, text__contains="数目不符") if one.person}
    assert set(told) == {"安跑腿", "沈洁"}
    assert "少了 ¥1.00" in told["安跑腿"]
    assert custody_queries.difference([thing]) == -100
    assert [off for _link, off in custody_queries.chain_with_differences(thing)] == [0, 0, -100]
    with pytest.raises(Invalid) as refused:
        desk.act(order, "settle", note=" ")
    assert "¥1.00" in str(refused.value)
    assert desk.act(order, "settle", note="安跑腿明天补一元").state == "settled"
    assert checking.faults() == []


def test_the_same_sum_at_the_desk_tells_nobody_and_needs_no_words(desk: Desk) -> None:
    order, thing = paid_at_the_door(desk)
    handed_in(desk, thing, counted=1000)
    assert not Message.objects.filter(text__contains="数目不符").exists()
    assert desk.act(order, "settle", note="").state == "settled"


def test_a_card_is_not_counted(desk: Desk) -> None:
    order = desk.collected()
    custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.payer))
    for wrong in (1, -1):
        with pytest.raises(Invalid):
            custody.take(actor=desk.payer, at=AT, thing_ids=[card(order).pk], counted={card(order).pk: wrong})
    assert card(order).holder_id == desk.runner.person_id


def test_what_is_missing_of_a_residents_change_is_made_good_at_the_settlement(desk: Desk) -> None:
    order = desk.signed(cash=5000)
    cash = order.things.get(kind="cash")
    custody.offer(actor=desk.runner, at=AT, thing_ids=[cash.pk], to_id=person(desk.payer))
    custody.take(actor=desk.payer, at=AT, thing_ids=[cash.pk], counted={cash.pk: 3500})
    desk.act(order, "return")
    with pytest.raises(Invalid) as refused:
        desk.act(order, "settle")
    assert "¥5.00" in str(refused.value)
    assert desk.act(order, "settle", given=500).state == "settled"


def test_undoing_the_signature_undoes_what_was_paid_until_it_was_handed_on(desk: Desk) -> None:
    order = desk.checked()
    desk.act(order, "deliver", desk.runner)
    desk.act(order, "sign", desk.runner, cash=1000)
    acting.undo(actor=desk.runner, at=AT, order_id=order.pk)
    assert Thing.objects.get(kind="paid").holder is None
    desk.act(order, "sign", desk.runner, cash=1000)
    handed_in(desk, Thing.objects.get(kind="paid", holder__isnull=False))
    with pytest.raises(InOtherHands):
        acting.undo(actor=desk.secretary, at=AT, order_id=order.pk)
    assert checking.faults() == []


def test_undoing_the_settlement_puts_the_money_back_into_the_hand_it_came_from(desk: Desk) -> None:
    order, thing = paid_at_the_door(desk)
    handed_in(desk, thing)
    desk.act(order, "settle")
    acting.undo(actor=desk.secretary, at=AT, order_id=order.pk)
    thing.refresh_from_db()
    assert (thing.holder_id, thing.fen) == (desk.secretary.person_id, 1000)
    assert desk.act(order, "settle").state == "settled"


def test_lost_money_is_found_or_made_good_and_never_replaced_by_a_card(desk: Desk) -> None:
    order, thing = paid_at_the_door(desk)
    custody.report(actor=desk.runner, at=AT, thing_id=thing.pk, kind="lost", note="路上")
    with pytest.raises(Invalid):
        custody.report(actor=desk.runner, at=AT, thing_id=thing.pk, kind="replaced", note="x")
    custody.report(actor=desk.runner, at=AT, thing_id=thing.pk, kind="found", note="补上了")
    handed_in(desk, thing)
    assert desk.act(order, "settle").state == "settled"


def test_an_account_that_names_nobody_takes_no_money_at_a_door(desk: Desk) -> None:
    order = desk.act(desk.checked(), "deliver", desk.runner)
    nobody = actor_of(desk.town.account("member", "甲一居民区"))
    with pytest.raises(NotOnRegister):
        desk.act(order, "sign", nobody, cash=1000)
    assert desk.act(order, "sign", nobody).state == "signed"


def test_an_account_that_names_nobody_signs_for_nothing(desk: Desk) -> None:
    order = desk.act(desk.order(), "triage")
    with pytest.raises(NotOnRegister):
        desk.act(order, "collect", actor_of(desk.town.account("member", "甲一居民区")), things=["card"])


def test_the_database_keeps_one_chain(desk: Desk) -> None:
    from django.db import IntegrityError, transaction

    thing = card(desk.collected())
    first = Signature.objects.get(thing=thing)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)

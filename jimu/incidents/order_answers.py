"""Answers to an order: seen, acknowledged, a question, "k of n stand ready"; and the issuer's answers to questions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import live, locks, steady
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.incidents import order_queries, order_rules
from jimu.incidents.models import Order, OrderQuestion, Receipt, ReceiptEvent
from jimu.incidents.order_actions import ISSUE, release, tell
from jimu.messages import actions as messages
from jimu.messages import rules as message_rules
from jimu.messages.actions import Letter

State, Kind = Receipt.State, ReceiptEvent.Kind
LONGEST_QUESTION, LONGEST_ANSWER = 300, 500


def see(*, actor: Actor, at: datetime, order_ids: Sequence[UUID]) -> int:
    """Note that the addressee opened the order. It is not an answer: silence goes on."""
    if actor.person_id is None:
        return 0
    with transaction.atomic():
        rows = Receipt.objects.filter(order__in=order_ids, person=actor.person_id, state=State.SENT)
        fresh = list(rows.values_list("pk", "order_id"))
        changed = [pk for pk, _order in fresh if Receipt.objects.filter(pk=pk, state=State.SENT).update(state=State.SEEN)]
        _append(changed, Kind.SEEN, actor, at)
        for order_id in {order for pk, order in fresh if pk in changed}:
            live.beat(f"order:{order_id}")
    return len(changed)


def acknowledge(*, actor: Actor, at: datetime, receipt_ids: Sequence[UUID]) -> int:
    """收到, for these cells; what was acknowledged before stays as it is. Returns how many are new.

    Raises NotFound for a cell that the actor does not answer for, Conflict for an order that has ended or not come yet.
    """
    with transaction.atomic():
        receipts = [_held(actor, pk) for pk in sorted(receipt_ids)]
        fresh = [receipt for receipt in receipts if receipt.state != State.ACKNOWLEDGED]
        for receipt in fresh:
            _acknowledged(receipt, at)
        _append([receipt.pk for receipt in fresh], Kind.ACKNOWLEDGED, actor, at)
        _after(fresh, actor, at)
    return len(fresh)


def report(*, actor: Actor, at: datetime, receipt_id: UUID, here: int | None, wanted: int | None = None) -> Receipt:
    """报到位: k people of n stand ready. It acknowledges too; a later report stands in place of an earlier one."""
    here, wanted = order_rules.checked_report(here, wanted)
    with transaction.atomic():
        receipt = _held(actor, receipt_id)
        was_open = receipt.state != State.ACKNOWLEDGED
        receipt.here = here
        receipt.wanted = wanted if wanted is not None else receipt.wanted
        receipt.save(update_fields=["here", "wanted"])
        if was_open:
            _acknowledged(receipt, at)
        _append([receipt.pk], Kind.REPORTED, actor, at, here=here, wanted=receipt.wanted)
        _after([receipt], actor, at)
    return receipt


def ask_back(*, actor: Actor, at: datetime, receipt_id: UUID, text: str) -> OrderQuestion:
    """有疑问: the issuer is asked; silence does not count until the answer. Others read it once it is answered."""
    words = text.strip()
    if not words or len(words) > LONGEST_QUESTION:
        raise Invalid(_("请写下疑问，最多 {most} 字。").format(most=LONGEST_QUESTION), code="no_question")
    message_rules.refuse_numbers(words)
    with transaction.atomic():
        receipt = _held(actor, receipt_id)
        receipt.questioned, receipt.silent_from = True, None
        receipt.save(update_fields=["questioned", "silent_from"])
        question = OrderQuestion.objects.create(receipt=receipt, text=words, asked_by=actor.name, asked_at=at)
        _append([receipt.pk], Kind.QUESTION, actor, at)
        live.beat("board", receipt.order.target)
    return question


def answer(*, actor: Actor, at: datetime, question_id: UUID, text: str) -> OrderQuestion:
    """Answer a question: everybody below reads it, and who asked is told. Silence counts anew for who has not acknowledged."""
    words = text.strip()
    if not words or len(words) > LONGEST_ANSWER:
        raise Invalid(_("请写答复，最多 {most} 字。").format(most=LONGEST_ANSWER), code="no_answer")
    message_rules.refuse_numbers(words)
    with transaction.atomic():
        found = OrderQuestion.objects.filter(pk=question_id).select_related("receipt").first()
        if found is None:
            raise NotFound
        order = order_queries.order_for(actor, ISSUE, found.receipt.order_id)
        locks.hold(f"receipt:{found.receipt_id}")
        done = OrderQuestion.objects.filter(pk=question_id, answered_at=None)
        if not done.update(answer=words, answered_by=actor.name, answered_at=at):
            raise Conflict(_("这个疑问已经有人答复了。"), code="answered")
        receipt = Receipt.objects.select_related("unit").get(pk=found.receipt_id)
        receipt.questioned = receipt.questions.filter(answered_at=None).exists()
        waits = not receipt.questioned and receipt.state in (State.SENT, State.SEEN)
        receipt.silent_from = steady.now() + order.silence_minutes * 60 if waits else None
        receipt.save(update_fields=["questioned", "silent_from"])
        _append([receipt.pk], Kind.ANSWERED, actor, at)
        if receipt.person_id:
            said = _("【答复】{title}：{answer}").format(title=order.title, answer=words)
            letter = Letter(f"question:{question_id}", receipt.unit_id, said, receipt.person_id, "urgent")
            messages.enqueue(actor=actor, at=at, letters=[letter], subject=order.target)
        tell(order, actor, at, "order.question_answered", {"order": str(order.pk), "title": order.title, "unit": receipt.unit.name})
    found.refresh_from_db()
    return found


def _held(actor: Actor, receipt_id: UUID) -> Receipt:
    """The receipt, locked and read afresh, if the actor may answer it now."""
    locks.hold(f"receipt:{receipt_id}")
    receipt = order_queries.receipt_for(actor, receipt_id)
    if receipt.order.state != Order.State.ACTIVE:
        raise Conflict(_("“{title}”已经解除，不用再回复。").format(title=receipt.order.title), code="stood_down")
    if receipt.state == State.WAITING:
        raise Conflict(_("这一级还没有下达，等上一级收到后再回复。"), code="not_sent_yet")
    return receipt


def _acknowledged(receipt: Receipt, at: datetime) -> None:
    receipt.state, receipt.silent_from, receipt.answered_at = State.ACKNOWLEDGED, None, at
    receipt.save(update_fields=["state", "silent_from", "answered_at"])


def _append(receipt_ids: Sequence[UUID], kind: str, actor: Actor, at: datetime, here: int | None = None, wanted: int | None = None) -> None:
    ReceiptEvent.objects.bulk_create(
        ReceiptEvent(receipt_id=pk, at=at, kind=kind, by=actor.name, person_id=actor.person_id, here=here, wanted=wanted)
        for pk in receipt_ids
    )


def _after(receipts: Sequence[Receipt], actor: Actor, at: datetime) -> None:
    """What follows an answer: the next level is told, pages show it."""
    for receipt in receipts:
        release(receipt.order, receipt.unit.path, actor=actor, at=at)
    if receipts:
        live.beat("board", *{receipt.order.target for receipt in receipts})

"""Writes of orders: give one, stand it down. Answers are in order_answers.py, silence in order_silence.py."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, steady
from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import Actor, under
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.incidents import order_queries, order_rules
from jimu.incidents.models import Incident, Order, Post, Receipt, ReceiptEvent
from jimu.incidents.order_chains import Chains, chains
from jimu.incidents.order_letters import letter_text, letters_to
from jimu.incidents.queries import incident_for
from jimu.incidents.rules import checked_reason
from jimu.messages import actions as messages
from jimu.messages import rules as message_rules
from jimu.messages.actions import Letter

ISSUE = "orders.issue"
State, Kind = Receipt.State, ReceiptEvent.Kind


def issue(
    *, actor: Actor, at: datetime, unit_id: UUID, title: str, text: str, kinds: Collection[str], deadline: datetime | None,
    legal_basis: str, ends_on: date | None, incident_id: UUID | None = None, silence_minutes: int | None = None,
    by_level: bool = False, staffing: bool = False, wanted: int | None = None, drill: bool = False,
) -> Order:  # fmt: skip
    """Give an order to the leader of every cell of these kinds below a unit: all receipts are there when it returns.

    Raises Invalid without a legal basis, an end, a deadline or a cell to ask; NotFound outside the actor's part.
    """
    with transaction.atomic():
        unit = unit_for(actor, unit_id, "orders.view")
        actor.require(ISSUE, unit.path)
        incident = incident_for(actor, "incidents.view", incident_id) if incident_id else None
        words = order_rules.checked_words(
            title=title, text=text, legal_basis=legal_basis or (incident.legal_basis if incident else ""), ends_on=ends_on,
            deadline=deadline, at=at, today=timezone.localdate(at),
            silence_minutes=order_queries.silence_minutes(incident) if silence_minutes is None else silence_minutes,
        )  # fmt: skip
        message_rules.refuse_numbers(f"{words.title}\n{words.text}")
        levels = order_rules.checked_kinds(kinds, issuer=unit.kind)
        cells = list(Unit.objects.filter(under([unit.path]), kind__in=levels, retired_at=None).exclude(pk=unit.pk).order_by("path"))
        if not cells:
            raise Invalid(_("{unit}之下还没有这几级。请先在网格里添加，或换一级。").format(unit=unit.name), code="no_cells")
        order = Order.objects.create(
            unit=unit, incident=incident, title=words.title, text=words.text, kinds=levels, by_level=by_level, staffing=staffing,
            deadline=words.deadline, legal_basis=words.legal_basis, ends_on=words.ends_on, silence_minutes=words.silence_minutes,
            drill=drill or bool(incident and incident.drill), issued_at=at, issued_by=actor.name,
        )  # fmt: skip
        receipts = [Receipt(order=order, unit=cell, state=State.WAITING, wanted=n) for cell, n in _wanted(order, cells, wanted)]
        first = order_rules.first_wave([cell.path for cell in cells], Unit.steplen) if by_level else {cell.path for cell in cells}
        events = ask(order, [r for r in receipts if r.unit.path in first], chains(unit.path), actor=actor, at=at)
        events += [ReceiptEvent(receipt=r, at=at, kind=Kind.WAITS, by=actor.name) for r in receipts if r.unit.path not in first]
        Receipt.objects.bulk_create(receipts, batch_size=500)
        ReceiptEvent.objects.bulk_create(events, batch_size=500)
        put_letters(order, receipts, actor=actor, at=at, key="ask")
        data = {"order": str(order.pk), "title": order.title, "cells": len(cells), "by_level": by_level, "drill": order.drill}
        tell(order, actor, at, "order.issued", data)
    return order


def _wanted(order: Order, cells: Sequence[Unit], given: int | None) -> Iterable[tuple[Unit, int | None]]:
    """How many people each cell is asked for: the posts of its neighborhood where there is an incident, else what was given."""
    posts: Mapping[UUID, int] = {}
    if order.staffing and order.incident_id and given is None:
        rows = Post.objects.filter(incident=order.incident_id).values_list("unit_id").annotate(n=Sum("needed")).order_by()
        posts = dict(rows)
    return ((cell, (given if given is not None else posts.get(cell.pk)) if order.staffing else None) for cell in cells)


def ask(order: Order, receipts: Sequence[Receipt], found: Chains, *, actor: Actor, at: datetime) -> list[ReceiptEvent]:
    """Set each receipt to the first of its chain; returns the events to write. The caller saves both and sends the letters."""
    events = []
    tick = steady.now()
    for receipt in receipts:
        candidate = order_rules.next_asked(found.of(receipt.unit.path), receipt.asked)
        receipt.state, receipt.stuck = State.SENT, candidate is None
        if candidate is None:
            receipt.silent_from = None
            events.append(ReceiptEvent(receipt=receipt, at=at, kind=Kind.NOBODY, by=actor.name))
            continue
        receipt.person_id, receipt.office = candidate.person_id, candidate.office
        receipt.asked = [*receipt.asked, str(candidate.person_id)]
        receipt.silent_from = tick + order.silence_minutes * 60
        events.append(ReceiptEvent(receipt=receipt, at=at, kind=Kind.SENT, by=actor.name, person_id=candidate.person_id))
    return events


def put_letters(order: Order, receipts: Iterable[Receipt], *, actor: Actor, at: datetime, key: str) -> None:
    """One urgent letter to each person who is asked, about all their cells together."""
    mine: dict[UUID, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if receipt.person_id is not None and receipt.state == State.SENT:
            mine[receipt.person_id].append(receipt)
    messages.enqueue(actor=actor, at=at, letters=letters_to(order, mine, key), subject=order.target)


def release(order: Order, above: str, *, actor: Actor, at: datetime) -> int:
    """Level by level: tell the next cells below one that was acknowledged or could not be; returns how many."""
    if not order.by_level:
        return 0
    waiting = list(Receipt.objects.filter(under([above], "unit__path"), order=order, state=State.WAITING).select_related("unit"))
    next_paths = order_rules.first_wave([receipt.unit.path for receipt in waiting], Unit.steplen)
    told = [receipt for receipt in waiting if receipt.unit.path in next_paths]
    if not told:
        return 0
    events = ask(order, told, chains(order.unit.path, list(next_paths)), actor=actor, at=at)
    mine = [r for r in told if _took(r)]
    ReceiptEvent.objects.bulk_create([e for e in events if e.receipt in mine], batch_size=500)
    put_letters(order, mine, actor=actor, at=at, key="ask")
    # Where nobody could be asked, those below are not kept waiting.
    for receipt in mine:
        if receipt.stuck:
            release(order, receipt.unit.path, actor=actor, at=at)
    return len(mine)


def _took(receipt: Receipt) -> bool:
    """Save a receipt that was waiting, unless somebody else told it first."""
    rows = Receipt.objects.filter(pk=receipt.pk, state=State.WAITING)
    changed = {name: getattr(receipt, name) for name in ("state", "stuck", "person_id", "office", "asked", "silent_from")}
    return bool(rows.update(**changed))


def stand_down(*, actor: Actor, at: datetime, order_id: UUID, reason: str) -> Order:
    """End an order: what has not gone out is withdrawn, who was asked is told. Raises Conflict when it has ended."""
    with transaction.atomic():
        locks.hold(f"order:{order_id}")
        order = order_queries.order_for(actor, ISSUE, order_id)
        if order.state != Order.State.ACTIVE:
            raise Conflict(_("“{title}”已经解除。").format(title=order.title), code="stood_down")
        words = checked_reason(reason, example=_("险情排除，不再需要"))
        end(order, actor=actor, at=at, reason=words)
    return order


def end(order: Order, *, actor: Actor, at: datetime, reason: str) -> None:
    """Stand an order down, within the caller's transaction."""
    order.state, order.stood_down_at = Order.State.STOOD_DOWN, at
    order.save(update_fields=["state", "stood_down_at"])
    receipts = list(order.receipts.select_related("unit"))
    Receipt.objects.filter(order=order).update(silent_from=None)
    messages.withdraw(subject=order.target, at=at, by=actor.name)
    last: dict[UUID, UUID] = {}
    for receipt in receipts:
        for person in receipt.asked:
            last.setdefault(UUID(person), receipt.unit_id)
    text = letter_text(order, ending=reason)
    letters = [Letter(f"{order.target}:down:{person}", unit_id, text, person, "urgent") for person, unit_id in last.items()]
    messages.enqueue(actor=actor, at=at, letters=letters, subject=order.target)
    tell(order, actor, at, "order.stood_down", {"order": str(order.pk), "title": order.title, "reason": reason})


def end_with(incident: Incident, *, actor: Actor, at: datetime, reason: str) -> None:
    """Orders given for an incident end with it."""
    for order in Order.objects.filter(incident=incident, state=Order.State.ACTIVE).select_related("unit"):
        end(order, actor=actor, at=at, reason=reason)


def tell(order: Order, actor: Actor, at: datetime, verb: str, data: dict[str, Any]) -> None:
    """Journal, the order's own page, the board."""
    journal.record(actor=actor, at=at, verb=verb, target=order.target, scope=order.unit.path, data=data)
    live.beat("board", order.target)

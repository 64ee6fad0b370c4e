"""How an order moves: held under its lock, its present replayed from its facts, a new fact and the journal written beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.fetching import fetch
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.medicine import queries, rules
from jimu.field.medicine.models import Fact, Order
from jimu.messages.actions import withdraw
from jimu.people.intake import cells

TOPIC = "medicine"
LONGEST_NOTE = 500
VERBS: Mapping[str, str] = {
    "registered": "medicine.registered", "triage": "medicine.triaged", "no_card": "medicine.no_card", "collect": "medicine.collected",
    "assign": "medicine.assigned", "unassign": "medicine.unassigned", "take": "medicine.taken", "drop": "medicine.dropped",
    "missing": "medicine.missed", "retry": "medicine.retried", "represcribe": "medicine.represcribed", "refer": "medicine.referred",
    "fetch": "medicine.fetched", "check": "medicine.checked", "mismatch": "medicine.mismatched", "witness": "medicine.witnessed",
    "deliver": "medicine.delivered", "sign": "medicine.signed", "hold": "medicine.held", "refund": "medicine.refunded",
    "exchange": "medicine.exchanged", "return": "medicine.given_back", "settle": "medicine.settled", "cancel": "medicine.cancelled",
    "raise": "medicine.raised", "note": "medicine.noted", "again": "medicine.ordered_again", "undo": "medicine.undone",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A fact to write: what, where it leads, which drugs, which money, in which words."""

    act: str
    leads_to: str
    items: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    where: str = ""
    op_id: UUID | None = None
    recorded_at: datetime | None = None
    undoes: int | None = None


def held(order_id: UUID) -> Order:
    """One order under its lock, as it is now. Called inside a transaction; who may is the caller's to check."""
    locks.hold(f"medicine:{order_id}")
    return fetch(Order.objects.select_related(*queries.WITH).filter(pk=order_id))


def write(order: Order, told: Told, *, actor: Actor, at: datetime) -> Fact:
    """Append a fact, and keep the order as its facts now say. Nothing of what it holds reaches the journal."""
    fact = Fact.objects.create(
        id=told.op_id or new_id(), order=order, act=told.act, leads_to=told.leads_to, at=at, recorded_at=told.recorded_at or at, by=actor.name[:80],
        account_id=actor.account_id, person_id=actor.person_id, where=cells.text(told.where)[:60], items=list(told.items), data=dict(told.data),
        note_sealed=sealed.seal(told.note.strip()[:LONGEST_NOTE]), undoes_id=told.undoes,
    )  # fmt: skip
    settle(order, at)
    journal.record(actor=actor, at=at, verb=VERBS[told.act], target=order.target, scope=order.unit.path)
    live.beat(TOPIC, "board")
    return fact


def settle(order: Order, at: datetime) -> None:
    """Put what the facts say into the columns that lists read."""
    now = queries.standing(order)
    order.state, order.fetched_at = now.state, now.fetched_at
    order.runner_id, order.trip_id = now.runner, UUID(now.trip) if now.trip else None
    order.closed_at = None if order.running else order.closed_at or at
    _reckon_alarm(order, at)
    order.save()


def _reckon_alarm(order: Order, at: datetime) -> None:
    """What is at the door or has more time again is no alarm any more: nobody further is told, and what has not gone out is taken back."""
    order.half_at = rules.half(order.registered_at, order.due_at)
    stage = rules.stage_now(order.state, order.half_at, order.due_at, at)
    if stage < order.stage:
        order.stage, order.next_tick = stage, None
        if not stage:
            withdraw(subject=late_subject(order), at=at, by=_("配药"))


def late_subject(order: Order) -> str:
    """Under which the letters about an order that is left lying stand."""
    return f"medicine-late:{order.pk}"

"""Silence: who has not answered for the set minutes is not waited for; the next of the chain is asked.

Minutes are minutes of service (core.steady). Each step is taken where the receipt still is as it was read, so a sweep
may run twice, late, or while people answer: nobody is asked twice, and no answer is lost.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jimu.core import clock, steady
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.incidents import order_rules
from jimu.incidents.models import Order, Receipt, ReceiptEvent
from jimu.incidents.order_actions import put_letters, release, tell
from jimu.incidents.order_chains import Chains, chains

State, Kind = Receipt.State, ReceiptEvent.Kind
AT_ONCE = 5000


def _silent(tick: int) -> Any:
    open_states = (State.SENT, State.SEEN)
    return Receipt.objects.filter(silent_from__lte=tick, state__in=open_states, questioned=False, order__state=Order.State.ACTIVE)


def anything_due() -> bool:
    """Whether somebody has been silent for too long."""
    return bool(_silent(steady.now()).exists())


def run(job: JobRun) -> dict[str, Any]:
    """The job: one sweep."""
    return {"passed": sweep(at=clock.now())}


def sweep(*, at: datetime) -> int:
    """Ask the next of the chain for every receipt that is silent; returns how many were passed on."""
    tick, passed = steady.now(), 0
    with transaction.atomic():
        silent: dict[Order, list[Receipt]] = defaultdict(list)
        for receipt in _silent(tick).select_related("order__unit", "unit").order_by("order", "unit__path")[:AT_ONCE]:
            silent[receipt.order].append(receipt)
        for order, receipts in silent.items():
            if order.ends_on < timezone.localdate(at):
                # Past its end nobody is pressed any more; the page asks to prolong or end it.
                Receipt.objects.filter(pk__in=[r.pk for r in receipts]).update(silent_from=None)
                continue
            passed += _pass_on(order, receipts, tick, at)
    return passed


def leave(people: Collection[UUID], *, at: datetime) -> int:
    """People who are asked and can answer no more are not waited for: the next of each chain is asked now."""
    mine = Receipt.objects.filter(person__in=people, state__in=(State.SENT, State.SEEN), questioned=False, order__state=Order.State.ACTIVE)
    mine.exclude(silent_from=None).update(silent_from=steady.now())
    return sweep(at=at)


def _pass_on(order: Order, receipts: list[Receipt], tick: int, at: datetime) -> int:
    found = chains(order.unit.path)
    moved = [receipt for receipt in receipts if _next(order, receipt, found, tick)]
    if not moved:
        return 0
    ReceiptEvent.objects.bulk_create(
        (ReceiptEvent(receipt=r, at=at, kind=Kind.NOBODY if r.stuck else Kind.PASSED, by=SYSTEM.name, person_id=None if r.stuck else r.person_id) for r in moved),
        batch_size=500,
    )  # fmt: skip
    put_letters(order, [r for r in moved if not r.stuck], actor=SYSTEM, at=at, key="pass")
    for receipt in moved:
        # Those below do not wait for a cell that does not answer.
        if receipt.stuck or receipt.office == Receipt.Office.ABOVE:
            release(order, receipt.unit.path, actor=SYSTEM, at=at)
    stuck = sum(receipt.stuck for receipt in moved)
    data = {"order": str(order.pk), "title": order.title, "passed": len(moved) - stuck, "stuck": stuck}
    tell(order, SYSTEM, at, "order.passed", data)
    return len(moved)


def _next(order: Order, receipt: Receipt, found: Chains, tick: int) -> bool:
    """Move one receipt on, if it still is as it was read. Whoever is asked now is told as if for the first time."""
    before = receipt.silent_from
    candidate = order_rules.next_asked(found.of(receipt.unit.path), receipt.asked)
    receipt.state = State.SENT
    if candidate is None:
        receipt.stuck, receipt.silent_from = True, None
    else:
        receipt.person_id, receipt.office = candidate.person_id, candidate.office
        receipt.asked = [*receipt.asked, str(candidate.person_id)]
        receipt.silent_from = tick + order.silence_minutes * 60
    still = Receipt.objects.filter(pk=receipt.pk, silent_from=before, state__in=(State.SENT, State.SEEN), questioned=False)
    names = ("state", "stuck", "person_id", "office", "asked", "silent_from")
    return bool(still.update(**{name: getattr(receipt, name) for name in names}))

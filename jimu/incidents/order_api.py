"""The JSON API of orders."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.incidents import order_actions, order_answers, order_queries
from jimu.incidents.models import Order
from jimu.incidents.order_chains import unready
from jimu.incidents.order_rules import Count

router = Router()


class OrderIn(Schema):
    """An order to give. Without a legal basis, an end and a deadline it is refused."""

    unit_id: UUID
    title: str
    text: str
    kinds: list[str]
    deadline: datetime | None = None
    legal_basis: str = ""
    ends_on: date | None = None
    incident_id: UUID | None = None
    silence_minutes: int | None = None
    by_level: bool = False
    staffing: bool = False
    wanted: int | None = None
    drill: bool = False


class OrderOut(Schema):
    """One order."""

    id: UUID
    unit_id: UUID
    incident_id: UUID | None
    title: str
    text: str
    kinds: list[str]
    by_level: bool
    staffing: bool
    deadline: datetime
    legal_basis: str
    ends_on: date
    silence_minutes: int
    drill: bool
    state: str
    issued_at: datetime
    issued_by: str


class ReceiptOut(Schema):
    """One cell's receipt. A person is named by id."""

    id: UUID
    unit_id: UUID
    person_id: UUID | None
    office: str
    state: str
    questioned: bool
    stuck: bool
    here: int | None
    wanted: int | None


class Receipts(Schema):
    """Some receipts."""

    receipts: list[UUID]


class Report(Schema):
    """People who stand ready, of people asked for."""

    here: int
    wanted: int | None = None


class Text(Schema):
    """Some words."""

    text: str


class Reason(Schema):
    """Why."""

    reason: str


def _count(count: Count) -> dict[str, int]:
    return {
        "cells": count.all, "acknowledged": count.acknowledged, "questioned": count.questioned, "passed": count.passed,
        "stuck": count.stuck, "here": count.here, "wanted": count.wanted,
    }  # fmt: skip


@router.get("", response=list[OrderOut])
def list_orders(request: HttpRequest) -> Any:
    """Orders that concern the caller's part, those under way first."""
    return list(order_queries.orders_for(asker(request, "orders.view"))[:200])


@router.post("", response={201: OrderOut})
def issue(request: HttpRequest, body: OrderIn) -> Any:
    """Give an order."""
    return Status(201, order_actions.issue(actor=asker(request, "orders.issue"), at=clock.now(), **body.dict()))


@router.get("/unready")
def not_reachable(request: HttpRequest) -> list[dict[str, Any]]:
    """Cells that an order would not reach, with the reason."""
    rows = unready(asker(request, "orders.view"))
    return [{"unit_id": row.unit.pk, "unit": row.unit.name, "kind": row.unit.kind, "reason": row.reason, "sentence": row.sentence} for row in rows]


@router.get("/{uuid:order_id}", response=OrderOut)
def order(request: HttpRequest, order_id: UUID) -> Any:
    """One order."""
    return order_queries.order_for(asker(request, "orders.view"), "orders.view", order_id)


@router.get("/{uuid:order_id}/counts")
def counts(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """k of n, for the whole and for each level, in the caller's part."""
    actor = asker(request, "orders.view")
    found = order_queries.tree(actor, order_queries.order_for(actor, "orders.view", order_id))
    return {"whole": _count(found.whole), "levels": {kind: _count(count) for kind, count in found.levels.items()}}


@router.get("/{uuid:order_id}/units/{uuid:unit_id}/receipts", response=list[ReceiptOut])
def receipts(request: HttpRequest, order_id: UUID, unit_id: UUID) -> Any:
    """The receipts at and below one unit."""
    actor = asker(request, "orders.view")
    found: Order = order_queries.order_for(actor, "orders.view", order_id)
    return order_queries.receipts_in(actor, found, unit_id)[1]


@router.post("/acknowledge")
def acknowledge(request: HttpRequest, body: Receipts) -> dict[str, int]:
    """Acknowledge; repeating is harmless."""
    actor = asker(request, "orders.view")
    return {"fresh": order_answers.acknowledge(actor=actor, at=clock.now(), receipt_ids=body.receipts)}


@router.post("/receipts/{uuid:receipt_id}/report", response=ReceiptOut)
def report(request: HttpRequest, receipt_id: UUID, body: Report) -> Any:
    """k of n stand ready."""
    actor = asker(request, "orders.view")
    return order_answers.report(actor=actor, at=clock.now(), receipt_id=receipt_id, here=body.here, wanted=body.wanted)


@router.post("/receipts/{uuid:receipt_id}/question", response={201: dict[str, UUID]})
def question(request: HttpRequest, receipt_id: UUID, body: Text) -> Any:
    """Ask the issuer."""
    asked = order_answers.ask_back(actor=asker(request, "orders.view"), at=clock.now(), receipt_id=receipt_id, text=body.text)
    return Status(201, {"id": asked.pk})


@router.post("/questions/{uuid:question_id}/answer")
def answer(request: HttpRequest, question_id: UUID, body: Text) -> dict[str, str]:
    """Answer a question for everybody below."""
    found = order_answers.answer(actor=asker(request, "orders.issue"), at=clock.now(), question_id=question_id, text=body.text)
    return {"answer": found.answer}


@router.post("/{uuid:order_id}/stand-down", response=OrderOut)
def stand_down(request: HttpRequest, order_id: UUID, body: Reason) -> Any:
    """End an order."""
    return order_actions.stand_down(actor=asker(request, "orders.issue"), at=clock.now(), order_id=order_id, reason=body.reason)

"""The JSON API of handovers; that of seats, attendance, hours and rest stands in `seat_api`."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.relay import handover_actions as actions
from jimu.relay import handover_queries as queries
from jimu.relay import seat_api
from jimu.relay.shapes import AcceptIn, AnswerIn, HandoverOut, ItemIn, LineOut, Opening, SheetOut

router = Router()
router.add_router("", seat_api.router)
OWN = "relay.own"


@router.get("/handovers", response=list[HandoverOut])
def list_handovers(request: HttpRequest) -> Any:
    """The handovers that count now and that concern the caller, late ones first."""
    return queries.handovers_for(asker(request, OWN), clock.now())


@router.post("/handovers", response={201: HandoverOut})
def open_handover(request: HttpRequest, body: Opening) -> Any:
    """Open a handover; opening the same again gives the same."""
    return Status(201, actions.open_handover(actor=asker(request, OWN), at=clock.now(), **body.dict()))


@router.get("/handovers/{uuid:handover_id}", response=SheetOut)
def show(request: HttpRequest, handover_id: UUID) -> Any:
    """One handover with its items."""
    return _sheet(queries.sheet(asker(request, OWN), handover_id, clock.now()))


@router.post("/handovers/{uuid:handover_id}/items", response={201: dict[str, Any]})
def add_item(request: HttpRequest, handover_id: UUID, body: ItemIn) -> Any:
    """Write one more thing down."""
    made = actions.add_item(actor=asker(request, OWN), at=clock.now(), handover_id=handover_id, **body.dict())
    return Status(201, {"item_id": made.pk})


@router.post("/handovers/{uuid:handover_id}/hand", response=HandoverOut)
def hand(request: HttpRequest, handover_id: UUID) -> Any:
    """Hand over."""
    return actions.hand_over(actor=asker(request, OWN), at=clock.now(), handover_id=handover_id)


@router.post("/handovers/{uuid:handover_id}/accept", response=HandoverOut)
def accept(request: HttpRequest, handover_id: UUID, body: AcceptIn) -> Any:
    """Take the duty over."""
    return actions.accept(actor=asker(request, OWN), at=clock.now(), handover_id=handover_id, stays=body.stays)


@router.post("/items/{uuid:item_id}/answer")
def answer(request: HttpRequest, item_id: UUID, body: AnswerIn) -> dict[str, Any]:
    """Accept, dispute or finish one item."""
    made = actions.answer(actor=asker(request, OWN), at=clock.now(), item_id=item_id, **body.dict())
    return {"item_id": made.item_id, "verdict": made.verdict}


@router.post("/items/{uuid:item_id}/reveal", response=LineOut)
def reveal(request: HttpRequest, item_id: UUID) -> Any:
    """One household's note in plain text; the journal keeps that it was read."""
    line = actions.reveal(actor=asker(request, OWN), at=clock.now(), item_id=item_id)
    return _line(line, line.item.text)


def _sheet(sheet: queries.Sheet) -> dict[str, Any]:
    lines = [_line(line, None if line.item.private else line.item.text) for line in sheet.lines]
    return {"handover": sheet.handover, "items": lines, "late": sheet.late}


def _line(line: queries.Line, text: str | None) -> dict[str, Any]:
    item = line.item
    return {
        "id": item.pk, "kind": item.kind, "text": text, "amount": item.amount, "verdict": line.verdict,
        "sentence": line.sentence, "by": line.by,
    }  # fmt: skip

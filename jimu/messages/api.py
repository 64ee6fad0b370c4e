"""The JSON API of messages."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from jimu.core import clock
from jimu.core.json_api import Numbered, asker
from jimu.messages import actions, queries

router = Router()


class MessageOut(Schema):
    """One message. A person is named by id: who may see names asks for them."""

    id: UUID
    person_id: UUID | None
    unit_id: UUID
    subject: str
    urgency: str
    text: str
    state: str
    attempts: int
    error: str
    created_at: datetime
    settled_at: datetime | None


class Chosen(Schema):
    """Some messages."""

    messages: list[UUID]


class Count(Schema):
    """How many."""

    count: int


@router.get("", response=list[MessageOut])
@paginate(Numbered)
def list_messages(
    request: HttpRequest,
    state: Literal["queued", "sending", "sent", "failed", "dead", "by_hand", "told", "withdrawn"] | None = None,
    subject: str = "",
) -> Any:
    """Messages about the caller's part, newest first."""
    return queries.messages_for(asker(request, "messages.view"), state=state or "", subject=subject)


@router.get("/counts")
def counts(request: HttpRequest, subject: str = "") -> dict[str, int]:
    """How many are in each state."""
    return queries.counts_for(asker(request, "messages.view"), subject=subject)


@router.post("/told", response=Count)
def told(request: HttpRequest, body: Chosen) -> Any:
    """These people were told by hand."""
    return {"count": actions.mark_told(actor=asker(request, "messages.tell"), at=clock.now(), message_ids=body.messages)}


@router.post("/again", response=Count)
def again(request: HttpRequest, body: Chosen) -> Any:
    """Send dead messages once more."""
    return {"count": actions.send_again(actor=asker(request, "messages.tell"), at=clock.now(), message_ids=body.messages)}

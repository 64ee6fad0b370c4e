"""The JSON API of patrol and gates."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from jimu.core import clock, downloads
from jimu.core.ids import new_id
from jimu.core.json_api import asker, listed
from jimu.core.paging import paged
from jimu.field.patrol import actions, keeping, queries, report_file, seeing
from jimu.field.patrol.models import Pass, Seen
from jimu.grid.queries import unit_for

router = Router()


class PassIn(Schema):
    """Leave to go through."""

    unit_id: UUID
    purpose: Literal["medical", "supplies", "work", "vehicle", "care", "other"]
    starts_at: datetime
    ends_at: datetime
    once: bool = False
    holder: str = Field("", max_length=60)


class RevokeIn(Schema):
    """Why."""

    reason: str = Field(max_length=200)


class CrossIn(Schema):
    """Somebody at a gate; the same `id` twice is one."""

    id: UUID | None = None
    way: Literal["in", "out"]
    what: Literal["pass", "visitor", "vehicle", "medical"] = "pass"
    result: Literal["through", "turned"] = "through"
    number: str = Field("", max_length=40)
    who: str = Field("", max_length=60)
    note: str = Field("", max_length=300)


class SeenIn(Schema):
    """What was seen at a gate or at a place; the same `id` twice is one. With a `room` it becomes a need."""

    id: UUID | None = None
    unit_id: UUID | None = None
    gate_id: UUID | None = None
    kind: Literal["hazard", "unwell", "quarrel", "gathering", "damage", "other"]
    danger: bool = False
    room: str = Field("", max_length=30)
    text: str = Field(max_length=seeing.LONGEST)


class HowIn(Schema):
    """How it was settled."""

    how: str = Field(max_length=seeing.LONGEST_HOW)


class RoomIn(Schema):
    """At whose door, if one knows."""

    room: str = Field("", max_length=30)


@router.get("/day.xlsx")
def day_xlsx(request: HttpRequest, day: date | None = None, unit_id: UUID | None = None) -> HttpResponse:
    """A day at the gates as a table; names are not in it."""
    actor, at = asker(request, queries.VIEW), clock.now()
    unit = unit_for(actor, unit_id) if unit_id else None
    return downloads.report(report_file.workbook(actor, unit, day or clock.today(), at), "gates", at)


@router.get("/passes")
def passes(request: HttpRequest, running: bool = True, page: int = 1) -> dict[str, Any]:
    """Passes of the caller's part. Whose they are is not told."""
    actor = asker(request, queries.VIEW)
    shown = paged(queries.passes_for(actor, running_at=clock.now() if running else None), number=page)
    return listed(shown, [_pass(one) for one in shown.rows])


@router.post("/passes", response={201: dict[str, Any]})
def issue(request: HttpRequest, body: PassIn) -> Any:
    """Issue one."""
    values = body.dict()
    return Status(201, _pass(actions.issue(actor=asker(request, queries.MANAGE), at=clock.now(), unit_id=values.pop("unit_id"), leave=actions.Leave(**values))))


@router.post("/passes/{uuid:pass_id}/revoke")
def revoke(request: HttpRequest, pass_id: UUID, body: RevokeIn) -> dict[str, Any]:
    """Take one back."""
    return _pass(actions.revoke(actor=asker(request, queries.MANAGE), at=clock.now(), pass_id=pass_id, reason=body.reason))


@router.get("/gates/{uuid:gate_id}/check")
def check(request: HttpRequest, gate_id: UUID, number: str, way: Literal["in", "out"] = "out") -> dict[str, Any]:
    """Whether a number is let through a gate now; `why` says why not, `besides` what is amiss with one that holds all the same."""
    gate = queries.gate_for(asker(request, queries.WATCH), gate_id)
    found = queries.check(gate, number[:40], clock.now(), way)
    return {"holds": not found.why, "why": found.why, "besides": found.besides}


@router.post("/gates/{uuid:gate_id}/keepers/{act}")
def keep(request: HttpRequest, gate_id: UUID, act: Literal["keep", "leave"]) -> dict[str, Any]:
    """Take a gate over, or leave it; `keepers` says who keeps it now."""
    actor = asker(request, queries.WATCH)
    (keeping.keep if act == "keep" else keeping.leave)(actor=actor, at=clock.now(), gate_id=gate_id)
    return {"keepers": [{"by": one.by, "since": one.since} for one in queries.gate_for(actor, gate_id).keepings.filter(until=None)]}


@router.post("/gates/{uuid:gate_id}/crossings", response={201: dict[str, Any]})
def cross(request: HttpRequest, gate_id: UUID, body: CrossIn) -> Any:
    """Write down who went through, or was turned back."""
    values = body.dict()
    told = actions.Told(values.pop("id") or new_id(), gate_id, at=clock.now(), **values)
    actions.cross(actor=asker(request, queries.WATCH), told=told)
    return Status(201, {"id": told.id})


@router.get("/seen")
def seen(request: HttpRequest, settled: bool = False, page: int = 1) -> dict[str, Any]:
    """What was seen in the caller's part, the most pressing first."""
    shown = paged(queries.seen_for(asker(request, queries.WATCH), settled=settled), number=page)
    return listed(shown, [_seen(one) for one in shown.rows])


@router.post("/seen", response={201: dict[str, Any]})
def see(request: HttpRequest, body: SeenIn) -> Any:
    """Write it down."""
    values = body.dict()
    found = seeing.Found(values.pop("id") or new_id(), at=clock.now(), **values)
    return Status(201, _seen(seeing.see(actor=asker(request, queries.WATCH), found=found)))


@router.post("/seen/{uuid:seen_id}/take")
def take(request: HttpRequest, seen_id: UUID) -> dict[str, Any]:
    """See to it oneself."""
    return _seen(seeing.take(actor=asker(request, queries.MANAGE), at=clock.now(), seen_id=seen_id))


@router.post("/seen/{uuid:seen_id}/settle")
def settle(request: HttpRequest, seen_id: UUID, body: HowIn) -> dict[str, Any]:
    """It is settled."""
    return _seen(seeing.settle(actor=asker(request, queries.MANAGE), at=clock.now(), seen_id=seen_id, how=body.how))


@router.post("/seen/{uuid:seen_id}/need")
def pass_on(request: HttpRequest, seen_id: UUID, body: RoomIn) -> dict[str, Any]:
    """It goes on as a need; which one is in `need_id` when it is asked for again."""
    return _seen(seeing.pass_on(actor=asker(request, queries.MANAGE), at=clock.now(), seen_id=seen_id, room=body.room))


def _seen(one: Seen) -> dict[str, Any]:
    return {
        "id": one.pk, "unit_id": one.unit_id, "gate_id": one.gate_id, "point_id": one.point_id, "room": one.room, "kind": one.kind, "urgency": one.urgency, "text": one.text,
        "at": one.at, "by": one.by, "due_at": one.due_at, "state": one.state, "taken_at": one.taken_at, "taken_by": one.taken_by, "settled_at": one.settled_at,
        "settled_by": one.settled_by, "how": one.settled_how, "need_id": one.need_id, "need_number": one.need_number,
    }  # fmt: skip


def _pass(card: Pass) -> dict[str, Any]:
    return {
        "id": card.pk, "number": card.number, "unit_id": card.unit_id, "purpose": card.purpose, "starts_at": card.starts_at, "ends_at": card.ends_at,
        "once": card.once, "revoked_at": card.revoked_at,
    }  # fmt: skip

"""The JSON API of needs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from jimu.core import clock
from jimu.core.json_api import asker, listed
from jimu.core.paging import paged
from jimu.field.needs import acting, answering, own_list, proposing, queries, report_file, reporting
from jimu.field.needs.models import Need
from jimu.field.needs.moving import LONGEST_NOTE
from jimu.grid.queries import unit_for

router = Router()
Act = Literal["recall", "accept", "give_back", "note", "finish", "grant", "refuse", "confirm", "reopen", "withdraw", "appeal"]


class ReportIn(Schema):
    """What somebody said on the phone or at the door."""

    unit_id: UUID
    kind: str = Field(max_length=40)
    text: str = Field(max_length=reporting.LONGEST_TEXT)
    room: str = Field("", max_length=30)
    name: str = Field("", max_length=40)
    phone: str = Field("", max_length=30)
    way: Literal["phone", "door"] = "phone"


class GiveIn(Schema):
    """Whom it is given to: one of the two."""

    person_id: UUID | None = None
    team_id: UUID | None = None


class NoteIn(Schema):
    """Words that go with an act."""

    note: str = Field("", max_length=LONGEST_NOTE)


class MergeIn(Schema):
    """Which need goes on."""

    into_id: UUID


@router.get("")
def list_needs(request: HttpRequest, unit_id: UUID | None = None, kind: str = "", part: str = "running", page: int = 1) -> dict[str, Any]:
    """Needs of the caller's part, the most pressing first; restricted ones without class, room and words for who may not read them."""
    actor = asker(request, queries.VIEW)
    unit = unit_for(actor, unit_id) if unit_id else None
    shown = paged(queries.needs_for(actor, unit=unit, kind=kind, part=part), number=page)
    items = [_line(one) for one in queries.lines(actor, shown.rows, clock.now())]
    return listed(shown, items)


@router.post("", response={201: dict[str, Any]})
def report(request: HttpRequest, body: ReportIn) -> Any:
    """Write a need down."""
    actor = asker(request, queries.REPORT)
    return Status(201, _whole(reporting.report(actor=actor, at=clock.now(), given=reporting.Given(**body.dict()))))


@router.get("/mine")
def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """What was given to the caller or a team of theirs."""
    actor = asker(request, queries.OWN)
    return [_line(one) for one in queries.lines(actor, queries.mine(actor), clock.now())]


@router.get("/group")
def group(request: HttpRequest) -> list[dict[str, Any]]:
    """What the people of the teams that the caller leads have in hand."""
    actor = asker(request, queries.OWN)
    return [_line(one) for one in queries.lines(actor, queries.of_group(actor), clock.now())]


@router.get("/report.xlsx")
def report_xlsx(request: HttpRequest, unit_id: UUID | None = None) -> HttpResponse:
    """By class how many came in, wait, are late, are solved, as a table."""
    actor = asker(request, queries.VIEW)
    return report_file.answer(actor, unit_for(actor, unit_id) if unit_id else None, clock.now())


@router.get("/{uuid:need_id}")
def show(request: HttpRequest, need_id: UUID) -> dict[str, Any]:
    """One need with its story."""
    need = queries.need_for(asker(request, queries.OWN), need_id)
    story = [{"at": e.at, "kind": e.kind, "by": e.by, "role": e.role, "about": e.about, "note": e.note} for e in queries.story(need)]
    return {**_whole(need), "story": story}


@router.get("/{uuid:need_id}/proposals")
def proposals(request: HttpRequest, need_id: UUID) -> list[dict[str, Any]]:
    """Whom to give it to, best first, with reasons."""
    need = queries.need_for(asker(request, queries.DISPATCH), need_id, queries.DISPATCH)
    return [
        {"id": p.candidate.key, "team": p.candidate.team, "name": p.candidate.name, "load": p.candidate.load, "reasons": p.reasons}
        for p in proposing.proposals(need)
    ]  # fmt: skip


@router.post("/{uuid:need_id}/assign")
def assign(request: HttpRequest, need_id: UUID, body: GiveIn) -> dict[str, Any]:
    """Give it to a person or a team."""
    return _whole(acting.assign(actor=asker(request, queries.DISPATCH), at=clock.now(), need_id=need_id, **body.dict()))


@router.post("/{uuid:need_id}/merge")
def merge(request: HttpRequest, need_id: UUID, body: MergeIn) -> dict[str, Any]:
    """Hold it for the same as another; answers with that one."""
    return _whole(acting.merge(actor=asker(request, queries.DISPATCH), at=clock.now(), need_id=need_id, into_id=body.into_id))


@router.post("/{uuid:need_id}/acts/{act}")
def do(request: HttpRequest, need_id: UUID, act: Act, body: NoteIn) -> dict[str, Any]:
    """Accept, finish, confirm and the like."""
    actor, at = asker(request, queries.OWN), clock.now()
    if act in answering.ACTS:
        return _whole(answering.by_account(actor=actor, at=at, need_id=need_id, act=act, note=body.note))
    return _whole(acting.act(actor=actor, at=at, need_id=need_id, name=act, note=body.note))


@router.post("/{uuid:need_id}/revoke-link", response={204: None})
def revoke_link(request: HttpRequest, need_id: UUID) -> Any:
    """Take back the household's link that this need stands behind; its receipts go on."""
    own_list.revoke(actor=asker(request, queries.DISPATCH), at=clock.now(), need_id=need_id)
    return Status(204, None)


def _line(one: queries.Line) -> dict[str, Any]:
    need = one.need
    told = {"kind": need.kind, "handler_id": need.handler_id, "team_id": need.team_id, "unit_id": need.unit_id} if one.open else {}
    return {
        "id": need.pk, "readable": one.open, "title": one.title, "place": one.place, "text": one.text, "state": need.state,
        "due_at": need.due_at, "minutes_left": one.minutes, **told,
    }  # fmt: skip


def _whole(need: Need) -> dict[str, Any]:
    moments: dict[str, datetime | None] = {"reported_at": need.reported_at, "due_at": need.due_at, "closed_at": need.closed_at}
    return {
        "id": need.pk, "receipt": need.receipt, "kind": need.kind, "unit_id": need.unit_id, "room": need.room, "text": need.text,
        "state": need.state, "decision": need.decision, "handler_id": need.handler_id, "team_id": need.team_id,
        "merged_into_id": need.merged_into_id, "restricted": need.restricted, **moments,
    }  # fmt: skip

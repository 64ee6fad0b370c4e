"""The JSON API of screening."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from jimu.core import clock
from jimu.core.errors import JimuError
from jimu.core.json_api import asker
from jimu.field.screening import (
    calling,
    queries,
    report_file,
    reporting,
    results,
    scanning,
    setting_up,
    untested,
)
from jimu.field.screening.calling import Missing
from jimu.field.screening.results import Given
from jimu.field.screening.scanning import Act
from jimu.grid.queries import unit_for

router = Router()
MOST = 500


class ScanIn(Schema):
    """A scan or a seal; `id` makes sending it twice harmless. `code` is a printed code, an ID number, or any other code."""

    id: UUID
    act: Literal["scan", "seal"] = "scan"
    tube: str = Field(min_length=1, max_length=scanning.LONGEST_TUBE)
    code: str = Field("", max_length=400)
    table: int = Field(1, ge=1, le=scanning.MOST_TABLE)
    said: int = Field(0, ge=0, le=20)
    sure: bool = False


class ScansIn(Schema):
    """Scans of one site, in their order."""

    scans: list[ScanIn] = Field(min_length=1, max_length=MOST)


class ResultIn(Schema):
    """A laboratory's word on one tube."""

    tube: str = Field(min_length=1, max_length=scanning.LONGEST_TUBE)
    result: Literal["negative", "positive", "inconclusive", "void"]


class ResultsIn(Schema):
    """A laboratory's list."""

    results: list[ResultIn] = Field(min_length=1, max_length=2000)


class QueueIn(Schema):
    """The line as it was counted."""

    waiting: int = Field(ge=0, le=calling.MOST_WAITING)
    tables: int = Field(ge=0, le=12)


class ReasonIn(Schema):
    """Why somebody is not tested."""

    id: UUID
    resident_id: UUID
    reason: Literal["home", "away", "elsewhere", "exempt", "moved", "refused", "other"]
    note: str = Field("", max_length=calling.LONGEST_NOTE)


@router.get("/rounds")
def list_rounds(request: HttpRequest) -> list[dict[str, Any]]:
    """Rounds that touch the caller's part, the newest first."""
    rounds = queries.rounds_for(asker(request, queries.WORK))
    return [{"id": r.pk, "title": r.title, "unit_id": r.unit_id, "state": r.state, "starts_at": r.starts_at, "pool_size": r.pool_size} for r in rounds]


@router.get("/rounds/{uuid:round_id}")
def show(request: HttpRequest, round_id: UUID) -> dict[str, Any]:
    """How far a round is on the caller's part; lines, waits and advice of its sites."""
    actor, at = asker(request, queries.WORK), clock.now()
    found = queries.round_for(actor, round_id, queries.WORK)
    _lines, total = untested.buildings_of(actor, found)
    sites = [
        {
            "id": s.site.pk, "name": s.site.name, "tables": s.tables, "waiting": s.waiting, "wait_minutes": s.wait, "per_hour": s.rate, "scanned": s.scanned,
            "advice": {
                "more_tables": s.advice.more, "of_its_own": s.advice.own, "samplers": s.advice.samplers, "scanners": s.advice.scanners, "wait_minutes": s.advice.after,
                "else_pause_minutes": s.advice.pause, "else_line": s.advice.line,
            } if s.advice else None,
        }
        for s in queries.site_lines(found, at)
    ]  # fmt: skip
    turnout = {"expected": total.expected, "tested": total.tested, "left": total.left, "visits": total.visits, "percent": total.percent}
    return {"id": found.pk, "title": found.title, "state": found.state, "turnout": turnout, "sites": sites}


@router.get("/rounds/{uuid:round_id}/slots")
def slots(request: HttpRequest, round_id: UUID) -> list[dict[str, Any]]:
    """The plan in its order."""
    found = queries.round_for(asker(request, queries.WORK), round_id, queries.WORK)
    return [
        {
            "id": s.pk, "kind": s.kind, "site_id": s.site_id, "building_id": s.building_id, "entrance": s.entrance, "doors": s.span, "persons": s.persons,
            "starts_at": s.starts_at, "state": s.state, "called_at": s.called_at,
        }
        for s in queries.slots_of(found)
    ]  # fmt: skip


@router.post("/slots/{uuid:slot_id}/call")
def call(request: HttpRequest, slot_id: UUID, done: bool = False) -> dict[str, Any]:
    """Call a slot, or note that it is through."""
    slot = calling.call(actor=asker(request, queries.WORK), at=clock.now(), slot_id=slot_id, done=done)
    return {"id": slot.pk, "state": slot.state}


@router.post("/rounds/{uuid:round_id}/sites/{uuid:site_id}/scans")
def scan(request: HttpRequest, round_id: UUID, site_id: UUID, body: ScansIn) -> list[dict[str, Any]]:
    """Scans and seals, each answered in order: done, or refused with its code and sentence."""
    actor, at = asker(request, queries.WORK), clock.now()
    acts = [Act(one.id, round_id, site_id, one.tube, at, at, one.act, one.code, None, one.table, one.said, sure=one.sure) for one in body.scans]
    return [_told(one.id, answer) for one, answer in zip(body.scans, scanning.take_all(acts=[(actor, act) for act in acts]), strict=True)]


def _told(key: UUID, answer: scanning.Told | JimuError) -> dict[str, Any]:
    if isinstance(answer, JimuError):
        return {"id": key, "outcome": "refused", "code": answer.code, "message": str(answer)}
    return {"id": key, "outcome": "already_done" if answer.again else "done", "tube": answer.tube, "taken": answer.taken, "doubt": answer.doubt, "other_tube": answer.other_tube}


@router.post("/rounds/{uuid:round_id}/sites/{uuid:site_id}/queue", response={204: None})
def queue(request: HttpRequest, round_id: UUID, site_id: UUID, body: QueueIn) -> Any:
    """The line was counted."""
    calling.count_queue(actor=asker(request, queries.WORK), at=clock.now(), round_id=round_id, site_id=site_id, **body.dict())
    return Status(204, None)


@router.post("/rounds/{uuid:round_id}/reasons", response={204: None})
def reason(request: HttpRequest, round_id: UUID, body: ReasonIn) -> Any:
    """Why somebody is not tested."""
    told = Missing(body.id, round_id, body.resident_id, body.reason, clock.now(), body.note)
    calling.excuse(actor=asker(request, queries.WORK), told=told)
    return Status(204, None)


@router.get("/rounds/{uuid:round_id}/left")
def left(request: HttpRequest, round_id: UUID, building_id: UUID) -> list[dict[str, Any]]:
    """Who is not tested in one building of the caller's part; names masked."""
    actor = asker(request, queries.VIEW)
    found, building = queries.round_for(actor, round_id, queries.VIEW), unit_for(actor, building_id, queries.VIEW)
    return [
        {"resident_id": p.resident.pk, "room": p.resident.room.number, "name": p.resident.masked_name, "visit": p.visit, "reason": p.reason}
        for p in untested.left_in(found, [building.path])
    ]  # fmt: skip


@router.post("/rounds/{uuid:round_id}/results")
def record(request: HttpRequest, round_id: UUID, body: ResultsIn) -> dict[str, Any]:
    """A laboratory's list; lines that were not taken come back with the reason."""
    given = [Given(one.tube, one.result, number) for number, one in enumerate(body.results, 1)]
    outcome = results.record(actor=asker(request, queries.RESULTS), at=clock.now(), round_id=round_id, given=given, source="api")
    refused = [{"row": row, "tube": code, "message": why} for row, code, why in outcome.refused]
    return {"written": outcome.written, "same": outcome.same, "positive": outcome.positive, "refused": refused}


@router.post("/rounds/{uuid:round_id}/close")
def close(request: HttpRequest, round_id: UUID) -> dict[str, Any]:
    """End a round."""
    found = setting_up.close(actor=asker(request, queries.PLAN), at=clock.now(), round_id=round_id)
    return {"id": found.pk, "state": found.state, "closed_at": found.closed_at}


@router.get("/rounds/{uuid:round_id}/report")
def report(request: HttpRequest, round_id: UUID) -> dict[str, Any]:
    """What a round came to."""
    actor = asker(request, queries.VIEW)
    told = reporting.report_of(actor, queries.round_for(actor, round_id, queries.VIEW), clock.now())
    tubes = {"used": told.tubes.count, "sealed": told.tubes.sealed, "received": told.tubes.received, "late": told.tubes.late, "pending": told.tubes.pending}
    return {
        "expected": told.turnout.expected, "tested": told.turnout.tested, "excused": told.turnout.excused, "left": told.turnout.left, "tubes": tubes,
        "scans": told.scans, "unknown": told.strangers, "first_at": told.first_at, "last_at": told.last_at, "per_hour": told.per_hour,
    }  # fmt: skip


@router.get("/rounds/{uuid:round_id}/report.xlsx")
def report_xlsx(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The same by building and block, with those who were not sampled by reason, as a table."""
    actor = asker(request, queries.VIEW)
    return report_file.answer(actor, queries.round_for(actor, round_id, queries.VIEW), clock.now())

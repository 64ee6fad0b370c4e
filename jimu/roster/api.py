"""The JSON API of rosters."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Status
from ninja.pagination import paginate

from jimu.core import clock, jobs
from jimu.core.json_api import Numbered, asker
from jimu.roster import (
    actions,
    explain,
    file_queries,
    mend_actions,
    mending,
    queries,
    request_actions,
    request_queries,
    sheets,
    solving,
    standby,
)
from jimu.roster.hand_actions import Edit
from jimu.roster.models import Roster
from jimu.roster.shapes import (
    Asking,
    Draft,
    Mending,
    Moving,
    OpenOut,
    Pinning,
    Placing,
    RosterOut,
    Seen,
    ShiftDetail,
    ShiftOut,
    Solve,
    Spare,
    Swapping,
)

router = Router()


@router.get("", response=list[RosterOut])
@paginate(Numbered)
def list_rosters(request: HttpRequest, incident_id: UUID | None = None) -> Any:
    """Rosters that concern the caller's part of the grid, newest first."""
    return queries.rosters_for(asker(request, "roster.view"), incident_id)


@router.post("", response={201: RosterOut})
def draft(request: HttpRequest, body: Draft) -> Any:
    """Lay out a draft."""
    return Status(201, actions.draft_roster(actor=asker(request, "roster.solve"), at=clock.now(), **body.dict()))


@router.get("/{uuid:roster_id}", response=RosterOut)
def show(request: HttpRequest, roster_id: UUID) -> Any:
    """One roster."""
    return queries.roster_for(asker(request, "roster.view"), roster_id)


@router.get("/{uuid:roster_id}/places")
def places(request: HttpRequest, roster_id: UUID) -> list[dict[str, Any]]:
    """Seats needed, filled and asked for, by neighborhood of the caller's part."""
    actor = asker(request, "roster.view")
    found = queries.places(actor, queries.roster_for(actor, roster_id))
    return [
        {"unit_id": p.unit_id, "name": p.name, "needed": p.seats.needed, "filled": p.seats.filled, "requested": p.seats.requested}
        for p in found
    ]  # fmt: skip


@router.get("/{uuid:roster_id}/shifts", response=list[ShiftOut])
def shifts(request: HttpRequest, roster_id: UUID, unit_id: UUID, day: date | None = None) -> Any:
    """The shifts of one neighborhood."""
    actor = asker(request, "roster.view")
    return queries.shifts_of(actor, queries.roster_for(actor, roster_id), unit_id, day)


@router.post("/{uuid:roster_id}/solve", response={202: dict[str, Any]})
def solve(request: HttpRequest, roster_id: UUID, body: Solve) -> Any:
    """Queue a solve of a draft; `GET …/status` tells how far it is."""
    actor = asker(request, "roster.solve")
    roster = queries.roster_for(actor, roster_id, "roster.solve")
    job = solving.enqueue_solve(actor=actor, at=clock.now(), roster=roster, seconds=body.seconds, seed=body.seed)
    return Status(202, {"job_id": job.pk})


@router.get("/{uuid:roster_id}/status")
def status(request: HttpRequest, roster_id: UUID) -> dict[str, Any]:
    """How far the last solve is: its state, share done, a sentence, and why it failed if it did."""
    roster = queries.roster_for(asker(request, "roster.view"), roster_id)
    job = solving.last_job(roster)
    found = {"state": "none", "progress": 0.0, "note": "", "error": ""}
    if job is not None:
        found = {"state": job.state, "progress": job.progress, "note": job.note, "error": job.error}
    return {**found, "version": roster.version, "said": solving.outcome_sentences(roster)}


@router.post("/{uuid:roster_id}/stop", response={202: dict[str, Any]})
def stop(request: HttpRequest, roster_id: UUID) -> Any:
    """End a solve with the best that it has."""
    roster = queries.roster_for(asker(request, "roster.solve"), roster_id, "roster.solve")
    job = solving.open_job(roster)
    if job is not None:
        jobs.cancel(job_id=job.pk)
    return Status(202, {"stopping": job is not None})


@router.post("/{uuid:roster_id}/publish", response=RosterOut)
def publish(request: HttpRequest, roster_id: UUID, body: Seen) -> Any:
    """Publish a draft as the caller saw it."""
    return actions.publish(
        actor=asker(request, "roster.publish"), at=clock.now(), roster_id=roster_id,
        expected_version=body.version, replaces=body.replaces,
    )  # fmt: skip


@router.api_operation(["DELETE"], "/{uuid:roster_id}", response={204: None})
def discard(request: HttpRequest, roster_id: UUID, version: int) -> Any:
    """Throw a draft away."""
    actions.discard(
        actor=asker(request, "roster.solve"), at=clock.now(), roster_id=roster_id, expected_version=version
    )
    return Status(204, None)


@router.get("/{uuid:roster_id}/open", response=list[OpenOut])
@paginate(Numbered)
def open_seats(request: HttpRequest, roster_id: UUID, unit_id: UUID | None = None) -> Any:
    """Shifts with open seats, the gravest and soonest first, with the reasons."""
    actor = asker(request, "roster.view")
    return queries.open_shifts(actor, queries.roster_for(actor, roster_id), unit_id)


@router.get("/shifts/{uuid:shift_id}", response=ShiftDetail)
def shift(request: HttpRequest, shift_id: UUID) -> Any:
    """Who is on one shift, what is open and why."""
    return queries.shift_for(asker(request, "roster.view"), shift_id)


@router.get("/shifts/{uuid:shift_id}/candidates")
def candidates(request: HttpRequest, shift_id: UUID, limit: Annotated[int, Field(ge=1, le=50)] = 8) -> list[dict[str, Any]]:
    """Whom to ask for a seat, best first, with reasons."""
    found = queries.shift_for(asker(request, "roster.edit"), shift_id, "roster.edit")
    ranked = explain.candidates(found, at=clock.now(), limit=limit)
    return [{"person_id": f.person_id, "name": f.name, "kind": f.kind, "reasons": f.reasons} for f in ranked.fits]


@router.post("/shifts/{uuid:shift_id}/assign", response={201: dict[str, Any]})
def assign(request: HttpRequest, shift_id: UUID, body: Placing) -> Any:
    """Put somebody on a free seat."""
    actor = asker(request, "roster.edit")
    found = queries.shift_for(actor, shift_id, "roster.edit")
    edit = actions.assign(
        actor=actor, at=clock.now(), roster_id=found.roster_id, shift_id=shift_id, person_id=body.person_id,
        override_reason=body.reason, stands_by=body.standby,
    )  # fmt: skip
    return Status(201, _edited(edit))


@router.post("/shifts/{uuid:shift_id}/spare")
def spare(request: HttpRequest, shift_id: UUID, body: Spare) -> dict[str, Any]:
    """Ask for more or fewer people to stand by at a shift."""
    actor = asker(request, "roster.edit")
    found = queries.shift_for(actor, shift_id, "roster.edit")
    return {"spare": standby.set_spare(actor=actor, at=clock.now(), shift=found, spare=body.spare).spare}


@router.post("/seats/{uuid:seat_id}/move")
def move(request: HttpRequest, seat_id: UUID, body: Moving) -> dict[str, Any]:
    """Move somebody to a free seat of another shift."""
    actor = asker(request, "roster.edit")
    seat = queries.seat_for(actor, seat_id, "roster.edit")
    return _edited(
        actions.move(
            actor=actor, at=clock.now(), roster_id=seat.shift.roster_id, assignment_id=seat_id,
            to_shift_id=body.to_shift_id, override_reason=body.reason,
        )
    )  # fmt: skip


@router.post("/seats/{uuid:seat_id}/swap")
def swap(request: HttpRequest, seat_id: UUID, body: Swapping) -> dict[str, Any]:
    """Let two people change places."""
    actor = asker(request, "roster.edit")
    seat = queries.seat_for(actor, seat_id, "roster.edit")
    return _edited(
        actions.swap(
            actor=actor, at=clock.now(), roster_id=seat.shift.roster_id, assignment_id=seat_id,
            with_assignment_id=body.with_seat_id, override_reason=body.reason,
        )
    )  # fmt: skip


@router.post("/seats/{uuid:seat_id}/pin")
def pin(request: HttpRequest, seat_id: UUID, body: Pinning) -> dict[str, Any]:
    """Hold somebody on their seat, or let go."""
    actor = asker(request, "roster.edit")
    seat = queries.seat_for(actor, seat_id, "roster.edit")
    return _edited(
        actions.pin(
            actor=actor, at=clock.now(), roster_id=seat.shift.roster_id, assignment_id=seat_id, pinned=body.pinned
        )
    )


@router.api_operation(["DELETE"], "/seats/{uuid:seat_id}")
def release(request: HttpRequest, seat_id: UUID) -> dict[str, Any]:
    """Take somebody off a seat."""
    actor = asker(request, "roster.edit")
    seat = queries.seat_for(actor, seat_id, "roster.edit")
    return _edited(
        actions.unassign(actor=actor, at=clock.now(), roster_id=seat.shift.roster_id, assignment_id=seat_id)
    )


@router.get("/{uuid:roster_id}/mending")
def look_at_mending(request: HttpRequest, roster_id: UUID) -> dict[str, Any]:
    """How open seats of the caller's part would be filled with the least change; `token` is good for ten minutes."""
    actor = asker(request, "roster.edit")
    proposal = mending.propose(actor, queries.roster_for(actor, roster_id, "roster.edit"), clock.now())
    steps = [
        {"person_id": step.person_id, "name": step.name, "left": _places(step.left), "taken": _places(step.taken)} for step in proposal.steps
    ]
    return {"open_before": proposal.before, "open_after": proposal.after, "steps": steps, "token": mend_actions.token_of(proposal)}


def _places(places: Sequence[mending.Place]) -> list[dict[str, Any]]:
    return [{"shift_id": place.shift.pk, "standby": place.standby} for place in places]


@router.post("/{uuid:roster_id}/mending", response={201: dict[str, Any]})
def mend(request: HttpRequest, roster_id: UUID, body: Mending) -> Any:
    """Do what was looked at, in one step that `undo` takes back."""
    edit = actions.mend(actor=asker(request, "roster.edit"), at=clock.now(), roster_id=roster_id, token=body.token)
    return Status(201, _edited(edit))


@router.post("/{uuid:roster_id}/undo/{uuid:entry_id}")
def undo(request: HttpRequest, roster_id: UUID, entry_id: UUID) -> dict[str, Any]:
    """Take back one edit by hand of the caller."""
    return _edited(
        actions.undo(
            actor=asker(request, "roster.edit"), at=clock.now(), roster_id=roster_id, entry_id=entry_id
        )
    )


def _edited(edit: Edit) -> dict[str, Any]:
    seat = edit.assignment
    return {"version": edit.version, "entry_id": edit.entry.pk, "seat_id": seat.pk if seat else None}


@router.get("/{uuid:roster_id}/requests")
def requests(request: HttpRequest, roster_id: UUID) -> list[dict[str, Any]]:
    """What is asked of other commands, and how far it is."""
    actor = asker(request, "roster.view")
    found = request_queries.requests_of(actor, queries.roster_for(actor, roster_id))
    return [
        {"post_id": a.post.pk, "unit_id": a.post.unit_id, "post": a.post.title, "needed": a.post.needed, "days": a.days,
         "state": a.state, "promised": a.promised}
        for a in found
    ]  # fmt: skip


@router.post("/requests/{uuid:post_id}")
def note_request(request: HttpRequest, post_id: UUID, body: Asking) -> dict[str, Any]:
    """Write down how far the asking for a post is."""
    made = request_actions.note_request(
        actor=asker(request, "roster.edit"), at=clock.now(), post_id=post_id, **body.dict()
    )
    return {"post_id": post_id, "state": made.state, "promised": made.promised}


@router.get("/{uuid:roster_id}/export.csv")
def export(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """The taken seats of the caller's part as CSV (UTF-8, no byte order mark)."""
    actor = asker(request, "roster.export")
    roster: Roster = queries.roster_for(actor, roster_id, "roster.export")
    lines = file_queries.lines(actor, roster)
    actions.note_export(actor=actor, at=clock.now(), roster=roster, ending="csv")
    return HttpResponse("".join(sheets.csv_rows(lines, for_excel=False)), content_type="text/csv; charset=utf-8")

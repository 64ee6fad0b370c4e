"""The JSON API of teams."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.incidents.queries import incident_for
from jimu.teams import actions, forming, queries

router = Router()


class Where(Schema):
    """Some neighborhoods; all when none is named."""

    unit_ids: list[UUID] | None = None


class Claim(Schema):
    """Somebody for a seat."""

    person_id: UUID
    override_reason: str = ""


class FormedOut(Schema):
    """What forming did."""

    teams: int
    seated: int
    open: int
    required_open: int


def _seat(view: queries.SeatView) -> dict[str, Any]:
    sits = view.membership
    return {
        "id": view.seat.pk, "title": view.seat.title, "side": view.seat.side, "required": view.seat.required, "leads": view.seat.leads,
        "person_id": sits.person_id if sits else None, "name": sits.person.name if sits else None, "why": view.why, "open_because": view.open_words,
    }  # fmt: skip


@router.get("/incidents/{uuid:incident_id}")
def cells(request: HttpRequest, incident_id: UUID) -> list[dict[str, Any]]:
    """Neighborhoods of an incident on the caller's part, with sums over their teams."""
    actor = asker(request, "teams.view")
    incident = incident_for(actor, "incidents.view", incident_id)
    sums = ("teams", "seats", "filled", "missing", "confirmed")
    return [
        {"unit_id": cell.unit.pk, "name": cell.unit.name, **{name: getattr(cell, name) for name in sums}}
        for cell in queries.cells_with_teams(actor, incident)
    ]


@router.get("/incidents/{uuid:incident_id}/units/{uuid:unit_id}")
def teams(request: HttpRequest, incident_id: UUID, unit_id: UUID) -> list[dict[str, Any]]:
    """Teams of one neighborhood, with seats and who sits there."""
    actor = asker(request, "teams.view")
    incident, unit = incident_for(actor, "incidents.view", incident_id), queries.unit_for(actor, unit_id)
    return [
        {
            "id": view.team.pk, "title": view.team.title, "template": view.team.template, "unit_id": view.team.unit_id,
            "state": view.team.state, "filled": view.filled, "missing": view.missing, "seats": [_seat(seat) for seat in view.seats],
        }
        for view in queries.teams_of(actor, incident, under=unit.path)
    ]  # fmt: skip


@router.post("/incidents/{uuid:incident_id}/form", response=FormedOut)
def form(request: HttpRequest, incident_id: UUID, body: Where) -> Any:
    """Form teams here and now."""
    actor = asker(request, "teams.form")
    return forming.form_teams(actor=actor, at=clock.now(), incident_id=incident_id, unit_ids=body.unit_ids)


@router.post("/seats/{uuid:seat_id}/claim")
def claim(request: HttpRequest, seat_id: UUID, body: Claim) -> dict[str, Any]:
    """Put somebody on an empty seat."""
    actor = asker(request, "teams.form")
    membership = actions.claim(
        actor=actor, at=clock.now(), seat_id=seat_id, person_id=body.person_id, override_reason=body.override_reason
    )
    return {"membership_id": membership.pk, "override": membership.override}

"""The JSON API of incidents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from jimu.core import clock
from jimu.core.permissions import Actor
from jimu.incidents import actions, queries

router = Router()


class Activation(Schema):
    """What to activate where."""

    playbook: str
    level: str
    unit_id: UUID
    title: str = ""
    legal_basis: str = ""
    ends_on: date | None = None


class Reason(Schema):
    """Why."""

    reason: str


class IncidentOut(Schema):
    """One incident."""

    id: UUID
    playbook: str
    playbook_version: int
    level: str
    title: str
    legal_basis: str
    state: str
    starts_at: datetime
    ends_on: date
    stood_down_at: datetime | None


def _actor(request: HttpRequest, right: str) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(right)
    return actor


@router.get("", response=list[IncidentOut])
def list_incidents(request: HttpRequest) -> Any:
    """Incidents that concern the caller's part of the grid."""
    return list(queries.incidents_for(_actor(request, "incidents.view"))[:200])


@router.post("", response={201: IncidentOut})
def activate(request: HttpRequest, body: Activation) -> Any:
    """Activate a playbook."""
    given = body.dict()
    given["playbook_name"] = given.pop("playbook")
    return 201, actions.activate(actor=_actor(request, "incidents.activate"), at=clock.now(), **given)


@router.post("/preview")
def preview(request: HttpRequest, body: Activation) -> dict[str, Any]:
    """What an activation would create."""
    plan = actions.preview(
        actor=_actor(request, "incidents.activate"), at=clock.now(), playbook_name=body.playbook, level=body.level, unit_id=body.unit_id
    )
    units = [{"unit_id": u.unit.pk, "name": u.unit.name, "seats_per_day": u.seats_per_day, "lacking": u.lacking} for u in plan.units]
    return {"seats_per_day": plan.seats_per_day, "ends_on": plan.ends_on, "taken": [t.unit.name for t in plan.taken], "units": units}


@router.get("/{uuid:incident_id}", response=IncidentOut)
def incident(request: HttpRequest, incident_id: UUID) -> Any:
    """One incident."""
    return queries.incident_for(_actor(request, "incidents.view"), "incidents.view", incident_id)


@router.post("/{uuid:incident_id}/stand-down", response=IncidentOut)
def stand_down(request: HttpRequest, incident_id: UUID, body: Reason) -> Any:
    """End an incident."""
    return actions.stand_down(actor=_actor(request, "incidents.activate"), at=clock.now(), incident_id=incident_id, reason=body.reason)

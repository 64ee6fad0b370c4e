"""The JSON API of teams."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.grid.queries import unit_for
from jimu.incidents.queries import incident_for
from jimu.teams import actions, allotment_actions, allotment_queries, forming, queries
from jimu.teams.allotting import MOST, Weights
from jimu.teams.loan_api import router as loans
from jimu.teams.models import Allotment

router = Router()
router.add_router("", loans)


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
    incident, unit = incident_for(actor, "incidents.view", incident_id), unit_for(actor, unit_id, "teams.view")
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


class WeightsIn(Schema):
    """Sliders of an allotment, 0 to 100 each; what is not given keeps its default."""

    households: int = Field(Weights.households, ge=0, le=MOST)
    elders: int = Field(Weights.elders, ge=0, le=MOST)
    posts: int = Field(Weights.posts, ge=0, le=MOST)
    stay: int = Field(Weights.stay, ge=0, le=MOST)
    skills: int = Field(Weights.skills, ge=0, le=MOST)
    near: int = Field(Weights.near, ge=0, le=MOST)
    keep_hand: bool = True


class Seen(Schema):
    """The version of an allotment that was seen."""

    version: int


class Adjust(Seen):
    """Where one person goes, and why."""

    person_id: UUID
    unit_id: UUID
    reason: str


def _allotment(found: Allotment) -> dict[str, Any]:
    return {
        "id": found.pk, "state": found.state, "version": found.version, "weights": found.weights, "objective": found.objective,
        "objective_before": found.objective_before, "in_force_at": found.in_force_at, "in_force_by": found.in_force_by,
    }  # fmt: skip


def _share(share: allotment_queries.PlaceShare) -> dict[str, Any]:
    return {
        "unit_id": share.place.unit_id, "name": share.place.name, "work": share.work, "fair": share.fair, "before": share.before,
        "after": share.after, "missing": {skill.name: skill.missing for skill in share.skills if skill.missing},
        "people": [{"person_id": p.person_id, "name": p.name, "came_from": p.came_from, "by_hand": p.by_hand, "why": p.why} for p in share.arrivals],
    }  # fmt: skip


@router.get("/incidents/{uuid:incident_id}/allotment")
def allotment(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    """The proposal and the allotment in force, neighborhood by neighborhood, as far as the caller's part goes."""
    board = allotment_queries.board_for(asker(request, "teams.view"), incident_id, clock.today())
    drawn = {"proposal": board.proposal, "in_force": board.current}
    return {
        name: {**_allotment(picture.allotment), "moved": picture.moved, "units": [_share(share) for share in picture.shares]} if picture else None
        for name, picture in drawn.items()
    }


@router.post("/incidents/{uuid:incident_id}/allotment")
def propose_allotment(request: HttpRequest, incident_id: UUID, body: WeightsIn) -> dict[str, Any]:
    """Reckon an allotment and keep it as the proposal."""
    weights = Weights.of(body.dict(exclude={"keep_hand"}))
    return _allotment(
        allotment_actions.propose(
            actor=asker(request, "teams.allot"), at=clock.now(), incident_id=incident_id, weights=weights, keep_hand=body.keep_hand
        )
    )


@router.post("/allotments/{uuid:allotment_id}/in-force")
def put_allotment_in_force(request: HttpRequest, allotment_id: UUID, body: Seen) -> dict[str, Any]:
    """The proposal, as it was seen, holds from now on."""
    actor = asker(request, "teams.allot")
    return _allotment(allotment_actions.put_in_force(actor=actor, at=clock.now(), allotment_id=allotment_id, version=body.version))


@router.post("/allotments/{uuid:allotment_id}/adjust")
def adjust_allotment(request: HttpRequest, allotment_id: UUID, body: Adjust) -> dict[str, Any]:
    """Send one person elsewhere by hand; says by how much the cost rose."""
    row, rise = allotment_actions.adjust(actor=asker(request, "teams.allot"), at=clock.now(), allotment_id=allotment_id, **body.dict())
    return {**_allotment(row.allotment), "rise": rise}

"""The JSON API of incidents."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from jimu.core import clock
from jimu.core.permissions import Actor
from jimu.incidents import actions, order_api, plans, queries
from jimu.incidents.models import Incident
from jimu.incidents.timeline import told

router = Router()
router.add_router("/orders", order_api.router)


class Place(Schema):
    """What to activate where; `only` narrows it to some neighborhoods of the unit."""

    playbook: str
    level: str
    unit_id: UUID
    only: list[UUID] = []

    def words(self) -> dict[str, Any]:
        """The arguments of plan_activation."""
        return {"playbook_name": self.playbook, "level": self.level, "unit_id": self.unit_id, "only": self.only}


class Activation(Place):
    """The same, with what an order needs; the playbook's own basis and end where none is given."""

    title: str = ""
    legal_basis: str = ""
    ends_on: date | None = None
    drill: bool = False


class Reason(Schema):
    """Why."""

    reason: str


class LevelChange(Reason):
    """Another level, and why."""

    level: str


class End(Reason):
    """Another end, and why."""

    ends_on: date


class Headcount(Reason):
    """Another headcount, and why."""

    needed: int


class IncidentOut(Schema):
    """One incident."""

    id: UUID
    playbook: str
    playbook_version: int
    level: str
    level_title: str
    title: str
    legal_basis: str
    drill: bool
    state: str
    starts_at: datetime
    ends_on: date
    stood_down_at: datetime | None


class PostOut(Schema):
    """One post of one neighborhood in one shift."""

    id: UUID
    unit_id: UUID
    code: str
    title: str
    group: str
    shift_code: str
    start_minute: int
    end_minute: int
    needed: int
    reason: str
    by_hand: bool
    kinds: list[str]
    qualifications: list[str]
    requested_only: bool
    days: list[int]


def _actor(request: HttpRequest, right: str) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(right)
    return actor


@router.get("", response=list[IncidentOut])
def list_incidents(request: HttpRequest, state: Literal["active", "stood_down"] | None = None) -> Any:
    """Incidents that concern the caller's part of the grid, those under way first."""
    found = queries.incidents_for(_actor(request, "incidents.view"))
    return list((found.filter(state=state) if state else found)[:200])


@router.post("", response={201: IncidentOut})
def activate(request: HttpRequest, body: Activation) -> Any:
    """Activate a playbook."""
    given = {name: getattr(body, name) for name in ("title", "legal_basis", "ends_on", "drill")}
    return Status(201, actions.activate(actor=_actor(request, "incidents.activate"), at=clock.now(), **body.words(), **given))


@router.post("/preview")
def preview(request: HttpRequest, body: Place) -> dict[str, Any]:
    """What an activation would create, how many people it takes and how many are there."""
    plan = plans.with_people(plans.plan_activation(actor=_actor(request, "incidents.activate"), at=clock.now(), **body.words()))
    return {
        "title": plan.title, "legal_basis": plan.playbook.legal_basis, "ends_on": plan.ends_on,
        "seats_per_day": plan.seats_per_day, "seats_busiest_day": plan.seats_busiest_day,
        "taken": [{"unit_id": row.unit_id, "unit": row.unit.name, "incident_id": row.incident_id} for row in plan.taken],
        "people": [
            {"kinds": m.kinds, "requested": m.requested, "seats_per_week": m.seats_per_week, "needed": m.needed, "there": m.there}
            for m in plan.musters
        ],
        "units": [_unit(unit) for unit in plan.units],
    }  # fmt: skip


def _unit(unit: plans.UnitPlan) -> dict[str, Any]:
    posts = [
        {
            "code": need.rule.code, "title": need.rule.title, "shift_code": need.shift_code, "start_minute": need.start_minute,
            "end_minute": need.end_minute, "needed": need.needed, "reason": need.reason, "days": need.rule.days,
        }
        for need in unit.needs
    ]  # fmt: skip
    return {
        "unit_id": unit.unit.pk, "name": unit.unit.name, "seats_per_day": unit.seats_per_day, "people_needed": unit.people_needed,
        "people_there": unit.people_there, "lacking": unit.lacking, "warnings": unit.warnings, "posts": posts,
    }  # fmt: skip


@router.get("/{uuid:incident_id}", response=IncidentOut)
def incident(request: HttpRequest, incident_id: UUID) -> Any:
    """One incident."""
    return queries.incident_for(_actor(request, "incidents.view"), "incidents.view", incident_id)


@router.get("/{uuid:incident_id}/posts", response=list[PostOut])
def posts(request: HttpRequest, incident_id: UUID, unit_id: UUID) -> Any:
    """The posts of one of its neighborhoods."""
    actor = _actor(request, "incidents.view")
    _place, groups = queries.posts_in(actor, queries.incident_for(actor, "incidents.view", incident_id), unit_id)
    return [post for listed in groups.values() for post in listed]


@router.get("/{uuid:incident_id}/events")
def events(request: HttpRequest, incident_id: UUID) -> list[dict[str, Any]]:
    """What happened with it, newest first."""
    found = queries.incident_for(_actor(request, "incidents.view"), "incidents.view", incident_id)
    lines = map(told, queries.events_of(found))
    return [{"at": e.at, "who": e.who, "verb": e.verb, "sentence": e.sentence, "reason": e.reason} for e in lines]


@router.get("/{uuid:incident_id}/level")
def preview_level(request: HttpRequest, incident_id: UUID, level: str) -> dict[str, Any]:
    """What another level would change."""
    found: Incident = queries.incident_for(_actor(request, "incidents.activate"), "incidents.activate", incident_id)
    return _level(plans.plan_level(found, level))


@router.post("/{uuid:incident_id}/level")
def change_level(request: HttpRequest, incident_id: UUID, body: LevelChange) -> dict[str, Any]:
    """Change to another level."""
    actor = _actor(request, "incidents.activate")
    return _level(actions.change_level(actor=actor, at=clock.now(), incident_id=incident_id, level=body.level, reason=body.reason))


def _level(plan: plans.LevelPlan) -> dict[str, Any]:
    return {
        "level": plan.level_code, "title": plan.level.title, "people_before": plan.before, "people_after": plan.after,
        "kept_by_hand": plan.kept_by_hand,
        "posts": [{"title": title, "before": before, "after": after} for title, before, after in plan.by_post],
    }  # fmt: skip


@router.post("/{uuid:incident_id}/prolong", response=IncidentOut)
def prolong(request: HttpRequest, incident_id: UUID, body: End) -> Any:
    """Give it another end."""
    actor = _actor(request, "incidents.activate")
    return actions.prolong(actor=actor, at=clock.now(), incident_id=incident_id, ends_on=body.ends_on, reason=body.reason)


@router.post("/{uuid:incident_id}/stand-down", response=IncidentOut)
def stand_down(request: HttpRequest, incident_id: UUID, body: Reason) -> Any:
    """End it."""
    return actions.stand_down(actor=_actor(request, "incidents.activate"), at=clock.now(), incident_id=incident_id, reason=body.reason)


@router.post("/posts/{uuid:post_id}", response=PostOut)
def adjust(request: HttpRequest, post_id: UUID, body: Headcount) -> Any:
    """Set a post's headcount."""
    actor = _actor(request, "incidents.activate")
    return actions.adjust_post(actor=actor, at=clock.now(), post_id=post_id, needed=body.needed, reason=body.reason)

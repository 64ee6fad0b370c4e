"""The JSON API of organisations."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.organisations import actions, queries
from jimu.organisations.actions import MOST, Newcomer, Promise

router = Router()


class PledgeIn(Schema):
    """A promise; of people `kind` and `qualification`, of goods `item` and `measure`."""

    sort: str
    number: int = Field(ge=1, le=MOST)
    first_day: date
    last_day: date
    kind: str = Field("", max_length=20)
    qualification: str = Field("", max_length=40)
    item: str = Field("", max_length=40)
    measure: str = Field("", max_length=10)
    unit_id: UUID | None = None
    note: str = Field("", max_length=200)


class PeopleIn(Schema):
    """Some people."""

    person_ids: list[UUID]


class ArrivalIn(Schema):
    """A person who was named; goods arrive in a store."""

    person_id: UUID | None = None
    note: str = Field("", max_length=100)


class ReasonIn(Schema):
    """Why."""

    reason: str


class MemberIn(Schema):
    """One of the organisation's people and the neighborhood where they live."""

    name: str
    phone: str
    kind: str
    unit_id: UUID


def _pledge(view: queries.PledgeView) -> dict[str, Any]:
    row = view.pledge
    return {
        "id": row.pk, "organisation_id": row.organisation_id, "sort": row.sort, "title": view.title, "number": row.number, "measure": row.measure,
        "first_day": row.first_day, "last_day": row.last_day, "unit_id": row.unit_id, "named": view.named, "arrived": view.arrived,
        "state": row.state, "withdraw_reason": row.withdraw_reason, "outcome": row.outcome,
    }  # fmt: skip


@router.get("/")
def organisations(request: HttpRequest, q: str = "", page: int = 1) -> dict[str, Any]:
    """A page of the organisations that the caller may see."""
    found = queries.lines_for(asker(request, queries.VIEW), words=q, number=page)
    items = [
        {"id": line.organisation.pk, "name": line.organisation.name, "registered": line.registered, "doubly": line.doubly, "pledges": line.pledges}
        for line in found.rows
    ]
    return {"items": items, "page": {"number": found.number, "size": found.size, "pages": found.pages, "total": found.total}}


@router.get("/{uuid:organisation_id}")
def organisation(request: HttpRequest, organisation_id: UUID, page: int = 1) -> dict[str, Any]:
    """One organisation: pledges, and a page of its people with their service."""
    found = queries.page_for(asker(request, queries.VIEW), organisation_id, clock.now(), clock.today(), number=page)
    members = [
        {
            "person_id": m.person.pk, "name": m.name, "kinds": m.kinds, "lives_in": m.person.unit_id, "shifts": m.service.shifts,
            "hours": m.service.hours, "missed": m.service.missed, "ahead": m.service.ahead, "last": m.service.last, "on_loan": m.loan,
        }
        for m in found.members.rows
    ]  # fmt: skip
    sums = {name: getattr(found, name) for name in ("registered", "doubly", "served", "hours", "on_loan")}
    return {"id": found.organisation.pk, "name": found.organisation.name, **sums, "pledges": [_pledge(v) for v in found.pledges], "members": members}


@router.post("/{uuid:organisation_id}/pledges")
def pledge(request: HttpRequest, organisation_id: UUID, body: PledgeIn) -> dict[str, Any]:
    """Promise people or goods."""
    actor = asker(request, queries.KEEP)
    made = actions.pledge(actor=actor, at=clock.now(), organisation_id=organisation_id, promise=Promise(**body.dict()))
    return _pledge(queries.pledge_for(actor, made.pk, clock.today()).view)


@router.post("/{uuid:organisation_id}/members")
def register(request: HttpRequest, organisation_id: UUID, body: MemberIn) -> dict[str, Any]:
    """Put one of the organisation's people on the register."""
    given = Newcomer(body.name, body.kind, body.unit_id, body.phone)
    person = actions.register_member(actor=asker(request, queries.KEEP), at=clock.now(), organisation_id=organisation_id, given=given)
    return {"person_id": person.pk, "name": person.name}


@router.post("/pledges/{uuid:pledge_id}/name")
def name_people(request: HttpRequest, pledge_id: UUID, body: PeopleIn) -> dict[str, Any]:
    """Say who comes."""
    return {"named": actions.name_people(actor=asker(request, queries.KEEP), at=clock.now(), pledge_id=pledge_id, person_ids=body.person_ids)}


@router.post("/pledges/{uuid:pledge_id}/receive")
def receive(request: HttpRequest, pledge_id: UUID, body: ArrivalIn) -> dict[str, Any]:
    """Note what has arrived."""
    actor = asker(request, queries.RECEIVE)
    actions.receive(actor=actor, at=clock.now(), pledge_id=pledge_id, **body.dict())
    return _pledge(queries.pledge_for(actor, pledge_id, clock.today()).view)


@router.post("/pledges/{uuid:pledge_id}/withdraw")
def withdraw(request: HttpRequest, pledge_id: UUID, body: ReasonIn) -> dict[str, Any]:
    """Take a pledge back; says what that freed."""
    found = actions.withdraw(actor=asker(request, queries.KEEP), at=clock.now(), pledge_id=pledge_id, reason=body.reason)
    return {"id": found.pk, "state": found.state, "outcome": found.outcome}

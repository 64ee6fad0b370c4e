"""The JSON API of sign-up: campaigns and the desk. The public door is a page only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Query, Router, Schema, Status

from jimu.core import clock
from jimu.core.json_api import MOST_ROWS, PageOut, asker, listed
from jimu.core.paging import paged
from jimu.signup import actions, applying, queries
from jimu.signup.models import Application, Campaign

router = Router()


class CampaignIn(Schema):
    """A campaign to open."""

    unit_id: UUID
    playbook: str
    title: str = Field(max_length=60)
    ask: str = Field(max_length=80)
    first_day: date
    last_day: date
    note: str = Field("", max_length=200)
    posts: list[str] = []
    skills: list[str] = []


class CampaignOut(Schema):
    """One campaign; `address` is the public path."""

    id: UUID
    title: str
    unit: str
    address: str
    first_day: date
    last_day: date
    closed_at: datetime | None
    waiting: int
    sent: int


class ApplicationOut(Schema):
    """One application, the phone masked. `known`: the person on the register that it tells of."""

    id: UUID
    name: str
    phone: str
    unit: str
    age: int
    minor: bool
    posts: list[str]
    skills: list[str]
    slots: list[str]
    limits: list[str]
    state: str
    flags: list[str]
    known: UUID | None
    sent_at: datetime


class ApplicationsOut(Schema):
    """A page of applications."""

    items: list[ApplicationOut]
    page: PageOut


class Decision(Schema):
    """What to do with some applications: `refuse` needs a reason, `into` merges a single one into a person."""

    do: str = Field(pattern="^(confirm|refuse)$")
    applications: list[UUID] = Field(min_length=1, max_length=MOST_ROWS)
    reason: str = Field("", max_length=200)
    into: UUID | None = None


class Decided(Schema):
    """How many were decided, and those left with the reason."""

    done: int
    left: dict[UUID, str]


class ApplicationFilter(Schema):
    """Which applications."""

    state: str = Field("pending", pattern="^(pending|confirmed|refused|all)$")
    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(50, ge=1, le=MOST_ROWS)


def _campaign(found: Campaign) -> dict[str, Any]:
    return {
        "id": found.pk, "title": found.title, "unit": found.unit.name, "address": reverse("signup:form", args=[found.code]),
        "first_day": found.first_day, "last_day": found.last_day, "closed_at": found.closed_at,
        "waiting": found.waiting, "sent": found.sent,  # type: ignore[attr-defined]
    }  # fmt: skip


@router.get("/campaigns", response=list[CampaignOut], summary="报名活动")
def campaigns(request: HttpRequest) -> Any:
    """Campaigns of the asker's part, the newest first."""
    return [_campaign(found) for found in queries.campaigns_for(asker(request, "signup.view"))[:MOST_ROWS]]


@router.post("/campaigns", response={201: CampaignOut}, summary="开一个报名")
def open_campaign(request: HttpRequest, body: CampaignIn) -> Any:
    """Open a campaign."""
    actor = asker(request, "signup.open")
    made = actions.open_campaign(actor=actor, at=clock.now(), call=actions.Call(**body.model_dump()))
    return Status(201, _campaign(queries.campaign_for(actor, made.pk)))


@router.get("/campaigns/{uuid:campaign_id}/applications", response=ApplicationsOut, summary="收到的报名")
def applications(request: HttpRequest, campaign_id: UUID, wanted: Query[ApplicationFilter]) -> Any:
    """What was sent in, the oldest first."""
    actor = asker(request, "signup.view")
    sent = queries.applications_for(actor, queries.campaign_for(actor, campaign_id))
    shown = paged(sent if wanted.state == "all" else sent.filter(state=wanted.state), number=wanted.page, size=wanted.size)
    items = [_application(row) for row in queries.rows(actor, shown.rows, clock.today())]
    return listed(shown, items)


def _application(row: queries.Row) -> dict[str, Any]:
    sent: Application = row.application
    return {
        "id": sent.pk, "name": sent.name, "phone": sent.masked_phone, "unit": sent.unit.name, "age": row.age, "minor": sent.minor,
        "posts": sent.posts, "skills": sent.skills, "slots": sent.slots, "limits": sent.limits, "state": sent.state,
        "flags": list(row.flags), "known": row.known.pk if row.known and not row.elsewhere else None, "sent_at": sent.sent_at,
    }  # fmt: skip


@router.post("/campaigns/{uuid:campaign_id}/decide", response=Decided, summary="确认或不通过")
def decide(request: HttpRequest, campaign_id: UUID, body: Decision) -> Any:
    """Confirm or refuse some."""
    actor, at = asker(request, "signup.review"), clock.now()
    if body.do == "refuse":
        done = applying.refuse(actor=actor, at=at, campaign_id=campaign_id, ids=body.applications, reason=body.reason)
    else:
        done = applying.confirm(actor=actor, at=at, campaign_id=campaign_id, ids=body.applications, into=body.into)
    return {"done": done.done, "left": dict(done.left)}

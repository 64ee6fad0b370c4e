"""The JSON API of lending, mounted under that of teams."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.teams import loan_actions, loan_queries
from jimu.teams.loan_actions import MOST, Need, Term
from jimu.teams.models import Loan

router = Router()


class AskIn(Schema):
    """Who asks for whom, from when until when."""

    incident_id: UUID
    to_unit_id: UUID
    from_unit_id: UUID | None = None
    count: int = Field(1, ge=1, le=MOST)
    qualification: str = Field("", max_length=40)
    kind: str = Field("", max_length=20)
    starts_at: datetime
    ends_at: datetime
    reason: str


class CommitIn(Schema):
    """People to promise; a reason where the lender would keep too few."""

    person_ids: list[UUID]
    override_reason: str = ""


class AnswerIn(Schema):
    """What the person said; `for_absent`: said for them, with a reason."""

    yes: bool
    for_absent: bool = False
    reason: str = ""


class ReasonIn(Schema):
    """Why."""

    reason: str


def _loan(loan: Loan) -> dict[str, Any]:
    return {
        "id": loan.pk, "request_id": loan.request_id, "person_id": loan.person_id, "name": loan.person.name, "from_unit_id": loan.from_unit_id,
        "to_unit_id": loan.to_unit_id, "starts_at": loan.starts_at, "ends_at": loan.ends_at, "state": loan.state, "begun_at": loan.begun_at,
        "ended_at": loan.ended_at, "end": loan.end, "end_reason": loan.end_reason, "override": loan.override, "consent": loan.consent,
    }  # fmt: skip


def _request(view: loan_queries.RequestView) -> dict[str, Any]:
    request = view.request
    return {
        "id": request.pk, "incident_id": request.incident_id, "to_unit_id": request.to_unit_id, "from_unit_id": request.from_unit_id,
        "count": request.count, "promised": view.promised, "qualification": request.qualification, "kind": request.kind,
        "starts_at": request.starts_at, "ends_at": request.ends_at, "reason": request.reason, "state": request.state,
    }  # fmt: skip


@router.get("/loans")
def loans(request: HttpRequest) -> dict[str, Any]:
    """Open requests and open loans on the caller's part."""
    board = loan_queries.board_for(asker(request, "teams.view"), clock.now())
    return {
        "requests": [_request(view) for view in board.requests],
        "loans": [_loan(view.loan) for group in board.groups for view in group.loans],
        "ended": [_loan(view.loan) for view in board.ended],
    }


@router.post("/loans/requests")
def ask(request: HttpRequest, body: AskIn) -> dict[str, Any]:
    """A neighborhood asks for people."""
    actor = asker(request, "teams.lend")
    made = loan_actions.ask(
        actor=actor, at=clock.now(), incident_id=body.incident_id, to_unit_id=body.to_unit_id, from_unit_id=body.from_unit_id,
        need=Need(body.count, body.qualification, body.kind), term=Term(body.starts_at, body.ends_at), reason=body.reason,
    )  # fmt: skip
    return {"id": made.pk, "state": made.state}


@router.get("/loans/requests/{uuid:request_id}")
def request_page(request: HttpRequest, request_id: UUID) -> dict[str, Any]:
    """One request: where there is enough, who could be lent and why, who was promised."""
    found = loan_queries.request_for(asker(request, "teams.view"), request_id, clock.now())
    return {
        **_request(found.view),
        "spares": [{"unit_id": s.unit.pk, "name": s.unit.name, "have": s.have, "needed": s.needed, "lendable": s.lendable} for s in found.spares],
        "offers": [
            {"person_id": o.person.pk, "name": o.person.name, "unit_id": o.unit.pk if o.unit else None, "why": o.why, "under_minimum": o.short}
            for o in found.offers
        ],
        "loans": [_loan(view.loan) for view in found.loans],
    }


@router.post("/loans/requests/{uuid:request_id}/commit")
def commit(request: HttpRequest, request_id: UUID, body: CommitIn) -> list[dict[str, Any]]:
    """Promise people: all of them, or none."""
    actor = asker(request, "teams.lend")
    made = loan_actions.commit(
        actor=actor, at=clock.now(), request_id=request_id, person_ids=body.person_ids, override_reason=body.override_reason
    )
    return [_loan(loan) for loan in made]


@router.post("/loans/requests/{uuid:request_id}/close")
def close_request(request: HttpRequest, request_id: UUID, body: ReasonIn) -> dict[str, Any]:
    """The lender declines, or the borrower withdraws."""
    found = loan_actions.close_request(actor=asker(request, "teams.lend"), at=clock.now(), request_id=request_id, reason=body.reason)
    return {"id": found.pk, "state": found.state}


@router.post("/loans/{uuid:loan_id}/answer")
def answer(request: HttpRequest, loan_id: UUID, body: AnswerIn) -> dict[str, Any]:
    """What the person said, or the lender for an absent one."""
    return _loan(loan_actions.answer(actor=asker(request, "teams.view"), at=clock.now(), loan_id=loan_id, **body.dict()))


@router.post("/loans/{uuid:loan_id}/home")
def bring_home(request: HttpRequest, loan_id: UUID, body: ReasonIn) -> dict[str, Any]:
    """End a loan now."""
    return _loan(loan_actions.bring_home(actor=asker(request, "teams.lend"), at=clock.now(), loan_id=loan_id, reason=body.reason))


@router.post("/loans/units/{uuid:unit_id}/recall")
def recall_all(request: HttpRequest, unit_id: UUID, body: ReasonIn) -> dict[str, Any]:
    """A neighborhood takes all its people back."""
    return {"recalled": loan_actions.recall_all(actor=asker(request, "teams.lend"), at=clock.now(), unit_id=unit_id, reason=body.reason)}

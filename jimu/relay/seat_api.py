"""The JSON API of one's own seats and requests, of attendance, hours, rest and the way home."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.json_api import asker
from jimu.core.permissions import Actor
from jimu.relay import attendance_actions, fatigue, hours, request_queries, seat_actions, seats, standing_down
from jimu.relay.seat_shapes import (
    ApproveIn,
    CodeIn,
    CorrectIn,
    CoverIn,
    DecideIn,
    MoveIn,
    PlaceIn,
    ReplyIn,
    RequestOut,
    RestIn,
    SeatOut,
    SwapIn,
    Why,
)

router = Router()
OWN = "relay.own"


def _me(request: HttpRequest) -> tuple[Actor, UUID]:
    """Who asks and which person they are. Raises NotFound for an account that belongs to nobody on the register."""
    actor = asker(request, OWN)
    if actor.person_id is None:
        raise NotFound
    return actor, actor.person_id


@router.get("/seats", response=list[SeatOut])
def my_seats(request: HttpRequest) -> Any:
    """My shifts that are on or to come, in order."""
    _actor, me = _me(request)
    return [SeatOut.of(seat) for seat in seats.coming(me, clock.now())]


@router.get("/requests", response=list[RequestOut])
def my_requests(request: HttpRequest) -> Any:
    """My requests of late, and those that wait for my answer."""
    _actor, me = _me(request)
    return [*request_queries.put_to(me), *request_queries.of_person(me, clock.now())]


@router.get("/requests/open", response=list[RequestOut])
def open_requests(request: HttpRequest) -> Any:
    """Requests that wait on the part where the caller decides, the next shift first."""
    return list(request_queries.open_for(asker(request, seats.DECIDE))[: request_queries.LISTED])


@router.post("/seats/{uuid:seat_id}/leave", response={201: RequestOut})
def leave(request: HttpRequest, seat_id: UUID, body: Why) -> Any:
    """Ask to be let off one's own seat."""
    return Status(201, seat_actions.ask_leave(actor=asker(request, OWN), at=clock.now(), assignment_id=seat_id, reason=body.reason))


@router.post("/seats/{uuid:seat_id}/rest", response={201: RequestOut})
def rest(request: HttpRequest, seat_id: UUID, body: RestIn) -> Any:
    """Ask for some days of rest."""
    asked = seat_actions.ask_rest(
        actor=asker(request, OWN), at=clock.now(), assignment_id=seat_id, days=body.days, reason=body.reason
    )
    return Status(201, asked)


@router.post("/seats/{uuid:seat_id}/cover", response={201: RequestOut})
def cover(request: HttpRequest, seat_id: UUID, body: CoverIn) -> Any:
    """Ask somebody to take one's own seat."""
    asked = seat_actions.ask_cover(
        actor=asker(request, OWN), at=clock.now(), assignment_id=seat_id, person_id=body.person_id, reason=body.reason
    )
    return Status(201, asked)


@router.post("/seats/{uuid:seat_id}/swap", response={201: RequestOut})
def swap(request: HttpRequest, seat_id: UUID, body: SwapIn) -> Any:
    """Ask somebody to exchange seats."""
    asked = seat_actions.ask_swap(
        actor=asker(request, OWN), at=clock.now(), assignment_id=seat_id, with_assignment_id=body.with_seat_id, reason=body.reason
    )
    return Status(201, asked)


@router.post("/requests/{uuid:request_id}/reply", response=RequestOut)
def reply(request: HttpRequest, request_id: UUID, body: ReplyIn) -> Any:
    """Agree or not to what was put to me; agreed, the seats change hands at once."""
    actor, at = asker(request, OWN), clock.now()
    if body.yes:
        return seat_actions.consent(actor=actor, at=at, request_id=request_id)
    return seat_actions.decline(actor=actor, at=at, request_id=request_id, sentence=body.sentence)


@router.post("/requests/{uuid:request_id}/withdraw", response=RequestOut)
def withdraw(request: HttpRequest, request_id: UUID) -> Any:
    """Take my request back."""
    return seat_actions.withdraw(actor=asker(request, OWN), at=clock.now(), request_id=request_id)


@router.post("/requests/{uuid:request_id}/decide", response=RequestOut)
def decide(request: HttpRequest, request_id: UUID, body: DecideIn) -> Any:
    """Grant or refuse a leave or a rest."""
    return seat_actions.decide(
        actor=asker(request, seats.DECIDE), at=clock.now(), request_id=request_id, grant=body.grant, sentence=body.sentence
    )


@router.post("/seats/{uuid:seat_id}/release", response=RequestOut)
def release(request: HttpRequest, seat_id: UUID, body: Why) -> Any:
    """A lead opens an absent person's seat."""
    return seat_actions.release_absent(actor=asker(request, seats.DECIDE), at=clock.now(), assignment_id=seat_id, reason=body.reason)


@router.post("/seats/{uuid:seat_id}/replace", response=RequestOut)
def replace(request: HttpRequest, seat_id: UUID, body: CoverIn) -> Any:
    """A lead gives an absent person's seat to somebody else."""
    return seat_actions.cover_absent(
        actor=asker(request, seats.DECIDE), at=clock.now(), assignment_id=seat_id, person_id=body.person_id, reason=body.reason
    )


@router.post("/seats/{uuid:seat_id}/move", response=RequestOut)
def move(request: HttpRequest, seat_id: UUID, body: MoveIn) -> Any:
    """A lead moves somebody where it cannot wait."""
    return seat_actions.move_in_emergency(
        actor=asker(request, seats.DECIDE), at=clock.now(), assignment_id=seat_id, to_shift_id=body.to_shift_id, reason=body.reason
    )


@router.post("/sign")
def sign(request: HttpRequest, body: CodeIn) -> dict[str, Any]:
    """Sign in or out with the code of a post."""
    made = attendance_actions.sign_by_code(actor=asker(request, OWN), at=clock.now(), code=body.code, going=body.going)
    return {"seat_id": made.assignment_id, "mark": made.mark, "at": made.at}


@router.post("/seats/{uuid:seat_id}/sign")
def sign_oneself(request: HttpRequest, seat_id: UUID, body: PlaceIn) -> dict[str, Any]:
    """Sign in or out by one's own word."""
    made = attendance_actions.sign_by_oneself(
        actor=asker(request, OWN), at=clock.now(), assignment_id=seat_id, going=body.going, place=body.place
    )
    return {"seat_id": made.assignment_id, "mark": made.mark, "at": made.at}


@router.get("/hours")
def my_hours(request: HttpRequest) -> list[dict[str, Any]]:
    """My hours, incident by incident."""
    _actor, me = _me(request)
    return [
        {"incident_id": one.incident.pk, "minutes": one.minutes, "first_day": one.first_day, "last_day": one.last_day}
        for one in hours.served_by(me)
    ]


@router.post("/hours/{uuid:incident_id}/certify", response={201: dict[str, Any]})
def certify(request: HttpRequest, incident_id: UUID) -> Any:
    """A certificate of my hours; anybody can check its code at /relay/verify/."""
    actor, me = _me(request)
    made = hours.certify(actor=actor, at=clock.now(), person_id=me, incident_id=incident_id)
    return Status(201, {"code": made.code, "minutes": made.minutes})


@router.post("/entries/{uuid:entry_id}/correct", response={201: dict[str, Any]})
def correct(request: HttpRequest, entry_id: UUID, body: CorrectIn) -> Any:
    """Say how long somebody really served; the person is told."""
    made = hours.correct(actor=asker(request, seats.DECIDE), at=clock.now(), entry_id=entry_id, minutes=body.minutes, reason=body.reason)
    return Status(201, {"entry_id": made.pk, "difference": made.minutes})


@router.get("/rest")
def who_must_rest(request: HttpRequest) -> list[dict[str, Any]]:
    """Those who serve on the caller's part, who must rest first, with why."""
    found = fatigue.ranked(asker(request, seats.DECIDE), clock.now())[: fatigue.LISTED]
    return [
        {"person_id": one.person.pk, "reasons": list(one.reasons), "days_in_a_row": one.row_days, "nights": one.nights, "hours": one.hours}
        for one in found
    ]


@router.post("/rest/{uuid:person_id}/approve", response={201: dict[str, Any]})
def approve(request: HttpRequest, person_id: UUID, body: ApproveIn) -> Any:
    """A commander answers by name for asking somebody who must rest, for one day."""
    made = fatigue.approve(
        actor=asker(request, "relay.approve"), at=clock.now(), person_id=person_id, day=body.day, reason=body.reason
    )
    return Status(201, {"person_id": made.person_id, "day": made.day, "by": made.by})


@router.get("/stand-down/{uuid:incident_id}")
def remains(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    """What is still open of an incident that ended."""
    left = standing_down.remains(asker(request, standing_down.RIGHT), incident_id)
    return {
        "people": left.people, "hours": left.hours, "certificates": left.certificates, "open": left.open, "custody": len(left.custody),
        "unaccepted": len(left.unaccepted), "loans": len(left.loans), "closed_at": left.record.closed_at,
    }  # fmt: skip

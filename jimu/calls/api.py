"""The JSON API of calls."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from jimu.calls import actions, answering, backfill, planning, queries, second_level, second_queries
from jimu.calls.answering import LONGEST_REASON, Said
from jimu.calls.words import reason_clauses
from jimu.core import clock
from jimu.core.json_api import Numbered, asker

router = Router()


class BeginIn(Schema):
    """What to call for: some shifts, a place, or an incident's coming hours."""

    shift_ids: list[UUID] = []
    unit_id: UUID | None = None
    incident_id: UUID | None = None
    hours: int = Field(24, ge=1, le=actions.MOST_HOURS)
    note: str = ""


class AnswerIn(Schema):
    """yes, no or later; for a no a code of why and words of one's own."""

    word: str
    reason: str = ""
    words: str = Field("", max_length=LONGEST_REASON)


class PickIn(Schema):
    """Who takes which seat by the lead's word."""

    shift_id: UUID
    person_id: UUID


class OrganisationIn(Schema):
    """What an organisation answers: `pass` to some people (or to all of its own, with none named), `send` so many, or `no`."""

    answer: Literal["pass", "send", "no"]
    person_ids: list[UUID] = []
    number: int = 0


class OrganisationOut(Schema):
    """How far an organisation has got with a call: counts, no names."""

    id: UUID
    organisation_id: UUID
    name: str
    state: str
    reminded: bool
    sends: int
    passed: int
    asked: int
    yes: int
    no: int
    silent: int


class CallOut(Schema):
    """A call."""

    id: UUID
    kind: str
    incident_id: UUID
    unit_id: UUID
    state: str
    end: str
    chain: list[str]
    step: int
    wave: int
    exhausted: bool
    started_at: datetime
    started_by: str
    ended_at: datetime | None


class OfferOut(Schema):
    """One person's offer, with the reasons in the asker's language."""

    id: UUID
    call_id: UUID
    shift_id: UUID
    person_id: UUID
    step: str
    wave: int
    rank: int
    state: str
    reasons: list[str]
    answer_by: datetime

    @staticmethod
    def resolve_reasons(offer: Any) -> list[str]:
        """In words."""
        return reason_clauses(offer.reasons)


@router.get("", response=list[CallOut])
@paginate(Numbered)
def list_calls(request: HttpRequest, open_only: bool = False) -> Any:
    """Calls for the caller's part, those under way first."""
    return queries.calls_for(asker(request, queries.VIEW), open_only=open_only)


@router.post("", response={201: CallOut})
def begin(request: HttpRequest, body: BeginIn) -> Any:
    """Call for people; the first wave goes out within seconds."""
    return Status(201, actions.begin(actor=asker(request, queries.START), at=clock.now(), **body.dict()))


@router.post("/preview")
def preview(request: HttpRequest, body: BeginIn) -> dict[str, Any]:
    """What a call would be, before anybody is asked. Writes nothing."""
    found = planning.plan(actor=asker(request, queries.START), at=clock.now(), asked=planning.Asked(**body.dict()))
    shifts = [{"shift_id": need.shift.pk, "open": need.open, "ask": need.ask} for need in found.needs]
    return {"seats": found.seats, "first_wave": found.first_wave, "chain": found.call.chain, "asleep": found.asleep, "text": found.text, "shifts": shifts}


@router.get("/standbys")
def standbys(request: HttpRequest) -> list[dict[str, Any]]:
    """Who stands by, for which shift and until when."""
    rows = queries.standbys_for(asker(request, queries.VIEW), clock.now())
    return [{"person_id": r.person_id, "unit_id": r.unit_id, "shift_id": r.shift_id, "since": r.since, "until": r.until} for r in rows]


@router.get("/mine", response=list[OfferOut])
def mine(request: HttpRequest) -> Any:
    """The caller's own offers."""
    return queries.own_offers(asker(request, queries.OWN), clock.now())


@router.post("/mine/{uuid:offer_id}/answer")
def answer_own(request: HttpRequest, offer_id: UUID, body: AnswerIn) -> dict[str, Any]:
    """Answer one's own offer. Saying the same again changes nothing."""
    return _heard(answering.answer_own(actor=asker(request, queries.OWN), at=clock.now(), offer_id=offer_id, said=_said(body)))


@router.post("/offers/{uuid:offer_id}/answer")
def answer_for(request: HttpRequest, offer_id: UUID, body: AnswerIn) -> dict[str, Any]:
    """Write down what somebody said on the phone."""
    return _heard(answering.answer_for(actor=asker(request, queries.ANSWER), at=clock.now(), offer_id=offer_id, said=_said(body)))


@router.get("/{uuid:call_id}")
def show(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    """One call: open seats by shift, what was said, the chain, seconds to the next look."""
    call = queries.call_for(asker(request, queries.VIEW), call_id)
    sheet = queries.sheet(call, clock.now())
    return {
        "call": CallOut.from_orm(call).dict(),
        "open": sheet.open,
        "said": {code: n for code, _name, n in sheet.parts},
        "asked": sheet.tally.asked,
        "shifts": [{"shift_id": need.shift.pk, "open": need.open} for need in sheet.needs],
        "chain": [{"step": step.code, "asked": step.asked, "yes": step.yes, "here": step.here} for step in sheet.steps],
        "minutes_to_next_wave": sheet.minutes_left,
    }


@router.get("/{uuid:call_id}/offers", response=list[OfferOut])
@paginate(Numbered)
def offers(request: HttpRequest, call_id: UUID, state: str = "") -> Any:
    """Who was asked, best rank first."""
    actor = asker(request, queries.VIEW)
    return queries.offers_of(queries.call_for(actor, call_id), actor, state=state)


@router.get("/{uuid:call_id}/organisations", response=list[OrganisationOut])
def organisations(request: HttpRequest, call_id: UUID) -> Any:
    """Organisations asked to call their own people, and how far each has got."""
    return [_organisation(one) for one in second_queries.progress_of(queries.call_for(asker(request, queries.VIEW), call_id))]


@router.post("/organisations/{uuid:ask_id}/answer")
def answer_organisation(request: HttpRequest, ask_id: UUID, body: OrganisationIn) -> dict[str, Any]:
    """Write down what an organisation said on the phone."""
    actor, at = asker(request, queries.START), clock.now()
    if body.answer == "no":
        found = second_level.decline(at=at, ask_id=ask_id, actor=actor)
    elif body.answer == "send":
        found = second_level.send(at=at, ask_id=ask_id, number=body.number, actor=actor)
    elif body.person_ids:
        found = second_level.pass_on(at=at, ask_id=ask_id, person_ids=body.person_ids, actor=actor)
    else:
        found = second_level.pass_on_to_all(at=at, ask_id=ask_id, actor=actor)
    return {"id": found.pk, "state": found.state, "sends": found.sends}


@router.post("/{uuid:call_id}/pick")
def pick(request: HttpRequest, call_id: UUID, body: PickIn) -> dict[str, Any]:
    """Let somebody take the seat without waiting."""
    done = backfill.pick(actor=asker(request, queries.START), at=clock.now(), call_id=call_id, **body.dict())
    return {"seat_id": done.assignment.pk if done.assignment else None, "version": done.version}


@router.post("/{uuid:call_id}/pause", response=CallOut)
def pause(request: HttpRequest, call_id: UUID) -> Any:
    """Send no more waves for now."""
    return actions.pause(actor=asker(request, queries.START), at=clock.now(), call_id=call_id)


@router.post("/{uuid:call_id}/go-on", response=CallOut)
def go_on(request: HttpRequest, call_id: UUID) -> Any:
    """Go on with a paused call."""
    return actions.go_on(actor=asker(request, queries.START), at=clock.now(), call_id=call_id)


@router.post("/{uuid:call_id}/next", response=CallOut)
def next_wave(request: HttpRequest, call_id: UUID) -> Any:
    """Do not wait for the end of the wave."""
    return actions.next_wave(actor=asker(request, queries.START), at=clock.now(), call_id=call_id)


@router.post("/{uuid:call_id}/stop", response=CallOut)
def stop(request: HttpRequest, call_id: UUID) -> Any:
    """End a call."""
    return actions.stop(actor=asker(request, queries.START), at=clock.now(), call_id=call_id)


def _organisation(one: second_queries.Progress) -> dict[str, Any]:
    counts = {name: getattr(one, name) for name in ("passed", "asked", "yes", "no", "silent")}
    ask = one.ask
    own = {"id": ask.pk, "organisation_id": ask.organisation_id, "name": ask.organisation.name, "state": ask.state}
    return {**own, "reminded": ask.reminded, "sends": ask.sends, **counts}


def _said(body: AnswerIn) -> Said:
    return Said(body.word, body.reason, body.words)


def _heard(heard: answering.Heard) -> dict[str, Any]:
    return {"offer_id": heard.offer.pk, "state": heard.offer.state, "why": heard.why}

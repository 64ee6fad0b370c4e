"""The JSON API of transfer. Why anybody is moved leaves through it by `why` alone, on record; names by `reveal`."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from jimu.core import clock, downloads
from jimu.core.json_api import asker, listed
from jimu.core.paging import paged
from jimu.field.transfer import (
    acting,
    care_queries,
    custody,
    disinfecting,
    disinfecting_queries,
    leaving,
    listing,
    queries,
    report_file,
    run_queries,
    runs,
)
from jimu.field.transfer.api_bodies import (
    Act,
    ActIn,
    AnswerIn,
    CareIn,
    DelayIn,
    DestinationIn,
    LedgerIn,
    ListIn,
    NoteIn,
    SeatsIn,
    ToIn,
    VehicleIn,
    VisitIn,
    WordsIn,
)
from jimu.field.transfer.care_queries import LeftLine
from jimu.field.transfer.leaving import Care, LeftGiven
from jimu.field.transfer.models import Disinfection, Key, Transfer
from jimu.field.transfer.run_queries import Progress
from jimu.field.transfer.runs import Vehicle
from jimu.field.transfer.scenes import Given
from jimu.grid.queries import unit_for

router = Router()


@router.get("")
def list_transfers(request: HttpRequest, unit_id: UUID | None = None, part: str = "", page: int = 1) -> dict[str, Any]:
    """Transfers of the caller's part, the most overdue first; `part`: call, ready, way, away, home, over; '' is all that run."""
    actor = asker(request, queries.VIEW)
    unit = unit_for(actor, unit_id) if unit_id else None
    shown = paged(queries.transfers_for(actor, part=part, unit=unit), number=page)
    items = [{**_whole(line.transfer), "next": line.next, "minutes_left": line.minutes, "alone": line.alone} for line in queries.lines(shown.rows, clock.now())]
    return listed(shown, items)


@router.post("/list.xlsx")
def list_xlsx(request: HttpRequest, unit_id: UUID | None = None) -> HttpResponse:
    """The list with who is left behind, signatures and the way back, as a table; on record."""
    actor, at = asker(request, queries.MANAGE), clock.now()
    return downloads.report(report_file.workbook(actor, unit_for(actor, unit_id) if unit_id else None, at), "transfer", at)


@router.get("/board")
def board(request: HttpRequest) -> list[dict[str, Any]]:
    """Each neighborhood with its counts per stage: who has somebody alone at home first, then the most overdue."""
    actor = asker(request, queries.VIEW)
    return [
        {"unit_id": line.place.pk, "name": line.place.name, "alone": line.alone, "late": line.late, "stages": {part: {"count": s.count, "late": s.late} for part, s in line.stages.items()}}
        for line in queries.board(actor, clock.now())
    ]  # fmt: skip


@router.post("", response={201: dict[str, Any]})
def add(request: HttpRequest, body: ListIn) -> Any:
    """Put one resident on the list."""
    return Status(201, _whole(listing.add(actor=asker(request, queries.MANAGE), at=clock.now(), **body.dict())))


@router.post("/from-ledger", response={201: list[dict[str, Any]]})
def from_ledger(request: HttpRequest, body: LedgerIn) -> Any:
    """Put cases and confirmed contacts on the list."""
    actor = asker(request, queries.MANAGE)
    made = listing.take_from_ledger(actor=actor, at=clock.now(), unit_id=body.unit_id, resident_ids=body.residents)
    return Status(201, [_whole(one) for one in made])


@router.get("/left")
def left(request: HttpRequest, unit_id: UUID | None = None) -> list[dict[str, Any]]:
    """Who and what is left behind, those who are alone first."""
    actor = asker(request, queries.VIEW)
    unit = unit_for(actor, unit_id) if unit_id else None
    return [_left(line) for line in care_queries.lines(care_queries.left_for(actor, unit=unit)[:500], clock.now())]


@router.post("/left/{uuid:dependant_id}/caretaker")
def caretaker(request: HttpRequest, dependant_id: UUID, body: CareIn) -> dict[str, Any]:
    """Name who looks after one."""
    one = leaving.name_caretaker(actor=asker(request, queries.OWN), at=clock.now(), dependant_id=dependant_id, care=Care(**body.dict()))
    return _left(care_queries.line_of(one, clock.now()))


@router.post("/left/{uuid:dependant_id}/visits", response={201: dict[str, Any]})
def visit(request: HttpRequest, dependant_id: UUID, body: VisitIn) -> Any:
    """Somebody was there; trouble is an alarm at once."""
    one = leaving.visit(actor=asker(request, queries.OWN), at=clock.now(), dependant_id=dependant_id, **body.dict())
    return Status(201, _left(care_queries.line_of(one, clock.now())))


@router.post("/left/{uuid:dependant_id}/end")
def end(request: HttpRequest, dependant_id: UUID, body: WordsIn) -> dict[str, Any]:
    """Nobody has to look any more."""
    one = leaving.end(actor=asker(request, queries.OWN), at=clock.now(), dependant_id=dependant_id, why=body.why)
    return _left(care_queries.line_of(one, clock.now()))


@router.get("/runs")
def list_runs(request: HttpRequest, over: bool = False) -> list[dict[str, Any]]:
    """Vehicles under way, the most overdue first."""
    return [_run(one) for one in run_queries.runs_for(asker(request, queries.OWN), clock.now(), over=over)]


@router.post("/runs", response={201: dict[str, Any]})
def make_run(request: HttpRequest, body: VehicleIn) -> Any:
    """A vehicle with whoever sits in it. 422 does_not_fit, may_not_share; 409 full, no_bed, not_now."""
    actor, given = asker(request, queries.MANAGE), body.dict()
    chosen = given.pop("transfers")
    made = runs.make(actor=actor, at=clock.now(), vehicle=Vehicle(**given), transfer_ids=chosen)
    return Status(201, _run(run_queries.progress([made], clock.now())[0]))


@router.get("/runs/{uuid:run_id}")
def one_run(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    """One run with its pick-ups in order; names by `reveal`."""
    run = run_queries.run_for(asker(request, queries.OWN), run_id)
    ups = [{"number": up.number, "transfer_id": up.transfer.pk, "door": up.transfer.door, "state": up.transfer.state, "asked": up.asked} for up in run_queries.pick_ups(run)]
    return {**_run(run_queries.progress([run], clock.now())[0]), "pick_ups": ups}


@router.post("/runs/{uuid:run_id}/seats")
def seat(request: HttpRequest, run_id: UUID, body: SeatsIn) -> dict[str, Any]:
    """Put people on a run."""
    return _moved(runs.seat(actor=asker(request, queries.MANAGE), at=clock.now(), run_id=run_id, transfer_ids=body.transfers))


@router.post("/runs/{uuid:run_id}/came")
def came(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    """The vehicle is there."""
    return _moved(runs.came(actor=asker(request, queries.OWN), at=clock.now(), run_id=run_id))


@router.post("/runs/{uuid:run_id}/delay")
def delay(request: HttpRequest, run_id: UUID, body: DelayIn) -> dict[str, Any]:
    """It comes later."""
    return _moved(runs.delay(actor=asker(request, queries.OWN), at=clock.now(), run_id=run_id, **body.dict()))


@router.post("/runs/{uuid:run_id}/fail")
def fail(request: HttpRequest, run_id: UUID, body: WordsIn) -> dict[str, Any]:
    """It does not come: people downstairs are to be brought inside."""
    return _moved(runs.fail(actor=asker(request, queries.OWN), at=clock.now(), run_id=run_id, why=body.why))


@router.post("/destinations", response={201: dict[str, Any]})
def add_destination(request: HttpRequest, body: DestinationIn) -> Any:
    """Put a place on the list."""
    made = runs.add_destination(actor=asker(request, queries.MANAGE), at=clock.now(), **body.dict())
    return Status(201, {"id": made.pk, "name": made.name, "beds": made.beds})


@router.post("/destinations/{uuid:destination_id}/withdraw")
def withdraw(request: HttpRequest, destination_id: UUID, body: WordsIn) -> dict[str, Any]:
    """Its beds are gone."""
    return {"runs": runs.withdraw_destination(actor=asker(request, queries.MANAGE), at=clock.now(), destination_id=destination_id, why=body.why)}


@router.get("/disinfections")
def list_disinfections(request: HttpRequest) -> list[dict[str, Any]]:
    """What is to be disinfected, the most overdue first."""
    return [_disinfection(one) for one in disinfecting_queries.disinfections_for(asker(request, queries.OWN), clock.now())[:500]]


@router.post("/disinfections/{uuid:disinfection_id}/sign")
def sign(request: HttpRequest, disinfection_id: UUID, body: NoteIn) -> dict[str, Any]:
    """One of two signs."""
    return _disinfection(disinfecting.sign(actor=asker(request, queries.OWN), at=clock.now(), disinfection_id=disinfection_id, note=body.note))


@router.get("/keys")
def list_keys(request: HttpRequest) -> list[dict[str, Any]]:
    """Keys of flats in other hands."""
    return [_key(one) for one in custody.keys_for(asker(request, queries.VIEW))[2]]


@router.post("/keys/{uuid:key_id}/offer")
def offer(request: HttpRequest, key_id: UUID, body: ToIn) -> dict[str, Any]:
    """Hand one's keys on; they stay until the other signs."""
    return _key(custody.offer(actor=asker(request, queries.OWN), at=clock.now(), key_id=key_id, to_id=body.to_id))


@router.post("/keys/{uuid:key_id}/take")
def take(request: HttpRequest, key_id: UUID) -> dict[str, Any]:
    """Sign for keys."""
    return _key(custody.take(actor=asker(request, queries.OWN), at=clock.now(), key_id=key_id))


@router.get("/{uuid:transfer_id}")
def one(request: HttpRequest, transfer_id: UUID) -> dict[str, Any]:
    """One transfer with what happened."""
    found = queries.transfer_for(asker(request, queries.OWN), transfer_id)
    story = [{"at": fact.at, "act": fact.act, "by": fact.by, "undone": gone} for fact, _words, gone in queries.story(found)]
    rows = care_queries.lines(found.dependants.filter(ended_at=None).select_related(*leaving.WITH), clock.now())
    return {**_whole(found), "left": [_left(line) for line in rows], "story": story}


@router.post("/{uuid:transfer_id}/acts/{act}")
def act(request: HttpRequest, transfer_id: UUID, act: Act, body: ActIn) -> dict[str, Any]:
    """Do one act. 409 not_now says what is missing, unanswered that nobody asked who is left behind."""
    return _whole(acting.act(actor=asker(request, queries.OWN), at=clock.now(), transfer_id=transfer_id, name=act, given=Given(**body.dict())))


@router.post("/{uuid:transfer_id}/undo")
def undo(request: HttpRequest, transfer_id: UUID) -> dict[str, Any]:
    """Take the last act back."""
    return _whole(acting.undo(actor=asker(request, queries.OWN), at=clock.now(), transfer_id=transfer_id))


@router.post("/{uuid:transfer_id}/left", response={201: dict[str, Any]})
def answer(request: HttpRequest, transfer_id: UUID, body: AnswerIn) -> Any:
    """Answer who and what is left behind."""
    given = [LeftGiven(**one.dict()) for one in body.left]
    return Status(201, _whole(leaving.answer(actor=asker(request, queries.OWN), at=clock.now(), transfer_id=transfer_id, left=given, nobody_why=body.nobody_why)))


@router.post("/{uuid:transfer_id}/keys", response={201: dict[str, Any]})
def collect(request: HttpRequest, transfer_id: UUID, body: NoteIn) -> Any:
    """Take a flat's keys from its household."""
    return Status(201, _key(custody.collect(actor=asker(request, queries.OWN), at=clock.now(), transfer_id=transfer_id, note=body.note)))


@router.post("/{uuid:transfer_id}/reveal")
def reveal(request: HttpRequest, transfer_id: UUID) -> dict[str, Any]:
    """Name and phone, on record."""
    name, phone = acting.reveal(actor=asker(request, queries.OWN), at=clock.now(), transfer_id=transfer_id)
    return {"name": name, "phone": phone}


@router.post("/{uuid:transfer_id}/why")
def why(request: HttpRequest, transfer_id: UUID) -> dict[str, Any]:
    """Why, on record."""
    return {"why": acting.read_why(actor=asker(request, queries.WHY), at=clock.now(), transfer_id=transfer_id)}


def _moved(run: Any) -> dict[str, Any]:
    return _run(run_queries.progress([run], clock.now())[0])


def _whole(one: Transfer) -> dict[str, Any]:
    return {
        "id": one.pk, "unit_id": one.unit_id, "room": one.room.number, "state": one.state, "answered": one.answered_at is not None, "minor": one.minor,
        "run_id": one.run_id, "due_at": one.alarm_at, "gone_at": one.gone_at, "expected_at": one.expected_at, "limits_until": one.limits_until,
    }  # fmt: skip


def _left(line: LeftLine) -> dict[str, Any]:
    one = line.one
    return {
        "id": one.pk, "transfer_id": one.transfer_id, "kind": one.kind, "door": one.transfer.door, "cared": one.cared, "until": one.until, "next_due": one.next_due,
        "alone": line.alone, "alarm_at": one.alarm_at, "ended_at": one.ended_at,
    }  # fmt: skip


def _run(one: Progress) -> dict[str, Any]:
    run = one.run
    return {
        "id": run.pk, "number": run.number, "plate": run.plate, "state": run.state, "destination_id": run.destination_id, "leaves_at": run.leaves_at, "seats": run.seats,
        "taken": one.seats, "aboard": one.aboard, "handed": one.handed, "late": one.late,
    }  # fmt: skip


def _disinfection(one: Disinfection) -> dict[str, Any]:
    return {"id": one.pk, "where": one.where, "state": one.state, "due_at": one.alarm_at, "done_at": one.done_at}


def _key(one: Key) -> dict[str, Any]:
    return {"id": one.pk, "transfer_id": one.transfer_id, "door": one.transfer.door, "holder_id": one.holder_id, "offered_to_id": one.offered_to_id, "lost": one.lost, "count": one.count}

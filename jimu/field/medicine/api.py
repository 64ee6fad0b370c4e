"""The JSON API of medicine. No drug's name leaves through it but by `drugs`, on record."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from jimu.core import clock, downloads
from jimu.core.json_api import asker, listed
from jimu.core.paging import paged
from jimu.field.medicine import (
    acting,
    alarming,
    custody,
    custody_queries,
    queries,
    registering,
    report_file,
    trip_queries,
    trips,
)
from jimu.field.medicine.custody_queries import Held
from jimu.field.medicine.models import Order
from jimu.field.medicine.moving import LONGEST_NOTE
from jimu.field.medicine.registering import Given, ItemGiven
from jimu.field.medicine.scenes import Given as ActGiven
from jimu.grid.queries import unit_for

router = Router()
WindowCode = Literal["general", "psychiatric", "oncology", "other"]
Act = Literal[
    "triage", "no_card", "collect", "unassign", "take", "drop", "missing", "retry", "represcribe", "refer", "fetch", "check", "mismatch",
    "witness", "deliver", "sign", "hold", "refund", "exchange", "return", "settle", "cancel", "raise", "note", "again",
]  # fmt: skip


class ItemIn(Schema):
    """One drug."""

    name: str = Field(min_length=1, max_length=80)
    count: int = Field(1, ge=1, le=registering.MOST_COUNT)
    maker: str = Field("", max_length=60)
    strength: str = Field("", max_length=40)
    days_left: int | None = Field(None, ge=0, le=registering.MOST_DAYS)
    cold: bool | None = None
    controlled: bool | None = None


class OrderIn(Schema):
    """Whose medicine, where, which."""

    unit_id: UUID
    room: str = Field(min_length=1, max_length=30)
    name: str = Field(min_length=1, max_length=40)
    items: list[ItemIn] = Field(min_length=1, max_length=registering.MOST_ITEMS)
    phone: str = Field("", max_length=30)
    window: WindowCode = "general"
    note: str = Field("", max_length=LONGEST_NOTE)


class ActIn(Schema):
    """What goes with an act; money in fen."""

    note: str = Field("", max_length=LONGEST_NOTE)
    where: str = Field("", max_length=60)
    items: list[UUID] = Field([], max_length=registering.MOST_ITEMS)
    things: list[Literal["card", "book", "cash"]] = Field([], max_length=3)
    total: int = Field(0, ge=0, le=10_000_000)
    insurance: int = Field(0, ge=0, le=10_000_000)
    cash: int = Field(0, ge=0, le=10_000_000)
    refund: int = Field(0, ge=0, le=10_000_000)
    given: int = Field(0, ge=0, le=10_000_000)
    days_left: int | None = Field(None, ge=0, le=registering.MOST_DAYS)
    window: WindowCode | Literal[""] = ""
    hospital_id: UUID | None = None
    colour: Literal["", "red", "yellow", "green"] = ""
    drug: ItemIn | None = None


class TripIn(Schema):
    """Orders for one trip."""

    unit_id: UUID
    hospital_id: UUID
    window: WindowCode = "general"
    orders: list[UUID] = Field(min_length=1, max_length=100)


class ThingsIn(Schema):
    """Cards, books and cash, and to whom they go (only to hand over)."""

    things: list[UUID] = Field(min_length=1, max_length=custody.AT_ONCE)
    to_id: UUID | None = None
    where: str = Field("", max_length=60)


class TakenIn(ThingsIn):
    """What is signed for; `counted` is money in fen, where another sum was counted than was given."""

    counted: dict[UUID, Annotated[int, Field(ge=0, le=10_000_000)]] = Field({}, max_length=custody.AT_ONCE)


class AnswerIn(Schema):
    """An answer to being told."""

    note: str = Field("", max_length=LONGEST_NOTE)


@router.get("")
def list_orders(
    request: HttpRequest, unit_id: UUID | None = None, part: str = "waiting", page: int = 1
) -> dict[str, Any]:
    """Orders of the caller's part, the most pressing first; `part`: waiting, way, stuck, closing, over."""
    actor = asker(request, queries.VIEW)
    unit = unit_for(actor, unit_id) if unit_id else None
    shown = paged(queries.orders_for(actor, part=part, unit=unit), number=page)
    items = [_line(one) for one in queries.lines(shown.rows, clock.now())]
    return listed(shown, items)


@router.post("", response={201: dict[str, Any]})
def register(request: HttpRequest, body: OrderIn) -> Any:
    """Register an order."""
    given = body.dict(exclude={"items"})
    items = [ItemGiven(**item.dict()) for item in body.items]
    order = registering.register(
        actor=asker(request, queries.REGISTER), at=clock.now(), given=Given(items=items, **given)
    )
    return Status(201, {**_whole(order), "receipt": order.receipt})


@router.get("/custody")
def out(request: HttpRequest) -> list[dict[str, Any]]:
    """What is out with whom, lost and late first."""
    actor = asker(request, queries.VIEW)
    return [_held(one) for one in custody_queries.out_for(actor, clock.now())]


@router.post("/custody/offer")
def offer(request: HttpRequest, body: ThingsIn) -> list[dict[str, Any]]:
    """Hand what the caller holds to somebody; they hold it once they sign."""
    actor, at = asker(request, queries.OWN), clock.now()
    custody.offer(
        actor=actor, at=at, thing_ids=body.things, to_id=body.to_id or UUID(int=0), where=body.where
    )
    return [_held(one) for one in custody_queries.mine(actor, at)[0]]


@router.post("/custody/take")
def take(request: HttpRequest, body: TakenIn) -> list[dict[str, Any]]:
    """Sign for what was offered to the caller."""
    actor, at = asker(request, queries.OWN), clock.now()
    custody.take(actor=actor, at=at, thing_ids=body.things, where=body.where, counted=body.counted)
    return [_held(one) for one in custody_queries.mine(actor, at)[0]]


@router.get("/alarms")
def alarms(request: HttpRequest) -> list[dict[str, Any]]:
    """Orders left lying of which the caller was told and has not answered."""
    return [
        {"id": one.pk, "order_id": one.order_id, "bag": one.order.bag, "stage": one.stage, "due_at": one.due_at, "at": one.at}
        for one in alarming.open_for(asker(request, queries.OWN))
    ]


@router.post("/alarms/{uuid:alarm_id}/answer")
def answer(request: HttpRequest, alarm_id: UUID, body: AnswerIn) -> dict[str, Any]:
    """Say that the caller sees to it: the next level is told only after a while."""
    return _whole(alarming.answer(actor=asker(request, queries.OWN), at=clock.now(), alarm_id=alarm_id, note=body.note))


@router.get("/settlement.xlsx")
def settlement_xlsx(request: HttpRequest, unit_id: UUID | None = None) -> HttpResponse:
    """What trips cost, hospital by hospital, as a table without drugs and doors."""
    actor, at = asker(request, queries.MANAGE), clock.now()
    return downloads.report(report_file.settlement_book(actor, unit_for(actor, unit_id) if unit_id else None, at), "medicine-settlement", at)


@router.post("/custody.xlsx")
def custody_xlsx(request: HttpRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Cards and money in other hands, as a table; on record."""
    actor, at = asker(request, queries.MANAGE), clock.now()
    return downloads.report(report_file.custody_book(actor, unit_for(actor, unit_id) if unit_id else None, at), "medicine-custody", at)


@router.get("/trips")
def list_trips(request: HttpRequest) -> list[dict[str, Any]]:
    """Trips that go on, with k of n."""
    actor = asker(request, queries.OWN)
    return [
        {"id": p.trip.pk, "number": p.trip.number, "hospital": p.trip.hospital.name, "total": p.total, "fetched": p.fetched, "checked": p.checked, "brought": p.brought}
        for p in trip_queries.trips_for(actor)
    ]  # fmt: skip


@router.post("/trips", response={201: dict[str, Any]})
def make_trip(request: HttpRequest, body: TripIn) -> Any:
    """Make a trip out of orders whose cards are here."""
    given = body.dict(exclude={"orders"})
    trip = trips.make(actor=asker(request, queries.MANAGE), at=clock.now(), order_ids=body.orders, **given)
    return Status(201, {"id": trip.pk, "number": trip.number})


@router.get("/trips/proposals")
def proposals(request: HttpRequest, unit_id: UUID) -> list[dict[str, Any]]:
    """Trips that could be made in a neighborhood, the most urgent first."""
    actor = asker(request, queries.MANAGE)
    found = trip_queries.suggestions(actor, unit_for(actor, unit_id, queries.MANAGE), clock.now())
    return [
        {
            "hospital_id": one.hospital.pk if one.hospital else None, "window": one.window, "households": one.households, "red": one.red,
            "ready": one.ready, "orders": [line.order.pk for line in one.orders],
        }
        for one in found
    ]  # fmt: skip


@router.get("/{uuid:order_id}")
def show(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """One order with its story."""
    order = queries.order_for(asker(request, queries.OWN), order_id)
    story = [
        {"at": f.at, "act": f.act, "leads_to": f.leads_to, "by": f.who, "where": f.where, "undone": gone}
        for f, _words, gone in queries.story(order)
    ]
    return {**_whole(order), "items": [item.pk for item in queries.items_of(order)], "story": story}


@router.post("/{uuid:order_id}/drugs")
def drugs(request: HttpRequest, order_id: UUID) -> list[dict[str, Any]]:
    """The drugs by name, for who may read them; stands in the journal."""
    found = acting.reveal(actor=asker(request, queries.OWN), at=clock.now(), order_id=order_id)
    return [{"id": item.pk, "drug": said, "count": item.count} for item, said in found]


@router.post("/{uuid:order_id}/acts/{act}")
def do(request: HttpRequest, order_id: UUID, act: Act, body: ActIn) -> dict[str, Any]:
    """One act. 409 `not_now` says what is missing; 403 `same_person` at the check; 409 `in_other_hands` for a card that is elsewhere."""
    given = ActGiven(drug=ItemGiven(**body.drug.dict()) if body.drug else None, **body.dict(exclude={"drug"}))
    return _whole(
        acting.act(
            actor=asker(request, queries.OWN), at=clock.now(), order_id=order_id, name=act, given=given
        )
    )


@router.post("/{uuid:order_id}/undo")
def undo(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """Take the last act back, before the next signature."""
    return _whole(acting.undo(actor=asker(request, queries.OWN), at=clock.now(), order_id=order_id))


def _line(one: queries.Line) -> dict[str, Any]:
    return {
        "id": one.order.pk,
        "bag": one.order.bag,
        "place": one.place,
        "state": one.order.state,
        "colour": one.colour,
        "why": one.why,
        "due_at": one.order.due_at,
        "next": one.next,
    }


def _held(one: Held) -> dict[str, Any]:
    thing = one.thing
    return {
        "id": thing.pk,
        "kind": thing.kind,
        "fen": thing.fen,
        "place": one.place,
        "holder_id": thing.holder_id,
        "hours": one.hours,
        "alarm": one.alarm,
        "lost": thing.lost,
    }


def _whole(order: Order) -> dict[str, Any]:
    return {
        "id": order.pk, "bag": order.bag, "unit_id": order.unit_id, "room": order.room, "state": order.state, "due_at": order.due_at, "cold": order.cold,
        "controlled": order.controlled, "trip_id": order.trip_id, "runner_id": order.runner_id,
    }  # fmt: skip

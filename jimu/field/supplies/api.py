"""The JSON API of supplies."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from jimu.core import clock, downloads
from jimu.core.ids import new_id
from jimu.core.json_api import asker, listed
from jimu.core.paging import paged
from jimu.field.supplies import (
    bringing,
    buy_queries,
    delivering,
    handing,
    parcel_queries,
    parcels,
    planning,
    pledged,
    policy,
    queries,
    receiving,
    report_file,
    rules,
    showing,
    transfer_queries,
    transferring,
)
from jimu.field.supplies.bringing import Brought
from jimu.field.supplies.models import Transfer
from jimu.field.supplies.queries import LotLine
from jimu.grid.queries import unit_for

router = Router()
How = Literal["lost", "found", "back", "spare", "mistyped"]


class ArrivalIn(Schema):
    """What arrives; of a pledge (`pledge_id`) what it is, how it is counted and who gives it stand in the pledge."""

    unit_id: UUID
    item: str = Field("", max_length=40)
    measure: str = Field("", max_length=10)
    number: int = Field(ge=1, le=rules.MOST)
    source: Literal["government", "shop", "donation", "group"] = "donation"
    pledge_id: UUID | None = None
    giver: str = Field("", max_length=80)
    person: bool = False
    mark: str = Field("", max_length=40)
    use_by: date | None = None
    disinfect: bool = True
    rest_minutes: int | None = Field(None, ge=0, le=10_080)
    note: str = Field("", max_length=200)


class NumberIn(Schema):
    """A number with a word about it."""

    number: int = Field(ge=0, le=rules.MOST)
    note: str = Field("", max_length=200)


class TransferIn(Schema):
    """So many to another store."""

    to_id: UUID
    number: int = Field(ge=1, le=rules.MOST)
    note: str = Field("", max_length=200)


class PlanIn(Schema):
    """What a plan should be: `each` maps lots to how many are in a portion."""

    title: str = Field("", max_length=60)
    each: dict[UUID, int]
    limit: int = Field(1, ge=1, le=planning.MOST_LIMIT)
    per_people: int | None = Field(None, ge=1, le=20)
    spare_percent: float | None = Field(None, ge=0, le=50)
    after_id: UUID | None = None


class SendIn(Schema):
    """One building's, or all."""

    building_id: UUID | None = None


class LoadSignIn(Schema):
    """Parcels that were counted; `missing` names the doors of which none was there."""

    counted: int = Field(ge=0, le=rules.MOST)
    missing: str = Field("", max_length=200)
    note: str = Field("", max_length=200)


class ParcelIn(Schema):
    """What came of a parcel; `id` makes telling it twice harmless."""

    id: UUID | None = None
    result: Literal["done", "nobody", "refused", "wrong", "missing"]
    note: str = Field("", max_length=200)


class IssueIn(Schema):
    """So many portions to a building."""

    building_id: UUID
    portions: int = Field(ge=1, le=rules.MOST)


class SignIn(Schema):
    """What was counted."""

    counted: int = Field(ge=0, le=rules.MOST)
    note: str = Field("", max_length=200)


class DoorIn(Schema):
    """What came of a door; the same `id` twice is one delivery."""

    id: UUID | None = None
    room_id: UUID
    result: Literal["done", "nobody", "refused", "wrong"]
    note: str = Field("", max_length=200)


@router.get("/lots")
def lots(request: HttpRequest, unit_id: UUID | None = None, page: int = 1) -> dict[str, Any]:
    """Lots of the caller's part with where their goods are."""
    actor = asker(request, queries.VIEW)
    shown = paged(queries.lots_at(actor, unit_for(actor, unit_id) if unit_id else None), number=page)
    items = [_lot(line) for line in queries.lot_lines(shown.rows, clock.now())]
    return listed(shown, items)


@router.post("/lots", response={201: dict[str, Any]})
def arrive(request: HttpRequest, body: ArrivalIn) -> Any:
    """Take goods in."""
    values = body.dict()
    lot = receiving.arrive(actor=asker(request, queries.STORE), at=clock.now(), unit_id=values.pop("unit_id"), given=receiving.Given(**values))
    return Status(201, _lot(queries.lot_lines([lot], clock.now())[0]))


@router.post("/lots/{uuid:lot_id}/disinfect")
def disinfect(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    """It was disinfected now."""
    receiving.disinfect(actor=asker(request, queries.STORE), at=clock.now(), lot_id=lot_id)
    return _one(request, lot_id)


@router.post("/lots/{uuid:lot_id}/count")
def count(request: HttpRequest, lot_id: UUID, body: NumberIn) -> dict[str, Any]:
    """The stock follows the count; `off` is by how much it differed."""
    off = receiving.count(actor=asker(request, queries.STORE), at=clock.now(), lot_id=lot_id, number=body.number, note=body.note)
    return {**_one(request, lot_id), "off": off}


@router.get("/transfers")
def transfers(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """What is on its way between stores, or arrived; `counted` is None until somebody signed."""
    shown = paged(transfer_queries.transfers_for(asker(request, queries.VIEW)), number=page)
    items = [_transfer(one) for one in shown.rows]
    return listed(shown, items)


@router.post("/lots/{uuid:lot_id}/transfers", response={201: dict[str, Any]})
def send(request: HttpRequest, lot_id: UUID, body: TransferIn) -> Any:
    """Send goods to another store: the first signature."""
    return Status(201, _transfer(transferring.send(actor=asker(request, queries.STORE), at=clock.now(), lot_id=lot_id, **body.dict())))


@router.post("/transfers/{uuid:transfer_id}/sign")
def sign_transfer(request: HttpRequest, transfer_id: UUID, body: SignIn) -> dict[str, Any]:
    """The second signature, of another account."""
    actor = asker(request, queries.STORE)
    return _transfer(transferring.sign(actor=actor, at=clock.now(), transfer_id=transfer_id, counted=body.counted, note=body.note))


@router.post("/transfers/{uuid:transfer_id}/cancel")
def cancel_transfer(request: HttpRequest, transfer_id: UUID) -> dict[str, Any]:
    """Take it back before somebody signed."""
    return _transfer(transferring.cancel(actor=asker(request, queries.STORE), at=clock.now(), transfer_id=transfer_id))


@router.post("/lots/{uuid:lot_id}/{how}")
def correct(request: HttpRequest, lot_id: UUID, how: How, body: NumberIn) -> dict[str, Any]:
    """Written off, found, sent back, or given out as spare."""
    receiving.correct(actor=asker(request, queries.STORE), at=clock.now(), lot_id=lot_id, how=how, number=body.number, note=body.note)
    return _one(request, lot_id)


@router.get("/organisations/{uuid:organisation_id}")
def of_organisation(request: HttpRequest, organisation_id: UUID) -> list[dict[str, Any]]:
    """What became of the goods that an organisation gave, promise by promise."""
    rows = pledged.what_became(asker(request, pledged.SEEN), organisation_id)
    return [{"item": one.item, "measure": one.measure, **one.figures()} for one in rows]


@router.get("/report.xlsx")
def stock_xlsx(request: HttpRequest, unit_id: UUID | None = None) -> HttpResponse:
    """What came, went out and is left, as a table."""
    actor, at = asker(request, queries.VIEW), clock.now()
    return downloads.report(report_file.stock_book(actor, unit_for(actor, unit_id) if unit_id else None, at), "supplies", at)


@router.get("/plans/{uuid:plan_id}/report.xlsx")
def plan_xlsx(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """What a plan gave, as a table."""
    actor, at = asker(request, queries.VIEW), clock.now()
    return downloads.report(report_file.plan_book(actor, plan_id, at), "supplies-plan", at)


@router.post("/plans", response={201: dict[str, Any]})
def make_plan(request: HttpRequest, body: PlanIn) -> Any:
    """Reckon a plan from the ledger and write it down."""
    actor = asker(request, queries.STORE)
    plan = planning.make_plan(actor=actor, at=clock.now(), wish=planning.Wish(**body.dict()))
    return Status(201, _plan(showing.plan_page(actor, plan.pk)))


@router.get("/plans/{uuid:plan_id}")
def plan(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """A plan with how far each building is."""
    return _plan(showing.plan_page(asker(request, queries.VIEW), plan_id))


@router.post("/plans/{uuid:plan_id}/issue", response={201: dict[str, Any]})
def issue(request: HttpRequest, plan_id: UUID, body: IssueIn) -> Any:
    """Portions leave the store for a building."""
    made = handing.issue(actor=asker(request, queries.STORE), at=clock.now(), plan_id=plan_id, building_id=body.building_id, portions=body.portions)
    return Status(201, {"id": made.pk, "building_id": made.building_id, "portions": made.portions})


@router.post("/consignments/{uuid:consignment_id}/sign")
def sign(request: HttpRequest, consignment_id: UUID, body: SignIn) -> dict[str, Any]:
    """The building leader's signature."""
    made = handing.sign(actor=asker(request, queries.SIGN), at=clock.now(), consignment_id=consignment_id, counted=body.counted, note=body.note)
    return {"id": made.pk, "counted": made.counted, "by": made.by, "at": made.at}


@router.post("/plans/{uuid:plan_id}/doors", response={201: dict[str, Any]})
def deliver(request: HttpRequest, plan_id: UUID, body: DoorIn) -> Any:
    """A portion was put down at a door, or why not."""
    told = delivering.Told(body.id or new_id(), plan_id, body.room_id, body.result, clock.now(), body.note)
    delivering.deliver(actor=asker(request, queries.DELIVER), told=told)
    return Status(201, {"id": told.id})


@router.get("/buys/{uuid:buy_id}/doors")
def buy_doors(request: HttpRequest, buy_id: UUID) -> list[dict[str, Any]]:
    """How far a buy's orders for doors are, building by building."""
    shown = parcel_queries.doors_of(buy_queries.buy_for(asker(request, queries.VIEW), buy_id))
    return [
        {
            "building_id": line.building.pk, "building": line.building.name, "waiting": line.waiting,
            "here": line.parcels.here if line.parcels else 0, "done": line.parcels.done if line.parcels else 0,
            "missing": len(line.parcels.missing) if line.parcels else 0, "unsigned": [load.pk for load in line.parcels.unsigned] if line.parcels else [],
        }
        for line in shown.lines
    ]  # fmt: skip


@router.post("/buys/{uuid:buy_id}/send", response={201: list[dict[str, Any]]})
def send_parcels(request: HttpRequest, buy_id: UUID, body: SendIn) -> Any:
    """Orders for doors leave the store, a load for each building."""
    actor = asker(request, queries.STORE)
    buy = buy_queries.buy_for(actor, buy_id, queries.STORE)
    made = parcels.send(actor=actor, at=clock.now(), buy=buy, building_id=body.building_id)
    return Status(201, [{"id": one.pk, "building_id": one.building_id, "parcels": one.parcels.count()} for one in made])


@router.post("/loads/{uuid:load_id}/sign")
def sign_load(request: HttpRequest, load_id: UUID, body: LoadSignIn) -> dict[str, Any]:
    """The building leader's signature for parcels."""
    made = parcels.sign(actor=asker(request, queries.SIGN), at=clock.now(), load_id=load_id, counted=body.counted, missing=body.missing, note=body.note)
    return {"id": made.pk, "counted": made.counted, "by": made.by, "at": made.at}


@router.post("/parcels/{uuid:parcel_id}/door", response={201: dict[str, Any]})
def bring(request: HttpRequest, parcel_id: UUID, body: ParcelIn) -> Any:
    """A parcel was put down at its door, or why not."""
    told = Brought(body.id or new_id(), parcel_id, body.result, clock.now(), body.note)
    bringing.bring(actor=asker(request, queries.DELIVER), told=told)
    return Status(201, {"id": told.id})


@router.get("/crew")
def crew(request: HttpRequest, bags: int, hours: float = 5, unit_id: UUID | None = None) -> dict[str, Any]:
    """People for so many bags in so many hours, at the pace in force at a place."""
    actor = asker(request, queries.DELIVER)
    numbers = policy.of_place(unit_for(actor, unit_id, queries.DELIVER) if unit_id else None)
    found = rules.crew(min(max(0, bags), rules.MOST), min(max(0.5, hours), 24), numbers)
    return {"people": found.people, "carrying": found.carrying, "packing": found.packing, "disinfecting": found.disinfecting, "floating": found.floating}


def _one(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    return _lot(queries.lot_lines([queries.lot_for(asker(request), lot_id)], clock.now())[0])


def _lot(line: LotLine) -> dict[str, Any]:
    lot = line.lot
    return {
        "id": lot.pk, "unit_id": lot.unit_id, "item": lot.item, "measure": lot.measure, "source": lot.source, "giver": lot.giver, "organisation_id": lot.organisation_id, "pledge_id": lot.pledge_id, "use_by": lot.use_by,
        "stage": line.stage.code, "ready_at": line.stage.until, "arrived": line.arrived, "store": line.store, "buildings": line.buildings,
        "out": line.out, "lost": line.lost, "back": line.back, "transit": line.transit, "moved": line.moved,
    }  # fmt: skip


def _transfer(one: Transfer) -> dict[str, Any]:
    return {
        "id": one.pk, "lot_id": one.lot_id, "item": one.lot.item, "from_id": one.lot.unit_id, "to_id": one.to_id, "number": one.number, "sent_at": one.sent_at,
        "sent_by": one.sent_by, "counted": one.counted, "counted_by": one.counted_by, "missing": one.missing, "made_id": one.made_id, "cancelled_at": one.cancelled_at,
    }  # fmt: skip


def _plan(shown: showing.PlanPage) -> dict[str, Any]:
    plan = shown.plan
    rows = [
        {
            "building_id": one.share.building_id, "building": one.share.building.name, "households": one.share.households, "priority": one.share.priority,
            "portions": one.share.portions, "sent": one.sent, "signed": one.signed, "here": one.here, "done": one.doors.done, "waiting": one.doors.waiting,
        }
        for one in shown.lines
    ]  # fmt: skip
    return {"id": plan.pk, "title": plan.title, "portion": shown.portion, "limit": plan.limit, "spare": plan.spare, "people": shown.crew.people, "buildings": rows}

"""The JSON API of the ledger: places, rooms, rounds and knocks; zones; cases and contacts for the restricted right."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Field, Router, Schema, Status

from jimu.core import clock, downloads
from jimu.core.errors import Invalid
from jimu.core.ids import new_id
from jimu.core.json_api import asker, listed
from jimu.core.paging import paged
from jimu.field.households import (
    actions,
    case_actions,
    case_queries,
    form_queries,
    queries,
    referral_actions,
    referral_queries,
    report_file,
    round_actions,
    round_queries,
    zone_actions,
    zone_policies,
    zone_queries,
)
from jimu.field.households.form_rules import described
from jimu.field.households.models import Case, Referral, Room, Round, Visit, Zone
from jimu.grid.queries import unit_for

router = Router()
MOST_KNOCKS = 500


class RoomIn(Schema):
    """What is known of a door; what is left out stays. `seen` is the `version` that was read, so that nobody's change is overwritten."""

    seen: datetime | None = None
    state: Literal["listed", "checked", "away", "moved", "empty", "refused"] | None = None
    floor: int | None = Field(None, ge=-5, le=99)
    kitchen: str | None = Field(None, max_length=20)
    note: str | None = Field(None, max_length=300)


class RoundIn(Schema):
    """A round to begin."""

    unit_id: UUID
    title: str = Field("", max_length=60)
    pairs: int = Field(2, ge=1, le=40)
    form_id: UUID | None = None


class KnockIn(Schema):
    """A knock; an `id` of one's own (UUIDv7) makes sending it again harmless."""

    id: UUID | None = None
    room_id: UUID
    result: Literal["answered", "second", "moved", "empty", "refused"]
    note: str = Field("", max_length=round_actions.LONGEST_NOTE)
    at: datetime | None = None


class KnocksIn(Schema):
    """Knocks of one round."""

    knocks: list[KnockIn] = Field(min_length=1, max_length=MOST_KNOCKS)


class ZonesIn(Schema):
    """Buildings to put under a track of the policy in force."""

    building_ids: list[UUID] = Field(min_length=1, max_length=zone_actions.MOST_BUILDINGS)
    track: Literal["lockdown", "controlled", "precaution"]
    day_one: date
    legal_basis: str = Field(min_length=1, max_length=200)


class PolicyIn(Schema):
    """A policy to adopt."""

    unit_id: UUID
    name: str = Field(max_length=40)
    effective_from: date
    legal_basis: str = Field(min_length=1, max_length=200)
    carry: bool = False


class CaseIn(Schema):
    """A resident who tested positive."""

    resident_id: UUID
    found_on: date
    day_one: date | None = None
    way: Literal["pcr", "recheck", "antigen", "told"] = "pcr"
    note: str = Field("", max_length=case_actions.LONGEST_NOTE)
    legal_basis: str = Field("", max_length=200)


class JudgeIn(Schema):
    """Contacts that somebody judged."""

    contact_ids: list[UUID] = Field(min_length=1, max_length=2000)
    confirm: bool
    kind: Literal["", "close", "secondary"] = ""


class ElsewhereIn(Schema):
    """A contact who lives in another building: a resident of the caller's part, or words for those who lead elsewhere."""

    resident_id: UUID | None = None
    unit_id: UUID | None = None
    words: str = Field("", max_length=referral_actions.LONGEST_WORDS)
    kind: Literal["close", "secondary"]
    setting: Literal["work", "visit", "queue", "shared", "ride", "meal", "other"]
    exposed_on: date


class ReferralAnswerIn(Schema):
    """Taken up (with the resident, where only words came), or why not."""

    resident_id: UUID | None = None
    why: Literal["", "absent", "moved", "none"] = ""


@router.get("/places/{uuid:unit_id}", summary="一个网格块或一栋楼的台账")
def place(request: HttpRequest, unit_id: UUID) -> dict[str, Any]:
    """A block or a building: how far it is known, its rooms with how many live there. No name."""
    found = queries.block_page(asker(request, queries.VIEW), unit_id)
    buildings = [
        {"id": plan.building.pk, "name": plan.building.name, "rooms": [
            {"id": cell.room_id, "entrance": entrance, "floor": floor, "number": cell.number, "state": cell.state, "kitchen": cell.kitchen, "people": cell.people, "priority": cell.priority}
            for entrance, floors in plan.entrances for floor, cells in floors for cell in cells
        ]} for plan in found.plans
    ]  # fmt: skip
    return {"id": found.unit.pk, "name": found.unit.name, "rooms": found.progress.rooms, "settled": found.progress.settled, "residents": found.residents, "buildings": buildings}


@router.get("/rooms/{uuid:room_id}", summary="一户")
def room(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """One room with who lives there, masked."""
    found = queries.room_page(asker(request, queries.VIEW), room_id)
    people = [
        {"id": one.pk, "name": one.masked_name, "phone": one.masked_phone, "head": one.head, "sex": one.sex, "birth_year": one.birth_year, "priority": one.priority}
        for one, _groups in found.residents
    ]  # fmt: skip
    return {**_room(found.room), "residents": people, "sharing": [one.pk for one in found.sharing]}


@router.patch("/rooms/{uuid:room_id}", summary="改一户的情况")
def edit_room(request: HttpRequest, room_id: UUID, body: RoomIn) -> dict[str, Any]:
    """Change what is known of a door."""
    changes = {name: value for name, value in body.dict(exclude_unset=True).items() if name != "seen" and (value is not None or name == "floor")}
    return _room(actions.edit_room(actor=asker(request, actions.EDIT), at=clock.now(), room_id=room_id, seen=body.seen, changes=changes))


@router.post("/rounds", response={201: dict[str, Any]}, summary="开始一轮入户")
def open_round(request: HttpRequest, body: RoundIn) -> Any:
    """Begin a round."""
    return Status(201, _round(round_actions.open_round(actor=asker(request, round_actions.MANAGE), at=clock.now(), **body.dict())))


@router.get("/rounds", summary="正在进行的入户")
def rounds(request: HttpRequest, unit_id: UUID) -> list[dict[str, Any]]:
    """Rounds that are going on at a place, inside it or around it."""
    actor = asker(request, round_queries.RECORD)
    found = unit_for(actor, unit_id)
    return [_round(one) for one in round_queries.open_rounds_at(found.path) if round_queries.own_paths(actor, one)]


@router.get("/rounds/{uuid:round_id}", summary="一轮入户的进度和路线")
def round_(request: HttpRequest, round_id: UUID) -> dict[str, Any]:
    """A round: each pair's part, and the next doors in the order of walking; who leads a building sees their own doors of it."""
    actor = asker(request, round_queries.RECORD)
    found = round_queries.round_for(actor, round_id)
    shares = [
        {"pair": one.number, "doors": one.doors, "left": len(one.left), "again": one.again_here,
            "next": [{"room_id": stop.room_id, "building": stop.building, "entrance": stop.entrance, "number": stop.number, "again": again} for stop, again in one.next]}
        for one in round_queries.shares_for(actor, found)
    ]  # fmt: skip
    return {**_round(found), "shares": shares}


@router.post("/rounds/{uuid:round_id}/knocks", summary="登记敲门结果")
def knock(request: HttpRequest, round_id: UUID, body: KnocksIn) -> dict[str, Any]:
    """Write knocks down; each is answered in order. What happened later than now, happened now."""
    actor, at = asker(request, round_queries.RECORD), clock.now()
    told = [round_actions.Knock(one.id or new_id(), round_id, one.room_id, Visit.Result(one.result), _not_later(one.at, at), one.note) for one in body.knocks]
    answers = round_actions.knock_all(actor=actor, told=told)
    return {"results": [{"id": one.id, "done": error is None, "code": error.code if error else "", "message": str(error) if error else ""} for one, error in zip(told, answers, strict=True)]}


@router.post("/rounds/{uuid:round_id}/close", summary="结束一轮入户")
def close_round(request: HttpRequest, round_id: UUID) -> dict[str, Any]:
    """End a round."""
    return _round(round_actions.close_round(actor=asker(request, round_actions.MANAGE), at=clock.now(), round_id=round_id))


@router.get("/forms", summary="入户表格")
def forms(request: HttpRequest) -> list[dict[str, Any]]:
    """Forms kept at the caller's part or above it."""
    return [{"id": one.pk, "title": one.title, "form_id": one.form_id, "unit_id": one.unit_id} for one in form_queries.forms_for(asker(request, queries.VIEW))]


@router.get("/forms/{uuid:form_id}", summary="一份表格的题目和版本")
def form(request: HttpRequest, form_id: UUID) -> dict[str, Any]:
    """A form's newest questions, its versions and how many doors of the caller's part answered each."""
    found = form_queries.form_page(asker(request, queries.VIEW), form_id)
    versions = [{"id": one.pk, "number": one.number, "made_at": one.made_at, "filled": n} for one, n in found.versions]
    return {"id": found.form.pk, "title": found.form.title, "questions": described(found.definition, get_language() or ""), "versions": versions}


@router.get("/zones", summary="某一天各楼的分区")
def zones(request: HttpRequest, on: date | None = None) -> list[dict[str, Any]]:
    """Buildings under a zone on a day (today), as the policy of that day had it."""
    day = on or zone_queries.today(clock.now())
    return [_zone(one.zone) | _standing(one) for one in zone_queries.lines_on(asker(request, queries.VIEW), day)]


@router.post("/zones", response={201: list[dict[str, Any]]}, summary="划定分区")
def set_zones(request: HttpRequest, body: ZonesIn) -> Any:
    """Put buildings under a zone from today."""
    return Status(201, [_zone(one) for one in zone_actions.set_zones(actor=asker(request, zone_actions.ZONE), at=clock.now(), **body.dict())])


@router.get("/zone-policies", summary="可选的分区政策")
def policies(request: HttpRequest) -> list[dict[str, Any]]:
    """The shelf of policies."""
    asker(request, queries.VIEW)
    return [policy.model_dump(mode="json") for policy, _text in zone_policies.shelf()]


@router.post("/zone-policies", response={201: dict[str, Any]}, summary="选定分区政策")
def adopt(request: HttpRequest, body: PolicyIn) -> Any:
    """Adopt a policy from a day on."""
    made = zone_actions.adopt_policy(actor=asker(request, zone_actions.POLICY), at=clock.now(), **body.dict())
    return Status(201, {"id": made.pk, "name": made.name, "title": made.title, "effective_from": made.effective_from})


@router.get("/cases", summary="阳性（需要专门权限）")
def cases(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """Running cases of the caller's part."""
    shown = paged(case_queries.cases_for(asker(request, case_queries.HEALTH)), number=page)
    items = [{**_case(one), "waiting": one.waiting, "confirmed": one.confirmed} for one in shown.rows]
    return listed(shown, items)


@router.get("/report.xlsx", summary="户数、人数和分区（上报表，不含姓名）")
def ledger_xlsx(request: HttpRequest, unit_id: UUID | None = None) -> HttpResponse:
    """Doors, people and zones in figures, by neighborhood and building, as a table to send upwards."""
    actor, at = asker(request, queries.VIEW), clock.now()
    return downloads.report(report_file.ledger_book(actor, unit_for(actor, unit_id) if unit_id else None, at), "ledger", at)


@router.post("/cases/day.xlsx", summary="一天的阳性、密接和分区（上报表，有记录）")
def cases_xlsx(request: HttpRequest, day: date | None = None, unit_id: UUID | None = None) -> HttpResponse:
    """A day of cases, contacts and zones as a table to send upwards; names masked, on record."""
    actor, at = asker(request, case_queries.HEALTH), clock.now()
    unit = unit_for(actor, unit_id) if unit_id else None
    return downloads.report(report_file.cases_book(actor, unit, day or clock.today(), at), "cases", at)


@router.post("/cases", response={201: dict[str, Any]}, summary="登记阳性")
def record_case(request: HttpRequest, body: CaseIn) -> Any:
    """Record that a resident tested positive; contacts are proposed, and wait for a person."""
    return Status(201, _case(case_actions.record_case(actor=asker(request, case_queries.HEALTH), at=clock.now(), **body.dict())))


@router.get("/cases/{uuid:case_id}", summary="一例阳性和推算的密接")
def case(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """A case with its contacts, names masked; the look is on record."""
    found = case_actions.look(actor=asker(request, case_queries.HEALTH), at=clock.now(), case_id=case_id)
    contacts = [
        {"id": line.contact.pk, "resident_id": line.resident.pk, "name": line.resident.masked_name, "room_id": line.resident.room_id, "kind": line.contact.kind,
            "reason": line.contact.reason, "state": line.contact.state, "decided_by": line.contact.decided_by, "decided_at": line.contact.decided_at}
        for line in found.lines
    ]  # fmt: skip
    return {**_case(found.case), "name": found.resident.masked_name, "found_on": found.facts["found_on"], "floors_unknown": found.floors_unknown, "contacts": contacts}


@router.post("/cases/{uuid:case_id}/contacts", summary="确认或排除密接")
def judge(request: HttpRequest, case_id: UUID, body: JudgeIn) -> dict[str, int]:
    """Say that contacts are contacts, or none."""
    return {"count": case_actions.judge(actor=asker(request, case_queries.HEALTH), at=clock.now(), case_id=case_id, **body.dict())}


@router.post("/cases/{uuid:case_id}/elsewhere", response={201: dict[str, Any]}, summary="住在别处的密接")
def refer(request: HttpRequest, case_id: UUID, body: ElsewhereIn) -> Any:
    """Add a contact of any building of the caller's part by `resident_id`; or, by `unit_id` and `words`, hand one to who leads a neighborhood."""
    actor, at = asker(request, case_queries.HEALTH), clock.now()
    near: dict[str, Any] = {"kind": body.kind, "setting": body.setting, "exposed_on": body.exposed_on}
    if body.resident_id is not None:
        made = referral_actions.add_contact(actor=actor, at=at, case_id=case_id, resident_id=body.resident_id, **near)
        return Status(201, {"contact_id": made.pk})
    if body.unit_id is None:
        raise Invalid
    return Status(201, {"referral_id": referral_actions.refer(actor=actor, at=at, case_id=case_id, unit_id=body.unit_id, words=body.words, **near).pk})


@router.get("/referrals", summary="别处转来的密接")
def referrals(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """Contacts of cases elsewhere who live on the caller's part. Of the case only the neighborhood that asks."""
    shown = paged(referral_queries.came_to(asker(request, case_queries.HEALTH)), number=page)
    items = [_referral(line.referral) | {"asks": line.asks, "resident_id": line.resident.pk if line.resident else None} for line in referral_queries.incoming(shown.rows)]
    return listed(shown, items)


@router.get("/referrals/{uuid:referral_id}", summary="一位转来的密接")
def referral(request: HttpRequest, referral_id: UUID) -> dict[str, Any]:
    """One of them with what was written of the person; the look is on record."""
    line = referral_actions.look(actor=asker(request, case_queries.HEALTH), at=clock.now(), referral_id=referral_id)
    return _referral(line.referral) | {"asks": line.asks, "words": line.words, "resident_id": line.resident.pk if line.resident else None}


@router.post("/referrals/{uuid:referral_id}/answer", summary="接下或退回转来的密接")
def answer_referral(request: HttpRequest, referral_id: UUID, body: ReferralAnswerIn) -> dict[str, Any]:
    """Take it up, naming the resident where only words came; or say why not."""
    actor, at = asker(request, case_queries.HEALTH), clock.now()
    if body.why:
        return _referral(referral_actions.refuse(actor=actor, at=at, referral_id=referral_id, why=body.why))
    return _referral(referral_actions.take(actor=actor, at=at, referral_id=referral_id, resident_id=body.resident_id))


def _referral(one: Referral) -> dict[str, Any]:
    return {
        "id": one.pk, "unit_id": one.unit_id, "kind": one.kind, "setting": one.setting, "exposed_on": one.exposed_on, "state": one.state, "refusal": one.refusal,
        "sent_at": one.sent_at, "sent_by": one.sent_by, "answered_at": one.answered_at, "answered_by": one.answered_by,
    }  # fmt: skip


def _not_later(given: datetime | None, at: datetime) -> datetime:
    return at if given is None or given.tzinfo is None or given > at else given


def _room(found: Room) -> dict[str, Any]:
    return {
        "id": found.pk, "building_id": found.building_id, "entrance": found.entrance, "floor": found.floor, "number": found.number, "state": found.state,
        "kitchen": found.kitchen, "note": found.note, "version": found.updated_at,
    }  # fmt: skip


def _round(found: Round) -> dict[str, Any]:
    return {"id": found.pk, "unit_id": found.unit_id, "title": found.title, "pairs": found.pairs, "opened_at": found.opened_at, "closed_at": found.closed_at}


def _zone(zone: Zone) -> dict[str, Any]:
    return {"id": zone.pk, "building_id": zone.building_id, "track": zone.track, "day_one": zone.day_one, "ends_on": zone.ends_on, "legal_basis": zone.legal_basis}


def _standing(one: zone_queries.Stands) -> dict[str, Any]:
    told = one.standing
    return {
        "building": one.zone.building.name, "zone": told.zone, "title": told.title, "movement": told.movement, "day": told.day, "of": told.of,
        "test_today": told.test_today, "next_test": told.next_test,
    }  # fmt: skip


def _case(found: Case) -> dict[str, Any]:
    return {"id": found.pk, "building_id": found.building_id, "day_one": found.day_one, "recorded_at": found.recorded_at, "closed_at": found.closed_at}

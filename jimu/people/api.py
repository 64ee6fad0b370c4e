"""The JSON API of people. Contacts are masked; numbers are looked up by POST, so that none stands in an address."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jimu.core.errors import Invalid
from jimu.core.json_api import MOST_ROWS, PageOut, asker, listed
from jimu.core.paging import paged
from jimu.people import intake_api, leader_queries, queries
from jimu.people.models import Kind, Person
from jimu.people.person_queries import state_of, windows_of
from jimu.people.rules import contact_in, looks_like_number

router = Router()
router.add_router("/intakes", intake_api.router)


class PersonOut(Schema):
    """One person in a list; the name as far as the asker may see it, the phone masked."""

    id: UUID
    name: str
    phone: str
    kinds: list[str]
    skills: list[str]
    limits: list[str]
    unit_id: UUID | None
    unit: str
    state: str
    times_known: bool
    updated_at: datetime


class PeopleOut(Schema):
    """A page of people."""

    items: list[PersonOut]
    page: PageOut


class WindowOut(Schema):
    """A weekly window: weekday mask (Monday = 1) and minutes of the day; an end above 1440 lies on the next day."""

    weekdays: int
    start: int
    end: int


class AffiliationOut(Schema):
    """What somebody comes as."""

    kind: Kind
    organisation: str
    title: str
    source: str


class LeadsOut(Schema):
    """A term of leading a unit; `until` is null for a current one."""

    unit_id: UUID
    unit: str
    role: str
    title: str
    since: datetime
    until: datetime | None


class PortraitOut(PersonOut):
    """One person in full, contacts masked."""

    id_number: str
    address: str
    note: str
    times: list[WindowOut]
    affiliations: list[AffiliationOut]
    leads: list[LeadsOut]


class PeopleFilter(Schema):
    """Which people. `weekday` counts from Monday = 0; `part` is morning, afternoon, evening or night."""

    q: str = Field("", max_length=60)
    kind: Kind | None = None
    unit: UUID | None = None
    skill: str = Field("", max_length=30)
    weekday: int | None = Field(None, ge=0, le=6)
    part: str = Field("", pattern="^(morning|afternoon|evening|night)?$")
    limit: str = Field("", max_length=20)
    no_contact: bool = False
    state: str = Field("active", pattern="^(active|paused|left|all)$")
    sort: str = Field("name", pattern="^(name|newest)$")
    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(50, ge=1, le=MOST_ROWS)


class NumberIn(Schema):
    """A whole phone or ID number."""

    number: str = Field(max_length=40)


def _row(row: queries.Row) -> dict[str, Any]:
    person = row.person
    return {
        "id": person.pk, "name": row.name, "phone": row.phone, "kinds": [a.kind for a in person.affiliations.all()],
        "skills": [s.code or s.words for s in row.skills], "limits": person.limits, "unit_id": person.unit_id,
        "unit": person.unit.name if person.unit else "", "state": state_of(person), "times_known": person.times_known,
        "updated_at": person.updated_at,
    }  # fmt: skip


@router.get("", response=PeopleOut, summary="人员列表")
def list_people(request: HttpRequest, wanted: Query[PeopleFilter]) -> Any:
    """People of the asker's part of the grid. `q` is a name, pinyin or initials; numbers go to /search."""
    if looks_like_number(wanted.q):
        raise Invalid(code="number_in_address")
    actor = asker(request, "people.view")
    found = queries.people_for(actor, queries.Search(
        words=wanted.q.strip(), kind=wanted.kind or "", unit_id=wanted.unit, skill=wanted.skill, weekday=wanted.weekday, part=wanted.part,
        limit=wanted.limit, no_contact=wanted.no_contact, state=wanted.state, sort=wanted.sort,
    ))  # fmt: skip
    shown = paged(queries.with_details(found), number=wanted.page, size=wanted.size)
    return listed(shown, [_row(row) for row in queries.rows(actor, shown.rows)])


@router.post("/search", response=list[PersonOut], summary="按完整号码查人")
def find_by_number(request: HttpRequest, body: NumberIn) -> Any:
    """People whose phone or ID number is exactly this one."""
    actor = asker(request, "people.view")
    contact = contact_in(body.number)
    if contact is None:
        raise Invalid(code="number_unclear")
    found = queries.people_for(actor, queries.Search(contact=contact, state="all"))
    return [_row(row) for row in queries.rows(actor, queries.with_details(found)[:MOST_ROWS])]


@router.get("/{uuid:person_id}", response=PortraitOut, summary="一个人")
def person(request: HttpRequest, person_id: UUID) -> Any:
    """One person."""
    actor = asker(request, "people.view")
    found = queries.person_for(actor, person_id)
    detailed = queries.with_details(Person.objects.filter(pk=found.pk))
    roles = found.affiliations.select_related("organisation").order_by("kind")
    return {
        **_row(queries.rows(actor, detailed)[0]),
        "id_number": found.masked_id_number, "address": found.address, "note": found.note,
        "times": [{"weekdays": w.weekdays, "start": w.start, "end": w.end} for w in windows_of(found)],
        "affiliations": [
            {"kind": a.kind, "organisation": a.organisation.name if a.organisation else "", "title": a.title, "source": a.source} for a in roles
        ],
        "leads": [
            {"unit_id": row.unit_id, "unit": row.unit.name, "role": row.role, "title": row.title, "since": row.since, "until": row.until}
            for row in leader_queries.led_by(found)
        ],
    }  # fmt: skip

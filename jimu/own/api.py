"""The JSON API: one's own record."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.own import actions, queries
from jimu.people.intake.times import Window
from jimu.people.models import Person, Skill
from jimu.people.own_actions import OwnChange
from jimu.people.person_queries import windows_of

router = Router()


class OwnWindow(Schema):
    """A weekly window: weekday mask (Monday = 1), minutes of the day; an end above 1440 lies on the next day."""

    weekdays: int = Field(ge=1, le=127)
    start: int = Field(ge=0, lt=1440)
    end: int = Field(gt=0, le=2880)


class OwnOut(Schema):
    """One's own record; `updated_at` is handed back with a change. `in_doubt`: published shifts that disagree with it."""

    name: str
    phone: str
    times: list[OwnWindow]
    times_known: bool
    limits: list[str]
    skills: list[str]
    in_doubt: list[str]
    updated_at: datetime


class OwnIn(Schema):
    """A change. `sure` writes it although published shifts become impossible."""

    seen: datetime
    times: list[OwnWindow]
    times_known: bool
    limits: list[str]
    skills: list[str]
    phone: str = Field("", max_length=30)
    sure: bool = False


def _told(person: Person) -> dict[str, Any]:
    return {
        "name": person.name, "phone": person.masked_phone, "times_known": person.times_known, "limits": person.limits,
        "times": [{"weekdays": w.weekdays, "start": w.start, "end": w.end} for w in windows_of(person)],
        "skills": list(Skill.objects.filter(person=person).order_by("code").values_list("code", flat=True)),
        "in_doubt": [str(seat.assignment.shift_id) for seat in queries.in_doubt(person.pk, clock.now())], "updated_at": person.updated_at,
    }  # fmt: skip


@router.get("", response=OwnOut, summary="自己的资料")
def own(request: HttpRequest) -> Any:
    """The asker's own record."""
    return _told(queries.own_person(asker(request, "own.edit")))


@router.put("", response=OwnOut, summary="修改自己的资料")
def change(request: HttpRequest, body: OwnIn) -> Any:
    """Change it. 409 `breaks_shifts` names published shifts that the change would make impossible."""
    actor = asker(request, "own.edit")
    person = queries.own_person(actor)
    wanted = OwnChange(
        windows=[Window(w.weekdays, w.start, w.end) for w in body.times if w.end > w.start], known=body.times_known,
        limits=frozenset(body.limits), skills=frozenset(body.skills), phone=body.phone,
    )  # fmt: skip
    actions.change(actor=actor, at=clock.now(), person_id=person.pk, seen=body.seen, wanted=wanted, sure=body.sure)
    return _told(queries.own_person(actor))

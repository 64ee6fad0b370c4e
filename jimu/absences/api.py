"""The JSON API of absences."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from jimu.absences import actions, naming, queries
from jimu.absences.actions import LONGEST_WORDS, Term
from jimu.absences.forms import until_of
from jimu.absences.models import Absence
from jimu.core import clock
from jimu.core.json_api import asker
from jimu.core.permissions import Actor
from jimu.people.models import Person

router = Router()


class OutIn(Schema):
    """Who is out (by id, a neighborhood's committee, or those who shared shifts with somebody), until which day, why."""

    person_ids: list[UUID] = []
    committee_of: UUID | None = None
    contact_of: UUID | None = None
    days: int = Field(3, ge=1, le=naming.MOST_DAYS)
    back_on: date
    reason: Absence.Reason = Absence.Reason.QUARANTINE
    words: str = Field("", max_length=LONGEST_WORDS)

    def people(self, actor: Actor, at: datetime) -> list[Person]:
        """Everybody who is meant, once."""
        found = {person.pk: person for person in naming.chosen(actor, self.person_ids)} if self.person_ids else {}
        if self.committee_of:
            found |= {person.pk: person for person in naming.committee(actor, self.committee_of)}
        if self.contact_of:
            found |= {person.pk: person for person in naming.contacts(actor, self.contact_of, self.days, at)}
        return list(found.values())


class BackIn(Schema):
    """Who is back; all when nobody is named."""

    person_ids: list[UUID] = []


def _shown(absence: Absence) -> dict[str, Any]:
    people = [{"person_id": row.person_id, "back_at": row.ended_at} for row in absence.people.all()]
    return {
        "id": absence.pk, "unit_id": absence.unit_id, "starts_at": absence.starts_at, "ends_at": absence.ends_at, "made_by": absence.made_by,
        "outcome": absence.outcome, "people": people,
    }  # fmt: skip


@router.get("/")
def absences(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest absences of the caller's part."""
    return [_shown(one) for one in queries.absences_for(asker(request, queries.VIEW))[:100]]


@router.post("/preview")
def preview(request: HttpRequest, given: OutIn) -> dict[str, Any]:
    """What would follow; nothing is written."""
    actor, at = asker(request, naming.SEND), clock.now()
    seen = queries.preview(given.people(actor, at), at, until_of(given.back_on))
    return {
        "people": [person.pk for person in seen.people], "already": [person.pk for person in seen.already], "seats": seen.seats,
        "critical": seen.critical, "on_duty": seen.on_duty, "team_seats": len(seen.team_seats), "offers": seen.offers, "keys": seen.keys,
        "posts": [
            {"unit": p.unit, "title": p.title, "critical": p.critical, "seats": p.seats, "left": max(p.left, 0), "needed": p.needed}
            for p in seen.posts
        ],
        "cells": [{"unit": c.unit, "leader": c.leader.pk, "deputy": c.deputy.pk if c.deputy else None} for c in seen.cells],
    }  # fmt: skip


@router.post("/")
def send_out(request: HttpRequest, given: OutIn) -> dict[str, Any]:
    """They are out from now on."""
    actor, at = asker(request, naming.SEND), clock.now()
    ids = [person.pk for person in given.people(actor, at)]
    made = actions.send_out(actor=actor, at=at, person_ids=ids, term=Term(until_of(given.back_on), given.reason, given.words))
    return _shown(queries.absence_for(actor, made.pk))


@router.post("/{absence_id}/back")
def come_back(request: HttpRequest, absence_id: UUID, given: BackIn) -> dict[str, Any]:
    """They are back before the end."""
    actor = asker(request, naming.SEND)
    actions.come_back(actor=actor, at=clock.now(), absence_id=absence_id, person_ids=given.person_ids)
    return _shown(queries.absence_for(actor, absence_id))


class ProlongIn(Schema):
    """Until which day now."""

    back_on: date


@router.post("/{absence_id}/prolong")
def prolong(request: HttpRequest, absence_id: UUID, given: ProlongIn) -> dict[str, Any]:
    """They stay out longer."""
    actor = asker(request, naming.SEND)
    actions.prolong(actor=actor, at=clock.now(), absence_id=absence_id, until=until_of(given.back_on))
    return _shown(queries.absence_for(actor, absence_id))


@router.get("/{absence_id}/keys")
def keys(request: HttpRequest, absence_id: UUID) -> list[dict[str, Any]]:
    """Keys and cards that those who are out hold, and who can take them over."""
    actor = asker(request, naming.SEND)
    held = queries.keys_of(queries.absence_for(actor, absence_id, naming.SEND))
    return [
        {"unit": one.unit, "post": one.post, "text": one.text, "amount": one.amount, "holder": one.holder, "deputy_id": one.deputy.pk if one.deputy else None}
        for one in held
    ]


@router.post("/{absence_id}/people/{absentee_id}/again/{shift_id}")
def serve_again(request: HttpRequest, absence_id: UUID, absentee_id: UUID, shift_id: UUID) -> dict[str, Any]:
    """Somebody who is back takes a shift that they had given up."""
    actor = asker(request, naming.SEND)
    done = actions.serve_again(actor=actor, at=clock.now(), absence_id=absence_id, absentee_id=absentee_id, shift_id=shift_id)
    return {"version": done.version}

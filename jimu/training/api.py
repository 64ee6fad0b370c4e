"""The JSON API of training."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.training import certificates, queries
from jimu.training.naming import qualification_name

router = Router()


class CourseOut(Schema):
    """One course; the right answers are not told."""

    code: str
    version: int
    title: str
    qualification: str
    minutes: int
    valid_days: int
    micro: bool
    certified: int
    trainers: int


class Proof(Schema):
    """What shows that somebody can."""

    course: str
    person_id: UUID
    proof: str


class CertificateOut(Schema):
    """One certificate."""

    id: UUID
    person_id: UUID
    qualification: str
    course: str
    way: str
    valid_from: date
    expires_on: date


@router.get("/courses", response=list[CourseOut])
def courses(request: HttpRequest) -> Any:
    """All courses, with how many hold their qualification."""
    asker(request, "training.view")
    rows = queries.course_rows(clock.today())
    return [{**row.course.model_dump(), "certified": row.certified, "trainers": row.trainers} for row in rows]


@router.get("/matrix")
def matrix(request: HttpRequest) -> dict[str, Any]:
    """Who can do what the posts ask for, by neighborhood."""
    found = queries.skill_matrix(asker(request, "training.view"), clock.today())
    rows = [
        {
            "unit_id": row.unit.pk, "name": row.unit.name,
            "cells": {c: {"able": cell.able, "peak": cell.need.peak, "state": cell.state} for c, cell in zip(found.columns, row.cells, strict=True) if cell},
        }
        for row in found.rows
    ]  # fmt: skip
    return {"qualifications": {code: qualification_name(code) for code in found.columns}, "neighborhoods": rows}


@router.post("/certificates", response={201: CertificateOut})
def certify(request: HttpRequest, body: Proof) -> Any:
    """Recognise a proof."""
    actor = asker(request, "training.certify")
    return Status(201, certificates.certify(actor=actor, at=clock.now(), course_code=body.course, person_id=body.person_id, proof=body.proof))

"""The JSON API of the core: who am I, background jobs, the journal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate

from jimu.core import jobs, queries
from jimu.core.json_api import Numbered, asker
from jimu.core.models import Job, JournalEntry

router = Router()


class GrantOut(Schema):
    """A role on the part of the grid whose path begins so; the empty path is everything."""

    role: str
    path: str


class AskerOut(Schema):
    """The account that asks, as rights see it."""

    account_id: int | None
    name: str
    granted: list[GrantOut]


class JobOut(Schema):
    """A background job and how far it is (0 to 1)."""

    id: UUID
    kind: str
    subject: str
    state: Job.State
    progress: float
    note: str
    error: str
    result: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class EntryOut(Schema):
    """One entry of the journal."""

    id: UUID
    at: datetime
    actor_name: str
    verb: str
    target: str
    data: dict[str, Any]


class EntryFilter(Schema):
    """Which entries: those whose verb begins so."""

    verb: str = Field("", max_length=60)


@router.get("/me", response=AskerOut, summary="当前账号与职责")
def me(request: HttpRequest) -> Any:
    """Who asks, and what they were granted."""
    return asker(request)


@router.get("/jobs/{uuid:job_id}", response=JobOut, summary="后台任务的进度")
def job(request: HttpRequest, job_id: UUID) -> Any:
    """How far a job is; one's own, or any with the right to see jobs."""
    return queries.job_for(asker(request), job_id)


@router.post("/jobs/{uuid:job_id}/cancel", response=JobOut, summary="停止后台任务")
def cancel_job(request: HttpRequest, job_id: UUID) -> Any:
    """Ask a job to stop; it stops at its next step."""
    found = queries.job_for(asker(request), job_id)
    jobs.cancel(job_id=found.pk)
    return queries.job_for(asker(request), job_id)


@router.get("/journal", response=list[EntryOut], summary="操作记录")
@paginate(Numbered)
def journal(request: HttpRequest, wanted: Query[EntryFilter]) -> "QuerySet[JournalEntry]":
    """What happened on the asker's part of the grid, newest first."""
    return queries.journal_for(asker(request), verb=wanted.verb)

"""Thin pages of the core."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jimu.core import jobs
from jimu.core.doors import ActorRequest, page
from jimu.core.errors import NotFound
from jimu.core.models import Job, JournalEntry
from jimu.core.paging import paged
from jimu.core.permissions import visible


def _job(request: ActorRequest, job_id: UUID) -> Job:
    job = Job.objects.filter(pk=job_id, account_id=request.actor.account_id).first() or (
        Job.objects.filter(pk=job_id).first() if request.actor.may("jobs.view") else None
    )
    if job is None:
        raise NotFound
    return job


@page("jobs.view")
def job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """How far a job is; a fragment that refreshes itself while it runs."""
    return render(request, "core/job.html", {"job": _job(request, job_id)})


@page("jobs.view", methods=("POST",))
def cancel_job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Ask it to stop."""
    jobs.cancel(job_id=_job(request, job_id).pk)
    return redirect("core:job", job_id=job_id)


@page("journal.read")
def journal(request: ActorRequest) -> HttpResponse:
    """What happened on the reader's part of the grid, newest first."""
    entries = JournalEntry.objects.filter(visible(request.actor, "journal.read", "scope"))
    verb = request.GET.get("verb", "")
    if verb:
        entries = entries.filter(verb__startswith=verb)
    return render(request, "core/journal.html", {"page": paged(entries, number=request.GET.get("page")), "verb": verb})

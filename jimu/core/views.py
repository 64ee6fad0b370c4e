"""Thin pages of the core."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jimu.core import jobs, journal_words, queries
from jimu.core.doors import ActorRequest, page
from jimu.core.paging import paged


@page("jobs.view", passive=True)
def job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """How far a job is; a fragment that refreshes itself while it runs."""
    return render(request, "core/job.html", {"job": queries.job_for(request.actor, job_id)})


@page("jobs.view", methods=("POST",))
def cancel_job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Ask it to stop."""
    jobs.cancel(job_id=queries.job_for(request.actor, job_id).pk)
    return redirect("core:job", job_id=job_id)


@page("journal.read")
def journal(request: ActorRequest) -> HttpResponse:
    """What happened on the reader's part of the grid, newest first."""
    verb = request.GET.get("verb", "")[:60]
    page = paged(queries.journal_for(request.actor, verb=verb), number=request.GET.get("page"))
    context = {"page": page, "lines": journal_words.lines(page.rows), "verb": verb, "verbs": journal_words.words().items()}
    return render(request, "core/journal.html", context)

"""Reads of the core: a job by who asks, the journal of a part of the grid."""

from uuid import UUID

from django.db.models import Q, QuerySet

from jimu.core.errors import NotFound
from jimu.core.models import Job, JournalEntry
from jimu.core.permissions import Actor, visible


def job_for(actor: Actor, job_id: UUID) -> Job:
    """A job that the actor started, or any with the right to see jobs. Raises NotFound otherwise."""
    own = Q() if actor.may("jobs.view") else Q(account_id=actor.account_id, account_id__isnull=False)
    found = Job.objects.filter(own, pk=job_id).first()
    if found is None:
        raise NotFound
    return found


def journal_for(actor: Actor, *, verb: str = "") -> "QuerySet[JournalEntry]":
    """Entries of the actor's part of the grid, newest first. Raises NotPermitted without the right anywhere."""
    actor.require("journal.read")
    entries = JournalEntry.objects.filter(visible(actor, "journal.read", "scope"))
    return entries.filter(verb__startswith=verb) if verb else entries

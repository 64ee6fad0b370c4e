"""People who take no part for now, in one act: whoever decides it has answered for the right to."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from jimu.core import journal, live
from jimu.core.permissions import Actor
from jimu.people.models import Person
from jimu.people.queries import path_of
from jimu.people.words import PAUSED, STATE_WORDS


def pause(*, actor: Actor, at: datetime, people: Collection[UUID]) -> int:
    """Pause those who are not paused yet; returns how many. Needs a transaction of the caller's."""
    paused = 0
    for person in Person.objects.filter(pk__in=people, active=True).select_related("unit"):
        if PAUSED in person.limits:
            continue
        person.limits, person.updated_at = sorted({*person.limits, PAUSED}), at
        person.save(update_fields=["limits", "updated_at"])
        told = {"fields": ["state"], "before": {"state": str(STATE_WORDS["active"])}, "after": {"state": str(STATE_WORDS[PAUSED])}}
        journal.record(actor=actor, at=at, verb="people.edited", target=f"person:{person.pk}", scope=path_of(person), data=told)
        paused += 1
    live.beat("people", "board")
    return paused

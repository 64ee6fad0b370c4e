"""People who are out until a day: what the register says of them while others act on it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jimu.core import journal, live, locks
from jimu.core.permissions import Actor
from jimu.people import queries
from jimu.people.actions import LOCK
from jimu.people.models import Person
from jimu.people.words import PAUSED


def send_out(*, actor: Actor, at: datetime, people: Collection[Person], until: datetime) -> None:
    """Pause people until a moment. The caller has seen to the right; why they are out stays with the caller."""
    with transaction.atomic():
        locks.hold(LOCK)
        for person in people:
            person.limits = sorted({*person.limits, PAUSED})
            _write(person, until, actor, at, "people.out")


def take_back(*, actor: Actor, at: datetime, people: Collection[Person], paused: Collection[UUID] = ()) -> None:
    """They may be asked again; who was `paused` before they went stays so."""
    with transaction.atomic():
        locks.hold(LOCK)
        for person in people:
            person.limits = sorted(set(person.limits) - ({PAUSED} if person.pk not in paused else set()))
            _write(person, None, actor, at, "people.back")


def _write(person: Person, until: datetime | None, actor: Actor, at: datetime, verb: str) -> None:
    person.out_until, person.updated_at = until, at
    person.save(update_fields=["limits", "out_until", "updated_at"])
    journal.record(actor=actor, at=at, verb=verb, target=f"person:{person.pk}", scope=queries.path_of(person), data={})
    live.beat("people", "board")

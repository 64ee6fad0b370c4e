"""What people write into their own record: times, limits, skills they claim, their phone. Nobody else's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.permissions import Actor
from jimu.people import queries
from jimu.people.actions import LOCK, _number, _refuse_double, _seal, _set_skills, _skills_of
from jimu.people.intake.times import Window
from jimu.people.models import Availability, Person
from jimu.people.person_queries import windows_of
from jimu.people.words import LIMIT_WORDS, PAUSED, SKILL_WORDS

BY_THEMSELVES = "self"


@dataclass(frozen=True)
class OwnChange:
    """One's own record as it shall be. No windows: any time when `known`, else nothing is said. An empty phone leaves it."""

    windows: Sequence[Window]
    known: bool
    limits: frozenset[str]
    skills: frozenset[str]
    phone: str = field(default="", repr=False)


def change_own(*, actor: Actor, at: datetime, person_id: UUID, seen: datetime, change: OwnChange) -> list[str]:
    """Change one's own record; returns the names of what changed. Raises NotPermitted for anybody else's, Conflict when it
    was written since `seen`."""
    if actor.person_id != person_id:
        raise NotPermitted
    if not change.limits <= set(LIMIT_WORDS) or not change.skills <= set(SKILL_WORDS):
        raise Invalid
    phone = _number("phone", change.phone)
    with transaction.atomic():
        locks.hold(LOCK)
        person = Person.objects.select_related("unit").filter(pk=person_id, active=True).first()
        if person is None:
            raise NotFound
        if person.updated_at != seen:
            raise Conflict(_("您的资料刚刚有人改过，请刷新看过再改。"))
        changed = ["phone"] if _seal(person, "phone", phone, at) else []
        _refuse_double(person, person.name, {"phone": phone, "id_number": ""})
        changed += _take_times(person, change)
        # Whom a lead sent home until a day comes back by a lead.
        limits = change.limits | ({PAUSED} if person.out_until else set())
        if set(person.limits) != limits:
            person.limits = sorted(limits)
            changed.append("limits")
        if _skills_of(person) != change.skills:
            _set_skills(person, change.skills)
            changed.append("skills")
        if changed:
            person.updated_at = at
            person.save()
            # What it was and is stays out: limits may tell of somebody's health.
            data = {"fields": changed, "by": BY_THEMSELVES}
            journal.record(actor=actor, at=at, verb="people.edited", target=f"person:{person.pk}", scope=queries.path_of(person), data=data)
            live.beat("people", "board")
    return changed


def _take_times(person: Person, change: OwnChange) -> list[str]:
    if person.times_known == change.known and set(windows_of(person)) == set(change.windows):
        return []
    person.times.all().delete()
    person.times_known = change.known
    rows = [Availability(person=person, weekdays=w.weekdays, start_minute=w.start, end_minute=w.end) for w in change.windows]
    Availability.objects.bulk_create(rows)
    return ["times"]

"""Reads of a roster by person: who serves in a neighborhood, when, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from jimu.core.paging import Page, paged
from jimu.core.permissions import Actor, visible
from jimu.core.scripts import holds
from jimu.people.models import Person
from jimu.roster import policy
from jimu.roster.facts import kinds_of
from jimu.roster.history import is_night
from jimu.roster.models import Assignment, Roster

RIGHT = "roster.view"
PEOPLE_A_PAGE = 60


@dataclass
class Service:
    """One person's duties in one neighborhood and their load over the whole roster."""

    person_id: UUID
    name: str
    kind: str
    by_day: dict[date, list[Assignment]] = field(default_factory=dict)
    minutes: int = 0
    nights: int = 0
    days: set[date] = field(default_factory=set)
    cells: list[list[Assignment]] = field(default_factory=list)
    free_days: int = 0

    @property
    def kind_name(self) -> str:
        return policy.kind_name(self.kind)

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


def people_of(
    actor: Actor, roster: Roster, unit_id: UUID, days: Sequence[date], *, named: str = "", number: object = 1
) -> Page[Service]:
    """A page of who serves in a neighborhood, with their duties by day; loads count every neighborhood. Four queries."""
    here = Assignment.objects.filter(
        visible(actor, RIGHT, "shift__unit__path"), shift__roster=roster, shift__unit=unit_id
    )
    people = Person.objects.filter(pk__in=here.values("person")).order_by("sort_name", "pk")
    if named:
        people = people.filter(holds("name", named) | Q(sort_name__icontains=named))
    page = paged(people, number=number, size=PEOPLE_A_PAGE)
    ids = [person.pk for person in page.rows]
    kinds = kinds_of(ids)
    services = {
        person.pk: Service(
            person.pk, person.name, policy.main_kind(kinds.get(person.pk, frozenset()))
        )
        for person in page.rows
    }
    rows = Assignment.objects.filter(shift__roster=roster, person__in=ids).select_related(
        "shift__post", "shift__unit"
    )
    for row in rows.order_by("shift__starts_at"):
        _count(services[row.person_id], row)
    for service in services.values():
        service.cells = [service.by_day.get(day, []) for day in days]
        service.free_days = roster.days - len(service.days)
    return Page(rows=list(services.values()), number=page.number, size=page.size, total=page.total)


def _count(service: Service, row: Assignment) -> None:
    shift = row.shift
    service.by_day.setdefault(shift.day, []).append(row)
    service.days.add(shift.day)
    service.minutes += int((shift.ends_at - shift.starts_at).total_seconds() // 60)
    service.nights += is_night(shift.post.start_minute, shift.post.end_minute)

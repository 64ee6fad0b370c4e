"""Service of people: what they were seen to do, once for each shift, where it was done, and what is to come."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from jimu.incidents.models import Incident
from jimu.roster.models import Assignment, CheckIn, Roster

CAME = frozenset({CheckIn.Mark.ARRIVED.value, CheckIn.Mark.LEFT.value})


@dataclass
class Service:
    """One person's service: minutes and shifts at which they arrived, by place of work, the last day, shifts to come."""

    minutes: int = 0
    shifts: int = 0
    missed: int = 0
    ahead: int = 0
    last: date | None = None
    places: Counter[str] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


def service_of(people: Collection[UUID], at: datetime) -> dict[UUID, Service]:
    """Service by person. Two queries.

    A newer roster repeats the seats and marks of shifts that were on: a shift of a person counts once, under its newest
    mark, at the place where it was. So hours of somebody on loan count at the borrower's, and once for the person.
    """
    found: dict[UUID, Service] = {person: Service() for person in people}
    newest: dict[tuple[UUID, UUID, date], tuple[str, datetime, datetime, str]] = {}
    marks = CheckIn.objects.filter(assignment__person__in=people).order_by("at", "id")
    names = ("person_id", "shift__post_id", "shift__day", "shift__starts_at", "shift__ends_at", "shift__unit__short_name")
    for mark, person, post, day, starts, ends, place in marks.values_list("mark", *(f"assignment__{name}" for name in names)):
        newest[(person, post, day)] = (mark, starts, ends, place)
    for (person, _post, day), (mark, starts, ends, place) in newest.items():
        service = found[person]
        if mark not in CAME:
            service.missed += 1
            continue
        minutes = int((ends - starts).total_seconds() // 60)
        service.minutes += minutes
        service.shifts += 1
        service.places[place] += minutes
        service.days[day] += minutes
        service.last = max(service.last or day, day)
    ahead = Assignment.objects.filter(
        person__in=people, shift__starts_at__gt=at, shift__roster__state=Roster.State.PUBLISHED,
        shift__roster__incident__state=Incident.State.ACTIVE,
    )  # fmt: skip
    for person in ahead.values_list("person_id", flat=True):
        found[person].ahead += 1
    return found

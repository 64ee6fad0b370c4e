"""How tired people must be by what they did: nights, hours in suits, days without rest. Who must rest, and who may be asked.

Days in a row and nights: NIOSH guidance for responders; eleven hours between shifts: EU 2003/88. Limits of the body in a
roster are the judge's and give to nobody; this looks beyond one roster, and says whom not to ask.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Incident
from jimu.people.models import Person
from jimu.relay.models import RestApproval
from jimu.relay.seats import DECIDE
from jimu.roster.history import is_night
from jimu.roster.models import Assignment, CheckIn, Roster
from jimu.teams.models import Membership

SHORT, LONG = 14, 28
DAYS_IN_A_ROW, NIGHTS_IN_THREE_DAYS, SUIT_HOURS = 6, 2, 40
REST = timedelta(hours=11)
LISTED, CHUNK = 200, 800


@dataclass
class Load:
    """What somebody did in the last four weeks and does next; days in a row end today."""

    person: Person
    nights: int = 0
    nights_long: int = 0
    recent_nights: int = 0
    minutes: int = 0
    suit_minutes: int = 0
    days: set[date] = field(default_factory=set)
    ended_at: datetime | None = None
    teams: tuple[str, ...] = ()
    row_days: int = 0
    reasons: Sequence[str] = ()

    @property
    def hours(self) -> int:
        return self.minutes // 60

    @property
    def suit_hours(self) -> int:
        return self.suit_minutes // 60

    @property
    def must_rest(self) -> bool:
        return bool(self.reasons)


def days_in_a_row(days: Collection[date], today: date) -> int:
    """Days of duty without a free one, up to today, or to yesterday when today is free so far."""
    day = today if today in days else today - timedelta(days=1)
    count = 0
    while day - timedelta(days=count) in days:
        count += 1
    return count


def reasons(load: Load, at: datetime) -> list[str]:
    """Why somebody must rest; empty when they may be asked."""
    found = []
    if load.row_days >= DAYS_IN_A_ROW:
        found.append(_("连续 %(n)d 天没有休息") % {"n": load.row_days})
    if load.recent_nights >= NIGHTS_IN_THREE_DAYS:
        found.append(_("三天里上了 %(n)d 个夜班") % {"n": load.recent_nights})
    if load.suit_hours >= SUIT_HOURS:
        found.append(_("两周里穿防护服 %(n)d 小时") % {"n": load.suit_hours})
    if load.ended_at and timedelta(0) <= at - load.ended_at < REST:
        found.append(_("下班还不到 11 小时"))
    return found


def loads(people: Iterable[Person], at: datetime, *, leaving: Collection[UUID] = ()) -> list[Load]:
    """What these people did, who must rest first. Four queries. Somebody marked absent did not serve.

    A moment to come counts what they will have done by then, without the seats they are `leaving`.
    """
    found = {person.pk: Load(person) for person in people}
    _tally(found, at, LONG, leaving)
    teams: dict[UUID, list[str]] = defaultdict(list)
    for person_id, name in Membership.objects.filter(person__in=list(found), until=None).values_list("person_id", "team__title"):
        teams[person_id].append(name)
    for pk, load in found.items():
        load.teams = tuple(sorted(teams[pk]))
    return sorted(found.values(), key=lambda one: (-len(one.reasons), -one.row_days, -one.nights, -one.minutes, one.person.sort_name))


def _tally(found: dict[UUID, Load], at: datetime, days: int, leaving: Collection[UUID] = ()) -> None:
    """Count what these people did in so many days, and why they must rest. Two queries."""
    today = timezone.localdate(at)
    for row in _served(list(found), at, days):
        if row.pk not in leaving:
            _add(found[row.person_id], row, today)
    for load in found.values():
        load.row_days = days_in_a_row(load.days, today)
        load.reasons = reasons(load, at)


class Served(NamedTuple):
    """A past seat, as far as it tires. Rows, not objects: a call looks at thousands."""

    pk: UUID
    person_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    start_minute: int
    end_minute: int
    suit: bool
    roster_id: UUID


def _served(people: list[UUID], at: datetime, days: int) -> list[Served]:
    """Past seats, each shift once: of rosters that followed each other the newest speaks for a day."""
    newest = CheckIn.objects.filter(assignment=OuterRef("pk")).order_by("-at", "-id").values("mark")[:1]
    rows = Assignment.objects.filter(
        person__in=people, shift__starts_at__lte=at, shift__starts_at__gt=at - timedelta(days=days), shift__roster__published_at__isnull=False
    ).annotate(newest=Subquery(newest))
    rows = rows.filter(Q(newest=None) | ~Q(newest=CheckIn.Mark.ABSENT))
    fields = ("pk", "person_id", "shift__day", "shift__starts_at", "shift__ends_at", "shift__post__start_minute", "shift__post__end_minute",
              "shift__post__suit", "shift__roster_id")  # fmt: skip
    found = [Served(*row) for row in rows.values_list(*fields)]
    spoken = _speaks({row.roster_id for row in found})
    return [row for row in found if row.day < spoken[row.roster_id]]


def _speaks(rosters: Collection[UUID]) -> dict[UUID, date]:
    """For each roster the first day on which a newer one of its incident speaks instead."""
    incidents = Roster.objects.filter(pk__in=rosters).values("incident")
    ends: dict[UUID, date] = {}
    first: dict[UUID, date] = {}
    for one in Roster.objects.filter(incident__in=incidents, published_at__isnull=False).order_by("-published_at"):
        ends[one.pk] = first.get(one.incident_id, date.max)
        first[one.incident_id] = min(first.get(one.incident_id, date.max), one.first_day)
    return ends


def _add(load: Load, row: Served, today: date) -> None:
    night = is_night(row.start_minute, row.end_minute)
    load.days.add(row.day)
    load.nights_long += night
    load.ended_at = max(load.ended_at, row.ends_at) if load.ended_at else row.ends_at
    if row.day > today - timedelta(days=SHORT):
        minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
        load.nights += night
        load.recent_nights += night and row.day > today - timedelta(days=3)
        load.minutes += minutes
        load.suit_minutes += minutes if row.suit else 0


def ranked(actor: Actor, at: datetime, unit_path: str = "") -> list[Load]:
    """Those who serve on the actor's part, who must rest first. A fixed number of queries."""
    here = Assignment.objects.filter(
        visible(actor, DECIDE, "shift__unit__path"), shift__unit__path__startswith=unit_path,
        shift__roster__incident__state=Incident.State.ACTIVE, shift__roster__state=Roster.State.PUBLISHED,
        shift__starts_at__gt=at - timedelta(days=SHORT), shift__starts_at__lte=at + timedelta(days=7),
    )  # fmt: skip
    return loads(Person.objects.filter(pk__in=here.values("person")), at)


@dataclass(frozen=True)
class Team:
    """How tired a team is."""

    name: str
    people: int
    must_rest: int
    nights: int
    suit_hours: int


def teams_of(found: Sequence[Load]) -> list[Team]:
    """The teams of some people, the most tired first."""
    members: dict[str, list[Load]] = defaultdict(list)
    for load in found:
        for name in load.teams:
            members[name].append(load)
    teams = [
        Team(name, len(rows), sum(one.must_rest for one in rows), sum(one.nights for one in rows), sum(one.suit_hours for one in rows))
        for name, rows in members.items()
    ]
    return sorted(teams, key=lambda team: (-team.must_rest / team.people, -team.nights, team.name))


def must_rest(people: Collection[UUID], at: datetime, *, leaving: Collection[UUID] = ()) -> dict[UUID, str]:
    """Those of these people who must rest when a shift begins at a moment, with why; whom an approver answers for is left out.

    The day of an approval is the day on which the shift begins. Two queries for each 800, and one.
    """
    named = list(people)
    found: dict[UUID, str] = {}
    for first in range(0, len(named), CHUNK):
        loads_of = {pk: Load(Person(pk=pk)) for pk in named[first : first + CHUNK]}
        _tally(loads_of, at, SHORT, leaving)
        found |= {pk: "，".join(one.reasons) for pk, one in loads_of.items() if one.must_rest}
    approved = RestApproval.objects.filter(person__in=list(found), day=timezone.localtime(at).date()) if found else ()
    for one in approved:
        found.pop(one.person_id, None)
    return found


def approve(*, actor: Actor, at: datetime, person_id: UUID, day: date, reason: str) -> RestApproval:
    """Answer by name for asking somebody who must rest, for one day. Raises Invalid without a reason, NotFound."""
    if not reason.strip():
        raise Invalid(_("请写明为什么非请他不可。"), code="needs_reason")
    with transaction.atomic():
        person = Person.objects.filter(visible(actor, "relay.approve", "unit__path"), pk=person_id, active=True).select_related("unit").first()
        if person is None or person.pk == actor.person_id:
            raise NotFound
        made, new = RestApproval.objects.get_or_create(
            person=person, day=day, defaults={"reason": reason.strip()[:120], "at": at, "by": actor.name}
        )
        if new:
            path = person.unit.path if person.unit else ""
            journal.record(
                actor=actor, at=at, verb="rest.approved", target=f"person:{person_id}", scope=path, data={"day": day.isoformat()}
            )
    return made

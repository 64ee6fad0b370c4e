"""How tired people must be by what they did: nights, hours in suits, days without rest. Who must rest, and who may be asked.

Days in a row and nights: NIOSH guidance for responders; eleven hours between shifts: EU 2003/88. Limits of the body in a
roster are the judge's and give to nobody; this looks beyond one roster, and says whom not to ask.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal
from jimu.core.errors import Conflict, Invalid, NotFound
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
LISTED = 200


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


def loads(people: Iterable[Person], at: datetime) -> list[Load]:
    """What these people did, who must rest first. Four queries. Somebody marked absent did not serve."""
    found = {person.pk: Load(person) for person in people}
    today = timezone.localdate(at)
    for row in _served(list(found), at):
        _add(found[row.person_id], row, today)
    teams: dict[UUID, list[str]] = defaultdict(list)
    for person_id, name in Membership.objects.filter(person__in=list(found), until=None).values_list("person_id", "team__title"):
        teams[person_id].append(name)
    for pk, load in found.items():
        load.teams = tuple(sorted(teams[pk]))
        load.row_days = days_in_a_row(load.days, today)
        load.reasons = reasons(load, at)
    return sorted(found.values(), key=lambda one: (-len(one.reasons), -one.row_days, -one.nights, -one.minutes, one.person.sort_name))


def _served(people: list[UUID], at: datetime) -> Iterable[Assignment]:
    """Past seats, each shift once: of rosters that followed each other the newest speaks for a day."""
    newest = CheckIn.objects.filter(assignment=OuterRef("pk")).order_by("-at", "-id").values("mark")[:1]
    rows = Assignment.objects.filter(
        person__in=people, shift__starts_at__lte=at, shift__starts_at__gt=at - timedelta(days=LONG), shift__roster__published_at__isnull=False
    ).annotate(newest=Subquery(newest))
    rows = rows.filter(Q(newest=None) | ~Q(newest=CheckIn.Mark.ABSENT)).select_related("shift__post", "shift__roster")
    spoken = _speaks({row.shift.roster for row in rows})
    return [row for row in rows if row.shift.day < spoken[row.shift.roster_id]]


def _speaks(rosters: Iterable[Roster]) -> dict[UUID, date]:
    """For each roster the first day on which a newer one of its incident speaks instead."""
    incidents = {one.incident_id for one in rosters}
    ends: dict[UUID, date] = {}
    first: dict[UUID, date] = {}
    for one in Roster.objects.filter(incident__in=incidents, published_at__isnull=False).order_by("-published_at"):
        ends[one.pk] = first.get(one.incident_id, date.max)
        first[one.incident_id] = min(first.get(one.incident_id, date.max), one.first_day)
    return ends


def _add(load: Load, row: Assignment, today: date) -> None:
    shift = row.shift
    night = is_night(shift.post.start_minute, shift.post.end_minute)
    load.days.add(shift.day)
    load.nights_long += night
    load.ended_at = max(load.ended_at, shift.ends_at) if load.ended_at else shift.ends_at
    if shift.day > today - timedelta(days=SHORT):
        minutes = int((shift.ends_at - shift.starts_at).total_seconds() // 60)
        load.nights += night
        load.recent_nights += night and shift.day > today - timedelta(days=3)
        load.minutes += minutes
        load.suit_minutes += minutes if shift.post.suit else 0


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


class MustRest(Conflict):
    """Somebody who must rest is not asked without a named approver."""

    code = "must_rest"

    def __init__(self, load: Load) -> None:
        sentence = _("%(name)s该休息了：%(why)s。要请，须由指挥长写明理由批准。")
        super().__init__(sentence % {"name": load.person.name, "why": "，".join(load.reasons)}, reasons=list(load.reasons))


def require_askable(person: Person, day: date, at: datetime) -> None:
    """Raise MustRest for somebody who must rest, unless an approver answers for that day by name."""
    load = loads([person], at)[0]
    if load.must_rest and not RestApproval.objects.filter(person=person, day=day).exists():
        raise MustRest(load)


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

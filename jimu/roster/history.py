"""What people did before a roster begins, what binds them elsewhere, and what they were promised.

For each day the newest roster that was published for it counts; a superseded one speaks for earlier days only.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from jimu.core import clock
from jimu.incidents.models import Incident
from jimu.roster import policy
from jimu.roster.models import Assignment, Roster
from jimu.roster.writing import known_missing

# How far back load counts for fairness, and duty for rest and caps.
LOOK_BACK = timedelta(days=14)
SPAN = tuple[int, int]


@dataclass
class Past:
    """One person's duties outside the roster: minutes relative to 00:00 of its first day."""

    duties: list[SPAN] = field(default_factory=list)
    bound: list[SPAN] = field(default_factory=list)
    posts: set[tuple[str, str]] = field(default_factory=set)

    @property
    def load(self) -> int:
        return sum(end - start for start, end in self.duties)


def past_of(roster: Roster, people: Collection[UUID] | None) -> dict[UUID, Past]:
    """Duties before the roster, and duties for other incidents during it. Two queries."""
    begin = clock.at_minute(roster.first_day, 0)
    end = clock.at_minute(roster.first_day + timedelta(days=roster.days), 0)
    rosters = _earlier(roster)
    rows = Assignment.objects.filter(
        Q(shift__roster__incident=roster.incident_id, shift__day__lt=roster.first_day)
        | ~Q(shift__roster__incident=roster.incident_id),
        shift__roster__in=[pk for pk, _ in rosters],
        shift__starts_at__gte=begin - LOOK_BACK,
        shift__starts_at__lt=end,
    )
    if people is not None:
        rows = rows.filter(person__in=people)
    first_counted = _first_days(rosters)
    found: dict[UUID, Past] = defaultdict(Past)
    for person, source, day, starts_at, ends_at, unit, code in rows.values_list(
        "person_id",
        "shift__roster_id",
        "shift__day",
        "shift__starts_at",
        "shift__ends_at",
        "shift__unit_id",
        "shift__post__code",
    ):
        if day >= first_counted[source]:
            continue
        span = clock.minute_of(starts_at, roster.first_day), clock.minute_of(ends_at, roster.first_day)
        past = found[person]
        (past.duties if span[0] < 0 else past.bound).append(span)
        if span[0] < 0:
            past.posts.add((str(unit), code))
    return found


def _earlier(roster: Roster) -> list[tuple[UUID, Roster]]:
    """Rosters that were in force for this incident, and those in force for other active ones, newest first."""
    rows = Roster.objects.exclude(pk=roster.pk).filter(
        Q(incident=roster.incident_id, published_at__isnull=False)
        | Q(incident__state=Incident.State.ACTIVE, state=Roster.State.PUBLISHED),
    )
    return [(row.pk, row) for row in rows.order_by("-published_at")]


def _first_days(rosters: "list[tuple[UUID, Roster]]") -> dict[UUID, date]:
    """For each roster the first day on which a newer one of its incident speaks instead."""
    ends: dict[UUID, date] = {}
    spoken: dict[UUID, date] = {}
    for pk, row in rosters:
        ends[pk] = spoken.get(row.incident_id, date.max)
        spoken[row.incident_id] = min(spoken.get(row.incident_id, date.max), row.first_day)
    return ends


@dataclass(frozen=True)
class Promises:
    """Pairs (shift id, person id) of the roster in force, in a new roster's ids; `begun` ones can no longer change."""

    all: frozenset[tuple[str, str]] = frozenset()
    begun: frozenset[tuple[str, str]] = frozenset()


def promises_of(
    roster: Roster, at: datetime, by_cell: Mapping[tuple[UUID, date], str], known: Collection[UUID]
) -> Promises:
    """What the incident's published roster promised for the same posts and days, but for those who did not come. Two queries."""
    if roster.state != Roster.State.DRAFT:
        return Promises()
    rows = Assignment.objects.filter(
        shift__roster__incident=roster.incident_id,
        shift__roster__state=Roster.State.PUBLISHED,
        shift__day__gte=roster.first_day,
    )
    missing = set(known_missing(rows).values_list("pk", flat=True))
    kept: set[tuple[str, str]] = set()
    begun: set[tuple[str, str]] = set()
    for pk, post, day, person, starts_at in rows.values_list(
        "pk", "shift__post_id", "shift__day", "person_id", "shift__starts_at"
    ):
        shift = by_cell.get((post, day))
        if shift is None or person not in known or pk in missing:
            continue
        kept.add((shift, str(person)))
        if starts_at <= at:
            begun.add((shift, str(person)))
    return Promises(frozenset(kept), frozenset(begun))


def is_night(start: int, end: int) -> bool:
    """Whether a duty has two hours or more between 22:00 and 06:00. Minutes of any day."""
    total = 0
    for day in range(start // 1440 - 1, end // 1440 + 1):
        low, high = day * 1440 + policy.NIGHT_START_MINUTE, day * 1440 + policy.NIGHT_END_MINUTE
        total += max(0, min(high, end) - max(low, start))
    return total >= 120

"""What people did before a roster begins, what binds them elsewhere, and what they were promised.

For each day the newest roster that was published for it counts; a superseded one speaks for earlier days only.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import DurationField, ExpressionWrapper, F, Q, Sum

from jimu.core import clock
from jimu.incidents.models import Incident
from jimu.roster import policy
from jimu.roster.models import Assignment, Roster
from jimu.roster.writing import known_missing

# How far back duty is looked at one by one, for rest, caps and nights; hours are shared over the whole incident.
LOOK_BACK = timedelta(days=14)
SPAN = tuple[int, int]


@dataclass
class Past:
    """One person's duties outside the roster: minutes relative to 00:00 of its first day."""

    duties: list[SPAN] = field(default_factory=list)
    bound: list[SPAN] = field(default_factory=list)
    suits: list[SPAN] = field(default_factory=list)
    """Those of `duties` that were in a protective suit."""
    posts: set[tuple[str, str]] = field(default_factory=set)
    longer_ago: int = 0
    """Minutes of the incident before those of `duties`, and what somebody who came later is credited with."""
    promised: int = 0
    """Minutes after the roster's last day that are published already."""

    @property
    def load(self) -> int:
        """Minutes that fairness counts."""
        return self.longer_ago + sum(end - start for start, end in self.duties)


def past_of(roster: Roster, people: Collection[UUID] | None) -> dict[UUID, Past]:
    """Duties before the roster and after it, and duties for other incidents during it. Three queries.

    After it: those of other incidents, and of this one's rosters that begin after it. What an earlier roster of this incident
    says of later days ends with this roster, which speaks from its first day on.
    """
    begin = clock.at_minute(roster.first_day, 0)
    length = roster.days * clock.MINUTES_PER_DAY
    rosters = _earlier(roster)
    rows = Assignment.objects.filter(
        Q(shift__roster__incident=roster.incident_id, shift__day__lt=roster.first_day)
        | Q(shift__roster__incident=roster.incident_id, shift__roster__first_day__gte=roster.first_day + timedelta(days=roster.days))
        | ~Q(shift__roster__incident=roster.incident_id),
        shift__roster__in=[pk for pk, _ in rosters],
        shift__starts_at__gte=begin - LOOK_BACK,
    )
    if people is not None:
        rows = rows.filter(person__in=people)
    first_counted = _first_days(rosters)
    found: dict[UUID, Past] = defaultdict(Past)
    for person, source, day, starts_at, ends_at, unit, code, suit in rows.values_list(
        "person_id",
        "shift__roster_id",
        "shift__day",
        "shift__starts_at",
        "shift__ends_at",
        "shift__unit_id",
        "shift__post__code",
        "shift__post__suit",
    ):
        if day >= first_counted[source]:
            continue
        span = clock.minute_of(starts_at, roster.first_day), clock.minute_of(ends_at, roster.first_day)
        past = found[person]
        if span[0] >= length:
            past.promised += span[1] - span[0]
            continue
        (past.duties if span[0] < 0 else past.bound).append(span)
        if span[0] < 0:
            past.posts.add((str(unit), code))
            past.suits += [span] if suit else []
    for person, minutes in _longer_ago(roster, rosters, first_counted, people).items():
        found[person].longer_ago = minutes
    return found


def _longer_ago(
    roster: Roster, rosters: "Sequence[tuple[UUID, Roster]]", ends: Mapping[UUID, date], people: Collection[UUID] | None
) -> dict[UUID, int]:
    """Minutes that each person served in this incident before those days that are looked at one by one. One query.

    Who was marked as absent served nothing.
    """
    last = roster.first_day - LOOK_BACK
    spoken = Q(pk__in=[])
    for pk, row in rosters:
        if row.incident_id == roster.incident_id and row.first_day < min(last, ends[pk]):
            spoken |= Q(shift__roster=pk, shift__day__lt=min(last, ends[pk]))
    rows = Assignment.objects.filter(spoken)
    if people is not None:
        rows = rows.filter(person__in=people)
    rows = rows.exclude(pk__in=known_missing(rows).values("pk"))
    span = ExpressionWrapper(F("shift__ends_at") - F("shift__starts_at"), output_field=DurationField())
    counted = rows.order_by().values_list("person_id").annotate(total=Sum(span))
    return {person: int(total.total_seconds()) // 60 for person, total in counted}


def credit(loads: Mapping[UUID, int], joined: Mapping[UUID, date], kinds: Mapping[UUID, str], *, since: date, until: date) -> dict[UUID, int]:
    """What somebody who came later is taken to have done before, in minutes: their kind's median for the days they were not there.

    Otherwise newcomers would have to catch up with months of others' hours. Those who were there from the first day get nothing.
    """
    days = (until - since).days
    if days <= 0:
        return {}
    there: dict[str, list[int]] = defaultdict(list)
    for person, kind in kinds.items():
        if joined.get(person, since) <= since:
            there[kind].append(loads.get(person, 0))
    usual = {kind: median(found) for kind, found in there.items()}
    return {
        person: int(usual.get(kinds.get(person, ""), 0) * min(days, (day - since).days) / days)
        for person, day in joined.items() if day > since
    }  # fmt: skip


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
    roster: Roster, at: datetime, by_cell: Mapping[tuple[UUID, date, bool], str], known: Collection[UUID]
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
    for pk, post, day, person, starts_at, standby in rows.values_list(
        "pk", "shift__post_id", "shift__day", "person_id", "shift__starts_at", "standby"
    ):
        shift = by_cell.get((post, day, standby))
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

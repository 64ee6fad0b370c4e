"""From tables to the engine's problem: people, shifts, rules, what is pinned and what was promised.

Built in a fixed number of queries, whatever the number of people and seats. Engine ids are the tables' ids as text.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from jimu.core import clock
from jimu.core.clock import MINUTES_PER_DAY
from jimu.incidents.models import Post
from jimu.people.models import Person as PersonRow
from jimu.roster import material, policy
from jimu.roster.history import Past, credit, is_night, past_of, promises_of
from jimu.roster.models import Assignment, Roster
from jimu.roster.models import Shift as ShiftRow
from jimu.roster.standby import seat_id
from jimu_engine import rules
from jimu_engine.problem import GRAIN, NO_HISTORY, History, Person, Problem, Shift, Window
from jimu_engine.problem import Roster as Seats

# Whom we ask last: nobody knows when they have time.
UNKNOWN_TIME_COST = 0.5
WEEK = 7
# Beyond any roster, in minutes.
FAR = 1000 * MINUTES_PER_DAY
ShiftCells = tuple[UUID, UUID, UUID, date, int, int]


@dataclass(frozen=True)
class Built:
    """A problem, the seats taken now, and what is needed to speak of it.

    `overrides` are rules lifted by name for a pair (shift id, person id). `strangers` are people on seats who are
    no longer among those who may be asked (deactivated, moved away): pairs that only a person can settle.
    """

    problem: Problem
    seats: Seats
    names: Mapping[str, str]
    overrides: Mapping[tuple[str, str], frozenset[str]]
    strangers: Sequence[tuple[UUID, UUID]]


def build(
    roster: Roster,
    *,
    at: datetime,
    people: Collection[UUID] | None = None,
    shifts: Collection[UUID] | None = None,
    guests: material.Guests | None = None,
) -> Built:
    """The problem of a roster, or of some of its people and shifts (with every shift those people are on).

    `guests`: people from elsewhere who may serve at these places too, as if a loan there were agreed.
    """
    posts = {post.pk: post for post in Post.objects.filter(incident=roster.incident_id)}
    taken = _taken(roster, people)
    wanted = None if shifts is None else {*shifts, *(row[0] for row in taken)}
    rows = _shift_rows(roster, wanted)
    hands = [
        hand
        for hand in material.gather(roster.incident, day=roster.first_day, days=roster.days, only=people, guests=guests).hands
        if _may_be_asked(hand)
    ]
    known = {hand.person_id for hand in hands}
    past = past_of(roster, material.named_ones(people))
    if people is None:
        _credit_newcomers(roster, hands, past)
    here = {row[0] for row in rows}
    kept = [(seat_id(row[0], row[4]), *row[1:4]) for row in taken if row[1] in known and row[0] in here]
    by_cell = {(row[1], row[3], standby): seat_id(row[0], standby) for row in rows for standby in (False, True) if row[5] or not standby}
    promises = promises_of(roster, at, by_cell, known)
    expand, rest = Expander(roster), policy.rest(emergency=roster.emergency).between_minutes
    return Built(
        problem=Problem(
            days=roster.days,
            people=tuple(_person(hand, past.get(hand.person_id), expand, rest, roster.first_day) for hand in hands),
            shifts=tuple(shift for row in rows for shift in _shift(row, posts[row[1]], roster.first_day)),
            rules=standing_rules(emergency=roster.emergency),
            pinned=frozenset((s, str(p)) for s, p, pinned, _ in kept if pinned) | promises.begun,
            published=promises.all,
            first_day=roster.first_day,
        ),
        seats=Seats.of((s, str(p)) for s, p, _, _ in kept),
        names={str(hand.person_id): hand.name for hand in hands},
        overrides={
            (s, str(p)): frozenset(lifted.get("rules", ())) for s, p, _, lifted in kept if lifted
        },
        strangers=[(row[0], row[1]) for row in taken if row[1] not in known],
    )


def standing_rules(*, emergency: bool) -> tuple[rules.Rule, ...]:
    """The rules of every roster with this house's numbers."""
    rest = policy.rest(emergency=emergency)
    staff, volunteer = (
        policy.caps(policy.STAFF, emergency=emergency),
        policy.caps(frozenset(), emergency=emergency),
    )
    return (
        rules.Qualified(),
        rules.Supervised(),
        rules.RightKind(),
        rules.RequestedOnly(),
        rules.OwnCommand(kinds=policy.REQUESTED),
        rules.AllowedPlace(),
        rules.OpenPlace(),
        rules.Available(),
        rules.Limits(),
        rules.MinimumRest(minutes=rest.between_minutes),
        rules.WeeklyRestDay(),
        rules.DaysOn(),
        rules.NightsInRow(nights=rest.nights_in_a_row),
        rules.SuitStint(),
        rules.DailyCap(minutes=volunteer.day_minutes, by_kind=dict.fromkeys(policy.STAFF, staff.day_minutes)),
        rules.WeeklyCap(
            minutes=volunteer.week_minutes,
            days=volunteer.week_days,
            by_kind=dict.fromkeys(policy.STAFF, (staff.week_minutes, staff.week_days)),
        ),
        rules.MostShifts(),
        rules.Pinned(),
        rules.Cover(),
        rules.LeastShifts(),
        rules.Fairness(unit=volunteer.day_minutes, by_kind=dict.fromkeys(policy.STAFF, staff.day_minutes)),
        rules.Continuity(),
        rules.SameTeam(),
        rules.Rhythm(),
        rules.Wishes(),
        rules.Stability(),
    )


def _credit_newcomers(roster: Roster, hands: Sequence[material.Hand], past: dict[UUID, Past]) -> None:
    """Who came in the middle of an incident is counted as if they had done their part before. One query."""
    since = timezone.localtime(roster.incident.starts_at).date()
    later = PersonRow.objects.filter(created_at__gt=roster.incident.starts_at).values_list("pk", "created_at")
    joined = {pk: timezone.localtime(created).date() for pk, created in later}
    kinds = {hand.person_id: policy.main_kind(hand.kinds) for hand in hands}
    loads = {pk: found.load for pk, found in past.items()}
    for pk, minutes in credit(loads, joined, kinds, since=since, until=roster.first_day).items():
        if pk in kinds and minutes:
            past.setdefault(pk, Past()).longer_ago += minutes


def _may_be_asked(hand: material.Hand) -> bool:
    return bool(hand.kinds - policy.OVERSEEING) and (hand.places != frozenset() or hand.loan is not None)


def _taken(roster: Roster, people: Collection[UUID] | None) -> list[tuple[UUID, UUID, bool, dict[str, Any], bool]]:
    rows = Assignment.objects.filter(shift__roster=roster)
    named = material.named_ones(people)
    rows = rows if named is None else rows.filter(person__in=named)
    chosen = None if people is None else frozenset(people)
    found = rows.values_list("shift_id", "person_id", "pinned", "override", "standby")
    return [row for row in found if chosen is None or row[1] in chosen]


def _shift_rows(roster: Roster, wanted: Collection[UUID] | None) -> list[ShiftCells]:
    rows = ShiftRow.objects.filter(roster=roster)
    if wanted is not None:
        rows = rows.filter(pk__in=wanted)
    return list(
        rows.order_by("day", "unit_id", "pk").values_list("pk", "post_id", "unit_id", "day", "needed", "spare")
    )


def _shift(row: ShiftCells, post: Post, first_day: date) -> Iterator[Shift]:
    """A shift as the engine sees it, and one beside it for those who stand by."""
    pk, _, unit_id, day, needed, spare = row
    begin = (day - first_day).days * MINUTES_PER_DAY
    made = Shift(
        id=str(pk),
        start=begin + _down(post.start_minute),
        end=begin + _up(post.end_minute),
        kind=post.code,
        place=str(unit_id),
        required=needed,
        under=policy.OPEN_SEAT_COST.get(post.priority, policy.OPEN_SEAT_COST[max(policy.OPEN_SEAT_COST)]),
        qualifications=frozenset(post.qualifications),
        kinds=frozenset(post.kinds),
        requested=post.requested_only,
        suit=post.suit,
        heavy=post.heavy,
    )
    yield made
    if spare:
        yield replace(made, id=seat_id(pk, standby=True), required=spare, under=policy.STANDBY_COST)


def _down(minute: int) -> int:
    return minute // GRAIN * GRAIN


def _up(minute: int) -> int:
    return -(-minute // GRAIN) * GRAIN


def _person(hand: material.Hand, past: Past | None, expand: "Expander", rest: int, first_day: date) -> Person:
    staff = bool(hand.kinds & policy.STAFF)
    return Person(
        id=str(hand.person_id),
        kinds=tuple(kind for kind in policy.KIND_ORDER if kind in hand.kinds),
        qualifications=hand.qualifications,
        novice=hand.novice,
        # A certificate holds through its last day.
        expires={q: ((last - first_day).days + 1) * MINUTES_PER_DAY for q, last in hand.until.items()},
        places=_places(hand),
        closed=_closed(hand, first_day),
        available=None if hand.windows is None else expand(tuple(hand.windows)),
        unavailable=_bound(past, rest) if past else (),
        limits=hand.limits,
        reluctance=0.0 if staff or hand.times_known else UNKNOWN_TIME_COST,
        history=_history(past) if past and past.load else NO_HISTORY,
        promised=past.promised if past else 0,
    )


def _places(hand: material.Hand) -> frozenset[str] | None:
    """Wherever somebody may serve at some time of the roster: where they belong, and where they are lent to."""
    if hand.places is None:
        return None
    return frozenset(map(str, hand.places | ({hand.loan.unit_id} if hand.loan else set())))


def _closed(hand: material.Hand, first_day: date) -> dict[str, tuple[Window, ...]]:
    """On loan somebody serves only at the borrower's; before and after only where they belong. Who is out serves nowhere."""
    closed: dict[str, tuple[Window, ...]] = {}
    if hand.loan is not None:
        start, end = (clock.minute_of(moment, first_day) for moment in (hand.loan.starts_at, hand.loan.ends_at))
        belongs = hand.places is None or hand.loan.unit_id in hand.places
        outside = () if belongs else (Window(min(start, -FAR) - 1, start), Window(end, max(end, FAR) + 1))
        closed = {"": (Window(start, max(end, start + 1)),), str(hand.loan.unit_id): outside}
    if hand.out_until is not None:
        back = clock.minute_of(hand.out_until, first_day)
        out = Window(min(back, -FAR) - 1, back)
        closed = {place: (*windows, out) for place, windows in (closed or {"": ()}).items()}
    return closed


def _bound(past: Past, rest: int) -> tuple[Window, ...]:
    """Duties elsewhere, and one that reaches into the first day, with the rest around them."""
    spans = [*past.bound, *((start, end) for start, end in past.duties if end > 0)]
    return tuple(Window(_down(start) - rest, _up(end) + rest) for start, end in sorted(spans))


def _history(past: Past) -> History:
    spans = sorted(past.duties)
    minutes: dict[int, int] = {}
    for start, end in spans:
        minutes[start // MINUTES_PER_DAY] = minutes.get(start // MINUTES_PER_DAY, 0) + end - start
    days = {
        day
        for start, end in spans
        for day in range(start // MINUTES_PER_DAY, (end - 1) // MINUTES_PER_DAY + 1)
    }
    return History(
        last_end=min(0, max(end for _, end in spans)) if spans else None,
        days=frozenset(day for day in days if -WEEK <= day < 0),
        nights=frozenset(start // MINUTES_PER_DAY for start, end in spans if is_night(start, end)),
        minutes_by_day={day: total for day, total in minutes.items() if -WEEK < day < 0},
        load=past.load,
        posts=frozenset(past.posts),
        suits=tuple(Window(start, end) for start, end in sorted(past.suits)),
    )


class Expander:
    """Weekly windows laid out over the days of a roster; the same windows are laid out once."""

    def __init__(self, roster: Roster) -> None:
        self._first, self._days = roster.first_day, roster.days
        self._lay_out = cache(self._laid_out)

    def __call__(self, windows: tuple[material.Window, ...]) -> tuple[Window, ...]:
        return self._lay_out(windows)

    def _laid_out(self, windows: tuple[material.Window, ...]) -> tuple[Window, ...]:
        return tuple(Window(start, end) for start, end in _merged(sorted(self._spans(windows))))

    def _spans(self, windows: tuple[material.Window, ...]) -> Iterator[tuple[int, int]]:
        # The eve matters for windows past midnight, the day after for shifts that end there.
        for number in range(-1, self._days + 1):
            weekday = (self._first.weekday() + number) % WEEK
            for window in windows:
                start, end = _up(window.start_minute), _down(window.end_minute)
                if window.weekdays >> weekday & 1 and end > start:
                    yield number * MINUTES_PER_DAY + start, number * MINUTES_PER_DAY + end


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged

"""One wave: how many to ask for which shift, and whom, ranked by the engine with reasons."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from jimu.calls import rules
from jimu.calls.circle import Circle, Table
from jimu.calls.models import Call, Offer, Standby
from jimu.calls.rules import Tally
from jimu.roster.models import Assignment, Shift
from jimu.roster.offering import Ranked
from jimu.roster.taking import last_duties
from jimu.roster.writing import known_missing

CHUNK = 900


@dataclass(frozen=True)
class Need:
    """A shift with its open seats, what was said to its offers, and how many more to ask now."""

    shift: Shift
    open: int
    tally: Tally
    ask: int


@dataclass(frozen=True)
class Choice:
    """Somebody to be asked for a shift, at a step of the chain."""

    step: str
    shift: Shift
    person_id: UUID
    rank: int
    reasons: list[list[Any]]
    lent: bool
    stamp: str


def shifts_of(call: Call, at: datetime) -> list[Shift]:
    """The shifts of a call that are not over, the gravest and soonest first."""
    rows = Shift.objects.filter(call_shifts__call=call, call_shifts__active=True, ends_at__gt=at).select_related("post", "unit")
    return list(rows.order_by("post__priority", "starts_at", "pk"))


def open_seats(shifts: Sequence[Shift]) -> dict[UUID, int]:
    """Seats of each shift at which nobody is expected. Two queries for each 900 shifts."""
    taken: dict[UUID, int] = defaultdict(int)
    ids = [shift.pk for shift in shifts]
    for start in range(0, len(ids), CHUNK):
        seats = Assignment.objects.filter(shift__in=ids[start : start + CHUNK], standby=False)
        for shift_id, n in seats.order_by().values_list("shift").annotate(n=Count("pk")):
            taken[shift_id] += n
        for _seat, shift_id in known_missing(seats).values_list("pk", "shift_id"):
            taken[shift_id] -= 1
    return {shift.pk: max(0, shift.needed - taken[shift.pk]) for shift in shifts}


def tallies(call: Call) -> dict[UUID, Tally]:
    """What was said to the offers of a call, by shift. One query."""
    counted: dict[UUID, dict[str, int]] = defaultdict(dict)
    for shift_id, state, n in call.offers.order_by().values_list("shift", "state").annotate(n=Count("pk")):
        counted[shift_id][state] = n
    return {shift_id: Tally(**by_state) for shift_id, by_state in counted.items()}


def total(many: Collection[Tally]) -> Tally:
    """Several tallies as one."""
    names = Tally.__dataclass_fields__
    return Tally(**{name: sum(getattr(one, name) for one in many) for name in names})


def needs(call: Call, at: datetime) -> list[Need]:
    """What is open of a call and how many to ask now."""
    shifts = shifts_of(call, at)
    opened, said = open_seats(shifts), tallies(call)
    by = dict(Standby.objects.filter(shift__in=[s.pk for s in shifts], ended_at=None).order_by().values_list("shift").annotate(n=Count("pk")))
    share = rules.yes_share(call.terms["yes_share"], total(list(said.values())))
    return [_need(call, shift, opened[shift.pk], said.get(shift.pk, Tally()), by.get(shift.pk, 0), share, at) for shift in shifts]


def first_needs(call: Call, shifts: Sequence[Shift], at: datetime) -> list[Need]:
    """The same for a call that is not written yet: nobody has been asked."""
    opened, share = open_seats(shifts), rules.yes_share(call.terms["yes_share"], Tally())
    return [_need(call, shift, opened[shift.pk], Tally(), 0, share, at) for shift in shifts]


def _need(call: Call, shift: Shift, open_: int, tally: Tally, standing_by: int, share: float, at: datetime) -> Need:
    absent = rules.no_show(call.terms, shift.starts_at, at)
    # Who stands by is asked first when a seat opens at short notice: they are no reason to ask fewer.
    by = 0 if call.backfill else standing_by
    size = rules.wave_size(open_seats=open_, standing_by=by, tally=tally, share=share, absent_share=absent)
    if call.backfill and open_:
        size = max(size, call.terms["backfill_at_once"] - tally.waiting - tally.later)
    return Need(shift, open_, tally, max(0, size))


def choose(call: Call, wanted: Sequence[Need], step: str, at: datetime, circle: Circle | None = None) -> list[Choice]:
    """Whom to ask at this step: each person once, for the gravest shift that they fit best. In a `circle` one problem serves many calls."""
    asked = frozenset(call.offers.values_list("person_id", flat=True))
    busy = frozenset(Offer.objects.filter(state__in=Offer.UNANSWERED).values_list("person_id", flat=True))
    places: dict[UUID, list[Need]] = defaultdict(list)
    for need in wanted:
        places[need.shift.unit_id].append(need)
    shifts = [need.shift for need in wanted]
    shared = circle.table(call, step, shifts) if circle else None
    # One problem for all places: each is asked about its own people.
    table = shared or Table(call, step, shifts, at)
    pools = {unit_id: pool for unit_id, pool in table.pools.items() if unit_id in places}
    free = {unit_id: pool.people - asked - busy for unit_id, pool in pools.items()}
    if not any(free.values()):
        return []
    offering = table.offering(without=busy if shared else busy | asked)
    seated = _seated(shifts)
    chosen: dict[UUID, tuple[Shift, Ranked, bool]] = {}
    for unit_id, pool in pools.items():
        left = set(free[unit_id] - chosen.keys())
        left.difference_update(*(seated[need.shift.pk] for need in places[unit_id]))
        for need in places[unit_id]:
            for one in offering.ranked(need.shift.pk, limit=need.ask, among=left) if left else ():
                chosen[one.person_id] = (need.shift, one, one.person_id in pool.guests)
                left.discard(one.person_id)
    return list(_choices(step, chosen, table.stamps, at))


def _seated(shifts: Sequence[Shift]) -> dict[UUID, set[UUID]]:
    """Who has a seat of each shift."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    ids = [shift.pk for shift in shifts]
    for start in range(0, len(ids), CHUNK):
        for shift_id, person_id in Assignment.objects.filter(shift__in=ids[start : start + CHUNK]).values_list("shift_id", "person_id"):
            found[shift_id].add(person_id)
    return found


def _choices(step: str, chosen: Mapping[UUID, tuple[Shift, Ranked, bool]], stamped: Mapping[UUID, str], at: datetime) -> Iterator[Choice]:
    """Reasons with the day on which somebody last did the post, and the stamp of what was judged."""
    before: dict[UUID, datetime] = {}
    listed = list(chosen)
    for start in range(0, len(listed), CHUNK):
        some = listed[start : start + CHUNK]
        before |= last_duties({pk: chosen[pk][0] for pk in some}, at)
    ranks: dict[UUID, int] = defaultdict(int)
    for person_id, (shift, one, lent) in chosen.items():
        ranks[shift.pk] += 1
        reasons: list[list[Any]] = [[code, value] for code, value in one.reasons if code != "knows_post" or person_id not in before]
        last = before.get(person_id)
        if last is not None:
            reasons.append(["did_post", last.isoformat()])
        if lent:
            reasons.append(["lent", 0])
        yield Choice(step, shift, person_id, ranks[shift.pk], reasons, lent, stamped.get(person_id, ""))

"""What stands open, filled with the least change: what would be done, before anybody does it. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.errors import Conflict
from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Incident
from jimu.roster import resting
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.problem import Built, build
from jimu.roster.standby import read
from jimu_engine.problem import Pair, Problem, Window
from jimu_engine.problem import Roster as Seats

# Nobody reads a message, changes and comes in less; what begins sooner is for those who stand by, and for calls.
NOTICE = timedelta(hours=1)
# Whoever turns out to have to rest is left out, and the repair done again, so many times; then their seats stay open.
TURNS = 2


@dataclass(frozen=True)
class Place:
    """A seat of a shift, or standing by at it."""

    shift: Shift
    standby: bool


@dataclass(frozen=True)
class Step:
    """What changes for one person: the seats they leave and those they get."""

    person_id: UUID
    name: str
    left: Sequence[Place]
    taken: Sequence[Place]

    @property
    def starts_at(self) -> datetime:
        """When it first concerns them."""
        return min(place.shift.starts_at for place in (*self.left, *self.taken))


@dataclass(frozen=True)
class Proposal:
    """The least change that fills what can be filled, as it was at a moment. `before` and `after` count open seats, without those who stand by."""

    roster: Roster
    at: datetime
    removed: frozenset[Pair]
    added: frozenset[Pair]
    steps: Sequence[Step]
    before: int
    after: int

    @property
    def moved(self) -> list[Step]:
        """Who changes their seat, the earliest first."""
        return [step for step in self.steps if step.left and step.taken]

    @property
    def placed(self) -> list[Step]:
        """Who is asked to serve beside what they do already."""
        return [step for step in self.steps if not step.left]

    @property
    def dropped(self) -> list[Step]:
        """Who may no longer serve where they are, or is needed there no more."""
        return [step for step in self.steps if not step.taken]

    @cached_property
    def given_up(self) -> list[Place]:
        """Seats that stand open afterwards so that others are filled, the earliest first."""
        net = Counter(shift for shift, _person in self.removed)
        net.subtract(shift for shift, _person in self.added)
        here = {(place.shift.pk, place.standby): place for step in self.steps for place in step.left}
        found = [here[read(name)] for name, count in net.items() if count > 0]
        return sorted((place for place in found if not place.standby), key=lambda place: (place.shift.starts_at, place.shift.pk))

    @property
    def digest(self) -> str:
        """The same for the same changes."""
        return sha256(repr((sorted(self.removed), sorted(self.added))).encode()).hexdigest()


def propose(actor: Actor, roster: Roster, at: datetime) -> Proposal:
    """How the seats of the actor's part that stand open an hour from `at` and later are filled with the least change.

    What was arranged by hand, allowed by name or marked already stays. Some seconds for a subdistrict. Raises Conflict for a
    roster that is superseded or was never solved, NotPermitted.
    """
    actor.require("roster.edit")
    require_alive(roster)
    built, since = build(roster, at=at), at + NOTICE
    editable = set(
        Shift.objects.filter(visible(actor, "roster.edit", "unit__path"), roster=roster, starts_at__gte=since).values_list("pk", flat=True)
    )
    problem = _confined(built, editable)
    before, kept = set(built.seats.pairs()), _kept(built, roster, editable)
    now = _repaired(problem, built.seats, kept, roster, since)
    removed, added = frozenset(before - now), frozenset(now - before)
    counted = [_open(problem, pairs, editable) for pairs in (before, now)]
    return Proposal(roster, at, removed, added, _steps(removed, added, built.names), *counted)


def require_alive(roster: Roster) -> None:
    """Raise Conflict where nothing is to be mended: a roster of the past, an incident that is over, a draft not solved."""
    if roster.state == Roster.State.SUPERSEDED:
        raise Conflict(_("这份排班已被新的替代。请到最新的排班里调整。"), code="superseded")
    if roster.incident.state != Incident.State.ACTIVE:
        raise Conflict(_("这次响应已经解除，排班不能再改。"), code="incident_over")
    if roster.state == Roster.State.DRAFT and roster.solved_at is None:
        raise Conflict(_("这份草稿还没有排人。请先点“开始排班”。"), code="not_solved")


def _confined(built: Built, editable: Collection[UUID]) -> Problem:
    """The problem with no open seat outside of these shifts; who is no longer among the people keeps their seat."""
    strangers = Counter(str(shift) for shift, _person in built.strangers)
    taken = {shift.id: len(built.seats.on(shift.id)) for shift in built.problem.shifts}
    shifts = [
        replace(shift, required=max(taken[shift.id], shift.required - strangers[shift.id]) if read(shift.id)[0] in editable else taken[shift.id])
        for shift in built.problem.shifts
    ]
    return built.problem.replace(shifts=tuple(shifts))


def _kept(built: Built, roster: Roster, editable: Collection[UUID]) -> set[Pair]:
    """Pairs that are not touched: elsewhere, by hand, by leave given by name, or with a mark of attendance."""
    marked = set(Assignment.objects.filter(shift__roster=roster).exclude(check_ins=None).values_list("shift_id", "person_id"))
    return {
        (shift, person)
        for shift, person in built.seats.pairs()
        if read(shift)[0] not in editable
        or (shift, person) in built.problem.pinned
        or (shift, person) in built.overrides
        or (read(shift)[0], UUID(person)) in marked
    }


def _repaired(problem: Problem, seats: Seats, kept: set[Pair], roster: Roster, since: datetime) -> set[Pair]:
    """The pairs after the repair, nobody among them on a new seat when they must rest."""
    # Compiled code takes a while to load, and most processes never repair.
    from jimu_engine.repair import repair

    before, tired = set(seats.pairs()), set[Pair]()
    for _turn in range(TURNS):
        now = set(repair(problem, seats, kept=kept, since=clock.minute_of(since, roster.first_day), seed=1).roster.pairs())
        found = _tired(now - before, roster)
        if not found:
            return now
        tired |= found
        problem = _without(problem, found)
    return now - tired


def _tired(added: Collection[Pair], roster: Roster) -> set[Pair]:
    """Those of these pairs whose person must rest when the shift begins. Drafts ask nobody yet."""
    if roster.state != Roster.State.PUBLISHED:
        return set()
    starts = dict(Shift.objects.filter(pk__in={read(shift)[0] for shift, _person in added}).values_list("pk", "starts_at"))
    by_start: dict[datetime, set[Pair]] = defaultdict(set)
    for shift, person in added:
        by_start[starts[read(shift)[0]]].add((shift, person))
    found = set[Pair]()
    for starts_at, pairs in by_start.items():
        tired = resting.must_rest({UUID(person) for _shift, person in pairs}, starts_at)
        found |= {pair for pair in pairs if UUID(pair[1]) in tired}
    return found


def _without(problem: Problem, tired: Collection[Pair]) -> Problem:
    """The problem in which these people have no time for these shifts."""
    off: dict[str, list[Window]] = defaultdict(list)
    for shift_id, person in tired:
        shift = problem.shifts[problem.shift_at[shift_id]]
        off[person].append(Window(shift.start, shift.end))
    people = tuple(
        replace(person, unavailable=(*person.unavailable, *off[person.id])) if person.id in off else person for person in problem.people
    )
    return problem.replace(people=people)


def _open(problem: Problem, pairs: Iterable[Pair], editable: Collection[UUID]) -> int:
    filled = Counter(shift for shift, _person in pairs)
    return sum(
        max(0, shift.required - filled[shift.id])
        for shift in problem.shifts
        if not shift.requested and not read(shift.id)[1] and read(shift.id)[0] in editable
    )


def _steps(removed: Collection[Pair], added: Collection[Pair], names: Mapping[str, str]) -> list[Step]:
    shifts = Shift.objects.select_related("unit", "post").in_bulk({read(shift)[0] for shift, _person in (*removed, *added)})
    left, taken = (_by_person(pairs, shifts) for pairs in (removed, added))
    steps = [
        Step(UUID(person), names[person], left.get(person, []), taken.get(person, [])) for person in {*left, *taken}
    ]
    return sorted(steps, key=lambda step: (step.starts_at, step.name, step.person_id))


def _by_person(pairs: Collection[Pair], shifts: Mapping[UUID, Shift]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for name, person in sorted(pairs, key=lambda pair: (shifts[read(pair[0])[0]].starts_at, pair)):
        shift_id, standby = read(name)
        found[person].append(Place(shifts[shift_id], standby))
    return found

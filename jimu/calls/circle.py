"""What calls of one roster share when they are looked at in one go: whom a step reaches, and one problem of all their shifts for the engine."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from jimu.calls import chain
from jimu.calls.models import Call, Step
from jimu.grid.models import Unit
from jimu.roster.models import Roster, Shift
from jimu.roster.offering import Offering
from jimu.roster.taking import stamps

CHUNK = 900
#: So many calls at most share a problem: it grows with every shift.
MOST = 50


class Table:
    """One step of some calls: the pool of each of their places; the problem is built when somebody asks, and anew once the roster has changed."""

    def __init__(self, call: Call, step: str, shifts: Sequence[Shift], at: datetime) -> None:
        reach = chain.Reach(call, step, at)
        units = sorted(Unit.objects.filter(pk__in={shift.unit_id for shift in shifts}), key=lambda unit: str(unit.path))
        self.pools: Mapping[UUID, chain.Pool] = {unit.pk: reach.pool(unit) for unit in units}
        self.roster, self.shifts, self.at = call.roster, shifts, at
        self.stamps: dict[UUID, str] = {}
        self._version = -1
        self._offering: Offering | None = None

    def offering(self, without: Collection[UUID]) -> Offering:
        """Whom to ask for these shifts; `without` some who are asked already. Each is stamped before they are judged, so that what changes meanwhile shows."""
        version = Roster.objects.values_list("version", flat=True).get(pk=self.roster.pk)
        if self._offering is None or version != self._version:
            people = frozenset[UUID]().union(*(pool.people for pool in self.pools.values())).difference(without)
            self.stamps = {}
            listed = list(people)
            for start in range(0, len(listed), CHUNK):
                self.stamps |= stamps(listed[start : start + CHUNK], self.at)
            self._offering = Offering(self.roster, at=self.at, people=people, shifts=self.shifts, guests=self._guests(people))
            self._version = version
        return self._offering

    def _guests(self, among: frozenset[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Whom each place would have to be lent, turned round: the places for each person."""
        found: dict[UUID, set[UUID]] = defaultdict(set)
        for unit_id, pool in self.pools.items():
            for person_id in pool.guests & among:
                found[person_id].add(unit_id)
        return {person_id: frozenset(places) for person_id, places in found.items()}


class Circle:
    """Backfills of one roster that are due together. A call with many shifts, or of people whom organisations sent to it, has a table of its own."""

    def __init__(self, calls: Sequence[Call], at: datetime) -> None:
        self.calls, self.at = calls, at
        rows = Shift.objects.filter(call_shifts__call__in=calls, call_shifts__active=True, ends_at__gt=at)
        self._shifts = list(rows.select_related("post", "unit").order_by("post__priority", "starts_at", "pk").distinct())
        self._known = {shift.pk for shift in self._shifts}
        self._tables: dict[str, Table] = {}

    def table(self, call: Call, step: str, wanted: Sequence[Shift]) -> Table | None:
        """The table of a step that the circle shares; None where this call's shifts or its step are not of it."""
        if step == Step.ORGANISATIONS or not self._known.issuperset(shift.pk for shift in wanted):
            return None
        if step not in self._tables:
            self._tables[step] = Table(call, step, self._shifts, self.at)
        return self._tables[step]


def circles(call_ids: Sequence[UUID], at: datetime) -> dict[UUID, Circle]:
    """For each of these calls that shares a roster with others the circle in which it is looked at, in their order."""
    rows = Call.objects.filter(pk__in=call_ids, kind=Call.Kind.BACKFILL).in_bulk()
    by_roster: dict[UUID, list[Call]] = defaultdict(list)
    for pk in call_ids:
        if pk in rows:
            by_roster[rows[pk].roster_id].append(rows[pk])
    found: dict[UUID, Circle] = {}
    for calls in by_roster.values():
        for start in range(0, len(calls), MOST):
            some = calls[start : start + MOST]
            if len(some) > 1:
                found |= dict.fromkeys((call.pk for call in some), Circle(some, at))
    return found

"""Who is asked at which step of a chain: ids of people, read from teams, homes, allotment and lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from jimu.calls.models import Call, PassedOn, Standby, Step
from jimu.core.permissions import STEP, under
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.people.models import Affiliation, Person
from jimu.roster import policy
from jimu.teams.material import working
from jimu.teams.models import Membership, Team

WIDE = (Step.NEIGHBORS.value, Step.ORGANISATIONS.value, Step.SUBDISTRICT.value)
# On their way there and back, somebody lent for one shift is bound a little longer than the shift.
MARGIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Pool:
    """People of one step for one place; `guests` would have to be lent there."""

    people: frozenset[UUID]
    guests: frozenset[UUID] = frozenset()


class Reach:
    """Who may be asked at a step, for one place after another; what places share is read once."""

    def __init__(self, call: Call, step: str, at: datetime) -> None:
        self.call, self.incident, self.step, self.at = call, call.incident, step, at
        self._beyond: dict[str, frozenset[UUID]] = {}

    def pool(self, unit: Unit) -> Pool:
        """Who may be asked for shifts of one neighborhood."""
        if self.step == Step.BENCH:
            return Pool(_standing_by(unit, self.at))
        if self.step == Step.TEAM:
            return Pool(_team(self.incident, unit))
        local = _local(unit) | {person for person, place in self._working.items() if place == unit.pk}
        if self.step == Step.NEIGHBORHOOD:
            return Pool(local)
        if self.step == Step.ORGANISATIONS:
            # Whoever lives behind a closed gate is asked for what is behind the same gate.
            found = (self._passed_on & local) | (self._passed_on - self._sealed_in)
            return Pool(found, found - local - (self._roving - self._working.keys()))
        path = wide_path(unit, self.step)
        if path not in self._beyond:
            self._beyond[path] = _of_neighbors(path) if self.step == Step.NEIGHBORS else _of_subdistrict(path)
        found = self._beyond[path] - local - self._sealed_in
        return Pool(found, found - (self._roving - self._working.keys()))

    @cached_property
    def _passed_on(self) -> frozenset[UUID]:
        """To whom their organisations passed this call on."""
        rows = PassedOn.objects.filter(ask__call=self.call, person__active=True, person__minor=False)
        return frozenset(rows.values_list("person_id", flat=True))

    @cached_property
    def _working(self) -> Mapping[UUID, UUID]:
        return working(self.incident.pk, self.at)

    @cached_property
    def _sealed_in(self) -> frozenset[UUID]:
        return _sealed_in()

    @cached_property
    def _roving(self) -> frozenset[UUID]:
        """Staff who serve anywhere, as long as nothing places them."""
        return frozenset(Affiliation.objects.filter(kind__in=policy.ROVING, unit=None).values_list("person_id", flat=True))


def wide_path(unit: Unit, step: str) -> str:
    """The part of the grid that a step reaches into: what its starter must have the right for."""
    if step == Step.NEIGHBORS:
        return str(unit.path[:-STEP] or unit.path)
    return str(unit.path[:STEP]) if step in (Step.ORGANISATIONS, Step.SUBDISTRICT) else str(unit.path)


def _standing_by(unit: Unit, at: datetime) -> frozenset[UUID]:
    """Who stands by here, for a shift that is not over."""
    here = Standby.objects.filter(unit=unit, ended_at=None, until__gt=at)
    return frozenset(here.values_list("person_id", flat=True))


def _team(incident: Incident, unit: Unit) -> frozenset[UUID]:
    teams = Membership.objects.filter(incident=incident, team__unit=unit, team__state=Team.State.CONFIRMED, until=None)
    return frozenset(teams.values_list("person_id", flat=True))


def _local(unit: Unit) -> frozenset[UUID]:
    """Who lives here, or is sent here by a list."""
    here = under([unit.path], "unit__path")
    sent = Affiliation.objects.filter(here).values("person")
    people = Person.objects.filter(here | Q(pk__in=sent), active=True, minor=False)
    return frozenset(people.values_list("pk", flat=True))


def _of_neighbors(path: str) -> frozenset[UUID]:
    people = Person.objects.filter(under([path], "unit__path"), active=True, minor=False)
    return frozenset(people.values_list("pk", flat=True))


def _of_subdistrict(path: str) -> frozenset[UUID]:
    """Everybody of the subdistrict, those of no place included: the office's staff."""
    here = under([path], "unit__path") | Q(unit=None)
    return frozenset(Person.objects.filter(here, active=True, minor=False).values_list("pk", flat=True))


def _sealed_in() -> frozenset[UUID]:
    """Residents of places that nobody leaves now; staff who come from elsewhere are not held by it."""
    confined = IncidentUnit.objects.filter(confined=True, ended_at=None).values_list("unit__path", flat=True)
    held = Person.objects.filter(under(confined, "unit__path")).values_list("pk", flat=True)
    roving = Affiliation.objects.filter(kind__in=policy.ROVING).values_list("person_id", flat=True)
    return frozenset(held) - frozenset(roving)

"""Who is asked at which step of a chain: ids of people, read from teams, homes, allotment and lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from jimu.calls.models import Standby, Step
from jimu.core.permissions import STEP, under
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.people.models import Affiliation, Person
from jimu.roster import policy
from jimu.roster.models import Shift
from jimu.teams.material import Stay, working
from jimu.teams.models import Membership, Team

WIDE = (Step.NEIGHBORS.value, Step.SUBDISTRICT.value)
# On their way there and back, somebody lent for one shift is bound a little longer than the shift.
MARGIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Pool:
    """People of one step for one place. `guests` would have to be lent there: who, and for which stay."""

    people: frozenset[UUID]
    guests: Mapping[UUID, Stay]


def pool(incident: Incident, unit: Unit, step: str, shifts: Sequence[Shift], at: datetime) -> Pool:
    """Who may be asked at a step for shifts of one neighborhood."""
    if step == Step.BENCH:
        return Pool(_standing_by(unit, shifts, at), {})
    if step == Step.TEAM:
        return Pool(_team(incident, unit), {})
    local = _local(incident, unit, at)
    if step == Step.NEIGHBORHOOD:
        return Pool(local, {})
    beyond = _of_neighbors(unit) if step == Step.NEIGHBORS else _of_subdistrict(unit)
    found = beyond - local - _sealed_in()
    roving = _roving(found) - frozenset(working(incident.pk, at, found))
    stay = Stay(unit.pk, min(s.starts_at for s in shifts) - MARGIN, max(s.ends_at for s in shifts) + MARGIN)
    return Pool(found, dict.fromkeys(found - roving, stay))


def wide_path(unit: Unit, step: str) -> str:
    """The part of the grid that a step reaches into: what its starter must have the right for."""
    if step == Step.NEIGHBORS:
        return str(unit.path[:-STEP] or unit.path)
    return str(unit.path[:STEP]) if step == Step.SUBDISTRICT else str(unit.path)


def _standing_by(unit: Unit, shifts: Sequence[Shift], at: datetime) -> frozenset[UUID]:
    """Who stands by here: for one of these shifts, or for another that is not over."""
    here = Standby.objects.filter(unit=unit, ended_at=None, until__gt=at)
    return frozenset(here.values_list("person_id", flat=True))


def _team(incident: Incident, unit: Unit) -> frozenset[UUID]:
    teams = Membership.objects.filter(incident=incident, team__unit=unit, team__state=Team.State.CONFIRMED, until=None)
    return frozenset(teams.values_list("person_id", flat=True))


def _local(incident: Incident, unit: Unit, at: datetime) -> frozenset[UUID]:
    """Who lives here, is sent here by a list, or works here by the allotment or a loan."""
    here = under([unit.path], "unit__path")
    sent = Affiliation.objects.filter(here).values("person")
    people = Person.objects.filter(here | Q(pk__in=sent), active=True, minor=False)
    placed = {person for person, place in working(incident.pk, at).items() if place == unit.pk}
    return frozenset(people.values_list("pk", flat=True)) | placed


def _of_neighbors(unit: Unit) -> frozenset[UUID]:
    people = Person.objects.filter(under([wide_path(unit, Step.NEIGHBORS)], "unit__path"), active=True, minor=False)
    return frozenset(people.values_list("pk", flat=True))


def _of_subdistrict(unit: Unit) -> frozenset[UUID]:
    """Everybody of the subdistrict, those of no place included: the office's staff."""
    here = under([unit.path[:STEP]], "unit__path") | Q(unit=None)
    return frozenset(Person.objects.filter(here, active=True, minor=False).values_list("pk", flat=True))


def _roving(people: frozenset[UUID]) -> frozenset[UUID]:
    """Staff who serve anywhere, as long as nothing places them."""
    rows = Affiliation.objects.filter(kind__in=policy.ROVING, unit=None).values_list("person_id", flat=True)
    return frozenset(rows) & people


def _sealed_in() -> frozenset[UUID]:
    """Residents of places that nobody leaves now; staff who come from elsewhere are not held by it."""
    confined = IncidentUnit.objects.filter(confined=True, ended_at=None).values_list("unit__path", flat=True)
    held = Person.objects.filter(under(confined, "unit__path")).values_list("pk", flat=True)
    roving = Affiliation.objects.filter(kind__in=policy.ROVING).values_list("person_id", flat=True)
    return frozenset(held) - frozenset(roving)

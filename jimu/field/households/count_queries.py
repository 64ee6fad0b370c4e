"""What a report counts: doors, people, zones, cases and contacts of a part of the grid, by building. Nobody's name is read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from jimu.core import clock
from jimu.core.permissions import STEP, Actor, under
from jimu.field.households.models import Case, Referral, Resident, Room
from jimu.field.households.queries import Progress, groups_in
from jimu.field.households.zone_queries import Stands
from jimu.grid.models import Unit
from jimu.grid.splitting import natural


def part_of(actor: Actor, right: str, unit: Unit | None) -> tuple[str, ...]:
    """What of a unit, or of the whole grid, the actor has a right on. Raises NotPermitted without the right anywhere."""
    actor.require(right)
    paths = actor.paths(right)
    if unit is None:
        return paths
    return tuple(max(path, unit.path, key=len) for path in paths if path.startswith(unit.path) or unit.path.startswith(path))


@dataclass(frozen=True)
class Heads:
    """The units whose figures stand as a line: neighborhoods, and of who holds less than one, what they hold."""

    units: Mapping[str, Unit]

    def over(self, path: str) -> Unit:
        """The line that a building counts to."""
        return next(self.units[path[:n]] for n in range(len(path), 0, -STEP) if path[:n] in self.units)

    def listed(self, used: Iterable[Unit] = ()) -> list[Unit]:
        """Every neighborhood, with figures or without, and what else of the part has any."""
        paths = {one.path for one in used}
        return [unit for path, unit in sorted(self.units.items()) if unit.kind == Unit.Kind.NEIGHBORHOOD or path in paths]


def heads_in(paths: Sequence[str]) -> Heads:
    """The lines of a part."""
    held = Q(path__in=[path for path in paths if path]) | (Q(depth=1) if "" in paths else Q(pk__in=[]))
    units = Unit.objects.filter(held | (under(paths) & Q(kind=Unit.Kind.NEIGHBORHOOD, retired_at=None)))
    return Heads({unit.path: unit for unit in units})


def buildings_in(paths: Sequence[str]) -> list[Unit]:
    """Buildings in use of a part, along the lanes."""
    units = Unit.objects.filter(under(paths), kind=Unit.Kind.BUILDING, retired_at=None)
    return sorted(units, key=lambda unit: (unit.path[:-STEP], natural(unit.name)))


def block_names(buildings: Iterable[Unit]) -> dict[str, str]:
    """Names of the blocks in which buildings stand, by path."""
    return dict(Unit.objects.filter(path__in={unit.path[:-STEP] for unit in buildings}, kind=Unit.Kind.BLOCK).values_list("path", "name"))


@dataclass
class Tally:
    """Doors and people of a place; `priority` of the people are of a group, `groups` says of which."""

    doors: Progress = field(default_factory=Progress)
    people: int = 0
    priority: int = 0
    groups: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Count another place in."""
        for state, n in other.doors.states.items():
            self.doors.add(state, n)
        self.people += other.people
        self.priority += other.priority
        self.groups.update(other.groups)


def tallies(paths: Sequence[str]) -> dict[UUID, Tally]:
    """Doors and people of each building of a part; those with none are left out. Three queries."""
    found: dict[UUID, Tally] = {}
    rooms = Room.objects.filter(under(paths, "building__path")).values_list("building", "state").annotate(n=Count("pk")).order_by()
    for building, state, n in rooms:
        found.setdefault(building, Tally()).doors.add(state, n)
    living = Resident.objects.filter(under(paths, "room__building__path"), left_at=None).values_list("room__building")
    for building, n, priority in living.annotate(n=Count("pk"), p=Count("pk", filter=Q(priority=True))).order_by():
        here = found.setdefault(building, Tally())
        here.people, here.priority = n, priority
    for building, groups in groups_in(under(paths, "room__building__path")).items():
        found.setdefault(building, Tally()).groups = groups
    return found


def summed(tallied: Mapping[UUID, Tally], buildings: Iterable[Unit], heads: Heads) -> dict[Unit, Tally]:
    """Tallies of buildings by line."""
    found: dict[Unit, Tally] = {}
    for unit in buildings:
        if unit.pk in tallied:
            found.setdefault(heads.over(unit.path), Tally()).add(tallied[unit.pk])
    return found


@dataclass
class ZoneTally:
    """How much of a place is under a zone."""

    buildings: int = 0
    doors: int = 0
    people: int = 0


def zones_summed(standing: Iterable[Stands], tallied: Mapping[UUID, Tally], heads: Heads) -> dict[tuple[Unit, str], ZoneTally]:
    """Buildings, doors and people by line and zone."""
    found: dict[tuple[Unit, str], ZoneTally] = {}
    for one in standing:
        line = found.setdefault((heads.over(one.zone.building.path), one.standing.zone), ZoneTally())
        here = tallied.get(one.zone.building_id, Tally())
        line.buildings, line.doors, line.people = line.buildings + 1, line.doors + here.doors.rooms, line.people + here.people
    return found


@dataclass
class DayOfCases:
    """A day of a place: before + new - over - mended = standing. Mended are those of earlier days that were none."""

    before: int = 0
    new: int = 0
    over: int = 0
    mended: int = 0

    @property
    def standing(self) -> int:
        """Running at the end of the day."""
        return self.before + self.new - self.over - self.mended

    def cells(self) -> list[int]:
        """The figures in the order of a head."""
        return [self.before, self.new, self.over, self.mended, self.standing]


def cases_on(paths: Sequence[str], day: date) -> tuple[dict[Unit, DayOfCases], list[Case]]:
    """A day's figures of each building that had cases, as the day ended, and the cases that were new. What was recorded and
    found to be none on one day counts nowhere."""
    start, end = clock.bounds(day)
    rows = Case.objects.filter(under(paths, "building__path"), recorded_at__lt=end).filter(Q(closed_at=None) | Q(closed_at__gte=start)).select_related("building")
    found: dict[Unit, DayOfCases] = {}
    fresh: list[Case] = []
    for case in rows.order_by("building__path", "recorded_at", "pk"):
        closed = case.closed_why if case.closed_at and case.closed_at < end else ""
        if case.recorded_at >= start and closed == Case.Closed.MISTAKEN:
            continue
        line = found.setdefault(case.building, DayOfCases())
        if case.recorded_at >= start:
            line.new += 1
            fresh.append(case)
        else:
            line.before += 1
        line.over += closed == Case.Closed.RECOVERED
        line.mended += closed == Case.Closed.MISTAKEN
    return found, fresh


def cases_summed(of_buildings: Mapping[Unit, DayOfCases], heads: Heads) -> dict[Unit, DayOfCases]:
    """The figures of buildings by line."""
    found: dict[Unit, DayOfCases] = {}
    for building, one in of_buildings.items():
        line = found.setdefault(heads.over(building.path), DayOfCases())
        for name in ("before", "new", "over", "mended"):
            setattr(line, name, getattr(line, name) + getattr(one, name))
    return found


def handed_over(paths: Sequence[str], heads: Heads) -> dict[tuple[Unit, bool, str], Counter[str]]:
    """Contacts of running cases handed from one place to another: (line, whether it came, kind) → how many in which state."""
    running = Referral.objects.filter(case__closed_at=None)
    sent = running.filter(under(paths, "case__building__path")).values_list("case__building__path", "kind", "state")
    came = running.filter(under(paths, "unit__path")).exclude(state=Referral.State.WITHDRAWN).values_list("unit__path", "kind", "state")
    found: dict[tuple[Unit, bool, str], Counter[str]] = {}
    for inwards, rows in ((False, sent), (True, came)):
        for path, kind, state, n in rows.annotate(n=Count("pk")).order_by():
            found.setdefault((heads.over(path), inwards, kind), Counter())[state] += n
    return found

"""Who is tested and who is not, by building and by person; who is visited at home. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, QuerySet

from jimu.core.permissions import Actor, under
from jimu.field.households.models import Resident, Room
from jimu.field.households.queries import Cell, Plan, plans_of
from jimu.field.households.words import group_words
from jimu.field.screening.models import Absence, Round, Scan, Tube
from jimu.field.screening.populace import living_in, visits_among
from jimu.field.screening.queries import VIEW, WORK
from jimu.field.screening.rules import turnout
from jimu.field.screening.words import EXCUSED, REASON_WORDS
from jimu.grid.models import Unit
from jimu.grid.splitting import natural


def parts(actor: Actor, found: Round) -> list[str]:
    """The asker's parts of a round: paths inside it."""
    own = (*actor.paths(VIEW), *actor.paths(WORK))
    whole = found.unit.path
    inside = {whole if whole.startswith(path) else path for path in own if path.startswith(whole) or whole.startswith(path)}
    return sorted(path for path in inside if not any(path != other and path.startswith(other) for other in inside))


def counted(*rounds: Round) -> "QuerySet[Scan]":
    """Scans by which somebody is tested in some rounds: not struck, and not in a tube that the laboratory could not use."""
    void = [tube.pk for tube in Tube.objects.filter(round__in=rounds).exclude(result_sealed="") if tube.result == Tube.Result.VOID]
    return Scan.objects.filter(round__in=rounds, struck_at=None, resident__isnull=False).exclude(tube__in=void)


def tested_ids(found: Round, paths: Sequence[str]) -> set[UUID]:
    """Residents of some parts who are tested."""
    return {pk for pk in counted(found).filter(under(paths, "resident__room__building__path")).values_list("resident", flat=True) if pk}


def reasons_in(found: Round, paths: Sequence[str]) -> dict[UUID, Absence]:
    """The newest reason given for each resident of some parts."""
    rows = Absence.objects.filter(round=found, resident__in=living_in(paths)).order_by("at", "pk")
    return {row.resident_id: row for row in rows}


def left_count(actor: Actor, found: Round) -> int:
    """How many of the asker's part are neither tested nor excused. No group of the ledger is unsealed for it."""
    paths = parts(actor, found)
    living = living_in(paths)
    reasons = reasons_in(found, paths)
    excused = {pk for pk, row in reasons.items() if row.reason in EXCUSED}
    tested = living.filter(screening_scans__in=counted(found)).values("pk")
    return living.exclude(pk__in=tested).exclude(pk__in=excused).count()


@dataclass
class Turnout:
    """How far a place is: who lives there, tested, excused (with a reason that ends the search), to be visited and not yet."""

    expected: int = 0
    tested: int = 0
    excused: int = 0
    visits: int = 0

    @property
    def left(self) -> int:
        return max(0, self.expected - self.tested - self.excused)

    @property
    def percent(self) -> int:
        return turnout(self.tested, self.expected)

    def add(self, other: "Turnout") -> None:
        """Count another place in."""
        self.expected += other.expected
        self.tested += other.tested
        self.excused += other.excused
        self.visits += other.visits


@dataclass(frozen=True)
class BuildingLine:
    """A building of a round."""

    building: Unit
    turnout: Turnout


def buildings_of(actor: Actor, found: Round) -> tuple[list[BuildingLine], Turnout]:
    """Every building of the asker's part with how far it is, those with most people left first; and all together."""
    paths = parts(actor, found)
    living = living_in(paths)
    expected: Mapping[UUID, int] = dict(living.values_list("room__building").annotate(n=Count("pk")).order_by())
    visits = visits_among(living)
    reasons = reasons_in(found, paths)
    marked = visits | set(reasons)
    where = dict(Resident.objects.filter(pk__in=marked).values_list("pk", "room__building"))
    tested = tested_ids(found, paths)
    by_building = dict(
        living.filter(screening_scans__in=counted(found)).values_list("room__building").annotate(n=Count("pk", distinct=True)).order_by()
    )
    lines = {pk: Turnout(n, by_building.get(pk, 0)) for pk, n in expected.items()}
    for resident in marked - tested:
        place = lines.get(where.get(resident))  # type: ignore[arg-type]
        if place is None:
            continue
        reason = reasons[resident].reason if resident in reasons else ""
        place.excused += reason in EXCUSED
        place.visits += to_visit(reason, resident in visits)
    total = Turnout()
    for one in lines.values():
        total.add(one)
    units = Unit.objects.filter(pk__in=lines)
    made = [BuildingLine(unit, lines[unit.pk]) for unit in units]
    return sorted(made, key=lambda line: (-line.turnout.left, natural(line.building.name))), total


def to_visit(reason: str, by_ledger: bool) -> bool:
    """Whether somebody who is not tested is visited: somebody said so, or the ledger does and nobody said otherwise."""
    return reason == "home" or (by_ledger and reason in ("", "other", "away"))


@dataclass(frozen=True)
class Person:
    """Somebody who is not tested: masked, with what is known."""

    resident: Resident
    reason: str
    note: str
    visit: bool
    groups: Sequence[str]

    @property
    def reason_words(self) -> str:
        return str(REASON_WORDS.get(self.reason, ""))


@dataclass(frozen=True)
class Household:
    """A door with those of it who are not tested."""

    room: Room
    people: Sequence[Person]


@dataclass
class BuildingPage:
    """A building of a round: its floor plan in cells, its entrances with the doors where somebody is left."""

    building: Unit
    turnout: Turnout
    plan: Plan
    cells: Mapping[UUID, tuple[int, int]]
    entrances: list[tuple[str, list[Household]]] = field(default_factory=list)


def building_page(actor: Actor, found: Round, building: Unit, *, visits_only: bool = False) -> BuildingPage:
    """Who is left in one building, by entrance and door."""
    people = left_in(found, [building.path])
    living: Mapping[UUID, int] = dict(living_in([building.path]).values_list("room").annotate(n=Count("pk")).order_by())
    left: dict[UUID, int] = {}
    entrances: dict[str, dict[UUID, Household]] = {}
    total = Turnout(sum(living.values()))
    for person in people:
        room = person.resident.room
        left[room.pk] = left.get(room.pk, 0) + (person.reason not in EXCUSED)
        total.excused += person.reason in EXCUSED
        total.visits += person.visit
        if not visits_only or person.visit:
            home = entrances.setdefault(room.entrance, {}).setdefault(room.pk, Household(room, []))
            home.people.append(person)  # type: ignore[attr-defined]
    total.tested = total.expected - len(people)
    made = [(name, sorted(homes.values(), key=lambda h: natural(h.room.number))) for name, homes in sorted(entrances.items(), key=lambda e: natural(e[0]))]
    return BuildingPage(building, total, plans_of([building])[0], {pk: (n - left.get(pk, 0), n) for pk, n in living.items()}, made)


def left_in(found: Round, paths: Sequence[str]) -> list[Person]:
    """Everybody of some parts who is not tested."""
    living = living_in(paths)
    tested, reasons, visits = tested_ids(found, paths), reasons_in(found, paths), visits_among(living)
    people = []
    for resident in living.select_related("room__building").order_by("room__building__path", "-head", "created_at", "pk"):
        if resident.pk in tested:
            continue
        given = reasons.get(resident.pk)
        reason = given.reason if given else ""
        groups = group_words(resident.groups) if resident.priority else []
        people.append(Person(resident, reason, given.note if given else "", to_visit(reason, resident.pk in visits), groups))
    return people


def tone(cell: Cell, cells: Mapping[UUID, tuple[int, int]]) -> str:
    """How a door is drawn: gone, good, warn (some are tested) or nothing yet."""
    done, all_ = cells.get(cell.room_id, (0, 0))
    return "gone" if not all_ else "good" if done == all_ else "warn" if done else ""


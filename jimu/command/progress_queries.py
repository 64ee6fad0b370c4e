"""How far each building is today: the ledger, the knocks and forms of a survey, the sampling of a round. For who leads a block or a building."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from jimu.core.permissions import Actor, holding, reached, under
from jimu.field.households.models import Answer, Room, Round, Visit
from jimu.field.households.queries import VIEW, Progress
from jimu.field.households.round_queries import results_of
from jimu.field.screening import queries as screening
from jimu.field.screening import untested
from jimu.field.screening.models import Round as Screening
from jimu.grid.models import Unit
from jimu.grid.splitting import natural

# More at once is no block; the ledger's own page lists them all.
MOST_BUILDINGS, MOST_SCREENINGS = 60, 2


@dataclass(frozen=True)
class Part:
    """So many of all are done; `more` are to be knocked at again, or visited."""

    done: int
    all: int
    more: int = 0
    url: str = ""

    @property
    def percent(self) -> int:
        """In whole percent, never 100 while one is left."""
        return self.done * 100 // self.all if self.all else 0


@dataclass(frozen=True)
class Line:
    """A building. `doors`, `forms` and `sampled` are None where nothing of the kind goes on."""

    building: Unit
    ledger: Part
    doors: Part | None = None
    forms: int | None = None
    sampled: Part | None = None


@dataclass(frozen=True)
class Buildings:
    """The buildings of somebody's blocks, what goes on in them, and which blocks have a drawing of their own."""

    lines: Sequence[Line]
    blocks: Sequence[Unit]
    going_on: Sequence[tuple[str, str]]

    @property
    def knocking(self) -> bool:
        """Whether doors are knocked at anywhere."""
        return any(line.doors for line in self.lines)

    @property
    def asking(self) -> bool:
        """Whether a form is asked anywhere."""
        return any(line.forms is not None for line in self.lines)

    @property
    def sampling(self) -> bool:
        """Whether people are sampled anywhere."""
        return any(line.sampled for line in self.lines)


def progress(actor: Actor, units: Sequence[Unit]) -> Buildings:
    """Of the blocks and buildings among some units, where the actor may read the ledger."""
    own = [unit for unit in units if unit.kind in (Unit.Kind.BLOCK, Unit.Kind.BUILDING) and actor.may(VIEW, unit.path)]
    found = Unit.objects.filter(under([unit.path for unit in own]), kind=Unit.Kind.BUILDING, retired_at=None).order_by("path")[:MOST_BUILDINGS]
    buildings = sorted(found, key=lambda unit: (unit.path[:-4], natural(unit.name)))
    if not buildings:
        return Buildings([], [], [])
    rooms: dict[UUID, UUID] = {}
    ledger: dict[UUID, Progress] = {}
    for pk, building, state in Room.objects.filter(building__in=buildings).values_list("pk", "building", "state"):
        rooms[pk] = building
        ledger.setdefault(building, Progress()).add(state, 1)
    knocks = _rounds(buildings)
    results = {found: results_of(found) for found in set(knocks.values())}
    answered = _answered(results)
    sampled, samplings = _sampled(actor)
    lines = []
    for unit in buildings:
        here, going = ledger.get(unit.pk, Progress()), knocks.get(unit.pk)
        doors = _doors(going, here.rooms, [result for room, result in results[going].items() if rooms.get(room) == unit.pk]) if going else None
        forms = answered.get(unit.pk, 0) if going and going.form_id else None
        lines.append(Line(unit, Part(here.settled, here.rooms), doors, forms, sampled.get(unit.pk)))
    names = [(one.title, reverse("households:round", args=[one.pk])) for one in sorted(results, key=lambda one: one.opened_at)]
    return Buildings(lines, [unit for unit in own if unit.kind == Unit.Kind.BLOCK], [*names, *samplings])


def _rounds(buildings: Sequence[Unit]) -> dict[UUID, Round]:
    """The survey that goes on in each building: its own, else the nearest around it."""
    going = list(Round.objects.filter(holding([unit.path for unit in buildings], "unit__path"), closed_at=None).select_related("unit").order_by("unit__path"))
    found = {}
    for unit in buildings:
        for one in going:
            if unit.path.startswith(one.unit.path):
                found[unit.pk] = one
    return found


def _doors(going: Round, doors: int, results: Iterable[str]) -> Part:
    counts = Counter(results)
    return Part(counts.total() - counts[Visit.Result.SECOND], doors, counts[Visit.Result.SECOND], reverse("households:round", args=[going.pk]))


def _answered(rounds: Iterable[Round]) -> Mapping[UUID, int]:
    """Doors of each building for which the form of a round came."""
    rows = Answer.objects.filter(round__in=[one.pk for one in rounds]).values_list("room__building")
    return dict(rows.annotate(n=Count("room", distinct=True)).order_by())


def _sampled(actor: Actor) -> tuple[dict[UUID, Part], list[tuple[str, str]]]:
    """How far the sampling of each building is, in the round that began last."""
    found: dict[UUID, Part] = {}
    names = []
    rounds = Screening.objects.filter(reached(actor, screening.VIEW, "unit__path"), state=Screening.State.OPEN).order_by("-began_at")
    for one in rounds[:MOST_SCREENINGS]:
        names.append((one.title, reverse("screening:round", args=[one.pk])))
        for line in untested.buildings_of(actor, one)[0]:
            here, url = line.turnout, reverse("screening:building", args=[one.pk, line.building.pk])
            found.setdefault(line.building.pk, Part(here.tested, here.expected - here.excused, here.visits, url))
    return found, names

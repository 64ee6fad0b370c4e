"""Reads of the grid, each within the asker's part of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext as _

from jimu.core.brick import UnitMark
from jimu.core.fetching import fetch_on_part
from jimu.core.panels import unit_marks
from jimu.core.permissions import Actor, holding, under, visible
from jimu.core.scripts import holds
from jimu.grid import rules
from jimu.grid.models import FormerUnit, Unit
from jimu.grid.paths import STEP

RIGHT = "grid.view"
WIDE = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD)
FOUND_AT_MOST = 60
SUMMED = ("households", "residents", "elders", "elders_living_alone")


def unit_for(actor: Actor, unit_id: UUID, right: str = RIGHT) -> Unit:
    """One unit. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    unit: Unit = fetch_on_part(actor, Unit.objects.filter(pk=unit_id), seen=RIGHT, right=right, at="path")
    return unit


def neighborhood_of(unit: Unit) -> Unit:
    """The neighborhood that a unit lies in; the unit itself when it is wider."""
    found: Unit | None = Unit.objects.filter(holding([unit.path]), kind=Unit.Kind.NEIGHBORHOOD).first()
    return found or unit


def neighborhoods() -> list[Unit]:
    """Every neighborhood in use. Their names are no secret in the house; nothing else of another part is told by this."""
    return list(Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).order_by("path"))


def units_for(actor: Actor, *, kind: str = "", parent_id: UUID | None = None, words: str = "") -> "QuerySet[Unit]":
    """Units in use of the asker's part, in the order of the tree."""
    units: QuerySet[Unit] = Unit.objects.filter(visible(actor, RIGHT), retired_at=None)
    if kind:
        units = units.filter(kind=kind)
    if parent_id is not None:
        parent = unit_for(actor, parent_id)
        units = units.filter(under([parent.path]), depth=parent.depth + 1)
    if words:
        units = units.filter(_called(words))
    return units.order_by("path")


def _called(words: str) -> Q:
    """Units whose name or code, now or formerly, holds the words."""
    before = FormerUnit.objects.filter(holds("name", words) | Q(code=words)).values("unit_id")
    return holds("name", words) | Q(code__startswith=words) | Q(pk__in=before)


@dataclass(frozen=True)
class Crumb:
    """A unit above; `open` says whether the asker may go there."""

    unit: Unit
    open: bool


def trail(actor: Actor, unit: Unit) -> list[Crumb]:
    """The units above one, from the top."""
    above = [unit.path[:length] for length in range(STEP, len(unit.path), STEP)]
    return [Crumb(u, actor.may(RIGHT, u.path)) for u in Unit.objects.filter(path__in=above).order_by("path")]


@dataclass(frozen=True)
class Tile:
    """A unit as it is drawn: its size beside the largest, and what the bricks say of it."""

    unit: Unit
    share: int
    elders_share: int
    alone_share: int
    marks: Sequence[UnitMark]

    @cached_property
    def figures(self) -> str:
        """Households, residents and the share of elders in one line, as far as they are known."""
        unit, said = self.unit, []
        if unit.households is not None:
            said.append(_("{n} 户").format(n=localize(unit.households)))
        if unit.residents is not None:
            said.append(_("{n} 人").format(n=localize(unit.residents)))
        if self.elders_share:
            said.append(_("老人 {n}%").format(n=self.elders_share))
        return " · ".join(said)

    @cached_property
    def alarms(self) -> list[UnitMark]:
        """What is dangerous to leave so."""
        return [mark for mark in self.marks if mark.tone == "bad"]

    @cached_property
    def doubts(self) -> list[UnitMark]:
        """What should be mended when there is time."""
        return [mark for mark in self.marks if mark.tone == "warn"]


def tiles(actor: Actor, units: Sequence[Unit]) -> list[Tile]:
    """Units ready to draw; bars are relative to the one with most households."""
    marks = unit_marks(actor, units)
    most = max((unit.households or 0 for unit in units), default=0)
    return [
        Tile(
            unit, rules.percent(unit.households, most), rules.percent(unit.elders, unit.residents),
            rules.percent(unit.elders_living_alone, unit.residents), marks.get(unit.pk, []),
        )
        for unit in units
    ]  # fmt: skip


@dataclass
class Totals:
    """Sums over neighborhoods (None where none says the number); `known` of `places` say their households."""

    places: int = 0
    known: int = 0
    sums: dict[str, int | None] = field(default_factory=dict)
    blocks: int = 0
    buildings: int = 0


@dataclass
class Area:
    """A zone (or what stands in no zone) with its neighborhoods."""

    head: Tile | None
    tiles: list[Tile]
    totals: Totals


@dataclass
class Overview:
    """The asker's part of the grid, drawn. `alarms` counts neighborhoods by what is dangerous there."""

    top: Tile | None
    areas: list[Area]
    totals: Totals
    alarms: Mapping[str, int]
    only: Unit | None = None


def overview(actor: Actor, *, alarming: bool = False) -> Overview:
    """Zones and neighborhoods of the asker's part; `only` is set when all of it is one unit's page."""
    units = list(units_for(actor).filter(kind__in=WIDE))
    if not units:
        units = list(units_for(actor)[:FOUND_AT_MOST])
    heads: list[Unit] = []
    for unit in units:
        if not heads or not unit.path.startswith(heads[-1].path):
            heads.append(unit)
    if heads and heads[0].kind not in WIDE:
        units = heads
    if len(heads) == 1 and heads[0].kind not in (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE):
        return Overview(None, [], Totals(), {}, only=heads[0])
    drawn = tiles(actor, units)
    top = next((tile for tile in drawn if tile.unit.kind == Unit.Kind.SUBDISTRICT), None)
    areas = _areas([tile for tile in drawn if tile is not top])
    for area in areas:
        area.totals = _sum([tile.unit for tile in area.tiles])
    places = [tile for area in areas for tile in area.tiles]
    totals = _sum([tile.unit for tile in places])
    inner = dict(units_for(actor).values_list("kind").annotate(n=Count("pk")).order_by())
    totals.blocks, totals.buildings = inner.get(Unit.Kind.BLOCK, 0), inner.get(Unit.Kind.BUILDING, 0)
    alarms: dict[str, int] = {}
    for tile in [*places, *(area.head for area in areas if area.head)]:
        for mark in tile.alarms:
            alarms[mark.text] = alarms.get(mark.text, 0) + 1
    if alarming:
        for area in areas:
            area.tiles = [tile for tile in area.tiles if tile.alarms]
        areas = [area for area in areas if area.tiles or (area.head and area.head.alarms)]
    return Overview(top, areas, totals, alarms)


def _areas(drawn: Sequence[Tile]) -> list[Area]:
    """Tiles grouped under their zone; those in none come last, under no head."""
    loose = Area(None, [], Totals())
    found: list[Area] = []
    for tile in drawn:
        if tile.unit.kind == Unit.Kind.ZONE:
            found.append(Area(tile, [], Totals()))
        else:
            # In the order of paths a zone's neighborhoods follow it.
            head = found[-1].head if found else None
            inside = head is not None and tile.unit.path.startswith(head.unit.path)
            (found[-1] if inside else loose).tiles.append(tile)
    return [*found, loose] if loose.tiles else found


def _sum(units: Sequence[Unit]) -> Totals:
    said = {name: [value for unit in units if (value := getattr(unit, name)) is not None] for name in SUMMED}
    sums = {name: sum(values) if values else None for name, values in said.items()}
    return Totals(len(units), sum(1 for unit in units if unit.households is not None), sums)


def search(actor: Actor, words: str) -> list[Tile]:
    """Units of the asker's part by name or code, now or formerly; the higher ones first, at most 60."""
    found = list(units_for(actor, words=words).order_by("depth", "path")[:FOUND_AT_MOST])
    above = {unit.path[:length] for unit in found for length in range(2 * STEP, len(unit.path), STEP)}
    names = dict(Unit.objects.filter(path__in=above).values_list("path", "name"))
    for unit in found:
        held = [names[unit.path[:length]] for length in range(2 * STEP, len(unit.path), STEP)]
        unit.standing_in = " › ".join(held)
    return tiles(actor, found)


def place_names(paths: Iterable[str]) -> dict[str, str]:
    """Names of units by path; a path of no unit is left out."""
    return dict(Unit.objects.filter(path__in=set(paths)).values_list("path", "name"))


def neighborhood_names(paths: Iterable[str]) -> dict[str, str]:
    """Names of the neighborhoods that hold these paths, by path."""
    prefixes = {path[:n] for path in paths for n in range(STEP, len(path) + 1, STEP)}
    rows = Unit.objects.filter(path__in=prefixes, kind=Unit.Kind.NEIGHBORHOOD)
    return dict(rows.values_list("path", "name"))
